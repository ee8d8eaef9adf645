// A fold of the quarantine log: where each record was, why it could not be parsed, and how it was
// settled. Never the bytes: they stay in the log and are read on request.

import type { UndecodableReason } from '@tocsin/contracts/record/envelope'
import type { QuarantineRecord } from '@tocsin/contracts/record/quarantine-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import { quarantinedBytesMax } from '@tocsin/event-log/quarantine'

export interface QuarantineEntry {
  readonly id: string
  /** The log of the unparsable bytes. */
  readonly topic: string
  readonly partition: number
  readonly position: string
  readonly reason: UndecodableReason
  /** Number of stored bytes. */
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

/** Beyond it the oldest entries leave the list, and stay in the log until they expire. */
const listedMax = 100_000

interface Kept {
  entry: QuarantineEntry
  /** Its place in the quarantine log. */
  readonly place: RecordPosition
}

/** Entries of one day and partition that left the list. */
interface Evicted {
  readonly first: RecordPosition
  last: bigint
  newestMs: number
  count: number
}

export class QuarantineFold {
  /** By id, in the order in which they came. Some 500 bytes each. */
  readonly #kept = new Map<string, Kept>()
  /** By partition and day. */
  readonly #evicted = new Map<string, Evicted>()
  readonly #listedMax: number

  constructor(max: number = listedMax) {
    this.#listedMax = max
  }

  /** Entries in the log. */
  get count(): number {
    return this.#kept.size + this.notListedCount
  }

  /** Entries in the log that are not listed any more. */
  get notListedCount(): number {
    let count = 0
    for (const evicted of this.#evicted.values()) count += evicted.count
    return count
  }

  /** Listed entries that are not settled yet. */
  get openCount(): number {
    let open = 0
    for (const { entry } of this.#kept.values()) if (entry.settled === null) open++
    return open
  }

  /**
   * Applies the next record of its partition. The first record of an id counts, and the first that
   * settles an entry.
   */
  apply(record: QuarantineRecord, place: RecordPosition): void {
    if (record.type === 'quarantine.settled') {
      const { entry: id, how, by, reportId } = record.data
      const kept = this.#kept.get(id)
      if (kept?.entry.settled === null)
        kept.entry = { ...kept.entry, settled: { how, by, at: record.time, reportId } }
      return
    }
    if (this.#kept.has(record.id)) return
    this.#kept.set(record.id, { entry: makeEntry(record), place })
    if (this.#kept.size > this.#listedMax) this.#evictOldest()
  }

  get(id: string): { readonly entry: QuarantineEntry; readonly place: RecordPosition } | undefined {
    return this.#kept.get(id)
  }

  /** The newest entries first, starting after the given one; from the beginning if it is null. */
  *newestFirst(behind: string | null): Generator<QuarantineEntry> {
    const kept = [...this.#kept.values()].reverse()
    const start = behind === null ? 0 : kept.findIndex(({ entry }) => entry.id === behind) + 1
    for (const { entry } of kept.slice(start)) yield entry
  }

  /**
   * By partition of the quarantine log: the position before which every entry is older than a time.
   * Pure.
   */
  expired(beforeMs: number, ends: readonly bigint[]): readonly bigint[] {
    const first = [...ends]
    const keep = ({ partition, position }: RecordPosition) => {
      if (position < (first[partition] as bigint)) first[partition] = position
    }
    for (const { entry, place } of this.#kept.values())
      if (Date.parse(entry.quarantinedAt) >= beforeMs) keep(place)
    for (const evicted of this.#evicted.values())
      if (evicted.newestMs >= beforeMs) keep(evicted.first)
    return first
  }

  /** Drops entries before the positions by partition, which are no longer in the log. */
  removeBefore(starts: readonly bigint[]): void {
    for (const [id, { place }] of this.#kept)
      if (place.position < (starts[place.partition] ?? 0n)) this.#kept.delete(id)
    for (const [day, { first, last }] of this.#evicted)
      if (last < (starts[first.partition] ?? 0n)) this.#evicted.delete(day)
  }

  #evictOldest(): void {
    const [oldest] = this.#kept
    if (oldest === undefined) return
    const [id, { entry, place }] = oldest
    this.#kept.delete(id)
    const { quarantinedAt } = entry
    const day = `${place.partition} ${quarantinedAt.slice(0, 10)}`
    const evicted = this.#evicted.get(day) ?? { first: place, last: 0n, newestMs: 0, count: 0 }
    evicted.last = place.position
    evicted.newestMs = Math.max(evicted.newestMs, Date.parse(quarantinedAt))
    evicted.count++
    this.#evicted.set(day, evicted)
  }
}

function makeEntry(
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
