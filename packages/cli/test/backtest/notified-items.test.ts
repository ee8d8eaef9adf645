// What each theatre is told, and the order in which theatres that are folded apart are put together
// again.

import { dayMs } from '@tocsin/domain/space-time/event-time'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeInOrder } from '../../src/backtest/in-order.ts'
import {
  computeDayEnd,
  computeRunSpan,
  groupByTheatre,
  tickOrder
} from '../../src/backtest/notified-items.ts'
import { planOf } from '../support/known-reports.ts'

const sketches = fc.array(
  fc.record({
    report: fc.nat(20),
    theatre: fc.nat(3),
    day: fc.nat(12),
    lateDays: fc.nat(4),
    deaths: fc.constant(1),
    isWithdrawn: fc.nat(5).map(drawn => drawn === 0)
  }),
  { minLength: 1, maxLength: 60 }
)

describe('what theatres are told', () => {
  it('is each item, in every theatre that its report was in by then', () => {
    fc.assert(
      fc.property(sketches, drawn => {
        const { items } = planOf(drawn)
        const told = groupByTheatre(items)
        const been = new Map<string, Set<string>>()
        const expected = items.flatMap(item => {
          const id = item.kind === 'report' ? item.revision.reportId : item.reportId
          const theatres = been.get(id) ?? new Set<string>()
          if (item.kind === 'report') been.set(id, theatres.add(item.revision.theatre))
          return [...theatres].map(theatre => [theatre, item])
        })
        const merged = mergeInOrder(
          told.map(({ theatre, items: own }) => own.map(one => ({ ...one, theatre })))
        )
        expect([...merged].map(({ theatre, item }) => [theatre, item])).toEqual(expected)
      })
    )
  })

  it('has a place of its own for each item and each tick: ticks of a day by rank, then its items', () => {
    fc.assert(
      fc.property(sketches, drawn => {
        const { items } = planOf(drawn)
        const [told, span] = [groupByTheatre(items), computeRunSpan(items)]
        const orders: number[] = []
        for (let endMs = span.firstEndMs; endMs <= span.lastEndMs; endMs += dayMs) {
          for (const name of told) orders.push(tickOrder(name, endMs, span))
          const ofDay = told.flatMap(({ items: own }) =>
            own.filter(({ item }) => computeDayEnd(item) === endMs)
          )
          orders.push(...ofDay.map(({ order }) => order).sort((a, b) => a - b))
        }
        expect(orders).toEqual([...new Set(orders)].sort((a, b) => a - b))
        expect(orders.every(Number.isSafeInteger)).toBe(true)
      })
    )
  })

  it('states when a report was first known, also to a theatre that it has moved to', () => {
    const at = (day: number, theatre: number) => ({
      report: 1,
      theatre,
      day,
      lateDays: 0,
      deaths: 1,
      isWithdrawn: false
    })
    const [first, second] = groupByTheatre(planOf([at(1, 1), at(9, 2)]).items)
    const knownMs = first?.items[0]?.item.knownMs
    expect(first?.items.map(({ firstKnownMs }) => firstKnownMs)).toEqual([knownMs, knownMs])
    expect(second?.items.map(({ firstKnownMs }) => firstKnownMs)).toEqual([knownMs])
  })
})

describe('sequences put into one order', () => {
  it('are sorted, of equal ones the earlier sequence first', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(20), { maxLength: 12 }), { maxLength: 9 }), drawn => {
        const sequences = drawn.map((orders, nth) =>
          orders.toSorted((a, b) => a - b).map(order => ({ order, nth }))
        )
        expect([...mergeInOrder(sequences)]).toEqual(
          sequences.flat().sort((a, b) => a.order - b.order || a.nth - b.nth)
        )
      })
    )
  })

  it('are asked for an element only after the one before it was used', () => {
    const asked: string[] = []
    function* sequence(name: string, orders: readonly number[]) {
      for (const order of orders) {
        asked.push(`${name}${order}`)
        yield { order }
      }
    }
    const merged = mergeInOrder([sequence('a', [1, 4]), sequence('b', [2, 3])])
    for (const { order } of merged) asked.push(`used ${order}`)
    expect(asked).toEqual(['a1', 'b2', 'used 1', 'a4', 'used 2', 'b3', 'used 3', 'used 4'])
  })
})
