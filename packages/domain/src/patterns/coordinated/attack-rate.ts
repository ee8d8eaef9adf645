// The rate of one actor: its attacks by whole weeks before a window, and how many sites in one
// window that rate does not explain.

import { roundMeasure } from '../../finding/finding.ts'
import { dayMs, hourMs } from '../../space-time/event-time.ts'
import { binomialTail } from '../episode/binomial-tail.ts'

const weekMs = 7 * dayMs

/** Parameters of the rate. */
export interface RateTerms {
  readonly windowHours: number
  readonly sitesMin: number
  readonly alpha: number
  readonly rateDays: number
  readonly escalateSites: number
}

export interface Odds {
  /** Probability that so many are chance. */
  readonly chance: number
  /** Attacks per day before the window. */
  readonly perDay: number
}

/** More past attacks than any actor has. */
const pastMax = 10_000_000

export class AttackRate {
  readonly #windowMs: number
  readonly #windowDays: number
  /** Weeks of the rate. */
  readonly #weeks: number
  readonly #terms: RateTerms
  /**
   * For each number of sites from `sitesMin` on the most past attacks that do not explain it; null
   * before any question.
   */
  #limits: readonly number[] | null = null
  /** By week from `#first` on: attacks in the weeks of the rate before it. */
  #past = new Int32Array(0)
  #first = 0

  constructor(terms: RateTerms) {
    this.#terms = terms
    this.#windowMs = terms.windowHours * hourMs
    this.#windowDays = terms.windowHours / 24
    this.#weeks = Math.max(1, Math.floor(terms.rateDays / 7))
  }

  /** The week of an attack, counted from the epoch. */
  weekOf(ms: number): number {
    return Math.floor(ms / weekMs)
  }

  /** The week before which the rate of a window that ends with an attack is measured. */
  weekBefore(fromMs: number): number {
    return this.weekOf(fromMs - this.#windowMs)
  }

  /** The first week whose attacks still matter to attacks from a moment on. */
  firstWeekFor(fromMs: number): number {
    return this.weekBefore(fromMs) - this.#weeks
  }

  /** The last week whose rate an attack of this week is part of. */
  lastWeekWith(week: number): number {
    return week + this.#weeks
  }

  /**
   * Adds attacks of a week, or takes them away. `onMove`: called with the span of each week, up to
   * one, in which another number of sites is needed since then.
   */
  add(
    week: number,
    by: number,
    through: number,
    onMove: (fromMs: number, toMs: number) => void
  ): void {
    this.#reach(week + 1, week + this.#weeks)
    for (let at = week + 1; at <= week + this.#weeks; at++) {
      const before = this.#past[at - this.#first] as number
      this.#past[at - this.#first] = before + by
      if (at <= through && this.#limits?.includes(Math.min(before, before + by)))
        onMove(at * weekMs + this.#windowMs, (at + 1) * weekMs + this.#windowMs - 1)
    }
  }

  /**
   * The least number of sites that the rate before this week does not explain; infinite if it
   * explains any. O(1).
   */
  sitesNeeded(week: number): number {
    this.#limits ??= this.#findLimits()
    const past = this.#pastOf(week)
    const more = this.#limits.findIndex(limit => past <= limit)
    return more === -1 ? Number.POSITIVE_INFINITY : this.#terms.sitesMin + more
  }

  oddsOf(week: number, sites: number): Odds {
    const past = this.#pastOf(week)
    return { chance: this.#chanceOf(past, sites), perDay: roundMeasure(past / (this.#weeks * 7)) }
  }

  #pastOf(week: number): number {
    return this.#past[week - this.#first] ?? 0
  }

  #chanceOf(past: number, sites: number): number {
    return roundMeasure(
      binomialTail(past + sites, this.#windowDays / (this.#weeks * 7 + this.#windowDays), sites)
    )
  }

  /**
   * The more attacks there were, the likelier is any number of sites: the limit lies where the
   * probability passes `alpha`.
   */
  #findLimits(): readonly number[] {
    const { sitesMin, escalateSites, alpha } = this.#terms
    return Array.from({ length: Math.max(sitesMin, escalateSites) - sitesMin + 1 }, (_, more) => {
      const isRare = (past: number) => this.#chanceOf(past, sitesMin + more) <= alpha
      if (isRare(pastMax)) return Number.POSITIVE_INFINITY
      let [low, high] = [-1, pastMax]
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2)
        if (isRare(middle)) low = middle
        else high = middle
      }
      return low
    })
  }

  #reach(from: number, to: number): void {
    const { length } = this.#past
    if (length > 0 && from >= this.#first && to < this.#first + length) return
    const first = length === 0 ? from : Math.min(from, this.#first)
    const end = Math.max(to + 1 + this.#weeks, this.#first + length)
    const wider = new Int32Array(end - first)
    wider.set(this.#past, length === 0 ? 0 : this.#first - first)
    this.#past = wider
    this.#first = first
  }
}
