// A preview says what the change then publishes.

import { changesAlert, parseAlertRecord } from '@tocsin/contracts/record/alert-event-v3'
import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import { describe, expect, it } from 'vitest'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { LevelFold, type LevelOptions } from '../../src/theatre/level-fold.ts'
import {
  type AlertDifference,
  type AlertSketch,
  type PreviewBase,
  previewRules
} from '../../src/theatre/preview.ts'
import { countByMonth, summarizeLateness } from '../../src/theatre/preview-summary.ts'
import { changeRules } from '../../src/theatre/rule-change.ts'
import { makeRuleSet, type RuleSet, removeRule, setRule } from '../../src/theatre/rule-set.ts'
import { writeSnapshot } from '../../src/theatre/snapshot.ts'
import { makeTheatreCourse } from '../support/theatre-course.ts'

const makeVersion = (id: string, parameters = {}, ruleVersion = 1): RuleVersion => ({
  ...{ ruleId: id, ruleVersion, pattern: id, parameters }
})
const usual = makeRuleSet(
  [...ruleDefinitions.keys()].filter(id => !id.startsWith('findings-')).map(id => makeVersion(id))
)

const options = { theatre: 'sahel', fold: 'public', engine: '1.0.0', growthDays: 1 } as const

function makeFold(records: string[] = [], more: Partial<LevelOptions> = {}): LevelFold {
  return new LevelFold(usual, { ...options, write: record => records.push(record), ...more })
}

function preview(
  fold: LevelFold,
  rules: RuleSet,
  against: PreviewBase = 'in-force'
): AlertDifference {
  const steps = previewRules(writeSnapshot(fold), options, fold.engine.rules, rules, against)
  let share = 0
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    expect(step.value).toBeGreaterThanOrEqual(share)
    share = step.value
  }
}

const listIds = (sketches: readonly AlertSketch[]) => sketches.map(({ alertId }) => alertId)

const course = { reports: 250, days: 200 }
const changes = {
  'a day rule': setRule(usual, makeVersion('surge', { countMin: 2 }, 2)),
  'a cluster rule': setRule(usual, makeVersion('front', { epsilonKm: 45, minPoints: 2 }, 2)),
  'severities alone': setRule(usual, { ...makeVersion('surge', {}, 2), severities: ['minor'] }),
  'a rule that is removed': removeRule(usual, 'mass-casualty'),
  'a rule over findings': setRule(usual, {
    ...makeVersion('findings-count'),
    parameters: { of: ['surge', 'front', 'near-repeat'] }
  })
}

describe.each(Object.entries(changes))('a preview of %s', (_, rules) => {
  it.each([
    [1, {}],
    [2, {}],
    [3, {}],
    [5, { retentionDays: 90, evictionDays: 10 }]
  ])('is what the change then publishes, seed %i', (seed, more) => {
    const written: string[] = []
    const fold = makeFold(written, more)
    const { records } = makeTheatreCourse(seed, course)
    const middle = Math.floor(records.length * 0.7)
    for (const record of records.slice(0, middle)) fold.apply(record)
    const { appear, change, vanish, same } = preview(fold, rules)
    const statuses = new Map([...fold.book.alerts.values()].map(one => [one.id, one.status]))
    const from = written.length
    changeRules(fold, rules, { id: 'change', time: new Date(fold.engine.nowMs).toISOString() })
    const events = written
      .slice(from)
      .map(record => parseAlertRecord(record).event)
      .filter(changesAlert)
    const select = (isSelected: (type: string, id: string, data: object) => boolean) =>
      events.flatMap(({ type, data }) =>
        isSelected(type, data.alertId, data) ? [data.alertId] : []
      )
    const known = new Set(statuses.keys())
    const isChanged = (id: string) => rules.byId.get(id) !== usual.byId.get(id)
    const isRetracted = (id: string) => statuses.get(id) === 'retracted'
    expect(new Set(listIds(vanish))).toEqual(new Set(select(type => type === 'alert.retracted')))
    expect(listIds(appear).filter(id => id === null)).toHaveLength(
      select((_type, id) => !known.has(id)).length
    )
    expect(new Set(listIds(appear).filter(id => id !== null))).toEqual(
      new Set(select((_type, id) => isRetracted(id)))
    )
    const changed = select(
      (type, id, data) =>
        known.has(id) &&
        !isRetracted(id) &&
        type !== 'alert.retracted' &&
        hasContent(data, isChanged(fold.book.alerts.get(id)!.rule.id))
    )
    expect(new Set(change.map(({ after }) => after.alertId))).toEqual(new Set(changed))
    for (const { alertId, measure, window, triggers } of [
      ...change.map(({ after }) => after),
      ...same
    ]) {
      const alert = fold.book.alerts.get(alertId!)!
      expect(triggers).toBe(alert.triggers.length)
      expect(measure).toMatchObject({ value: alert.value, threshold: alert.threshold })
      expect(window.to === null).toBe(alert.endDay === 1e9)
    }
    expect(appear.length + change.length + vanish.length).toBeGreaterThan(0)
  })
})

/** Members of an event that say when something began, rose or ended. */
const times = ['from', 'to', 'levels']
const bookkeeping = ['alertId', 'fold', 'notify', 'revision', 'seq', 'ruleVersion', 'reason']

/** True if an event has more than the version of its rule, or than growth of one that is a reader. */
function hasContent(data: object, isOfChangedRule: boolean): boolean {
  return Object.keys(data).some(name =>
    isOfChangedRule ? !bookkeeping.includes(name) : times.includes(name)
  )
}

describe('a preview', () => {
  it('of other words alone lists as changed the alerts that show them', () => {
    const fold = makeFold()
    for (const record of makeTheatreCourse(1, course).records) fold.apply(record)
    const version = { ...makeVersion('surge', {}, 2), headline: 'Look at {group.admin1}' }
    const { appear, change, vanish } = preview(fold, setRule(usual, version))
    expect([...appear, ...vanish]).toEqual([])
    const surges = [...fold.book.alerts.values()].filter(
      ({ rule, status }) => rule.id === 'surge' && status !== 'retracted'
    )
    expect(surges.length).toBeGreaterThan(0)
    expect(new Set(change.map(({ after }) => after.alertId))).toEqual(
      new Set(surges.map(({ id }) => id))
    )
    for (const { before, after } of change) {
      expect(after.headline).toMatch(/^Look at .+ \(.+\)$/)
      expect(before.headline).not.toBe(after.headline)
    }
  })

  it('against nothing has every alert that the changed rules would have', () => {
    const fold = makeFold()
    for (const record of makeTheatreCourse(1, course).records) fold.apply(record)
    const rules = setRule(usual, makeVersion('surge', {}, 2))
    const found = preview(fold, rules, 'nothing')
    const surges = [...fold.engine.listFindings()].filter(({ rule }) => rule.id === 'surge')
    expect(found.appear).toHaveLength(surges.length)
    expect({ ...found, appear: [] }).toMatchObject({ change: [], vanish: [], same: [] })
    const [first] = found.appear
    expect(first).toMatchObject({ alertId: null, pattern: 'surge', drill: false })
    expect(first!.headline).toMatch(/^Attacks in .+ \(.+\) surge: [\d.]+ in 7 days$/)
    const months = countByMonth(found.appear)
    const counted = months.flatMap(({ alerts }) => Object.values(alerts))
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(surges.length)
    const { medianSeconds, maxSeconds } = summarizeLateness(found.appear)!
    expect(medianSeconds).toBeGreaterThan(0)
    expect(maxSeconds).toBeGreaterThanOrEqual(medianSeconds)
  })
})
