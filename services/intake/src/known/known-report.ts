// What is known of one report: its revisions, where it stands in each theatre, and which revision wins. Pure.

import type { Handling } from '@tocsin/domain/report/handling'

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
