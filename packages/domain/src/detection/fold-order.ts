// The incidents of one scope in order of the fold. Many may have the same moment, for example the
// victims of a massacre reported one by one: they are ordered by id, and folding half of them again
// for each newcomer would cost the square of their number. A newcomer that would precede more than
// `sameMomentMax` others of its moment is therefore appended after them, and moved to its place by
// the first tick of another day. Until then it may differ which of that moment are triggers.
// Source: decision 0108.

import { placeAfter, placeOf } from '../fold/sorted.ts'
import { compareIncidents, type Incident } from '../incident/incident.ts'
import { compareSpans, type Span } from '../space-time/event-time.ts'

/**
 * Maximum number of incidents of one moment that are folded again for a newcomer of that moment.
 */
export const sameMomentMax = 64

export class FoldOrder {
  /** In order of the fold; within a moment those out of place come last, in order of arrival. */
  readonly items: Incident[] = []
  /** By moment, how many incidents are out of place. */
  readonly #outOfPlace = new Map<string, number>()

  get isSettled(): boolean {
    return this.#outOfPlace.size === 0
  }

  /** Inserts an incident. Returns the lowest index from which the order has changed. */
  insert(incident: Incident): number {
    const { items } = this
    const last = items.at(-1)
    // Most incidents come last.
    if (!last || (this.isSettled && compareIncidents(last, incident) < 0))
      return items.push(incident) - 1
    const near = this.#nearEnd(incident)
    if (near !== null) {
      items.splice(near, 0, incident)
      return near
    }
    const run = this.#runOf(incident)
    const late = this.#lateIn(incident)
    const index = placeOf(items, incident, compareIncidents, run.from, run.to - late)
    if (late === 0 && run.to - index <= sameMomentMax) {
      items.splice(index, 0, incident)
      return index
    }
    items.splice(run.to, 0, incident)
    this.#outOfPlace.set(keyOf(incident), late + 1)
    return run.to
  }

  /** Removes an incident. Returns its index; null if it is not in the list. */
  remove(incident: Incident): number | null {
    const { items } = this
    const index = this.indexOf(incident)
    if (index === -1) return null
    if (!this.isSettled) {
      const late = this.#lateIn(incident)
      if (index >= this.#runOf(incident).to - late) this.#setLate(incident, late - 1)
    }
    items.splice(index, 1)
    return index
  }

  /** Its index; -1 if it is not in the list. */
  indexOf(incident: Incident): number {
    const near = this.#nearEnd(incident)
    if (near !== null) {
      const there = this.items[near]
      return there !== undefined && compareIncidents(there, incident) === 0 ? near : -1
    }
    const run = this.#runOf(incident)
    const inPlace = run.to - this.#lateIn(incident)
    const index = placeOf(this.items, incident, compareIncidents, run.from, inPlace)
    if (index < inPlace && this.items[index]?.id === incident.id) return index
    // What changes again came last, mostly: of thousands of one day all others would be looked at
    // first.
    for (let i = run.to - 1; i >= inPlace; i--) if (this.items[i]?.id === incident.id) return i
    return -1
  }

  /**
   * Moves all incidents to their places. Returns the lowest index from which the order has changed;
   * null if it has not.
   */
  settle(): number | null {
    let least: number | null = null
    for (const moment of [...this.#outOfPlace.keys()]) {
      const [fromMs, toMs] = moment.split('|').map(Number) as [number, number]
      const index = this.#settleRun({ fromMs, toMs })
      if (index < this.items.length) least = Math.min(least ?? index, index)
    }
    return least
  }

  /** The ids of those out of place, per moment in order of arrival. */
  outOfPlace(): string[] {
    return [...this.#outOfPlace].flatMap(([moment, late]) => {
      const [fromMs, toMs] = moment.split('|').map(Number) as [number, number]
      const { to } = this.#runOf({ fromMs, toMs })
      return this.items.slice(to - late, to).map(({ id }) => id)
    })
  }

  /** Moves the incidents of a snapshot out of place again; all of them are in place before. */
  restoreOutOfPlace(ids: readonly string[]): void {
    if (ids.length === 0) return
    const wanted = new Set(ids)
    const byId = new Map(
      this.items.flatMap(incident =>
        wanted.has(incident.id) ? [[incident.id, incident] as const] : []
      )
    )
    for (const id of ids) {
      const incident = byId.get(id)
      const index = incident === undefined ? null : this.remove(incident)
      if (incident === undefined || index === null) continue
      this.items.splice(this.#runOf(incident).to, 0, incident)
      this.#setLate(incident, this.#lateIn(incident) + 1)
    }
  }

  /**
   * The first index that does not precede an incident, if that is among the last ones and all are
   * in place; else null.
   */
  #nearEnd(incident: Incident): number | null {
    const { items } = this
    const from = Math.max(0, items.length - sameMomentMax)
    if (
      !this.isSettled ||
      (from > 0 && compareIncidents(items[from - 1] as Incident, incident) >= 0)
    )
      return null
    return placeOf(items, incident, compareIncidents, from)
  }

  #settleRun(moment: Span): number {
    const { from, to } = this.#runOf(moment)
    this.#setLate(moment, 0)
    const ordered = this.items.slice(from, to).sort(compareIncidents)
    let least = this.items.length
    for (const [i, incident] of ordered.entries()) {
      if (this.items[from + i] === incident) continue
      least = Math.min(least, from + i)
      this.items[from + i] = incident
    }
    return least
  }

  #lateIn(moment: Span): number {
    return this.isSettled ? 0 : (this.#outOfPlace.get(keyOf(moment)) ?? 0)
  }

  #setLate(moment: Span, count: number): void {
    if (count === 0) this.#outOfPlace.delete(keyOf(moment))
    else this.#outOfPlace.set(keyOf(moment), count)
  }

  /** The indices of all incidents of one moment. */
  #runOf(moment: Span): { readonly from: number; readonly to: number } {
    const from = placeOf(this.items, moment, compareSpans)
    return { from, to: placeAfter(this.items, moment, compareSpans, from) }
  }
}

function keyOf({ fromMs, toMs }: Span): string {
  return `${fromMs}|${toMs}`
}
