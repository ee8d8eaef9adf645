// Which rules would see a report if its place were known better: for reporters and analysts. Alerts
// never depend on it.

import type { Reliability, ReportRevision } from '@tocsin/contracts/theatre/report'
import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'
import { Incidents } from '../data/incidents.ts'
import { Reports } from '../data/reports.ts'
import { flag, statisticMask } from '../data/vocabulary.ts'
import { listSpots, type Spot } from '../rules/place-of-incident.ts'
import { compilePredicate, PredicateFailures } from '../rules/predicate.ts'
import type { PlaceNeed, RuleBase } from '../rules/rule-base.ts'
import { makeRuleSet } from './rule-set.ts'

/** What rules by area need, in words. */
export const certainArea = 'an area that is certain'

/** A requirement that no place of a report meets: `a point known to within 20 km`. */
export interface UnmetPlaceNeed {
  readonly needs: string
  /** Ids of the rules that have it, in order of text. */
  readonly rules: readonly string[]
}

/** The requirements that a report does not meet, with the reliability of its source. */
export type CheckPlaces = (
  report: ReportRevision,
  reliability: Reliability
) => readonly UnmetPlaceNeed[]

/** Maximum of rows in the columns to which reports are written for the check. */
const maxRows = 1000

type Looks = Required<Pick<RuleBase, 'id' | 'listPlaceNeeds'>>

/** Rules are made once for many reports. Invalid ones are skipped. */
export function makePlaceCheck(versions: Iterable<RuleVersion>): CheckPlaces {
  const rules = [...versions].flatMap(findNeedingRule)
  let incidents = new Incidents(new Reports())
  return (report, reliability) => {
    if (incidents.reports.rowCount === maxRows) incidents = new Incidents(new Reports())
    const row = writeReport(incidents, report, reliability)
    return (incidents.columns.category[row]! & statisticMask) === 0
      ? listUnmet(incidents, row, rules)
      : []
  }
}

function findNeedingRule(version: RuleVersion): readonly Looks[] {
  const rule = makeRule(version)
  const { where } = version
  const predicate = where === undefined ? null : compilePredicate(where)
  if (rule?.listPlaceNeeds === undefined || predicate?.ok === false) return []
  const { id, listPlaceNeeds } = rule
  if (predicate === null) return [{ id, listPlaceNeeds }]
  const failures = new PredicateFailures()
  return [
    {
      id,
      listPlaceNeeds: (incidents, row) =>
        predicate.matches(incidents, row, failures) ? listPlaceNeeds(incidents, row) : []
    }
  ]
}

/** Null for a pattern or a parameter that is not known. */
function makeRule(version: RuleVersion): RuleBase | null {
  try {
    return makeRuleSet([version]).byId.get(version.ruleId)!.rule
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function writeReport(
  incidents: Incidents,
  report: ReportRevision,
  reliability: Reliability
): number {
  const { reports } = incidents
  reports.configureSource(report.sourceId, reliability)
  const reportId = `${reports.rowCount}`
  const row = reports.acceptRevision({ ...report, reportId })
  reports.write(row, { ...report, reportId })
  return incidents.compose([row])
}

function listUnmet(
  incidents: Incidents,
  row: number,
  rules: readonly Looks[]
): readonly UnmetPlaceNeed[] {
  const spots = listSpots(incidents, row)
  const rulesByNeed = new Map<string, string[]>()
  for (const { id, listPlaceNeeds } of rules) {
    const needs = listPlaceNeeds(incidents, row)
    if (needs.length === 0 || spots.some(spot => needs.some(need => meets(spot, need)))) continue
    const words = needs.map(describeNeed).join(', or ')
    rulesByNeed.set(words, [...(rulesByNeed.get(words) ?? []), id])
  }
  return [...rulesByNeed]
    .map(([needs, ids]) => ({ needs, rules: ids.sort() }))
    .sort((a, b) => compareText(a.needs, b.needs))
}

function meets(spot: Spot, { withinKm, settlement, area }: PlaceNeed): boolean {
  const isKnown = settlement === true ? spot.settlement >= 0 : area === true || spot.site >= 0
  if (!isKnown || (withinKm !== undefined && !(spot.km <= withinKm))) return false
  return area !== true || (spot.flags & flag.areaCertain) !== 0
}

function describeNeed({ withinKm, settlement, area }: PlaceNeed): string {
  if (area === true) return certainArea
  const what = settlement === true ? 'settlement' : 'point'
  return withinKm === undefined ? `a known ${what}` : `a ${what} known to within ${withinKm} km`
}
