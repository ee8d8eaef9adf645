// What a file would become, without a suite: every row is read, validated against the contract and
// given its place; no report is sent.

import type { FieldError } from '@tocsin/contracts/problem/problem-catalogue'
import type { ReportInput } from '@tocsin/contracts/report/posted-report'
import { checkReportTimes, parseReportInput } from '@tocsin/contracts/report/report-validation'
import type { Place } from '@tocsin/contracts/theatre/report'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import {
  type Fault,
  type Importer,
  ImportFileError,
  type ImportItem,
  type ImportSettings,
  type ReportItem
} from '@tocsin/importers/item/import-item'
import { readItems } from '@tocsin/importers/read-items'
import { resolvePlaces } from '@tocsin/intake/acceptance/report-places'
import { toldPlace } from '@tocsin/intake/report/told-places'
import type { ImportInput } from './import-input.ts'
import { count, countWarnings, type ImportTally, newTally, type RowResult } from './import-tally.ts'
import { noneRefused, RefusedFiles, type RefusedPaths, resolveForm } from './refused-files.ts'
import type { HindranceCount } from './suite-hindrances.ts'

export interface DryRunOptions {
  readonly input: ImportInput
  readonly importer: Importer
  readonly settings: ImportSettings
  readonly gazetteer: Gazetteer
  readonly nowMs: number
  /** Null without a suite. */
  readonly hindrances: Pick<HindranceCount, 'add'> | null
  readonly signal: AbortSignal
  /** Null if refused rows are only shown. */
  readonly refusedPaths: ((extension: string) => RefusedPaths) | null
}

export interface RefusedRow {
  readonly row: number
  readonly faults: readonly Fault[]
}

export interface DryRunOutcome {
  /** Rows that would be posted count as accepted: only the suite knows which are duplicates. */
  readonly tally: ImportTally
  readonly categories: Readonly<Record<string, number>>
  readonly countries: Readonly<Record<string, number>>
  /** How places were resolved: stated, gazetteer, ambiguous, unresolved, contradicting. */
  readonly places: Readonly<Record<string, number>>
  readonly sources: Readonly<Record<string, number>>
  /** First and last day; null without a report. */
  readonly occurred: { readonly from: string; readonly to: string } | null
  /** The first reports as they would be posted, without private data. */
  readonly examples: readonly { readonly row: number; readonly report: object }[]
  readonly firstRefused: readonly RefusedRow[]
  readonly refused: RefusedPaths | null
  /** What is to know about the file as a whole. */
  readonly notes: readonly string[]
  readonly finished: boolean
  /** Why the file could not be read to its end; null if it could. */
  readonly brokenBy: string | null
  /** False without a suite: its theatres and rules were not asked. */
  readonly knowsSuite: boolean
}

const examplesMax = 3
const refusedShownMax = 20
/** Sources listed separately. */
const sourcesMax = 50

/**
 * Reads a file up to its first damage. Rejects with ImportFileError if not even one row can be read.
 */
export async function runDry(options: DryRunOptions): Promise<DryRunOutcome> {
  const { importer, input, settings, signal } = options
  const reading = new DryReading(options)
  try {
    for await (const items of readItems(importer, input.open(), settings)) {
      for (const item of items) reading.take(item)
      if (signal.aborted) break
    }
  } catch (error) {
    if (!(error instanceof ImportFileError) || reading.rows === 0) throw error
    return reading.collectOutcome(error.message)
  }
  return reading.collectOutcome(null)
}

class DryReading {
  readonly #o: DryRunOptions
  readonly #tally = newTally()
  readonly #categories: Record<string, number> = {}
  readonly #countries: Record<string, number> = {}
  readonly #places: Record<string, number> = {}
  readonly #sources: Record<string, number> = {}
  readonly #examples: { row: number; report: object }[] = []
  readonly #firstRefused: RefusedRow[] = []
  readonly #refused: RefusedFiles | null
  #from = ''
  #to = ''

  constructor(options: DryRunOptions) {
    const { refusedPaths, importer, settings } = options
    this.#o = options
    this.#refused =
      refusedPaths === null
        ? null
        : new RefusedFiles(
            () => refusedPaths(importer.refused.extension),
            () => resolveForm(importer.refused, settings.encoding),
            noneRefused
          )
  }

  take(item: ImportItem): void {
    const result = this.#readItem(item)
    count(this.#tally, result)
    if (result.kind !== 'refused') return
    if (this.#firstRefused.length < refusedShownMax)
      this.#firstRefused.push({ row: item.row, faults: result.faults })
    this.#refused?.add(item.row, item.raw, result.faults)
  }

  get rows(): number {
    return this.#tally.rows
  }

  async collectOutcome(brokenBy: string | null): Promise<DryRunOutcome> {
    const refused = (await this.#refused?.finish()) ?? null
    return {
      tally: this.#tally,
      categories: this.#categories,
      countries: this.#countries,
      places: this.#places,
      sources: this.#sources,
      occurred: this.#from === '' ? null : { from: this.#from, to: this.#to },
      examples: this.#examples,
      firstRefused: this.#firstRefused,
      refused,
      notes: this.#o.importer.notes?.() ?? [],
      finished: !this.#o.signal.aborted && brokenBy === null,
      brokenBy,
      knowsSuite: this.#o.hindrances !== null
    }
  }

  #readItem(item: ImportItem): RowResult {
    if (item.kind === 'refused') return { kind: 'refused', faults: item.faults }
    if (item.kind === 'skipped') return { kind: 'skipped', reason: item.reason }
    if (item.kind === 'withdrawal') return { kind: 'withdrawn' }
    return this.#judgeReport(item)
  }

  #judgeReport(item: ReportItem): RowResult {
    const parsed = parseReportInput(item.report)
    if (!parsed.ok) return this.#refuseByContract(parsed.errors)
    const resolved = resolvePlaces(parsed.report, this.#o.gazetteer)
    const errors = [
      ...(resolved.ok ? [] : resolved.errors),
      ...checkReportTimes(parsed.report, this.#o.nowMs)
    ]
    if (!resolved.ok || errors.length > 0) return this.#refuseByContract(errors)
    this.#acceptReport(item, parsed.report, resolved.place)
    return { kind: 'accepted' }
  }

  #refuseByContract(errors: readonly FieldError[]): RowResult {
    const { findColumn: columnOf } = this.#o.importer
    const faults = errors.map(({ pointer, detail }) => ({
      column: columnOf.call(this.#o.importer, pointer),
      reason: 'contract' as const,
      detail
    }))
    return { kind: 'refused', faults }
  }

  #acceptReport(
    item: ReportItem,
    { category, occurred, sourceId }: ReportInput,
    place: Place
  ): void {
    countWarnings(this.#tally, item.warnings)
    this.#o.hindrances?.add(this.#tally, item)
    add(this.#categories, category)
    add(this.#countries, place.country ?? 'unknown')
    add(this.#places, toldPlace(place).resolution)
    const isKnown =
      Object.hasOwn(this.#sources, sourceId) || Object.keys(this.#sources).length < sourcesMax
    add(this.#sources, isKnown ? sourceId : 'others')
    const [from, to] = [occurred.from.slice(0, 10), occurred.to.slice(0, 10)]
    if (this.#from === '' || from < this.#from) this.#from = from
    if (to > this.#to) this.#to = to
    if (this.#examples.length >= examplesMax) return
    const { private: _, ...open } = item.report
    this.#examples.push({ row: item.row, report: open })
  }
}

function add(counts: Record<string, number>, name: string): void {
  counts[name] = (Object.hasOwn(counts, name) ? (counts[name] as number) : 0) + 1
}
