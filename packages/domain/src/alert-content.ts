// What an alert says of a finding: severity, certainty, area, deaths, evidence. Pure: from the finding's incidents alone.

import type { AlertArea, AlertState, Certainty, EvidenceItem, Severity } from './alert.ts'
import { formatTime } from './event-time.ts'
import { roundKm } from './geometry.ts'
import { type Handling, handlings } from './handling.ts'
import { compareText, type Incident } from './incident.ts'
import { contentKeyOf, goesOnFrom } from './incident-list.ts'
import { evidenceMax, type Finding, roundMeasure } from './pattern.ts'
import { summaryOf, type TriggerSummary } from './trigger-summary.ts'

/** The part of an alert that its finding alone decides. */
export type AlertContent = Pick<
  AlertState,
  | 'group'
  | 'headline'
  | 'explanation'
  | 'severity'
  | 'certainty'
  | 'levels'
  | 'area'
  | 'window'
  | 'measure'
  | 'evidence'
  | 'evidenceOmitted'
  | 'category'
  | 'fatalities'
  | 'handling'
  | 'drill'
> & { readonly occurredFrom: string; readonly firstReportedAt: string }

/**
 * Shapes a finding for publication. `revisionOf` gives an incident's revision by id. `before` is what was published of it last: what goes on from there
 * is not summed up anew.
 */
export function contentOf(
  finding: Finding,
  severities: readonly Severity[],
  revisionOf: (incidentId: string) => number,
  before: Finding | null = null
): AlertContent {
  const { triggers, support } = finding
  const named = evidenceOf(finding, revisionOf)
  const sum = summaryOf(triggers, before?.triggers)
  return {
    group: finding.group,
    headline: finding.headline,
    explanation: finding.explanation,
    severity: severityOf(levelOf(finding), severities),
    certainty: certaintyOf(sum.byCertainty, finding),
    levels: finding.levels.map(({ level, atMs, reason }) => ({ level, at: formatTime(atMs), reason })),
    area: areaOf(finding, sum),
    window: { from: formatTime(finding.fromMs), to: finding.toMs === null ? null : formatTime(finding.toMs) },
    measure: {
      name: finding.measure.name,
      value: roundMeasure(finding.measure.value),
      threshold: roundMeasure(finding.measure.threshold),
      baseline: finding.measure.baseline === null ? null : roundMeasure(finding.measure.baseline),
      falseAlarmsPerYear: null
    },
    evidence: named,
    evidenceOmitted: finding.omitted + triggers.length + support.length - named.length,
    category: sum.categories,
    fatalities: sum.fatalities,
    handling: sum.handling,
    drill: sum.drill,
    occurredFrom: formatTime(sum.occurredFromMs),
    firstReportedAt: formatTime(sum.firstReportedAtMs)
  }
}

/** The greatest level that a finding has reached. */
export function levelOf(finding: Finding): number {
  return finding.levels.at(-1)?.level ?? 1
}

/** The severity of a level, of a rule whose levels 1, 2, … have these; the last holds for all further levels. */
export function severityOf(level: number, severities: readonly Severity[]): Severity {
  return severities[Math.min(level, severities.length) - 1] ?? 'moderate'
}

/**
 * Equal texts = nothing that a reader could see has changed. Ids of incidents are left out: a change of id alone revises nothing. `before` is a finding
 * that this one may go on from: only what is new is looked at then.
 */
export function signatureOf(finding: Finding, before: Finding | null = null): string {
  const known = signatures.get(finding) ?? makeSignature(finding, before)
  signatures.set(finding, known)
  return known
}

const signatures = new WeakMap<Finding, string>()
const triggerReports = new WeakMap<Finding, readonly string[]>()

function makeSignature(finding: Finding, before: Finding | null): string {
  // What is only counted is told with the next change: an episode that goes on for months must not speak at each further incident.
  return `${openPart(finding, before)}|${contentKeyOf(finding.support, before?.support)}`
}

/** What of a finding every reader of its alert sees: all but support. */
function openPart(
  { group, fromMs, toMs, levels, measure, certainty, headline, explanation, triggers }: Finding,
  before: Finding | null
): string {
  const shown = JSON.stringify([group, fromMs, toMs, levels, measure, certainty, headline, explanation])
  return `${shown}${contentKeyOf(triggers, before?.triggers)}`
}

/** The least level at which one finding differs from the one before it: support that came or went is not for all. Null where it differs for all. */
export function concernsOf(before: Finding, now: Finding): Handling | null {
  if (openPart(before, null) !== openPart(now, before)) return null
  const [old, fresh] = [new Set(before.support.map(i => i.contentKey)), new Set(now.support.map(i => i.contentKey))]
  const differing = [...before.support.filter(i => !fresh.has(i.contentKey)), ...now.support.filter(i => !old.has(i.contentKey))]
  return handlings.find(level => differing.some(i => i.handling === level)) ?? 'restricted'
}

/** All reports behind a finding's triggers, in order. */
export function triggerReportsOf(finding: Finding): readonly string[] {
  const known = triggerReports.get(finding) ?? [...new Set(finding.triggers.flatMap(i => i.reportIds))].sort(compareText)
  triggerReports.set(finding, known)
  return known
}

/** The reports behind the triggers that one finding has more than another one from which it goes on; null where it does not go on from it. */
export function reportsAdded(before: Finding, now: Finding): readonly string[] | null {
  if (!goesOnFrom(before.triggers, now.triggers)) return null
  return now.triggers.slice(before.triggers.length).flatMap(i => i.reportIds)
}

function evidenceOf(finding: Finding, revisionOf: (incidentId: string) => number): EvidenceItem[] {
  const item = (role: EvidenceItem['role']) => (i: Incident) => ({
    incidentId: i.id,
    revision: revisionOf(i.id),
    role,
    handling: i.handling
  })
  return [...finding.triggers.map(item('trigger')), ...finding.support.map(item('support'))].slice(0, evidenceMax)
}

/**
 * A finding stands on its best triggers, as many as its threshold asks for, and is as certain as the weakest of them.
 * Source: patterns, common ground; F and 6 hold at `possible`.
 */
function certaintyOf(byCertainty: readonly number[], { certainty, measure: { threshold } }: Finding): Certainty {
  const order: readonly Certainty[] = ['observed', 'likely', 'possible', 'unlikely']
  if (certainty !== undefined) {
    const [observed = 0, likely = 0, possible = 0] = byCertainty
    if (observed + likely > 0) return certainty
    return possible > 0 ? 'possible' : 'unlikely'
  }
  const count = byCertainty.reduce((sum, n) => sum + n, 0)
  let needed = Math.min(count, Math.max(1, Math.round(threshold)))
  for (const [rank, n] of byCertainty.entries()) {
    needed -= n
    if (needed <= 0) return order[rank] as Certainty
  }
  return 'possible'
}

function areaOf(finding: Finding, { countries, admin1, circle }: TriggerSummary): AlertArea {
  return {
    country: countries,
    admin1,
    circle: circle ? [roundDegrees(circle.center.lat), roundDegrees(circle.center.lon), roundKm(circle.radiusKm)] : null,
    settlement: finding.group.settlementId ?? null
  }
}

function roundDegrees(degrees: number): number {
  return Math.round(degrees * 1e4) / 1e4
}
