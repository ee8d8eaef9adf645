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
  type ReportItem
} from '@tocsin/importers/item/import-item'
import { readItems } from '@tocsin/importers/read-items'
import type { ForeseenReport, Foresight } from '../acceptance/acceptance.ts'
import { resolvePlaces } from '../acceptance/report-places.ts'
import { parseBody } from '../report/incoming-report.ts'
import { invalidBody } from '../report/refusals.ts'
import { describePlace } from '../report/report-answer.ts'
import {
  add,
  count,
  countWarnings,
  findCount,
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
  /** Gets each row after it was counted. */
  readonly onJudged: (item: ImportItem, result: RowResult, tally: ImportTally) => void
}

export interface RefusedRow {
  readonly row: number
  readonly faults: readonly Fault[]
}

function begin() {
  return {
    tally: newTally(),
    categories: {} as Record<string, number>,
    countries: {} as Record<string, number>,
    /** How places were resolved: stated, gazetteer, ambiguous, unresolved, contradicting. */
    places: {} as Record<string, number>,
    sources: {} as Record<string, number>,
    occurred: null as { readonly from: string; readonly to: string } | null,
    /** The first reports as they would be posted, without private data. */
    examples: [] as { readonly row: number; readonly report: object }[],
    firstRefused: [] as RefusedRow[],
    notes: [] as readonly string[],
    finished: false,
    /** Why the file could not be read to its end; null if it could. */
    brokenBy: null as string | null
  }
}

export type DryRunOutcome = Readonly<ReturnType<typeof begin>>

const examplesMax = 3
export const refusedShownMax = 100
/** Sources listed separately. */
const sourcesMax = 50

/**
 * Reads a file up to its first damage. Rejects with ImportFileError if not even one row can be read.
 */
export async function runDry(options: DryRunOptions): Promise<DryRunOutcome> {
  const { importer, bytes, settings, signal } = options
  const outcome = begin()
  try {
    for await (const items of readItems(importer, bytes, settings)) {
      for (const item of items) judgeRow(item, options, outcome)
      if (signal.aborted) break
    }
    outcome.finished = !signal.aborted
  } catch (error) {
    if (!(error instanceof ImportFileError) || outcome.tally.rows === 0) throw error
    outcome.brokenBy = error.message
  }
  return { ...outcome, notes: importer.notes?.() ?? [] }
}

type Reading = ReturnType<typeof begin>

function judgeRow(item: ImportItem, options: DryRunOptions, outcome: Reading): void {
  const { tally, firstRefused } = outcome
  const result = judgeItem(item, options, outcome)
  count(tally, result)
  if (result.kind === 'refused' && firstRefused.length < refusedShownMax)
    firstRefused.push({ row: item.row, faults: result.faults })
  options.onJudged(item, result, tally)
}

function judgeItem(item: ImportItem, options: DryRunOptions, outcome: Reading): RowResult {
  if (item.kind === 'refused' || item.kind === 'skipped') return item
  if (item.kind === 'withdrawal') return { kind: 'withdrawn' }
  try {
    const foreseen = options.foresee(item.report)
    if (foreseen.isDuplicate) return { kind: 'duplicate' }
    describeAccepted(item, foreseen, outcome)
    return { kind: 'accepted' }
  } catch (error) {
    if (!(error instanceof ProblemError) || isTemporary(error)) throw error
    if (error.code === 'report-withdrawn') return { kind: 'stays-withdrawn' }
    const { code, message: detail, errors } = error
    const findColumn = (pointer: string) => options.importer.findColumn(pointer)
    return { kind: 'refused', faults: listFaults({ code, detail, errors }, findColumn) }
  }
}

function describeAccepted(
  { row, report, warnings }: ReportItem,
  { input, place }: ForeseenReport,
  outcome: Reading
): void {
  const { categories, countries, places, sources, examples } = outcome
  const { category, sourceId } = input
  countWarnings(outcome.tally, warnings)
  add(categories, category)
  add(countries, place.country ?? 'unknown')
  add(places, describePlace(place).resolution)
  add(sources, findCount(sources, sourceId, sourcesMax, 'others'))
  const { from, to } = input.occurred
  const days = [from.slice(0, 10), to.slice(0, 10), ...Object.values(outcome.occurred ?? {})].sort()
  outcome.occurred = { from: days[0] as string, to: days.at(-1) as string }
  if (examples.length >= examplesMax) return
  const { private: _, ...open } = report
  examples.push({ row, report: open })
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
function listAround(lat: number, lon: number) {
  const up = borderToleranceKm / kmPerDegree
  const across = up / Math.max(0.05, Math.cos((lat * Math.PI) / 180))
  return Array.from({ length: 8 }, (_, i) => {
    const angle = (i * Math.PI) / 4
    return { lat: lat + up * Math.cos(angle), lon: lon + across * Math.sin(angle) }
  }).filter(point => Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180)
}
