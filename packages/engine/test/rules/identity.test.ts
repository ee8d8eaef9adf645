// Rules whose situations return: which alert a later one belongs to.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { expect, it } from 'vitest'
import { convertToDay, formatDay } from '../../src/data/time.ts'
import { LevelFold } from '../../src/theatre/level-fold.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { makeReport, type ReportSketch } from '../support/make-report.ts'

const place = { name: 'Konna', settlement: 'konna', settlementName: 'Konna' }

/** Days are numbers from 1 January 2025. */
const writeDay = (day: number) => formatDay(convertToDay(Date.parse('2025-01-01')) + day)

function begin(pattern: string) {
  const rules = makeRuleSet([{ ruleId: pattern, ruleVersion: 1, pattern, parameters: {} }])
  const published: string[] = []
  const fold = new LevelFold(rules, {
    ...{ theatre: 'sahel', fold: 'public', engine: '1.0.0' },
    write: record => {
      const { type, data } = JSON.parse(record)
      if (/raised|resolved|reopened/.test(type))
        published.push(`${type.split('.')[2]} ${data.alertId}`)
    }
  })
  const apply = (type: string, data: object) =>
    fold.apply({ id: `${count++}`, type, data, theatre: 'sahel', time: '' } as TheatreRecord)
  let count = 0
  const settings = { reliability: 'B', latenessDays: 0, cadenceDays: 1000, archive: false }
  for (const id of ['source', 'other']) apply('source.configured', { id, ...settings })
  return {
    published,
    tick: (day: number) =>
      apply('clock.ticked', { to: `${writeDay(day)}T00:00:00.000Z`, gap: false }),
    report: (from: number, to: number, sketch: ReportSketch) =>
      apply('report.received', makeReport({ at: [writeDay(from), writeDay(to)], place, ...sketch }))
  }
}

it('a siege that returns within `bridgedGapDays` of its end reopens its alert', () => {
  const { report, tick, published } = begin('siege')
  tick(0)
  const besiege = (from: number, to: number) => {
    for (const category of ['blockade', 'aid-denied'] as const) report(from, to, { category })
    tick(to + 1)
  }
  besiege(1, 20)
  for (const sourceId of ['source', 'other'])
    report(25, 25, { category: 'access-restored', sourceId })
  tick(45)
  besiege(47, 60)
  const [, alertId] = published[0]!.split(' ')
  expect(published).toEqual([`raised ${alertId}`, `resolved ${alertId}`, `reopened ${alertId}`])
})

it('a town that is lost again within `bridgedGapDays` reopens its alert', () => {
  const { report, tick, published } = begin('territory-lost')
  tick(0)
  const seize = (day: number) => {
    const actors = [{ name: 'JNIM', role: 'perpetrator' as const }]
    report(day, day, { category: 'territory-seized', actors: actors as never })
    tick(day + 1)
  }
  seize(1)
  for (const [day, sourceId] of [
    [10, 'source'],
    [11, 'other']
  ] as const)
    report(day, day, { category: 'clash', tactics: ['other:retaken'], sourceId })
  tick(13)
  seize(15)
  const [, alertId] = published[0]!.split(' ')
  expect(published).toEqual([`raised ${alertId}`, `resolved ${alertId}`, `reopened ${alertId}`])
})

it('one report of three distant places is a coordinated attack', () => {
  const { report, tick, published } = begin('coordinated-attack')
  tick(0)
  report(1, 1, { category: 'protest' })
  tick(400)
  const places = [
    { name: 'Dioura', settlement: 'dioura', lat: 14.83, lon: -5.25 },
    { name: 'Boulkessi', settlement: 'boulkessi', lat: 14.44, lon: -0.67 },
    { name: 'Sirakorola', settlement: 'sirakorola', lat: 13.29, lon: -7.57 }
  ]
  const [first, ...others] = places
  const actors = [{ name: 'JNIM', role: 'perpetrator' }] as never
  report(401, 401, { place: first!, alsoAt: others, actors })
  tick(402)
  expect(published.map(each => each.split(' ')[0])).toEqual(['raised'])
})
