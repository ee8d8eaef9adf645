// From a report as it was understood to the records of the incidents log: one revision, in every theatre that must hold it. Pure.

import { encodeRecord, encodeRevision } from '@tocsin/contracts/records'
import { revisionRecordId, withdrawalRecordId } from '@tocsin/contracts/report-identity'
import type { ReportInput } from '@tocsin/contracts/report-input'
import type { Lane, Place, ReportRevision, SealedPrivate } from '@tocsin/domain/report'
import type { TheatrePayload, TheatreRecord } from '@tocsin/domain/theatre-record'
import type { NewRecord } from '@tocsin/event-log/port'
import type { DerivedKeys } from './derived-keys.ts'

/** Who writes them. */
const source = '/tocsin/intake'

/** A record as it is appended, and as the fold will see it. */
export interface DraftRecord {
  readonly stored: NewRecord
  readonly record: TheatreRecord
}

export interface RevisionParts {
  readonly reportId: string
  readonly contentHash: string
  readonly externalId: string | null
  readonly reportedAt: string
  readonly input: ReportInput
  readonly place: Place
  readonly alsoAt: readonly Place[]
  readonly keys: DerivedKeys
  readonly sealed: SealedPrivate | null
  readonly theatre: string
  readonly lane: Lane
}

/** A revision as the rules will see it. */
export function revisionOf(parts: RevisionParts): ReportRevision {
  const { input } = parts
  return {
    reportId: parts.reportId,
    contentHash: parts.contentHash,
    sourceId: input.sourceId,
    externalId: parts.externalId,
    reportedAt: parts.reportedAt,
    occurred: input.occurred,
    category: input.category,
    tactics: input.tactics,
    place: parts.place,
    alsoAt: parts.alsoAt,
    actors: input.actors,
    targets: input.targets,
    fatalities: input.fatalities,
    credibility: input.credibility,
    handling: input.handling,
    ...parts.keys,
    private: parts.sealed,
    drill: input.drill,
    theatre: parts.theatre,
    lane: parts.lane
  }
}

/** Where and when a record is accepted: a theatre, and its now. */
export interface Acceptance {
  readonly theatre: string
  /** ISO 8601, UTC, ms. */
  readonly at: string
}

/** The records of a revision that was made here, one for each theatre: those of `revisionRecords`, for less. */
export function newRevisionRecords(
  revision: ReportRevision,
  isCorrection: boolean,
  theatres: readonly Acceptance[],
  cause: string | null
): DraftRecord[] {
  return theatres.map(({ theatre, at: time }) => {
    const id = idOf(revision, isCorrection, theatre)
    const value = encodeRevision({ id, source, time, cause, theatre }, revision)
    return { stored: { id, key: theatre, value }, record: { type: 'report.received', data: revision, id, theatre, time } }
  })
}

/** The records of a revision, one for each theatre. The same revision always has the same ids, so that a second append is found out. */
export function revisionRecords(
  revision: ReportRevision,
  isCorrection: boolean,
  theatres: readonly Acceptance[],
  cause: string | null = null
): DraftRecord[] {
  return theatres.map(({ theatre, at }) =>
    draft(idOf(revision, isCorrection, theatre), theatre, at, { type: 'report.received', data: revision }, cause)
  )
}

function idOf({ reportId, contentHash, reportedAt }: ReportRevision, isCorrection: boolean, theatre: string): string {
  return revisionRecordId(theatre, reportId, contentHash, isCorrection ? reportedAt : null)
}

/** The tombstones of a report, one for each theatre that it was ever in. */
export function withdrawalRecords(reportId: string, reason: string, lane: Lane, theatres: readonly Acceptance[]): DraftRecord[] {
  return theatres.map(({ theatre, at }) =>
    draft(withdrawalRecordId(theatre, reportId), theatre, at, { type: 'report.withdrawn', data: { reportId, reason, lane } })
  )
}

function draft(id: string, theatre: string, time: string, payload: TheatrePayload, cause: string | null = null): DraftRecord {
  const value = encodeRecord({ id, source, time, cause, theatre }, payload)
  return { stored: { id, key: theatre, value }, record: { ...payload, id, theatre, time } }
}
