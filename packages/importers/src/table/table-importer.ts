// Imports a table: finds the header and the description that fits it, then reads each row through
// that description. Each format has its own file.

import { headBytes } from '../bytes/known-bytes.ts'
import { decodeText, peek } from '../bytes/opened-bytes.ts'
import {
  type Importer,
  ImportFileError,
  type ImportItem,
  type ImportSettings,
  type RefusedFileForm,
  type RowOutcome
} from '../item/import-item.ts'
import { buildColumnKey, type Columns, indexColumns, TableRow } from '../item/table-row.ts'
import { type DelimitedRow, type Dialect, detectDelimiter, splitRows } from './delimited-rows.ts'
import {
  describeObject,
  formatCells,
  type JsonRow,
  splitJsonRows,
  tooDeepDetail
} from './json-rows.ts'
import { mayBeWorkbook, readWorkbook } from './workbook.ts'

/** How the rows of one kind of table are read. */
export interface TableFormat {
  readonly name: string
  /** Required columns; of each list one must be present. */
  readonly needed: readonly (readonly string[])[]
  /** Other names of its columns, in lower case, to the names that `read` uses. */
  readonly aliases?: Readonly<Record<string, string>>
  /** False if quotes are ordinary characters: between tabs alone, or always. */
  readonly quoted: boolean | 'unless-tabs'
  /** Null: detected from the header. */
  readonly delimiter: string | null
  /** Column names of a table without header, by their number; null if there is always a header. */
  headerless(cells: readonly string[]): readonly string[] | null
  /** Called for each row; must not throw because of its content. */
  read(row: TableRow, settings: ImportSettings): RowOutcome
  /** From JSON pointers into a report to columns; the longest matching prefix counts. */
  readonly pointers: Readonly<Record<string, string>>
  /** See `Importer`; default false. */
  readonly hasEditions?: boolean
}

export interface TableOptions {
  /** See `Importer`. */
  readonly notes?: () => readonly string[]
  /** The format to which a header belongs; null if none is known. */
  readonly findFormat?: (columns: Columns) => string | null
}

/**
 * An importer of one format: of its descriptions the first counts whose columns are there. All
 * have the same quotes and delimiter.
 */
export function createTableImporter(
  formats: readonly [TableFormat, ...TableFormat[]],
  options: TableOptions = {}
): Importer {
  return new TableImporter(formats, options)
}

/** The columns that a table lacks for a description. Pure. */
export function listMissing(
  { needed }: TableFormat,
  columns: Columns
): readonly (readonly string[])[] {
  return needed.filter(names => !names.some(name => columns.has(buildColumnKey(name))))
}

/** The columns of a header by the names of a description. Pure. */
export function nameColumns(header: readonly string[], { aliases = {} }: TableFormat): Columns {
  const columns = new Map(indexColumns(header))
  const addName = (name: string, at: number) => columns.has(name) || columns.set(name, at)
  for (const [key, at] of [...columns]) addName(key.replace(/[\s-]+/g, '_'), at)
  for (const [alias, name] of Object.entries(aliases)) {
    const at = columns.get(alias)
    if (at !== undefined) addName(name, at)
  }
  return columns
}

const workbookDialect = { delimiter: ',', quoted: true } as const

/** Rows in which the header and HXL tags are looked for. */
const headRowsMax = 6

class TableImporter implements Importer {
  readonly #formats: readonly [TableFormat, ...TableFormat[]]
  readonly #options: TableOptions
  #format: TableFormat
  #columns: Columns | null = null
  #header: DelimitedRow | null = null
  /** First rows that are not data: titles, a second header, HXL tags. */
  #headings: ReadonlySet<DelimitedRow> = new Set()
  #width: number | null = null
  #delimiter = ','
  #isJson = false
  #row = 0

  constructor(formats: readonly [TableFormat, ...TableFormat[]], options: TableOptions) {
    this.#formats = formats
    this.#format = formats[0]
    this.#options = options
  }

