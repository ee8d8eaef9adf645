// The newest reports that lie in no theatre, so that no rule sees them: for a list, a count and a
// metric. A correction, a withdrawal or a post after a theatre was declared takes one out.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import { unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import type { Captured, SnapshotPart } from '@tocsin/service/snapshot/snapshot-state'
import type { KnownReport } from './known-report.ts'

/** Maximum number of reports stored: beyond that the oldest are neither listed nor counted. */
export const unassignedMax = 10_000

export interface UnassignedReport {
  readonly reportId: string
  readonly handling: Handling
  /** When it was accepted there, ms. */
  readonly acceptedMs: number
}

export class UnassignedReports implements SnapshotPart {
  /** Oldest first. */
  readonly #reports = new Map<string, UnassignedReport>()
  readonly #max: number

  constructor(max = unassignedMax) {
    this.#max = max
  }

  /** Notes a report as it is after a record of this time. */
  apply({ reportId, winner, withdrawal }: KnownReport, time: string): void {
    if (winner?.theatre !== unassignedTheatre || withdrawal !== null) {
      if (this.#reports.size > 0) this.#reports.delete(reportId)
      return
    }
    const acceptedMs = this.#reports.get(reportId)?.acceptedMs ?? Date.parse(time)
    this.#set({ reportId, handling: winner.handling, acceptedMs })
  }

  /** Newest first. */
  list(): readonly UnassignedReport[] {
    return [...this.#reports.values()].reverse()
  }

  /** The number of reports accepted within a week before now, ms, that the reader may see. */
  countLastWeek(nowMs: number, maySee: (report: UnassignedReport) => boolean): number {
    let count = 0
    for (const report of this.#reports.values())
      if (report.acceptedMs > nowMs - 7 * dayMs && maySee(report)) count++
    return count
  }

  capture(): Captured {
    const rows = [...this.#reports.values()]
    return {
      rows: rows.map(({ reportId, handling, acceptedMs }) => [reportId, handling, acceptedMs])
    }
  }

  restore(row: unknown): void {
    const [reportId, handling, acceptedMs] = row as readonly [string, Handling, number]
    this.#set({ reportId, handling, acceptedMs })
  }

  #set(report: UnassignedReport): void {
    this.#reports.set(report.reportId, report)
    const [oldest] = this.#reports.size > this.#max ? this.#reports.keys() : []
    if (oldest !== undefined) this.#reports.delete(oldest)
  }
}
