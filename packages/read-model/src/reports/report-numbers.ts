// Reports by number, of each theatre: alert events of version 3 name their triggers by it. A fold
// counts the records of the theatre that brought a report of its handling level or a lower one. A
// record that the log has twice counts once.

import { RecentIds, recentIdsMax } from '@tocsin/contracts/record/recent-ids'
import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import type { ReadModel } from '../read-model.ts'

export const reportNumberTable = `create table report_number(
  theatre text not null, n integer not null, report_id text not null, record_id text not null,
  handling text not null, public integer not null, partners integer not null,
  internal integer not null, primary key(theatre, n)
) strict, without rowid;
create index report_number_id on report_number(substr(report_id, 1, 12));`

/** How many records each fold counted; `restricted` counts all. */
type Counts = Record<Handling, number>

interface Theatre {
  counts: Counts
  readonly recordIds: RecentIds
}

export class ReportNumbers {
  readonly #theatres = new Map<string, Theatre>()
  readonly #insert
  readonly #read
  readonly #ofReport
  readonly #last
  readonly #recent

  constructor(model: ReadModel) {
    this.#insert = model.prepare('insert into report_number values(?, ?, ?, ?, ?, ?, ?, ?)')
    this.#read = model.prepare(`
      select report_id as reportId, handling, public, partners, internal, n as restricted
      from report_number where theatre = ? and n = ?`)
    // The beginning of an id, which is a hash, makes a small index.
    this.#ofReport = model.prepare(`
      select handling, public, partners, internal, n as restricted from report_number
      where substr(report_id, 1, 12) = substr(?1, 1, 12) and report_id = ?1 and theatre = ?2`)
    this.#last = model.prepare(`
      select public, partners, internal, n as restricted from report_number
      where theatre = ? order by n desc limit 1`)
    this.#recent = model.prepare(`
      select record_id as id from report_number where theatre = ? order by n desc limit ?`)
  }

  /** Counts the next `report.received` record of a theatre. False if it was counted before. */
  count(theatre: string, recordId: string, reportId: string, handling: Handling): boolean {
    const known = this.#theatres.get(theatre) ?? this.#load(theatre)
    if (known.recordIds.has(recordId)) return false
    known.recordIds.add(recordId)
    const counts = { ...known.counts }
    for (const fold of handlings) if (maySee(fold, handling)) counts[fold]++
    known.counts = counts
    const { public: open, partners, internal, restricted } = counts
    this.#insert.run(
      ...([theatre, restricted, reportId, recordId, handling, open, partners, internal] as const)
    )
    return true
  }

  /**
   * The id of the report that an event of a fold names; null if it was not
   * counted yet.
   */
  find(theatre: string, fold: Handling, number: number): string | null {
    // A fold counts at most every record, so that its number is never passed by.
    for (let n = number; ; ) {
      const row = this.#read.get(theatre, n) as unknown as
        | (Counts & { readonly reportId: string; readonly handling: Handling })
        | undefined
      if (row === undefined) return null
      if (row[fold] >= number) return row.reportId
      n += number - row[fold]
    }
  }

  /** The numbers of a report, of all its revisions, in each fold that counts them. */
  list(theatre: string, reportId: string): (readonly [fold: Handling, number: number])[] {
    const rows = this.#ofReport.all(reportId, theatre) as unknown as (Counts & {
      readonly handling: Handling
    })[]
    return rows.flatMap(row =>
      handlings.filter(fold => maySee(fold, row.handling)).map(fold => [fold, row[fold]] as const)
    )
  }

  #load(theatre: string): Theatre {
    const counts = (this.#last.get(theatre) as unknown as Counts | undefined) ?? {
      public: 0,
      partners: 0,
      internal: 0,
      restricted: 0
    }
    const recordIds = new RecentIds()
    for (const { id } of this.#recent.all(theatre, recentIdsMax).reverse())
      recordIds.add(String(id))
    const known = { counts, recordIds }
    this.#theatres.set(theatre, known)
    return known
  }
}
