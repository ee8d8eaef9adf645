// A theatre's time as passed to its rules.

import type { Span } from '../space-time/event-time.ts'
import { type PastByHandling, samePast } from './past.ts'

/** What a theatre knows of time. */
export interface Moment {
  /** The last tick. */
  readonly horizonMs: number
  /** Where the watermark stands; null before any source was live. */
  readonly watermarkMs: number | null
  /**
   * How far back the theatre's own past reaches, for readers of each handling. The same object
   * while it does not change.
   */
  readonly past: PastByHandling
  /** Spans of downtime, in order. The same object while they do not change. */
  readonly unheard: readonly Span[]
}

export function isSameMoment(a: Moment, b: Moment): boolean {
  return (
    a.horizonMs === b.horizonMs &&
    a.watermarkMs === b.watermarkMs &&
    a.past === b.past &&
    a.unheard === b.unheard
  )
}

/** A moment at which horizon and watermark are the same, without downtime unless given. */
export function momentAt(
  ms: number,
  unheard: readonly Span[] = [],
  watermarkMs: number | null = ms
): Moment {
  return { horizonMs: ms, watermarkMs, past: noPast, unheard }
}

const noPast = samePast(null)
