// Which revision of a report wins. The only such rule, for the theatres' fold, intake and the
// notifier.

import type { ReportRevision } from './report.ts'

/** The identity of a revision, and what decides between revisions. */
export type RevisionKey = Pick<ReportRevision, 'reportedAt' | 'contentHash'>

/**
 * True if revision `a` wins over `b`: the later `reportedAt`, and of equal times the greater hash.
 * A revision does not win over itself. Pure. Texts compare like times: records have them in UTC
 * with milliseconds. Source: core-idea.md#what-is-known.
 */
export function winsOver(a: RevisionKey, b: RevisionKey): boolean {
  return a.reportedAt === b.reportedAt ? a.contentHash > b.contentHash : a.reportedAt > b.reportedAt
}
