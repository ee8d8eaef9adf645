// Changes of a running fold: of its rules, and of the engine before it.
//
// A change of rules: what the new rules find in the retained incidents takes the place of what the
// earlier ones found, and the difference is published at once, quietly.
// - An alert continues with the finding of its rule that shares most triggers with it, and has an
//   event if its content differs. An open one has an event at least with the version of its rule.
// - Without such a finding it is retracted; so is each alert of a rule that is removed, or that has
//   another pattern now. It reopens if a later version finds it again.
// - What ended before the retained days stays as it is, and no alert is raised there.
// - Rules with the same law go on: they do not fold again, and their alerts have no event.
//
// A change of the engine: what the earlier engine published are facts. Each of its alerts continues
// in the same way, and its first event states it whole. Findings without an alert are raised while
// they are open.

import {
  type AlertChange,
  type AlertSum,
  addAlertChange
} from '@tocsin/contracts/record/alert-event-v3'
import {
  type RuleVersion,
  runsIn,
  type TheatreRecord
} from '@tocsin/contracts/theatre/theatre-record'
import { Alert, isSameRule } from '../alerts/alert.ts'
import { ChangeDraft } from '../alerts/change-draft.ts'
import type { Cause } from '../alerts/event-chain.ts'
import { addState } from '../alerts/published-content.ts'
import type { Incidents } from '../data/incidents.ts'
import { convertToDay, never, parseMs } from '../data/time.ts'
import { handlings } from '../data/vocabulary.ts'
import type { RuleBase } from '../rules/rule-base.ts'
import type { LevelFold } from './level-fold.ts'
import { type RuleSet, removeRule, setRule } from './rule-set.ts'

type RuleRecord = Extract<TheatreRecord, { type: 'rule.configured' | 'rule.removed' }>

/** The rules after a record; null for a rule that this engine does not know. */
export function applyRuleRecord(
  rules: RuleSet,
  { type, data, theatre }: RuleRecord
): RuleSet | null {
  if (type === 'rule.removed' || !runsIn(data as RuleVersion, theatre))
    return removeRule(rules, data.ruleId)
  try {
    return setRule(rules, data as RuleVersion)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

export function changeRules(fold: LevelFold, rules: RuleSet, cause: Cause): void {
  const { engine, book } = fold
  if (rules === engine.rules) return
  const steps = foldChange(fold, rules, engine.listIncidents())
  // A change is one record: it has no pauses.
  while (steps.next().done !== true);
  book.publishChanges(cause, engine.today, engine.watermarkDay, false)
}

/** Folds other rules over these incidents, up to what is to be published. Yields between steps. */
export function* foldChange(
  fold: LevelFold,
  rules: RuleSet,
  incidents: readonly number[]
): Generator<void> {
  const { engine, book } = fold
  const { rules: earlier, cutOffDay } = engine
  book.isQuiet = true
  book.changes = 'rules'
  // What has deferred growth is compared too.
  book.isCorrecting = true
  for (const alert of book.alerts.values()) {
    const { rule, finding } = alert
    if (finding === null) continue
    const set = rules.byId.get(rule.id)
    if (set?.rule !== rule) book.release(alert, cutOffDay)
    // The same law: other severities or other words.
    else if (set !== earlier.byId.get(rule.id) && alert.endDay >= cutOffDay) book.onChanged(finding)
  }
  yield* engine.changeRules(rules, incidents)
}

/** What was published of an alert, for readers of a level. */
export interface PublishedAlert {
  /** The sum of its events; in version 2, its last statement. */
  readonly state: Omit<AlertSum, 'fold' | 'theatre' | 'seq' | 'notify' | 'facts' | 'triggers'>
  /** Ids of reports, or their numbers in the fold. */
  readonly triggers: readonly (string | number)[]
  /** True if an event was not quiet. */
  readonly isTold: boolean
}

/**
 * Replaces the alerts of a fold by those that an earlier engine published, in the order in which it
 * raised them, and publishes the difference.
 */
export function adoptAlerts(
  fold: LevelFold,
  published: Iterable<PublishedAlert>,
  cause: Cause
): void {
  const { engine, book } = fold
  const rows = indexReports(fold)
  book.clear()
  book.isQuiet = true
  book.changes = 'engine'
  let seq = 0
  for (const one of published) {
    const alert = makeAlert(fold, one, ++seq, rows)
    if (alert.endDay >= engine.cutOffDay) book.adopt(alert)
  }
  for (const finding of [...engine.listFindings()])
    if (engine.isPublished(finding)) book.onChanged(finding)
  book.publishChanges(cause, engine.today, engine.watermarkDay, false)
}

type RowIndex = ReadonlyMap<string | number, number>

function indexReports({ engine }: LevelFold): RowIndex {
  const { rowById, columns } = engine.reports
  const rows = new Map<string | number, number>(rowById)
  for (const row of rowById.values()) rows.set(columns.number[row]!, row)
  return rows
}

/** An alert as it was published, without a finding. */
function makeAlert(
  fold: LevelFold,
  { state, triggers, isTold }: PublishedAlert,
  seq: number,
  rows: RowIndex
): Alert {
  const { alertId, ruleId, pattern, drill, levels, from, to, operator, handling } = state
  const rule = fold.engine.rules.byId.get(ruleId)?.rule
  const named: RuleBase = { id: ruleId, pattern }
  const { group, revision, operatorRevision, status, severity, ruleVersion, certainty } = state
  const { value, threshold, baseline } = state
  const alert = new Alert(alertId, seq, {
    rule: rule !== undefined && isSameRule(rule, named) ? rule : named,
    group,
    isDrill: drill
  })
  const isClosed = operator.disposition !== null
  return Object.assign(alert, {
    ...{ revision, operatorRevision, status, severity, ruleVersion, operator, isTold },
    ...{ value, threshold, baseline },
    levelDays: levels.map(readDay),
    level: levels.length,
    certainty: certainty === 'unknown' ? 'possible' : certainty,
    startDay: readDay(from),
    endDay: to === null ? never : readDay(to),
    triggers: listTriggers(fold, triggers, rows),
    handling: handlings.indexOf(handling),
    closedMs: isClosed ? parseMs(state.detectedAt) : 0,
    closedLevel: isClosed ? levels.length : 0
  })
}

/** The incidents that the reports are part of now. */
function listTriggers(
  { engine }: LevelFold,
  triggers: PublishedAlert['triggers'],
  rows: RowIndex
): number[] {
  const incidents = new Set<number>()
  for (const report of triggers) {
    const row = rows.get(report)
    const incident = row === undefined ? -1 : engine.assembly.findIncident(row)
    if (incident >= 0) incidents.add(incident)
  }
  return [...incidents].sort((a, b) => a - b)
}

export function listPublished({ book, engine }: LevelFold): readonly PublishedAlert[] {
  const { ids } = engine.reports
  return Array.from(book.alerts.values(), alert => ({
    state: {
      ...sumAlert(alert, engine.incidents),
      revision: alert.revision,
      detectedAt: new Date(alert.closedMs).toISOString()
    },
    triggers: alert.triggers.map(row => ids[row]!),
    isTold: alert.isTold
  }))
}

/** What its events up to now add up to, without those that are past. */
export function sumAlert(alert: Alert, incidents: Incidents): AlertSum {
  const draft = new ChangeDraft(alert.id, 1)
  Object.assign(draft, { seq: 0, fold: 'public', notify: 'quiet' })
  addState(alert, incidents, draft)
  return addAlertChange(null, { theatre: '', time: '' }, draft as AlertChange)
}

function readDay(time: string): number {
  return convertToDay(parseMs(time))
}
