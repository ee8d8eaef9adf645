// The answer to a write, from the fold of the incidents log. Pure.

import type { RecordPlace } from '@tocsin/event-log/port'
import type { KnownReport } from '../known/known-report.ts'
import type { DraftRecord } from './report-records.ts'
import type { Understood } from './told-places.ts'

export interface Answer {
  readonly reportId: string
  /** Number of known revisions of the report, this one included. */
  readonly revision: number
  /** The theatre of the winning revision. */
  readonly theatre: string
  /** Nothing was written: the log holds all of it already. */
  readonly duplicate: boolean
  /** Its records in the incidents log, by partition. */
  readonly places: readonly RecordPlace[]
  /** The resolved place; null for a withdrawal. */
  readonly understood: Understood | null
}

/** The answer to a write that changes nothing. */
export function duplicateOf({ reportId, revisions, winner, standings }: KnownReport, at: Understood | null): Answer {
  const theatre = winner?.theatre ?? ''
  return {
    reportId,
    revision: revisions.length,
    theatre,
    duplicate: true,
    places: standings.map(placeOf),
    understood: placesIn(at)
  }
}

/** The places in records to be written; null for a withdrawal. */
export function understoodIn([first]: readonly DraftRecord[]): Understood | null {
  return first?.record.type === 'report.received' ? placesIn(first.record.data) : null
}

function placesIn(at: Understood | null): Understood | null {
  return at && { place: at.place, alsoAt: at.alsoAt }
}

/** True if the fold has the same revision, or withdrawal, in the same partition before the record that was just written. Pure. */
export function wasThere(known: KnownReport, record: DraftRecord['record'], at: RecordPlace): boolean {
  const isBefore = (other: RecordPlace | null) => other?.partition === at.partition && other.position < at.position
  if (record.type !== 'report.received') return isBefore(known.withdrawal)
  const { reportedAt, contentHash } = record.data
  return known.revisions.some(r => r.contentHash === contentHash && r.reportedAt === reportedAt && isBefore(r.at))
}

/** The fields of a place alone. */
export function placeOf({ partition, position }: RecordPlace): RecordPlace {
  return { partition, position }
}
