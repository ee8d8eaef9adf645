// Reads one partition from a position to an end, record by record, in pages. The end may be
// extended as the partition grows.

import { createHash } from 'node:crypto'
import type { EventLog, StoredRecord } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'

const pageLimits = { recordsMax: 1000, bytesMax: 4 * 1024 * 1024 } as const

export class RecordReader {
  readonly #log: EventLog
  readonly #topic: Topic
  readonly #partition: number
  #next: bigint
  #end: bigint
  #page: readonly StoredRecord[] = []
  #at = 0

  constructor(log: EventLog, topic: Topic, partition: number, from: bigint, end: bigint) {
    this.#log = log
    this.#topic = topic
    this.#partition = partition
    this.#next = from
    this.#end = end
  }

  /** The next record, or null at the end. */
  async next(): Promise<StoredRecord | null> {
    for (;;) {
      const record = this.#page[this.#at]
      if (record !== undefined && record.position < this.#end) {
        this.#at++
        return record
      }
      if (this.#next >= this.#end) return null
      const page = await this.#log.read(this.#topic, this.#partition, this.#next, pageLimits)
      this.#page = page.records
      this.#at = 0
      if (page.next === this.#next) return null
      this.#next = page.next
    }
  }

  /** The partition has grown: reading continues to the new end. */
  extendTo(end: bigint): void {
    this.#end = end
  }

  /** Records just written from here on need not be read back now. */
  skipTo(position: bigint): void {
    this.#page = []
    this.#at = 0
    this.#next = position
    if (this.#end < position) this.#end = position
  }
}

/**
 * SHA-256 over id, key and bytes of a record, each prefixed with its length; an erased value
 * differs from an empty one.
 */
export class RecordHash {
  readonly #hash = createHash('sha256')
  #count = 0

  take({ id, key, value }: Pick<StoredRecord, 'id' | 'key' | 'value'>): this {
    for (const text of [id, key]) this.#hash.update(`${Buffer.byteLength(text)}:`).update(text)
    this.#hash.update(value === null ? 'erased' : `${value.byteLength}:`)
    if (value !== null) this.#hash.update(value)
    this.#count++
    return this
  }

  get count(): number {
    return this.#count
  }

  /** The hash so far, hex. */
  digest(): string {
    return this.#hash.copy().digest('hex')
  }
}

/** True if two records are equal: id, key and bytes. */
export function isSame(a: StoredRecord, b: StoredRecord): boolean {
  if (a.id !== b.id || a.key !== b.key) return false
  if (a.value === null || b.value === null) return a.value === b.value
  return Buffer.compare(a.value, b.value) === 0
}

export function placeOf({ topic, partition, position }: StoredRecord): string {
  return `${topic}/${partition}/${position}`
}
