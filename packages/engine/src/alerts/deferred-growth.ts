// Findings with growth that is not published yet: more triggers, a higher measure. Growth alone waits
// for a tick, and there for a quarter more or a week, because readers need no update of each report.

import type { Incidents } from '../data/incidents.ts'
import { never } from '../data/time.ts'
import type { Finding } from '../rules/finding.ts'
import { type Alert, getAlert } from './alert.ts'
import { computeCertainty } from './certainty.ts'
import { haveLevelsChanged } from './published-content.ts'

/** Growth is published once the measure has changed by more than this share. */
const growthShare = 0.25

/** Ids of the alerts of deferred findings, for a snapshot. */
export interface DeferredState {
  readonly deferred: readonly string[]
  readonly recent: readonly string[]
  readonly corrected: readonly string[]
  readonly live: readonly string[]
}

export class DeferredGrowth {
  readonly #incidents: Incidents
  /** Days after which growth is published, however little. */
  readonly #growthDays: number
  readonly #deferred = new Set<Finding>()
  /** Changed since the last tick. */
  readonly #recent = new Set<Finding>()
  /** Changed by a correction or a withdrawal: published at the next tick. */
  readonly #corrected = new Set<Finding>()
  /** Changed by a record that is not quiet. */
  readonly #live = new Set<Finding>()

  constructor(incidents: Incidents, growthDays: number) {
    this.#incidents = incidents
    this.#growthDays = growthDays
  }

  /** A cheap test for the most frequent change: the finding grows further. True if it stays deferred. */
  continues(finding: Finding): boolean {
    const alert = getAlert(finding)
    if (alert === null || finding.endDay !== never || alert.endDay !== never) return false
    if (finding.level !== alert.level || !alert.isOpen || !this.#deferred.has(finding)) return false
    this.#recent.add(finding)
    return true
  }

  defer(finding: Finding, isCorrecting: boolean): void {
    this.#deferred.add(finding)
    this.#recent.add(finding)
    if (isCorrecting) this.#corrected.add(finding)
  }

  /** Defers a finding until growth is published, however little. */
  deferLong(finding: Finding): void {
    this.#deferred.add(finding)
  }

  has(finding: Finding): boolean {
    return this.#deferred.has(finding)
  }

  addLive(finding: Finding): void {
    this.#live.add(finding)
  }

  /** The finding is published. True if a record that is not quiet had changed it. */
  finish(finding: Finding): boolean {
    this.#deferred.delete(finding)
    return this.#live.delete(finding)
  }

  forget(finding: Finding): void {
    this.finish(finding)
    this.#recent.delete(finding)
    this.#corrected.delete(finding)
  }

  /** Removes the findings to publish at a tick, and adds them to a set. */
  takeDue(today: number, due: Set<Finding>): void {
    for (const finding of this.#deferred) {
      const alert = getAlert(finding)
      if (alert !== null && !this.#isDue(alert, finding, today)) continue
      this.#deferred.delete(finding)
      if (alert !== null) due.add(finding)
    }
    if (this.#recent.size > 0) this.#recent.clear()
    if (this.#corrected.size > 0) this.#corrected.clear()
  }

  /** The first day on which a tick may publish growth; `never` if none waits. */
  findNextDueDay(today: number): number {
    if (this.#recent.size > 0) return today + 1
    let next = never
    for (const { alert } of this.#deferred)
      if (alert !== null) next = Math.min(next, (alert as Alert).comparedDay + this.#growthDays)
    return next
  }

  #isDue(alert: Alert, finding: Finding, today: number): boolean {
    if (today - alert.comparedDay >= this.#growthDays || finding.endDay !== alert.endDay)
      return true
    if (!this.#recent.has(finding)) return false
    return this.#corrected.has(finding) || this.#isMaterial(alert, finding)
  }

  #isMaterial(alert: Alert, finding: Finding): boolean {
    const { value, threshold } = finding.measure()
    if (Math.abs(value - alert.value) > growthShare * alert.value) return true
    if (haveLevelsChanged(alert, finding)) return true
    // Growth can't make it more certain.
    if (alert.certainty === 'observed') return false
    const triggers = finding.listTriggers()
    return computeCertainty(this.#incidents, finding, triggers, threshold) !== alert.certainty
  }

  exportState(): DeferredState {
    const list = (findings: ReadonlySet<Finding>) =>
      [...findings].flatMap(({ alert }) => (alert === null ? [] : [alert.id]))
    return {
      deferred: list(this.#deferred),
      recent: list(this.#recent),
      corrected: list(this.#corrected),
      live: list(this.#live)
    }
  }

  /** Restores a state once all alerts have their findings. */
  restore(state: DeferredState, alerts: ReadonlyMap<string, Alert>): void {
    const add = (ids: readonly string[], findings: Set<Finding>) => {
      for (const id of ids) {
        const finding = alerts.get(id)?.finding
        if (finding) findings.add(finding)
      }
    }
    add(state.deferred, this.#deferred)
    add(state.recent, this.#recent)
    add(state.corrected, this.#corrected)
    add(state.live, this.#live)
  }
}
