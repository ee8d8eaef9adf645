// A theatre's time as passed to its rules.

import type { Span } from '../space-time/event-time.ts'

/** What a theatre knows of time. */
export interface Moment {
  /** The last tick. */
  readonly horizonMs: number
  /** Where the watermark stands; null before any source was live. */
  readonly watermarkMs: number | null
  /** First moment of the day on which the earliest incident of the theatre ended; null while there is none. */
  readonly earliestMs: number | null
  /** Spans of downtime, in order. The same object while they do not change. */
  readonly unheard: readonly Span[]
}

export function isSameMoment(a: Moment, b: Moment): boolean {
  return (
    a.horizonMs === b.horizonMs && a.watermarkMs === b.watermarkMs && a.earliestMs === b.earliestMs && a.unheard === b.unheard
  )
}

/** A moment at which horizon and watermark are the same, without downtime unless given. */
export function momentAt(ms: number, unheard: readonly Span[] = [], watermarkMs: number | null = ms): Moment {
  return { horizonMs: ms, watermarkMs, earliestMs: null, unheard }
}
