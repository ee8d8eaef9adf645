// A fold of the incidents log: which reports exist, which theatres each was ever in, which revision
// wins, which are withdrawn. It is a join (union and maximum), so repeated and reordered records
// make no difference. Our own writes are therefore applied immediately, and again when they come
// back from the log.

import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { winsOver } from '@tocsin/contracts/theatre/winning-revision'
import type { Cursor, RecordPosition } from '@tocsin/event-log/port'
import { ScratchRecords } from '@tocsin/service/scratch/scratch-records'
import type { Captured, SnapshotPart } from '@tocsin/service/snapshot/snapshot-state'
import type { KnownReport, KnownRevision, TheatreStanding } from './known-report.ts'
import { readKnownReport, writeKnownReport } from './known-report-text.ts'
import { UnassignedReports } from './unassigned-reports.ts'

export interface KnownReportsOptions {
  /** Storage for what is known; default in memory. */
  readonly records?: ScratchRecords
}

// There may be millions of reports: each is stored as text in scratch records, and parsed only on
// access.
export class KnownReports implements SnapshotPart {
  /** A separate part of the snapshot. */
  readonly unassigned = new UnassignedReports()
  readonly #records: ScratchRecords
  /** The reports that were read or changed lately: a writer reads its report again after the write. */
  readonly #lately = new Map<string, KnownReport>()

  /** By the key that posted them: its last reports, the newest last. */
  readonly #mine = new Map<string, Set<string>>()
  /** By partition: after the last record that was applied. */
  readonly #next: bigint[] = []

  constructor({ records = new ScratchRecords() }: KnownReportsOptions = {}) {
    this.#records = records
  }

  get size(): number {
    return this.#records.size
  }

  /** Memory in use, bytes. */
  get memoryBytes(): number {
    return this.#records.memoryBytes
  }

  /** A report as known now: an immutable value. */
  get(reportId: string): KnownReport | undefined {
    const lately = this.#lately.get(reportId)
    if (lately !== undefined) return lately
    const text = this.#records.get(reportId)
    return text === undefined ? undefined : this.#remember(readKnownReport(reportId, text))
  }

  #remember(report: KnownReport): KnownReport {
    if (this.#lately.size >= latelyMax) this.#lately.clear()
    this.#lately.set(report.reportId, report)
    return report
  }

  /**
   * Applies a record of the incidents log; ignores those that are not about reports. Idempotent and
   * commutative.
   */
  apply(record: TheatreRecord, at: RecordPosition): void {
    if (record.type !== 'report.received' && record.type !== 'report.withdrawn') return
    if (at.position >= (this.#next[at.partition] ?? 0n)) this.#next[at.partition] = at.position + 1n
    const { reportId } = record.data
    const before = this.get(reportId) ?? unknown(reportId)
    const report =
      record.type === 'report.received'
        ? received(before, record, at)
        : withdrawn(before, record.theatre, at)
    this.#records.set(reportId, writeKnownReport(report))
    this.#remember(report)
    if (record.by !== undefined) this.#noteMine(record.by, reportId)
    this.unassigned.apply(report, record.time)
  }

  /** The last reports that a key posted, the newest first. */
  mine(keyId: string): readonly string[] {
    return [...(this.#mine.get(keyId) ?? [])].reverse()
  }

  #noteMine(keyId: string, reportId: string): void {
    const mine = this.#mine.get(keyId) ?? new Set()
    this.#mine.set(keyId, mine)
    mine.add(reportId)
    if (mine.size > mineMax) for (const oldest of mine) return void mine.delete(oldest)
  }

  /**
   * True if all known records are before a cursor. Our own writes are known before they are read
   * back.
   */
  isBefore({ positions }: Cursor): boolean {
    return this.#next.every((next, partition) => next <= (positions[partition] ?? 0n))
  }

  capture(): Captured {
    const { rows, end } = this.#records.capture()
    const first = {
      mine: [...this.#mine].map(([id, of]) => [id, [...of]])
    }
    return { rows: both(first, rows), ...(end === undefined ? {} : { end }) }
  }

  restore(row: unknown): void {
    if (row instanceof Uint8Array) this.#records.restore(row)
    else {
      const { mine } = row as FirstRow
      for (const [keyId, reportIds] of mine) this.#mine.set(keyId, new Set(reportIds))
    }
  }

  restored(): void {
    this.#records.restored()
  }

  close(): void {
    this.#records.close()
  }
}

/** More than are in flight, in most cases; cleared when full. */
const latelyMax = 512

/** Most reports that a key finds again as its own. */
const mineMax = 100

interface FirstRow {
  readonly mine: readonly (readonly [keyId: string, reportIds: readonly string[]])[]
}

function* both(first: unknown, bytes: Iterable<unknown>): Generator<unknown> {
  yield first
  yield* bytes
}

type ReceivedRecord = Extract<TheatreRecord, { type: 'report.received' }>

function unknown(reportId: string): KnownReport {
  return {
    reportId,
    sourceId: '',
    externalId: null,
    standings: [],
    revisions: [],
    winner: null,
    withdrawal: null
  }
}

function received(
  before: KnownReport,
  { theatre, time, data, by }: ReceivedRecord,
  at: RecordPosition
): KnownReport {
  const { sourceId, externalId } = data
  const known = before.revisions.find(
    known => known.contentHash === data.contentHash && known.reportedAt === data.reportedAt
  )
  const isCorrection = before.revisions.length > 0 && data.lane === 'live'
  const correctedMs = isCorrection ? Date.parse(time) : null
  const revision = known ?? makeKnownRevision(data, at, { correctedMs, by: by ?? null })
  const standings = movedOn(before.standings, theatre, at, standing =>
    standing.best === null || winsOver(revision, standing.best)
      ? { ...standing, best: revision }
      : standing
  )
  const revisions = known === undefined ? [...before.revisions, revision] : before.revisions
  const winner =
    before.winner === null || winsOver(revision, before.winner) ? revision : before.winner
  return { ...before, sourceId, externalId, standings, revisions, winner }
}

function withdrawn(before: KnownReport, theatre: string, at: RecordPosition): KnownReport {
  const standings = movedOn(before.standings, theatre, at, standing => ({
    ...standing,
    isWithdrawn: true
  }))
  return { ...before, standings, withdrawal: before.withdrawal ?? at }
}

/** Standings with the one of a theatre replaced by the result of a new record. */
function movedOn(
  standings: readonly TheatreStanding[],
  theatre: string,
  { partition, position }: RecordPosition,
  change: (standing: TheatreStanding) => TheatreStanding
): readonly TheatreStanding[] {
  const index = standings.findIndex(standing => standing.theatre === theatre)
  const known = standings[index]
  if (known === undefined)
    return [...standings, change({ theatre, partition, position, best: null, isWithdrawn: false })]
  return standings.with(index, change(position > known.position ? { ...known, position } : known))
}

/** The one object for a revision of a report, made from the revision's first record. */
function makeKnownRevision(
  { reportedAt, contentHash, theatre, handling, private: sealed }: ReportRevision,
  at: RecordPosition,
  { correctedMs, by }: Pick<KnownRevision, 'correctedMs' | 'by'>
): KnownRevision {
  return {
    reportedAt,
    contentHash,
    theatre,
    handling,
    keyId: sealed?.keyId ?? null,
    at,
    correctedMs,
    by
  }
}
