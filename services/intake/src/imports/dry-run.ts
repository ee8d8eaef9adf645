// What a file would become: every row is read and judged; no report is written. A suite judges by
// what it knows; the command line judges rows without one, by the contract and the gazetteer.

import { ProblemError, problems } from '@tocsin/contracts/problem/problem-catalogue'
import { checkReportTimes } from '@tocsin/contracts/report/report-validation'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import type { WorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import {
  type AreaNames,
  type Fault,
  type Importer,
  ImportFileError,
  type ImportItem,
  type ImportSettings,
  type OtherCountry,
  type ReportItem,
  type WithdrawalItem
} from '@tocsin/importers/item/import-item'
import { readItems } from '@tocsin/importers/read-items'
import type { ForeseenReport, Foresight } from '../acceptance/acceptance.ts'
import { resolvePlaces } from '../acceptance/report-places.ts'
import { parseBody } from '../report/incoming-report.ts'
import { invalidBody } from '../report/refusals.ts'
import { toldPlace } from '../report/told-places.ts'
import {
  count,
  countWarnings,
  type ImportTally,
  listFaults,
  newTally,
  type RowResult
} from './import-tally.ts'

export interface DryRunOptions {
  readonly bytes: AsyncIterable<Uint8Array>
  readonly importer: Importer
  readonly settings: ImportSettings
  readonly foresee: Foresight
  readonly signal: AbortSignal
  /** Gets each row that would be posted. */
  readonly onAccepted?: (tally: ImportTally, item: ReportItem) => void
  /** Gets the number of rows that were judged. */
  readonly onRow?: (rows: number) => void
  /** Gets each row that would withdraw a report. */
  readonly onWithdrawal?: (item: WithdrawalItem) => void
  readonly onRefused?: (item: ImportItem, faults: readonly Fault[]) => void
}

export interface RefusedRow {
  readonly row: number
  readonly faults: readonly Fault[]
}

export interface DryRunOutcome {
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
  /** What is to know about the file as a whole. */
  readonly notes: readonly string[]
  readonly finished: boolean
  /** Why the file could not be read to its end; null if it could. */
  readonly brokenBy: string | null
}

const examplesMax = 3
export const refusedShownMax = 100
/** Sources listed separately. */
const sourcesMax = 50

/**
 * Reads a file up to its first damage. Rejects with ImportFileError if not even one row can be read.
 */
export async function runDry(options: DryRunOptions): Promise<DryRunOutcome> {
  const { importer, bytes, settings, signal } = options
  const reading = new DryReading(options)
  try {
    for await (const items of readItems(importer, bytes, settings)) {
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
  #from = ''
  #to = ''

  constructor(options: DryRunOptions) {
    this.#o = options
  }

  take(item: ImportItem): void {
    const result = this.#readItem(item)
    count(this.#tally, result)
    this.#o.onRow?.(this.#tally.rows)
    if (result.kind !== 'refused') return
    if (this.#firstRefused.length < refusedShownMax)
      this.#firstRefused.push({ row: item.row, faults: result.faults })
    this.#o.onRefused?.(item, result.faults)
  }

  get rows(): number {
    return this.#tally.rows
  }

  collectOutcome(brokenBy: string | null): DryRunOutcome {
    return {
      tally: this.#tally,
      categories: this.#categories,
      countries: this.#countries,
      places: this.#places,
      sources: this.#sources,
      occurred: this.#from === '' ? null : { from: this.#from, to: this.#to },
      examples: this.#examples,
      firstRefused: this.#firstRefused,
      notes: this.#o.importer.notes?.() ?? [],
      finished: !this.#o.signal.aborted && brokenBy === null,
      brokenBy
    }
  }

  #readItem(item: ImportItem): RowResult {
    if (item.kind === 'refused') return { kind: 'refused', faults: item.faults }
    if (item.kind === 'skipped') return { kind: 'skipped', reason: item.reason }
    if (item.kind === 'withdrawal') {
      this.#o.onWithdrawal?.(item)
      return { kind: 'withdrawn' }
    }
    return this.#judgeReport(item)
  }

  #judgeReport(item: ReportItem): RowResult {
    const { foresee, importer } = this.#o
    try {
      const foreseen = foresee(item.report)
      if (foreseen.isDuplicate) return { kind: 'duplicate' }
      this.#acceptReport(item, foreseen)
      return { kind: 'accepted' }
    } catch (error) {
      if (!(error instanceof ProblemError) || isTemporary(error)) throw error
      return this.#refuse(error, importer)
    }
  }

  #refuse(problem: ProblemError, importer: Importer): RowResult {
    if (problem.code === 'report-withdrawn') return { kind: 'stays-withdrawn' }
    const { code, message: detail, errors } = problem
    return {
      kind: 'refused',
      faults: listFaults({ code, detail, errors }, pointer => importer.findColumn(pointer))
    }
  }

  #acceptReport(item: ReportItem, { input, place }: ForeseenReport): void {
    const { category, occurred, sourceId } = input
    countWarnings(this.#tally, item.warnings)
    this.#o.onAccepted?.(this.#tally, item)
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

/** Without a suite: rows that would be posted count as accepted. `nowMs`: the time that counts. */
export function foreseeAlone(gazetteer: Gazetteer, nowMs: number): Foresight {
  return body => {
    const input = parseBody(body)
    const resolved = resolvePlaces(input, gazetteer)
    const errors = [...(resolved.ok ? [] : resolved.errors), ...checkReportTimes(input, nowMs)]
    if (!resolved.ok || errors.length > 0) throw invalidBody(errors)
    return { input, place: resolved.place, isDuplicate: false }
  }
}

function add(counts: Record<string, number>, name: string): void {
  counts[name] = (Object.hasOwn(counts, name) ? (counts[name] as number) : 0) + 1
}

/** The error does not concern the row: the whole dry run is refused. */
function isTemporary({ code }: ProblemError): boolean {
  return problems[code].status >= 500 || problems[code].status === 429
}

/** Cached area names: a file has few, on many rows. */
const namesMax = 10_000

/** The codes of area names, each looked up once. */
export function createAreaNames(gazetteer: Gazetteer): AreaNames {
  const known = new Map<string, string | null>()
  return (name, country) => {
    const key = `${country}/${name}`
    const found = known.get(key)
    if (found !== undefined) return found
    const lookup = gazetteer.findAdmin1(name, country)
    const code = lookup.kind === 'known' ? lookup.code : null
    if (known.size < namesMax) known.set(key, code)
    return code
  }
}

/**
 * A point no further than this from the stated country may lie in it: world maps are no more exact.
 * Less than half the width of the Gaza Strip, km.
 */
const borderToleranceKm = 2
const kmPerDegree = 111.2

/**
 * The country at a point, if it is clearly not the stated one. Null for points at sea, on disputed
 * land, near the stated country, or with swapped latitude and longitude, which intake refuses.
 */
export function createCountryCheck(gazetteer: WorldGazetteer): OtherCountry {
  return (lat, lon, stated) => {
    if (Math.abs(lat) > 90 || Math.abs(lon) > 180) return null
    const found = gazetteer.countryAt({ lat, lon })
    if (found === null || found === stated || gazetteer.looksSwapped(stated, lat, lon)) return null
    return listAround(lat, lon).some(point => gazetteer.countryAt(point) === stated) ? null : found
  }
}

/** Eight points on the circle within which borders are too uncertain to decide. */
function listAround(
  lat: number,
  lon: number
): readonly { readonly lat: number; readonly lon: number }[] {
  const up = borderToleranceKm / kmPerDegree
  const across = up / Math.max(0.05, Math.cos((lat * Math.PI) / 180))
  return Array.from({ length: 8 }, (_, i) => {
    const angle = (i * Math.PI) / 4
    return { lat: lat + up * Math.cos(angle), lon: lon + across * Math.sin(angle) }
  }).filter(point => Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180)
}
