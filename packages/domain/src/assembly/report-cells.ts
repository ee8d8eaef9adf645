// Index of reports by place and time: finds those that could be of one incident without a scan. It
// does not judge whether they are.

import type { ReportView } from '../incident/incident.ts'
import { settlementWidthMaxKm } from '../report/one-settlement.ts'
import type { Place } from '../report/report.ts'
import { dayMs, type Span } from '../space-time/event-time.ts'
import { earthRadiusKm, kmPerDegree } from '../space-time/geometry.ts'

/** Reports further apart than this never join, whatever their precision and their names. */
export const joinDistanceMaxKm = settlementWidthMaxKm
/** Intervals that share less of their union than this do not agree on days. */
export const overlapShareMin = 0.2
/** A whole number of cells spans the globe. */
const cellsPerDegree = 4
const columns = 360 * cellsPerDegree

/**
 * A grid cell by number; a place name or settlement if reports have no coordinates, or agree
 * without them.
 */
type CellKey = number | string
/**
 * Reports by cell. Most are alone in theirs, and a set for each would cost more memory than the
 * report.
 */
type Cells = Map<CellKey, string | Set<string>>
/** Takes the id of a report; true = stop. */
type Visit = (id: string) => boolean

export class ReportCells {
  /** Reports of short spans, by stretch of days. */
  readonly #short = new Map<number, Cells>()
  /** Reports of long spans, by month. */
  readonly #long = new Map<number, Cells>()
  /** Restored reports that are not indexed yet: they are when one of their months is searched. */
  readonly #unfiled = new Map<string, ReportView>()
  readonly #unfiledIn = new Map<number, string[]>()

  file(id: string, view: ReportView): void {
    const { filed, first, last } = this.#shelfOf(view.span)
    const own = cellsOf(view)
    for (let at = first; at <= last; at++) {
      const cells = filed.get(at) ?? new Map<CellKey, string | Set<string>>()
      if (cells.size === 0) filed.set(at, cells)
      for (const cell of own) put(cells, cell, id)
    }
  }

  /** Indexes a report lazily: most restored reports are never looked up. */
  fileLater(id: string, view: ReportView): void {
    this.#unfiled.set(id, view)
    const [first, last] = monthsOf(view.span)
    for (let month = first; month <= last; month++) {
      const ids = this.#unfiledIn.get(month)
      if (ids) ids.push(id)
      else this.#unfiledIn.set(month, [id])
    }
  }

