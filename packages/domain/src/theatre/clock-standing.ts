// Whether a machine's clock fits the time of a theatre on the wall clock. Pure.

import { dayMs, minuteMs } from '../space-time/event-time.ts'

/** A theatre's time goes on by this much at most without an officer's word: longer than most outages, shorter than what wrong clocks are wrong by. Source: decision 0039. */
export const leapMsMax = 31 * dayMs
/** Clocks of instances differ by this much without anything being wrong. */
const behindMsMin = 5 * minuteMs

/** How the wall clock stands to the time of a theatre. */
export type ClockStanding =
  | { readonly kind: 'right' }
  /** The theatre's last tick lies ahead of the clock: its time stands still, and reports of today may lie beyond its window. */
  | { readonly kind: 'behind'; readonly byMs: number }
  /** The clock is too far ahead of the theatre to be believed. */
  | { readonly kind: 'leap'; readonly byMs: number }

/** Judges the wall clock by a theatre's last tick. Pure. */
export function standingOfClock(nowMs: number, lastMs: number): ClockStanding {
  if (nowMs < lastMs - behindMsMin) return { kind: 'behind', byMs: lastMs - nowMs }
  return nowMs - lastMs > leapMsMax ? { kind: 'leap', byMs: nowMs - lastMs } : { kind: 'right' }
}
