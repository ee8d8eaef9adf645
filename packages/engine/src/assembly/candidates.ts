// Reports by place and time: finds those that may describe the same incident without a scan. A
// report is in the grid cells of all points, and in the cells of the settlements and names that it
// may mean; each cell has buckets of days. Which reports agree: pair-score.ts.

import { CellGrid } from '../data/cell-grid.ts'
import { maxSettlementKm } from '../data/join-fields.ts'
import type { Reports } from '../data/reports.ts'
import { convertToDay } from '../data/time.ts'
import { DayIndex } from './day-index.ts'

export const maxJoinKm = maxSettlementKm
/** An interval is longer than a date and its neighbour. */
export const maxDateDays = 2
/** A longer interval agrees with no date: it summarises a season. */
export const maxIntervalDays = 31

/** Cells of names and settlements have numbers above those of the grid. */
const firstNameCell = 2 ** 24

type Visit = (row: number) => void

export class Candidates {
  readonly #reports: Reports
  readonly #grid = new CellGrid(maxJoinKm)
  readonly #dates = new DayIndex(3)
  readonly #intervals = new DayIndex(5)
  /** By row, the last visit that met it: a report is in several cells and is visited once. */
  #lastVisit = new Int32Array(1024)
  #visitNumber = 0

  constructor(reports: Reports) {
    this.#reports = reports
  }

  add(row: number): void {
    const { from, to } = this.#getDays(row)
    this.#chooseIndex(from, to).add(row, this.#listCells(row, false), from, to)
  }

  remove(row: number): void {
    const { from, to } = this.#getDays(row)
    this.#chooseIndex(from, to).remove(row, this.#listCells(row, false), from, to)
  }

  #getDays(row: number): { readonly from: number; readonly to: number } {
    const { fromMs, toMs } = this.#reports.columns
    return { from: convertToDay(fromMs[row]!), to: convertToDay(toMs[row]!) }
  }

  #chooseIndex(from: number, to: number): DayIndex {
    return to - from < maxDateDays ? this.#dates : this.#intervals
  }

  /** Visits each other report within a day and near a place of this one. */
  visitAround(row: number, visit: Visit, areDatesVisited = true): void {
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
    const cells = this.#listCells(row, true)
    if (areDatesVisited && isDateLike) this.#dates.visit(cells, from - 1, to + 1, visitOnce)
    this.#intervals.visit(cells, from - 1, to + 1, visitOnce)
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

  /** The cells of the places of a report, or those in which the places of a partner are. */
  #listCells(row: number, isAround: boolean): readonly number[] {
    const { columns, details } = this.#reports
    const cells: number[] = []
    const addPlace = (lat: number, lon: number, settlement: number, name: number) => {
      // Without a point only names can agree.
      if (Number.isNaN(lat)) {
        if (name >= 0) cells.push(firstNameCell + name)
      } else if (isAround) cells.push(...this.#grid.listAround(lat, lon))
      else cells.push(this.#grid.getCell(lat, lon))
      if (settlement >= 0) cells.push(firstNameCell + settlement)
    }
    const { lat, lon, settlement, placeName } = columns
    addPlace(lat[row]!, lon[row]!, settlement[row]!, placeName[row]!)
    const more = details.get(row)
    if (more === undefined) return cells
    for (const candidate of more.candidates) cells.push(firstNameCell + candidate)
    for (const place of more.places) {
      addPlace(place.lat, place.lon, place.settlement, place.name)
      for (const candidate of place.candidates) cells.push(firstNameCell + candidate)
    }
    return [...new Set(cells)]
  }
}
