// Findings with growth that is not published yet: a higher measure. Growth of the measure alone waits
// for a tick, and there for a quarter more or a week, because readers need no update of each report.
// What an import adds to an alert waits in the same way, its triggers included.

import type { Incidents } from '../data/incidents.ts'
import { never } from '../data/time.ts'
import type { Finding } from '../rules/finding.ts'
import type { Alert } from './alert.ts'
import { hasMaterialChange } from './published-content.ts'

/** Growth is published once the measure has changed by more than this share. */
const growthShare = 0.25

/** Bits of `Alert.growth`. */
const [deferred, recent, corrected, live] = [1, 2, 4, 8]

export class DeferredGrowth {
  readonly #incidents: Incidents
  /** Days after which growth is published, however little. */
  readonly #growthDays: number
  /** By the day on which growth is published, however little. */
  readonly #byDay = new Map<number, Set<Alert>>()
  /** Alerts that the next tick compares with their findings. */
  readonly #recent = new Set<Alert>()

  constructor(incidents: Incidents, growthDays: number) {
    this.#incidents = incidents
    this.#growthDays = growthDays
  }

  /** Defers growth until it matters, or until the next tick if a correction made it. */
  defer(alert: Alert, isCorrecting: boolean): void {
    alert.growth |= deferred | recent | (isCorrecting ? corrected : 0)
    this.restore(alert)
  }

  /** Defers growth until it is published, however little; an end until the next tick. */
  deferLong(alert: Alert, finding: Finding): void {
    alert.growth |= finding.endDay === alert.endDay ? deferred : deferred | recent
    this.restore(alert)
  }

  isDeferred(alert: Alert): boolean {
    return (alert.growth & deferred) !== 0
  }

  /** A record that is not quiet has changed the finding of the alert. */
  setLive(alert: Alert): void {
    alert.growth |= live
  }

  /** The alert has no growth that is deferred. True if a record that is not quiet had changed it. */
  finish(alert: Alert): boolean {
    const isLive = (alert.growth & live) !== 0
    if (this.isDeferred(alert)) this.#remove(alert)
    alert.growth = 0
    return isLive
  }

  /** Files an alert by what `growth` says. */
  restore(alert: Alert): void {
    if (!this.isDeferred(alert)) return
    if ((alert.growth & recent) !== 0) this.#recent.add(alert)
    const day = this.#getDueDay(alert)
    const alerts = this.#byDay.get(day)
    if (alerts === undefined) this.#byDay.set(day, new Set([alert]))
    else alerts.add(alert)
  }

  #getDueDay({ comparedDay }: Alert): number {
    return comparedDay + this.#growthDays
  }

  #remove(alert: Alert): void {
    this.#recent.delete(alert)
    const day = this.#getDueDay(alert)
    const alerts = this.#byDay.get(day)
    alerts?.delete(alert)
    if (alerts?.size === 0) this.#byDay.delete(day)
  }

  /** Removes the alerts to publish at a tick, and adds their findings to a set. */
  takeDue(today: number, due: Set<Finding>): void {
    const take = (alert: Alert) => {
      this.#remove(alert)
      alert.growth &= live
      if (alert.finding !== null) due.add(alert.finding)
    }
    for (const [day, alerts] of this.#byDay)
      if (day <= today) for (const alert of alerts) take(alert)
    for (const alert of this.#recent)
      if (this.#isDue(alert)) take(alert)
      else alert.growth &= live | deferred
    this.#recent.clear()
  }

  /** The first day on which a tick may publish growth; `never` if none waits. */
  findNextDueDay(today: number): number {
    return Math.min(this.#recent.size > 0 ? today + 1 : never, ...this.#byDay.keys())
  }

  #isDue(alert: Alert): boolean {
    const { finding, growth, endDay, value } = alert
    if (finding === null || (growth & corrected) !== 0 || finding.endDay !== endDay) return true
    if (Math.abs(finding.getValue() - value) > growthShare * value) return true
    return hasMaterialChange(this.#incidents, alert, finding)
  }
}
