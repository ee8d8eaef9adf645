// Changes of rules in a running fold, on random courses.

import {
  type AlertSum,
  addAlertChange,
  changesAlert,
  parseAlertRecord
} from '@tocsin/contracts/record/alert-event-v3'
import type {
  AlertRequest,
  RuleVersion,
  TheatreRecord
} from '@tocsin/contracts/theatre/theatre-record'
import { findChainBreak } from '@tocsin/testing/report/chain-break'
import { describe, expect, it } from 'vitest'
import { getAlert } from '../../src/alerts/alert.ts'
import type { Cause } from '../../src/alerts/event-chain.ts'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { isOldNews } from '../../src/rules/finding.ts'
import { LevelFold, type LevelOptions } from '../../src/theatre/level-fold.ts'
import { adoptAlerts, changeRules, listPublished } from '../../src/theatre/rule-change.ts'
import { makeRuleSet, type RuleSet, removeRule, setRule } from '../../src/theatre/rule-set.ts'
import { restoreSnapshot, writeSnapshot } from '../../src/theatre/snapshot.ts'
import { TheatreEngine, type TheatreOptions } from '../../src/theatre/theatre-engine.ts'
import { makeTheatreCourse } from '../support/theatre-course.ts'

const makeVersion = (id: string, more: Partial<RuleVersion> = {}): RuleVersion => ({
  ...{ ruleId: id, ruleVersion: 1, pattern: id, parameters: {} },
  ...more
})
const usual = makeRuleSet([...ruleDefinitions.keys()].map(id => makeVersion(id)))
const overFindings = [...ruleDefinitions.keys()].filter(id => id.startsWith('findings-'))
const seeds = [1, 2, 4, 5, 6, 13]