  async *items(
    bytes: AsyncIterable<Uint8Array>,
    settings: ImportSettings
  ): AsyncIterable<readonly ImportItem[]> {
    const { head, rest } = await peek(bytes, headBytes)
    const isWorkbook = mayBeWorkbook(head)
    const { line, texts } = await readFirstLine(
      isWorkbook ? readWorkbook(rest, settings.workbook) : decodeText(rest, settings.encoding)
    )
    this.#isJson = /^[[{]/.test(line.trim())
    if (this.#isJson) {
      for await (const rows of splitJsonRows(texts))
        yield rows.map(row => this.#readObject(row, settings))
      return
    }
    if (line.startsWith('<'))
      throw new ImportFileError(
        'this is XML, not a table: use --format cap if it holds CAP alerts, --format kml for KML'
      )
    const { delimiter, quoted } = isWorkbook ? workbookDialect : this.#format
    this.#delimiter = delimiter ?? detectDelimiter(line)
    const dialect = (): Dialect => ({
      delimiter: this.#delimiter,
      quoted: quoted === 'unless-tabs' ? this.#delimiter !== '\t' : quoted,
      width: this.#width
    })
    for await (const rows of joinHead(splitRows(texts, dialect))) {
      if (this.#columns === null) this.#begin(rows)
      const items = rows.flatMap(row => this.#readRow(row, settings))
      if (items.length > 0) yield items
    }
  }

  findColumn(pointer: string): string | null {
    const { pointers } = this.#format
    for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const column = pointers[at]
      if (column !== undefined) return column
      if (at.lastIndexOf('/') <= 0) return null
    }
  }

  notes(): readonly string[] {
    return this.#options.notes?.() ?? []
  }

  get hasEditions(): boolean {
    return this.#format.hasEditions === true
  }

  get refused(): RefusedFileForm {
    if (this.#isJson)
      return { extension: 'json', head: () => '[\n', separator: ',\n', foot: '\n]\n' }
    return {
      extension: this.#delimiter === '\t' ? 'tsv' : 'csv',
      head: () => (this.#header === null ? '' : `${this.#header.raw}\n`),
      separator: '\n',
      foot: '\n'
    }
  }

  #readRow(row: DelimitedRow, settings: ImportSettings): readonly ImportItem[] {
    this.#row++
    if (row.isBlank === true || row === this.#header) return []
    const at = { row: this.#row, raw: row.raw }
    if (this.#headings.has(row) || row.raw === this.#header?.raw)
      return [{ kind: 'skipped', reason: 'heading', ...at }]
    return [{ ...this.#readOutcome(row, settings), ...at }]
  }

  #readObject({ members, fault, raw }: JsonRow, settings: ImportSettings): ImportItem {
    const at = { row: ++this.#row, raw }
    if (members === null) return { ...buildUnreadable(fault), ...at }
    const [names, cells] = [Object.keys(members), formatCells(Object.values(members))]
    if (cells === null) return { ...buildUnreadable(tooDeepDetail), ...at }
    if (this.#columns === null && !this.#useHeader(names)) {
      const problem = describeObject(members) ?? this.#describeTable(names)
      throw new ImportFileError(problem)
    }
    return {
      ...this.#format.read(new TableRow(nameColumns(names, this.#format), cells), settings),
      ...at
    }
  }

  /**
   * Finds the header in the first rows, or the column order of a table without one. Throws
   * ImportFileError if it is another table.
   */
  #begin(rows: readonly DelimitedRow[]): void {
    const first = rows.filter(row => row.isBlank !== true).slice(0, headRowsMax)
    const tagsAt = first.findLastIndex(({ cells }) => cells !== null && isTagRow(cells))
    const headerAt = first.findIndex(({ cells }) => cells !== null && this.#useHeader(cells))
    this.#headings = new Set(first.slice(0, Math.max(headerAt, tagsAt + 1)))
    if (headerAt >= 0) {
      this.#header = first[headerAt] as DelimitedRow
      return
    }
    const row = first.find(({ cells }) => cells === null || !isTagRow(cells))
    if (row === undefined) return
    if (row.cells === null) throw new ImportFileError(`the first row ${row.fault}`)
    if (!this.#useOrder(row.cells)) throw new ImportFileError(this.#describeTable(row.cells))
  }

  /** True if the names are the header of one of the descriptions, which then is used. */
  #useHeader(names: readonly string[]): boolean {
    for (const format of this.#formats) {
      const columns = nameColumns(names, format)
      if (listMissing(format, columns).length > 0) continue
      this.#use(format, columns, names.length)
      return true
    }
    return false
  }

  #useOrder(cells: readonly string[]): boolean {
    for (const format of this.#formats) {
      const names = format.headerless(cells)
      if (names === null) continue
      this.#use(format, indexColumns(names), cells.length)
      return true
    }
    return false
  }

  #use(format: TableFormat, columns: Columns, width: number): void {
    this.#format = format
    this.#columns = columns
    this.#width = width
  }

  /** Why a table is not of this format, and what to do. */
  #describeTable(names: readonly string[]): string {
    const [closest] = this.#formats
      .map(format => {
        const missing = listMissing(format, nameColumns(names, format))
        return { format, missing, found: format.needed.length - missing.length }
      })
      .sort((a, b) => b.found - a.found || a.missing.length - b.missing.length)
    const { format, missing } = closest as NonNullable<typeof closest>
    const other = this.#options.findFormat?.(indexColumns(names)) ?? null
    if (other !== null)
      return `this is not a table of ${format.name}: its columns are those of --format ${other}`
    if (looksLikeData(names))
      return `the first row is data, not a header: add the header of ${format.name} as the first row, or state table.header in a mapping (--format csv --map)`
    return `this is not a table of ${format.name}: it has no column ${missing.map(some => some.join(' or ')).join(', ')}`
  }

  #readOutcome({ cells, fault }: DelimitedRow, settings: ImportSettings): RowOutcome {
    if (cells === null) return buildUnreadable(fault)
    if (cells.length !== this.#width)
      return buildUnreadable(`has ${cells.length} cells where the header has ${this.#width}`)
    return this.#format.read(new TableRow(this.#columns as Columns, cells), settings)
  }
}

function buildUnreadable(detail: string): RowOutcome {
  return { kind: 'refused', faults: [{ column: null, reason: 'unreadable', detail }] }
}

/** True for a row of HXL tags, such as `#date+start`, between empty cells. Source: hxlstandard.org. */
function isTagRow(cells: readonly string[]): boolean {
  const filled = cells.map(cell => cell.trim()).filter(cell => cell !== '')
  return filled.length > 0 && filled.every(cell => /^#[a-z][\w-]*(?:\s*\+\s*[\w-]+)*$/i.test(cell))
}

/** True if a third of the cells are numbers or days, which no header has. */
function looksLikeData(cells: readonly string[]): boolean {
  const filled = cells.filter(cell => cell.trim() !== '')
  const values = filled.filter(cell => /^\s*[-+]?\d[\d.,:/ -]*(?:T[\d:.Z+-]*)?\s*$/.test(cell))
  return values.length * 3 >= filled.length && values.length > 0
}

/** The rows with all first ones in one batch, so that the header is found among them. */
async function* joinHead(
  batches: AsyncIterable<readonly DelimitedRow[]>
): AsyncIterable<readonly DelimitedRow[]> {
  let head: DelimitedRow[] | null = []
  try {
    for await (const rows of batches) {
      if (head === null) {
        yield rows
        continue
      }
      head.push(...rows)
      if (head.filter(row => row.isBlank !== true).length < headRowsMax) continue
      const whole = head
      head = null
      yield whole
    }
  } catch (error) {
    // A truncated file still has its first rows.
    if (head !== null && head.length > 0) yield head
    throw error
  }
  if (head !== null && head.length > 0) yield head
}

/** The first line of a file must end within this length, characters. */
const headerCharsMax = 64 * 1024

async function readFirstLine(
  texts: AsyncIterable<string>
): Promise<{ line: string; texts: AsyncIterable<string> }> {
  const iterator = texts[Symbol.asyncIterator]()
  let head = ''
  const firstLine = () => /^[\r\n]*([^\n]*)(\n?)/.exec(head) as RegExpExecArray
  while (firstLine()[2] === '' && head.length < headerCharsMax) {
    const next = await iterator.next()
    if (next.done === true) break
    head += next.value
  }
  return { line: firstLine()[1] as string, texts: joinTexts(head, iterator) }
}

async function* joinTexts(head: string, iterator: AsyncIterator<string>): AsyncIterable<string> {
  try {
    if (head !== '') yield head
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
      yield next.value
  } finally {
    await iterator.return?.()
  }
}
