// The rows of a machine that folds again only what can see a change: what came and went since the
// last fold, and the place of each row in its order.

import type { Incident } from '../../incident/incident.ts'
import { type FoldPlace, LateRows } from '../episode/late-rows.ts'

/** What a machine knows of an incident that counts. */
export interface ScopeRow extends FoldPlace {
  readonly incident: Incident
  late: number
  passed: number
}

export interface RowsChange<R> {
  readonly gone: readonly R[]
  /** In order of the fold. */
  readonly come: readonly R[]
  /**
   * Nothing came or went, counted or not: those out of place within their moment are put in their
   * places.
   */
  readonly isSettled: boolean
}

export class ScopeRows<R extends ScopeRow> {
  readonly #incidents: readonly Incident[]
  readonly #rowFor: (incident: Incident) => R | null
  readonly #byId = new Map<string, R>()
  readonly #late = new LateRows<R>()
  #come: Incident[] = []
  #gone: R[] = []
  #isTold = false
  /** The last row of the list; null if it has none, undefined if that is not known. */
  #last: R | null | undefined = null
  #passedCount = 0

  /** `rowFor`: null for an incident that does not count. */
  constructor(incidents: readonly Incident[], rowFor: (incident: Incident) => R | null) {
    this.#incidents = incidents
    this.#rowFor = rowFor
  }

  get(id: string): R | undefined {
    return this.#byId.get(id)
  }

  put(incident: Incident): void {
    this.#come.push(incident)
    this.#isTold = true
  }

  take(incident: Incident): void {
    this.#isTold = true
    const row = this.#byId.get(incident.id)
    if (row !== undefined) this.#gone.push(row)
    const waiting = this.#come.lastIndexOf(incident)
    if (waiting !== -1) this.#come.splice(waiting, 1)
  }

  /** What changed since the last call; the list differs from this index on. */
  takeChange(from: number): RowsChange<R> {
    const gone = this.#gone
    if (gone.length > 0) this.#gone = []
    for (const row of gone) {
      this.#byId.delete(row.incident.id)
      this.#late.forget(row)
    }
    const isSettled = !this.#isTold
    if (isSettled || (gone.length > 0 && gone.includes(this.#last as R))) this.#last = undefined
    this.#isTold = false
    return { gone, come: this.#placed(from), isSettled }
  }

  /** Those out of place within their moment; none is any more once their `late` is 0. */
  takeOutOfPlace(): R[] {
    return this.#late.takeAll()
  }

  /** The first incidents leave the list: their rows, which stay before all others. */
  pass(count: number): R[] {
    const passed: R[] = []
    for (const { id } of this.#incidents.slice(0, count)) {
      const row = this.#byId.get(id)
      if (row === undefined) continue
      this.#byId.delete(id)
      this.#late.forget(row)
      passed.push(row)
      row.passed = this.nextPassed()
    }
    if (passed.length > 0) this.#last = undefined
    return passed
  }

  /** The place of what passes next, or passed in an earlier machine. */
  nextPassed(): number {
    this.#passedCount += 1
    return this.#passedCount
  }

  #placed(from: number): R[] {
    const come = this.#come
    const rows: R[] = []
    if (come.length === 0) return rows
    if (come.length === 1 && this.#incidents[from] === come[0]) {
      come.pop()
      this.#placeAt(from, from + 1, rows)
      return rows
    }
    this.#come = []
    this.#last = undefined
    const waiting = new Set(come)
    // Of one day there may be thousands, as after a start: those that still wait are passed once.
    let next = 0
    for (let at = from; waiting.size > 0 && at < this.#incidents.length; at++)
      if (waiting.delete(this.#incidents[at] as Incident))
        next = this.#placeAt(at, Math.max(next, at + 1), rows)
    return rows
  }

  /** `next`: none up to there has a row. Gives the same for the one after it. */
  #placeAt(at: number, next: number, rows: R[]): number {
    const incident = this.#incidents[at] as Incident
    const row = this.#rowFor(incident)
    if (row === null) return next
    this.#byId.set(incident.id, row)
    rows.push(row)
    const last = this.#last
    this.#last = at === this.#incidents.length - 1 ? row : undefined
    // Most come last: what precedes one is known.
    if (this.#last === row && last !== undefined) {
      this.#late.append(row, last)
      return next
    }
    return this.#late.place(row, this.#incidents, at, ({ id }) => this.#byId.get(id), next)
  }
}
