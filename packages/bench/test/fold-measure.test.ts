// The measuring of the fold, with one rule: it is the loop that is tested.

import { allRules, openEngine } from '@tocsin/bench/load/fold-engine'
import { measureFold } from '@tocsin/bench/load/fold-measure'
import { crowdTick, makeRecords } from '@tocsin/bench/load/theatre-records'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { expect, it } from 'vitest'

const endless = { seconds: Number.POSITIVE_INFINITY }
const rules = allRules.filter(({ ruleId }) => ruleId === 'mass-casualty')

function* takeRecords(count: number): Generator<TheatreRecord> {
  const records = makeRecords({ reportsPerDay: 20, latePer100: 20 })
  for (let i = 0; i < count; i++) yield records.next().value
}

it('measures the same records one by one and together', () => {
  const folded = measureFold(openEngine(rules), openEngine(rules), takeRecords(200), endless)
  expect(folded.foldsMs).toHaveLength(200)
  expect(folded.reports).toBeGreaterThan(150)
  expect(folded.eventBytes).toBeGreaterThan(0)
  expect(Math.min(folded.oneByOneMs, folded.togetherMs, folded.ceilingMs)).toBeGreaterThan(0)
})

it('fails if two engines give different events', () => {
  const ahead = openEngine(rules)
  ahead.fold(crowdTick)
  const measure = () => measureFold(openEngine(rules), ahead, takeRecords(200), endless)
  expect(measure).toThrow('different events')
})
