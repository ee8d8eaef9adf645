// Changes of rules in a running fold, on random courses.

import {
  type AlertSum,
  addAlertChange,
  findChainBreak,
  parseAlertRecord
} from '@tocsin/contracts/record/alert-event-v3'
import type { RuleVersion, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { describe, expect, it } from 'vitest'
import { getAlert } from '../../src/alerts/alert.ts'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { LevelFold, type LevelOptions } from '../../src/theatre/level-fold.ts'
import { changeRules } from '../../src/theatre/rule-change.ts'
import { makeRuleSet, type RuleSet, removeRule, setRule } from '../../src/theatre/rule-set.ts'
import { restoreSnapshot, writeSnapshot } from '../../src/theatre/snapshot.ts'
import { makeTheatreCourse } from '../support/theatre-course.ts'

const makeVersion = (id: string, more: Partial<RuleVersion> = {}): RuleVersion => ({
  ...{ ruleId: id, ruleVersion: 1, pattern: id, parameters: {} },
  ...more
})
const usual = makeRuleSet([...ruleDefinitions.keys()].map(id => makeVersion(id)))
const seeds = [1, 2, 3, 4, 5, 6]

/** Versions with another law than the defaults, of day rules, cluster rules and an overlap rule. */
const changes: readonly RuleVersion[] = [
  makeVersion('surge', { ruleVersion: 2, parameters: { countMin: 2, leaveDays: 9 } }),
  makeVersion('siege', { ruleVersion: 2, parameters: { heldDays: 3 } }),
  makeVersion('new-actor', { ruleVersion: 2, groupBy: ['category'] }),
  makeVersion('front', { ruleVersion: 2, parameters: { epsilonKm: 45 } }),
  makeVersion('repeat-victimisation', { ruleVersion: 2, where: 'category == "attack"' }),
  makeVersion('compound-crisis', { ruleVersion: 2, parameters: { windowDays: 10 } }),
  makeVersion('reporting-blackout', { ruleVersion: 2, parameters: { silenceDaysMin: 1 } }),
  makeVersion('blackout-too', { pattern: 'reporting-blackout' }),
  makeVersion('retaliation-watch', { ruleVersion: 2, parameters: { quietDays: 20 } })
]
const changed = changes.reduce((set, version) => setRule(set, version), usual)

class ReadFold {
  readonly records: string[] = []
  readonly sums = new Map<string, AlertSum>()
  readonly fold: LevelFold

  constructor(rules: RuleSet, options: Partial<LevelOptions> = {}, snapshot?: Uint8Array) {
    const all: LevelOptions = {
      ...{ theatre: 'sahel', fold: 'public', engine: '1.0.0', growthDays: 1, ...options },
      write: record => this.#read(record)
    }
    this.fold =
      snapshot === undefined ? new LevelFold(rules, all) : restoreSnapshot(snapshot, rules, all)
  }

  #read(record: string): void {
    this.records.push(record)
    const { envelope, event } = parseAlertRecord(record)
    if (event.type === 'alert.action-refused') return
    const { alertId } = event.data
    this.sums.set(alertId, addAlertChange(this.sums.get(alertId) ?? null, envelope, event.data))
  }

  apply(records: readonly TheatreRecord[]): this {
    for (const record of records) this.fold.apply(record)
    return this
  }

  /** Returns the events of the change. */
  change(rules: RuleSet, id: string) {
    const before = this.records.length
    const time = new Date(this.fold.engine.nowMs).toISOString()
    changeRules(this.fold, rules, { id, time })
    return this.records.slice(before).map(record => parseAlertRecord(record).event)
  }

  /** What readers see of the alerts that are not retracted. */
  listAlerts(): readonly object[] {
    return [...this.sums.values()]
      .filter(({ status }) => status !== 'retracted')
      .map(({ revision: _, operatorRevision: _o, ruleVersion: _v, seq: _s, ...rest }) => {
        // A group is published when an alert gets another finding: a cluster may have moved since.
        const { detectedAt: _d, notify: _n, reason: _r, group: _g, ...content } = rest
        return content
      })
      .sort((a, b) => (a.alertId < b.alertId ? -1 : 1))
  }

  listFindings(): readonly string[] {
    const { engine } = this.fold
    const { ids } = engine.reports
    return [...engine.listFindings()]
      .map(one => {
        const { rule, group, startDay, endDay, level } = one
        const triggers = one.listTriggers().map(row => ids[row])
        const measured = [one.listLevelDays(), one.measure(), one.listFacts()]
        return JSON.stringify([rule.id, group, startDay, endDay, level, measured, triggers.sort()])
      })
      .sort()
  }
}

describe('a change of rules', () => {
  it.each(seeds)('finds what a fold with the new rules finds from the start on, seed %i', seed => {
    const { records } = makeTheatreCourse(seed, { reports: 250, days: 200 })
    const middle = Math.floor(records.length * 0.6)
    const read = new ReadFold(usual).apply(records.slice(0, middle))
    read.change(changed, 'change')
    const fresh = new ReadFold(changed).apply(records.slice(0, middle))
    expect(read.listFindings()).toEqual(fresh.listFindings())
    read.apply(records.slice(middle))
    fresh.apply(records.slice(middle))
    expect(read.listFindings()).toEqual(fresh.listFindings())
    for (const finding of read.fold.engine.listFindings())
      if (read.fold.engine.isPublished(finding)) expect(getAlert(finding)).not.toBeNull()
    expect(findChainBreak(read.records)).toBe(-1)
  })

  it.each(seeds)('and back again leaves no difference, seed %i', seed => {
    const { records } = makeTheatreCourse(seed, { reports: 250, days: 200 })
    const read = new ReadFold(usual).apply(records)
    const before = read.listAlerts()
    const there = read.change(changed, 'there')
    expect(read.listAlerts()).not.toEqual(before)
    const back = read.change(usual, 'back')
    expect(read.listAlerts()).toEqual(before)
    const ids = new Set(changes.map(({ ruleId }) => ruleId))
    for (const { data, type } of [...there, ...back]) {
      expect(data.notify, type).toBe('quiet')
      expect(ids).toContain(read.sums.get(data.alertId)!.ruleId)
    }
  })

  it.each(seeds)('goes on as a restored fold does, with retention, seed %i', seed => {
    const { records } = makeTheatreCourse(seed, { reports: 300, days: 1100 })
    const options = { retentionDays: 150, evictionDays: 20 }
    const middle = Math.floor(records.length * 0.7)
    const read = new ReadFold(usual, options).apply(records.slice(0, middle))
    read.change(removeRule(changed, 'near-repeat'), 'change')
    const { engine } = read.fold
    const restored = new ReadFold(engine.rules, options, writeSnapshot(read.fold))
    const from = read.records.length
    read.apply(records.slice(middle))
    restored.apply(records.slice(middle))
    expect(restored.records).toEqual(read.records.slice(from))
    expect(restored.records.length).toBeGreaterThan(20)
  })
})
