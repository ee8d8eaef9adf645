// A time that an officer sets: forwards a tick after a gap, backwards nothing.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { expect, it } from 'vitest'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { TheatreEngine } from '../../src/theatre/theatre-engine.ts'
import { courseFirstDay, makeTheatreCourse } from '../support/theatre-course.ts'

const rules = ['surge', 'reporting-blackout', 'near-repeat'].map(ruleId => ({
  ...{ ruleId, ruleVersion: 1, pattern: ruleId, parameters: {} }
}))

function makeTheatre(): { readonly theatre: TheatreEngine; readonly written: string[] } {
  const written: string[] = []
  const theatre = new TheatreEngine(makeRuleSet(rules), {
    theatre: 'sahel',
    engine: '1.0.0',
    write: record => written.push(record),
    writeIncident: () => {}
  })
  return { theatre, written }
}

const { records } = makeTheatreCourse(7, { reports: 120, days: 200 })

/** The course with every third tick replaced. */
const replaceTicks = (replace: (to: string) => object) =>
  records.map((record, i) =>
    record.type === 'clock.ticked' && i % 3 === 0
      ? ({ ...record, ...replace(record.data.to) } as TheatreRecord)
      : record
  )

it('is a tick after a gap', () => {
  const [ticked, set] = [makeTheatre(), makeTheatre()]
  for (const record of replaceTicks(to => ({ data: { to, gap: true } })))
    ticked.theatre.apply(record)
  const data = { by: 'officer', reason: 'the clock stood still' }
  for (const record of replaceTicks(to => ({ type: 'clock.set', data: { ...data, to } })))
    set.theatre.apply(record)
  expect(set.written.length).toBeGreaterThan(20)
  expect(set.written).toEqual(ticked.written)
  const countUnheard = ({ theatre }: typeof set) =>
    theatre.folds[0]!.engine.unheard.count(courseFirstDay, courseFirstDay + 200)
  expect(countUnheard(set)).toBeGreaterThan(10)
  expect(countUnheard(set)).toBe(countUnheard(ticked))
})

it('changes nothing if it is earlier', () => {
  const { theatre, written } = makeTheatre()
  for (const record of records) theatre.apply(record)
  const [events, { nowMs }] = [written.length, theatre]
  const time = new Date(nowMs - 1).toISOString()
  const data = { to: time, by: 'officer', reason: 'a slip' }
  const record = { type: 'clock.set', data, theatre: 'sahel', id: 'set', time } as const
  expect(theatre.apply(record)).toBe('tick-not-later')
  expect([written.length, theatre.nowMs]).toEqual([events, nowMs])
})
