// What an alert publishes about a finding. Each member that changes goes into the event.

import type { AlertChange } from '@tocsin/contracts/record/alert-event-v3'
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
export function hasChanged(incidents: Incidents, alert: Alert, finding: Finding): boolean {
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
  if (alert.revision === 0) introduce(alert, change)
  if (alert.isMoved) change.group = alert.group
  alert.isMoved = false
  const { added, removed, isCut } = updateTriggers(incidents, alert, finding)
  if (added.length > 0) change.added = added
  if (removed.length > 0) change.removed = removed
  updateMeasure(alert, finding, change)
  updateTimes(alert, finding, change)
  updateFacts(alert, finding.listFacts(), change)
  updateGrades(incidents, alert, finding, change)
  const severity = pickSeverity(settings.severities, finding.level)
  if (alert.severity !== severity || alert.revision === 0)
    change.severity = alert.severity = severity
  if (alert.ruleVersion !== settings.version) {
    alert.ruleVersion = settings.version
    change.ruleVersion = settings.version
  }
  return isCut
}

/** What never changes is in the first event. */
function introduce({ rule, group, isDrill }: Alert, change: ChangeDraft): void {
  change.ruleId = rule.id
  change.pattern = rule.pattern
  change.group = group
  if (isDrill) change.drill = true
}

function updateMeasure(alert: Alert, finding: Finding, change: ChangeDraft): void {
  const measured = finding.measure()
  const [value, threshold] = [roundMeasure(measured.value), roundMeasure(measured.threshold)]
  const baseline = measured.baseline === null ? null : roundMeasure(measured.baseline)
  const isFirst = alert.revision === 0
  if (isFirst || alert.value !== value) change.value = alert.value = value
  if (isFirst || alert.threshold !== threshold) change.threshold = alert.threshold = threshold
  if (alert.baseline !== baseline) change.baseline = alert.baseline = baseline
  const count = alert.triggers.length
  if (isFirst || alert.count !== count) change.count = alert.count = count
}

function updateTimes(alert: Alert, finding: Finding, change: ChangeDraft): void {
  const { startDay, endDay, level } = finding
  if (haveLevelsChanged(alert, finding)) {
    alert.levelDays = finding.listLevelDays()
    change.levels = alert.levelDays.map(formatDay)
  }
  alert.level = level
  if (alert.startDay !== startDay) {
    alert.startDay = startDay
    change.from = formatDay(startDay)
  }
  if (alert.endDay === endDay) return
  // A first event without `to` is that of an open alert.
  if (alert.revision > 0 || endDay !== never)
    change.to = endDay === never ? null : formatDay(endDay)
  alert.endDay = endDay
}

function updateFacts(alert: Alert, facts: Facts, change: ChangeDraft): void {
  const before = alert.facts
  const changed: Record<string, number | string | null> = {}
  for (const [name, fact] of Object.entries(facts)) {
    const value = typeof fact === 'number' ? formatFact(name, fact) : fact
    if (before[name] !== fact) changed[name] = value
  }
  for (const name of Object.keys(before)) if (!(name in facts)) changed[name] = null
  alert.facts = facts
  if (Object.keys(changed).length > 0) change.facts = changed
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
  const isFirst = alert.revision === 0
  const certainty = computeCertainty(incidents, finding, triggers, threshold)
  if (isFirst || alert.certainty !== certainty) change.certainty = alert.certainty = certainty
  const handling = computeHandling(incidents, triggers)
  if (!isFirst && alert.handling === handling) return
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
  if (alert.revision > 0 && alert.status === status) return
  alert.status = status
  change.status = status
}
