// What is known of one report: its revisions, its state in each theatre, and which theatres lack
// the winner or the withdrawal. Pure.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { RevisionKey } from '@tocsin/contracts/theatre/winning-revision'
import type { RecordPosition } from '@tocsin/event-log/port'

export interface KnownRevision extends RevisionKey {
  /** The theatre of the report's place. */
  readonly theatre: string
  readonly handling: Handling
  /** The data key of the private part; null if it has none. */
  readonly keyId: string | null
  /** A record with this revision. */
  readonly at: RecordPosition
  /**
   * When it was accepted, ms since the epoch, if it is a live correction; null for the first
   * revision and for backfill.
   */
  readonly correctedMs: number | null
  /** Id of the key that posted it; null for backfill, and for older records. */
  readonly by: string | null
}

/** A report in one theatre: its last record there, and the result of all its records there. */
export interface TheatreStanding extends RecordPosition {
  readonly theatre: string
  /** The winning revision by the records of this theatre alone. */
  readonly best: KnownRevision | null
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
  readonly withdrawal: RecordPosition | null
}

/**
 * The theatres that lack the winner or the withdrawal: only after a partial write. In order of id.
 * Pure. Source: shape.md#theatres.
 */
export function theatresBehind({ standings, winner, withdrawal }: KnownReport): string[] {
  // One revision is one object, see `findRevision` and `readKnownReport`.
  const behind = standings.filter(standing =>
    withdrawal === null ? standing.best !== winner : !standing.isWithdrawn
  )
  const theatres = behind.map(standing => standing.theatre)
  const isMissing =
    withdrawal === null &&
    winner !== null &&
    !standings.some(standing => standing.theatre === winner.theatre)
  return (isMissing ? [...theatres, winner.theatre] : theatres).sort()
}
