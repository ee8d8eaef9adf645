// What findings of other rules say about a situation, as facts of the alert: those that share a
// trigger with it. Facts follow its other values, so that growth of support is no update. That its
// area rises above the usual is one.

import type { Incidents } from '../data/incidents.ts'
import { measureExtent } from '../rules/distant-sites.ts'
import type { Facts, Finding } from '../rules/finding.ts'
import { situationLines, situationPattern } from '../rules/situation-lines.ts'
import type { Alert } from './alert.ts'

export function isSituation({ rule }: Alert): boolean {
  return rule.pattern === situationPattern
}

/** True if a trigger of the finding is one of these, and both or neither are drills. */
export function describesSituation(
  finding: Finding,
  situation: Finding,
  triggers: ReadonlySet<number>
): boolean {
  if (finding.isDrill !== situation.isDrill || finding.endDay < situation.startDay) return false
  return finding.listTriggers().some(row => triggers.has(row))
}

/** The facts of each pattern of `situationLines`: of several findings those with the highest value. */
export function describeSituation(
  incidents: Incidents,
  situation: Finding,
  alerts: Iterable<Alert>
): Facts {
  const triggers = new Set(situation.listTriggers())
  const found = new Map<string, Alert>()
  for (const alert of alerts) {
    const { finding, rule } = alert
    if (finding === null || !situationLines.has(rule.pattern)) continue
    const other = found.get(rule.pattern)
    if (other !== undefined && compareWeight(other, alert) <= 0) continue
    if (describesSituation(finding, situation, triggers)) found.set(rule.pattern, alert)
  }
  const facts: Record<string, number | string> = {}
  for (const [pattern, { finding }] of found)
    Object.assign(facts, listLineFacts(incidents, finding!, situationLines.get(pattern)!.fact))
  return facts
}

function compareWeight(a: Alert, b: Alert): number {
  return b.finding!.getValue() - a.finding!.getValue() || a.seq - b.seq
}

function listLineFacts(incidents: Incidents, finding: Finding, name: string): Facts {
  const { columns, reports, sites } = incidents
  const { value, baseline } = finding.measure()
  const { admin1 } = finding.group
  const common = {
    [`${name}Value`]: value,
    [`${name}FromDay`]: finding.startDay,
    ...(baseline === null ? {} : { [`${name}Baseline`]: baseline })
  }
  if (admin1 !== undefined) return { ...common, [`${name}Area`]: admin1 }
  const rows = finding.listTriggers()
  const places = rows.map(row => columns.site[row]!).filter(site => site >= 0)
  const countries = new Set(rows.map(row => columns.country[row]!).filter(code => code >= 0))
  return {
    ...common,
    [`${name}Km`]: Math.round(measureExtent(sites, places).km),
    [`${name}Countries`]: [...countries]
      .map(code => reports.names.getText(code))
      .sort()
      .join(' ')
  }
}
