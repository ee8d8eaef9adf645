// What an alert publishes about a finding. Each member that changes goes into the event.

import { type AlertChange, untouchedOperator } from '@tocsin/contracts/record/alert-event-v3'
import type { Incidents } from '../data/incidents.ts'
import { formatDay, never } from '../data/time.ts'
import { handlings } from '../data/vocabulary.ts'
import type { Facts, Finding } from '../rules/finding.ts'
import {
  type Alert,
  computeStatus,
  pickSeverity,
  type RuleSettings,
  type UpdateKind
} from './alert.ts'
import { computeCertainty } from './certainty.ts'
import { computeHandling, haveTriggersChanged, updateTriggers } from './triggers.ts'

/** An event that is being made. */
export type ChangeDraft = { -readonly [K in keyof AlertChange]?: AlertChange[K] }

/** Measures are compared and published with this precision, so that the order of additions hides. */
const measureScale = 1e6

export function roundMeasure(value: number): number {
  return Math.round(value * measureScale) / measureScale
}

export function haveLevelsChanged(alert: Alert, finding: Finding): boolean {
  if (alert.startDay !== finding.startDay || alert.level !== finding.level) return true
  const days = finding.listLevelDays()
  return days.length !== alert.levelDays.length || days.some((day, i) => day !== alert.levelDays[i])
}

/** True if a published value differs from the finding. */
export function hasChanged(
  incidents: Incidents,
  alert: Alert,
  finding: Finding,
  { severities }: RuleSettings
): boolean {
  if (alert.severity !== pickSeverity(severities, finding.level)) return true
  if (alert.endDay !== finding.endDay || haveLevelsChanged(alert, finding)) return true
  if (alert.value !== roundMeasure(finding.getValue())) return true
  return (
    haveTriggersChanged(incidents, alert, finding) || hasGradeChanged(incidents, alert, finding)
  )
}

/** A correction can change grades and handling of the same triggers. */
function hasGradeChanged(incidents: Incidents, alert: Alert, finding: Finding): boolean {
  const { triggers } = alert
  if (computeHandling(incidents, triggers) !== alert.handling) return true
  return computeCertainty(incidents, finding, triggers, alert.threshold) !== alert.certainty
}

/** Publishes the values of a finding. True if its triggers have no room in one event. */
export function updateContent(
  incidents: Incidents,
  alert: Alert,
  finding: Finding,
  settings: RuleSettings,
  change: ChangeDraft
): boolean {
  const { added, removed, isCut } = updateTriggers(incidents, alert, finding)
  if (added.length > 0) change.added = added
  if (removed.length > 0) change.removed = removed
  updateMeasure(alert, finding, change)
  updateTimes(alert, finding, change)
  updateFacts(alert, finding.listFacts(), change)
  updateGrades(incidents, alert, finding, change)
  updateSettings(alert, settings, change)
  if (alert.isMoved) change.group = alert.group
  alert.isMoved = false
  return isCut
}

/** All members of the state, for the first event of an alert. */
export function describeState(alert: Alert, { reports }: Incidents): ChangeDraft {
  const { number } = reports.columns
  const { value, threshold, certainty, severity, status, count, group, ruleVersion } = alert
  const facts = formatFacts(alert.facts)
  return {
    ...{ value, threshold, certainty, severity, status, count, group, ruleVersion },
    added: alert.triggers.map(row => number[row]!),
    ...(alert.baseline === null ? {} : { baseline: alert.baseline }),
    ...(alert.isDrill ? { drill: true } : {}),
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
    from: formatDay(alert.startDay),
    handling: handlings[alert.handling]!,
    levels: alert.levelDays.map(formatDay),
    ...(alert.operator === untouchedOperator ? {} : { operator: alert.operator }),
    operatorRevision: alert.operatorRevision,
    pattern: alert.rule.pattern,
    ruleId: alert.rule.id,
    ...(alert.endDay === never ? {} : { to: formatDay(alert.endDay) })
  }
}

function updateMeasure(alert: Alert, finding: Finding, change: ChangeDraft): void {
  const measured = finding.measure()
  const [value, threshold] = [roundMeasure(measured.value), roundMeasure(measured.threshold)]
  const baseline = measured.baseline === null ? null : roundMeasure(measured.baseline)
  const count = alert.triggers.length
  if (alert.value !== value) change.value = alert.value = value
  if (alert.threshold !== threshold) change.threshold = alert.threshold = threshold
  if (alert.baseline !== baseline) change.baseline = alert.baseline = baseline
  if (alert.count !== count) change.count = alert.count = count
}

function updateTimes(alert: Alert, finding: Finding, change: ChangeDraft): void {
  const { startDay, endDay, level } = finding
  if (haveLevelsChanged(alert, finding)) {
    alert.levelDays = finding.listLevelDays()
    change.levels = alert.levelDays.map(formatDay)
  }
  alert.level = level
  if (alert.startDay !== startDay) change.from = formatDay(startDay)
  if (alert.endDay !== endDay) change.to = endDay === never ? null : formatDay(endDay)
  alert.startDay = startDay
  alert.endDay = endDay
}

function updateFacts(alert: Alert, facts: Facts, change: ChangeDraft): void {
  const before = formatFacts(alert.facts)
  const changed: Record<string, number | string | null> = {}
  for (const [name, fact] of Object.entries(formatFacts(facts)))
    if (before[name] !== fact) changed[name] = fact
  for (const name of Object.keys(before)) if (!(name in facts)) changed[name] = null
  alert.facts = facts
  if (Object.keys(changed).length > 0) change.facts = changed
}

function updateSettings(
  alert: Alert,
  { severities, version }: RuleSettings,
  change: ChangeDraft
): void {
  const severity = pickSeverity(severities, alert.level)
  if (alert.severity !== severity) change.severity = alert.severity = severity
  if (alert.ruleVersion !== version) change.ruleVersion = alert.ruleVersion = version
}

function formatFacts(facts: Facts): Record<string, number | string> {
  const entries = Object.entries(facts)
  return Object.fromEntries(
    entries.map(([name, fact]) => [name, typeof fact === 'number' ? formatFact(name, fact) : fact])
  )
}

/** Days are dates in events. */
function formatFact(name: string, fact: number): number | string {
  return name.endsWith('Day') ? formatDay(fact) : roundMeasure(fact)
}

function updateGrades(
  incidents: Incidents,
  alert: Alert,
  finding: Finding,
  change: ChangeDraft
): void {
  const { triggers, threshold } = alert
  const certainty = computeCertainty(incidents, finding, triggers, threshold)
  if (alert.certainty !== certainty) change.certainty = alert.certainty = certainty
  const handling = computeHandling(incidents, triggers)
  if (alert.handling === handling) return
  alert.handling = handling
  change.handling = handlings[handling]!
}

export function updateStatus(
  alert: Alert,
  kind: UpdateKind,
  watermark: number,
  change: ChangeDraft
): void {
  const status = kind === 'retracted' ? 'retracted' : computeStatus(alert, watermark)
  if (alert.status === status) return
  alert.status = status
  change.status = status
}
