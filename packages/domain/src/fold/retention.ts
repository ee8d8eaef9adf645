// Retention: how far back a report can still change findings.

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
