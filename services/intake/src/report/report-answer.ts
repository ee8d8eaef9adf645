// The answer to a write, from the fold of the incidents log. Pure.

import type { Principal } from '@tocsin/auth/access/principal'
import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { KnownReport, Place } from '@tocsin/read-model/reports/known-report'
import { placesText, type Understood } from './told-places.ts'
import { isVisible, revisionsSeen } from './visible-reports.ts'

export interface Answer {
  readonly reportId: string
  /** Number of revisions of the report that the key may see, this one included. */
  readonly revision: number
  /** The theatre of the winning revision. */
  readonly theatre: string
  /** No record was written: the log has all of it already. */
  readonly duplicate: boolean
  /** Its records in the incidents log, by partition. */
  readonly places: readonly RecordPosition[]
  /** The resolved place; null for a withdrawal. */
  readonly understood: Understood | null
  /**
   * Present if what was sent is stored but does not count, because another revision of the report
   * wins; not if the key may not see that one.
   */
  readonly superseded?: {
    /** The report time of the revision that counts. */
    readonly reportedAt: string
    /** What this means, and what to do. */
    readonly hint: string
  }
}

interface Written {
  /** The revision that was sent; null for a withdrawal. */
  readonly sent: (Understood & Pick<ReportRevision, 'contentHash'>) | null
  /** Its new records; null: nothing was written. */
  readonly places: readonly RecordPosition[] | null
}

/** The answer to a key that sent what a report now holds. */
export function makeAnswer(
  known: KnownReport,
  principal: Principal,
  { sent, places }: Written
): Answer {
  const { reportId, revisions, winner, standings } = known
  const answer = {
    reportId,
    revision: revisionsSeen(principal, revisions),
    theatre: winner?.theatre ?? '',
    duplicate: places === null,
    places: places ?? standings.map(readPosition),
    understood: sent && { place: sent.place, alsoAt: sent.alsoAt }
  }
  if (sent === null || !isVisible(known, principal)) return answer
  const { reportedAt, contentHash } = known.winner
  if (contentHash === sent.contentHash) return answer
  const hint = `this revision does not count: the one that was reported at ${reportedAt} does: the latest report time wins, and of equal ones the greater content hash. If this one is right, send it with PUT /v1/reports/${reportId}, or without a reportedAt: then it counts.`
  return { ...answer, superseded: { reportedAt, hint } }
}

/**
 * The members of an answer as text. Written by hand: a general serialiser is measurably slower at
 * these rates. Only the theatre needs escaping.
 */
export function formatAnswer(answer: Answer): string {
  const { reportId, revision, theatre, duplicate, understood, superseded } = answer
  const where = understood === null ? '' : `,${placesText(understood, theatre)}`
  const instead = superseded === undefined ? '' : `,"superseded":${JSON.stringify(superseded)}`
  return `"reportId":"${reportId}","revision":${revision},"theatre":${JSON.stringify(theatre)},"duplicate":${duplicate}${where}${instead}`
}

/** The position at a place. */
export function readPosition({ partition, position }: Place): RecordPosition {
  return { partition, position: BigInt(position) }
}
