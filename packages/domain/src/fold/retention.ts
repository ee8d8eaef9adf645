// Retention: how far back a report can still change findings.

/** Retention if a theatre states none. Source: core-idea.md#what-is-known. */
export const defaultRetentionDays = 820
/**
 * Minimum retention: the longest look-back of a pattern (a front's own rate, 364 and 14 days) plus 90 days. Source:
 * core-idea.md#what-is-known.
 */
export const retentionDaysMin = 468
