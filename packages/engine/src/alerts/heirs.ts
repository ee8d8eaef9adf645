// Which new findings may continue alerts that have lost their own.

import { compareText } from '@tocsin/domain/compare-text'
import type { Incidents } from '../data/incidents.ts'
import { countShared } from '../data/sorted-list.ts'
import type { Finding } from '../rules/finding.ts'
import { type Alert, formatScope, isSameRule } from './alert.ts'
import { listSortedTriggers } from './triggers.ts'

export interface Heir {
  readonly alert: Alert
  readonly finding: Finding
  readonly shared: number
  readonly isInScope: boolean
}

/** Pairs with most common triggers first, then those of one scope, then the oldest alert. */
export function listHeirs(alerts: readonly Alert[], findings: readonly Finding[]): readonly Heir[] {
  const heirs: Heir[] = []
  for (const finding of findings) {
    const rows = listSortedTriggers(finding)
    const scope = formatScope(finding)
    for (const alert of alerts) {
      if (!isSameRule(finding.rule, alert.rule) || finding.isDrill !== alert.isDrill) continue
      const shared = countShared(alert.triggers, rows)
      if (shared > 0) heirs.push({ alert, finding, shared, isInScope: alert.scope === scope })
    }
  }
  return heirs.sort(
    (a, b) =>
      b.shared - a.shared || Number(b.isInScope) - Number(a.isInScope) || a.alert.seq - b.alert.seq
  )
}

/** In an order that depends on their content alone: rule, group, first day, triggers. */
export function sortFindings(
  findings: readonly Finding[],
  { reports }: Incidents
): readonly Finding[] {
  if (findings.length < 2) return findings
  const keyed = findings.map(finding => {
    // Two fronts may share their first attack, but not all.
    const triggers = finding.listTriggers().map(row => reports.ids[row])
    return { finding, scope: formatScope(finding), triggers: triggers.sort().join() }
  })
  return keyed
    .sort(
      (a, b) =>
        compareText(a.finding.rule.id, b.finding.rule.id) ||
        compareText(a.scope, b.scope) ||
        a.finding.startDay - b.finding.startDay ||
        compareText(a.triggers, b.triggers)
    )
    .map(({ finding }) => finding)
}
