// Reads topics up to their ends.

import type { Cursor, EventLog, StoredRecord } from '@tocsin/event-log/port'
import { readUpTo } from '@tocsin/event-log/read-up-to'
import type { Topic } from '@tocsin/event-log/topics'

/** A position for each of some partitions. */
export type PartitionPositions = ReadonlyMap<number, bigint>

/** The beginning of every partition of a topic. */
export async function beginnings(log: EventLog, topic: Topic): Promise<Map<number, bigint>> {
  return new Map((await log.state(topic)).map(({ partition, start }) => [partition, start]))
}

/** Every value of a topic from a cursor to its end, in order within each partition. */
export async function scan(
  log: EventLog,
  from: Cursor,
  take: (value: Uint8Array) => void
): Promise<void> {
  await readOn(log, from.topic, new Map(from.positions.entries()), ({ value }) =>
    take(value as Uint8Array)
  )
}

/**
 * Passes on every value from the given positions to the ends of their partitions. Returns the ends.
 */
export async function readOn(
  log: EventLog,
  topic: Topic,
  from: PartitionPositions,
  take: (stored: StoredRecord) => void
): Promise<Map<number, bigint>> {
  const ends = new Map<number, bigint>()
  for (const [partition, start] of from) {
    const end = await readUpTo(log, { topic, partition, from: start, to: null }, stored => {
      if (stored.value !== null) take(stored)
    })
    ends.set(partition, end)
  }
  return ends
}
