// Items by theatre and time: an item goes to every theatre that its report was ever in. Theatres
// can be folded separately, since each record has a number in the whole run. Pure.

import { dayMs } from '@tocsin/domain/space-time/event-time'
import type { KnownItem } from './known-items.ts'

/** An item for one theatre. Plain data: it is sent between threads. */
export interface NotifiedItem {
  readonly item: KnownItem
  /** Its number in the whole run. */
  readonly order: number
  /** When the first item about its report was known, in whichever theatre, ms. */
  readonly firstKnownMs: number
}

export interface TheatreName {
  readonly theatre: string
  /** Its place among the theatres, by the first item of each. */
  readonly rank: number
}

export interface NotifiedTheatre extends TheatreName {
  /** In order; at least one. */
  readonly items: readonly NotifiedItem[]
}

/** The ends of the first day and of the last on which anything became known, ms. */
export interface RunSpan {
  readonly firstEndMs: number
  readonly lastEndMs: number
}

/**
 * A day has a place for each tick, and after them for each item in each theatre; all orders are
 * below 2^53.
 */
const [ordersOfDay, ticksOfDay, theatresOfItemMax] = [2 ** 32, 2 ** 31, 256]

/**
 * The place of a theatre's tick at the end of a day: ticks come before what became known on it.
 * Pure.
 */
export function tickOrder({ rank }: TheatreName, endMs: number, { firstEndMs }: RunSpan): number {
  return ((endMs - firstEndMs) / dayMs) * ordersOfDay + rank
}

/** The end of the day on which an item became known. Pure. */
export function computeDayEnd({ knownMs }: KnownItem): number {
  return (Math.floor(knownMs / dayMs) + 1) * dayMs
}

/** The span of items sorted by time of knowledge. Pure. */
export function computeRunSpan(items: readonly KnownItem[]): RunSpan {
  const [first, last] = [items[0], items.at(-1)]
  return {
    firstEndMs: first === undefined ? 0 : computeDayEnd(first),
    lastEndMs: last === undefined ? 0 : computeDayEnd(last)
  }
}

/** Theatres that have had the report. */
interface Standing {
  readonly firstKnownMs: number
  /** Distinct; a report has one for each country that it was ever placed in. */
  readonly theatres: {
    readonly rank: number
    readonly theatre: string
    readonly items: NotifiedItem[]
  }[]
}

/**
 * The items of each theatre, by rank. The items must be sorted by time of knowledge. Pure;
 * O(items).
 */
export function groupByTheatre(items: readonly KnownItem[]): readonly NotifiedTheatre[] {
  const { firstEndMs } = computeRunSpan(items)
  const told = new Map<string, Standing['theatres'][number]>()
  const standings = new Map<string, Standing>()
  let [endMs, dayBegan] = [0, 0]
  for (const [i, item] of items.entries()) {
    const reportId = item.kind === 'report' ? item.revision.reportId : item.reportId
    const standing = standings.get(reportId) ?? { firstKnownMs: item.knownMs, theatres: [] }
    if (item.kind === 'report') {
      const { theatre } = item.revision
      if (standing.theatres.length === 0) standings.set(reportId, standing)
      const own = told.get(theatre) ?? { theatre, rank: told.size, items: [] }
      told.set(theatre, own)
      if (!standing.theatres.includes(own)) standing.theatres.push(own)
    }
    if (computeDayEnd(item) !== endMs) [endMs, dayBegan] = [computeDayEnd(item), i]
    const ofDay = ((endMs - firstEndMs) / dayMs) * ordersOfDay + ticksOfDay
    for (const [nth, theatre] of standing.theatres.entries()) {
      const order = ofDay + (i - dayBegan) * theatresOfItemMax + nth
      theatre.items.push({ item, order, firstKnownMs: standing.firstKnownMs })
    }
  }
  return [...told.values()]
}
