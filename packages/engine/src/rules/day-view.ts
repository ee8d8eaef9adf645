// What a day rule can read: the incidents of its scope, as seen from one day.

import { countBits } from '../data/day-bits.ts'
import type { Incidents } from '../data/incidents.ts'
import { flag } from '../data/vocabulary.ts'
import type { Certainty } from './finding.ts'
import { partsPerIncident, type Scope } from './scope.ts'

const noRows: readonly number[] = []

export type InputScopes = 'own' | 'area'

/** An episode of another rule. */
export interface InputEpisode {
  readonly startDay: number
  readonly endDay: number
  readonly triggers: readonly number[]
}

export class DayView {
  readonly incidents: Incidents
  /** The executor sets scope and day before each call of a rule. */
  scope!: Scope
  day = 0
  /** Episodes of some patterns that overlap the days: in scopes with the key of this one, or in its area. */
  listInputs: (
    patterns: readonly string[],
    from: number,
    to: number,
    scopes?: InputScopes
  ) => readonly InputEpisode[] = () => []
  /** Days of our own downtime between two days: they are no silence of the sources. */
  countUnheardDays: (from: number, to: number) => number = () => 0

  /** Moves a day of a silence by the days before it on which Tocsin received no reports. */
  addUnheardDays(since: number, day: number): number {
    let moved = day
    for (;;) {
      const later = day + this.countUnheardDays(since + 1, moved)
      if (later === moved) return moved
      moved = later
    }
  }

  /** The incidents by which episodes that are open on a day began. */
  listInputTriggers(patterns: readonly string[], day: number, scopes?: InputScopes): number[] {
    const { fromDay } = this.incidents.columns
    return this.listInputs(patterns, day, day, scopes).flatMap(({ startDay, triggers }) =>
      triggers.filter(row => fromDay[row]! <= startDay)
    )
  }

  /** The incidents that rows of this view are about: others, where a row is a finding. */
  readTriggers: (rows: readonly number[]) => readonly number[] = rows => rows

  constructor(incidents: Incidents) {
    this.incidents = incidents
  }

  /**
   * Counts the incidents in a window of `days` that ends `endsBefore` days before this day. An
   * interval counts with the share of its days in the window.
   */
  count(days: number, endsBefore = 0): number {
    const to = this.day - endsBefore
    return roundMeasure(this.scope.countSums!.getSum(to - days + 1, to) / partsPerIncident)
  }

  /** Counts the incidents that begin in the window. Cheaper than `count`. */
  countStarted(days: number, endsBefore = 0): number {
    const { scope, day } = this
    const first = scope.findIndex(day - endsBefore - days + 1)
    return scope.findIndex(day - endsBefore + 1) - first
  }

  /** Counts the distinct values of the family's list between two days. */
  countDistinct(from: number, to: number): number {
    return countBits(this.scope.distinctBits!.computeUnion(from, to))
  }

  /** Sums the highest death tolls in a window of `days` that ends with this day. */
  countDeaths(days: number): number {
    return roundMeasure(
      this.scope.deathSums!.getSum(this.day - days + 1, this.day) / partsPerIncident
    )
  }

  /** The same by the best figures. */
  countBestDeaths(days: number): number {
    const { bestDeathSums } = this.scope
    return roundMeasure(bestDeathSums!.getSum(this.day - days + 1, this.day) / partsPerIncident)
  }

  /**
   * How certain it is that the deaths of a window reach a limit: by the lowest figures of graded
   * reports, by their best ones, or by others alone. Source: patterns.md#common-ground.
   */
  rateDeaths(days: number, limit: number): Certainty {
    const { columns } = this.incidents
    let low = 0
    let best = 0
    for (const row of this.listRows(this.day - days + 1, this.day)) {
      if ((columns.flags[row]! & flag.gradeKnown) === 0) continue
      low += Math.max(0, columns.low[row]!)
      best += Math.max(0, columns.low[row]!, columns.best[row]!)
    }
    return low >= limit ? 'observed' : best >= limit ? 'likely' : 'possible'
  }

  /** Rows that begin between two days, both included. */
  listRows(from: number, to: number): readonly number[] {
    const { rows } = this.scope
    const start = this.scope.findIndex(from)
    return start === rows.length ? noRows : rows.slice(start, this.scope.findIndex(to + 1))
  }

  /** Rows that overlap the days, both included: an interval may begin before. */
  listOverlapping(from: number, to: number): readonly number[] {
    const rows = this.listRows(from, to)
    const longer = this.scope.listLonger()
    if (longer.length === 0) return rows
    const { fromDay, toDay } = this.incidents.columns
    const earlier = longer.filter(row => fromDay[row]! < from && toDay[row]! >= from)
    return earlier.length === 0 ? rows : [...earlier, ...rows]
  }

  /** True if there is such a row. */
  hasOverlapping(from: number, to: number): boolean {
    const { rows } = this.scope
    const { fromDay, toDay } = this.incidents.columns
    const first = rows[this.scope.findIndex(from)]
    if (first !== undefined && fromDay[first]! <= to) return true
    return this.scope.listLonger().some(row => fromDay[row]! < from && toDay[row]! >= from)
  }

  /** True if the test accepts a row of today. */
  someToday(test: (row: number) => boolean): boolean {
    const { rows } = this.scope
    const { fromDay } = this.incidents.columns
    for (let i = this.scope.findIndex(this.day); i < rows.length; i++) {
      if (fromDay[rows[i]!]! > this.day) return false
      if (test(rows[i]!)) return true
    }
    return false
  }

  listToday(): readonly number[] {
    return this.listRows(this.day, this.day)
  }

  hasAny(row: number, categories: number, tactics = 0): boolean {
    const { columns } = this.incidents
    return (columns.category[row]! & categories) !== 0 || (columns.tactics[row]! & tactics) !== 0
  }

  getMark(row: number): number {
    return this.scope.getMark(row)
  }

  countSources(rows: readonly number[]): number {
    const { incidents } = this
    if (rows.length === 0) return 0
    if (rows.length === 1) return incidents.getOrigins(rows[0]!).length
    const found = new Set<number>()
    for (const row of rows) for (const origin of incidents.getOrigins(row)) found.add(origin)
    return found.size
  }
}

/** Rounds to six digits, so that the order of additions cannot change a comparison. */
export function roundMeasure(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
