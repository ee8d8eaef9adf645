// Detects a log in which the newest rows are missing: a consumer is then beyond its end.

import type { DatabaseSync } from 'node:sqlite'
import { EventLogError } from '../errors.ts'
import type { PartitionState } from '../port.ts'
import type { Topic } from '../topics.ts'

/** Throws `record-corrupt` if a consumer is beyond the end of the log. */
export function checkFloors(
  db: DatabaseSync,
  stateOf: (topic: Topic) => readonly PartitionState[]
): void {
  for (const { topic, positions } of readConsumerFloors(db))
    compare(topic, stateOf(topic), positions)
}

function readConsumerFloors(
  db: DatabaseSync
): readonly { topic: Topic; positions: readonly number[] }[] {
  const rows = db.prepare('SELECT topic, positions FROM consumers').all()
  return rows.map(row => ({
    topic: row.topic as Topic,
    positions: (row.positions as string).split(',').map(Number)
  }))
}

function compare(topic: Topic, states: readonly PartitionState[], floors: readonly number[]): void {
  for (const { partition, end } of states) {
    const floor = floors[partition] ?? 0
    if (Number(end) < floor)
      throw new EventLogError(
        'record-corrupt',
        `${topic}/${partition}/${end}: the log ends here, but a consumer was at ${floor}: records are missing`
      )
  }
}
