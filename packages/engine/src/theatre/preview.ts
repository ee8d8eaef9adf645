// Preview of a change of rules: a second fold with the changed rules over a copy of the incidents,
// and its alerts compared with those of the running fold. The change does the same when it comes, so
// the difference is what it then publishes. The running fold is not changed, and may go on between
// two steps.
//
// Limit: of a rule that reads changed ones, the running fold knows which finding has which alert; here
// common triggers decide it. For blocks over findings the two may differ.

import { isDeepStrictEqual } from 'node:util'
import {
  type AlertChange,
  type AlertStatement,
  type AlertSum,
  addAlertChange,
  formatAlertChange
} from '@tocsin/contracts/record/alert-event-v3'
import { compareText } from '@tocsin/domain/compare-text'
import type { Alert } from '../alerts/alert.ts'
import { exportAlert, restoreAlert } from '../alerts/alert-snapshot.ts'
import { ChangeDraft } from '../alerts/change-draft.ts'
import { addState } from '../alerts/published-content.ts'
import type { Incidents } from '../data/incidents.ts'
import { convertToMs } from '../data/time.ts'
import { FoldLookup } from '../render/incident-facts.ts'
import { renderStatement } from '../render/statement.ts'
import type { RuleBase } from '../rules/rule-base.ts'
import { incidentsPerStep } from './engine.ts'
import { LevelFold } from './level-fold.ts'
import { foldChange } from './rule-change.ts'
import {
  type ConfiguredRule,
  collectRules,
  makeRuleSet,
  type RuleSet,
  readRuleWords,
  readsRule
} from './rule-set.ts'

/** An alert as it would be, or is. */
export interface AlertSketch
  extends Pick<
    AlertStatement,
    'ruleId' | 'group' | 'headline' | 'drill' | 'severity' | 'area' | 'window' | 'handling'
  > {
  /** Null if it would be a new one. */
  readonly alertId: string | null
  /** Null if its rule would be removed. */
  readonly pattern: string | null
  readonly level: number
  readonly measure: Omit<AlertStatement['measure'], 'falseAlarmsPerYear'>
  readonly triggers: number
  /** From the beginning of its first trigger until all was reported that reached its first level, ms. */
  readonly lateMs: number
}

export interface AlertDifference {
  readonly theatre: string
  /** Number of incidents that were evaluated. */
  readonly incidents: number
  /** When the first of them began, ms; null without any. */
  readonly sinceMs: number | null
  readonly appear: readonly AlertSketch[]
  readonly change: readonly { readonly before: AlertSketch; readonly after: AlertSketch }[]
  readonly vanish: readonly AlertSketch[]
  readonly same: readonly AlertSketch[]
}

/** `in-force`: the published alerts. `nothing` gives every alert that the changed rules would have. */
export type PreviewBase = 'in-force' | 'nothing'

/** An alert before or after the change. */
interface State {
  readonly sum: AlertSum
  readonly triggers: readonly number[]
}

/**
 * The difference that other rules would make. Yields the share that is done at each pause. Everything
 * that it reads of the fold it reads before the first one.
 */
export function* previewRules(
  fold: LevelFold,
  rules: RuleSet,
  against: PreviewBase
): Generator<number, AlertDifference> {
  const { engine } = fold
  const { rules: earlier } = engine
  const selected = selectRules(earlier, rules, against)
  const incidents = engine.listIncidents()
  const copy = copyFold(fold, selected.inputs)
  if (against === 'in-force') copyAlerts(fold, copy, selected.evaluated)
  const steps = 2 * Math.ceil(incidents.length / incidentsPerStep) + 1
  let done = 0
  for (const _ of foldChange(copy, selected.rules, incidents)) yield Math.min(0.9, ++done / steps)
  const before = yield* listStates(copy, 0.9)
  const known = new Set(copy.book.alerts.keys())
  const { today, watermarkDay } = copy.engine
  const cause = { id: 'preview', time: new Date(copy.engine.nowMs).toISOString() }
  copy.book.publishChanges(cause, today, watermarkDay, false)
  yield 0.95
  const after = yield* listStates(copy, 0.95)
  const { fromDay } = copy.engine.incidents.columns
  const since = incidents.reduce((first, row) => Math.min(first, fromDay[row]!), Infinity)
  return {
    theatre: fold.options.theatre,
    incidents: incidents.length,
    sinceMs: since === Infinity ? null : convertToMs(since),
    ...(yield* compareStates(before, after, selected.readers, {
      before: makeDescriber(copy.engine.incidents, earlier, known),
      after: makeDescriber(copy.engine.incidents, rules, known)
    }))
  }
}

