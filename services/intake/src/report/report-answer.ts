// The answer to a write, from the fold of the incidents log. Pure.

import type { Principal } from '@tocsin/auth/access/principal'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { KnownReport } from '@tocsin/read-model/reports/known-report'
import type { KnownReports } from '@tocsin/read-model/reports/known-reports'
import type { DraftRecord } from './report-records.ts'
import { placesText, type Understood } from './told-places.ts'
import { isVisible, revisionsSeen } from './visible-reports.ts'

export interface Answer {
  readonly reportId: string
  /** Number of known revisions of the report, this one included. */
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
   * wins.
   */
  readonly superseded?: Superseded
}

/** The revision that counts instead of the sent one. */
export interface Superseded {
  /** Its report time. */
  readonly reportedAt: string
  /** What this means, and what to do. */
  readonly hint: string
}

/** The answer to a write without changes. */
export function answerDuplicate(
  { reportId, revisions, winner, standings }: KnownReport,
  at: Understood | null
): Answer {
  const theatre = winner?.theatre ?? ''
  return {
    reportId,
    revision: revisions.length,
    theatre,
    duplicate: true,
    places: standings.map(readPosition),
    understood: placesIn(at)
  }
}

/** Whether a revision with this content counts: what to add to its answer. Pure. */
export function supersededIn(
  known: KnownReport | undefined,
  contentHash: string
): Pick<Answer, 'superseded'> {
  const winner = known?.winner
  if (winner == null || winner.contentHash === contentHash) return {}
  const { reportedAt } = winner
  return {
    superseded: {
      reportedAt,
      hint: `this revision does not count: the one that was reported at ${reportedAt} does: the latest report time wins, and of equal ones the greater content hash. If this one is right, send it with PUT /v1/reports/${known?.reportId}, or without a reportedAt: then it counts.`
    }
  }
}

/** The same for records that were written; null for a withdrawal, which is final. Pure. */
export function supersededBy(
  known: KnownReport | undefined,
  [first]: readonly DraftRecord[]
): Pick<Answer, 'superseded'> {
  return first?.record.type === 'report.received'
    ? supersededIn(known, first.record.data.contentHash)
    : {}
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

/** The places in records to be written; null for a withdrawal. */
export function understoodIn([first]: readonly DraftRecord[]): Understood | null {
  return first?.record.type === 'report.received' ? placesIn(first.record.data) : null
}

function placesIn(at: Understood | null): Understood | null {
  return at && { place: at.place, alsoAt: at.alsoAt }
}

/** The position at a place. */
export function readPosition({
  partition,
  position
}: {
  readonly partition: number
  readonly position: number | bigint
}): RecordPosition {
  return { partition, position: BigInt(position) }
}

/**
 * An answer whose count includes only the revisions that the principal is cleared for, and that
 * does not reveal another one as the revision that counts.
 */
export function answerAsSeen(
  answer: Answer,
  reports: Pick<KnownReports, 'get'>,
  principal: Principal
): Answer {
  const known = reports.get(answer.reportId)
  if (known === undefined) return answer
  const { superseded, ...seen } = answer
  const told = superseded === undefined || !isVisible(known, principal) ? {} : { superseded }
  return { ...seen, ...told, revision: revisionsSeen(principal, known.revisions) }
}
