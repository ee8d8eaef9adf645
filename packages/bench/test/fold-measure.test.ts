// The measuring of the fold, with one rule: it is the loop that is tested.

import { allRules, openEngine } from '@tocsin/bench/load/fold-engine'
import { type MeasuredEngines, measureFold } from '@tocsin/bench/load/fold-measure'
import { openNextEngine } from '@tocsin/bench/load/next-engine'
import { crowdTick, makeRecords } from '@tocsin/bench/load/theatre-records'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { expect, it } from 'vitest'

const endless = { seconds: Number.POSITIVE_INFINITY }
const open = (): MeasuredEngines => ({
  present: openEngine(rules),
  together: openEngine(rules),
  next: openNextEngine(rules)
})
const rules = allRules.filter(({ ruleId }) => ruleId === 'mass-casualty')

function* takeRecords(count: number): Generator<TheatreRecord> {
  const records = makeRecords({ reportsPerDay: 20, latePer100: 20 })
  for (let i = 0; i < count; i++) yield records.next().value
}

it('measures the same records one by one by both engines, and together', () => {
  const folded = measureFold(open(), takeRecords(200), endless)
  expect(folded.reports).toBeGreaterThan(150)
  for (const { foldsMs, cpuMs, events, eventBytes } of [folded.present, folded.next]) {
    expect(foldsMs).toHaveLength(200)
    expect(Math.min(cpuMs, events, eventBytes / events - 100)).toBeGreaterThan(0)
  }
  expect(Math.min(folded.togetherMs, folded.ceilingMs)).toBeGreaterThan(0)
})

it('fails if two present engines give different events', () => {
  const engines = open()
  engines.together.fold(crowdTick)
  expect(() => measureFold(engines, takeRecords(200), endless)).toThrow('different events')
})
