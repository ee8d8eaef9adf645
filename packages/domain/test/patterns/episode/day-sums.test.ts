// Day sums against the plain sum over what was added.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DaySums, spreadDaysMax, wholeIncident } from '../../../src/patterns/episode/day-sums.ts'
import { dayMs } from '../../../src/space-time/event-time.ts'

const added = fc.record({
  from: fc.integer({ min: -200, max: 900 }),
  length: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 }), fc.constant(450)),
  amount: fc.integer({ min: 1, max: 30 }),
  isTaken: fc.boolean()
})
const spanOf = ({ from, length }: { from: number; length: number }) => ({
  fromMs: from * dayMs,
  toMs: (from + length + 1) * dayMs - 1
})

it('equal the sums of what is left in them, exactly', () => {
  fc.assert(
    fc.property(
      fc.array(added, { maxLength: 40 }),
      fc.integer({ min: -220, max: 950 }),
      fc.integer({ min: 1, max: 400 }),
      (all, last, days) => {
        const sums = new DaySums()
        for (const one of all) sums.add(spanOf(one), one.amount * wholeIncident)
        for (const one of all) if (one.isTaken) sums.add(spanOf(one), -one.amount * wholeIncident)
        const left = all.filter(one => !one.isTaken)
        const on = (day: number) =>
          left.reduce((sum, { from, length, amount }) => {
            const [at, whole] = [day - from, amount * wholeIncident]
            if (at < 0 || at > Math.min(length, spreadDaysMax - 1)) return sum
            return (
              sum +
              Math.floor((whole * (at + 1)) / (length + 1)) -
              Math.floor((whole * at) / (length + 1))
            )
          }, 0)
        const sumTo = (end: number) =>
          Array.from({ length: days }, (_, i) => on(end - i)).reduce((a, b) => a + b)
        expect(sums.sum(last - days + 1, last)).toBe(sumTo(last))
        expect(sums.on(last)).toBe(on(last))
        expect(sums.mostIn(days, last - 5, last)).toBe(
          Math.max(...[0, 1, 2, 3, 4, 5].map(i => sumTo(last - i)))
        )
        const copy = new DaySums()
        copy.addData(JSON.parse(JSON.stringify(sums.data())))
        expect(copy.sum(last - days + 1, last)).toBe(sumTo(last))
      }
    ),
    { numRuns: 300 }
  )
})

it('drop whole blocks, and tell what was in them', () => {
  const sums = new DaySums()
  for (const day of [3, 40, 70]) sums.addOn(day, day)
  const dropped: [number, number][] = []
  sums.dropBefore(65, (...one) => dropped.push(one))
  expect([dropped, sums.sum(0, 100), sums.data()]).toEqual([
    [
      [3, 3],
      [40, 40]
    ],
    70,
    [70, 70]
  ])
  // A day before all that is left, in the place of a dropped block.
  sums.addOn(-100, 5)
  expect([sums.on(-100), sums.on(3), sums.sum(-200, 200)]).toEqual([5, 0, 75])
  sums.dropBefore(96)
  expect(sums.isEmpty).toBe(true)
})
