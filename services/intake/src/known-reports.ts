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

export interface KnownRevision extends RevisionKey {
  /** Where its place lies. */
  readonly theatre: string
  readonly handling: Handling
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

/** True where revision `a` wins over `b`: the later report, and of equal times the greater hash. Source: design, section 3. */
export function winsOver(a: RevisionKey, b: RevisionKey): boolean {
  return a.reportedAt === b.reportedAt ? a.contentHash > b.contentHash : a.reportedAt > b.reportedAt
}

/**
 * The theatres that must hold what stands of a report and do not: none, unless a write to several of them ended half way. In order of id. Pure.
 * Source: design, section 2, a report that moves.
 */
export function theatresBehind({ standings, winner, withdrawal }: KnownReport): string[] {
  // One revision is one object, see `revisionIn`.
  const behind = standings.filter(standing => (withdrawal === null ? standing.best !== winner : !standing.isWithdrawn))
  const theatres = behind.map(standing => standing.theatre)
  const isMissing = withdrawal === null && winner !== null && !standings.some(standing => standing.theatre === winner.theatre)
  return (isMissing ? [...theatres, winner.theatre] : theatres).sort()
}

interface MutableStanding extends Standing {
  partition: number
  position: bigint
  best: KnownRevision | null
  isWithdrawn: boolean
}

interface Entry extends KnownReport {
  sourceId: string
  externalId: string | null
  standings: readonly MutableStanding[]
  revisions: readonly KnownRevision[]
  winner: KnownRevision | null
  withdrawal: LogPlace | null
}

// There may be millions of entries: lists are joined, which takes no room to grow, and what is said twice is one object.
export class KnownReports {
  readonly #entries = new Map<string, Entry>()
  readonly #behind = new Set<string>()
  readonly #notesBehind: boolean

  /** `notesBehind`: keep `behind`. Default false, which costs nothing. */
  constructor({ notesBehind = false }: { readonly notesBehind?: boolean } = {}) {
    this.#notesBehind = notesBehind
  }

  get size(): number {
    return this.#entries.size
  }

  get(reportId: string): KnownReport | undefined {
    return this.#entries.get(reportId)
  }

  /** Reports of which some theatre lacks what stands (`theatresBehind`), in the order in which that was learnt. */
  get behind(): ReadonlySet<string> {
    return this.#behind
  }

  /** Takes a record of the incidents log; those that are not of reports say nothing here. Idempotent; order does not matter. */
  apply(record: TheatreRecord, at: LogPlace): void {
    if (record.type === 'report.received') this.#received(record.theatre, record.data, at)
    else if (record.type === 'report.withdrawn') this.#withdrawn(record.theatre, record.data.reportId, at)
    else return
    if (this.#notesBehind) this.#note(record.data.reportId)
  }

  #note(reportId: string): void {
    if (theatresBehind(this.#entryOf(reportId)).length > 0) this.#behind.add(reportId)
    else this.#behind.delete(reportId)
  }

  #received(theatre: string, data: ReportRevision, at: LogPlace): void {
    const entry = this.#entryOf(data.reportId)
    entry.sourceId = data.sourceId
    entry.externalId = data.externalId
    const standing = standingIn(entry, theatre, at)
    const revision = revisionIn(entry, data, at)
    if (standing.best === null || winsOver(revision, standing.best)) standing.best = revision
    if (entry.winner === null || winsOver(revision, entry.winner)) entry.winner = revision
  }

  #withdrawn(theatre: string, reportId: string, at: LogPlace): void {
    const entry = this.#entryOf(reportId)
    standingIn(entry, theatre, at).isWithdrawn = true
    entry.withdrawal ??= at
  }

  #entryOf(reportId: string): Entry {
    const known = this.#entries.get(reportId)
    if (known) return known
    const entry: Entry = {
      reportId,
      sourceId: '',
      externalId: null,
      standings: [],
      revisions: [],
      winner: null,
      withdrawal: null
    }
    this.#entries.set(reportId, entry)
    return entry
  }
}

/** The standing of a report in a theatre, moved on to a record there. */
function standingIn(entry: Entry, theatre: string, { partition, position }: LogPlace): MutableStanding {
  const known = entry.standings.find(standing => standing.theatre === theatre)
  if (known === undefined) {
    const standing = { theatre, partition, position, best: null, isWithdrawn: false }
    entry.standings = entry.standings.concat(standing)
    return standing
  }
  if (position > known.position) known.position = position
  return known
}

/** The one object that stands for a revision of a report, made of the record that is learnt of first. */
function revisionIn(entry: Entry, { reportedAt, contentHash, theatre, handling }: ReportRevision, at: LogPlace): KnownRevision {
  const known = entry.revisions.find(revision => revision.contentHash === contentHash && revision.reportedAt === reportedAt)
  if (known !== undefined) return known
  const revision = { reportedAt, contentHash, theatre, handling, at }
  entry.revisions = entry.revisions.concat(revision)
  return revision
}
