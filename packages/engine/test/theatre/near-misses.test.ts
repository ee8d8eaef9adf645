// Near misses of day rules and of cluster rules.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { describe, expect, it } from 'vitest'
import { convertToDay, formatDay } from '../../src/data/time.ts'
import { Engine } from '../../src/theatre/engine.ts'
import { listNearMisses } from '../../src/theatre/near-misses.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { makeReport, type ReportSketch } from '../support/make-report.ts'
import { makeSilentPublisher } from '../support/silent-publisher.ts'

const rules = makeRuleSet(
  ['surge', 'front', 'new-actor', 'siege'].map(id => ({
    ...{ ruleId: id, ruleVersion: 1, pattern: id },
    parameters: id === 'surge' ? { countMin: 5 } : {}
  }))
)

function applyAttacks(days: readonly string[], today: string, sketch: ReportSketch = {}): Engine {
  const engine = new Engine(rules, makeSilentPublisher)
  const apply = (type: string, data: object, at: string) => {
    const record = { id: `${type} ${at}`, theatre: 'sahel', time: `${at}T00:00:00.000Z` }
    engine.apply({ ...record, type, data } as TheatreRecord)
  }
  for (const [i, at] of days.entries()) {
    const narrativeKey = `attack ${i}`
    const report = { at, narrativeKey, contentHash: narrativeKey, ...sketch }
    apply('report.received', makeReport(report), at)
  }
  apply('clock.ticked', { to: `${today}T00:00:00.000Z`, gap: false }, today)
  return engine
}

const listDays = (count: number) => {
  const first = convertToDay(Date.parse('2025-06-01'))
  return Array.from({ length: count }, (_, i) => formatDay(first + i))
}

describe('near misses', () => {
  it('of a day rule are scopes with at least 0.8 of the threshold', () => {
    const near = applyAttacks(listDays(4), '2025-06-05')
    expect(listNearMisses(near, 'surge')).toEqual([
      {
        group: { admin1: 'ML-4' },
        measure: { name: 'attacks in 7 days', value: 4, threshold: 5, baseline: 0 },
        ...{ lacks: '1 more', incidents: 4, lastAt: '2025-06-04T00:00:00.000Z' }
      }
    ])
    for (const count of [3, 5])
      expect(listNearMisses(applyAttacks(listDays(count), '2025-06-06'), 'surge')).toEqual([])
    expect(listNearMisses(applyAttacks(listDays(4), '2025-06-12'), 'surge')).toEqual([])
  })

  it('of a cluster rule are linked incidents that lack one', () => {
    expect(listNearMisses(applyAttacks(listDays(2), '2025-06-10'), 'front')).toEqual([
      {
        group: { admin1: 'ML-4', near: 'Diosso' },
        measure: expect.objectContaining({ value: 2, threshold: 3, baseline: null }),
        ...{ lacks: '1 more', incidents: 2, lastAt: '2025-06-02T00:00:00.000Z' }
      }
    ])
    for (const count of [1, 3])
      expect(listNearMisses(applyAttacks(listDays(count), '2025-06-10'), 'front')).toEqual([])
    expect(listNearMisses(applyAttacks(listDays(2), '2025-06-20'), 'front')).toEqual([])
  })

  it('of a siege are settlements that lack one criterion', () => {
    const place = { settlement: 'ML-4/diosso', settlementName: 'Diosso' }
    const sketch = { category: 'blockade', place } as const
    const near = applyAttacks(['2025-06-01'], '2025-06-02', sketch)
    expect(listNearMisses(near, 'siege')).toMatchObject([
      { group: { settlement: 'Diosso' }, measure: { value: 1, threshold: 2 }, lacks: '1 more' }
    ])
  })

  it('are unknown of a rule that measures no idle scope, and of none', () => {
    const engine = applyAttacks(listDays(2), '2025-06-10')
    expect(listNearMisses(engine, 'new-actor')).toBeNull()
    expect(listNearMisses(engine, 'no-rule')).toBeNull()
  })
})
