// A turn that has nothing to send, and only skips, leaves less that waits: else the sender would
// make it again, without end.

import { runsOf } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Story } from '../support/delivery-story.ts'
import { sharedStep, takeStep } from '../support/shared-log.ts'

const news = { pages: false, closes: false }
const end = { pages: false, closes: true }

it('skips an alert that began and ended unheard, though what lapsed lies before it and after what a filter left out', () => {
  const s = new Story()
  s.isUp = false
  s.plan(1, news)
  s.run(1)
  for (const alert of [2, 3]) s.plan(alert, news)
  s.drop('delivery.left-out', [2])
  s.drop('delivery.lapsed', [1, 3])
  s.plan(4, news)
  s.plan(4, end)
  s.settle()
  const states = [1, 2, 3, 4, 5].map(each => s.fold.get(each)?.state)
  expect(states).toEqual(['lapsed', 'left-out', 'lapsed', 'superseded', 'expired'])
  expect(s.fold.unnamed).toEqual([2, 4, 5])
  // What is named has no gap: the rest is named by the events after it.
  for (const alert of [5, 6]) s.plan(alert, news)
  s.run()
  expect(s.received.map(({ sequence, superseded }) => ({ sequence, superseded }))).toEqual([
    { sequence: 6, superseded: { from: 2, to: 2 } },
    { sequence: 7, superseded: { from: 4, to: 5 } }
  ])
})

it('is so whatever lapsed, was parked, left out, replayed and ended (property)', () => {
  const drop = fc.constantFrom('delivery.left-out' as const, 'delivery.lapsed' as const)
  const dropArb = fc.record({ drop, at: fc.nat({ max: 5 }), count: fc.integer({ min: 1, max: 3 }) })
  // Short alerts: of what began before an outage nothing ends unheard.
  const alertArb = fc.record({ alert: fc.integer({ min: 5, max: 100 }), pages: fc.boolean() })
  const stepArb = fc.oneof(
    { weight: 3, arbitrary: sharedStep },
    { weight: 2, arbitrary: dropArb },
    { weight: 2, arbitrary: alertArb }
  )
  fc.assert(
    fc.property(fc.array(stepArb, { maxLength: 60 }), steps => {
      const s = new Story()
      for (const each of steps) {
        if ('what' in each) takeStep(s, each.what)
        else if ('alert' in each)
          for (const closes of [false, true]) s.plan(each.alert, { pages: each.pages, closes })
        else s.drop(each.drop, waitingOf(s).slice(each.at, each.at + each.count))
      }
      s.settle()
      expect(s.fold.isEnded ? 0 : s.fold.pendingCount).toBe(0)
    }),
    { numRuns: runsOf(1_500) }
  )
})

function waitingOf({ fold }: Story): readonly number[] {
  const waiting = fold.newestFirst().filter(({ state }) => state === 'pending')
  return waiting.map(({ sequence }) => sequence).reverse()
}
