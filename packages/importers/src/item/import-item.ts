// What an importer makes of a file: items, one for each row, in the order of the file. What becomes of them is not decided here.

import type { PostedReport } from '@tocsin/contracts/report/report-shape'
import type { Handling } from '@tocsin/domain/report/handling'
import type { Mapping } from './mapping-file.ts'

/** Goes up when the same row becomes another report than before: a paused import then begins anew, so that one file is not read in two ways. */
export const importersVersion = 3

/** Why a row can't become a report. Closed: it is counted by. */
export const refusalReasons = [
  /** The row itself can't be read: broken quotes, other bytes than the encoding has, a number of cells that is not that of the header, no JSON, no XML. */
  'unreadable',
  /** A cell that is needed is empty. */
  'missing',
  /** A cell is not what its column holds: no day, no number, out of range. */
  'malformed',
  /** A value that no table knows: a country, a type of violence, a kind of event. */
  'unknown-value',
  /** Nothing says where it was. */
  'no-place',
  /** The report that the row gives breaks the contract of reports. */
  'contract',
  /** The suite will not have it: a key that may not, a report that was withdrawn. */
  'not-allowed',
  /** The suite failed at this row again and again, and at others not: the row is as it was, and may be imported again. */
  'server-error'
] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** Why a row is left out although nothing is wrong with it. Closed. */
export const skipReasons = [
  'not-violence',
  'skipped-by-mapping',
  'not-actual',
  /** An alert that the same file has cancelled before: it begins with the newest. */
  'cancelled'
] as const
export type SkipReason = (typeof skipReasons)[number]

/** What was not taken as it stands. The row counts all the same. Closed. */
export const warningKinds = [
  /** A name of an area that the gazetteer does not know: the coordinates decide. */
  'area-unknown',
  /** The point lies in another country than the file says, as borders are today: the coordinates decide. */
  'country-differs',
  /** The file does not say when the row was known: it counts as reported when it is accepted. */
  'no-date-of-knowledge',
  /** Deaths out of order: the interval was widened until it holds all three figures. */
  'deaths-widened',
  /** A row that changed a report of another edition, with nothing that says which is the later: of equal dates chance decides. */
  'edition-undated',
  /** An alert whose first one is not in the file: if that was itself imported as part of an older chain, this is another report. */
  'chain-unknown',
  /** An alert of what begins more than a day after it was sent: it counts from when it was sent, since nothing is taken that has not happened. */
  'onset-ahead',
  /** A text or a list was longer than a report may have: its beginning was taken. */
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
  /** As a spreadsheet or an editor numbers it: a header is row 1. */
  readonly row: number
  /** The row as it stands in the file, without its line end. */
  readonly raw: string
}

export interface ReportItem extends ItemBase {
  readonly kind: 'report'
  readonly report: PostedReport
  /** The report letter by letter, where the file holds it so. */
  readonly json?: string
  readonly warnings: readonly WarningKind[]
}

/** A withdrawal of a report that was imported before, or is in this file. */
export interface WithdrawalItem extends ItemBase {
  readonly kind: 'withdrawal'
  readonly sourceId: string
  readonly externalId: string
  readonly reason: string
  /** The file has the report behind it, and leaves it out: nothing is amiss where the suite does not have it. */
  readonly mayBeAbsent: boolean
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

/** What a row gives, before it is known which row it is. */
export type RowOutcome =
  | Pick<ReportItem, 'kind' | 'report' | 'warnings'>
  | Pick<WithdrawalItem, 'kind' | 'sourceId' | 'externalId' | 'reason' | 'mayBeAbsent' | 'warnings'>
  | Pick<RefusedItem, 'kind' | 'faults'>
  | Pick<SkippedItem, 'kind' | 'reason'>

/** The code of ISO 3166-2 that a name of an area means in a country; null where it is not known. */
export type AreaNames = (name: string, country: string) => string | null

/** The country in which a point lies instead of the stated one, clear of any border between them; null where nothing tells against what is stated. */
export type OtherCountry = (lat: number, lon: number, country: string) => string | null

export interface ImportSettings {
  /** Instead of the format's own source. */
  readonly source: string | null
  /** Counts for every row, instead of what the file says: the day on which an edition of the file came out. */
  readonly reportedAt: string | null
  /** A column of days or instants at which rows were known; tables only. */
  readonly knownAtColumn: string | null
  readonly handling: Handling | null
  /** Of texts without a byte order mark. */
  readonly encoding: Encoding
  readonly areas: AreaNames
  readonly otherCountry: OtherCountry
  /** For `csv` and `geojson`. */
  readonly mapping: Mapping | null
}

export const encodings = ['utf-8', 'utf-16le', 'windows-1252'] as const
export type Encoding = (typeof encodings)[number]

/** How a format's rows come out of a file, and go back into one that can be mended and imported again. */
export interface Importer {
  /**
   * Items in the order of the file, in batches, as the bytes come. Never rejects for what a row says; rejects with ImportFileError where the file as
   * a whole can't be read, and with what the bytes reject with.
   */
  items(bytes: AsyncIterable<Uint8Array>, settings: ImportSettings): AsyncIterable<readonly ImportItem[]>
  /** The column that a JSON pointer into a report comes from; null where none does. Known once items were read. */
  columnOf(pointer: string): string | null
  readonly refused: RefusedFileForm
  /** True where the same rows come again, changed, in later editions, whose own dates do not tell them apart. */
  readonly hasEditions: boolean
}

/** What stands around raw rows in a file of refused rows. Known once items were read. */
export interface RefusedFileForm {
  readonly extension: string
  head(): string
  /** Between two rows. */
  readonly separator: string
  readonly foot: string
}

/** The file as a whole is not what it is said to be. */
export class ImportFileError extends Error {
  override readonly name = 'ImportFileError'
  readonly code = 'import-file-unreadable'
  readonly retryable = false
}
