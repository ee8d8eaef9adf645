// Provisional alerts by the day that the watermark must reach.

import { never } from '../data/time.ts'
import type { Alert } from './alert.ts'

const noAlerts: Iterable<Alert> = []

export class PendingConfirmations {
  readonly #byDay = new Map<number, Set<Alert>>()
  #reachedDay = 0

  add(alert: Alert, day: number): void {
    const dueDay = Math.max(day, this.#reachedDay + 1)
    const alerts = this.#byDay.get(dueDay)
    if (alerts === undefined) this.#byDay.set(dueDay, new Set([alert]))
    else alerts.add(alert)
  }

  /** The first day of the watermark that confirms an alert; `never` if none waits. */
  findNextDay(): number {
    let next = never
    for (const day of this.#byDay.keys()) if (day < next) next = day
    return next
  }

  /** Removes and returns the alerts that the watermark has reached and that are still provisional. */
  takeDue(watermark: number): Alert[] {
    if (watermark <= this.#reachedDay) return []
    const due: Alert[] = []
    for (let day = this.#reachedDay + 1; day <= watermark; day++) {
      for (const alert of this.#byDay.get(day) ?? noAlerts)
        if (alert.status === 'provisional') due.push(alert)
      this.#byDay.delete(day)
    }
    this.#reachedDay = watermark
    return due
  }
}
