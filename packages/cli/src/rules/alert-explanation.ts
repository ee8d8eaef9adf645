// Why an alert fired, as lines for people: measure and threshold, the rule, the incidents. Pure.

import type { Item } from '../client/context.ts'
import { formatDays, formatPlace } from '../client/incident-lines.ts'
import { toOneLine } from '../terminal/table.ts'

/** Evidence listed; the rest is counted. */
const evidenceLinesMax = 40

interface Evidence {
  readonly role: string
  readonly incidentId: string
  readonly incident: {
    readonly category?: string
    readonly occurred?: { readonly from: string; readonly to: string }
    readonly place?: {
      readonly name?: string | null
      readonly admin1?: string | null
      readonly country?: string | null
    }
  } | null
}

/** `rule` is null if it no longer exists. */
export function formatExplanation(alert: Item, rule: Item | null): readonly string[] {
  const { measure, levels, evidence, window } = alert as unknown as {
    measure: {
      name: string
      value: number
      threshold: number
      baseline: number | null
      falseAlarmsPerYear: number | null
    }
    levels: readonly { level: number; at: string; reason: string }[]
    evidence: readonly Evidence[]
    window: { from: string; to: string | null }
  }
  const inForce = (rule?.inForce ?? []) as readonly { name: string; value: unknown; unit: string }[]
  const lines = [
    `${alert.headline}`,
    `${alert.status}, ${alert.severity}, ${alert.certainty}; ${window.from.slice(0, 10)} to ${window.to?.slice(0, 10) ?? 'now'} in ${alert.theatre}`,
    '',
    `Why: ${alert.explanation}`,
    `Measured: ${measure.name} ${measure.value}, threshold ${measure.threshold}${measure.baseline === null ? '' : `, baseline ${measure.baseline}`}` +
      (measure.falseAlarmsPerYear === null
        ? ''
        : `, as rare as this by chance ${measure.falseAlarmsPerYear} times a year`),
    '',
    `Rule: ${alert.ruleId} version ${alert.ruleVersion}, pattern ${alert.pattern}${formatRule(alert, rule)}`,
    ...inForce.map(({ name, value, unit }) => `  ${name} = ${JSON.stringify(value)} ${unit}`),
    '',
    'Levels:',
    ...levels.map(({ level, at, reason }) => `  ${level} on ${at.slice(0, 10)}: ${reason}`),
    '',
    `Evidence: ${evidence.length + Number(alert.evidenceOmitted ?? 0)} incidents`,
    ...evidence
      .slice(0, evidenceLinesMax)
      .map(item => `  ${item.role.padEnd(7)} ${formatIncident(item)}`),
    ...(evidence.length > evidenceLinesMax
      ? [`  and ${evidence.length - evidenceLinesMax} more`]
      : [])
  ]
  return lines.map(toOneLine)
}

function formatRule({ ruleVersion }: Item, rule: Item | null): string {
  if (rule === null) return '; this rule no longer exists'
  const where = rule.where === undefined ? '' : `, where ${rule.where}`
  return rule.ruleVersion === ruleVersion
    ? where
    : `; the current version is ${rule.ruleVersion}, with these parameters${where}`
}

function formatIncident({ incidentId, incident }: Evidence): string {
  if (incident === null) return incidentId
  const { occurred, place, category } = incident
  const days = occurred === undefined ? '' : formatDays(occurred)
  return [days, category, formatPlace(place ?? {}), incidentId].filter(Boolean).join('  ')
}
