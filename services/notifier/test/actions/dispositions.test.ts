// How often alerts of each rule were false alarms, as officers judged them, for readers of
// different reach.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { ownerKey } from '../support/notifier-harness.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const budgeted = {
  ...{ ruleId: 'cluster', ruleVersion: 1, pattern: 'cluster' },
  parameters: { budget: 4 }
}
const operator = { acknowledgedBy: null, acknowledgedUntil: null, assignedTo: null }
const closedAs = (disposition: string) => ({
  status: 'resolved' as const,
  operator: { ...operator, disposition }
})
const write = async (...events: Parameters<Suite['h']['alerts']['write']>[]) => {
  for (const event of events) await suite.h.alerts.write(...event)
  await settle()
}
const rows = async (key = ownerKey) =>
  (await suite.ask('GET', '/v1/dispositions', { key })).body.items

/** So many alerts of a rule that officers closed, and the handling of each. */
async function judge(
  name: string,
  count: number,
  disposition: string,
  more: object = {}
): Promise<void> {
  for (let i = 0; i < count; i++)
    await write(
      ['raised', `${name}-${i}`, more],
      ['resolved', `${name}-${i}`, { ...more, ...closedAs(disposition) }]
    )
}

describe('dispositions by rule', () => {
  it('count alerts that were raised in the last year, and say how often they were false alarms', async () => {
    const now = suite.h.clock.nowMs()
    const dayMs = 86_400_000
    suite.h.alerts.moveTo(now - 400 * dayMs)
    await judge('old', 2, 'false-alarm')
    suite.h.alerts.moveTo(now - 300 * dayMs)
    await judge('false', 3, 'false-alarm')
    await judge('true', 7, 'true')
    await write(['raised', 'open'], ['raised', 'drill', { drill: true }])
    expect(await rows()).toEqual([
      {
        ...{
          theatre: 'sahel',
          ruleId: 'siege',
          since: new Date(now - 365 * dayMs).toISOString(),
          raised: 11,
          judged: 10
        },
        dispositions: { true: 7, 'false-alarm': 3, duplicate: 0, drill: 0 },
        falseAlarmsPerYear: 3,
        expectedPerYear: null,
        spent: null
      }
    ])
  })

  it('set the budget of a rule beside what its alerts of the last year spent of it', async () => {
    await suite.h.declare({ type: 'rule.declared', data: budgeted })
    const state = (falseAlarmsPerYear: number, from: string) => ({
      ...{ ruleId: 'cluster', window: { from, to: null } },
      measure: { name: 'attacks', value: 4, threshold: 3, baseline: 0.1, falseAlarmsPerYear }
    })
    const recent = '2026-02-20T00:00:00.000Z'
    await write(
      ['raised', 'a', state(2, recent)],
      ['raised', 'b', state(1, recent)],
      ['raised', 'imported', state(4, '2023-02-20T00:00:00.000Z')],
      ['raised', 'drill', { ...state(4, recent), drill: true }]
    )
    expect(await rows()).toMatchObject([{ raised: 3, expectedPerYear: 4, spent: 1.5 }])
  })

  it('stand in the metrics of each theatre whose rules have a budget', async () => {
    const read = async (name: string) =>
      (await suite.h.metrics.getSingleMetric(name)?.get())?.values.map(({ labels, value }) => [
        labels.theatre,
        value
      ])
    await suite.ask('PUT', '/v1/theatres/sahel', { body: { countries: ['ML'] } })
    await judge('siege', 1, 'false-alarm')
    expect(await read('tocsin_false_alarm_budget_per_year')).toEqual([])
    await suite.h.declare({ type: 'rule.declared', data: budgeted })
    const measure = { name: 'attacks', value: 4, threshold: 3, baseline: 0.1 }
    const state = { ruleId: 'cluster', measure: { ...measure, falseAlarmsPerYear: 1 } }
    await judge('cluster', 3, 'false-alarm', state)
    expect(await read('tocsin_false_alarm_budget_per_year')).toEqual([['sahel', 4]])
    expect(await read('tocsin_false_alarms_spent')).toEqual([['sahel', 1.5]])
    expect(await read('tocsin_false_alarms_judged')).toEqual([['sahel', 3]])
  })

  it('count an alert that came back as not judged', async () => {
    await judge('a', 1, 'false-alarm')
    await write([
      'reopened',
      'a-0',
      { status: 'provisional', operator: { ...operator, disposition: null } }
    ])
    expect(await rows()).toMatchObject([{ raised: 1, judged: 0 }])
  })
})
