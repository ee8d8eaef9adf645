// A scope: the incidents of a key of a family, in order of their first day, with sums by day.

import { DayBits } from '../data/day-bits.ts'
import { DaySums } from '../data/day-sums.ts'
import type { Incidents } from '../data/incidents.ts'
import { never } from '../data/time.ts'
import { countBefore, insertByDay } from './day-lists.ts'
import type { Family } from './family.ts'
import type { Group } from './finding.ts'
import { isDrillKey, removeDrillBit } from './keys.ts'

/** One incident in sums by day. Most numbers of days divide it, so that an interval has whole shares. */
export const partsPerIncident = 720_720
/** The longest interval that is shared out; of a longer one the first days count. */
const longestSharedDays = 400

/** By row: what a family with marks has stored about its incidents. */
export type FamilyMembers = Map<number, { readonly mark: number; readonly keys: readonly number[] }>

export class Scope {
  readonly family: Family
  readonly key: number
  readonly #incidents: Incidents
  /** The incidents that count, by first day. */
  readonly rows: number[] = []
  readonly countSums: DaySums | null
  /** Deaths by the highest figure of each incident, and by the best one. */
  readonly deathSums: DaySums | null
  readonly bestDeathSums: DaySums | null
  readonly distinctBits: DayBits | null
  /** Counted rows of more than one day. */
  #longer: number[] = []
  /** Numbers the distinct values in order of appearance, since they are too large for bits. */
  readonly #bitNumbers = new Map<number, number>()
  readonly #members: FamilyMembers | null
  /** The scope of the parent family; null if its family has none. */
  readonly parent: Scope | null

  constructor(
    family: Family,
    key: number,
    incidents: Incidents,
    members: FamilyMembers | null = null,
    parent: Scope | null = null
  ) {
    this.family = family
    this.key = key
    this.#incidents = incidents
    this.#members = members
    this.parent = parent
    this.countSums = family.sums === 'none' ? null : new DaySums()
    this.deathSums = family.sums === 'deaths' ? new DaySums() : null
    this.bestDeathSums = family.sums === 'deaths' ? new DaySums() : null
    this.distinctBits = family.distinct === undefined ? null : new DayBits()
  }

  get group(): Group {
    const group = this.family.readGroup(this.#incidents, removeDrillBit(this.key))
    return this.isDrill ? { ...group, drill: 'true' } : group
  }

  get isDrill(): boolean {
    return isDrillKey(this.key)
  }

  /** The key by the grouping of the family, without the groups of a rule. */
  get baseKey(): number {
    return this.family.readBaseKey?.(this.#incidents, this.key) ?? this.key
  }

  /** The value of that key, without the drill bit. */
  get value(): number {
    return removeDrillBit(this.baseKey)
  }

  get isEmpty(): boolean {
    return this.rows.length === 0
  }

  /** The number that the family has given to an incident; 0 without one. */
  getMark(row: number): number {
    return this.#members?.get(row)?.mark ?? 0
  }

  /** Index of the first row on or after a day. */
  findIndex(day: number): number {
    return countBefore(this.rows, day, this.#incidents.columns.fromDay)
  }

  listLonger(): readonly number[] {
    return this.#longer
  }

  /** Returns true if the incident counts here. */
  add(row: number): boolean {
    const { fromDay, toDay } = this.#incidents.columns
    if (!this.family.isCounted(this.#incidents, row, this.key)) return false
    insertByDay(this.rows, row, fromDay)
    if (fromDay[row] !== toDay[row]) this.#longer.push(row)
    if (this.distinctBits !== null) this.#addValuesBetween(row, 0, never)
    if (this.countSums !== null) this.#addToSums(row, 1)
    return true
  }

  /** Call it while the columns still describe the incident. Returns true if it counted here. */
  remove(row: number): boolean {
    const { fromDay, toDay } = this.#incidents.columns
    if (!this.family.isCounted(this.#incidents, row, this.key)) return false
    const { rows } = this
    const index = rows.indexOf(row, this.findIndex(fromDay[row]!))
    // It was evicted here: what it shares an incident with is younger.
    if (index < 0) return false
    rows.splice(index, 1)
    if (fromDay[row] !== toDay[row]) this.#longer.splice(this.#longer.indexOf(row), 1)
    if (this.distinctBits !== null) this.#removeDistinct(row)
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

  /** Fills its days again: another incident may have the same value. */
  #removeDistinct(row: number): void {
    const from = this.#incidents.columns.fromDay[row]!
    const last = this.#findLastSharedDay(row)
    for (let day = from; day <= last; day++) this.distinctBits!.clear(day)
    const end = this.findIndex(last + 1)
    for (let i = this.findIndex(from); i < end; i++)
      this.#addValuesBetween(this.rows[i]!, from, last)
    for (const longer of this.#longer)
      if (this.#incidents.columns.fromDay[longer]! < from)
        this.#addValuesBetween(longer, from, last)
  }

  /** Adds the distinct values to the days of the incident, up to `longestSharedDays`. */
  #addValuesBetween(row: number, from: number, to: number): void {
    const first = Math.max(from, this.#incidents.columns.fromDay[row]!)
    const last = Math.min(to, this.#findLastSharedDay(row))
    const numbers = this.#bitNumbers
    for (const value of this.family.distinct!(this.#incidents, row)) {
      if (!numbers.has(value)) numbers.set(value, numbers.size)
      for (let day = first; day <= last; day++) this.distinctBits!.add(day, numbers.get(value)!)
    }
  }

  #findLastSharedDay(row: number): number {
    const { fromDay, toDay } = this.#incidents.columns
    return Math.min(toDay[row]!, fromDay[row]! + longestSharedDays - 1)
  }

  /** First day on or after `day` with a counted incident, or with a share of one; -1 if none. */
  findNextDay(day: number): number {
    if (this.#longer.length > 0 && this.countSums !== null) return this.countSums.findNext(day)
    const row = this.rows[this.findIndex(day)]
    return row === undefined ? -1 : this.#incidents.columns.fromDay[row]!
  }

  /** Last day before another one with a counted incident; -1 if none. */
  findLastDay(until: number): number {
    const { fromDay, toDay } = this.#incidents.columns
    const row = this.rows[this.findIndex(until) - 1]
    let last = row === undefined ? -1 : toDay[row]!
    for (const longer of this.#longer)
      if (fromDay[longer]! < until && toDay[longer]! > last) last = toDay[longer]!
    return Math.min(last, until - 1)
  }

  /** Removes the incidents that ended before the day. */
  evictBefore(day: number, staying: ReadonlySet<number>): void {
    const { toDay } = this.#incidents.columns
    const count = this.findIndex(day)
    const stays = (row: number) => toDay[row]! >= day || staying.has(row)
    if (count > 0) this.rows.splice(0, count, ...this.rows.slice(0, count).filter(stays))
    this.#longer = this.#longer.filter(stays)
    this.countSums?.evictBefore(day - longestSharedDays)
    this.deathSums?.evictBefore(day - longestSharedDays)
    this.bestDeathSums?.evictBefore(day - longestSharedDays)
    this.distinctBits?.evictBefore(day)
  }
}

/** The whole parts of an amount on day `i` of an interval; they add up to the amount. */
function computeShare(amount: number, i: number, days: number): number {
  return Math.trunc((amount * (i + 1)) / days) - Math.trunc((amount * i) / days)
}
