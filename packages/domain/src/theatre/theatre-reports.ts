// What a theatre knows of each report: its winning revision, whether it was withdrawn, and which records spoke of it. Whether a report is in the window
// is the fold's business.

import type { ReportRevision } from '../report/report.ts'
import { winsOver } from '../report/winning-revision.ts'
import { parseTimeMs } from '../space-time/event-time.ts'

/** Ids of records that are remembered for each report. The oldest goes first. */
export const recordsPerReportMax = 64

/** The winning revision, sealed texts left out. */
export interface TheatreReport {
  readonly winner: ReportRevision | null
  readonly firstReportedAtMs: number
  readonly withdrawn: boolean
  /** When it was last heard of, for forgetting it. */
  readonly seenMs: number
  /** Ids of the records that spoke of it: a log may hold a record twice. */
  readonly records: readonly string[]
}

export class TheatreReports {
  readonly #byId = new Map<string, TheatreReport>()

  get size(): number {
    return this.#byId.size
  }

  get(reportId: string): TheatreReport | undefined {
    return this.#byId.get(reportId)
  }

  /** What stands of a report, by its hash, and who says it; empty words where nothing stands. */
  contentOf(reportId: string): { readonly contentHash: string; readonly sourceId: string } {
    const winner = this.#byId.get(reportId)?.winner
    return { contentHash: winner?.contentHash ?? '', sourceId: winner?.sourceId ?? '' }
  }

  [Symbol.iterator](): IterableIterator<[string, TheatreReport]> {
    return this.#byId.entries()
  }

  /** In one order with `all`. Two flat lists: hundreds of thousands of pairs would take their time. */
  ids(): string[] {
    return [...this.#byId.keys()]
  }

  all(): TheatreReport[] {
    return [...this.#byId.values()]
  }

  /** True where the record has spoken of the report before. */
  hasHeard(reportId: string, recordId: string): boolean {
    return this.#byId.get(reportId)?.records.includes(recordId) === true
  }

  /** Takes a revision of a report that is not withdrawn. `wins`: it is the winning one now. */
  receive(revision: ReportRevision, recordId: string, tickMs: number): { winner: ReportRevision; wins: boolean } {
    const known = this.#byId.get(revision.reportId)
    const reportedAtMs = parseTimeMs(revision.reportedAt)
    const wins = !known?.winner || winsOver(revision, known.winner)
    const winner = wins ? withoutSealed(revision) : known.winner
    this.#byId.set(revision.reportId, {
      winner,
      firstReportedAtMs: Math.min(reportedAtMs, known?.firstReportedAtMs ?? reportedAtMs),
      withdrawn: false,
      seenMs: Math.max(tickMs, known?.seenMs ?? tickMs),
      records: withRecord(known, recordId)
    })
    return { winner, wins }
  }

  /** A record spoke of a report and changed nothing. */
  noteRecord(reportId: string, recordId: string): void {
    const known = this.#byId.get(reportId)
    if (known) this.#byId.set(reportId, { ...known, records: withRecord(known, recordId) })
  }

  /** Marks a report withdrawn, also one that nobody has told of yet. */
  withdraw(reportId: string, record: { readonly id: string; readonly time: string }, tickMs: number): void {
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

  /** Puts back what a snapshot held. */
  restore(reportId: string, known: TheatreReport): void {
    this.#byId.set(reportId, known)
  }

  forget(reportId: string): void {
    this.#byId.delete(reportId)
  }
}

function withoutSealed(revision: ReportRevision): ReportRevision {
  return revision.private === null ? revision : { ...revision, private: null }
}

function withRecord(known: TheatreReport | undefined, recordId: string): readonly string[] {
  if (known === undefined) return [recordId]
  return [...known.records, recordId].slice(-recordsPerReportMax)
}
