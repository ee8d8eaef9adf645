// Reads one partition record by record, in pages, and hashes records.

import { createHash } from 'node:crypto'
import type { EventLog, PartitionState, StoredRecord } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'

const pageLimits = { recordsMax: 1000, bytesMax: 4 * 1024 * 1024 } as const

/** The records between the start and the end of a partition, in order. */
export async function* readRecords(
  log: EventLog,
  topic: Topic,
  { partition, start, end }: PartitionState
): AsyncGenerator<StoredRecord> {
  for (let next = start; next < end; ) {
    const page = await log.read(topic, partition, next, pageLimits)
    for (const record of page.records) if (record.position < end) yield record
    if (page.next === next) return
    next = page.next
  }
}

/**
 * SHA-256 over id, key and bytes of each record, each prefixed with its length; an erased value
 * differs from an empty one.
 */
export class RecordHash {
  readonly #hash = createHash('sha256')
  #count = 0

  add({ id, key, value }: StoredRecord): void {
    for (const text of [id, key]) this.#hash.update(`${Buffer.byteLength(text)}:`).update(text)
    this.#hash.update(value === null ? 'erased' : `${value.byteLength}:`)
    if (value !== null) this.#hash.update(value)
    this.#count++
  }

  get count(): number {
    return this.#count
  }

  /** The hash so far, hex. */
  digest(): string {
    return this.#hash.copy().digest('hex')
  }
}
