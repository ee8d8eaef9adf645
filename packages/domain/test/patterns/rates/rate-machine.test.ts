// Surge and sustained threat find what their immutable folds found, whatever comes, goes and
// changes, in whatever order.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AnyPattern } from '../../../src/detection/pattern.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { surge } from '../../../src/patterns/rates/surge.ts'
import { sustainedThreat } from '../../../src/patterns/rates/sustained-threat.ts'
import { handlings } from '../../../src/report/handling.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { coursesOf, expectTheSame } from '../../detection/two-detections.ts'
import { surge as surgeOracle } from '../../oracles/surge.ts'
import { sustainedThreat as sustainedOracle } from '../../oracles/sustained-threat.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'

const startMs = Date.parse('2024-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const runs = runsOf(300, 10)

/**
 * Attacks in bursts: on one day, at one moment, over intervals, in uncertain areas, in two areas,
 * drills, of all handlings.
 */
function attacksIn(days: number): fc.Arbitrary<Incident> {
  return fc
    .record({
      burst: fc.integer({ min: 0, max: 4 }),
      within: fc.integer({ min: 0, max: 12 }),
      at: fc.integer({ min: -60, max: days }),
      length: fc.constantFrom(0, 0, 0, 0, 1, 4, 9, 30, 120),
      credibility: fc.constantFrom(2, 2, 2, 2, 5),
      isCertain: fc.constantFrom(true, true, true, true, true, false),
      drill: fc.constantFrom(false, false, false, true),
      handling: fc.constantFrom(...handlings, 'public' as const, 'public' as const),
      admin1: fc.constantFrom('ML-4', 'ML-4', 'ML-4', 'ML-5'),
      alsoAt: fc.constantFrom(false, false, false, false, true),
      id: fc.uuid()
    })
    .map(({ burst, within, at, length, isCertain, alsoAt, credibility, ...sketch }) => {
      const from = burst === 0 ? at : burst * Math.floor(days / 5) + within
      const incident = incidentFrom({
        ...sketch,
        at: day(from),
        to: day(from + length),
        credibility: credibility as 2
      })
      const place = isCertain ? incident.place : { ...incident.place, areaCertain: false }
      return {
        ...incident,
        place,
        alsoAt: alsoAt ? [{ ...place, admin1: 'ML-5' }] : incident.alsoAt
      }
    })
}

const usual = {
  surge: [
    {},
    { windowDays: 3, baseDays: 10, floorMean: 0, countMin: 2 },
    { windowDays: 14, countMin: 0.5 }
  ]
}
const longer = [
  {},
  { windowDays: 20, baseDays: 60, countMin: 3, escalateDays: 10 },
  { windowDays: 60, factor: 0, leaveDays: 3 }
]

it.each([
  ['surge', surge, surgeOracle, 150, usual.surge, 130],
  ['sustained threat', sustainedThreat, sustainedOracle, 500, longer, 490]
] as const)(
  '%s',
  (_, pattern, oracle, days, parameters, retention) => {
    const seen = { found: 0, ended: 0, removed: 0 }
    fc.assert(
      fc.property(
        coursesOf(attacksIn(days), 70, 30),
        fc.constantFrom(...parameters),
        fc.constantFrom(retention, 5000),
        (steps, overrides, retentionDays) => {
          const course = { steps, startMs, retentionDays, parameters: overrides }
          expectTheSame(
            pattern as unknown as AnyPattern,
            oracle as unknown as AnyPattern,
            course,
            seen
          )
        }
      ),
      { numRuns: runs }
    )
    expect(Math.min(seen.found, seen.ended, seen.removed)).toBeGreaterThan(shareOf(100, 300, 10))
  },
  600_000
)
