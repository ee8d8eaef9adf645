// Times from calls to answers, summarised.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Call } from '../../src/alerts/alert-calls.ts'
import {
  computeAcknowledgementSeconds,
  computeResponseSeconds,
  ResponseTimes,
  sumCall
} from '../../src/alerts/response-times.ts'

const call = (takenS: number | null, doneS: number | null = null): Call => ({
  ...{ pagedAtMs: 1000, severity: 'severe', deeds: [] },
  taken:
    takenS === null
      ? null
      : { atMs: 1000 + takenS * 1000, by: 'Ama', byId: 'key_1', handling: 'internal' },
  done: doneS === null ? null : { atMs: 1000 + doneS * 1000, kind: 'sent' }
})

interface Counted {
  readonly call: Call
  readonly detectedS?: number | null
  readonly isUnacknowledged?: boolean
  readonly drill: boolean
  readonly name: string
}

function rowsOf(counted: readonly Counted[]) {
  const times = new ResponseTimes()
  for (const { call, drill, name, detectedS = null, isUnacknowledged = false } of counted) {
    const acknowledgedS = computeAcknowledgementSeconds(call)
    const answers = { acknowledgedS, respondedS: computeResponseSeconds(call), detectedS }
    times.add(sumCall({ ...answers, isUnacknowledged }, drill), name, [name])
  }
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
      ...{ responded: 10, responseMedianS: 300, responseP90S: 540 },
      ...{ detected: 0, detectionMedianS: null, detectionP90S: null },
      ...{ detectedInTime: 0, acknowledgedInTime: 10, respondedInTime: 10, allInTime: 0 }
    }
  ])
})

it('counts what waits for an answer, and what met the targets of 7, 1 and 7 days', () => {
  const dayS = 86_400
  const counted = [
    { call: call(dayS, 7 * dayS), detectedS: 7 * dayS },
    { call: call(dayS + 1, 7 * dayS + 1), detectedS: 7 * dayS + 1 },
    { call: call(5), detectedS: 60, isUnacknowledged: true },
    // The page of a reopening: its alert was detected before.
    { call: call(5, 60) }
  ]
  expect(rowsOf(counted.map(each => ({ ...each, drill: false, name: 'severe' })))).toMatchObject([
    {
      ...{ called: 4, unanswered: 1, detected: 3, detectionMedianS: 7 * dayS },
      ...{ detectedInTime: 2, acknowledgedInTime: 3, respondedInTime: 2, allInTime: 1 }
    }
  ])
})

it('gives the same rows in whatever order calls are added', () => {
  const seconds = fc.option(fc.nat(100_000))
  const counted = fc.record({
    call: fc.tuple(seconds, seconds).map(([taken, done]) => call(taken, done)),
    detectedS: seconds,
    isUnacknowledged: fc.boolean(),
    drill: fc.boolean(),
    name: fc.constantFrom('severe', 'minor', 'extreme')
  })
  fc.assert(
    fc.property(fc.array(counted, { maxLength: 30 }), all => {
      expect(rowsOf(all.toReversed())).toEqual(rowsOf(all))
    })
  )
})
