// Reports by place and time: finds those that may describe the same incident without a scan. A
// report is in the grid cells of all points, and in the cells of the settlements and names that it
// may mean; each cell has buckets of days. Which reports agree: pair-score.ts.

import { computeColumnReach, kmPerDegree } from '../data/distance.ts'
import { maxSettlementKm } from '../data/join-fields.ts'
import type { Reports } from '../data/reports.ts'
import { convertToDay } from '../data/time.ts'

/** Maximum distance of reports that join. */
export const maxJoinKm = maxSettlementKm
/** An interval is longer than a date and its neighbour. */
export const maxDateDays = 2
/** A longer interval agrees with no date: it summarises a season. */
export const maxIntervalDays = 31

const cellsPerDegree = 4
const columnCount = 360 * cellsPerDegree
/** Cells of names and settlements are numbered above the grid. */
const firstNameCell = (180 * cellsPerDegree + 1) * columnCount
const rowReach = Math.ceil((maxJoinKm / kmPerDegree) * cellsPerDegree)
const dateBucketBits = 3
const intervalBucketBits = 5
/** Maximum number of buckets of an interval: five years. */
const maxBuckets = 64

/** Most cells have one report: a list for each would need more memory than the report. */
type Cells = Map<number, number | number[]>
type Visit = (other: number) => void

export class Candidates {
  readonly #reports: Reports
  readonly #dates = new DayIndex(dateBucketBits)
  readonly #intervals = new DayIndex(intervalBucketBits)
  /** By row, the last visit that met it: a report is in several cells and is visited once. */
  #lastVisit = new Int32Array(1024)
  #visitNumber = 0

  constructor(reports: Reports) {
    this.#reports = reports
  }

  add(row: number): void {
    const { from, to } = this.#getDays(row)
    this.#chooseIndex(from, to).add(row, this.#listCells(row), from, to)
  }

  remove(row: number): void {
    const { from, to } = this.#getDays(row)
    this.#chooseIndex(from, to).remove(row, this.#listCells(row), from, to)
  }

  /** Visits each other report within a day and near a place of this one. */
  visitAround(row: number, visit: Visit): void {
    this.#visitCells(row, true, visit)
  }

  /** The same for reports of an interval only. */
  visitIntervalsAround(row: number, visit: Visit): void {
    this.#visitCells(row, false, visit)
  }

  #getDays(row: number): { readonly from: number; readonly to: number } {
    const { fromMs, toMs } = this.#reports.columns
    return { from: convertToDay(fromMs[row]!), to: convertToDay(toMs[row]!) }
  }

  #chooseIndex(from: number, to: number): DayIndex {
    return to - from < maxDateDays ? this.#dates : this.#intervals
  }

  #visitCells(row: number, areDatesVisited: boolean, visit: Visit): void {
    const { from, to } = this.#getDays(row)
    const isDateLike = to - from < maxIntervalDays
    this.#beginVisit(row)
    const { fromMs, toMs } = this.#reports.columns
    const visitOnce = (other: number) => {
      if (this.#lastVisit[other] === this.#visitNumber) return
      this.#lastVisit[other] = this.#visitNumber
      if (convertToDay(fromMs[other]!) > to + 1 || convertToDay(toMs[other]!) < from - 1) return
      visit(other)
    }
    const cells = this.#listCells(row)
    if (areDatesVisited && isDateLike) this.#dates.visitAround(cells, from - 1, to + 1, visitOnce)
    this.#intervals.visitAround(cells, from - 1, to + 1, visitOnce)
  }

  #beginVisit(row: number): void {
    if (this.#lastVisit.length < this.#reports.rowCount) {
      const longer = new Int32Array(2 * this.#reports.rowCount)
      longer.set(this.#lastVisit)
      this.#lastVisit = longer
    }
    this.#visitNumber += 1
    this.#lastVisit[row] = this.#visitNumber
  }

  #listCells(row: number): readonly number[] {
    const { columns, details } = this.#reports
    const cells: number[] = []
    addPlaceCells(
      cells,
      columns.lat[row]!,
      columns.lon[row]!,
      columns.settlement[row]!,
      columns.placeName[row]!
    )
    const more = details.get(row)
    if (more === undefined) return cells
    for (const settlement of more.candidates) cells.push(firstNameCell + settlement)
    for (const { lat, lon, settlement, name, candidates } of more.places) {
      addPlaceCells(cells, lat, lon, settlement, name)
      for (const candidate of candidates) cells.push(firstNameCell + candidate)
    }
    return [...new Set(cells)]
  }
}

