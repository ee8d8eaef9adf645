// An order of findings that depends on their content alone: rule, group, first day, triggers.

import { compareText } from '@tocsin/domain/compare-text'
import type { Incidents } from '../data/incidents.ts'
import type { Finding } from '../rules/finding.ts'
import { formatScope } from './scope-key.ts'

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
