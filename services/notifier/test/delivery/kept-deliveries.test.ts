// What silences hold and pages of deliveries, whatever comes, is held, let go, done and forgotten:
// as a look at all says.

import { runsOf } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Delivery, plannedDelivery } from '../../src/delivery/delivery.ts'
import { KeptDeliveries } from '../../src/delivery/kept-deliveries.ts'

const silences = ['roads', 'harvest'] as const
const stepArb = fc.record({
  sequence: fc.integer({ min: 1, max: 700 }),
  state: fc.constantFrom<Delivery['state']>(
    'pending',
    'pending',
    'pending',
    'parked',
    'delivered',
    'superseded'
  ),
  by: fc.constantFrom('roads', 'harvest', null),
  reason: fc.constantFrom('silenced' as const, 'silenced' as const, 'quiet-hours' as const)
})

function planned(sequence: number): Delivery {
  const data = {
    sequence,
    alertId: `alert-${sequence % 7}`,
    eventType: 'tocsin.alert.raised.v1',
    subscriptionId: 's'
  }
  const plannedAt = '2026-03-01T12:00:00Z'
  return plannedDelivery(data as never, {
    plannedAt,
    isSheltered: false,
    before: undefined,
    alertId: data.alertId
  })
}

it('says what a silence holds of each alert, and gives pages newest first, without a look at all', () => {
  fc.assert(
    fc.property(
      fc.array(stepArb, { maxLength: 300, size: 'max' }),
      fc.integer({ min: 1, max: 720 }),
      (steps, before) => {
        const kept = new KeptDeliveries()
        for (let sequence = 1; sequence <= 700; sequence++) kept.set(planned(sequence))
        for (const { sequence, state, by, reason } of steps) {
          const held = state === 'pending' ? { reason, by, until: null } : null
          const delivery = kept.get(sequence)
          if (delivery !== undefined) kept.set({ ...delivery, state, held })
        }
        kept.forgetDone('2026-03-01T12:00:01Z')
        const all = kept.all().toSorted((a, b) => b.sequence - a.sequence)
        for (const silenceId of silences) {
          const counts = new Map<string, number>()
          for (const { held, alertId } of all)
            if (held?.reason === 'silenced' && held.by === silenceId)
              counts.set(alertId, (counts.get(alertId) ?? 0) + 1)
          const { count, byAlert } = kept.heldBySilence(silenceId)
          expect(new Map(byAlert)).toEqual(counts)
          expect(count).toBe([...counts.values()].reduce((a, b) => a + b, 0))
        }
        const sequences = [...kept.newestBefore(before)].map(each => each.sequence)
        expect(sequences).toEqual(all.map(each => each.sequence).filter(each => each < before))
        expect([...kept.newestBefore(Number.POSITIVE_INFINITY)]).toEqual(all)
      }
    ),
    { numRuns: runsOf(100) }
  )
})