/** Without a point only names can agree. */
function addPlaceCells(
  cells: number[],
  lat: number,
  lon: number,
  settlement: number,
  name: number
): void {
  if (!Number.isNaN(lat)) cells.push(getCell(getRow(lat), getColumn(lon)))
  else if (name >= 0) cells.push(firstNameCell + name)
  if (settlement >= 0) cells.push(firstNameCell + settlement)
}

function getRow(lat: number): number {
  return Math.floor((lat + 90) * cellsPerDegree)
}

function getColumn(lon: number): number {
  return Math.floor((lon + 180) * cellsPerDegree)
}

function getCell(row: number, column: number): number {
  return row * columnCount + (((column % columnCount) + columnCount) % columnCount)
}

const cellsAround = new Map<number, readonly number[]>()
const maxCachedCells = 8192

/** A cell of the grid and those within the joining distance; the cell of a name alone. */
function listCellsAround(cell: number): readonly number[] {
  const known = cellsAround.get(cell)
  if (known !== undefined) return known
  if (cellsAround.size === maxCachedCells) cellsAround.clear()
  const cells = cell >= firstNameCell ? [cell] : findCellsAround(cell)
  cellsAround.set(cell, cells)
  return cells
}

function findCellsAround(cell: number): readonly number[] {
  const row = Math.floor(cell / columnCount)
  const column = cell % columnCount
  // The side of the cell that is nearer to a pole needs the most columns.
  const lats = [row, row + 1].map(edge => Math.abs(edge / cellsPerDegree - 90))
  const columnReach = computeColumnReach(Math.max(...lats), maxJoinKm, cellsPerDegree)
  const last = Math.min(column + columnReach, column - columnReach + columnCount - 1)
  const cells: number[] = []
  for (let y = row - rowReach; y <= row + rowReach; y++)
    for (let x = column - columnReach; x <= last; x++) cells.push(getCell(y, x))
  return cells
}

/** Rows by bucket of days and cell: the cells of the latest days are few. */
class DayIndex {
  readonly #bucketBits: number
  readonly #cellsByBucket = new Map<number, Cells>()

  constructor(bucketBits: number) {
    this.#bucketBits = bucketBits
  }

  add(row: number, cells: readonly number[], from: number, to: number): void {
    for (let bucket = this.#getBucket(from); bucket <= this.#getLastBucket(from, to); bucket++) {
      let entries = this.#cellsByBucket.get(bucket)
      if (entries === undefined) {
        entries = new Map()
        this.#cellsByBucket.set(bucket, entries)
      }
      for (const cell of cells) {
        const entry = entries.get(cell)
        if (entry === undefined) entries.set(cell, row)
        else if (typeof entry === 'number') entries.set(cell, [entry, row])
        else entry.push(row)
      }
    }
  }

  remove(row: number, cells: readonly number[], from: number, to: number): void {
    for (let bucket = this.#getBucket(from); bucket <= this.#getLastBucket(from, to); bucket++) {
      const entries = this.#cellsByBucket.get(bucket)
      if (entries === undefined) continue
      for (const cell of cells) removeFromCell(entries, cell, row)
      if (entries.size === 0) this.#cellsByBucket.delete(bucket)
    }
  }

  /** Visits the rows in these cells and in those around them. */
  visitAround(cells: readonly number[], from: number, to: number, visit: Visit): void {
    for (let bucket = this.#getBucket(from); bucket <= this.#getLastBucket(from, to); bucket++) {
      const entries = this.#cellsByBucket.get(bucket)
      if (entries === undefined) continue
      for (const cell of cells)
        for (const near of listCellsAround(cell)) {
          const entry = entries.get(near)
          if (entry === undefined) continue
          if (typeof entry === 'number') visit(entry)
          else for (const row of entry) visit(row)
        }
    }
  }

  #getBucket(day: number): number {
    return day >> this.#bucketBits
  }

  #getLastBucket(from: number, to: number): number {
    return Math.min(this.#getBucket(to), this.#getBucket(from) + maxBuckets - 1)
  }
}

function removeFromCell(entries: Cells, cell: number, row: number): void {
  const entry = entries.get(cell)
  if (entry === undefined) return
  if (typeof entry !== 'number') {
    const index = entry.indexOf(row)
    if (index >= 0) entry.splice(index, 1)
    if (entry.length > 0) return
  } else if (entry !== row) return
  entries.delete(cell)
}
