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
import { computeHandling, updateTriggers } from './triggers.ts'

/** An event that is being made. */
export type ChangeDraft = { -readonly [K in keyof AlertChange]?: AlertChange[K] }

/** Measures are compared and published with this precision, so that the order of additions hides. */
const measureScale = 1e6

export function roundMeasure(value: number): number {
  return Math.round(value * measureScale) / measureScale
}

export function haveLevelsChanged(alert: Alert, finding: Finding): boolean {
  if (alert.startDay !== finding.startDay || alert.level !== finding.level) return true
  return !areEqual(finding.listLevelDays(), alert.levelDays)
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}

export function hasMeasureChanged(alert: Alert, finding: Finding): boolean {
  return alert.value !== roundMeasure(finding.getValue()) || haveLevelsChanged(alert, finding)
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
  updateGrades(incidents, alert, finding, change)
  const severity = pickSeverity(settings.severities, alert.level)
  if (alert.severity !== severity) change.severity = alert.severity = severity
  if (alert.isMoved) change.group = alert.group
  alert.isMoved = false
  return isCut
}

/** Adds all members of the state, for the first event of an alert. */
export function addState(alert: Alert, { reports }: Incidents, change: ChangeDraft): void {
  const { number } = reports.columns
  const { rule, operator, operatorRevision } = alert
  change.added = alert.triggers.map(row => number[row]!)
  if (alert.baseline !== null) change.baseline = alert.baseline
  change.certainty = alert.certainty
  if (alert.isDrill) change.drill = true
  updateFacts({ facts: {} }, alert.facts, change)
  change.from = formatDay(alert.startDay)
  change.group = alert.group
  change.handling = handlings[alert.handling]!
  change.levels ??= alert.levelDays.map(formatDay)
  if (operator !== untouchedOperator) change.operator = operator
  if (operatorRevision !== 1) change.operatorRevision = operatorRevision
  if (rule.pattern !== rule.id) change.pattern = rule.pattern
  change.ruleId = rule.id
  change.ruleVersion = alert.ruleVersion
  change.severity = alert.severity
  change.status = alert.status
  change.threshold = alert.threshold
  if (alert.endDay !== never) change.to = formatDay(alert.endDay)
  change.value = alert.value
}

function updateMeasure(alert: Alert, finding: Finding, change: ChangeDraft): void {
  const measured = finding.measure()
  const [value, threshold] = [roundMeasure(measured.value), roundMeasure(measured.threshold)]
  const baseline = measured.baseline === null ? null : roundMeasure(measured.baseline)
  if (alert.value !== value) change.value = alert.value = value
  if (alert.threshold !== threshold) change.threshold = alert.threshold = threshold
  if (alert.baseline !== baseline) change.baseline = alert.baseline = baseline
}

function updateTimes(alert: Alert, finding: Finding, change: ChangeDraft): void {
  const { startDay, endDay, level } = finding
  const days = finding.listLevelDays()
  if (!areEqual(days, alert.levelDays)) {
    alert.levelDays = days
    change.levels = days.map(formatDay)
  }
  alert.level = level
  if (alert.startDay !== startDay) change.from = formatDay(startDay)
  if (alert.endDay !== endDay) change.to = endDay === never ? null : formatDay(endDay)
  alert.startDay = startDay
  alert.endDay = endDay
}

/** Facts follow the other values: they alone make no update. */
export function updateFacts(alert: Pick<Alert, 'facts'>, facts: Facts, change: ChangeDraft): void {
  const before = alert.facts
  if (before === facts) return
  const changed: Record<string, number | string | null> = {}
  for (const name in facts)
    if (before[name] !== facts[name]) changed[name] = formatFact(name, facts[name]!)
  for (const name in before) if (!(name in facts)) changed[name] = null
  alert.facts = facts
  for (const _ in changed) change.facts = changed
}

/** Days are dates in events. */
function formatFact(name: string, fact: number | string): number | string {
  if (typeof fact === 'string') return fact
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
