// Imports a table: header or known column order, then each row through the format's own reader.
// Each format has its own file.

import { decodeText } from '../bytes/opened-bytes.ts'
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

/** How the rows of one kind of table are read. */
export interface TableFormat {
  readonly name: string
  /** Required columns; of each list one must be present. */
  readonly needed: readonly (readonly string[])[]
  /** False if quotes are ordinary characters. */
  readonly quoted: boolean
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

export function createTableImporter(format: TableFormat): Importer {
  return new TableImporter(format)
}

class TableImporter implements Importer {
  readonly #format: TableFormat
  #columns: Columns | null = null
  #header: string | null = null
  #width: number | null = null
  #delimiter = ','
  #row = 0

  constructor(format: TableFormat) {
    this.#format = format
  }

  async *items(
    bytes: AsyncIterable<Uint8Array>,
    settings: ImportSettings
  ): AsyncIterable<readonly ImportItem[]> {
    const { quoted } = this.#format
    const { delimiter, texts } = await withDelimiter(
      decodeText(bytes, settings.encoding),
      this.#format.delimiter
    )
    this.#delimiter = delimiter
    const dialect = (): Dialect => ({ delimiter, quoted, width: this.#width })
    for await (const rows of splitRows(texts, dialect)) {
      const items: ImportItem[] = []
      for (const row of rows) this.#take(row, settings, items)
      if (items.length > 0) yield items
    }
    if (this.#columns === null) throw new ImportFileError('the file is empty: it has no header')
  }

  findColumn(pointer: string): string | null {
    const { pointers } = this.#format
    for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const column = pointers[at]
      if (column !== undefined) return column
      if (at.lastIndexOf('/') <= 0) return null
    }
  }

  get hasEditions(): boolean {
    return this.#format.hasEditions === true
  }

  get refused(): RefusedFileForm {
    return {
      extension: this.#delimiter === '\t' ? 'tsv' : 'csv',
      head: () => (this.#header === null ? '' : `${this.#header}\n`),
      separator: '\n',
      foot: '\n'
    }
  }

  #take(row: DelimitedRow, settings: ImportSettings, items: ImportItem[]): void {
    this.#row++
    if (row.isBlank === true || (this.#columns === null && this.#begin(row))) return
    items.push({ ...this.#readOutcome(row, settings), row: this.#row, raw: row.raw })
  }

  /** Consumes the first row if it is the header. Throws ImportFileError if it is another table. */
  #begin(row: DelimitedRow): boolean {
    if (row.cells === null) throw new ImportFileError(`the first row ${row.fault}`)
    const named = indexColumns(row.cells)
    const missing = this.#buildMissing(named)
    this.#width = row.cells.length
    if (missing.length === 0) {
      this.#columns = named
      this.#header = row.raw
      return true
    }
    const known = this.#format.headerless(row.cells)
    if (known === null) {
      throw new ImportFileError(
        `this is not a table of ${this.#format.name}: it has no column ${missing.map(names => names.join(' or ')).join(', ')}`
      )
    }
    this.#columns = indexColumns(known)
    return false
  }

  #buildMissing(columns: Columns): readonly (readonly string[])[] {
    return this.#format.needed.filter(
      names => !names.some(name => columns.has(buildColumnKey(name)))
    )
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

/** The first line of a file must end within this length, characters. */
const headerCharsMax = 64 * 1024

async function withDelimiter(
  texts: AsyncIterable<string>,
  fixed: string | null
): Promise<{ delimiter: string; texts: AsyncIterable<string> }> {
  if (fixed !== null) return { delimiter: fixed, texts }
  const iterator = texts[Symbol.asyncIterator]()
  let head = ''
  const firstLine = () => /^[\r\n]*([^\n]*)(\n?)/.exec(head) as RegExpExecArray
  while (firstLine()[2] === '' && head.length < headerCharsMax) {
    const next = await iterator.next()
    if (next.done === true) break
    head += next.value
  }
  return { delimiter: detectDelimiter(firstLine()[1] as string), texts: joinTexts(head, iterator) }
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
