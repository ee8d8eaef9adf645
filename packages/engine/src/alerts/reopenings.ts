// Alerts that a new finding may reopen: retracted ones by their triggers, and those of its scope.

import { countShared } from '../data/sorted-list.ts'
import { never } from '../data/time.ts'
import type { Finding } from '../rules/finding.ts'
import { type Alert, formatScope, isSameRule } from './alert.ts'
import { listSortedTriggers, tracksRows } from './triggers.ts'

const noAlerts: readonly Alert[] = []

export interface Reopening {
  readonly alert: Alert
  readonly reason: 'support-returned' | 'situation-goes-on' | 'same-situation'
}

export class Reopenings {
  /** Retracted alerts by their rules. */
  readonly #retracted = new Map<string, Set<Alert>>()
  /** The alerts of each scope with a group. */
  readonly #byScope = new Map<string, Set<Alert>>()

  addRetracted(alert: Alert): void {
    const alerts = this.#retracted.get(alert.rule.id) ?? new Set()
    this.#retracted.set(alert.rule.id, alerts.add(alert))
  }

  removeRetracted(alert: Alert): void {
    this.#retracted.get(alert.rule.id)?.delete(alert)
  }

  add(alert: Alert): void {
    if (Object.keys(alert.group).length === 0) return
    const alerts = this.#byScope.get(alert.scope)
    if (alerts === undefined) this.#byScope.set(alert.scope, new Set([alert]))
    else alerts.add(alert)
  }

  remove(alert: Alert): void {
    const alerts = this.#byScope.get(alert.scope)
    alerts?.delete(alert)
    if (alerts?.size === 0) this.#byScope.delete(alert.scope)
  }

  evict(alert: Alert): void {
    this.removeRetracted(alert)
    this.remove(alert)
  }

  /**
   * The alert that a finding without one reopens; null if none. `rows`: its triggers in order. Call
   * it in order of findings. (I5)
   */
  find(finding: Finding, scope: string, rows: readonly number[]): Reopening | null {
    const retracted = this.#findRetracted(finding, rows)
    if (retracted !== null) return { alert: retracted, reason: 'support-returned' }
    let [latest, continued] = [null as Alert | null, null as Alert | null]
    for (const alert of this.#byScope.get(scope) ?? noAlerts) {
      if (latest === null || compareLatest(alert, latest) < 0) latest = alert
      if (continued !== null && compareLatest(continued, alert) < 0) continue
      // Regions may share a scope. What an alert has published may be of another part: a correction
      // divides situations.
      if (isOver(alert, finding) && sharesTrigger(alert, rows)) continued = alert
    }
    if (continued !== null) return { alert: continued, reason: 'situation-goes-on' }
    if (latest === null || !isOver(latest, finding)) return null
    return isSameSituation(latest, finding) ? { alert: latest, reason: 'same-situation' } : null
  }

  /**
   * The alert of the scope that has published most of a finding without one, if its own finding has
   * less of that and is another situation now; else null.
   */
  findDivided(finding: Finding): Alert | null {
    const rows = listSortedTriggers(finding)
    let [divided, most] = [null as Alert | null, 0]
    for (const alert of this.#byScope.get(formatScope(finding)) ?? noAlerts) {
      const { triggers, finding: current } = alert
      const shared = countShared(rows, triggers)
      if (shared <= most || current === null || !isSameRule(current.rule, finding.rule)) continue
      if (shared <= countShared(listSortedTriggers(current), triggers)) continue
      if (!areOneSituation(...sortByTime(current, finding))) [divided, most] = [alert, shared]
    }
    return divided
  }

  /** The alert whose earliest finding would have reopened one of this finding. */
  findLater(finding: Finding): Alert | null {
    const { rule, startDay, endDay } = finding
    if (endDay === never) return null
    for (const alert of this.#byScope.get(formatScope(finding)) ?? []) {
      const later = alert.earlier[0] ?? alert.finding
      if (later === null || later.startDay <= startDay || !isSameRule(later.rule, rule)) continue
      if (areOneSituation(finding, later)) return alert
    }
    return null
  }

  /** The retracted alert of the rule that shares most triggers; of several, the oldest. */
  #findRetracted(finding: Finding, rows: readonly number[]): Alert | null {
    let [best, most] = [null as Alert | null, 0]
    for (const alert of this.#retracted.get(finding.rule.id) ?? noAlerts) {
      const shared = canReopen(alert, finding) ? countShared(rows, alert.triggers) : 0
      const isBetter = shared > most || (shared === most && most > 0 && alert.seq < best!.seq)
      if (isBetter) [best, most] = [alert, shared]
    }
    return best
  }
}

/** True if its finding has one of the rows; of an alert without one, if it has published one. */
function sharesTrigger({ finding, triggers }: Alert, rows: readonly number[]): boolean {
  if (finding === null) return countShared(rows, triggers) > 0
  return tracksRows(finding)
    ? rows.some(row => finding.hasTrigger(row))
    : countShared(rows, listSortedTriggers(finding)) > 0
}

/** Those with the latest finding first. */
function compareLatest(a: Alert, b: Alert): number {
  return b.startDay - a.startDay || b.seq - a.seq
}

function canReopen({ rule, isDrill, finding: current }: Alert, finding: Finding): boolean {
  return isSameRule(rule, finding.rule) && isDrill === finding.isDrill && current === null
}

/** True if the alert has no finding, or its situation ended before this one began. */
function isOver({ finding: current }: Alert, finding: Finding): boolean {
  if (current === null) return true
  return current.endDay !== never && current.startDay <= finding.startDay
}

/** True if the later finding continues the earlier: they share a trigger, or by the rule's identity. */
export function areOneSituation(earlier: Finding, later: Finding): boolean {
  return (
    countShared(listSortedTriggers(earlier), listSortedTriggers(later)) > 0 ||
    isSameSituation(earlier, later)
  )
}

function sortByTime(a: Finding, b: Finding): [Finding, Finding] {
  return a.startDay <= b.startDay ? [a, b] : [b, a]
}

/** By the identity of the rule: one settlement or hub, within the rule's days. */
function isSameSituation(
  { rule, endDay, startDay }: Pick<Finding, 'rule' | 'endDay' | 'startDay'>,
  finding: Finding
): boolean {
  if (rule.identityDays === undefined) return false
  const lastDay = endDay === never ? startDay : endDay
  return finding.startDay - lastDay <= rule.identityDays
}
