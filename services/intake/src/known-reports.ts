// What the incidents log says of reports, folded: which there are, in which theatres they ever were, which revision wins, which are withdrawn.
// The fold is a union with a greatest element: taking a record twice, or two records in another order, makes no difference. So what intake has
// just written is taken at once, and again when it comes back from the log.

import type { Handling } from '@tocsin/domain/handling'
import type { ReportRevision } from '@tocsin/domain/report'
import type { TheatreRecord } from '@tocsin/domain/theatre-record'

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

export interface WinningRevision extends RevisionKey {
  /** Where its place lies. */
  readonly theatre: string
  readonly handling: Handling
  /** A record that holds it. */
  readonly at: LogPlace
}

export interface KnownReport {
  readonly reportId: string
  readonly sourceId: string
  readonly externalId: string | null
  /** By theatre that it was ever in, its last record there. */
  readonly theatres: ReadonlyMap<string, LogPlace>
  /** Its revisions, each once, in the order in which they were learnt. */
  readonly revisions: readonly RevisionKey[]
  /** Null while only the withdrawal is known. */
  readonly winner: WinningRevision | null
  readonly withdrawal: LogPlace | null
}

/** True where revision `a` wins over `b`: the later report, and of equal times the greater hash. Source: design, section 3. */
export function winsOver(a: RevisionKey, b: RevisionKey): boolean {
  return a.reportedAt === b.reportedAt ? a.contentHash > b.contentHash : a.reportedAt > b.reportedAt
}

interface Entry extends KnownReport {
  sourceId: string
  externalId: string | null
  readonly theatres: Map<string, LogPlace>
  readonly revisions: RevisionKey[]
  winner: WinningRevision | null
  withdrawal: LogPlace | null
}

export class KnownReports {
  readonly #entries = new Map<string, Entry>()

  get size(): number {
    return this.#entries.size
  }

  get(reportId: string): KnownReport | undefined {
    return this.#entries.get(reportId)
  }

  /** Takes a record of the incidents log; those that are not of reports say nothing here. Idempotent; order does not matter. */
  apply(record: TheatreRecord, at: LogPlace): void {
    if (record.type === 'report.received') this.#received(record.theatre, record.data, at)
    else if (record.type === 'report.withdrawn') this.#withdrawn(record.theatre, record.data.reportId, at)
  }

  #received(theatre: string, revision: ReportRevision, at: LogPlace): void {
    const entry = this.#entryOf(revision.reportId)
    entry.sourceId = revision.sourceId
    entry.externalId = revision.externalId
    this.#stood(entry, theatre, at)
    const { reportedAt, contentHash } = revision
    if (!entry.revisions.some(r => r.contentHash === contentHash && r.reportedAt === reportedAt)) {
      entry.revisions.push({ reportedAt, contentHash })
    }
    if (entry.winner === null || winsOver(revision, entry.winner)) {
      entry.winner = { reportedAt, contentHash, theatre: revision.theatre, handling: revision.handling, at }
    }
  }

  #withdrawn(theatre: string, reportId: string, at: LogPlace): void {
    const entry = this.#entryOf(reportId)
    this.#stood(entry, theatre, at)
    entry.withdrawal ??= at
  }

  #stood(entry: Entry, theatre: string, at: LogPlace): void {
    const before = entry.theatres.get(theatre)
    if (before === undefined || at.position > before.position) entry.theatres.set(theatre, at)
  }

  #entryOf(reportId: string): Entry {
    const known = this.#entries.get(reportId)
    if (known) return known
    const entry: Entry = {
      reportId,
      sourceId: '',
      externalId: null,
      theatres: new Map(),
      revisions: [],
      winner: null,
      withdrawal: null
    }
    this.#entries.set(reportId, entry)
    return entry
  }
}
