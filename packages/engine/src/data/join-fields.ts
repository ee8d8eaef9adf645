// Fields of an incident of several reports, from the reports in order of quality. Pure.

import { computeDistanceKm } from './distance.ts'
import { haveCommon, uniteLists } from './interning.ts'
import { compareUpdates } from './report-order.ts'
import type { EncodedPlace, Reports } from './reports.ts'
import {
  attackMask,
  credibilityRank,
  lastingMask,
  makeCategoryMask,
  unknownCredibility
} from './vocabulary.ts'

const unspecificAttack = makeCategoryMask('attack')
const maxOtherPlaces = 20
/** Points this near are one place. */
const samePlaceKm = 5
/** Points with the same settlement id and a greater distance are two places. */
export const maxSettlementKm = 25

/** A specific kind of attack, if a report states one, before the mere `attack` of a better one. */
export function pickCategory({ columns }: Reports, ranked: readonly number[]): number {
  const { category } = columns
  const best = category[ranked[0]!]!
  if (best !== unspecificAttack) return best
  const specific = ranked.find(
    row => category[row] !== unspecificAttack && (category[row]! & attackMask) !== 0
  )
  return specific === undefined ? best : category[specific]!
}

/**
 * The common part of the intervals, else the interval of the best report. What lasts covers all
 * intervals.
 */
export function computeInterval(
  { columns }: Reports,
  ranked: readonly number[],
  category: number
): readonly [fromMs: number, toMs: number] {
  const starts = ranked.map(row => columns.fromMs[row]!)
  const ends = ranked.map(row => columns.toMs[row]!)
  if ((category & lastingMask) !== 0) return [Math.min(...starts), Math.max(...ends)]
  const [fromMs, toMs] = [Math.max(...starts), Math.min(...ends)]
  return fromMs <= toMs ? [fromMs, toMs] : [starts[0]!, ends[0]!]
}

/**
 * Deaths of the latest report of the best grade. The others fill its gaps where they do not
 * contradict it.
 */
export function computeToll(
  reports: Reports,
  ranked: readonly number[]
): readonly [low: number, best: number, high: number] {
  const { low, best, high } = reports.columns
  const bounds = [
    [1, best],
    [0, low],
    [2, high]
  ] as const
  let toll: [number, number, number] = [-1, -1, -1]
  for (const row of [...ranked].sort((a, b) => compareUpdates(reports, a, b)))
    for (const [bound, column] of bounds) {
      if (toll[bound] >= 0 || column[row]! < 0) continue
      const filled: typeof toll = [...toll]
      filled[bound] = column[row]!
      if (isAscending(filled.filter(count => count >= 0))) toll = filled
    }
  return toll
}

function isAscending(counts: readonly number[]): boolean {
  return counts.every((count, index) => index === 0 || count >= counts[index - 1]!)
}

/** Two independent sources give credibility 2, three give 1; one keeps its own. */
export function computeCredibility(
  { columns }: Reports,
  rows: readonly number[],
  origins: number
): number {
  const best = rows
    .map(row => columns.credibility[row]!)
    .reduce((a, b) => (credibilityRank[b]! < credibilityRank[a]! ? b : a))
  if (origins >= 3) return best === unknownCredibility ? 2 : 1
  if (origins === 2) return best === unknownCredibility ? 3 : Math.min(best, 2)
  return best
}

/**
 * One source for each independent origin: sources that print one text, or link to one page, are
 * one. The first id represents them.
 */
export function listOrigins(reports: Reports, rows: readonly number[]): number[] {
  const { names, columns, details } = reports
  let groups: { readonly keys: readonly number[]; readonly sources: readonly number[] }[] = []
  for (const row of rows) {
    const source = columns.source[row]!
    // Keys of links are not negative.
    const keys = [-1 - source, ...(details.get(row)?.links ?? [])]
    const same = groups.filter(group => haveCommon(group.keys, keys))
    groups = groups.filter(group => !same.includes(group))
    groups.push({
      keys: [...keys, ...same.flatMap(group => group.keys)],
      sources: [source, ...same.flatMap(group => group.sources)]
    })
  }
  const firsts = groups.map(({ sources }) =>
    sources.reduce((a, b) => (names.getText(b) < names.getText(a) ? b : a))
  )
  return uniteLists([firsts])
}

/** Further places: those of the report with the most, then what others add. */
export function listOtherPlaces(
  reports: Reports,
  ranked: readonly number[],
  main: EncodedPlace
): readonly EncodedPlace[] {
  const several = ranked.filter(row => (reports.details.get(row)?.places.length ?? 0) > 0)
  if (several.length === 0) return noPlaces
  const listNamed = (row: number) => reports.details.get(row)!.places
  const widest = several.reduce((a, b) => (listNamed(b).length > listNamed(a).length ? b : a))
  const found = listNamed(widest).filter(place => !isSamePlace(main, place))
  for (const row of several)
    for (const place of [reports.getPlace(row), ...listNamed(row)])
      if (![main, ...found].some(known => isSamePlace(known, place))) found.push(place)
  return found.slice(0, maxOtherPlaces)
}

const noPlaces: readonly EncodedPlace[] = []

/**
 * The same settlement, or points within a short distance; without points, the same name and area.
 */
export function isSamePlace(a: EncodedPlace, b: EncodedPlace): boolean {
  if (a.settlement >= 0 && b.settlement >= 0) return isSameSettlement(a, b)
  if (Number.isNaN(a.lat) || Number.isNaN(b.lat))
    return a.name >= 0 && a.name === b.name && a.admin1 === b.admin1 && a.country === b.country
  return computeDistanceKm(a.lat, a.lon, b.lat, b.lon) <= samePlaceKm
}

/** The same settlement id, and points near enough for a settlement. */
export function isSameSettlement(a: EncodedPlace, b: EncodedPlace): boolean {
  if (a.settlement < 0 || a.settlement !== b.settlement) return false
  if (Number.isNaN(a.lat) || Number.isNaN(b.lat)) return true
  return computeDistanceKm(a.lat, a.lon, b.lat, b.lon) <= maxSettlementKm
}
