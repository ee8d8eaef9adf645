// The fold of the deliveries log from a snapshot is the fold of all of its records.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { expectSameFromSnapshot } from '../../../../packages/service-kit/test/support/snapshot-law.ts'
import { DeliveryFold } from '../../src/delivery/delivery-fold.ts'
import type { DeliveryRecord } from '../../src/delivery/delivery-record.ts'
import { orderOf } from '../support/backlog-order.ts'
import { logOf, sharedStep } from '../support/shared-log.ts'

it('deliveries are as they were, while more are folded, alerts are forgotten and subscriptions end', () => {
  const kindArb = fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constant('record' as const) },
      fc.constantFrom('alert', 'end')
    ),
    {
      minLength: 1,
      maxLength: 20
    }
  )
  fc.assert(
    fc.property(
      fc.array(sharedStep, { maxLength: 60 }),
      kindArb,
      fc.nat({ max: 60 }),
      fc.nat({ max: 3 }),
      (steps, kinds, cut, rowsEach) => {
        const records = logOf(steps)
        const make = () => {
          const fold = new DeliveryFold()
          return {
            parts: [fold],
            apply({ record, kind }: { record: DeliveryRecord; kind: string }) {
              fold.apply(record)
              if (kind === 'alert') fold.forgetAlert('a1')
            }
          }
        }
        const entries = records.map((record, i) => ({
          record,
          kind: kinds[i % kinds.length] as string
        }))
        expectSameFromSnapshot(make, entries, Math.min(cut, entries.length), rowsEach)
      }
    ),
    { numRuns: Number(process.env.TOCSIN_TEST_RUNS ?? 300) }
  )
})

it('what is restored answers as what was folded', () => {
  let [reminders, holds] = [0, 0]
  fc.assert(
    fc.property(fc.array(sharedStep, { maxLength: 60 }), steps => {
      const [folded, restored] = [new DeliveryFold(), new DeliveryFold()]
      for (const record of logOf(steps)) folded.apply(record)
      const captured = folded.capture()
      for (const row of captured.rows) restored.restore(JSON.parse(JSON.stringify(row)))
      captured.end?.()
      const nowMs = Date.parse('2026-03-02T12:00:00Z')
      for (const id of ['s', 't', 'u']) {
        const [one, other] = [folded.of(id), restored.of(id)]
        for (const each of [
          'head',
          'second',
          'pendingCount',
          'parkedCount',
          'health',
          'wait',
          'isEnded',
          'lastPlanId'
        ] as const)
          expect(other[each]).toEqual(one[each])
        expect(other.newestFirst()).toEqual(one.newestFirst())
        for (const alertId of new Set(one.newestFirst().map(each => each.alertId))) {
          const own = one.newestFirst().filter(each => each.alertId === alertId)
          for (const fold of [one, other]) expect(fold.newestFirst(alertId)).toEqual(own)
          const [again, hold] = [
            one.alerts.reminders.of(alertId),
            one.alerts.reminders.holdOf(alertId)
          ]
          expect([
            other.alerts.reminders.of(alertId),
            other.alerts.reminders.holdOf(alertId)
          ]).toEqual([again, hold])
          reminders += Number(again !== null)
          holds += Number(hold !== null)
        }
        expect(one.newestFirst('an alert that nobody was told of')).toEqual([])
        for (const each of ['tally', 'notices'] as const)
          expect(other.endpoint[each].capture()).toEqual(one.endpoint[each].capture())
        expect(orderOf(other, nowMs)).toEqual(orderOf(one, nowMs))
        expect(other.planned.plannedFrom([0n])).toEqual(one.planned.plannedFrom([0n]))
      }
    })
  )
  expect([reminders > 0, holds > 0]).toEqual([true, true])
})
