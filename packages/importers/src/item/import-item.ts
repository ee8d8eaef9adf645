// The output of an importer: one item per row, in file order. What happens with them is decided
// elsewhere.

import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Mapping } from './mapping-file.ts'

/**
 * Raised when a row maps to another report than before: a paused import then starts over, so that a
 * file is not read in two ways.
 */
export const importersVersion = 5

/** Why a row can't become a report. Closed: used as a count label. */
const refusalReasons = [
  /**
   * The row itself is unreadable: broken quotes, invalid bytes, a wrong number of cells, invalid
   * JSON or XML.
   */
  'unreadable',
  /** A required cell is empty. */
  'missing',
  /** A cell does not fit its column: not a day, not a number, out of range. */
  'malformed',
  /** A value missing from the mapping tables: a country, a type of violence, an event type. */
  'unknown-value',
  /** No location. */
  'no-place',
  /** The resulting report violates the contract of reports. */
  'contract',
  /** The suite refuses it: missing permission, or a withdrawn report. */
  'not-allowed',
  /**
   * The suite failed repeatedly at this row but not at others: the row is unchanged and may be
   * imported again.
   */
  'server-error'
] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** Why a valid row is left out. Closed. */
const skipReasons = [
  'not-violence',
  'skipped-by-mapping',
  'not-actual',
  /** An alert cancelled earlier in the same file, which begins with the newest. */
  'cancelled',
  /** A row of HXL tags, or a second header. */
  'heading',
  /** A withdrawal of a report that the suite does not have. */
  'never-imported'
] as const
export type SkipReason = (typeof skipReasons)[number]

/** What was adjusted. The row still counts. Closed. */
const warningKinds = [
  /** A name of an area unknown to the gazetteer: the coordinates decide. */
  'area-unknown',
  /** The point is in another country than stated, by today's borders: the coordinates decide. */
  'country-differs',
  /** The file does not say when the row became known: it counts as reported when accepted. */
  'no-date-of-knowledge',
  /** Deaths out of order: the interval was widened to cover all three figures. */
  'deaths-widened',
  /**
   * A row changed a report of another edition, and neither is known to be later: with equal dates
   * the winner is arbitrary.
   */
  'edition-undated',
  /**
   * The chain's first alert is not in the file: if that was imported as part of an older chain,
   * this becomes another report.
   */
  'chain-unknown',
  /**
   * An alert whose event begins more than a day after sending: it counts from when it was sent,
   * since the contract refuses future events.
   */
  'onset-ahead',
  /** No id: equal rows count once, and a corrected row is another report. */
  'no-id',
  /** A text or a list exceeded the limit of a report and was truncated. */
  'cut'
] as const
export type WarningKind = (typeof warningKinds)[number]

export interface Fault {
  readonly column: string | null
  readonly reason: RefusalReason
  /** A sentence without its subject: `is not a day`. */
  readonly detail: string
}

interface ItemBase {
  /** As in a spreadsheet or an editor: a header is row 1. */
  readonly row: number
  /** The row as in the file, without its line end. */
  readonly raw: string
}

export interface ReportItem extends ItemBase {
  readonly kind: 'report'
  readonly report: PostedReport
  /** The report verbatim, if the file contains one. */
  readonly json?: string
  readonly warnings: readonly WarningKind[]
}

/** A withdrawal of a report imported earlier, or earlier in this file. */
export interface WithdrawalItem extends ItemBase {
  readonly kind: 'withdrawal'
  readonly sourceId: string
  readonly externalId: string
  /** What names the report in the row. */
  readonly column: string
  readonly reason: string
  /** Why the row is left out if the suite does not have the report; null if that is a fault. */
  readonly ifAbsent: SkipReason | null
  readonly warnings: readonly WarningKind[]
}

export interface RefusedItem extends ItemBase {
  readonly kind: 'refused'
  /** At least one. */
  readonly faults: readonly Fault[]
}

export interface SkippedItem extends ItemBase {
  readonly kind: 'skipped'
  readonly reason: SkipReason
}

export type ImportItem = ReportItem | WithdrawalItem | RefusedItem | SkippedItem

/** The result of a row, before its number is known. */
export type RowOutcome =
  | Pick<ReportItem, 'kind' | 'report' | 'warnings'>
  | Pick<WithdrawalItem, Exclude<keyof WithdrawalItem, keyof ItemBase>>
  | Pick<RefusedItem, 'kind' | 'faults'>
  | Pick<SkippedItem, 'kind' | 'reason'>

/** The ISO 3166-2 code for the name of an area in a country; null if unknown. */
export type AreaNames = (name: string, country: string) => string | null

/**
 * The country of a point if it clearly differs from the stated one; null if nothing contradicts the
 * stated one.
 */
export type OtherCountry = (lat: number, lon: number, country: string) => string | null

export interface ImportSettings {
  /** Overrides the format's own source. */
  readonly source: string | null
  /** Overrides the report time of every row: the publication date of an edition of the file. */
  readonly reportedAt: string | null
  /** A column with the day or instant at which rows became known; tables only. */
  readonly knownAtColumn: string | null
  readonly handling: Handling | null
  /** For texts without a byte order mark. */
  readonly encoding: Encoding
  readonly areas: AreaNames
  readonly otherCountry: OtherCountry
  /** For `csv` and `geojson`. */
  readonly mapping: Mapping | null
  /** Of workbooks; left out: 512 MiB unpacked and 25 million cells. */
  readonly workbook?: { readonly unpackedMax: number; readonly cellsMax: number }
  /** No row can be known later, ms. */
  readonly nowMs: number
}

export const encodings = ['utf-8', 'utf-16le', 'windows-1252'] as const
export type Encoding = (typeof encodings)[number]

/**
 * Reads a format's rows from a file, and writes refused ones in a form that can be corrected and
 * imported again.
 */
export interface Importer {
  /**
   * Items in file order, in batches, as the bytes arrive. Never rejects for the content of a row;
   * rejects with ImportFileError if the file as a whole can't be read, and with the errors of
   * `bytes`.
   */
  items(
    bytes: AsyncIterable<Uint8Array>,
    settings: ImportSettings
  ): AsyncIterable<readonly ImportItem[]>
  /**
   * The column behind a JSON pointer into a report; null if there is none. Available once items
   * were read.
   */
  findColumn(pointer: string): string | null
  readonly refused: RefusedFileForm
  /** Sentences about the file as a whole. Available once all items were read. */
  notes?(): readonly string[]
  /** True if later editions repeat rows with changes, without dates that distinguish them. */
  readonly hasEditions: boolean
}

/** Text around the raw rows in a file of refused rows. Available once items were read. */
export interface RefusedFileForm {
  readonly extension: string
  head(): string
  /** Between two rows. */
  readonly separator: string
  readonly foot: string
}

/** The file as a whole does not have the stated format. */
export class ImportFileError extends Error {
  override readonly name = 'ImportFileError'
  readonly code = 'import-file-unreadable'
  readonly retryable = false
}
