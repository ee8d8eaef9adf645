// A cluster as one text, for comparison.

import type { ClusterRule, ClusterView } from '../../src/rules/cluster-rule.ts'

export function formatFinding(
  rule: ClusterRule,
  view: ClusterView,
  time: { readonly isDrill: boolean; readonly endDay: number; readonly levels: readonly number[] }
): string {
  const ids = view.listMembers().map(row => view.incidents.reports.ids[row]!)
  return JSON.stringify([
    rule.id,
    rule.readGroup(view),
    view.startDay,
    time,
    rule.measure?.(view) ?? view.size,
    rule.computeCertainty?.(view) ?? null,
    rule.listFacts?.(view) ?? {},
    ids.sort()
  ])
}
