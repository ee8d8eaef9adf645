// The measuring of the fold, with one rule: it is the loop that is tested.

import { allRules, openFold } from '@tocsin/bench/load/fold-engine'
import { measureFold } from '@tocsin/bench/load/fold-measure'
import { makeRecords } from '@tocsin/bench/load/theatre-records'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { expect, it } from 'vitest'

const rules = allRules.filter(({ ruleId }) => ruleId === 'mass-casualty')

function* takeRecords(count: number): Generator<TheatreRecord> {
  const records = makeRecords({ reportsPerDay: 20, latePer100: 20 })
  for (let i = 0; i < count; i++) yield records.next().value
}

it('measures each record, the events and the ceiling', () => {
  const limits = { seconds: Number.POSITIVE_INFINITY }
  const folded = measureFold(openFold(rules), takeRecords(200), limits)
  expect(folded.reports).toBeGreaterThan(150)
  expect(folded.foldsMs).toHaveLength(200)
  const { cpuMs, events, eventBytes, ceilingMs } = folded
  expect(events).toBeGreaterThan(0)
  expect(eventBytes / events).toBeGreaterThan(100)
  // A process that ran little has no time of the CPU yet.
  expect(Math.min(cpuMs, ceilingMs)).toBeGreaterThanOrEqual(0)
})

it('ends at the limit of days', () => {
  const limits = { seconds: Number.POSITIVE_INFINITY, days: 3 }
  const { foldsMs } = measureFold(openFold(rules), takeRecords(2000), limits)
  expect(foldsMs).toHaveLength(512)
})
