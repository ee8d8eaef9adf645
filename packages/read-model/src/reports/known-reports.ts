// Which reports exist, which theatres each was ever in, which revision wins and where it is in the
// log, which are withdrawn. Own writes are applied at once, before they come back from the log. Rows
// are written in the transaction that the caller commits together with the position of the log.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { ReadModel } from '../read-model.ts'
import { addRecord, type KnownReport } from './known-report.ts'

/** Most reports in the cache, which is cleared when full: an alert may name thousands. */
const latelyMax = 10_000
/** Most own reports that a key gets, and most records that are read to find them. */
const ownMax = 100
const ownRows = 500

/** A report with its row. */
interface StoredReport {
  readonly n: number
  readonly report: KnownReport
}

export class KnownReports {
  readonly #model: ReadModel
  readonly #lately = new Map<string, StoredReport | null>()
  #changeCount = 0

  constructor(model: ReadModel) {
    this.#model = model
  }

  get size(): number {
    // No row is ever deleted.
    return Number(this.#model.get('select max(n) as count from report')?.count ?? 0)
  }

  /** Changes since the start: while it is the same, so is every report. */
  get changeCount(): number {
    return this.#changeCount
  }

  /** A report as known now: an immutable value. */
  get(reportId: string): KnownReport | undefined {
    return this.#find(reportId)?.report
  }

  /** The number of the row of a report that was applied. */
  findRow(reportId: string): number {
    return (this.#find(reportId) as StoredReport).n
  }

  /**
   * Applies a record of the incidents log; ignores those that are not about reports. Idempotent and
   * commutative.
   */
  apply(record: TheatreRecord, at: RecordPosition): void {
    if (record.type !== 'report.received' && record.type !== 'report.withdrawn') return
    const { reportId } = record.data
    this.#changeCount++
    const before = this.#find(reportId)
    const report = addRecord(before?.report ?? null, record, at)
    const n = this.#model.extend(() => {
      if (record.by !== undefined)
        this.#model.run(
          'insert or ignore into report_own values(?, ?, ?)',
          ...[record.by, Date.parse(record.time), reportId]
        )
      const { lastInsertRowid } = this.#model.run(
        `insert into report(n, body, outside_at, handling, id_start, report_id)
         values(?, ?, ?, ?, ?, ?)
         on conflict(n) do update set body = excluded.body, outside_at = excluded.outside_at,
           handling = excluded.handling`,
        ...[before?.n ?? null, writeReport(report), report.outsideMs],
        ...[report.winner?.handling ?? null, readIdStart(reportId), reportId]
      )
      return before?.n ?? Number(lastInsertRowid)
    })
    this.#remember(reportId, { n, report })
  }

  /** The last reports that a key posted, the newest first. */
  listOwn(keyId: string): readonly string[] {
    const rows = this.#model.all<{ id: string }>(
      `select report_id as id from report_own where key_id = ? order by at desc limit ${ownRows}`,
      keyId
    )
    return [...new Set(rows.map(({ id }) => id))].slice(0, ownMax)
  }

  /** The newest reports in no theatre of these handlings, newest first. */
  listOutside(of: readonly Handling[], countMax: number): readonly string[] {
    return this.#model
      .all<{ id: string }>(
        `select report_id as id from report where outside_at is not null
           and handling in (select value from json_each(?))
         order by outside_at desc, n desc limit ?`,
        ...[JSON.stringify(of), countMax]
      )
      .map(({ id }) => id)
  }

  /** Counts those by handling that have been there since a time, ms. */
  countOutside(sinceMs: number): readonly (readonly [Handling, number])[] {
    return this.#model
      .all<{ handling: Handling; count: number }>(
        `select handling, count(*) as count from report where outside_at > ? group by handling`,
        sinceMs
      )
      .map(({ handling, count }) => [handling, count])
  }

  /** Call this after the table was emptied. */
  load(): void {
    this.#lately.clear()
  }

  #find(reportId: string): StoredReport | null {
    const known = this.#lately.get(reportId)
    if (known !== undefined) return known
    const row = this.#model.get<{ n: number; body: string }>(
      'select n, body from report where id_start = ? and report_id = ?',
      ...[readIdStart(reportId), reportId]
    )
    const stored = row === undefined ? null : { n: row.n, report: readReport(reportId, row.body) }
    this.#remember(reportId, stored)
    return stored
  }

  #remember(reportId: string, stored: StoredReport | null): void {
    if (this.#lately.size >= latelyMax) this.#lately.clear()
    this.#lately.set(reportId, stored)
  }
}

/** An index of numbers has a third of the pages that one of ids has, and each report touches one. */
export function readIdStart(reportId: string): number {
  return Number.parseInt(reportId.slice(0, 12), 16)
}

/** The winner is one of the revisions: its index is stored. */
function writeReport({ reportId: _, winner, ...report }: KnownReport): string {
  const index = winner === null ? -1 : report.revisions.indexOf(winner)
  return JSON.stringify({ ...report, winner: index })
}

function readReport(reportId: string, text: string): KnownReport {
  const { winner, ...report } = JSON.parse(text) as Omit<KnownReport, 'reportId' | 'winner'> & {
    readonly winner: number
  }
  return { reportId, ...report, winner: report.revisions[winner] ?? null }
}
