// Makes the records of the incidents log from a resolved report: one revision, in every theatre
// that needs it. Pure.

import { getAuthor, type Principal } from '@tocsin/auth/access/principal'
import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord, encodeRevision, withAuthor } from '@tocsin/contracts/record/records'
import {
  computeRevisionRecordId,
  computeWithdrawalRecordId,
  getOpenHalf,
  type RevisionName
} from '@tocsin/contracts/report/report-identity'
import type { Lane, ReportRevision, SealedPrivate } from '@tocsin/contracts/theatre/report'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { NewRecord } from '@tocsin/event-log/port'
import type { KnownReport } from '@tocsin/read-model/reports/known-report'
import type { DerivedKeys } from '../privacy/derived-keys.ts'
import type { Acceptance } from '../time/theatre-time.ts'
import type { IncomingReport, NewRevision } from './incoming-report.ts'
import type { VisibleReport } from './visible-reports.ts'

const source = '/tocsin/intake'

/** A record in its stored form, and as the fold will see it. */
export interface DraftRecord {
  readonly stored: NewRecord
  readonly record: TheatreRecord
}

/** What a report is given when it is written. */
type WrittenRevision = Omit<NewRevision, 'content' | 'isCorrection' | 'once' | 'principal'> & {
  readonly contentHash: string
  readonly keys: DerivedKeys
  readonly sealed: SealedPrivate | null
}

/**
 * A revision as the rules see it. Members recorded as posted are not listed here; the compiler
 * checks that none is missing.
 */
export function makeRevision(revision: WrittenRevision): ReportRevision {
  const { input, keys, sealed, reportId, contentHash, place, alsoAt, theatre, lane } = revision
  const { externalId, reportedAt } = revision
  const { location: _, ...said } = input
  return {
    ...{ ...said, reportId, contentHash, externalId, reportedAt, place, alsoAt, ...keys },
    ...{ private: sealed, theatre, lane }
  }
}

/** Id of the key that posted a report; null for backfill, whose records are not read back singly. */
export function findPoster({ lane, principal }: IncomingReport): string | null {
  return lane === 'live' ? principal.id : null
}

const writtenBy = (by: string | null) => (by === null ? {} : { by })

/**
 * The record name for an Idempotency-Key, independent of the content: of two concurrent posts the
 * log accepts the first.
 */
const onceName: RevisionName = ['once']

/**
 * The name of a revision's record. The same revision always has the same name, so that the log
 * detects a second append. Private content is excluded, so that no name reveals it: revisions that
 * differ only there are numbered. Pure.
 */
export function revisionName(
  { contentHash, private: sealed, reportedAt }: NamedRevision,
  { isCorrection, once }: Pick<IncomingReport, 'isCorrection' | 'once'>,
  known: KnownReport | undefined
): RevisionName {
  if (once !== null && !isCorrection) return onceName
  const said = getOpenHalf(contentHash, sealed !== null)
  const nth = sealed === null ? 0 : readNumber(contentHash, said, known)
  return findName(said, isCorrection ? reportedAt : null, nth)
}

type NamedRevision = Pick<ReportRevision, 'contentHash' | 'private' | 'reportedAt'>

function findName(said: string, correctedAt: string | null, nth: number): RevisionName {
  return [said, ...(correctedAt === null ? [] : [correctedAt]), ...(nth === 0 ? [] : [String(nth)])]
}

/**
 * Its number among the revisions with the same open part, in the order in which they became known.
 */
function readNumber(contentHash: string, said: string, known: KnownReport | undefined): number {
  const alike =
    known?.revisions.filter(r => r.keyId !== null && getOpenHalf(r.contentHash, true) === said) ??
    []
  const index = alike.findIndex(r => r.contentHash === contentHash)
  return index < 0 ? alike.length : index
}

/**
 * The name of copies of the winning revision, for theatres that lack it. A theatre that has it under
 * the name of its writer gets the same content, which changes nothing. Pure.
 */
export function nameCopy({ revisions, winner }: KnownReport): RevisionName {
  const index = winner === null ? -1 : revisions.indexOf(winner)
  const said = getOpenHalf(winner?.contentHash ?? '', winner?.keyId != null)
  return [said, winner?.reportedAt ?? '', 'copy', String(index)]
}

/**
 * The records of a revision, one for each theatre. One that was made here costs less to write than
 * one that was read, which may have members that this version does not know.
 */
export function revisionRecords(
  revision: ReportRevision,
  name: RevisionName,
  theatres: readonly Acceptance[],
  by: string | null,
  origin: 'new' | 'read' = 'read'
): DraftRecord[] {
  return theatres.map(({ theatre, at: time }) => {
    const id = computeRevisionRecordId(theatre, revision.reportId, name)
    const payload = { type: 'report.received', data: revision } as const
    const envelope = { id, source, time, cause: null, theatre, ...writtenBy(by) }
    const value =
      origin === 'new' ? encodeRevision(envelope, revision) : encodeRecord(envelope, payload)
    const record = { ...payload, id, theatre, time, ...writtenBy(by) }
    return { stored: { id, key: theatre, value }, record }
  })
}

/** The tombstones of a report, one for each theatre that it was ever in. */
export function withdrawalRecords(
  reportId: string,
  reason: string,
  lane: Lane,
  theatres: readonly Acceptance[]
): DraftRecord[] {
  const payload = { type: 'report.withdrawn', data: { reportId, reason, lane } } as const
  return theatres.map(({ theatre, at: time }) => {
    const id = computeWithdrawalRecordId(theatre, reportId)
    const value = encodeRecord({ id, source, time, cause: null, theatre }, payload)
    return { stored: { id, key: theatre, value }, record: { ...payload, id, theatre, time } }
  })
}

/**
 * The record of the control log that requests an erasure. A later request is another record: a
 * correction may have added new texts.
 */
export function erasureRequest(
  report: VisibleReport,
  principal: Principal,
  nowMs: number
): NewRecord & { readonly value: Uint8Array } {
  const { reportId, winner } = report
  const time = new Date(nowMs).toISOString()
  const id = digest('report-erasure', reportId, principal.id, time)
  const envelope = { id, source, time, cause: null, ...withAuthor(getAuthor(principal)) }
  const data = { reportId, theatre: winner.theatre, handling: winner.handling }
  return {
    id,
    key: 'control',
    value: encodeRecord(envelope, { type: 'report.erasure-requested', data })
  }
}
