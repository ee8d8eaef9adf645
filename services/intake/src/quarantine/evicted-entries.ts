// Positions of quarantine entries that are no longer held in memory, and until when they must stay:
// enough to trim the log around them. They are summed up in spans of about a day, so that memory
// stays small.

import type { RecordPosition } from '@tocsin/event-log/port'

/** Neighbouring entries in one partition of the quarantine log. */
interface Span {
  /** Positions of the first and the last entry. */
  first: bigint
  last: bigint
  /** Times of the oldest and the newest entry, ms since the epoch. */
  readonly oldestMs: number
  newestMs: number
}

/** Longest time that one span covers, ms: the first entry of a span may stay longer by this. */
const spanMs = 24 * 3_600_000
/**
 * Most spans per partition; beyond that the two oldest are merged, and the first stays as long as
 * the second.
 */
const spansMax = 1_000

export class EvictedEntries {
  readonly #max: number
  /** By partition, in the order of their positions. */
  readonly #spans = new Map<number, Span[]>()

  constructor(max = spansMax) {
    this.#max = max
  }

  /**
   * Adds the next evicted entry of its partition. `atMs`: when it was quarantined, ms since the
   * epoch.
   */
  add({ partition, position }: RecordPosition, atMs: number): void {
    const spans = this.#spans.get(partition) ?? []
    this.#spans.set(partition, spans)
    const last = spans.at(-1)
    if (last !== undefined && Math.abs(atMs - last.oldestMs) < spanMs) {
      last.last = position
      last.newestMs = Math.max(last.newestMs, atMs)
      return
    }
    spans.push({ first: position, last: position, oldestMs: atMs, newestMs: atMs })
    if (spans.length > this.#max) mergeOldest(spans)
  }

  /**
   * The position of the first entry of a partition that must stay if all before a time may go; null
   * if none must stay.
   */
  firstSince(partition: number, beforeMs: number): bigint | null {
    return this.#spans.get(partition)?.find(({ newestMs }) => newestMs >= beforeMs)?.first ?? null
  }

  /** Drops spans before the positions by partition. */
  removeBefore(starts: readonly bigint[]): void {
    for (const [partition, spans] of this.#spans) {
      const start = starts[partition] ?? 0n
      const left = spans.filter(({ last }) => last >= start)
      for (const span of left) if (span.first < start) span.first = start
      this.#spans.set(partition, left)
    }
  }
}

function mergeOldest(spans: Span[]): void {
  const [oldest, next] = spans as [Span, Span]
  spans.splice(0, 2, {
    ...oldest,
    last: next.last,
    newestMs: Math.max(oldest.newestMs, next.newestMs)
  })
}
