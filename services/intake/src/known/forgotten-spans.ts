// Where entries of the quarantine stand that are no longer remembered, and until when they must stay: enough to trim the log around them. What is kept
// of them is a day's worth at a time, so that it stays small however many were forgotten.

import type { LogPlace } from './known-report.ts'

/** Neighbours in one partition of the quarantine log. */
interface Span {
  /** Position of the first and of the last. */
  first: bigint
  last: bigint
  /** Times of the oldest and of the newest, ms since the epoch. */
  readonly oldestMs: number
  newestMs: number
}

/** Entries that lie further apart in time are not kept as one, ms: by so much the first of them may stay too long. */
const spanMs = 24 * 3_600_000
/** Spans of one partition; beyond that the two oldest become one, and what is in the first stays as long as what is in the second. */
export const spansMax = 1_000

export class ForgottenSpans {
  readonly #max: number
  /** By partition, in the order of their positions. */
  readonly #spans = new Map<number, Span[]>()

  constructor(max = spansMax) {
    this.#max = max
  }

  /** Notes the next entry of its partition that is forgotten. `atMs`: when it was put aside, ms since the epoch. */
  add({ partition, position }: LogPlace, atMs: number): void {
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

  /** The position of the first entry of a partition that must stay, where those before a time need not; null where none must. */
  firstSince(partition: number, beforeMs: number): bigint | null {
    return this.#spans.get(partition)?.find(({ newestMs }) => newestMs >= beforeMs)?.first ?? null
  }

  /** Drops what stands before the positions by partition. */
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
  spans.splice(0, 2, { ...oldest, last: next.last, newestMs: Math.max(oldest.newestMs, next.newestMs) })
}