/** The rules of a fold that a preview of others reads. */
export function selectReadRules(rules: RuleSet, after: RuleSet, against: PreviewBase): RuleSet {
  const selected = selectRules(rules, after, against)
  const ids = new Set([...selected.evaluated, ...selected.rules.byId.keys()])
  return collectWithInputs(rules, ids)
}

interface SelectedRules {
  readonly rules: RuleSet
  /** Ids of the rules with compared alerts; the readers among them have not changed themselves. */
  readonly evaluated: ReadonlySet<string>
  readonly readers: ReadonlySet<string>
  /** Rules that only others read. */
  readonly inputs: ReadonlySet<RuleBase>
}

/** The changed rules, those that read them, and what these read. */
function selectRules(before: RuleSet, after: RuleSet, against: PreviewBase): SelectedRules {
  const ids = new Set([...before.byId.keys(), ...after.byId.keys()])
  const changed = [...ids].filter(id => before.byId.get(id) !== after.byId.get(id))
  const readers = new Set<string>()
  // Of a rule with the same law readers go on.
  const changedRules = changed.flatMap(id => {
    const [rule, other] = [before.byId.get(id)?.rule, after.byId.get(id)?.rule]
    return rule === other ? [] : [rule ?? [], other ?? []].flat()
  })
  if (against === 'in-force')
    for (const [id, { rule }] of after.byId)
      if (!changed.includes(id) && changedRules.some(other => readsRule(rule, other)))
        readers.add(id)
  const evaluated = new Set([...changed, ...readers])
  const folded = collectWithInputs(after, evaluated)
  const inputs = [...folded.byId.values()].filter(({ version }) => !evaluated.has(version.ruleId))
  return {
    rules: folded,
    evaluated,
    readers,
    inputs: new Set(inputs.map(({ rule }) => rule))
  }
}

/** These rules, and the rules that they read. */
function collectWithInputs({ byId }: RuleSet, ids: ReadonlySet<string>): RuleSet {
  const collected = new Set<ConfiguredRule>()
  const add = (one: ConfiguredRule) => {
    if (collected.has(one)) return
    collected.add(one)
    for (const other of byId.values()) if (readsRule(one.rule, other.rule)) add(other)
  }
  for (const [id, one] of byId) if (ids.has(id)) add(one)
  return collectRules([...byId.values()].filter(one => collected.has(one)))
}

/** A fold without rules over a copy of the incidents. */
function copyFold(fold: LevelFold, inputs: ReadonlySet<RuleBase>): LevelFold {
  const { engine } = fold
  const options = { ...fold.options, inputs, write: () => {} }
  const copy = new LevelFold(makeRuleSet([]), options, engine.incidents.copy())
  copy.engine.restoreState(engine.exportState())
  return copy
}

/** Copies the alerts of rules without their findings. */
function copyAlerts(fold: LevelFold, copy: LevelFold, rules: ReadonlySet<string>): void {
  for (const alert of fold.book.alerts.values()) {
    if (!rules.has(alert.rule.id)) continue
    const copied = restoreAlert(exportAlert(alert), alert.rule, null)
    if (alert.finding === null || alert.endDay < fold.engine.cutOffDay) copy.book.restore(copied)
    else copy.book.adopt(copied)
  }
}

/** The alerts that are not retracted. */
function* listStates(
  { book, engine }: LevelFold,
  share: number
): Generator<number, Map<string, State>> {
  const states = new Map<string, State>()
  for (const alert of book.alerts.values()) {
    if (alert.status === 'retracted') continue
    yield share
    states.set(alert.id, {
      sum: sumAlert(alert, engine.incidents),
      triggers: [...alert.triggers]
    })
  }
  return states
}