/** Versions with another law than the defaults, of each kind of rule. */
const changes: readonly RuleVersion[] = [
  makeVersion('surge', { ruleVersion: 2, parameters: { countMin: 2, leaveDays: 9 } }),
  makeVersion('siege', { ruleVersion: 2, parameters: { heldDays: 3 } }),
  makeVersion('new-actor', { ruleVersion: 2, groupBy: ['category'] }),
  makeVersion('front', { ruleVersion: 2, parameters: { epsilonKm: 45 } }),
  makeVersion('cluster', {
    ruleVersion: 2,
    parameters: { budget: 1 },
    where: 'category != "clash"'
  }),
  makeVersion('repeat-victimisation', { ruleVersion: 2, where: 'category == "attack"' }),
  makeVersion('compound-crisis', { ruleVersion: 2, parameters: { windowDays: 10 } }),
  makeVersion('reporting-blackout', { ruleVersion: 2, parameters: { silenceDaysMin: 1 } }),
  makeVersion('findings-count', { ruleVersion: 2, parameters: { threshold: 2 } }),
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
    if (!changesAlert(event)) return
    const { alertId } = event.data
    this.sums.set(alertId, addAlertChange(this.sums.get(alertId) ?? null, envelope, event.data))
  }

  apply(records: readonly TheatreRecord[]): this {
    for (const record of records) this.fold.apply(record)
    return this
  }

  /** Returns the events of the change. */
  change(rules: RuleSet, id: string) {
    return this.collect(cause => changeRules(this.fold, rules, cause), id)
  }

  /** Returns the events that an action publishes. */
  collect(act: (cause: Cause) => void, id: string) {
    const before = this.records.length
    act({ id, time: new Date(this.fold.engine.nowMs).toISOString() })
    return this.records
      .slice(before)
      .map(record => parseAlertRecord(record).event)
      .filter(changesAlert)
  }

  /** What readers see of the alerts that are not retracted. */
  listAlerts(): readonly object[] {
    return [...this.sums.values()]
      .filter(({ status }) => status !== 'retracted')
      .map(({ revision: _, operatorRevision: _o, ruleVersion: _v, seq: _s, ...rest }) => {
        const { detectedAt: _d, notify: _n, reason: _r, ...content } = rest
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
      if (read.fold.engine.isPublished(finding) && !isOldNews(finding))
        expect(getAlert(finding)).not.toBeNull()
    expect(findChainBreak(read.records)).toBe(-1)
  })

  it.each(seeds)('and back again leaves no difference, seed %i', seed => {
    const { records } = makeTheatreCourse(seed, { reports: 250, days: 200 })
    // The alerts of a block over findings change with those of the rules that it reads.
    const rules = overFindings.reduce(removeRule, usual)
    const read = new ReadFold(rules).apply(records)
    const before = read.listAlerts()
    const there = read.change(overFindings.reduce(removeRule, changed), 'there')
    expect(read.listAlerts()).not.toEqual(before)
    const back = read.change(rules, 'back')
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

describe('a change of the engine', () => {
  it.each(seeds)('continues the published alerts, each with one quiet event, seed %i', seed => {
    const { records } = makeTheatreCourse(seed, { reports: 250, days: 200 })
    const earlier = new ReadFold(usual).apply(records)
    const { alertId, operatorRevision } = [...earlier.sums.values()].find(
      ({ status, ruleId }) => status === 'confirmed' && ruleId !== 'surge'
    )!
    const request: AlertRequest = {
      ...{ action: 'acknowledge', actionId: 'act', alertId, ifMatch: operatorRevision, by: 'Awa' },
      ...{ until: null, note: null, to: null, text: null, disposition: null }
    }
    earlier.collect(cause => {
      const record = { ...cause, type: 'operator.requested', theatre: 'sahel', data: request }
      earlier.fold.act(request, record as TheatreRecord)
    }, 'act')
    const next = new ReadFold(removeRule(usual, 'surge')).apply(records)
    next.sums.clear()
    const published = listPublished(earlier.fold)
    const events = next.collect(cause => adoptAlerts(next.fold, published, cause), 'engine')
    expect(new Set(events.map(({ data }) => data.alertId)).size).toBe(events.length)
    for (const { data } of events) expect(data.notify).toBe('quiet')
    for (const { state } of published) {
      const sum = next.sums.get(state.alertId)
      if (state.status === 'retracted') expect(sum).toBeUndefined()
      else if (state.ruleId === 'surge')
        expect(sum).toMatchObject({ status: 'retracted', reason: 'engine-changed' })
      else if (state.to === null)
        expect(sum).toMatchObject({ status: state.status, group: state.group })
    }
    expect(next.sums.get(alertId)!.operator.acknowledgedBy).toBe('Awa')
    expect(next.fold.book.alerts.size).toBe(published.length)
  })

  it('that finds nothing to publish leaves later alerts as they would be', () => {
    const { records } = makeTheatreCourse(5, { reports: 60, days: 60 })
    // Reports of the past: some findings are over when they are found.
    const last = records.findLast(({ type }) => type === 'clock.ticked')!
    const reports = records.filter(({ type }) => type === 'report.received')
    const whole = new ReadFold(usual).apply([last, ...reports])
    const read = new ReadFold(usual).apply([last])
    read.collect(cause => adoptAlerts(read.fold, [], cause), 'engine')
    read.apply(reports)
    expect(read.records).toEqual(whole.records)
  })
})

describe('records of a theatre', () => {
  it('change rules and retention at all levels, and in its snapshot', () => {
    const written: string[] = []
    const options: TheatreOptions = {
      ...{ theatre: 'sahel', engine: '1.0.0', writeIncident: () => {} },
      write: record => written.push(record)
    }
    const theatre = new TheatreEngine(usual, options)
    const { records } = makeTheatreCourse(1, {
      ...{ reports: 150, days: 120, handlings: ['public', 'internal'] }
    })
    for (const record of records) theatre.apply(record)
    const apply = (type: string, data: object) => {
      const before = written.length
      const at = { id: `${type} ${before}`, theatre: 'sahel', time: records.at(-1)!.time }
      const ignored = theatre.apply({ ...at, type, data } as TheatreRecord)
      return ignored ?? written.slice(before)
    }
    expect(apply('rule.configured', makeVersion('surge'))).toEqual([])
    expect(apply('rule.configured', makeVersion('surge', { pattern: 'urge' }))).toBe(
      'unusable-rule'
    )
    const elsewhere = makeVersion('surge', { ruleVersion: 2, theatres: ['levant'] })
    apply('rule.configured', elsewhere)
    for (const { book } of theatre.folds) {
      const surges = [...book.alerts.values()].filter(({ rule }) => rule.id === 'surge')
      expect(new Set(surges.map(({ status }) => status))).toEqual(new Set(['retracted']))
    }
    apply('theatre.configured', { id: 'sahel', retentionDays: 300 })
    const restored = TheatreEngine.restore(theatre.writeSnapshot(), options)
    for (const { engine } of restored.folds) {
      expect(engine.rules.byId.has('surge')).toBe(false)
      expect(engine.retentionDays).toBe(300)
    }
  })
})
