// Rows of delimited text: commas, semicolons or tabs, with or without quotes. csv-parse reads whole blocks; this file cuts the
// text into blocks and resynchronises after a broken quote, so that one bad row does not cost the rest of the file.

import { type CsvError, parse } from 'csv-parse/sync'
import { undecoded } from '../bytes/lossless-utf8.ts'
import { undecodedDetail } from '../bytes/opened-bytes.ts'
import { ImportFileError } from '../item/import-item.ts'

export interface DelimitedRow {
  /** Null if the row is unreadable; `fault` then says why. */
  readonly cells: readonly string[] | null
  readonly fault: string
  /** Without its line end. */
  readonly raw: string
  /** A blank line: not a row, but it counts in row numbers. */
  readonly isBlank?: true
}

export interface Dialect {
  readonly delimiter: string
  /** False if quotes are ordinary characters, as in GDELT. */
  readonly quoted: boolean
  /** Number of header cells, once known: a multi-line row with another number was joined by a stray quote. */
  readonly width: number | null
}

/** Longest row, characters. A quote still open after this much is a stray one. */
export const rowCharsMax = 128 * 1024
/** Approximate block size, characters. */
const blockChars = 256 * 1024
/** A longer line means that the file is not a table, characters. */
const lineCharsMax = 16 * 1024 * 1024

interface WithRaw {
  readonly record: readonly string[]
  readonly raw: string
}

/**
 * Rows of a text as they arrive, in batches, including blank lines. Never rejects for the content of a row; rejects with
 * ImportFileError if a line never ends. `dialect` is asked again for each block.
 */
export async function* delimitedRows(
  texts: AsyncIterable<string>,
  dialect: () => Dialect
): AsyncIterable<readonly DelimitedRow[]> {
  let held = ''
  try {
    for await (const text of texts) {
      held += text
      if (held.length < blockChars) continue
      const { rows, rest } = readBlock(held, dialect(), false)
      held = rest
      if (rows.length > 0) yield rows
      if (held.length > lineCharsMax)
        throw new ImportFileError(`a line has more than ${lineCharsMax} characters: this is no table`)
    }
  } catch (error) {
    // A truncated file still has its complete rows.
    const { rows } = readBlock(held, dialect(), false)
    if (rows.length > 0) yield rows
    throw error
  }
  const { rows } = readBlock(held, dialect(), true)
  if (rows.length > 0) yield rows
}

/** The complete rows at the beginning of a text, and the remainder; the last block leaves none. */
export function readBlock(
  text: string,
  dialect: Dialect,
  isLast: boolean
): { readonly rows: readonly DelimitedRow[]; readonly rest: string } {
  const rows: DelimitedRow[] = []
  let rest = text
  for (;;) {
    const end = isLast ? rest.length : rest.lastIndexOf('\n') + 1
    const { records, open } = parseRows(rest.slice(0, end), dialect)
    for (const { record, raw } of records) addRow(rows, record, raw, dialect)
    rest = open + rest.slice(end)
    if (rest === '' || (!isLast && rest.length <= rowCharsMax)) return { rows, rest }
    if (!isLast && open === '') return { rows, rest }
    // The first line of the unclosed row is the broken one: it is set aside, and reading continues after it.
    rest = setAside(rows, rest, 'has a quote that is never closed')
  }
}

/** Sets the first line of a text aside as broken, and returns the rest. */
function setAside(rows: DelimitedRow[], text: string, fault: string): string {
  const lineEnd = text.indexOf('\n')
  rows.push({ cells: null, fault, raw: withoutReturn(lineEnd < 0 ? text : text.slice(0, lineEnd)) })
  return lineEnd < 0 ? '' : text.slice(lineEnd + 1)
}

function parseRows(text: string, { delimiter, quoted }: Dialect): { records: readonly WithRaw[]; open: string } {
  let open = ''
  if (text === '') return { records: [], open }
  if (isPlain(text, quoted)) return { records: plainRows(text, delimiter), open }
  const records = parse(text, {
    delimiter,
    quote: quoted ? '"' : null,
    raw: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_records_with_error: true,
    on_skip: (_error: CsvError | undefined, raw: string | undefined) => {
      open = raw ?? ''
    }
  }) as unknown as readonly WithRaw[]
  return { records, open }
}

/** True if lines are rows and cells contain no quotes: true of most tables, and a tenth of the cost. */
function isPlain(text: string, quoted: boolean): boolean {
  return !text.includes('\r') && !(quoted && text.includes('"'))
}

function plainRows(text: string, delimiter: string): WithRaw[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map(raw => ({ record: raw.split(delimiter), raw }))
}

function addRow(rows: DelimitedRow[], record: readonly string[], rawLine: string, dialect: Dialect): void {
  const raw = withoutReturn(rawLine.endsWith('\n') ? rawLine.slice(0, -1) : rawLine)
  if (record.length === 1 && (record[0] as string).trim() === '') {
    rows.push({ cells: null, fault: 'is blank', raw, isBlank: true })
    return
  }
  if (dialect.quoted && raw.includes('\n') && wasPutTogether(record, raw, dialect)) {
    const rest = setAside(rows, raw, 'has a quote that closes in another row')
    rows.push(...readBlock(rest, dialect, true).rows)
  } else if (raw.includes(undecoded)) rows.push({ cells: null, fault: undecodedDetail, raw })
  else if (raw.length > rowCharsMax) rows.push({ cells: null, fault: `has more than ${rowCharsMax} characters`, raw })
  else rows.push({ cells: record, fault: '', raw })
}

/** True for a multi-line row joined by a stray quote: it has another width, or a cell that is not quoted as a whole. */
function wasPutTogether(record: readonly string[], raw: string, { width }: Dialect): boolean {
  if (width !== null && record.length !== width) return true
  return record.some(cell => cell.startsWith('"') && cell.includes('\n') && !raw.includes(`"${cell.replaceAll('"', '""')}"`))
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** The delimiter of a header: the most frequent of tab, comma, semicolon and bar outside of quotes. Pure. */
export function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '')
  const counted = ['\t', ',', ';', '|'].map(delimiter => ({ delimiter, count: bare.split(delimiter).length }))
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).delimiter
}
