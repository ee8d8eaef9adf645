// Reports by place and day, in the order of days and ids, each with the number of earlier reports
// around it from which its usual rates come. These numbers change with each report that is added or
// removed, in whichever order that happens.

import { countBefore } from '../day-lists.ts'
import {
  baseDays,
  blockReach,
  cellDegrees,
  discCount,
  gapDays,
  radiiKm,
  widestKm
} from '../significance/method.ts'
import { computeFlatKm, computeReach } from '../significance/usual-rates.ts'

export interface Point {
  readonly lat: number
  readonly lon: number
}

/** The place and day of a report. It has several points if it has several places. */
export interface ReportSpot {
  readonly day: number
  /** The main one first. */
  readonly points: readonly Point[]
}

/** Numbers for each report: those of its discs, then that of the wide area. */
export const countsPerReport = discCount + 1
const wide = discCount
const columnCount = 360 / cellDegrees
/** Days from a report to the last one whose base has it. */
export const baseReach = gapDays + baseDays - 1

const absent = -(2 ** 31)
const noRows: readonly number[] = []
const noDistances: ReadonlyMap<number, number> = new Map()

/**
 * A point, and the reports there in order: those with this place alone, and those with several.
 * Places repeat, so the long past around a report is counted by site.
 */
interface Site extends Point {
  readonly rows: number[]
  readonly shared: number[]
}

interface Cell {
  readonly sites: Site[]
  /** Reports with their main point here, in order, and those with further ones here. */
  readonly rows: number[]
  readonly further: number[]
}

interface NearSite {
  readonly site: Site
  readonly km: number
}

export class ReportIndex {
  /** All reports in order. */
  readonly order: number[] = []
  /** By row: the day, `absent` without a report. */
  #days = new Int32Array(0)
  #counts = new Int32Array(0)
  readonly #mainSites: (Site | undefined)[] = []
  readonly #readId: (row: number) => string
  readonly #cells = new Map<number, Cell>()
  /** All sites of the few reports with several. */
  readonly #several = new Map<number, readonly Site[]>()

  constructor(readId: (row: number) => string) {
    this.#readId = readId
  }

  has(row: number): boolean {
    return (this.#days[row] ?? absent) !== absent
  }

  getDay(row: number): number {
    return this.#days[row]!
  }

  getMain(row: number): Point {
    return this.#mainSites[row]!
  }

  listPoints(row: number): readonly Point[] {
    return this.#listSites(row)
  }

  #listSites(row: number): readonly Site[] {
    return this.#several.get(row) ?? [this.#mainSites[row]!]
  }

  compare(a: number, b: number): number {
    const order = this.getDay(a) - this.getDay(b)
    if (order !== 0 || a === b) return order
    return this.#readId(a) < this.#readId(b) ? -1 : 1
  }

  /** Adds a report. `onCounted` gets each report whose numbers change. */
  add(row: number, spot: ReportSpot, onCounted: (other: number) => void): void {
    this.file(row, spot)
    this.countBase(row)
    this.#countInLater(row, 1, onCounted)
  }

  remove(row: number, onCounted: (other: number) => void): void {
    this.#countInLater(row, -1, onCounted)
    this.unfile(row)
  }

