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

type Visit = (other: number, km: number) => void

export class ReportIndex {
  /** All reports in order. */
  readonly order: number[] = []
  /** By row: the day, `absent` without a report, and the main point. */
  #days = new Int32Array(0)
  #lats = new Float64Array(0)
  #lons = new Float64Array(0)
  #counts = new Int32Array(0)
  readonly #readId: (row: number) => string
  /** By cell of the main points. */
  readonly #cells = new Map<number, number[]>()
  /** By cell of further points. */
  readonly #furtherCells = new Map<number, number[]>()
  /** All points of the few reports with several. */
  readonly #several = new Map<number, readonly Point[]>()

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
    return { lat: this.#lats[row]!, lon: this.#lons[row]! }
  }

  listPoints(row: number): readonly Point[] {
    return this.#several.get(row) ?? [this.getMain(row)]
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
    this.#lats[row] = points[0]!.lat
    this.#lons[row] = points[0]!.lon
    const [main, ...further] = points.map(({ lat, lon }) => findCell(lat, lon))
    this.#insert(getList(this.#cells, main!), row)
    for (const cell of new Set(further)) this.#insert(getList(this.#furtherCells, cell), row)
    this.#insert(this.order, row)
    if (points.length > 1) this.#several.set(row, points)
  }

  #grow(row: number): void {
    const size = Math.ceil(1.5 * row) + 64
    const grow = <A extends Int32Array | Float64Array>(into: A, from: A) => {
      into.set(from)
      return into
    }
    this.#days = grow(new Int32Array(size).fill(absent), this.#days)
    this.#lats = grow(new Float64Array(size), this.#lats)
    this.#lons = grow(new Float64Array(size), this.#lons)
    this.#counts = grow(new Int32Array(size * countsPerReport), this.#counts)
  }

  /** The numbers of a report. */
  getCounts(row: number): Int32Array {
    return this.#counts.subarray(row * countsPerReport, (row + 1) * countsPerReport)
  }

  /** Removes a report without changing the numbers of others. */
  unfile(row: number): void {
    const [main, ...further] = this.listPoints(row).map(({ lat, lon }) => findCell(lat, lon))
    this.#delete(this.#cells, main!, row)
    for (const cell of new Set(further)) this.#delete(this.#furtherCells, cell, row)
    this.order.splice(this.#findPlace(this.order, row), 1)
    this.#several.delete(row)
    this.#days[row] = absent
  }

  /** Counts the base of a report. */
  countBase(row: number): void {
    const day = this.getDay(row)
    const [first, last] = [day - baseReach, day - gapDays]
    const counts = this.getCounts(row).fill(0)
    this.visitNear(row, widestKm, first, last, (_, km) => this.#countDiscs(row, km, 1))
    const { lat, lon } = this.getMain(row)
    for (const cell of listBlock(lat, lon)) {
      const rows = this.#cells.get(cell) ?? noRows
      counts[wide]! += this.findFrom(rows, last + 1) - this.findFrom(rows, first)
    }
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
    const { lat, lon } = this.getMain(row)
    for (const cell of listBlock(lat, lon)) {
      const rows = this.#cells.get(cell) ?? noRows
      const end = this.findFrom(rows, last + 1)
      for (let i = this.findFrom(rows, first); i < end; i++) {
        this.#counts[rows[i]! * countsPerReport + wide]! += sign
        changed.add(rows[i]!)
      }
    }
    for (const other of changed) onCounted(other)
  }

  #countDiscs(row: number, km: number, sign: 1 | -1): void {
    for (let disc = discCount - 1; disc >= 0 && km <= radiiKm[disc]!; disc--)
      this.#counts[row * countsPerReport + disc]! += sign
  }

  /** Kilometres between the points of two reports that are nearest. */
  computeKm(a: number, b: number): number {
    const several = this.#several
    if (several.size === 0 || !(several.has(a) || several.has(b)))
      return computeFlatKm(this.#lats[a]!, this.#lons[a]!, this.#lats[b]!, this.#lons[b]!)
    let nearest = Number.POSITIVE_INFINITY
    for (const one of this.listPoints(a))
      for (const other of this.listPoints(b))
        nearest = Math.min(nearest, computeFlatKm(one.lat, one.lon, other.lat, other.lon))
    return nearest
  }

  /** Visits each report of some days within a distance once, this one included. */
  visitNear(row: number, km: number, first: number, last: number, visit: Visit): void {
    const several = this.#several
    const met = several.size === 0 ? null : new Set<number>()
    const isSingle = !several.has(row)
    for (const point of this.listPoints(row)) {
      const [latReach, lonReach] = computeReach(point.lat, km)
      const visitCell = (rows: readonly number[]) => {
        for (let i = this.findFrom(rows, first); i < rows.length; i++) {
          const other = rows[i]!
          if (this.#days[other]! > last) return
          if (isSingle && (met === null || !several.has(other))) {
            if (Math.abs(this.#lats[other]! - point.lat) > latReach) continue
          } else if (met!.size === met!.add(other).size) continue
          const apart = this.computeKm(row, other)
          if (apart <= km) visit(other, apart)
        }
      }
      const [top, left] = [findLine(point.lat - latReach), findLine(point.lon - lonReach)]
      const [bottom, right] = [findLine(point.lat + latReach), findLine(point.lon + lonReach)]
      for (let y = top; y <= bottom; y++)
        for (let x = left; x <= right; x++) {
          const cell = numberCell(y, x)
          visitCell(this.#cells.get(cell) ?? noRows)
          if (met !== null) visitCell(this.#furtherCells.get(cell) ?? noRows)
        }
    }
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

  #insert(rows: number[], row: number): void {
    rows.splice(this.#findPlace(rows, row), 0, row)
  }

  #delete(cells: Map<number, number[]>, cell: number, row: number): void {
    const rows = cells.get(cell)!
    rows.splice(this.#findPlace(rows, row), 1)
    if (rows.length === 0) cells.delete(cell)
  }
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

function getList(lists: Map<number, number[]>, key: number): number[] {
  const known = lists.get(key)
  if (known !== undefined) return known
  const list: number[] = []
  lists.set(key, list)
  return list
}
