// Reports by number, of each theatre: alert events of version 3 name their triggers by it. A fold
// counts the records of the theatre that brought a report of its handling level or a lower one. A
// record that the log has twice counts once.

import { RecentIds, recentIdsMax } from '@tocsin/contracts/record/recent-ids'
import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import type { ReadModel } from '../read-model.ts'
import { readIdStart } from './known-reports.ts'

/** How many records each fold counted; `restricted` counts all. */
type Counts = Record<Handling, number>

interface NumberedReport extends Counts {
  readonly reportId: string
  readonly handling: Handling
}

interface Theatre {
  counts: Counts
  readonly recordIds: RecentIds
}

const columns = 'report_number.handling, public, partners, internal, report_number.n as restricted'

export class ReportNumbers {
  readonly #model: ReadModel
  readonly #theatres = new Map<string, Theatre>()

  constructor(model: ReadModel) {
    this.#model = model
  }

  /** True for a record that was counted before. */
  has(theatre: string, recordId: string): boolean {
    return this.#find(theatre).recordIds.has(recordId)
  }

  /**
   * Counts the next `report.received` record of a theatre; `row`: that of its report. False if it was
   * counted before.
   */
  count(theatre: string, recordId: string, row: number, handling: Handling): boolean {
    const known = this.#find(theatre)
    if (known.recordIds.has(recordId)) return false
    known.recordIds.add(recordId)
    const counts = { ...known.counts }
    for (const fold of handlings) if (maySee(fold, handling)) counts[fold]++
    known.counts = counts
    const { public: open, partners, internal, restricted } = counts
    this.#model.run(
      'insert into report_number values(?, ?, ?, ?, ?, ?, ?, ?)',
      ...([theatre, restricted, row, recordId, handling, open, partners, internal] as const)
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
      const row = this.#model.get<NumberedReport>(
        `select report_id as reportId, ${columns}
         from report_number join report on report.n = report
         where theatre = ? and report_number.n = ?`,
        ...[theatre, n]
      )
      if (row === undefined) return null
      if (row[fold] >= number) return row.reportId
      n += number - row[fold]
    }
  }

  /** The numbers of a report, of all its revisions, in each fold that counts them. */
  list(theatre: string, reportId: string): (readonly [fold: Handling, number: number])[] {
    return this.#model
      .all<NumberedReport>(
        `select ${columns} from report cross join report_number on report = report.n
         where id_start = ? and report_id = ? and theatre = ?`,
        ...[readIdStart(reportId), reportId, theatre]
      )
      .flatMap(row =>
        handlings.filter(fold => maySee(fold, row.handling)).map(fold => [fold, row[fold]] as const)
      )
  }

  #find(theatre: string): Theatre {
    const known = this.#theatres.get(theatre) ?? this.#load(theatre)
    this.#theatres.set(theatre, known)
    return known
  }

  #load(theatre: string): Theatre {
    const counts = this.#model.get<Counts>(
      `select public, partners, internal, n as restricted from report_number
       where theatre = ? order by n desc limit 1`,
      theatre
    ) ?? { public: 0, partners: 0, internal: 0, restricted: 0 }
    const recordIds = new RecentIds()
    const recent = this.#model.all<{ id: string }>(
      'select record_id as id from report_number where theatre = ? order by n desc limit ?',
      ...[theatre, recentIdsMax]
    )
    for (const { id } of recent.reverse()) recordIds.add(id)
    return { counts, recordIds }
  }
}
