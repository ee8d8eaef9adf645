// Which new findings may continue alerts that have lost their own.

import { countShared } from '../data/sorted-list.ts'
import type { Finding } from '../rules/finding.ts'
import { type Alert, isSameRule } from './alert.ts'
import { formatScope } from './scope-key.ts'
import { listSortedTriggers } from './triggers.ts'

export interface Heir {
  readonly alert: Alert
  readonly finding: Finding
  /** Number of triggers in both. */
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
