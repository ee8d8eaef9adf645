// What is in quarantine, folded from its log: where each record stood, why it could not be read, and what became of it. Never the bytes: they stay in
// the log and are read when somebody who may asks for them.

import type { UndecodableReason } from '@tocsin/contracts/record/envelope'
import type { QuarantineRecord } from '@tocsin/contracts/record/records'
import { quarantinedBytesMax } from '@tocsin/event-log/quarantine'
import { ForgottenSpans } from '../known/forgotten-spans.ts'
import type { LogPlace } from '../known/known-report.ts'

export interface QuarantineEntry {
  readonly id: string
  /** Where the bytes stood that no version can parse. */
  readonly topic: string
  readonly partition: number
  readonly position: string
  readonly reason: UndecodableReason
  /** Bytes that are kept. */
  readonly bytes: number
  /** True where there were, or may have been, more. */
  readonly truncated: boolean
  /** Version that could not read them. */
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
  /** The report that was taken in its place. */
  readonly reportId: string | null
}

interface Kept {
  entry: QuarantineEntry
  /** Where it stands in the quarantine log. */
  readonly place: LogPlace
}

/** Entries that are remembered; beyond that the oldest is forgotten, and stays in the log. Some 500 bytes each. */
export const quarantineEntriesMax = 10_000

export class QuarantineFold {
  readonly #max: number
  /** By id, oldest first. */
  readonly #kept = new Map<string, Kept>()
  readonly #spans = new ForgottenSpans()
  #forgotten = 0

  constructor(max = quarantineEntriesMax) {
    this.#max = max
  }

  get count(): number {
    return this.#kept.size
  }

  /** Entries of which nothing has become yet. */
  get openCount(): number {
    let open = 0
    for (const { entry } of this.#kept.values()) if (entry.settled === null) open++
    return open
  }

  get forgottenCount(): number {
    return this.#forgotten
  }

  /** Takes the next record of its partition. The first of an id, and the first that settles an entry, count. */
  apply(record: QuarantineRecord, place: LogPlace): void {
    if (record.type === 'quarantine.settled') {
      const { entry: id, how, by, reportId } = record.data
      const kept = this.#kept.get(id)
      if (kept?.entry.settled === null) kept.entry = { ...kept.entry, settled: { how, by, at: record.time, reportId } }
      return
    }
    if (this.#kept.has(record.id)) return
    this.#kept.set(record.id, { entry: entryOf(record), place })
    if (this.#kept.size <= this.#max) return
    this.#forgetOldest()
  }

  get(id: string): { readonly entry: QuarantineEntry; readonly place: LogPlace } | undefined {
    return this.#kept.get(id)
  }

  /** The newest entries first, from behind the one that is named and held; all without one. */
  *newestFirst(behind: string | null): Generator<QuarantineEntry> {
    const kept = [...this.#kept.values()].reverse()
    const start = behind === null ? 0 : kept.findIndex(({ entry }) => entry.id === behind) + 1
    for (const { entry } of kept.slice(start)) yield entry
  }

  /** By partition of the quarantine log, the position before which everything was put aside before a time, what was forgotten with it. Pure. */
  expired(beforeMs: number, ends: readonly bigint[]): readonly bigint[] {
    const first = new Map<number, bigint>()
    for (const { entry, place } of this.#kept.values()) {
      if (Date.parse(entry.quarantinedAt) < beforeMs) continue
      const known = first.get(place.partition)
      if (known === undefined || place.position < known) first.set(place.partition, place.position)
    }
    // What was forgotten stands before all that is remembered of its partition.
    return ends.map((end, partition) => this.#spans.firstSince(partition, beforeMs) ?? first.get(partition) ?? end)
  }

  /** Forgets what stands before the positions by partition: the log holds it no more. */
  removeBefore(starts: readonly bigint[]): void {
    for (const [id, { place }] of this.#kept) if (place.position < (starts[place.partition] ?? 0n)) this.#kept.delete(id)
    this.#spans.removeBefore(starts)
  }

  #forgetOldest(): void {
    const [id, { entry, place }] = this.#kept.entries().next().value as [string, Kept]
    this.#kept.delete(id)
    this.#spans.add(place, Date.parse(entry.quarantinedAt))
    this.#forgotten++
  }
}

function entryOf(record: Extract<QuarantineRecord, { type: 'record.quarantined' }>): QuarantineEntry {
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
