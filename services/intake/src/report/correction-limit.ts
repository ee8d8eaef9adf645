// How often one report may be corrected. A report that changes to and fro raises, escalates and
// retracts the same alerts each time, and pages people with each. Counted from the log, so that a
// restart and other instances change nothing. Pure.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { hourMs } from '@tocsin/domain/space-time/event-time'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { KnownReport } from '../known/known-report.ts'
import { isCleared } from './visible-reports.ts'

export interface CorrectionLimit {
  readonly principal: Principal
  /** Now in the theatre of the report, ms since the epoch. */
  readonly nowMs: number
  /** 0 = unlimited. */
  readonly perHourMax: number
}

/**
 * Throws `corrected-too-often` if a report was corrected that often in the last hour. The owner is
 * not limited. Revisions that a key may not see do not count for it: the answer would tell that
 * they exist. Source: decision 0003.
 */
export function checkCorrections(
  known: Pick<KnownReport, 'reportId' | 'revisions'>,
  { principal, nowMs, perHourMax }: CorrectionLimit
): void {
  if (perHourMax === 0 || principal.limits === 'none' || known.revisions.length <= perHourMax)
    return
  const recentMs = known.revisions
    .flatMap(revision =>
      revision.correctedMs !== null && isCleared(principal, revision) ? [revision.correctedMs] : []
    )
    .filter(ms => ms > nowMs - hourMs)
    .sort((a, b) => b - a)
  const lastAllowedMs = recentMs[perHourMax - 1]
  if (lastAllowedMs === undefined) return
  const detail =
    `The report ${known.reportId} was corrected ${perHourMax} times within an hour, which is the limit. ` +
    'Its last revision stands, and it can be withdrawn at any time.'
  throw new ProblemError('corrected-too-often', detail, {
    retryAfterS: Math.max(1, Math.ceil((lastAllowedMs + hourMs - nowMs) / 1000)),
    members: { reportId: known.reportId, limit: perHourMax }
  })
}
