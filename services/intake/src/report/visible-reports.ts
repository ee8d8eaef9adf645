// Which known reports a principal may see. A report with a hidden winning revision answers as not
// found. Pure.

import { mayReadTheatre, mayUse, type Principal } from '@tocsin/auth/access/principal'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { type Handling, maySee } from '@tocsin/contracts/theatre/handling'
import { winsOver } from '@tocsin/contracts/theatre/winning-revision'
import type { KnownReport } from '@tocsin/read-model/reports/known-report'

export type VisibleReport = KnownReport & { readonly winner: NonNullable<KnownReport['winner']> }

/** True if a principal may see reports of a theatre and handling. */
export function isCleared(
  principal: Principal,
  { theatre, handling }: { theatre: string; handling: Handling }
): boolean {
  return mayReadTheatre(principal, theatre) && maySee(principal.handling, handling)
}

export function isVisible(
  known: KnownReport | undefined,
  principal: Principal
): known is VisibleReport {
  return known?.winner != null && isCleared(principal, known.winner)
}

/**
 * The report, if it is known and shown to the principal; throws the same problem if it is unknown
 * or hidden.
 */
export function visibleReport(
  known: KnownReport | undefined,
  principal: Principal,
  isShown = isVisible
): VisibleReport {
  if (isShown(known, principal)) return known
  throw notFound()
}

function notFound(): ProblemError {
  return new ProblemError('not-found', 'There is no report with this id.')
}

/** True if a principal may read a report: with `reports:read`, else only what it posted itself. */
export function isReadable(
  known: KnownReport | undefined,
  principal: Principal
): known is VisibleReport {
  return isVisible(known, principal) && ownRevisions(known, principal).length > 0
}

/**
 * The report as a principal may read it. Without `reports:read` that is its own revisions, however
 * others corrected the report since; a report without any is not found.
 */
export function readablePart(known: VisibleReport, principal: Principal): VisibleReport {
  const revisions = ownRevisions(known, principal)
  const [first, ...others] = revisions
  if (first === undefined) throw notFound()
  const winner = others.reduce((best, next) => (winsOver(next, best) ? next : best), first)
  return { ...known, revisions, winner }
}

function ownRevisions({ revisions }: KnownReport, principal: Principal): KnownReport['revisions'] {
  return readsAll(principal) ? revisions : revisions.filter(({ by }) => by === principal.id)
}

/** True if a principal may read also what others posted. */
export function readsAll(principal: Principal): boolean {
  return mayUse(principal, ['reports:read'])
}

/** What a principal may know of a report with a hidden winning revision: earlier revisions. */
export function visiblePart(known: KnownReport, principal: Principal): KnownReport {
  return {
    ...known,
    winner: null,
    revisions: known.revisions.filter(revision => isCleared(principal, revision))
  }
}

/** The number of revisions of a report that a principal is cleared for. */
export function revisionsSeen(principal: Principal, revisions: KnownReport['revisions']): number {
  return revisions.reduce(
    (count, revision) => (isCleared(principal, revision) ? count + 1 : count),
    0
  )
}
