// A fold of the quarantine log: where each record stood, why it could not be parsed, and how it was
// settled. Never the bytes: they stay in the log and are read on request.

import type { UndecodableReason } from '@tocsin/contracts/record/envelope'
import type { QuarantineRecord } from '@tocsin/contracts/record/quarantine-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import { quarantinedBytesMax } from '@tocsin/event-log/quarantine'
import { LRUCache } from 'lru-cache'
import { EvictedEntries } from './evicted-entries.ts'

export interface QuarantineEntry {
  readonly id: string
  /** Where the unparsable bytes stood. */
  readonly topic: string
  readonly partition: number
  readonly position: string
  readonly reason: UndecodableReason
  /** Number of bytes that are kept. */
  readonly bytes: number
  /** True if there were, or may have been, more. */
  readonly truncated: boolean
  /** The version that could not parse them. */
  readonly engine: string
  /** ISO 8601. */
  readonly quarantinedAt: string
  readonly settled: Settlement | null
}

export interface Settlement {
  readonly how: 'replayed' | 'dismissed'
  readonly by: string
  /** ISO 8601. */
  readonly at: string
  /** The report that was accepted in its place. */
  readonly reportId: string | null
}

interface Kept {
  entry: QuarantineEntry
  /** Its place in the quarantine log. */
  readonly place: RecordPosition
}

/**
 * Most entries held in memory; beyond that the oldest is dropped from memory and stays in the log.
 * Some 500 bytes each.
 */
export const quarantineEntriesMax = 10_000

export class QuarantineFold {
  /** By id, in the order in which they came: looking one up changes nothing. */
  readonly #kept: LRUCache<string, Kept>
  readonly #evictedEntries = new EvictedEntries()
  #evicted = 0

  constructor(max = quarantineEntriesMax) {
    this.#kept = new LRUCache({
      maxSize: max,
      sizeCalculation: () => 1,
      dispose: (kept, _, reason) => reason === 'evict' && this.#noteEvicted(kept)
    })
  }

  get count(): number {
    return this.#kept.size
  }

  /** Entries that are not settled yet. */
  get openCount(): number {
    let open = 0
    for (const { entry } of this.#kept.values()) if (entry.settled === null) open++
    return open
  }

  get evictedCount(): number {
    return this.#evicted
  }

  /**
   * Applies the next record of its partition. The first record of an id counts, and the first that
   * settles an entry.
   */
  apply(record: QuarantineRecord, place: RecordPosition): void {
    if (record.type === 'quarantine.settled') {
      const { entry: id, how, by, reportId } = record.data
      const kept = this.#kept.peek(id)
      if (kept?.entry.settled === null)
        kept.entry = { ...kept.entry, settled: { how, by, at: record.time, reportId } }
      return
    }
    if (this.#kept.has(record.id)) return
    this.#kept.set(record.id, { entry: entryOf(record), place })
  }

  get(id: string): { readonly entry: QuarantineEntry; readonly place: RecordPosition } | undefined {
    return this.#kept.peek(id)
  }

  /** The newest entries first, starting after the given one; from the beginning if it is null. */
  *newestFirst(behind: string | null): Generator<QuarantineEntry> {
    const kept = [...this.#kept.values()]
    const start = behind === null ? 0 : kept.findIndex(({ entry }) => entry.id === behind) + 1
    for (const { entry } of kept.slice(start)) yield entry
  }

  /**
   * By partition of the quarantine log: the position before which every entry, evicted ones
   * included, is older than a time. Pure.
   */
  expired(beforeMs: number, ends: readonly bigint[]): readonly bigint[] {
    const first = new Map<number, bigint>()
    for (const { entry, place } of this.#kept.values()) {
      if (Date.parse(entry.quarantinedAt) < beforeMs) continue
      const known = first.get(place.partition)
      if (known === undefined || place.position < known) first.set(place.partition, place.position)
    }
    // Evicted entries stand before all remembered ones of their partition.
    return ends.map(
      (end, partition) =>
        this.#evictedEntries.firstSince(partition, beforeMs) ?? first.get(partition) ?? end
    )
  }

  /** Drops entries before the positions by partition, which the log no longer holds. */
  removeBefore(starts: readonly bigint[]): void {
    for (const [id, { place }] of [...this.#kept])
      if (place.position < (starts[place.partition] ?? 0n)) this.#kept.delete(id)
    this.#evictedEntries.removeBefore(starts)
  }

  #noteEvicted({ entry, place }: Kept): void {
    this.#evictedEntries.add(place, Date.parse(entry.quarantinedAt))
    this.#evicted++
  }
}

function entryOf(
  record: Extract<QuarantineRecord, { type: 'record.quarantined' }>
): QuarantineEntry {
  const { topic, partition, position, reason, bytes, engine } = record.data
  const kept = Buffer.byteLength(bytes, 'base64')
  return {
    id: record.id,
    topic,
    partition,
    position,
    reason,
    bytes: kept,
    truncated: kept >= quarantinedBytesMax,
    engine,
    quarantinedAt: record.time,
    settled: null
  }
}
