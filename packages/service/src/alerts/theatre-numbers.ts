// Reports by number, of each theatre: events of alerts name their triggers by it.

import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import { ReportNumbers } from '@tocsin/contracts/record/report-numbers'
import type { ReportHead } from '@tocsin/contracts/report/report-head'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { StoredRecord } from '@tocsin/event-log/port'
import type { Captured, SnapshotPart } from '../snapshot/snapshot-state.ts'

const reportType = Buffer.from('tocsin.report.received.v')

/** Reports in a row of a snapshot. */
const reportsPerRow = 1000

/** The ids of the latest records are in the last row of a theatre. */
type NumbersRow = readonly [
  theatre: string,
  reportIds: readonly string[],
  ranks: readonly number[],
  recordIds: readonly string[]
]

export class TheatreNumbers implements SnapshotPart {
  readonly #theatres = new Map<string, ReportNumbers>()

  /** By partition: behind the last record that was counted. */
  readonly #next = new Map<number, bigint>()

  /**
   * Counts the next record of the incidents log, if it brought a report. Read again, it does not
   * count again. `head`: that of the report, if it can be read.
   */
  count(
    { id, partition, position, key, value }: StoredRecord,
    head: Pick<ReportHead, 'reportId' | 'handling'> | null
  ): void {
    if (value === null || position < (this.#next.get(partition) ?? 0n)) return
    this.#next.set(partition, position + 1n)
    const report = head ?? readReport(value)
    if (report !== null) this.#ensure(key).take(id, report.reportId, report.handling)
  }

  #ensure(theatre: string): ReportNumbers {
    const numbers = this.#theatres.get(theatre) ?? new ReportNumbers()
    this.#theatres.set(theatre, numbers)
    return numbers
  }

  /** The id of the report that an event of a fold names; null if it was not counted yet. */
  find(theatre: string, fold: Handling, number: number): string | null {
    return this.#theatres.get(theatre)?.find(fold, number) ?? null
  }

  capture(): Captured {
    const theatres = [...this.#theatres].map(([theatre, numbers]) => {
      const { reportIds, ranks, recordIds } = numbers.exportState()
      return [theatre, [...reportIds], [...ranks], recordIds] as const
    })
    return { rows: makeRows(theatres) }
  }

  restore(row: unknown): void {
    const [theatre, reportIds, ranks, recordIds] = row as NumbersRow
    this.#ensure(theatre).restore({ reportIds, ranks: Uint8Array.from(ranks), recordIds })
  }
}

/** A report whose record is not in canonical bytes. */
function readReport(value: Uint8Array): Pick<ReportRevision, 'reportId' | 'handling'> | null {
  if (!Buffer.from(value.buffer, value.byteOffset, value.length).includes(reportType)) return null
  const decoded = decodeTheatreRecord(value)
  if (decoded.kind !== 'decoded' || decoded.record.type !== 'report.received') return null
  return decoded.record.data
}

function* makeRows(theatres: readonly NumbersRow[]): Generator<NumbersRow> {
  for (const [theatre, reportIds, ranks, recordIds] of theatres)
    for (let from = 0; from < reportIds.length; from += reportsPerRow) {
      const to = from + reportsPerRow
      const isLast = to >= reportIds.length
      const ids = isLast ? recordIds : []
      yield [theatre, reportIds.slice(from, to), ranks.slice(from, to), ids]
    }
}
