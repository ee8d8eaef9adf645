// A finding as one text, for comparison: its rows as the ids of their reports.

import type { Incidents } from '../../src/data/incidents.ts'
import type { Certainty, Facts, Group, Measure } from '../../src/rules/finding.ts'

export interface FoundCluster {
  readonly rule: string
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

export function formatFinding({ reports }: Incidents, { rows, ...found }: FoundCluster): string {
  return JSON.stringify([...Object.values(found), rows.map(row => reports.ids[row]!).sort()])
}