  /** Adds a report without its numbers. */
  file(row: number, { day, points }: ReportSpot): void {
    if (row >= this.#days.length) this.#grow(row)
    this.#days[row] = day
    const sites = [...new Set(points.map(point => this.#openSite(point)))]
    this.#mainSites[row] = sites[0]
    if (sites.length > 1) this.#several.set(row, sites)
    for (const list of this.#listLists(row)) list.splice(this.#findPlace(list, row), 0, row)
  }

  #openSite({ lat, lon }: Point): Site {
    const number = findCell(lat, lon)
    const cell = this.#cells.get(number) ?? { sites: [], rows: [], further: [] }
    this.#cells.set(number, cell)
    const known = cell.sites.find(site => site.lat === lat && site.lon === lon)
    if (known !== undefined) return known
    const site = { lat, lon, rows: [], shared: [] }
    cell.sites.push(site)
    return site
  }

  #closeSite(site: Site): void {
    const number = findCell(site.lat, site.lon)
    const { sites } = this.#cells.get(number)!
    sites.splice(sites.indexOf(site), 1)
    if (sites.length === 0) this.#cells.delete(number)
  }

  /** The lists that a report belongs to. */
  #listLists(row: number): readonly number[][] {
    const sites = this.#listSites(row)
    if (sites.length === 1) return [this.order, this.#getCell(sites[0]!).rows, sites[0]!.rows]
    const [main, ...others] = sites.map(site => this.#getCell(site))
    const further = [...new Set(others)].map(cell => cell.further)
    return [this.order, main!.rows, ...further, ...sites.map(site => site.shared)]
  }

  #getCell({ lat, lon }: Point): Cell {
    return this.#cells.get(findCell(lat, lon))!
  }

  #grow(row: number): void {
    const size = Math.ceil(1.5 * row) + 64
    const grow = (into: Int32Array<ArrayBuffer>, from: Int32Array) => {
      into.set(from)
      return into
    }
    this.#days = grow(new Int32Array(size).fill(absent), this.#days)
    this.#counts = grow(new Int32Array(size * countsPerReport), this.#counts)
  }

  /** The numbers of a report. */
  getCounts(row: number): Int32Array {
    return this.#counts.subarray(row * countsPerReport, (row + 1) * countsPerReport)
  }

  /** Removes a report without changing the numbers of others. */
  unfile(row: number): void {
    for (const list of this.#listLists(row)) list.splice(this.#findPlace(list, row), 1)
    for (const site of this.#listSites(row))
      if (site.rows.length + site.shared.length === 0) this.#closeSite(site)
    this.#several.delete(row)
    this.#mainSites[row] = undefined
    this.#days[row] = absent
  }

  /** Counts the base of a report. */
  countBase(row: number): void {
    const day = this.getDay(row)
    const [first, last] = [day - baseReach, day - gapDays]
    this.getCounts(row).fill(0)
    const near = this.#listNear(row, widestKm)
    for (const { site, km } of near)
      this.#countDiscs(row, km, this.#countBetween(site.rows, first, last))
    for (const [, km] of this.#findShared(near, first, last)) this.#countDiscs(row, km, 1)
    for (const rows of this.#listAround(row))
      this.#counts[row * countsPerReport + wide]! += this.#countBetween(rows, first, last)
  }

  /** Counts a report in the bases of later ones. */
  #countInLater(row: number, sign: 1 | -1, onCounted: (other: number) => void): void {
    const day = this.getDay(row)
    const [first, last] = [day + gapDays, day + baseReach]
    if (this.getDay(this.order.at(-1)!) < first) return
    const changed = new Set<number>()
    this.visitNear(row, widestKm, first, last, (other, km) => {
      this.#countDiscs(other, km, sign)
      changed.add(other)
    })
    for (const rows of this.#listAround(row))
      this.#visitBetween(rows, first, last, other => {
        this.#counts[other * countsPerReport + wide]! += sign
        changed.add(other)
      })
    for (const other of changed) onCounted(other)
  }

  #countDiscs(row: number, km: number, count: number): void {
    for (let disc = discCount - 1; disc >= 0 && km <= radiiKm[disc]!; disc--)
      this.#counts[row * countsPerReport + disc]! += count
  }

  /** The reports of each cell of the wide area around a report. */
  #listAround(row: number): readonly (readonly number[])[] {
    const { lat, lon } = this.getMain(row)
    return listBlock(lat, lon).map(cell => this.#cells.get(cell)?.rows ?? noRows)
  }

  #countBetween(rows: readonly number[], first: number, last: number): number {
    return this.findFrom(rows, last + 1) - this.findFrom(rows, first)
  }

  #visitBetween(
    rows: readonly number[],
    first: number,
    last: number,
    visit: (row: number) => void
  ): void {
    const end = this.findFrom(rows, last + 1)
    for (let i = this.findFrom(rows, first); i < end; i++) visit(rows[i]!)
  }

  /** Kilometres between the points of two reports that are nearest. */
  computeKm(a: number, b: number): number {
    if (this.#several.size === 0) return computeSiteKm(this.#mainSites[a]!, this.#mainSites[b]!)
    let nearest = Number.POSITIVE_INFINITY
    for (const one of this.#listSites(a))
      for (const other of this.#listSites(b)) nearest = Math.min(nearest, computeSiteKm(one, other))
    return nearest
  }

  /**
   * Visits each report of some days within a distance once, this one included. By days first: most
   * searches are of a few days.
   */
  visitNear(
    row: number,
    km: number,
    first: number,
    last: number,
    visit: (other: number, km: number) => void
  ): void {
    const met = this.#several.size === 0 ? null : new Set<number>()
    const visitOnce = (other: number) => {
      if (met !== null && met.size === met.add(other).size) return
      const apart = this.computeKm(row, other)
      if (apart <= km) visit(other, apart)
    }
    for (const point of this.#listSites(row))
      for (const { rows, further } of this.#listCells(point, km)) {
        this.#visitBetween(rows, first, last, visitOnce)
        if (further.length > 0) this.#visitBetween(further, first, last, visitOnce)
      }
  }

  /** The sites within a distance of the nearest point of a report, once each. */
  #listNear(row: number, km: number): readonly NearSite[] {
    const points = this.#listSites(row)
    const near = points.flatMap(point => this.#listNearPoint(point, km))
    if (points.length === 1) return near
    const nearest = new Map<Site, NearSite>()
    for (const one of near)
      if (one.km < (nearest.get(one.site)?.km ?? Number.POSITIVE_INFINITY))
        nearest.set(one.site, one)
    return [...nearest.values()]
  }

  #listNearPoint(point: Site, km: number): readonly NearSite[] {
    const near: NearSite[] = []
    for (const { sites } of this.#listCells(point, km))
      for (const site of sites) {
        const apart = computeSiteKm(point, site)
        if (apart <= km) near.push({ site, km: apart })
      }
    return near
  }

  /** The cells with reports in which a point within a distance may be. */
  #listCells({ lat, lon }: Point, km: number): readonly Cell[] {
    const [latReach, lonReach] = computeReach(lat, km)
    const [top, left] = [findLine(lat - latReach), findLine(lon - lonReach)]
    const [bottom, right] = [findLine(lat + latReach), findLine(lon + lonReach)]
    const found: Cell[] = []
    for (let y = top; y <= bottom; y++)
      for (let x = left; x <= right; x++) {
        const cell = this.#cells.get(numberCell(y, x))
        if (cell !== undefined) found.push(cell)
      }
    return found
  }

  /** The reports of some days with several places of which one is near, and their distance. */
  #findShared(near: readonly NearSite[], first: number, last: number): ReadonlyMap<number, number> {
    if (this.#several.size === 0) return noDistances
    const found = new Map<number, number>()
    for (const { site, km } of near)
      this.#visitBetween(site.shared, first, last, other => {
        found.set(other, Math.min(km, found.get(other) ?? km))
      })
    return found
  }

  /** The reports of some days, in order. */
  listDays(first: number, last: number): readonly number[] {
    return this.order.slice(this.findFrom(this.order, first), this.findFrom(this.order, last + 1))
  }

  /** Counts the reports from a day up to another one, which does not count. */
  countDays(first: number, until: number): number {
    return this.findFrom(this.order, until) - this.findFrom(this.order, first)
  }

  /** The first place in a list of a report of a day, or of a later one. */
  findFrom(rows: readonly number[], day: number): number {
    return countBefore(rows, day, this.#days)
  }

  #findPlace(rows: readonly number[], row: number): number {
    let place = this.findFrom(rows, this.getDay(row))
    while (place < rows.length && this.compare(rows[place]!, row) < 0) place += 1
    return place
  }
}

function computeSiteKm(a: Site, b: Site): number {
  return a === b ? 0 : computeFlatKm(a.lat, a.lon, b.lat, b.lon)
}

function findLine(degrees: number): number {
  return Math.floor(degrees / cellDegrees)
}

function findCell(lat: number, lon: number): number {
  return numberCell(findLine(lat), findLine(lon))
}

/** Columns wrap around the globe: 180° east is 180° west. */
function numberCell(y: number, x: number): number {
  return y * columnCount + (((x % columnCount) + columnCount) % columnCount)
}

function listBlock(lat: number, lon: number): readonly number[] {
  const [y, x] = [findLine(lat), findLine(lon)]
  const cells: number[] = []
  for (let dy = -blockReach; dy <= blockReach; dy++)
    for (let dx = -blockReach; dx <= blockReach; dx++) cells.push(numberCell(y + dy, x + dx))
  return cells
}
