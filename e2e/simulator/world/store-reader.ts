// Reads the simulated disk for the checker: every record once, parsed only with JSON.parse. It
// shares no code with the services' readers, so that it can expose their faults.

import type { MemoryStore } from '@tocsin/event-log/memory-log'
import type { Topic } from '@tocsin/event-log/topics'

export interface Entry {
  readonly partition: number
  readonly position: number
  readonly id: string
  readonly key: string
  /** The value as it is stored. */
  readonly text: string
  /** Null for bytes that are no record. */
  readonly record: {
    readonly id: string
    /** `report.received`, without prefix and version. */
    readonly type: string
    readonly time: string
    readonly cause: string | null
    readonly theatre: string
    readonly previoushash?: string
    // The checker reads many shapes; each reader states what it takes them for.
    readonly data: unknown
  } | null
}

export class StoreReader {
  readonly #store: MemoryStore
  readonly #read = new Map<Topic, { entries: Entry[]; next: number[]; ids: Set<string> }>()

  constructor(store: MemoryStore) {
    this.#store = store
  }

  /**
   * All records of a topic so far, by partition in their order; repeats are left out, as every reader
   * must do. Not for compacted topics.
   */
  entries(topic: Topic): readonly Entry[] {
    const known = this.#read.get(topic) ?? { entries: [], next: [], ids: new Set<string>() }
    this.#read.set(topic, known)
    const partitions = this.#store.topics.get(topic)?.partitions ?? []
    for (const [partition, { records }] of partitions.entries()) {
      const from = known.next[partition] ?? 0
      for (const stored of records.slice(from)) {
        if (known.ids.has(stored.id)) continue
        known.ids.add(stored.id)
        known.entries.push(entryOf(stored))
      }
      known.next[partition] = records.length
    }
    return known.entries
  }

  /** Records of a topic that repeat the id of an earlier one. */
  countRepeats(topic: Topic): number {
    const stored = this.#store.topics.get(topic)?.partitions.map(each => each.records.length) ?? []
    return stored.reduce((sum, records) => sum + records, 0) - this.entries(topic).length
  }

  /** Those of one key, in their order. */
  of(topic: Topic, key: string): Entry[] {
    return this.entries(topic).filter(entry => entry.key === key)
  }

  /** First position not yet written, by partition. */
  ends(topic: Topic): bigint[] {
    return (this.#store.topics.get(topic)?.partitions ?? []).map(({ end }) => end)
  }
}

function entryOf(stored: {
  partition: number
  position: bigint
  id: string
  key: string
  value: Uint8Array | null
}): Entry {
  const text = Buffer.from(stored.value ?? []).toString()
  const { partition, id, key } = stored
  return { partition, position: Number(stored.position), id, key, text, record: recordOf(text) }
}

function recordOf(text: string): Entry['record'] {
  try {
    const { type, ...envelope } = JSON.parse(text) as { type: string } & NonNullable<
      Entry['record']
    >
    const event = /^tocsin\.(.+)\.v[123]$/.exec(type)?.[1]
    return event === undefined || typeof envelope.data !== 'object'
      ? null
      : { ...envelope, type: event }
  } catch {
    // Junk that the run put there itself.
    return null
  }
}
