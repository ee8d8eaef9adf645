// Finds the situations of a scan rule from all pairs of incidents, without an index and without state.

import type { Incidents } from '../../src/data/incidents.ts'
import { flag } from '../../src/data/vocabulary.ts'
import { SituationFinding } from '../../src/rules/scan/situation-finding.ts'
import type { ScanRule } from '../../src/rules/scan-rule.ts'
import { type ScannedReport, scanNaively } from '../significance/scan-naively.ts'
import { describeFinding, type FoundFinding } from '../support/format-finding.ts'

export function findSituations(
  rule: ScanRule,
  incidents: Incidents,
  rows: readonly number[],
  { today, earliestDay }: { readonly today: number; readonly earliestDay: number }
): FoundFinding[] {
  const { flags } = incidents.columns
  return [false, true].flatMap(isDrill => {
    const reports = rows
      .filter(row => ((flags[row]! & flag.drill) !== 0) === isDrill)
      .flatMap(row => readReport(rule, incidents, row))
    return scanNaively(reports, earliestDay, rule.budget).situations.map(situation => {
      const finding = new SituationFinding(rule, incidents, situation, isDrill)
      finding.setTime(today)
      return describeFinding(finding)
    })
  })
}

function readReport(rule: ScanRule, incidents: Incidents, row: number): ScannedReport[] {
  const { sites, reports, columns } = incidents
  const points = incidents
    .listPlaces(row)
    .filter(({ site, km }) => site >= 0 && km <= rule.pointKm)
    .map(({ site }) => ({ lat: round(sites.lat[site]!), lon: round(sites.lon[site]!) }))
  if (points.length === 0 || !rule.includes(incidents, row)) return []
  return [{ row, id: reports.ids[row]!, day: columns.fromDay[row]!, points }]
}

function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5
}
