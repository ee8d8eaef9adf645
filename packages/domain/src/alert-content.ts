// What an alert says of a finding: severity, certainty, area, deaths, evidence. Pure: from the finding's incidents alone.

import type { AlertArea, AlertState, Certainty, EvidenceItem, Severity } from './alert.ts'
import { formatTime } from './event-time.ts'
import { coveringCircle, roundKm } from './geometry.ts'
import { type Handling, handlings, stricter } from './handling.ts'
import { compareText, type Incident, type IncidentPlace, placesOf } from './incident.ts'
import { evidenceMax, type Finding, roundMeasure } from './pattern.ts'
import type { Fatalities } from './report.ts'

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

/** Shapes a finding for publication. `revisionOf` gives an incident's revision by id. */
export function contentOf(finding: Finding, revisionOf: (incidentId: string) => number): AlertContent {
  const { triggers, support } = finding
  const named = evidenceOf(finding, revisionOf)
  return {
    group: finding.group,
    headline: finding.headline,
    explanation: finding.explanation,
    severity: severityOf(levelOf(finding)),
    certainty: certaintyOf(triggers, finding.measure.threshold),
    levels: finding.levels.map(({ level, atMs, reason }) => ({ level, at: formatTime(atMs), reason })),
    area: areaOf(finding),
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
    category: [...new Set(triggers.map(i => i.category))].sort(compareText),
    fatalities: deathsOf(triggers),
    handling: triggers.map(i => i.handling).reduce(stricter),
    drill: triggers.every(i => i.drill),
    occurredFrom: formatTime(Math.min(...triggers.map(i => i.fromMs))),
    firstReportedAt: formatTime(Math.min(...triggers.map(i => i.firstReportedAtMs)))
  }
}

/** The greatest level that a finding has reached. */
export function levelOf(finding: Finding): number {
  return finding.levels.at(-1)?.level ?? 1
}

export function severityOf(level: number): Severity {
  return level >= 3 ? 'extreme' : level === 2 ? 'severe' : 'moderate'
}

/** Equal texts = nothing that a reader could see has changed. Ids of incidents are left out: a change of id alone revises nothing. */
export function signatureOf(finding: Finding): string {
  const known = signatures.get(finding) ?? makeSignature(finding)
  signatures.set(finding, known)
  return known
}

const signatures = new WeakMap<Finding, string>()
const triggerReports = new WeakMap<Finding, readonly string[]>()

function makeSignature(finding: Finding): string {
  return JSON.stringify([openPart(finding), finding.omitted, finding.support.map(i => i.contentKey)])
}

/** What of a finding every reader of its alert sees: all but support. */
function openPart(finding: Finding): unknown[] {
  const { group, fromMs, toMs, levels, measure, headline, explanation, triggers } = finding
  return [group, fromMs, toMs, levels, measure, headline, explanation, triggers.map(i => i.contentKey)]
}

/** The least level at which one finding differs from the one before it: support that came or went is not for all. Null where it differs for all. */
export function concernsOf(before: Finding, now: Finding): Handling | null {
  if (JSON.stringify(openPart(before)) !== JSON.stringify(openPart(now))) return null
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
function certaintyOf(triggers: readonly Incident[], threshold: number): Certainty {
  const order: readonly Certainty[] = ['observed', 'likely', 'possible', 'unlikely']
  const ranks = triggers.map(i => order.indexOf(incidentCertainty(i))).sort((a, b) => a - b)
  return order[ranks[Math.min(ranks.length, Math.max(1, Math.round(threshold))) - 1] ?? 2] as Certainty
}

function incidentCertainty(incident: Incident): Certainty {
  if (!incident.passesGrade) return 'unlikely'
  if (!incident.gradeKnown) return 'possible'
  return incident.origins.length >= 2 && incident.credibility <= 2 ? 'observed' : 'likely'
}

function areaOf(finding: Finding): AlertArea {
  const places = finding.triggers.flatMap(placesOf)
  const sharp = places.filter((p): p is IncidentPlace & { lat: number; lon: number } => p.lat !== null && p.lon !== null)
  const circle = coveringCircle(sharp.map(p => ({ lat: p.lat, lon: p.lon, radiusKm: p.radiusKm ?? 0 })))
  const texts = (values: readonly (string | null)[]) => [...new Set(values.filter(v => v !== null))].sort(compareText)
  return {
    country: texts(places.map(p => p.country)),
    admin1: texts(places.map(p => p.admin1)),
    circle: circle ? [roundDegrees(circle.center.lat), roundDegrees(circle.center.lon), roundKm(circle.radiusKm)] : null,
    settlement: finding.group.settlementId ?? null
  }
}

function roundDegrees(degrees: number): number {
  return Math.round(degrees * 1e4) / 1e4
}

/** Sums over incidents: the low bound of what is known; best and high only where every incident has one. Unknown is not zero. */
function deathsOf(triggers: readonly Incident[]): Fatalities {
  const all = (field: keyof Fatalities) => triggers.map(i => i.fatalities[field])
  const sum = (values: readonly (number | null)[]) => values.reduce<number>((total, n) => total + (n ?? 0), 0)
  const complete = (values: readonly (number | null)[]) => (values.some(n => n === null) ? null : sum(values))
  const low = all('low')
  return { low: low.every(n => n === null) ? null : sum(low), best: complete(all('best')), high: complete(all('high')) }
}
