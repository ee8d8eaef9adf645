// One row of a table while it is read: cells by the names of their columns, and what is wrong with them, gathered. Reading never throws: a cell that
// can't be read gives null and a fault, so that a person sees all faults of a row at once.

import { readMoment } from '@tocsin/contracts/report/moments'
import type { PostedReport } from '@tocsin/contracts/report/report-shape'
import type { Fault, RefusalReason, RowOutcome, WarningKind } from './import-item.ts'

/** Columns of a table by name, whatever their case and outer spaces. */
export type Columns = ReadonlyMap<string, number>

export function columnsOf(header: readonly string[]): Columns {
  // Of two columns with one name the first counts.
  return new Map(header.map((name, i) => [columnKey(name), i] as const).reverse())
}

/** The form in which names of columns compare. */
export function columnKey(name: string): string {
  return name.trim().toLowerCase()
}

export class TableRow {
  readonly #columns: Columns
  readonly #cells: readonly string[]
  readonly #faults: Fault[] = []
  readonly #warnings = new Set<WarningKind>()

  constructor(columns: Columns, cells: readonly string[]) {
    this.#columns = columns
    this.#cells = cells
  }

  /** The cell without outer spaces; null where it is empty or the table has no such column. */
  text(column: string): string | null {
    const i = this.#columns.get(column)
    const cell = i === undefined ? undefined : this.#cells[i]?.trim()
    return cell === undefined || cell === '' ? null : cell
  }

  /** The first of several columns that holds something. */
  firstText(columns: readonly string[]): string | null {
    for (const column of columns) {
      const text = this.text(column)
      if (text !== null) return text
    }
    return null
  }

  /** A cell without which there is no report. */
  needed(column: string): string | null {
    const text = this.text(column)
    if (text === null) this.fault(column, 'missing', 'is empty, and needed')
    return text
  }

  number(column: string): number | null {
    const text = this.text(column)
    return text === null ? null : this.numberIn(column, text)
  }

  neededNumber(column: string): number | null {
    const text = this.needed(column)
    return text === null ? null : this.numberIn(column, text)
  }

  /** A whole number of things, such as deaths; `3.0` is one. */
  count(column: string): number | null {
    const value = this.number(column)
    if (value === null || (Number.isInteger(value) && value >= 0)) return value
    this.fault(column, 'malformed', 'is not a whole number from 0')
    return null
  }

  numberIn(column: string, text: string): number | null {
    const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN
    if (Number.isFinite(value)) return value
    this.fault(column, 'malformed', `is not a number: ${quoted(text)}`)
    return null
  }

  /** A day that a format's own reader makes of the cell; it must be in the calendar. */
  neededDay(column: string, read: (text: string) => string | null): string | null {
    const text = this.needed(column)
    return text === null ? null : this.dayIn(column, text, read)
  }

  dayIn(column: string, text: string, read: (text: string) => string | null): string | null {
    const day = read(text)
    if (day !== null && readMoment(day).kind === 'moment') return day
    this.fault(column, 'malformed', `is not a day: ${quoted(text)}`)
    return null
  }

  fault(column: string | null, reason: RefusalReason, detail: string): void {
    this.#faults.push({ column, reason, detail })
  }

  warn(kind: WarningKind): void {
    this.#warnings.add(kind)
  }

  /** The report, unless something was found wrong: then all of it. */
  outcome(report: () => PostedReport): RowOutcome {
    if (this.#faults.length > 0) return { kind: 'refused', faults: this.#faults }
    return { kind: 'report', report: report(), warnings: [...this.#warnings] }
  }
}

/** A value from a file as it is quoted to people: on one line, and short. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return JSON.stringify(short)
}
