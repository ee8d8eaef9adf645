// The counted incidents of a scope that last longer than a day, in order: which of them still reach
// a day. Most windows ask, and most scopes have few.

import { placeAfter } from '../../fold/sorted.ts'
import type { Incident } from '../../incident/incident.ts'
import { compareSpans, type Span } from '../../space-time/event-time.ts'
import { dayOf } from './day-sums.ts'

export class LongIncidents {
  readonly #list: Incident[] = []
  /** The last day that any of them reaches, up to each. */
  readonly #reached: number[] = []

  add(incident: Incident): void {
    if (!isLong(incident)) return
    const at = this.#countUpTo(incident)
    this.#list.splice(at, 0, incident)
    this.#reached.splice(at, 0, 0)
    this.#reachFrom(at)
  }

  remove(incident: Incident): void {
    if (!isLong(incident)) return
    let at = this.#countUpTo(incident) - 1
    while (at >= 0 && (this.#list[at] as Incident).id !== incident.id) at -= 1
    if (at < 0) return
    this.#list.splice(at, 1)
    this.#reached.splice(at, 1)
    this.#reachFrom(at)
  }

  /**
   * The last day that one of those up to a moment reaches, itself included; −∞ if there is none.
   */
  reachedBy(moment: Span): number {
    // Most come last.
    const last = this.#list.at(-1)
    if (last === undefined) return Number.NEGATIVE_INFINITY
    if (compareSpans(last, moment) <= 0) return this.#reached.at(-1) as number
    return this.#reached[this.#countUpTo(moment) - 1] ?? Number.NEGATIVE_INFINITY
  }

  /** Those up to a moment that reach a day, the last first. */
  *reaching(day: number, moment: Span): Generator<Incident> {
    for (
      let at = this.#countUpTo(moment) - 1;
      at >= 0 && (this.#reached[at] as number) >= day;
      at--
    ) {
      const incident = this.#list[at] as Incident
      if (dayOf(incident.toMs) >= day) yield incident
    }
  }

  /** The first index after all that do not come after a moment. */
  #countUpTo(moment: Span): number {
    return placeAfter(this.#list, moment, compareSpans)
  }

  #reachFrom(from: number): void {
    let reached = this.#reached[from - 1] ?? Number.NEGATIVE_INFINITY
    for (let at = from; at < this.#list.length; at++) {
      reached = Math.max(reached, dayOf((this.#list[at] as Incident).toMs))
      this.#reached[at] = reached
    }
  }
}

function isLong({ fromMs, toMs }: Span): boolean {
  return dayOf(fromMs) !== dayOf(toMs)
}
