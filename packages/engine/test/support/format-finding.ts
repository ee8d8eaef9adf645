// A finding as one text, for comparison: its rows as the ids of their reports.

import type { Incidents } from '../../src/data/incidents.ts'
import type { Certainty, Facts, Finding, Group, Measure } from '../../src/rules/finding.ts'

export interface FoundFinding {
  readonly rule: string
  readonly pattern: string
  readonly group: Group
  readonly isDrill: boolean
  readonly startDay: number
  readonly endDay: number
  readonly levels: readonly number[]
  readonly measure: Measure
  readonly certainty: Certainty | null
  readonly facts: Facts
  readonly rows: readonly number[]
}

export function describeFinding(finding: Finding): FoundFinding {
  const { rule, group, isDrill, startDay, endDay } = finding
  return {
    ...{ rule: rule.id, pattern: rule.pattern, group, isDrill, startDay, endDay },
    levels: finding.listLevelDays(),
    measure: finding.measure(),
    certainty: finding.computeCertainty(),
    facts: finding.listFacts(),
    rows: finding.listTriggers()
  }
}

export function formatFinding({ reports }: Incidents, { rows, ...found }: FoundFinding): string {
  return JSON.stringify([...Object.values(found), rows.map(row => reports.ids[row]!).sort()])
}
