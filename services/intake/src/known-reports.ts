// What the incidents log says of reports, folded: which there are, in which theatres they ever were, which revision wins, which are withdrawn.
// The fold is a union with a greatest element: taking a record twice, or two records in another order, makes no difference. So what intake has
// just written is taken at once, and again when it comes back from the log.

import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { Handling } from '@tocsin/domain/report/handling'
import type { ReportRevision } from '@tocsin/domain/report/report'
import { ScratchRecords } from '@tocsin/service-kit/scratch-records'
import { readKnownReport, writeKnownReport } from './known-report-text.ts'

/** Where a record stands in the incidents log. */
export interface LogPlace {
  readonly partition: number
  readonly position: bigint
}

/** Which revision is meant, and what decides between revisions. */
export interface RevisionKey {
  /** ISO 8601, UTC, ms: texts compare as the times do. */
  readonly reportedAt: string
  readonly contentHash: string
}

export interface KnownRevision extends RevisionKey {
  /** Where its place lies. */
  readonly theatre: string
  readonly handling: Handling
  /** The data key of its private part; null where nothing was said in private. */
  readonly keyId: string | null
  /** A record that holds it. */
  readonly at: LogPlace
}

/** A report as it stands in one theatre: its last record there, and what its records there come to. */
export interface Standing extends LogPlace {
  readonly theatre: string
  /** The revision that wins by the records of this theatre alone. */
  readonly best: KnownRevision | null
  readonly isWithdrawn: boolean
}

export interface KnownReport {
  readonly reportId: string
  readonly sourceId: string
  readonly externalId: string | null
  /** One for each theatre that it was ever in. */
  readonly standings: readonly Standing[]
  /** Its revisions, each once, in the order in which they were learnt. */
  readonly revisions: readonly KnownRevision[]
  /** Null while only the withdrawal is known. */
  readonly winner: KnownRevision | null
  readonly withdrawal: LogPlace | null
}

/** True where revision `a` wins over `b`: the later report, and of equal times the greater hash. Source: core-idea.md#what-is-known. */
export function winsOver(a: RevisionKey, b: RevisionKey): boolean {
  return a.reportedAt === b.reportedAt ? a.contentHash > b.contentHash : a.reportedAt > b.reportedAt
}

/**
 * The theatres that must hold what stands of a report and do not: none, unless a write to several of them ended half way. In order of id. Pure.
 * Source: shape.md#theatres.
 */
export function theatresBehind({ standings, winner, withdrawal }: KnownReport): string[] {
  // One revision is one object, see `revisionOf` and `readKnownReport`.
  const behind = standings.filter(standing => (withdrawal === null ? standing.best !== winner : !standing.isWithdrawn))
  const theatres = behind.map(standing => standing.theatre)
  const isMissing = withdrawal === null && winner !== null && !standings.some(standing => standing.theatre === winner.theatre)
  return (isMissing ? [...theatres, winner.theatre] : theatres).sort()
}

export interface KnownReportsOptions {
  /** Keep `behind`. Default false, which costs nothing. */
  readonly notesBehind?: boolean
  /** Where what is known lies; default in memory. */
  readonly records?: ScratchRecords
}

// There may be millions of reports: what is known of each is a text in scratch records, and an object only while it is looked at.
export class KnownReports {
  readonly #records: ScratchRecords
  readonly #behind = new Set<string>()
  readonly #notesBehind: boolean
  /** The one that was asked for or changed last: who writes a record looks at its report next. */
  #last: KnownReport | null = null

  constructor({ notesBehind = false, records = new ScratchRecords() }: KnownReportsOptions = {}) {
    this.#notesBehind = notesBehind
    this.#records = records
  }

  get size(): number {
    return this.#records.size
  }

  /** Memory that is held, bytes. */
  get memoryBytes(): number {
    return this.#records.memoryBytes
  }

  /** A report as it is known now: what is learnt later does not change it. */
  get(reportId: string): KnownReport | undefined {
    if (this.#last?.reportId === reportId) return this.#last
    const text = this.#records.get(reportId)
    if (text === undefined) return undefined
    this.#last = readKnownReport(reportId, text)
    return this.#last
  }

  /** Reports of which some theatre lacks what stands (`theatresBehind`), in the order in which that was learnt. */
  get behind(): ReadonlySet<string> {
    return this.#behind
  }

  /** Takes a record of the incidents log; those that are not of reports say nothing here. Idempotent; order does not matter. */
  apply(record: TheatreRecord, at: LogPlace): void {
    if (record.type !== 'report.received' && record.type !== 'report.withdrawn') return
    const { reportId } = record.data
    const before = this.get(reportId) ?? unknown(reportId)
    const report =
      record.type === 'report.received'
        ? received(before, record.theatre, record.data, at)
        : withdrawn(before, record.theatre, at)
    this.#records.set(reportId, writeKnownReport(report))
    this.#last = report
    if (this.#notesBehind) this.#note(report)
  }

  close(): void {
    this.#records.close()
  }

  #note(report: KnownReport): void {
    if (theatresBehind(report).length > 0) this.#behind.add(report.reportId)
    else this.#behind.delete(report.reportId)
  }
}

function unknown(reportId: string): KnownReport {
  return { reportId, sourceId: '', externalId: null, standings: [], revisions: [], winner: null, withdrawal: null }
}

function received(before: KnownReport, theatre: string, data: ReportRevision, at: LogPlace): KnownReport {
  const { sourceId, externalId } = data
  const known = before.revisions.find(known => known.contentHash === data.contentHash && known.reportedAt === data.reportedAt)
  const revision = known ?? revisionOf(data, at)
  const standings = movedOn(before.standings, theatre, at, standing =>
    standing.best === null || winsOver(revision, standing.best) ? { ...standing, best: revision } : standing
  )
  const revisions = known === undefined ? [...before.revisions, revision] : before.revisions
  const winner = before.winner === null || winsOver(revision, before.winner) ? revision : before.winner
  return { ...before, sourceId, externalId, standings, revisions, winner }
}

function withdrawn(before: KnownReport, theatre: string, at: LogPlace): KnownReport {
  const standings = movedOn(before.standings, theatre, at, standing => ({ ...standing, isWithdrawn: true }))
  return { ...before, standings, withdrawal: before.withdrawal ?? at }
}

/** Standings, that in one theatre moved on to a record there and changed by it. */
function movedOn(
  standings: readonly Standing[],
  theatre: string,
  { partition, position }: LogPlace,
  change: (standing: Standing) => Standing
): readonly Standing[] {
  const index = standings.findIndex(standing => standing.theatre === theatre)
  const known = standings[index]
  if (known === undefined) return [...standings, change({ theatre, partition, position, best: null, isWithdrawn: false })]
  return standings.with(index, change(position > known.position ? { ...known, position } : known))
}

/** The one object that stands for a revision of a report, made of the record that is learnt of first. */
function revisionOf(
  { reportedAt, contentHash, theatre, handling, private: sealed }: ReportRevision,
  at: LogPlace
): KnownRevision {
  return { reportedAt, contentHash, theatre, handling, keyId: sealed?.keyId ?? null, at }
}
