// A small CSV with named columns that people write by hand: labels, releases, alarms. Names count
// without case, spaces and signs: `radius km` is `radiusKm`.

import { readFileSync } from 'node:fs'
import { readMoment } from '@tocsin/contracts/report/moments'
import { detectDelimiter, parseRows } from '@tocsin/importers/table/delimited-rows'
import { CommandError, UsageError } from '../terminal/output.ts'

export class NamedRow {
  readonly #cells: ReadonlyMap<string, string>
  readonly #where: string

  constructor(cells: ReadonlyMap<string, string>, where: string) {
    this.#cells = cells
    this.#where = where
  }

  /** Null for an empty cell or a missing column. */
  read(name: string): string | null {
    const text = this.#cells.get(normalizeName(name))?.trim() ?? ''
    return text === '' ? null : text
  }

  require(name: string): string {
    return this.read(name) ?? this.fail(`${name} is missing`)
  }

  readNumber(name: string, least: number, most: number): number | null {
    const text = this.read(name)
    if (text === null) return null
    const value = Number(text)
    if (!(value >= least && value <= most))
      return this.fail(`${name} is not between ${least} and ${most}: ${text}`)
    return value
  }

  /** The beginning of a day, ms. */
  readDay(name: string): number | null {
    const text = this.read(name)
    if (text === null) return null
    return parseDay(text) ?? this.fail(`${name} is not a day, YYYY-MM-DD: ${text}`)
  }

  requireDay(name: string): number {
    return this.readDay(name) ?? this.fail(`${name} is missing`)
  }

  fail(fault: string): never {
    throw new CommandError(`${this.#where}: ${fault}`)
  }
}

/** Throws UsageError without the file, CommandError for one without these columns. */
export function readNamedTable(file: string, needed: readonly string[]): readonly NamedRow[] {
  const text = readText(file).replace(/^\ufeff/, '')
  const delimiter = detectDelimiter(text.split('\n', 1)[0]!)
  const { rows, open } = parseRows(text, { delimiter, quoted: true })
  if (open !== '') throw new CommandError(`${file}: a quote is not closed: ${open.slice(0, 80)}`)
  const [head, ...body] = rows.filter(({ raw }) => raw.trim() !== '')
  const names = (head?.record ?? []).map(normalizeName)
  const missing = needed.filter(name => !names.includes(normalizeName(name)))
  if (missing.length > 0)
    throw new CommandError(`${file}: the first line does not name ${missing.join(', ')}`)
  return body.map(({ record }, i) => {
    const cells = new Map(names.map((name, at) => [name, record[at] ?? '']))
    return new NamedRow(cells, `${file}, row ${i + 2}`)
  })
}

/** The beginning of a day of the calendar, ms; null for another text, such as 2023-06-31. */
export function parseDay(text: string): number | null {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? readMoment(text) : null
  return day?.kind === 'moment' ? day.startMs : null
}

function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`${file} cannot be read`, { cause })
  }
}
