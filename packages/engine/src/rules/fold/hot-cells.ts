// Counts the past incidents of cells of 0.2 degrees. In a hot cell, where incidents are usual, a
// core point needs more neighbours than elsewhere.

import type { Incidents } from '../../data/incidents.ts'
import { emptyList } from '../../data/interning.ts'
import { cellDegrees } from '../cells.ts'
import type { HotCell } from '../cluster-rule.ts'
import { countBefore, insertByDay, removeByDay } from '../day-lists.ts'
import type { Neighbours } from './neighbours.ts'

/** Cells in a row: more than 360 degrees have. */
const cellsPerRow = 4096

export class HotCells {
  readonly #incidents: Incidents
  readonly #neighbours: Neighbours
  readonly #hotCell: HotCell | undefined
  readonly #rowsByCell = new Map<number, number[]>()

  constructor(incidents: Incidents, neighbours: Neighbours, hotCell: HotCell | undefined) {
    this.#incidents = incidents
    this.#neighbours = neighbours
    this.#hotCell = hotCell
  }

  /** True if the cell of an incident had many before it. */
  isHot(row: number): boolean {
    if (this.#hotCell === undefined) return false
    const { getHotCount, gapDays, pastDays } = this.#hotCell
    const rows = this.#rowsByCell.get(this.#getCell(row))
    const hotCount = getHotCount(this.#incidents, row)
    if (rows === undefined || rows.length < hotCount) return false
    const { fromDay } = this.#incidents.columns
    const untilDay = fromDay[row]! - gapDays
    const past =
      countBefore(rows, untilDay, fromDay) - countBefore(rows, untilDay - pastDays, fromDay)
    return past >= hotCount
  }

  /** Returns the later incidents that count this one as past. */
  add(row: number): readonly number[] {
    if (this.#hotCell === undefined) return emptyList
    const cell = this.#getCell(row)
    const rows = this.#rowsByCell.get(cell)
    if (rows === undefined) {
      this.#rowsByCell.set(cell, [row])
      return emptyList
    }
    insertByDay(rows, row, this.#incidents.columns.fromDay)
    return this.#listLater(rows, row)
  }

  remove(row: number): readonly number[] {
    if (this.#hotCell === undefined) return emptyList
    const cell = this.#getCell(row)
    const rows = this.#rowsByCell.get(cell)!
    removeByDay(rows, row, this.#incidents.columns.fromDay)
    if (rows.length === 0) this.#rowsByCell.delete(cell)
    return this.#listLater(rows, row)
  }

  /** Forgets the incidents that ended before a day. */
  evictBefore(day: number): void {
    const { toDay } = this.#incidents.columns
    for (const [cell, rows] of this.#rowsByCell) {
      const kept = rows.filter(row => toDay[row]! >= day)
      if (kept.length === 0) this.#rowsByCell.delete(cell)
      else if (kept.length < rows.length) this.#rowsByCell.set(cell, kept)
    }
  }

  #listLater(rows: readonly number[], row: number): readonly number[] {
    const { gapDays, pastDays } = this.#hotCell!
    const { fromDay } = this.#incidents.columns
    const firstDay = fromDay[row]! + gapDays + 1
    const first = countBefore(rows, firstDay, fromDay)
    return first === rows.length
      ? emptyList
      : rows.slice(first, countBefore(rows, firstDay + pastDays, fromDay))
  }

  /** The cell of the first point. */
  #getCell(row: number): number {
    const { lat, lon } = this.#incidents.sites
    const site = this.#neighbours.getFirstSite(row)
    return Math.floor(lat[site]! / cellDegrees) * cellsPerRow + Math.floor(lon[site]! / cellDegrees)
  }
}
