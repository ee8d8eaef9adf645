// The days on which present incidents end: finds without a scan how far back the theatre's own past
// reaches, for readers of each handling.

import { type PastByHandling, pastOf, samePast } from '../fold/past.ts'
import { type Handling, handlings } from '../report/handling.ts'
import { dayMs } from '../space-time/event-time.ts'
import type { Incident } from './incident.ts'

export class IncidentCalendar {
  readonly #shown = new Map(handlings.map(handling => [handling, new ShownDays()]))
  #past = samePast(null)

  /**
   * As far back as the theatre's past reaches, forgotten incidents included. Neither a statistic
   * nor an exercise shows that anyone listened.
   */
  get past(): PastByHandling {
    return this.#past
  }

  /** The earliest day of forgotten incidents of each handling, for a snapshot. */
  get forgottenMs(): PastByHandling {
    const of = (handling: Handling) => msOf(this.#shownOf(handling).forgottenDay)
    return {
      public: of('public'),
      partners: of('partners'),
      internal: of('internal'),
      restricted: of('restricted')
    }
  }

  restoreForgotten(forgotten: PastByHandling): void {
    for (const handling of handlings) {
      const ms = forgotten[handling]
      this.#shownOf(handling).forgottenDay = ms === null ? null : Math.floor(ms / dayMs)
    }
    this.#notePast()
  }

  /**
   * The past of a reader's incidents; forgotten ones are ignored, since what they joined is no
   * longer known. O(incidents).
   */
  static pastOf(incidents: Iterable<Incident>): PastByHandling {
    const first = new Map<Handling, number>()
    for (const incident of incidents) {
      const day = endDay(incident)
      if (showsPast(incident) && day < (first.get(incident.handling) ?? Number.POSITIVE_INFINITY))
        first.set(incident.handling, day)
    }
    return pastOf(handling => msOf(first.get(handling) ?? null))
  }

  file(incident: Incident): void {
    if (showsPast(incident) && this.#shownOf(incident.handling).add(endDay(incident)))
      this.#notePast()
  }

  /** Removes an incident that changed or was withdrawn. */
  remove(incident: Incident): void {
    if (showsPast(incident) && this.#shownOf(incident.handling).remove(endDay(incident)))
      this.#notePast()
  }

  /**
   * Forgets an incident that nothing can change any more: the theatre's past still reaches back to
   * it.
   */
  letGo(incident: Incident): void {
    const shown = this.#shownOf(incident.handling)
    const day = endDay(incident)
    if (showsPast(incident)) shown.forgottenDay = Math.min(day, shown.forgottenDay ?? day)
    this.remove(incident)
  }

  #shownOf(handling: Handling): ShownDays {
    return this.#shown.get(handling) as ShownDays
  }

  #notePast(): void {
    const past = pastOf(handling => msOf(this.#shownOf(handling).firstDay))
    if (handlings.some(handling => past[handling] !== this.#past[handling])) this.#past = past
  }
}

/** The days on which incidents of one handling ended, other than statistics and exercises. */
class ShownDays {
  /** The earliest day of forgotten ones. */
  forgottenDay: number | null = null
  /** Number of present ones that ended on each day. */
  readonly #counts = new Map<number, number>()
  #firstPresent: number | null = null

  get firstDay(): number | null {
    const [a, b] = [this.forgottenDay, this.#firstPresent]
    return a === null || b === null ? (a ?? b) : Math.min(a, b)
  }

  /** Gives whether the first day is another. */
  add(day: number): boolean {
    this.#counts.set(day, (this.#counts.get(day) ?? 0) + 1)
    if (this.#firstPresent !== null && day >= this.#firstPresent) return false
    this.#firstPresent = day
    return true
  }

  /** Gives whether the first day may be another. */
  remove(day: number): boolean {
    const left = (this.#counts.get(day) ?? 0) - 1
    if (left > 0) this.#counts.set(day, left)
    else this.#counts.delete(day)
    if (left > 0 || day !== this.#firstPresent) return false
    this.#firstPresent = least(this.#counts.keys())
    return true
  }
}

function showsPast({ category, drill }: Incident): boolean {
  return category !== 'statistic' && !drill
}

function endDay(incident: Incident): number {
  return Math.floor(incident.toMs / dayMs)
}

function msOf(day: number | null): number | null {
  return day === null ? null : day * dayMs
}

function least(days: Iterable<number>): number | null {
  let first: number | null = null
  for (const day of days) if (first === null || day < first) first = day
  return first
}
