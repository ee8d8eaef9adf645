// One row of a table: cells by column name, and a list of faults. Reading never throws: an invalid
// cell gives null and a fault, so that all faults of a row are reported together.

import { readMoment } from '@tocsin/contracts/report/moments'
import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import type { Fault, RefusalReason, RowOutcome, WarningKind } from './import-item.ts'
import { explainNoDay, explainNoNumber } from './likely-causes.ts'

/** Columns of a table by name, ignoring case and outer spaces. */
export type Columns = ReadonlyMap<string, number>

export function indexColumns(header: readonly string[]): Columns {
  // Of two columns with one name the first counts.
  return new Map(header.map((name, i) => [buildColumnKey(name), i] as const).reverse())
}

/** The form in which column names are compared. */
export function buildColumnKey(name: string): string {
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

  /** The trimmed cell; null if it is empty or the column is missing. */
  readText(column: string): string | null {
    const i = this.#columns.get(column)
    const cell = i === undefined ? undefined : this.#cells[i]?.trim()
    return cell === undefined || cell === '' ? null : cell
  }

  requireText(column: string): string | null {
    const text = this.readText(column)
    if (text === null) this.addFault(column, 'missing', 'is empty but required')
    return text
  }

  readNumber(column: string): number | null {
    const text = this.readText(column)
    return text === null ? null : this.parseNumber(column, text)
  }

  requireNumber(column: string): number | null {
    const text = this.requireText(column)
    return text === null ? null : this.parseNumber(column, text)
  }

  /** A whole number, such as deaths; `3.0` counts. */
  count(column: string): number | null {
    const value = this.readNumber(column)
    if (value === null || (Number.isInteger(value) && value >= 0)) return value
    this.addFault(column, 'malformed', 'is not a whole number of 0 or more')
    return null
  }

  parseNumber(column: string, text: string): number | null {
    const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)
      ? Number(text)
      : Number.NaN
    if (Number.isFinite(value)) return value
    this.addFault(column, 'malformed', `is not a number: ${quoted(text)}${explainNoNumber(text)}`)
    return null
  }

  /** A day parsed by the format's own reader; it must exist in the calendar. */
  requireDay(column: string, read: (text: string) => string | null): string | null {
    const text = this.requireText(column)
    return text === null ? null : this.parseDay(column, text, read)
  }

  parseDay(column: string, text: string, read: (text: string) => string | null): string | null {
    const day = read(text)
    return (
      this.parseMoments(column, text, () => (day === null ? null : { from: day, to: day }))?.from ??
      null
    )
  }

  /** The first and the last day of a text; both must exist in the calendar. */
  parseMoments<T extends { readonly from: string; readonly to: string }>(
    column: string,
    text: string,
    read: (text: string) => T | null
  ): T | null {
    const found = read(text)
    const isKnown =
      found !== null && [found.from, found.to].every(day => readMoment(day).kind === 'moment')
    if (isKnown) return found
    this.addFault(column, 'malformed', `is not a day: ${quoted(text)}${explainNoDay(text)}`)
    return null
  }

  addFault(column: string | null, reason: RefusalReason, detail: string): void {
    this.#faults.push({ column, reason, detail })
  }

  /** True if one of the columns has a fault. */
  hasFaultIn(columns: readonly (string | null)[]): boolean {
    return this.#faults.some(({ column }) => column !== null && columns.includes(column))
  }

  /**
   * Notes that the row names no known country; `stated` is its text, null if its cells
   * are empty.
   */
  addCountryFault(stated: string | null): void {
    if (stated === null) this.addFault('country', 'missing', 'is empty but required')
    else this.addFault('country', 'unknown-value', `is not a known country: ${quoted(stated)}`)
  }

  warn(kind: WarningKind): void {
    this.#warnings.add(kind)
  }

  /** The report, or all faults if there are any. */
  buildOutcome(report: () => PostedReport): RowOutcome {
    if (this.#faults.length > 0) return { kind: 'refused', faults: this.#faults }
    return { kind: 'report', report: report(), warnings: [...this.#warnings] }
  }

  /** The withdrawal, or all faults if there are any. */
  buildWithdrawal(withdrawn: () => Withdrawn): RowOutcome {
    if (this.#faults.length > 0) return { kind: 'refused', faults: this.#faults }
    return { kind: 'withdrawal', ...withdrawn(), warnings: [...this.#warnings] }
  }
}

/** What a row withdraws, besides its warnings. */
type Withdrawn = Omit<Extract<RowOutcome, { kind: 'withdrawal' }>, 'kind' | 'warnings'>

/** A quoted value from a file: on one line, and shortened. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return JSON.stringify(short)
}
