// Whether a machine's clock fits the time of a theatre on the wall clock. Pure.

import { dayMs, minuteMs } from '@tocsin/domain/space-time/event-time'

/**
 * How far a theatre's time may advance in one step without an officer's confirmation: longer than
 * most outages, shorter than typical clock errors. Source: decision 0000.
 */
export const leapMsMax = 31 * dayMs
/**
 * An earlier clock was never set: machines without a battery for it start in 1970, or at the date of
 * their firmware.
 */
const setClockMsMin = Date.UTC(2020, 0, 1)
/** Normal difference between the clocks of instances. */
const behindMsMin = 5 * minuteMs

/** How the wall clock stands to the time of a theatre. */
export type ClockStanding =
  | { readonly kind: 'right' }
  /**
   * `behind`: the theatre's last tick is ahead of the clock, so its time has stopped, and today's
   * reports may lie beyond its window. `unset`: the clock of the machine is not set, and no theatre
   * follows it. `leap`: it is too far ahead of the theatre to be trusted.
   */
  | { readonly kind: 'behind' | 'unset' | 'leap'; readonly byMs: number }

/**
 * Judges the wall clock by a theatre's last tick; null before the first. An empty theatre follows a
 * clock that is far ahead: it has no report or alert that could end too early. Pure.
 */
export function judgeClock(nowMs: number, lastMs: number | null, isEmpty = false): ClockStanding {
  if (nowMs < setClockMsMin) return { kind: 'unset', byMs: setClockMsMin - nowMs }
  if (lastMs === null) return { kind: 'right' }
  if (nowMs < lastMs - behindMsMin) return { kind: 'behind', byMs: lastMs - nowMs }
  const isLeap = nowMs - lastMs > leapMsMax && !isEmpty
  return isLeap ? { kind: 'leap', byMs: nowMs - lastMs } : { kind: 'right' }
}
