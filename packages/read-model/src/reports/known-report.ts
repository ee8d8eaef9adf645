// What is known of a report: its revisions, its state in each theatre, and which theatres lack
// the winner or the withdrawal. Plain data. Pure.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import { type TheatreRecord, unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { type RevisionKey, winsOver } from '@tocsin/contracts/theatre/winning-revision'
import type { RecordPosition } from '@tocsin/event-log/port'

/** A place in the incidents log. */
export interface Place {
  readonly partition: number
  readonly position: number
}

export interface KnownRevision extends RevisionKey {
  /** The theatre of the report's place. */
  readonly theatre: string
  readonly handling: Handling
  /** The data key of the private part; null if it has none. */
  readonly keyId: string | null
  /** A record with this revision. */
  readonly at: Place
  /** Id of the key that posted it; null for backfill, and for older records. */
  readonly by: string | null
}

/** A report in one theatre: its last record there, and the result of all its records there. */
export interface TheatreStanding extends Place {
  readonly theatre: string
  /** Index of the winning revision by the records of this theatre alone; -1: none. */
  readonly best: number
  readonly isWithdrawn: boolean
}

export interface KnownReport {
  readonly reportId: string
  readonly sourceId: string
  readonly externalId: string | null
  /** One for each theatre that it was ever in. */
  readonly standings: readonly TheatreStanding[]
  /** Its revisions, without repeats, in the order in which they became known. */
  readonly revisions: readonly KnownRevision[]
  /** Null while only the withdrawal is known. */
  readonly winner: KnownRevision | null
  readonly withdrawal: Place | null
  /** Since when it lies in no theatre, ms; null if it lies in one, or is withdrawn. */
  readonly outsideMs: number | null
}

/**
 * The theatres that lack the winner or the withdrawal: only after a partial write. In order of id.
 * Pure. Source: shape.md#theatres.
 */
export function theatresBehind({
  standings,
  revisions,
  winner,
  withdrawal
}: KnownReport): string[] {
  const behind = standings.filter(standing =>
    withdrawal === null
      ? winner !== null && standing.best !== revisions.indexOf(winner)
      : !standing.isWithdrawn
  )
  const theatres = behind.map(standing => standing.theatre)
  const isMissing =
    withdrawal === null &&
    winner !== null &&
    !standings.some(standing => standing.theatre === winner.theatre)
  return (isMissing ? [...theatres, winner.theatre] : theatres).sort()
}

type ReportRecord = Extract<TheatreRecord, { type: 'report.received' | 'report.withdrawn' }>
type ReceivedRecord = Extract<TheatreRecord, { type: 'report.received' }>

const unknownReport = {
  sourceId: '',
  externalId: null,
  standings: [],
  revisions: [],
  winner: null,
  withdrawal: null,
  outsideMs: null
}

/**
 * A report after one more record about it. It is a join (union and maximum), so that repeated and
 * reordered records make no difference. Pure.
 */
export function addRecord(
  before: KnownReport | null,
  record: ReportRecord,
  at: RecordPosition
): KnownReport {
  const place = { partition: at.partition, position: Number(at.position) }
  const known = before ?? { ...unknownReport, reportId: record.data.reportId }
  const report =
    record.type === 'report.received'
      ? addReceived(known, record, place)
      : addWithdrawn(known, record.theatre, place)
  const isOutside = report.winner?.theatre === unassignedTheatre && report.withdrawal === null
  const outsideMs = isOutside ? (known.outsideMs ?? Date.parse(record.time)) : null
  return { ...report, outsideMs }
}

function addReceived(
  before: KnownReport,
  { theatre, data, by }: ReceivedRecord,
  at: Place
): KnownReport {
  const { sourceId, externalId } = data
  const index = before.revisions.findIndex(
    known => known.contentHash === data.contentHash && known.reportedAt === data.reportedAt
  )
  const revision = before.revisions[index] ?? makeRevision(data, at, by ?? null)
  const revisions = index < 0 ? [...before.revisions, revision] : before.revisions
  const nth = index < 0 ? revisions.length - 1 : index
  const standings = moveOn(before.standings, theatre, at, standing => {
    const best = revisions[standing.best]
    return best === undefined || winsOver(revision, best) ? { ...standing, best: nth } : standing
  })
  const winner =
    before.winner === null || winsOver(revision, before.winner) ? revision : before.winner
  return { ...before, sourceId, externalId, standings, revisions, winner }
}

function addWithdrawn(before: KnownReport, theatre: string, at: Place): KnownReport {
  const standings = moveOn(before.standings, theatre, at, standing => ({
    ...standing,
    isWithdrawn: true
  }))
  return { ...before, standings, withdrawal: before.withdrawal ?? at }
}

/** Standings with the one of a theatre replaced by the result of a new record. */
function moveOn(
  standings: readonly TheatreStanding[],
  theatre: string,
  { partition, position }: Place,
  change: (standing: TheatreStanding) => TheatreStanding
): readonly TheatreStanding[] {
  const index = standings.findIndex(standing => standing.theatre === theatre)
  const known = standings[index]
  if (known === undefined)
    return [...standings, change({ theatre, partition, position, best: -1, isWithdrawn: false })]
  return standings.with(index, change(position > known.position ? { ...known, position } : known))
}

function makeRevision(
  { reportedAt, contentHash, theatre, handling, private: sealed }: ReportRevision,
  at: Place,
  by: string | null
): KnownRevision {
  const keyId = sealed?.keyId ?? null
  return { reportedAt, contentHash, theatre, handling, keyId, at, by }
}
