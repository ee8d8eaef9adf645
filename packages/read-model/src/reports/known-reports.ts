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
/** Bits of the filter. With 3 million reports, 1 % of the new ones are looked up needlessly. */
const filterBits = 1 << 25
/** Most own reports that a key gets, and most records that are read to find them. */
const ownMax = 100
const ownRows = 500

export class KnownReports {
  readonly #model: ReadModel
  readonly #lately = new Map<string, KnownReport | null>()
  /** A Bloom filter of the reports in the table: most that are posted are new. */
  readonly #filter = new Uint32Array(filterBits / 32)
  #changeCount = 0
  readonly #read
  readonly #insert
  readonly #update
  readonly #insertOwn
  readonly #own
  readonly #outside
  readonly #outsideSince

  constructor(model: ReadModel) {
    this.#model = model
    const isIt = 'where id_start = ? and report_id = ?'
    this.#read = model.prepare(`select body from report ${isIt}`)
    this.#insert = model.prepare(`
      insert into report(body, outside_at, handling, id_start, report_id) values(?, ?, ?, ?, ?)`)
    this.#update = model.prepare(`update report set body = ?, outside_at = ?, handling = ? ${isIt}`)
    this.#insertOwn = model.prepare('insert or ignore into report_own values(?, ?, ?)')
    this.#own = model.prepare(`
      select report_id as id from report_own where key_id = ? order by at desc limit ${ownRows}`)
    this.#outside = model.prepare(`
      select report_id as id from report where outside_at is not null
        and handling in (select value from json_each(?))
      order by outside_at desc, n desc limit ?`)
    this.#outsideSince = model.prepare(`
      select handling, count(*) as count from report where outside_at > ? group by handling`)
  }

  get size(): number {
    // No row is ever deleted.
    return Number(this.#model.prepare('select max(n) as count from report').get()?.count ?? 0)
  }

  /** Changes since the start: while it is the same, so is every report. */
  get changeCount(): number {
    return this.#changeCount
  }

  /** A report as known now: an immutable value. */
  get(reportId: string): KnownReport | undefined {
    const known = this.#lately.get(reportId)
    if (known !== undefined) return known ?? undefined
    if (!this.#mayHave(reportId)) return undefined
    const row = this.#read.get(readStart(reportId), reportId)
    const report = row === undefined ? null : readReport(reportId, String(row.body))
    this.#remember(reportId, report)
    return report ?? undefined
  }

  /**
   * Applies a record of the incidents log; ignores those that are not about reports. Idempotent and
   * commutative.
   */
  apply(record: TheatreRecord, at: RecordPosition): void {
    if (record.type !== 'report.received' && record.type !== 'report.withdrawn') return
    const { reportId } = record.data
    this.#changeCount++
    const before = this.get(reportId) ?? null
    const report = addRecord(before, record, at)
    const { outsideMs, winner } = report
    this.#model.extend(() => {
      const write = before === null ? this.#insert : this.#update
      write.run(
        ...([writeReport(report), outsideMs, winner?.handling ?? null] as const),
        ...([readStart(reportId), reportId] as const)
      )
      if (record.by !== undefined) this.#insertOwn.run(record.by, Date.parse(record.time), reportId)
    })
    if (before === null) this.#addToFilter(reportId)
    this.#remember(reportId, report)
  }

  /** The last reports that a key posted, the newest first. */
  listOwn(keyId: string): readonly string[] {
    const ids = this.#own.all(keyId).map(({ id }) => String(id))
    return [...new Set(ids)].slice(0, ownMax)
  }

  /** The newest reports in no theatre of these handlings, newest first. */
  listOutside(of: readonly Handling[], countMax: number): readonly string[] {
    return this.#outside.all(JSON.stringify(of), countMax).map(({ id }) => String(id))
  }

  /** Counts those by handling that have been there since a time, ms. */
  countOutside(sinceMs: number): readonly (readonly [Handling, number])[] {
    return this.#outsideSince
      .all(sinceMs)
      .map(({ handling, count }) => [handling as Handling, Number(count)])
  }

  /** Reads the ids in the table, after it was opened or emptied. */
  load(): void {
    this.#filter.fill(0)
    for (const { id } of this.#model.prepare('select report_id as id from report').iterate())
      this.#addToFilter(String(id))
    this.#lately.clear()
  }

  #mayHave(reportId: string): boolean {
    return filterPlaces(reportId).every(bit => (this.#filter[bit >>> 5]! & (1 << (bit & 31))) !== 0)
  }

  #addToFilter(reportId: string): void {
    for (const bit of filterPlaces(reportId)) this.#filter[bit >>> 5]! |= 1 << (bit & 31)
  }

  #remember(reportId: string, report: KnownReport | null): void {
    if (this.#lately.size >= latelyMax) this.#lately.clear()
    this.#lately.set(reportId, report)
  }
}

/** An index of numbers has a third of the pages that one of ids has, and each report touches one. */
function readStart(reportId: string): number {
  return Number.parseInt(reportId.slice(0, 12), 16)
}

/** Ids are hashes: their digits are as good as those of other hashes. */
function filterPlaces(reportId: string): readonly number[] {
  return [0, 8, 16, 24].map(
    from => Number.parseInt(reportId.slice(from, from + 8), 16) & (filterBits - 1)
  )
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
