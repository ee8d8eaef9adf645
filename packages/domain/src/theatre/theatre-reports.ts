// What a theatre knows of each report: its winning revision, whether it was withdrawn, and its
// record ids. Whether a report is in the window is decided by the fold.

import type { ReportRevision } from '../report/report.ts'
import { SharedParts } from '../report/shared-parts.ts'
import { winsOver } from '../report/winning-revision.ts'
import { parseTimeMs } from '../space-time/event-time.ts'

/** Maximum number of record ids kept per report; the oldest is dropped. */
export const recordsPerReportMax = 64

/** The winning revision, sealed texts left out. */
export interface TheatreReport {
  readonly winner: ReportRevision | null
  readonly firstReportedAtMs: number
  readonly withdrawn: boolean
  /** When it was last heard of, for its removal. */
  readonly seenMs: number
  /** Ids of its records: a log may contain a record twice. */
  readonly records: readonly string[]
}

/** As it is kept: most have one record, and a list for each would cost more memory than the id. */
export interface KeptReport extends Omit<TheatreReport, 'records'> {
  readonly records: string | readonly string[]
}

/** Pure. */
export function plainReport(known: KeptReport): TheatreReport {
  return { ...known, records: recordsOf(known) }
}

function recordsOf({ records }: KeptReport): readonly string[] {
  return typeof records === 'string' ? [records] : records
}

export class TheatreReports {
  readonly #byId = new Map<string, KeptReport>()
  readonly #parts = new SharedParts()

  get size(): number {
    return this.#byId.size
  }

  get(reportId: string): Omit<TheatreReport, 'records'> | undefined {
    return this.#byId.get(reportId)
  }

  /** The content hash and source of the current revision; empty texts if there is none. */
  contentOf(reportId: string): { readonly contentHash: string; readonly sourceId: string } {
    const winner = this.#byId.get(reportId)?.winner
    return { contentHash: winner?.contentHash ?? '', sourceId: winner?.sourceId ?? '' }
  }

  [Symbol.iterator](): IterableIterator<[string, Omit<TheatreReport, 'records'>]> {
    return this.#byId.entries()
  }

  /** In the same order as `all`. Two flat lists: hundreds of thousands of pairs would be slow. */
  ids(): string[] {
    return [...this.#byId.keys()]
  }

  all(): KeptReport[] {
    return [...this.#byId.values()]
  }

  /** True if this record of the report was applied before. */
  hasHeard(reportId: string, recordId: string): boolean {
    const records = this.#byId.get(reportId)?.records
    return (
      records !== undefined &&
      (typeof records === 'string' ? records === recordId : records.includes(recordId))
    )
  }

  /**
   * Takes a revision of a report that is not withdrawn. `wins`: whether it is now the winning one.
   */
  receive(
    revision: ReportRevision,
    recordId: string,
    tickMs: number
  ): { winner: ReportRevision; wins: boolean } {
    const known = this.#byId.get(revision.reportId)
    const reportedAtMs = parseTimeMs(revision.reportedAt)
    const wins = !known?.winner || winsOver(revision, known.winner)
    const winner = wins ? this.#parts.of(revision) : known.winner
    this.#byId.set(winner.reportId, {
      winner,
      firstReportedAtMs: Math.min(reportedAtMs, known?.firstReportedAtMs ?? reportedAtMs),
      withdrawn: false,
      seenMs: Math.max(tickMs, known?.seenMs ?? tickMs),
      records: withRecord(known, recordId)
    })
    return { winner, wins }
  }

  /** Notes a record of a report that changed nothing. */
  noteRecord(reportId: string, recordId: string): void {
    const known = this.#byId.get(reportId)
    if (known) this.#byId.set(reportId, { ...known, records: withRecord(known, recordId) })
  }

  /** Marks a report as withdrawn, including one that is not known yet. */
  withdraw(
    reportId: string,
    record: { readonly id: string; readonly time: string },
    tickMs: number
  ): void {
    const known = this.#byId.get(reportId)
    const seenMs = Math.max(tickMs, parseTimeMs(record.time))
    this.#byId.set(reportId, {
      winner: known?.winner ?? null,
      firstReportedAtMs: known?.firstReportedAtMs ?? seenMs,
      withdrawn: true,
      seenMs,
      records: withRecord(known, record.id)
    })
  }

  /** Restores an entry of a snapshot. */
  restore(reportId: string, { winner, records, ...known }: TheatreReport): void {
    const kept = records.length === 1 ? (records[0] as string) : records
    this.#byId.set(winner?.reportId ?? reportId, {
      winner: winner && this.#parts.of(winner),
      ...known,
      records: kept
    })
  }

  forget(reportId: string): void {
    this.#byId.delete(reportId)
  }

  /** Forgets what was last heard of before a moment, but for what is held. */
  forgetSeenBefore(ms: number, isHeld: (reportId: string) => boolean): void {
    this.#byId.forEach(({ seenMs }, id) => {
      if (seenMs < ms && !isHeld(id)) this.#byId.delete(id)
    })
  }
}

function withRecord(known: KeptReport | undefined, recordId: string): KeptReport['records'] {
  return known === undefined
    ? recordId
    : [...recordsOf(known), recordId].slice(-recordsPerReportMax)
}
