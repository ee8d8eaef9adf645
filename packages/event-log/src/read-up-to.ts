// Reads a range of a partition, page by page, or the one record at a position.

import type { EventLog, RecordPosition, StoredRecord } from './port.ts'
import type { Topic } from './topics.ts'

export interface Stretch {
  readonly topic: Topic
  readonly partition: number
  readonly from: bigint
  /** The position after its last record; null: the end of the partition when it is read. */
  readonly to: bigint | null
}

const pageLimits = { recordsMax: 1000, bytesMax: 4 * 1024 * 1024 }

/**
 * Passes every record of a range to `take`, in order. Resolves with the position where it stopped:
 * before `to` if the partition ends there, or between two pages after the signal. Rejects with the
 * log's error.
 */
export async function readUpTo(
  log: EventLog,
  { topic, partition, from, to }: Stretch,
  take: (record: StoredRecord) => void,
  signal?: AbortSignal
): Promise<bigint> {
  let position = from
  while ((to === null || position < to) && signal?.aborted !== true) {
    const page = await log.read(topic, partition, position, pageLimits)
    for (const record of page.records) if (to === null || record.position < to) take(record)
    position = page.next
    if (page.next >= page.end) break
  }
  return to === null || position < to ? position : to
}

/** The record at a position; null if there is none. Rejects with the log's error. */
export async function readAt(
  log: Pick<EventLog, 'read'>,
  topic: Topic,
  { partition, position }: RecordPosition
): Promise<StoredRecord | null> {
  const { records } = await log.read(topic, partition, position, { recordsMax: 1, bytesMax: 1 })
  return records[0]?.position === position ? records[0] : null
}
