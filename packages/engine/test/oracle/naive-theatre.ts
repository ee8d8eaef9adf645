// What the rules of an engine must find, and which incidents it must have, from its present reports
// alone: without an index, stored states and timers.

import { flag } from '../../src/data/vocabulary.ts'
import { DayView } from '../../src/rules/day-view.ts'
import { listCertainAreas } from '../../src/rules/families.ts'
import { Episode } from '../../src/rules/fold/episode.ts'
import type { DayRule } from '../../src/rules/rule.ts'
import type { RuleBase } from '../../src/rules/rule-base.ts'
import type { Engine } from '../../src/theatre/engine.ts'
import { listDayRules } from '../../src/theatre/rule-set.ts'
import { type Answers, assembleNaively, formatGroup } from '../assembly/naive-assembly.ts'
import { describeFinding, type FoundFinding } from '../support/format-finding.ts'
import { findClusters } from './cluster-oracle.ts'
import { findEpisodes } from './day-oracle.ts'
import { findOverFindings } from './findings-oracle.ts'
import { findOverlaps } from './overlap-oracle.ts'
import { findSituations } from './scan-oracle.ts'

/** Courses have fewer reports than the engine's limits. */
const limits = { maxPartners: 1000, maxComponent: 1000, maxDoubts: 1000 }

/** What a rule must find, or all rules of its pattern in the engine. */
export function findNaively(engine: Engine, { id }: RuleBase): FoundFinding[] {
  const { incidents, rules, today } = engine
  const dayRule = rules.dayRules.find(rule => rule.id === id)
  if (dayRule !== undefined) return findOfDayRule(engine, dayRule)
  const rows = listIncidents(engine)
  const clusterRule = rules.clusterRules.find(rule => rule.id === id)
  if (clusterRule !== undefined) return findClusters(clusterRule, incidents, rows, engine)
  const scanRule = rules.scanRules.find(rule => rule.id === id)
  if (scanRule !== undefined) return findSituations(scanRule, incidents, rows, engine)
  const inputs = [
    ...listDayRules(rules).flatMap(rule => findOfDayRule(engine, rule)),
    ...rules.clusterRules.flatMap(rule => findClusters(rule, incidents, rows, engine)),
    ...rules.scanRules.flatMap(rule => findSituations(rule, incidents, rows, engine))
  ]
  const overlapRule = rules.overlapRules.find(rule => rule.id === id)
  if (overlapRule !== undefined) return findOverlaps(overlapRule, incidents, inputs, today)
  const findingsRule = rules.findingsRules.find(rule => rule.id === id)!
  const names = findingsRule.readsFindingsOf
  const read = inputs.filter(({ pattern }) => names.includes(pattern))
  return findOverFindings(findingsRule, incidents, read, engine)
}

function findOfDayRule(engine: Engine, rule: DayRule): FoundFinding[] {
  const { warmUpDays } = rule
  const found = listEpisodes(engine, rule, makeView(engine)).map(describeFinding)
  return warmUpDays === undefined
    ? found
    : found.filter(({ startDay }) => startDay - warmUpDays >= engine.earliestDay)
}

function listEpisodes(engine: Engine, rule: DayRule, view: DayView): Episode[] {
  const { incidents } = engine
  const now = rule.clock === 'watermark' ? engine.watermarkDay : engine.today
  const rows = listIncidents(engine)
  return findEpisodes(rule, incidents, rows, view, now, engine.watermarkDay).map(found =>
    Object.assign(new Episode(rule, found.scope, view), found)
  )
}

function makeView(engine: Engine): DayView {
  const view = new DayView(engine.incidents)
  view.countUnheardDays = (from, to) => engine.unheard.count(from, to)
  view.listInputs = (patterns, from, to, scopes) => {
    const { baseKey, value, isDrill, family } = view.scope
    const inputView = makeView(engine)
    const isInArea = (row: number) =>
      listCertainAreas(engine.incidents, row).includes(family.getArea!(value))
    return engine.rules.dayRules
      .filter(({ pattern }) => patterns.includes(pattern))
      .flatMap(rule => listEpisodes(engine, rule, inputView))
      .filter(one => one.startDay <= to && from <= one.endDay)
      .filter(one =>
        scopes === 'area'
          ? one.isDrill === isDrill && one.listTriggers().some(isInArea)
          : one.scope.baseKey === baseKey
      )
      .map(one => ({ startDay: one.startDay, endDay: one.endDay, triggers: one.listTriggers() }))
  }
  return view
}

export function listIncidents({ reports, assembly }: Engine): number[] {
  return [...reports.ids.keys()].filter(row => assembly.findIncident(row) === row)
}

/** The incidents of an engine, as `listNaiveIncidents` has them. */
export function formatIncidents(engine: Engine): string[] {
  const { reports, incidents } = engine
  const { flags } = reports.columns
  const crowded = new Set([...flags.keys()].filter(row => (flags[row]! & flag.crowd) !== 0))
  return listIncidents(engine)
    .map(row => formatGroup(reports, incidents.listMembers(row), crowded))
    .sort()
}

/** `answers`: what was declared of pairs of reports. */
export function listNaiveIncidents({ reports }: Engine, answers: Answers): string[] {
  return assembleNaively(reports, answers, limits)
}
