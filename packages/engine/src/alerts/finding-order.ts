// An order of findings that depends on their content alone: rule, group, first day, triggers.

import { compareText } from '@tocsin/domain/compare-text'
import type { Incidents } from '../data/incidents.ts'
import type { Finding } from '../rules/finding.ts'
import { formatScope } from './scope-key.ts'
import { findFirstTrigger } from './triggers.ts'

interface OrderedFinding {
  readonly finding: Finding
  readonly scope: string
  readonly first: string
}

export function sortFindings(
  findings: readonly Finding[],
  incidents: Incidents
): readonly Finding[] {
  if (findings.length < 2) return findings
  const keyed = findings.map(finding => {
    const first = findFirstTrigger(incidents, finding.listTriggers())
    return { finding, scope: formatScope(finding), first }
  })
  return keyed
    .sort((a, b) => compareKeys(a, b) || compareTriggers(a.finding, b.finding, incidents))
    .map(({ finding }) => finding)
}

function compareKeys(a: OrderedFinding, b: OrderedFinding): number {
  return (
    compareText(a.finding.rule.id, b.finding.rule.id) ||
    compareText(a.scope, b.scope) ||
    a.finding.startDay - b.finding.startDay ||
    compareText(a.first, b.first)
  )
}

/** Two fronts may share their first attack, but not all. */
function compareTriggers(a: Finding, b: Finding, { reports }: Incidents): number {
  const listIds = (finding: Finding) =>
    finding
      .listTriggers()
      .map(row => reports.ids[row])
      .sort()
      .join()
  return compareText(listIds(a), listIds(b))
}
