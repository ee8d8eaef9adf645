// Preview of a change of rules: the snapshot of a fold is restored, the rules of that fold change, and
// its alerts before and after are compared. The change does the same when it comes, so the difference
// is what it then publishes.

import { isDeepStrictEqual } from 'node:util'
import type { AlertStatement, AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import { compareText } from '@tocsin/domain/compare-text'
import type { Incidents } from '../data/incidents.ts'
import { convertToMs } from '../data/time.ts'
import { FoldLookup } from '../render/incident-facts.ts'
import { renderStatement } from '../render/statement.ts'
import { incidentsPerStep } from './engine.ts'
import type { LevelFold, LevelOptions } from './level-fold.ts'
import { foldChange, sumAlert } from './rule-change.ts'
import {
  type ConfiguredRule,
  collectRules,
  type RuleSet,
  readRuleWords,
  readsRule
} from './rule-set.ts'
import { restoreSnapshot } from './snapshot.ts'

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
 * The difference that other rules would make to the fold of a snapshot. Yields the share that is done
 * at each pause.
 */
export function* previewRules(
  snapshot: Uint8Array,
  options: Omit<LevelOptions, 'write'>,
  rules: RuleSet,
  changedRules: RuleSet,
  against: PreviewBase
): Generator<number, AlertDifference> {
  const selected = selectRules(rules, changedRules, against)
  const { evaluated, readers } = selected
  const fold = restoreSnapshot(snapshot, selected.before, { ...options, write: () => {} })
  const { engine, book } = fold
  if (against === 'nothing') book.clear()
  const incidents = engine.listIncidents()
  const before = yield* listStates(fold, evaluated, 0)
  const known = new Set(book.alerts.keys())
  const steps = 2 * Math.ceil(incidents.length / incidentsPerStep) + 1
  let done = 0
  for (const _ of foldChange(fold, selected.after, incidents)) yield Math.min(0.9, ++done / steps)
  const cause = { id: 'preview', time: new Date(engine.nowMs).toISOString() }
  book.publishChanges(cause, engine.today, engine.watermarkDay, false)
  yield 0.95
  const after = yield* listStates(fold, evaluated, 0.95)
  const { fromDay } = engine.incidents.columns
  const since = incidents.reduce((first, row) => Math.min(first, fromDay[row]!), Infinity)
  return {
    theatre: options.theatre,
    incidents: incidents.length,
    sinceMs: since === Infinity ? null : convertToMs(since),
    ...(yield* compareStates(before, after, readers, {
      before: makeDescriber(engine.incidents, rules, rules, known),
      after: makeDescriber(engine.incidents, rules, changedRules, known)
    }))
  }
}

interface SelectedRules {
  /** Ids of the rules with compared alerts: those that change, and those that read them. */
  readonly evaluated: ReadonlySet<string>
  readonly readers: ReadonlySet<string>
  readonly before: RuleSet
  readonly after: RuleSet
}

/** The rules that a change concerns, with those that they read: to fold all would take most of the time. */
function selectRules(before: RuleSet, after: RuleSet, against: PreviewBase): SelectedRules {
  const ids = [...new Set([...before.byId.keys(), ...after.byId.keys()])]
  const changed = ids.filter(id => before.byId.get(id) !== after.byId.get(id))
  // Of a rule with the same law readers go on.
  const changedRules = changed.flatMap(id => {
    const [rule, other] = [before.byId.get(id)?.rule, after.byId.get(id)?.rule]
    return rule === other ? [] : [rule ?? [], other ?? []].flat()
  })
  const readers = [...after.byId].flatMap(([id, { rule }]) =>
    changedRules.some(other => readsRule(rule, other)) ? id : []
  )
  const evaluated = new Set(against === 'nothing' ? changed : [...changed, ...readers])
  const needed = new Set([...listNeeded(before, evaluated), ...listNeeded(after, evaluated)])
  const select = (rules: RuleSet, isLeftOut: (id: string) => boolean) =>
    collectRules(
      [...rules.byId].flatMap(([id, one]) => (needed.has(id) && !isLeftOut(id) ? one : []))
    )
  return {
    evaluated,
    readers: new Set(readers.filter(id => !changed.includes(id))),
    before: select(before, id => against === 'nothing' && evaluated.has(id)),
    after: select(after, () => false)
  }
}

/** Ids of these rules, and of the rules that they read. */
function listNeeded({ byId }: RuleSet, ids: ReadonlySet<string>): ReadonlySet<string> {
  const needed = new Set<string>()
  const add = (id: string, { rule }: ConfiguredRule) => {
    if (needed.has(id)) return
    needed.add(id)
    for (const [other, one] of byId) if (readsRule(rule, one.rule)) add(other, one)
  }
  for (const [id, one] of byId) if (ids.has(id)) add(id, one)
  return needed
}

/** The alerts of these rules that are not retracted. */
function* listStates(
  { book, engine }: LevelFold,
  rules: ReadonlySet<string>,
  share: number
): Generator<number, Map<string, State>> {
  const states = new Map<string, State>()
  for (const alert of book.alerts.values()) {
    if (alert.status === 'retracted' || !rules.has(alert.rule.id)) continue
    yield share
    states.set(alert.id, {
      sum: sumAlert(alert, engine.incidents),
      triggers: [...alert.triggers]
    })
  }
  return states
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

/** A rule that is removed keeps its words. */
function makeDescriber(
  incidents: Incidents,
  earlier: RuleSet,
  { byId }: RuleSet,
  known: ReadonlySet<string>
): Describe {
  const all = [...earlier.byId, ...byId]
  const words = new Map(all.map(([id, one]) => [id, readRuleWords(one)]))
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