function sumAlert(alert: Alert, incidents: Incidents): AlertSum {
  const draft = new ChangeDraft(alert.id, 1)
  Object.assign(draft, { seq: 0, fold: 'public', notify: 'quiet' })
  addState(alert, incidents, draft)
  const change: AlertChange = JSON.parse(formatAlertChange(draft as AlertChange))
  return addAlertChange(null, { theatre: '', time: '' }, change)
}

type Describe = (state: State) => AlertSketch

function* compareStates(
  before: ReadonlyMap<string, State>,
  after: ReadonlyMap<string, State>,
  readers: ReadonlySet<string>,
  describe: { readonly before: Describe; readonly after: Describe }
): Generator<number, Pick<AlertDifference, 'appear' | 'change' | 'vanish' | 'same'>> {
  const appear: AlertSketch[] = []
  const change: { before: AlertSketch; after: AlertSketch }[] = []
  const vanish: AlertSketch[] = []
  const same: AlertSketch[] = []
  for (const id of sortIds(new Map([...before, ...after]))) {
    yield 0.95
    const [was, is] = [before.get(id), after.get(id)]
    if (is === undefined) vanish.push(describe.before(was!))
    else if (was === undefined) appear.push(describe.after(is))
    else {
      const isReader = readers.has(is.sum.ruleId)
      const both = { before: describe.before(was), after: describe.after(is) }
      // Other words alone have no event, but readers see them.
      const hasSameHeadline = isReader || both.before.headline === both.after.headline
      if (hasSameHeadline && haveSameContent(was.sum, is.sum, isReader)) same.push(both.after)
      else change.push(both)
    }
  }
  return { appear, change, vanish, same }
}

/** By rule, first day and group. */
function sortIds(states: ReadonlyMap<string, State>): readonly string[] {
  const keyed = Array.from(states, ([id, { sum }]) => {
    return [[sum.ruleId, sum.from, JSON.stringify(sum.group), id].join(' '), id] as const
  })
  return keyed.sort((a, b) => compareText(a[0], b[0])).map(([, id]) => id)
}

/** The version alone is no difference; nor is growth of a finding that only reads changed ones. */
function haveSameContent(a: AlertSum, b: AlertSum, isReader: boolean): boolean {
  if (!isReader) return isDeepStrictEqual({ ...a, ruleVersion: 0 }, { ...b, ruleVersion: 0 })
  const pickTimes = ({ from, to, levels }: AlertSum) => [from, to, levels]
  return isDeepStrictEqual(pickTimes(a), pickTimes(b))
}

function makeDescriber(
  incidents: Incidents,
  { byId }: RuleSet,
  known: ReadonlySet<string>
): Describe {
  const words = new Map(Array.from(byId, ([id, one]) => [id, readRuleWords(one)]))
  const lookup = new FoldLookup(incidents, id => words.get(id) ?? null)
  return ({ sum, triggers }) => {
    const statement = renderStatement(sum, { lookup, language: 'en' })
    const { ruleId, group, headline, drill, severity, area, window, handling } = statement
    const { falseAlarmsPerYear: _, ...measure } = statement.measure
    return {
      alertId: known.has(sum.alertId) ? sum.alertId : null,
      ...{ ruleId, group, headline, drill, severity, area, window, handling, measure },
      pattern: byId.get(ruleId)?.version.pattern ?? null,
      level: sum.levels.length,
      triggers: triggers.length,
      lateMs: computeLateMs(incidents, triggers, Date.parse(sum.levels[0]!))
    }
  }
}

/** Others that were reported sooner may have reached the level before. */
function computeLateMs(
  incidents: Incidents,
  triggers: readonly number[],
  reachedMs: number
): number {
  const { fromDay, minute } = incidents.columns
  const { firstReportedMs } = incidents.reports.columns
  let toldMs = reachedMs
  let beganMs = Infinity
  for (const row of triggers) {
    beganMs = Math.min(beganMs, minute[row]! * 60_000)
    if (convertToMs(fromDay[row]!) > reachedMs) continue
    const reports = incidents.listMembers(row).map(member => firstReportedMs[member]!)
    toldMs = Math.max(toldMs, Math.min(...reports))
  }
  return Math.max(0, toldMs - beganMs)
}
