// A scope: the incidents of one key of a family, in order of their first day, with sums by day.

import { DayBits } from '../data/day-bits.ts'
import { DaySums } from '../data/day-sums.ts'
import type { Incidents } from '../data/incidents.ts'
import type { Family } from './family.ts'
import type { Group } from './finding.ts'
import { isDrillKey, removeDrillBit } from './keys.ts'

/** One incident in sums by day. Most numbers of days divide it, so that an interval has whole shares. */
export const partsPerIncident = 720_720
/** The longest interval that is shared out; of a longer one the first days count. */
const longestSharedDays = 400

export class Scope {
  readonly family: Family
  readonly key: number
  readonly #incidents: Incidents
  /** By first day: the incidents that count, and those that only support. */
  readonly rows: number[] = []
  readonly supportRows: number[] = []
  readonly countSums: DaySums | null
  /** Deaths by the highest figure of each incident, and by the best one. */
  readonly deathSums: DaySums | null
  readonly bestDeathSums: DaySums | null
  readonly distinctBits: readonly DayBits[]
  /** Counted rows of more than one day. */
  #longer: number[] = []
  /** Numbers the distinct values in order of appearance: interned numbers are too large for bits. */
  readonly #bitNumbers: Map<number, number> | null

  constructor(family: Family, key: number, incidents: Incidents) {
    this.family = family
    this.key = key
    this.#incidents = incidents
    this.countSums = family.sums === 'none' ? null : new DaySums()
    this.deathSums = family.sums === 'deaths' ? new DaySums() : null
    this.bestDeathSums = family.sums === 'deaths' ? new DaySums() : null
    this.distinctBits = (family.distinct ?? []).map(() => new DayBits())
    this.#bitNumbers = family.distinct === undefined ? null : new Map()
  }

  get group(): Group {
    const group = this.family.readGroup(this.#incidents, removeDrillBit(this.key))
    return this.isDrill ? { ...group, drill: 'true' } : group
  }

  get isDrill(): boolean {
    return isDrillKey(this.key)
  }

  get isEmpty(): boolean {
    return this.rows.length === 0 && this.supportRows.length === 0
  }

  /** Index of the first row on or after a day. */
  findIndex(rows: readonly number[], day: number): number {
    const { fromDay } = this.#incidents.columns
    let high = rows.length
    if (high === 0 || fromDay[rows[high - 1]!]! < day) return high
    let low = 0
    while (low < high) {
      const middle = (low + high) >> 1
      if (fromDay[rows[middle]!]! < day) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Counted incidents of more than one day. */
  listLonger(): readonly number[] {
    return this.#longer
  }

  /** Returns true if the incident counts here. */
  add(row: number): boolean {
    const { fromDay, toDay } = this.#incidents.columns
    const isCounted = this.family.isCounted(this.#incidents, row, this.key)
    const rows = isCounted ? this.rows : this.supportRows
    const index = this.findIndex(rows, fromDay[row]! + 1)
    if (index === rows.length) rows.push(row)
    else rows.splice(index, 0, row)
    if (!isCounted) return false
    if (fromDay[row] !== toDay[row]) this.#longer.push(row)
    if (this.#bitNumbers !== null) this.#addDistinct(row)
    if (this.countSums !== null) this.#addToSums(row, 1)
    return true
  }

  /** Call it while the columns still describe the incident. Returns true if it counted here. */
  remove(row: number): boolean {
    const { fromDay, toDay } = this.#incidents.columns
    const isCounted = this.family.isCounted(this.#incidents, row, this.key)
    const rows = isCounted ? this.rows : this.supportRows
    rows.splice(rows.indexOf(row, this.findIndex(rows, fromDay[row]!)), 1)
    if (!isCounted) return false
    if (fromDay[row] !== toDay[row]) this.#longer.splice(this.#longer.indexOf(row), 1)
    if (this.#bitNumbers !== null) this.#removeDistinct(fromDay[row]!)
    if (this.countSums !== null) this.#addToSums(row, -1)
    return true
  }

  #addToSums(row: number, sign: 1 | -1): void {
    this.#addAmount(this.countSums!, row, sign * partsPerIncident)
    if (this.deathSums === null) return
    const { low, best, high } = this.#incidents.columns
    const likely = Math.max(0, low[row]!, best[row]!)
    this.#addAmount(this.deathSums, row, sign * Math.max(likely, high[row]!) * partsPerIncident)
    this.#addAmount(this.bestDeathSums!, row, sign * likely * partsPerIncident)
  }

  /** Shares an amount out over the days of an interval. */
  #addAmount(sums: DaySums, row: number, amount: number): void {
    if (amount === 0) return
    const from = this.#incidents.columns.fromDay[row]!
    const days = this.#incidents.columns.toDay[row]! - from + 1
    if (days === 1) sums.add(from, amount)
    else
      for (let i = 0; i < Math.min(days, longestSharedDays); i++)
        sums.add(from + i, computeShare(amount, i, days))
  }

  #addDistinct(row: number): void {
    const { columns } = this.#incidents
    for (const [i, bits] of this.distinctBits.entries()) {
      const value = columns[this.family.distinct![i]!][row]!
      if (value >= 0) bits.add(columns.fromDay[row]!, this.#numberValue(value))
    }
  }

  /** Fills the day again: another incident may have the same value. */
  #removeDistinct(day: number): void {
    for (const bits of this.distinctBits) bits.clear(day)
    const end = this.findIndex(this.rows, day + 1)
    for (let i = this.findIndex(this.rows, day); i < end; i++) this.#addDistinct(this.rows[i]!)
  }

  #numberValue(value: number): number {
    let number = this.#bitNumbers!.get(value)
    if (number === undefined) {
      number = this.#bitNumbers!.size
      this.#bitNumbers!.set(value, number)
    }
    return number
  }

  /** First day on or after `day` with a counted incident, or with a share of one; -1 if none. */
  findNextDay(day: number): number {
    if (this.#longer.length > 0 && this.countSums !== null) return this.countSums.findNext(day)
    const row = this.rows[this.findIndex(this.rows, day)]
    return row === undefined ? -1 : this.#incidents.columns.fromDay[row]!
  }

  /** Removes the incidents that ended before the day. */
  evictBefore(day: number): void {
    const { toDay } = this.#incidents.columns
    for (const rows of [this.rows, this.supportRows]) {
      const count = this.findIndex(rows, day)
      if (count === 0) continue
      const stillOn = rows.slice(0, count).filter(row => toDay[row]! >= day)
      rows.splice(0, count, ...stillOn)
    }
    this.#longer = this.#longer.filter(row => toDay[row]! >= day)
    this.countSums?.evictBefore(day - longestSharedDays)
    this.deathSums?.evictBefore(day - longestSharedDays)
    this.bestDeathSums?.evictBefore(day - longestSharedDays)
    for (const bits of this.distinctBits) bits.evictBefore(day)
  }
}

/** The whole parts of an amount on day `i` of an interval; they add up to the amount. */
function computeShare(amount: number, i: number, days: number): number {
  return Math.trunc((amount * (i + 1)) / days) - Math.trunc((amount * i) / days)
}
