// Counts of row outcomes. Every row read is in exactly one count, so that the counts add up. Plain
// data: stored in the state file as it is.

import type { FieldError } from '@tocsin/contracts/problem/problem-catalogue'
import type {
  Fault,
  RefusalReason,
  SkipReason,
  WarningKind
} from '@tocsin/importers/item/import-item'
import type { HindranceReason } from '../outcome/report-hindrances.ts'
import type { VaguePlace } from '../report/report-answer.ts'

export type RowResult =
  /**
   * `isRevision`: the suite had the report with other content. `isSuperseded`: another revision of
   * it counts. `place`: what it reports about its places.
   */
  | {
      readonly kind: 'accepted'
      readonly isRevision?: boolean
      readonly isSuperseded?: boolean
      readonly place?: VaguePlace
    }
  | { readonly kind: 'duplicate'; readonly isSuperseded?: boolean }
  | { readonly kind: 'withdrawn' | 'stays-withdrawn' }
  | { readonly kind: 'skipped'; readonly reason: SkipReason }
  | { readonly kind: 'refused'; readonly faults: readonly Fault[] }

export interface ImportTally {
  rows: number
  accepted: number
  duplicates: number
  /** Rows that withdrew a report, now or in an earlier import. */
  withdrawn: number
  /** Rows of reports that were withdrawn before; withdrawals are final. */
  staysWithdrawn: number
  skipped: Partial<Record<SkipReason, number>>
  /** By reason, then by column; `-` is the whole row. */
  refused: Partial<Record<RefusalReason, Record<string, number>>>
  /** Accepted rows with an adjusted value. */
  warnings: Partial<Record<WarningKind, number>>
  /** Accepted rows with an imprecise place. Absent from states of earlier versions. */
  places?: Partial<Record<VaguePlace, number>>
  /**
   * Rows, accepted or there already, with another revision that counts. Absent where there is none,
   * as in earlier versions.
   */
  superseded?: number
  /** Accepted rows that no rule sees, or not some rules, by reason. Absent if there are none. */
  hindrances?: Partial<
    Record<HindranceReason, { readonly rows: number; readonly rules: readonly string[] }>
  >
}

/** Columns counted separately; further ones are counted as `other columns`. */
const columnsMax = 200

export function newTally(): ImportTally {
  return {
    rows: 0,
    accepted: 0,
    duplicates: 0,
    withdrawn: 0,
    staysWithdrawn: 0,
    skipped: {},
    refused: {},
    warnings: {}
  }
}

/** Counts a row. Of several faults the first counts. */
export function count(tally: ImportTally, result: RowResult): void {
  tally.rows++
  if ('isSuperseded' in result && result.isSuperseded)
    tally.superseded = (tally.superseded ?? 0) + 1
  switch (result.kind) {
    case 'accepted':
      tally.accepted++
      if (result.place !== undefined) {
        tally.places ??= {}
        add(tally.places, result.place)
      }
      break
    case 'duplicate':
      tally.duplicates++
      break
    case 'withdrawn':
      tally.withdrawn++
      break
    case 'stays-withdrawn':
      tally.staysWithdrawn++
      break
    case 'skipped':
      add(tally.skipped, result.reason)
      break
    case 'refused':
      countFault(tally, result.faults[0] as Fault)
      break
    default:
      result satisfies never
  }
}

export function countWarnings(tally: ImportTally, warnings: readonly WarningKind[]): void {
  for (const warning of warnings) add(tally.warnings, warning)
}

function countFault(tally: ImportTally, { reason, column }: Fault): void {
  const columns = tally.refused[reason] ?? {}
  tally.refused[reason] = columns
  add(columns, findCount(columns, column ?? '-', columnsMax, 'other columns'))
}

/** Adds one to a count by name, which may be the name of any column of a file. */
export function add<Name extends string>(counts: Partial<Record<Name, number>>, name: Name): void {
  counts[name] = (Object.hasOwn(counts, name) ? (counts[name] as number) : 0) + 1
}

/** The name under which one more is counted: beyond so many names it is `others`. */
export function findCount(
  counts: Readonly<Record<string, number>>,
  name: string,
  namesMax: number,
  others: string
): string {
  return Object.hasOwn(counts, name) || Object.keys(counts).length < namesMax ? name : others
}

export function countRefused(tally: ImportTally): number {
  return Object.values(tally.refused).reduce(
    (sum, columns) => sum + sumNumbers(Object.values(columns)),
    0
  )
}

export function countSkipped(tally: ImportTally): number {
  return sumNumbers(Object.values(tally.skipped))
}

export function isBalanced(tally: ImportTally): boolean {
  const { accepted, duplicates, withdrawn, staysWithdrawn } = tally
  return (
    tally.rows ===
    accepted + duplicates + withdrawn + staysWithdrawn + countSkipped(tally) + countRefused(tally)
  )
}

function sumNumbers(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}

interface Refusal {
  readonly code: string
  readonly detail: string
  readonly errors?: readonly FieldError[] | undefined
}

/** A problem's faults of a row, by the columns of the file. */
export function listFaults(
  { code, detail, errors }: Refusal,
  columnOf: (pointer: string) => string | null
): readonly Fault[] {
  const reason: RefusalReason =
    code === 'forbidden' ? 'not-allowed' : code === 'body-malformed' ? 'unreadable' : 'contract'
  if (errors === undefined || errors.length === 0)
    return [{ column: null, reason, detail: `${code}: ${detail}` }]
  return errors.map(error => ({ column: columnOf(error.pointer), reason, detail: error.detail }))
}
