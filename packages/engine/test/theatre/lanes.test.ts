// Lanes: what a backfill brings is no news.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { expect, it } from 'vitest'
import { Engine } from '../../src/theatre/engine.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { makeReport } from '../support/make-report.ts'
import { makeSilentPublisher } from '../support/silent-publisher.ts'

it.each(['live', 'backfill'] as const)('of a withdrawal: %s', lane => {
  const publisher = makeSilentPublisher()
  const engine = new Engine(makeRuleSet([]), () => publisher)
  const about = { theatre: 'sahel', time: '2025-06-02T00:00:00.000Z' }
  const apply = (record: Pick<TheatreRecord, 'id' | 'type' | 'data'>) =>
    engine.apply({ ...about, ...record } as TheatreRecord)
  apply({ id: 'a', type: 'report.received', data: makeReport({ reportId: 'one' }) })
  apply({ id: 'b', type: 'report.withdrawn', data: { reportId: 'one', reason: 'hoax', lane } })
  expect(engine.listIncidents()).toEqual([])
  expect(publisher.isQuiet).toBe(lane === 'backfill')
})
