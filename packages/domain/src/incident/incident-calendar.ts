// Present incidents by the day on which they end: finds without a scan what a boundary passes and how far back the theatre's own
// past reaches.

import { dayMs } from '../space-time/event-time.ts'
import type { Incident } from './incident.ts'

export class IncidentCalendar {
  readonly #idsByDay = new Map<number, Set<string>>()
  /** The earliest day of forgotten incidents. */
  #pastDay: number | null = null
  #firstDay: number | null = null
  /** Number of incidents other than statistics that ended on each day. */
  readonly #shown = new Map<number, number>()
  #firstShownDay: number | null = null

  /**
   * First moment of the earliest day on which a real incident ended, including forgotten ones; null if there was none. A
   * statistic does not show that anyone was listening.
   */
  get earliestMs(): number | null {
    const days = [this.#pastDay, this.#firstShownDay].filter(day => day !== null)
    return days.length === 0 ? null : Math.min(...days) * dayMs
  }

  /** The earliest day of forgotten incidents, for a snapshot. */
  get pastMs(): number | null {
    return this.#pastDay === null ? null : this.#pastDay * dayMs
  }

  restorePast(ms: number | null): void {
    this.#pastDay = ms === null ? null : Math.floor(ms / dayMs)
  }

  /**
   * As `earliestMs`, for a reader's incidents; forgotten ones are ignored, since their handling is no longer known. O(incidents).
   */
  static earliestOf(incidents: Iterable<Incident>): number | null {
    let first: number | null = null
    for (const incident of incidents) {
      const day = endDay(incident)
      if ((first === null || day < first) && showsPast(incident)) first = day
    }
    return first === null ? null : first * dayMs
  }

  file(incident: Incident): void {
    const day = endDay(incident)
    const ids = this.#idsByDay.get(day)
    if (ids) ids.add(incident.id)
    else this.#idsByDay.set(day, new Set([incident.id]))
    if (this.#firstDay === null || day < this.#firstDay) this.#firstDay = day
    if (!showsPast(incident)) return
    this.#shown.set(day, (this.#shown.get(day) ?? 0) + 1)
    if (this.#firstShownDay === null || day < this.#firstShownDay) this.#firstShownDay = day
  }

  /** Removes an incident that changed or was withdrawn. */
  remove(incident: Incident): void {
    const day = endDay(incident)
    const ids = this.#idsByDay.get(day)
    if (!ids?.delete(incident.id)) return
    if (showsPast(incident)) this.#hide(day)
    if (ids.size !== 0) return
    this.#idsByDay.delete(day)
    if (day === this.#firstDay) this.#firstDay = least(this.#idsByDay.keys())
  }

  /** Forgets an incident that nothing can change any more: the theatre's past still reaches back to it. */
  letGo(incident: Incident): void {
    const day = endDay(incident)
    if (showsPast(incident)) this.#pastDay = this.#pastDay === null ? day : Math.min(this.#pastDay, day)
    this.remove(incident)
  }

  #hide(day: number): void {
    const left = (this.#shown.get(day) ?? 0) - 1
    if (left > 0) this.#shown.set(day, left)
    else this.#shown.delete(day)
    if (left <= 0 && day === this.#firstShownDay) this.#firstShownDay = least(this.#shown.keys())
  }

  /** Ids of incidents that ended on days that were over at the boundary. */
  endedBefore(boundaryMs: number): string[] {
    const ids: string[] = []
    if (this.#firstDay === null || (this.#firstDay + 1) * dayMs > boundaryMs) return ids
    for (const [day, ended] of this.#idsByDay) if ((day + 1) * dayMs <= boundaryMs) ids.push(...ended)
    return ids
  }
}

function showsPast({ category }: Incident): boolean {
  return category !== 'statistic'
}

function endDay(incident: Incident): number {
  return Math.floor(incident.toMs / dayMs)
}

function least(days: Iterable<number>): number | null {
  let first: number | null = null
  for (const day of days) if (first === null || day < first) first = day
  return first
}