  remove(id: string, view: ReportView): void {
    if (this.#unfiled.delete(id)) return
    const { filed, first, last } = this.#shelfOf(view.span)
    const own = cellsOf(view)
    for (let at = first; at <= last; at++) {
      const cells = filed.get(at)
      if (cells === undefined) continue
      for (const cell of own) take(cells, cell, id)
      if (cells.size === 0) filed.delete(at)
    }
  }

  /**
   * Calls `visit` with each report near enough in place and days to be of one incident with this
   * one, including itself if it is indexed; some may repeat.
   */
  eachAround(view: ReportView, visit: (id: string) => void): void {
    this.someAround(view, id => {
      visit(id)
      return false
    })
  }

  /** The same until a visit gives true; gives whether one did. */
  someAround(view: ReportView, visit: Visit): boolean {
    const { span } = view
    const [firstMonth, lastMonth] = monthsOf(span)
    if (this.#unfiled.size > 0) this.#fileFrom(firstMonth, lastMonth)
    // A span that much longer shares too little with a short one.
    if (span.toMs - span.fromMs <= (longDays / overlapShareMin) * dayMs) {
      const [first, last] = stretchesOf(span, dayMs + 1)
      for (let stretch = first; stretch <= last; stretch++)
        if (someNear(this.#short.get(stretch), view, visit)) return true
    }
    if (this.#long.size === 0) return false
    for (let month = firstMonth; month <= lastMonth; month++)
      if (someNear(this.#long.get(month), view, visit)) return true
    return false
  }

  #shelfOf(span: Span) {
    const isLong = span.toMs - span.fromMs > longDays * dayMs
    const [first, last] = isLong ? monthsOf(span) : stretchesOf(span, 0)
    return { filed: isLong ? this.#long : this.#short, first, last }
  }

  #fileFrom(first: number, last: number): void {
    for (let month = first; month <= last; month++) {
      for (const id of this.#unfiledIn.get(month) ?? []) {
        // A report of several months may be indexed already, or removed.
        const view = this.#unfiled.get(id)
        if (view && this.#unfiled.delete(id)) this.file(id, view)
      }
      this.#unfiledIn.delete(month)
    }
  }
}

function put(cells: Cells, cell: CellKey, id: string): void {
  const there = cells.get(cell)
  if (there === undefined) cells.set(cell, id)
  else if (there instanceof Set) there.add(id)
  else if (there !== id) cells.set(cell, new Set([there, id]))
}

function take(cells: Cells, cell: CellKey, id: string): void {
  const there = cells.get(cell)
  if (there === id) cells.delete(cell)
  if (!(there instanceof Set)) return
  there.delete(id)
  if (there.size === 0) cells.delete(cell)
}

function someNear(cells: Cells | undefined, { revision }: ReportView, visit: Visit): boolean {
  if (cells === undefined) return false
  return (
    someNearPlace(cells, revision.place, visit) ||
    revision.alsoAt.some(place => someNearPlace(cells, place, visit))
  )
}

function someNearPlace(cells: Cells, place: Place, visit: Visit): boolean {
  const { lat, lon, settlement, candidates } = place
  if (lat === null || lon === null) {
    if (someIn(cells, nameKey(place), visit)) return true
  } else {
    const reach = columnReach(lat)
    const row = rowOf(lat)
    const column = columnOf(lon)
    for (let r = row - latReach; r <= row + latReach; r++)
      for (let c = column - reach; c <= column + reach; c++)
        if (someIn(cells, cellAt(r, c), visit)) return true
  }
  if (settlement !== null && someIn(cells, settlement, visit)) return true
  return candidates.some(candidate => someIn(cells, candidate.settlement, visit))
}

function someIn(cells: Cells, cell: CellKey, visit: Visit): boolean {
  const there = cells.get(cell)
  if (there === undefined) return false
  if (!(there instanceof Set)) return visit(there)
  for (const id of there) if (visit(id)) return true
  return false
}

/**
 * First and last month (of 32 days) of a span with a day of grace on both sides; at most 64, to
 * bound absurd intervals.
 */
function monthsOf(span: Span): readonly [number, number] {
  const first = Math.floor((span.fromMs - dayMs) / (32 * dayMs))
  return [first, Math.min(first + 63, Math.floor((span.toMs + dayMs) / (32 * dayMs)))]
}

/**
 * Longer spans are indexed by month, shorter ones by stretches of days: most last one day, and few
 * events fall into one cell and stretch.
 */
const longDays = 8
const stretchDays = 4

/** The first and last stretch of days of a span, with `graceMs` on both sides. */
function stretchesOf(span: Span, graceMs: number): readonly [number, number] {
  return [
    Math.floor((span.fromMs - graceMs) / (stretchDays * dayMs)),
    Math.floor((span.toMs + graceMs) / (stretchDays * dayMs))
  ]
}

/** The cells in which a report is filed. */
function cellsOf({ revision: { place, alsoAt } }: ReportView): readonly CellKey[] {
  return alsoAt.length === 0
    ? placeCells(place)
    : [...new Set([place, ...alsoAt].flatMap(placeCells))]
}

/** The cells of one place: its location, and the settlements that it is or may be. */
function placeCells(place: Place): CellKey[] {
  const { name, lat, lon, settlement, candidates } = place
  const cells: CellKey[] = []
  if (lat !== null && lon !== null) cells.push(cellAt(rowOf(lat), columnOf(lon)))
  // Without coordinates only names can agree; a place with neither agrees with nothing.
  else if (name !== null) cells.push(nameKey(place))
  if (settlement !== null) cells.push(settlement)
  for (const candidate of candidates) cells.push(candidate.settlement)
  return cells
}

const latReach = Math.ceil(joinDistanceMaxKm / (kmPerDegree / cellsPerDegree))

const sineOfReach = Math.sin(joinDistanceMaxKm / earthRadiusKm)

/**
 * Number of columns to each side within the joining distance at a latitude; near a pole, all of
 * them.
 */
function columnReach(lat: number): number {
  const share = sineOfReach / Math.cos((lat * Math.PI) / 180)
  return share < 1 ? Math.ceil(((Math.asin(share) * 180) / Math.PI) * cellsPerDegree) : columns / 2
}

function rowOf(lat: number): number {
  return Math.floor(lat * cellsPerDegree)
}

function columnOf(lon: number): number {
  return Math.floor(lon * cellsPerDegree)
}

/** One number for a cell; columns wrap around the globe. */
function cellAt(row: number, column: number): number {
  return row * columns + (((column % columns) + columns) % columns)
}

function nameKey({ name, country, admin1 }: Place): string {
  return `\u0000${country}/${admin1}/${(name ?? '').toLowerCase()}`
}
