// Where and when reports lie: those that could be of one incident with another are found without looking at all. Nothing here judges whether they are.

import { dayMs, type Span } from './event-time.ts'
import { cellOf, cellsAround } from './geometry.ts'
import type { ReportView } from './incident.ts'

/** Reports further apart than this never join, whatever their precision. */
export const joinDistanceMaxKm = 25
/** Intervals that share less of their union than this are not the same days. */
export const overlapShareMin = 0.2
const cellDegrees = 0.25

export class ReportCells {
  /** Reports by cell and stretch of days. Most are alone in theirs, and a set for each would cost more than the report. */
  readonly #cells = new Map<string, string | Set<string>>()
  /** How many reports of long spans are filed in each month. */
  readonly #longIn = new Map<number, number>()
  /** Reports of a restored state that are in no cell yet: they are filed when somebody looks into one of their months. */
  readonly #unfiled = new Map<string, ReportView>()
  readonly #unfiledIn = new Map<number, string[]>()

  file(id: string, view: ReportView): void {
    this.#count(view.span, 1)
    for (const key of keysOf(view)) {
      const cell = this.#cells.get(key)
      if (cell === undefined) this.#cells.set(key, id)
      else if (cell instanceof Set) cell.add(id)
      else if (cell !== id) this.#cells.set(key, new Set([cell, id]))
    }
  }

  /** Files a report once somebody looks where it lies: most of what is restored is never asked for again. */
  fileLater(id: string, view: ReportView): void {
    this.#unfiled.set(id, view)
    for (const month of monthsOf(view.span)) {
      const ids = this.#unfiledIn.get(month)
      if (ids) ids.push(id)
      else this.#unfiledIn.set(month, [id])
    }
  }

  remove(id: string, view: ReportView): void {
    if (this.#unfiled.delete(id)) return
    this.#count(view.span, -1)
    for (const key of keysOf(view)) {
      const cell = this.#cells.get(key)
      if (cell === id) this.#cells.delete(key)
      if (!(cell instanceof Set)) continue
      cell.delete(id)
      if (cell.size === 0) this.#cells.delete(key)
    }
  }

  /** Reports that may be near enough in place and days to be of one incident with this one, itself among them where it is filed. */
  around(view: ReportView): Set<string> {
    const found = new Set<string>()
    for (const key of keysIn(this.#stretchesAround(view.span), searchCells(view))) {
      const cell = this.#cells.get(key)
      if (cell instanceof Set) for (const id of cell) found.add(id)
      else if (cell !== undefined) found.add(cell)
    }
    return found
  }

  #stretchesAround(span: Span): string[] {
    const months = monthsOf(span)
    if (this.#unfiled.size > 0) this.#fileFrom(months)
    const long = months.filter(month => (this.#longIn.get(month) ?? 0) > 0).map(longStretch)
    // What is so much longer shares too little with a short one to be the same.
    return span.toMs - span.fromMs > (longDays / overlapShareMin) * dayMs ? long : [...stretchesOf(span, dayMs + 1), ...long]
  }

  #fileFrom(months: readonly number[]): void {
    for (const month of months) {
      for (const id of this.#unfiledIn.get(month) ?? []) {
        // One that lies in several months may be filed already, or gone.
        const view = this.#unfiled.get(id)
        if (view && this.#unfiled.delete(id)) this.file(id, view)
      }
      this.#unfiledIn.delete(month)
    }
  }

  #count(span: Span, by: number): void {
    if (!isLong(span)) return
    for (const month of monthsOf(span)) this.#longIn.set(month, (this.#longIn.get(month) ?? 0) + by)
  }
}

function keysOf(view: ReportView): string[] {
  return keysIn(isLong(view.span) ? monthsOf(view.span).map(longStretch) : stretchesOf(view.span, 0), indexCells(view))
}

/** Months (of 32 days) that a span touches, a day of grace on both sides; at most 64, so that an absurd interval stays cheap. */
function monthsOf(span: Span): number[] {
  const first = Math.floor((span.fromMs - dayMs) / (32 * dayMs))
  const last = Math.min(first + 63, Math.floor((span.toMs + dayMs) / (32 * dayMs)))
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

/** Longer spans are filed by month, shorter ones by some days: most are of one day, and few things happen in a cell in the same days. */
const longDays = 8
const stretchDays = 4

function isLong(span: Span): boolean {
  return span.toMs - span.fromMs > longDays * dayMs
}

/** The stretches of days that a span touches, `graceMs` on both sides. */
function stretchesOf(span: Span, graceMs: number): string[] {
  const first = Math.floor((span.fromMs - graceMs) / (stretchDays * dayMs))
  const last = Math.floor((span.toMs + graceMs) / (stretchDays * dayMs))
  return Array.from({ length: last - first + 1 }, (_, i) => `@${first + i}`)
}

function longStretch(month: number): string {
  return `@month ${month}`
}

function keysIn(stretches: readonly string[], cells: readonly string[]): string[] {
  const keys: string[] = []
  for (const cell of cells) for (const stretch of stretches) keys.push(cell + stretch)
  return keys
}

function indexCells(view: ReportView): string[] {
  const { lat, lon } = view.revision.place
  const where = lat === null || lon === null ? [nameKey(view)] : [cellOf({ lat, lon }, cellDegrees)]
  const settlement = view.revision.place.settlement
  if (settlement !== null) where.push(`settlement:${settlement}`)
  return where
}

function searchCells(view: ReportView): string[] {
  const { lat, lon, settlement } = view.revision.place
  const where = lat === null || lon === null ? [nameKey(view)] : cellsAround({ lat, lon }, cellDegrees, joinDistanceMaxKm)
  if (settlement !== null) where.push(`settlement:${settlement}`)
  return where
}

function nameKey(view: ReportView): string {
  const { name, country, admin1 } = view.revision.place
  return `name:${country}/${admin1}/${(name ?? '').toLowerCase()}`
}
