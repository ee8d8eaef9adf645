// What a window of incidents adds up to while it moves on in event time: a sum or a number of
// different texts, the deaths, and when it will hold less if nothing more comes. Each incident
// costs one insertion and one removal.

import { roundMeasure } from '../../finding/finding.ts'
import type { Incident } from '../../incident/incident.ts'
import type { SettledPlace } from '../../report/one-settlement.ts'
import type { Fatalities } from '../../report/report.ts'
import { FurtherSites } from './further-sites.ts'

/** What one incident adds: a whole number, or texts of which each counts once. Never negative. */
export type Amount = number | readonly string[]

/** An incident of a scope, with its stay in a window. */
export interface Member {
  readonly incident: Incident
  /** When it leaves, if nothing more comes. */
  readonly untilMs: number
  /** Null: it only supports. */
  readonly amount: Amount | null
  /** Left out if the block does not measure deaths. */
  readonly deaths?: Fatalities
  /** The places of settlements, if those are what it counts: of one id there may be several. */
  readonly places?: readonly SettledPlace[]
}

/** True for what adds nothing. */
export function isNothing(amount: Amount | null): boolean {
  return amount === null || amount === 0 || (typeof amount !== 'number' && amount.length === 0)
}

export class MovingWindow {
  /**
   * Members that add something, in the order in which they leave; those before `#head` have left.
   */
  readonly #leaving: Member[] = []
  #head = 0
  #sum = 0
  readonly #texts = new Map<string, number>()
  readonly #further = new FurtherSites()
  readonly #bounds = { low: 0, best: 0, high: 0 }
  readonly #known = { low: 0, best: 0, high: 0 }

  get isEmpty(): boolean {
    return this.#head === this.#leaving.length
  }

  /** The measure. */
  get total(): number {
    return roundMeasure(this.#sum + this.#texts.size + this.#further.count)
  }

  /** When the last member leaves; −∞ if there is none. */
  get lastMs(): number {
    return this.isEmpty ? Number.NEGATIVE_INFINITY : (this.#leaving.at(-1) as Member).untilMs
  }

  /**
   * The sum of the lowest figures that are known; of another bound null if one of them is unknown.
   */
  get deaths(): Fatalities {
    const size = this.#leaving.length - this.#head
    const sumOf = (bound: keyof Fatalities) =>
      this.#known[bound] < size ? null : this.#bounds[bound]
    return {
      low: this.#known.low === 0 ? null : this.#bounds.low,
      best: sumOf('best'),
      high: sumOf('high')
    }
  }

  /** Adds a member that is not only support. */
  add(member: Member): void {
    const leaving = this.#leaving
    let at = leaving.length
    while (at > this.#head && (leaving[at - 1] as Member).untilMs > member.untilMs) at -= 1
    if (at === leaving.length) leaving.push(member)
    else leaving.splice(at, 0, member)
    this.#count(member, 1)
  }

  /**
   * Takes out a member that has not left, as if it had never been added; what is only support never
   * was.
   */
  takeOut(member: Member): void {
    if (member.amount === null) return
    this.#leaving.splice(this.#leaving.lastIndexOf(member), 1)
    this.#count(member, -1)
  }

  /** Removes members that have left by a moment. */
  moveTo(atMs: number): void {
    const leaving = this.#leaving
    while (this.#head < leaving.length && (leaving[this.#head] as Member).untilMs <= atMs)
      this.#count(leaving[this.#head++] as Member, -1)
    // What has left is dropped in large pieces: each costs its share once.
    if (this.#head > 32 && this.#head * 2 > leaving.length) {
      leaving.splice(0, this.#head)
      this.#head = 0
    }
  }

  clear(): void {
    this.moveTo(Number.POSITIVE_INFINITY)
  }

  /**
   * The first moment at which what is left is below `least`, if nothing more comes; null for an
   * empty window.
   */
  belowMs(least: number): number | null {
    let sum = 0
    const texts = new Set<string>()
    const further = new FurtherSites()
    for (let i = this.#leaving.length - 1; i >= this.#head; i--) {
      const { amount, places, untilMs } = this.#leaving[i] as Member
      if (typeof amount === 'number') sum += amount
      else for (const text of amount ?? []) texts.add(text)
      for (const place of places ?? []) further.tell(place, 1)
      if (roundMeasure(sum + texts.size + further.count) >= least) return untilMs
    }
    return this.isEmpty ? null : this.lastMs
  }

  #count({ amount, deaths, places }: Member, sign: 1 | -1): void {
    if (typeof amount === 'number') this.#sum += sign * amount
    else for (const text of amount ?? []) this.#countText(text, sign)
    if (places !== undefined) for (const place of places) this.#further.tell(place, sign)
    if (deaths === undefined) return
    for (const bound of ['low', 'best', 'high'] as const) {
      const n = deaths[bound]
      if (n === null) continue
      this.#bounds[bound] += sign * n
      this.#known[bound] += sign
    }
  }

  #countText(text: string, sign: 1 | -1): void {
    const count = (this.#texts.get(text) ?? 0) + sign
    if (count === 0) this.#texts.delete(text)
    else this.#texts.set(text, count)
  }
}
