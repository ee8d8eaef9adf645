// Which revision of a report wins. The theatres' fold, intake and the notifier all go by this rule, and by no other.

import type { ReportRevision } from './report.ts'

/** Which revision is meant, and what decides between revisions. */
export type RevisionKey = Pick<ReportRevision, 'reportedAt' | 'contentHash'>

/**
 * True where revision `a` wins over `b`: the later report, and of equal times the greater hash. A revision does not win over itself. Pure.
 * Texts compare as the times do: records have them in UTC with milliseconds. Source: core-idea.md#what-is-known.
 */
export function winsOver(a: RevisionKey, b: RevisionKey): boolean {
  return a.reportedAt === b.reportedAt ? a.contentHash > b.contentHash : a.reportedAt > b.reportedAt
}
