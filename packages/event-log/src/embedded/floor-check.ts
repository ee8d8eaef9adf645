// Detects a log whose newest rows are missing: consumers or sealed ids are then beyond its end.

import type { DatabaseSync } from 'node:sqlite'
import { EventLogError } from '../errors.ts'
import type { PartitionState } from '../port.ts'
import { cleanupOf, type Topic } from '../topics.ts'
import { type LogIdentity, tableOf } from './store/schema.ts'

/**
 * Throws `record-corrupt` if a consumer or the sealed ids refer to records beyond the end of the
 * log.
 */
export function checkFloors(
  db: DatabaseSync,
  identity: LogIdentity,
  stateOf: (topic: Topic) => readonly PartitionState[]
): void {
  for (const { topic, positions } of consumerFloors(db))
    compare(topic, stateOf(topic), positions, 'a consumer was at')
  for (const topic of identity.partitions.keys()) {
    if (cleanupOf[topic] === 'compacted') continue
    const row = db
      .prepare(`SELECT through FROM ${tableOf(topic)}_id_runs ORDER BY run DESC LIMIT 1`)
      .get()
    if (row !== undefined)
      compare(
        topic,
        stateOf(topic),
        JSON.parse(row.through as string) as number[],
        'ids are sealed through'
      )
  }
}

function consumerFloors(
  db: DatabaseSync
): readonly { topic: Topic; positions: readonly number[] }[] {
  const rows = db.prepare('SELECT topic, positions FROM consumers').all()
  return rows.map(row => ({
    topic: row.topic as Topic,
    positions: (row.positions as string).split(',').map(Number)
  }))
}

function compare(
  topic: Topic,
  states: readonly PartitionState[],
  floors: readonly number[],
  says: string
): void {
  for (const { partition, end } of states) {
    const floor = floors[partition] ?? 0
    if (Number(end) < floor)
      throw new EventLogError(
        'record-corrupt',
        `${topic}/${partition}/${end}: the log ends here, but ${says} ${floor}: records are missing`
      )
  }
}
