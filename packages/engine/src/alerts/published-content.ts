// What an alert publishes about a finding. Each member that changes goes into the event.

import type { MachineEvent } from '@tocsin/contracts/alert/alert'
import { untouchedOperator } from '@tocsin/contracts/record/alert-event-v3'
import type { Incidents } from '../data/incidents.ts'
import { formatDay, never } from '../data/time.ts'
import { handlings } from '../data/vocabulary.ts'
import { roundMeasure } from '../rules/day-view.ts'
import type { Facts, Finding } from '../rules/finding.ts'
import { type Alert, computeStatus, pickSeverity, type RuleSettings } from './alert.ts'
import { computeCertainty } from './certainty.ts'
import type { ChangeDraft } from './change-draft.ts'
import { computeHandling, hasNewTrigger, updateTriggers } from './triggers.ts'

export function haveLevelsChanged(alert: Alert, finding: Finding): boolean {
  if (alert.startDay !== finding.startDay || alert.level !== finding.level) return true
  return !areEqual(finding.listLevelDays(), alert.levelDays)
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export function hasMeasureChanged(alert: Alert, finding: Finding): boolean {
  return alert.value !== roundMeasure(finding.getValue()) || haveLevelsChanged(alert, finding)
}

/** True if the levels, the triggers or the certainty differ from those published. */
export function hasMaterialChange(incidents: Incidents, alert: Alert, finding: Finding): boolean {
  if (haveLevelsChanged(alert, finding)) return true
  if (hasNewTrigger(alert, finding)) return true
  // Growth can't make it more certain.
  if (alert.certainty === 'observed') return false
  const { threshold } = finding.measure()
  const triggers = finding.listTriggers()
  return computeCertainty(incidents, finding, triggers, threshold) !== alert.certainty
}

/** Publishes the values of a finding. True if its triggers have no room in one event. */
export function updateContent(
  incidents: Incidents,
  alert: Alert,
  finding: Finding,
  settings: RuleSettings,
  draft: ChangeDraft
): boolean {
  const isCut = updateTriggers(incidents, alert, finding, draft)
  updateMeasure(alert, finding, draft)
  updateTimes(alert, finding, draft)
  updateGrades(incidents, alert, finding, draft)
  const severity = pickSeverity(settings.severities, finding.severityLevel ?? alert.level)
  if (alert.severity !== severity) draft.severity = alert.severity = severity
  return isCut
}

/** Adds all members of the state, for the first event of an alert. */
export function addState(alert: Alert, { reports }: Incidents, draft: ChangeDraft): void {
  const { number } = reports.columns
  const { rule, operator, operatorRevision } = alert
  draft.added = alert.triggers.map(row => number[row]!)
  if (alert.baseline !== null) draft.baseline = alert.baseline
  draft.certainty = alert.certainty
  if (alert.isDrill) draft.drill = true
  draft.facts = formatFacts(alert.facts)
  draft.from = formatDay(alert.startDay)
  draft.group = alert.group
  draft.handling = handlings[alert.handling]!
  draft.levels ??= alert.levelDays.map(formatDay)
  if (operator !== untouchedOperator) draft.operator = operator
  if (operatorRevision !== 1) draft.operatorRevision = operatorRevision
  if (rule.pattern !== rule.id) draft.pattern = rule.pattern
  draft.ruleId = rule.id
  draft.ruleVersion = alert.ruleVersion
  draft.severity = alert.severity
  draft.status = alert.status
  draft.threshold = alert.threshold
  if (alert.endDay !== never) draft.to = formatDay(alert.endDay)
  draft.value = alert.value
}

function updateMeasure(alert: Alert, finding: Finding, draft: ChangeDraft): void {
  const measured = finding.measure()
  const value = roundMeasure(measured.value)
  const threshold = roundMeasure(measured.threshold)
  const baseline = measured.baseline === null ? null : roundMeasure(measured.baseline)
  if (alert.value !== value) draft.value = alert.value = value
  if (alert.threshold !== threshold) draft.threshold = alert.threshold = threshold
  if (alert.baseline !== baseline) draft.baseline = alert.baseline = baseline
}

function updateTimes(alert: Alert, finding: Finding, draft: ChangeDraft): void {
  const { startDay, endDay, level } = finding
  const days = finding.listLevelDays()
  if (!areEqual(days, alert.levelDays)) {
    alert.levelDays = days
    draft.levels = days.map(formatDay)
  }
  alert.level = level
  if (alert.startDay !== startDay) draft.from = formatDay(startDay)
  if (alert.endDay !== endDay) draft.to = endDay === never ? null : formatDay(endDay)
  alert.startDay = startDay
  alert.endDay = endDay
}

/** Facts follow the other values: they alone make no update. */
export function updateFacts(alert: Alert, facts: Facts, draft: ChangeDraft): void {
  const before = alert.facts
  if (before === facts) return
  const changed: Record<string, number | string | null> = {}
  for (const name in facts)
    if (before[name] !== facts[name]) changed[name] = formatFact(name, facts[name]!)
  for (const name in before) if (!(name in facts)) changed[name] = null
  alert.facts = facts
  draft.facts = isEmpty(changed) ? undefined : changed
}

function formatFacts(facts: Facts): ChangeDraft['facts'] {
  const formatted: Record<string, number | string> = {}
  for (const name in facts) formatted[name] = formatFact(name, facts[name]!)
  return isEmpty(formatted) ? undefined : formatted
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false
  return true
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
  draft: ChangeDraft
): void {
  const { triggers, threshold } = alert
  const certainty = computeCertainty(incidents, finding, triggers, threshold)
  if (alert.certainty !== certainty) draft.certainty = alert.certainty = certainty
  const handling = computeHandling(incidents, triggers)
  if (alert.handling === handling) return
  alert.handling = handling
  draft.handling = handlings[handling]!
}

export function updateStatus(
  alert: Alert,
  kind: MachineEvent,
  watermark: number,
  draft: ChangeDraft
): void {
  const status = kind === 'retracted' ? 'retracted' : computeStatus(alert, watermark)
  if (alert.status === status) return
  alert.status = status
  draft.status = status
}
