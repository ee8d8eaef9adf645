// Retention: how far back a report can still change findings.

import { dayMs } from '@tocsin/domain/space-time/event-time'

/** Retention if a theatre states none. Source: core-idea.md#what-is-known. */
export const defaultRetentionDays = 820
/**
 * Minimum retention, whichever rules there are: the past of a front (its own rate, 364 and 14 days)
 * and `retentionMarginDays`. Source: core-idea.md#what-is-known.
 */
export const retentionDaysMin = 468
/** Maximum retention: a hundred years. */
export const retentionDaysMax = 36_500
/**
 * A theatre retains this much more than the longest look back of its rules. Source:
 * core-idea.md#what-is-known.
 */
export const retentionMarginDays = 90

/**
 * The start of a theatre's window at this time, ms: a report that ended before it changes nothing.
 * Pure.
 */
export function computeWindowStartMs(nowMs: number, retentionDays: number): number {
  return (Math.floor(nowMs / dayMs) - retentionDays) * dayMs
}
