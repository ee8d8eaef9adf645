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
  readonly #deferred = new Set<Alert>()

  constructor(incidents: Incidents, growthDays: number) {
    this.#incidents = incidents
    this.#growthDays = growthDays
  }

  /** Defers growth until it matters, or until the next tick if a correction made it. */
  defer(alert: Alert, isCorrecting: boolean): void {
    this.#deferred.add(alert)
    alert.growth |= deferred | recent | (isCorrecting ? corrected : 0)
  }

  /** Defers growth until it is published, however little. */
  deferLong(alert: Alert): void {
    this.#deferred.add(alert)
    alert.growth |= deferred
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
    if (this.isDeferred(alert)) this.#deferred.delete(alert)
    alert.growth = 0
    return isLive
  }

  /** `to` continues with the finding of `from`. */
  move(from: Alert, to: Alert): void {
    this.finish(to)
    if (this.isDeferred(from)) this.#deferred.add(to)
    to.growth = from.growth
    this.finish(from)
  }

  restore(alert: Alert): void {
    if (this.isDeferred(alert)) this.#deferred.add(alert)
  }

  /** Removes the alerts to publish at a tick, and adds their findings to a set. */
  takeDue(today: number, due: Set<Finding>): void {
    for (const alert of this.#deferred) {
      const { finding } = alert
      const isDue = finding === null || this.#isDue(alert, finding, today)
      alert.growth &= isDue ? live : live | deferred
      if (!isDue) continue
      this.#deferred.delete(alert)
      if (finding !== null) due.add(finding)
    }
  }

  /** The first day on which a tick may publish growth; `never` if none waits. */
  findNextDueDay(today: number): number {
    let next = never
    for (const { growth, comparedDay } of this.#deferred)
      next = Math.min(next, (growth & recent) !== 0 ? today + 1 : comparedDay + this.#growthDays)
    return next
  }

  #isDue(alert: Alert, finding: Finding, today: number): boolean {
    if (today - alert.comparedDay >= this.#growthDays || finding.endDay !== alert.endDay)
      return true
    if ((alert.growth & recent) === 0) return false
    return (alert.growth & corrected) !== 0 || this.#isMaterial(alert, finding)
  }

  #isMaterial(alert: Alert, finding: Finding): boolean {
    const value = finding.getValue()
    if (Math.abs(value - alert.value) > growthShare * alert.value) return true
    return hasMaterialChange(this.#incidents, alert, finding)
  }
}
