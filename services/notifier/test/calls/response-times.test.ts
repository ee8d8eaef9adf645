// Times from calls to answers, summarised.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Call } from '../../src/calls/alert-calls.ts'
import { answersOf, ResponseTimes } from '../../src/calls/response-times.ts'

const call = (takenS: number | null, doneS: number | null = null, isSettled = false): Call => ({
  ...{ pagedAtMs: 1000, severity: 'severe', deeds: [], isSettled },
  taken:
    takenS === null
      ? null
      : { atMs: 1000 + takenS * 1000, by: 'Ama', byId: 'key_1', handling: 'internal' },
  done: doneS === null ? null : { atMs: 1000 + doneS * 1000, kind: 'sent' }
})

interface Counted {
  readonly call: Call
  readonly drill: boolean
  readonly name: string
}

function rowsOf(counted: readonly Counted[]) {
  const times = new ResponseTimes()
  for (const { call, drill, name } of counted) times.add(answersOf(call), drill, name, () => [name])
  return times.rows()
}

const severe = (...calls: readonly Call[]) =>
  calls.map(each => ({ call: each, drill: false, name: 'severe' }))

it('gives the median and the 90th percentile as times that occurred', () => {
  const calls = [7, 1, 9, 3, 2, 10, 4, 8, 6, 5].map(s => call(s, s * 60))
  expect(rowsOf(severe(...calls))).toEqual([
    {
      ...{ name: ['severe'], drill: false, called: 10, unanswered: 0 },
      ...{ acknowledged: 10, acknowledgementMedianS: 5, acknowledgementP90S: 9 },
      ...{ responded: 10, responseMedianS: 300, responseP90S: 540 }
    }
  ])
})

it('counts what nobody answered: neither acknowledged, nor responded to, nor closed by an officer', () => {
  expect(rowsOf(severe(call(null), call(null, null, true), call(5), call(null, 60)))).toMatchObject(
    [
      {
        called: 4,
        acknowledged: 1,
        responded: 1,
        unanswered: 1,
        acknowledgementMedianS: 5,
        responseP90S: 60
      }
    ]
  )
})

it('gives the same rows in whatever order calls are added', () => {
  const seconds = fc.option(fc.nat(100_000))
  const counted = fc.record({
    call: fc
      .tuple(seconds, seconds, fc.boolean())
      .map(([taken, done, isSettled]) => call(taken, done, isSettled)),
    drill: fc.boolean(),
    name: fc.constantFrom('severe', 'minor', 'extreme')
  })
  fc.assert(
    fc.property(fc.array(counted, { maxLength: 30 }), all => {
      expect(rowsOf(all.toReversed())).toEqual(rowsOf(all))
    })
  )
})
