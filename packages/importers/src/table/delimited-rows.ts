// Rows of delimited text: commas, semicolons or tabs, with or without quotes. csv-parse reads what
// has quotes; this file cuts the text into blocks and resynchronises after a broken quote, so that
// one bad row does not cost the rest of the file.

import { type CsvError, parse } from 'csv-parse/sync'
import { undecoded } from '../bytes/lossless-utf8.ts'
import { undecodedDetail } from '../bytes/opened-bytes.ts'
import { ImportFileError } from '../item/import-item.ts'

export interface DelimitedRow {
  /** Null if the row is unreadable; `fault` then gives the reason. */
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
  /**
   * Number of header cells, once known: a multi-line row with another number was joined by a stray
   * quote.
   */
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
 * Rows of a text as they arrive, in batches, including blank lines. Never rejects for the content
 * of a row; rejects with ImportFileError if a line never ends. `dialect` is asked again for each
 * block.
 */
export async function* splitRows(
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
        throw new ImportFileError(
          `a line has more than ${lineCharsMax} characters: this is not a table`
        )
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
function readBlock(
  text: string,
  dialect: Dialect,
  isLast: boolean
): { readonly rows: readonly DelimitedRow[]; readonly rest: string } {
  const rows: DelimitedRow[] = []
  let rest = text
  for (;;) {
    const end = isLast ? rest.length : rest.lastIndexOf('\n') + 1
    const { rows: read, open } = readRows(rest.slice(0, end), dialect)
    for (const { record, raw } of read) addRow(rows, record, raw, dialect)
    rest = open + rest.slice(end)
    if (rest === '' || (!isLast && rest.length <= rowCharsMax)) return { rows, rest }
    if (!isLast && open === '') return { rows, rest }
    // The first line of the unclosed row is the broken one: it is set aside, and reading continues
    // after it.
    rest = setAside(rows, rest, 'has an unclosed quote')
  }
}

/** Sets the first line of a text aside as broken, and returns the rest. */
function setAside(rows: DelimitedRow[], text: string, fault: string): string {
  const lineEnd = text.indexOf('\n')
  rows.push({ cells: null, fault, raw: withoutReturn(lineEnd < 0 ? text : text.slice(0, lineEnd)) })
  return lineEnd < 0 ? '' : text.slice(lineEnd + 1)
}

/** Rows with their text, and at the end of a text one whose quote is still open. */
export interface ReadRows {
  readonly rows: readonly WithRaw[]
  readonly open: string
}

/**
 * The rows of a text that begins with a row. Lines without quotes are split, at a tenth of the
 * cost; only stretches of lines with quotes are parsed. Pure; the same as `parseRows` of the text.
 */
export function readRows(text: string, dialect: Pick<Dialect, 'delimiter' | 'quoted'>): ReadRows {
  if (text.includes('\r')) return parseRows(text, dialect)
  const rows: WithRaw[] = []
  for (let at = 0; at < text.length; ) {
    const quote = dialect.quoted ? text.indexOf('"', at) : -1
    const from = quote < 0 ? text.length : text.lastIndexOf('\n', quote) + 1
    if (from > at) addSplit(rows, text.slice(at, from), dialect.delimiter)
    if (from === text.length) break
    const end = findQuotedEnd(text, from)
    const stretch = parseRows(text.slice(from, end), dialect)
    // A row goes on beyond the lines with quotes: how far, only the parser can tell.
    const isCut = stretch.open !== '' && end < text.length
    const { rows: parsed, open } = isCut ? parseRows(text.slice(from), dialect) : stretch
    for (const row of parsed) rows.push(row)
    if (isCut || open !== '') return { rows, open }
    at = end
  }
  return { rows, open: '' }
}

/** The end of the lines that follow each other from here and contain quotes. */
function findQuotedEnd(text: string, from: number): number {
  let end = from
  for (let quote = text.indexOf('"', from); quote >= 0; quote = text.indexOf('"', end)) {
    if (end > from && text.lastIndexOf('\n', quote) + 1 > end) break
    const lineEnd = text.indexOf('\n', quote)
    if (lineEnd < 0) return text.length
    end = lineEnd + 1
  }
  return end
}

/** The rows of a text as csv-parse reads them. Pure. */
export function parseRows(
  text: string,
  { delimiter, quoted }: Pick<Dialect, 'delimiter' | 'quoted'>
): ReadRows {
  let open = ''
  if (text === '') return { rows: [], open }
  const rows = parse(text, {
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
  return { rows, open }
}

function addSplit(rows: WithRaw[], text: string, delimiter: string): void {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (const raw of lines) rows.push({ record: raw.split(delimiter), raw })
}

function addRow(
  rows: DelimitedRow[],
  record: readonly string[],
  rawLine: string,
  dialect: Dialect
): void {
  const raw = withoutReturn(rawLine.endsWith('\n') ? rawLine.slice(0, -1) : rawLine)
  if (record.length === 1 && (record[0] as string).trim() === '') {
    rows.push({ cells: null, fault: 'is blank', raw, isBlank: true })
    return
  }
  if (dialect.quoted && raw.includes('\n') && wasPutTogether(record, raw, dialect)) {
    const rest = setAside(rows, raw, 'has a quote that is closed in another row')
    rows.push(...readBlock(rest, dialect, true).rows)
  } else if (raw.includes(undecoded)) rows.push({ cells: null, fault: undecodedDetail, raw })
  else if (raw.length > rowCharsMax)
    rows.push({ cells: null, fault: `has more than ${rowCharsMax} characters`, raw })
  else rows.push({ cells: record, fault: '', raw })
}

/**
 * True for a multi-line row joined by a stray quote: it has another width, or a cell that is not
 * quoted as a whole.
 */
function wasPutTogether(record: readonly string[], raw: string, { width }: Dialect): boolean {
  if (width !== null && record.length !== width) return true
  return record.some(
    cell =>
      cell.startsWith('"') &&
      cell.includes('\n') &&
      !raw.includes(`"${cell.replaceAll('"', '""')}"`)
  )
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/**
 * The delimiter of a header: the most frequent of tab, comma, semicolon and bar outside of quotes.
 * Pure.
 */
export function detectDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '')
  const counted = ['\t', ',', ';', '|'].map(delimiter => ({
    delimiter,
    count: bare.split(delimiter).length
  }))
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).delimiter
}
