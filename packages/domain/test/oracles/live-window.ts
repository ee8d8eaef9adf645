// The measure of a moving window and the moments at which its members leave, updated incrementally
// instead of recomputed at each step. A cache of the last windows used: results depend on the
// members alone.

import { roundMeasure } from '../../src/finding/finding.ts'
import type { Incident } from '../../src/incident/incident.ts'

/** What one incident adds: a whole number, or texts of which each counts once. Never negative. */
export type Amount = number | readonly string[]

export interface Member {
  readonly incident: Incident
  readonly untilMs: number
  /** Null: it only supports. */
  readonly amount: Amount | null
}

/** Number of windows in the cache: several rules may fold side by side. */
const remembered = 16
const windows: (LiveWindow | undefined)[] = new Array(remembered).fill(undefined)
let next = 0

/** The window of these members: a cached one moved forward, or a new one. */
export function liveWindow(members: readonly Member[]): LiveWindow {
  const known = windows.find(window => window?.members === members)
  if (known !== undefined) return known
  const made = new LiveWindow(members)
  windows[next] = made
  next = (next + 1) % remembered
  return made
}

/** The measure of members, without the cache. */
export function totalOf(members: readonly Member[]): number {
  const tally = new Tally()
  for (const { amount } of members) if (amount !== null) tally.add(amount)
  return tally.total
}

export class LiveWindow {
  #members: readonly Member[]
  /** The same members, in the order in which they leave. */
  readonly #leaving: Member[]
  readonly #tally = new Tally()
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(members: readonly Member[]) {
    this.#members = members
    this.#leaving = members.toSorted((a, b) => a.untilMs - b.untilMs)
    for (const member of members) this.#count(member)
  }

  get members(): readonly Member[] {
    return this.#members
  }

  get total(): number {
    return this.#tally.total
  }

  /** When the last member that adds something leaves; −∞ if there is none. */
  get lastMs(): number {
    return this.#lastMs
  }

  /** Removes members that have left by a moment. */
  moveTo(atMs: number): void {
    let gone = 0
    while (gone < this.#leaving.length && (this.#leaving[gone] as Member).untilMs <= atMs) gone += 1
    if (gone === 0) return
    for (const { amount } of this.#leaving.splice(0, gone))
      if (amount !== null) this.#tally.take(amount)
    this.#members = this.#members.filter(m => m.untilMs > atMs)
    if (this.#lastMs <= atMs) this.#lastMs = Number.NEGATIVE_INFINITY
  }

  /** Removes all members. */
  clear(): void {
    this.moveTo(Number.POSITIVE_INFINITY)
  }

  /** Adds a member; above the limit the first is removed. */
  add(member: Member, most: number): void {
    const members = this.#members.slice()
    members.push(member)
    this.#members = members
    let at = this.#leaving.length
    while (at > 0 && (this.#leaving[at - 1] as Member).untilMs > member.untilMs) at -= 1
    this.#leaving.splice(at, 0, member)
    this.#count(member)
    if (members.length > most) this.#drop(members.shift() as Member)
  }

  /**
   * The first moment at which the remaining measure is below `least`, if nothing more comes; null
   * if no member adds anything.
   */
  belowMs(least: number): number | null {
    const staying = new Tally()
    for (let i = this.#leaving.length - 1; i >= 0; i--) {
      const { amount, untilMs } = this.#leaving[i] as Member
      if (amount === null) continue
      staying.add(amount)
      if (staying.total >= least) return untilMs
    }
    return this.#lastMs === Number.NEGATIVE_INFINITY ? null : this.#lastMs
  }

  #count({ amount, untilMs }: Member): void {
    if (amount === null) return
    this.#tally.add(amount)
    if (untilMs > this.#lastMs) this.#lastMs = untilMs
  }

  #drop(member: Member): void {
    this.#leaving.splice(this.#leaving.indexOf(member), 1)
    if (member.amount === null) return
    this.#tally.take(member.amount)
    if (member.untilMs === this.#lastMs)
      this.#lastMs =
        this.#leaving.findLast(m => m.amount !== null)?.untilMs ?? Number.NEGATIVE_INFINITY
  }
}

/** A sum, or the number of different texts. */
class Tally {
  #sum = 0
  readonly #texts = new Map<string, number>()

  get total(): number {
    return roundMeasure(this.#sum + this.#texts.size)
  }

  add(amount: Amount): void {
    if (typeof amount === 'number') this.#sum += amount
    else for (const text of amount) this.#texts.set(text, (this.#texts.get(text) ?? 0) + 1)
  }

  take(amount: Amount): void {
    if (typeof amount === 'number') this.#sum -= amount
    else
      for (const text of amount) {
        const left = (this.#texts.get(text) ?? 0) - 1
        if (left > 0) this.#texts.set(text, left)
        else this.#texts.delete(text)
      }
  }
}
