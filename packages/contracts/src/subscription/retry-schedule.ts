// When a delivery is tried again, by the severity of its event or by the subscriber's own schedule.
// Pure.

import type { Severity } from '../theatre/severity.ts'

/**
 * Waits before the second, third, … try; then `slowMs`, `slowCount` times. A schedule of n waits
 * gives n + 1 tries.
 */
export interface RetrySchedule {
  readonly waitsMs: readonly number[]
  readonly slowMs: number
  readonly slowCount: number
}

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Longest wait by our own schedules: an endpoint that is back waits no longer than this. */
export const slowWaitMs = 5 * minuteMs
/** How long our own schedules try. */
export const scheduleForMs = 3 * dayMs

/** Limits of a subscriber's own schedule: number of waits, and length of each. */
export const scheduleLengthMax = 32
export const scheduleWaitMaxMs = dayMs

/**
 * Dense in the first minute, because an alert is worth most then, and gentler for what is minor.
 * Source: a comparison of senders, none of which tries more than three times in the first minute.
 */
export const scheduleBySeverity: Readonly<Record<Severity, RetrySchedule>> = {
  extreme: makeOurs([1, 2, 5, 10, 20, 30], [1, 1, 1, 2, 2, 2]),
  severe: makeOurs([1, 2, 5, 10, 20, 30], [1, 2]),
  moderate: makeOurs([1, 2, 5, 10, 20, 30], [2]),
  minor: makeOurs([5, 15, 30], [1, 2])
}

function makeOurs(seconds: readonly number[], minutes: readonly number[]): RetrySchedule {
  const waitsMs = [...seconds.map(s => s * secondMs), ...minutes.map(m => m * minuteMs)]
  const fastMs = waitsMs.reduce((sum, wait) => sum + wait, 0)
  const slowCount = Math.ceil((scheduleForMs - fastMs) / slowWaitMs)
  return { waitsMs, slowMs: slowWaitMs, slowCount }
}

/** The schedule of a delivery: the subscriber's own in seconds, or ours for the severity. Pure. */
export function makeSchedule(own: readonly number[] | null, severity: Severity): RetrySchedule {
  if (own === null) return scheduleBySeverity[severity]
  return { waitsMs: own.map(s => s * secondMs), slowMs: 0, slowCount: 0 }
}

/** The wait after so many tries, ms; null when the schedule is exhausted. Pure. */
export function waitAfter(
  { waitsMs, slowMs, slowCount }: RetrySchedule,
  tries: number
): number | null {
  return waitsMs[tries - 1] ?? (tries <= waitsMs.length + slowCount ? slowMs : null)
}
