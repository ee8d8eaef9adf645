// The alert that an act is about, in the fold of another handling level: an alert of the same
// reports may have another id there.

import type { Incidents } from '../data/incidents.ts'
import type { Alert } from './alert.ts'

/** What identifies an alert in every fold. */
export interface ActTarget {
  readonly alertId: string
  readonly rule: string
  /** Rule and group. */
  readonly scope: string
  readonly level: number
  /** Who had acknowledged it before the act; null: nobody. */
  readonly acknowledgedBy: string | null
  /** Report ids of the triggers, of all reports of each. */
  readonly triggers: readonly string[]
  readonly startDay: number
  readonly endDay: number
  /** Of a correction: when the corrected response was recorded. */
  readonly correctedAt: string | null
}

export function describeTarget(
  alert: Alert,
  corrects: string | null,
  incidents: Incidents
): ActTarget {
  const corrected = alert.operator.responses?.recent?.find(({ id }) => id === corrects)
  return {
    alertId: alert.id,
    rule: alert.rule.id,
    scope: alert.scope,
    level: alert.level,
    acknowledgedBy: alert.operator.acknowledgedBy,
    triggers: alert.triggers
      .flatMap(row => incidents.listMembers(row))
      .map(row => incidents.reports.ids[row]!),
    startDay: alert.startDay,
    endDay: alert.endDay,
    correctedAt: corrected?.recordedAt ?? null
  }
}

/**
 * The alert of this id; else the alert of the rule that shares most triggers; else one of the same
 * group and time. Null if there is none.
 */
export function findTarget(
  target: ActTarget,
  alerts: ReadonlyMap<string, Alert>,
  incidents: Incidents
): Alert | null {
  const exact = alerts.get(target.alertId)
  if (exact !== undefined) return exact
  const rows = new Set(target.triggers.map(id => incidents.reports.rowById.get(id)))
  const isShared = (row: number) => incidents.listMembers(row).some(member => rows.has(member))
  let [best, most] = [null as Alert | null, 0]
  for (const alert of alerts.values()) {
    if (alert.rule.id !== target.rule) continue
    // Less than one shared trigger.
    const rating =
      alert.triggers.filter(isShared).length + (isSameSituation(target, alert) ? 0.5 : 0)
    const isBetter = rating > most || (rating === most && rating > 0 && alert.seq < best!.seq)
    if (isBetter) [best, most] = [alert, rating]
  }
  return best
}

/** Clusters have no group, so only a group that names something counts. */
function isSameSituation(target: ActTarget, alert: Alert): boolean {
  return (
    Object.keys(alert.group).length > 0 &&
    alert.scope === target.scope &&
    alert.startDay <= target.endDay &&
    target.startDay <= alert.endDay
  )
}
