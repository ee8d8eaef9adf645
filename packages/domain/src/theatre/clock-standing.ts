// Whether a machine's clock fits the time of a theatre on the wall clock. Pure.

import { dayMs, minuteMs } from '../space-time/event-time.ts'

/**
 * How far a theatre's time may advance at once without an officer's confirmation: longer than most
 * outages, shorter than typical clock errors. Source: decision 0000.
 */
export const leapMsMax = 31 * dayMs
/** Normal difference between the clocks of instances. */
const behindMsMin = 5 * minuteMs

/** How the wall clock stands to the time of a theatre. */
export type ClockStanding =
  | { readonly kind: 'right' }
  /**
   * The theatre's last tick is ahead of the clock: its time stands still, and today's reports may
   * lie beyond its window.
   */
  | { readonly kind: 'behind'; readonly byMs: number }
  /** The clock is too far ahead of the theatre to be trusted. */
  | { readonly kind: 'leap'; readonly byMs: number }

/** Judges the wall clock by a theatre's last tick. Pure. */
export function standingOfClock(nowMs: number, lastMs: number): ClockStanding {
  if (nowMs < lastMs - behindMsMin) return { kind: 'behind', byMs: lastMs - nowMs }
  return nowMs - lastMs > leapMsMax ? { kind: 'leap', byMs: nowMs - lastMs } : { kind: 'right' }
}
