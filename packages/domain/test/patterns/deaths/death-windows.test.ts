// Cumulative deaths find what their immutable fold found, whatever comes, goes and changes, in
// whatever order.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AnyPattern } from '../../../src/detection/pattern.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { cumulativeDeaths } from '../../../src/patterns/deaths/cumulative-deaths.ts'
import { handlings } from '../../../src/report/handling.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { coursesOf, expectTheSame } from '../../detection/two-detections.ts'
import { cumulativeDeaths as oracle } from '../../oracles/cumulative-deaths.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'

const startMs = Date.parse('2024-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const days = 500
const runs = runsOf(300, 10)

const figure = fc.constantFrom(null, 0, 1, 4, 9, 9, 15, 30, 300)

/**
 * Killings in bursts, with unknown figures, intervals, doubtful and ungraded ones, drills, two
 * countries, and statistics.
 */
const killing: fc.Arbitrary<Incident> = fc
  .record({
    burst: fc.integer({ min: 0, max: 4 }),
    within: fc.integer({ min: 0, max: 30 }),
    at: fc.integer({ min: -60, max: days }),
    length: fc.constantFrom(0, 0, 0, 0, 1, 4, 9, 30, 120),
    credibility: fc.constantFrom(2, 2, 2, 2, 5, 6),
    deaths: fc.tuple(figure, figure, figure),
    drill: fc.constantFrom(false, false, false, false, true),
    handling: fc.constantFrom(...handlings, 'public' as const, 'public' as const),
    isStatistic: fc.constantFrom(false, false, false, false, false, false, true),
    isAlsoElsewhere: fc.constantFrom(false, false, false, false, false, true),
    mayBe: fc.constantFrom(null, null, null, null, 5),
    id: fc.uuid()
  })
  .map(
    ({
      burst,
      within,
      at,
      length,
      credibility,
      isStatistic,
      isAlsoElsewhere,
      mayBe,
      deaths,
      ...sketch
    }) => {
      const from = burst === 0 ? at : burst * Math.floor(days / 5) + within
      const [low, best, high] = deaths
      const incident = incidentFrom({
        ...sketch,
        at: day(from),
        to: day(from + length),
        credibility: credibility as 2,
        category: isStatistic ? 'statistic' : 'attack',
        ...(isStatistic ? { admin1: null, lat: null, lon: null } : {}),
        deaths: [
          low,
          best === null ? null : Math.max(low ?? 0, best),
          high === null ? null : Math.max(low ?? 0, best ?? 0, high)
        ]
      })
      const place = { ...incident.place, country: 'NE' }
      const other = { id: 'another', fatalities: { low: mayBe, best: mayBe, high: mayBe } }
      return {
        ...incident,
        ...(isAlsoElsewhere ? { alsoAt: [place] } : {}),
        ...(mayBe === null ? {} : { mayBe: [other], contentKey: `${incident.contentKey}~` })
      }
    }
  )

const shorter = { windowDays: 10, limit: 12, yearDays: 60, yearLimit: 60, leaveShare: 0.5 }

it('cumulative deaths', () => {
  const seen = { found: 0, ended: 0, removed: 0 }
  fc.assert(
    fc.property(
      coursesOf(killing, 70, 30),
      fc.constantFrom({}, shorter, { yearDays: 20, yearLimit: 100 }),
      fc.constantFrom(460, 5000),
      (steps, parameters, retentionDays) => {
        const course = { steps, startMs, retentionDays, parameters }
        expectTheSame(
          cumulativeDeaths as unknown as AnyPattern,
          oracle as unknown as AnyPattern,
          course,
          seen
        )
      }
    ),
    { numRuns: runs }
  )
  expect(Math.min(seen.found, seen.ended, seen.removed)).toBeGreaterThan(shareOf(100, 300, 10))
}, 600_000)

it('of equal intervals the one that comes later in the fold does not make the level of the one before it', () => {
  const interval = { at: day(205), to: day(235), credibility: 2 as const }
  const known = incidentFrom({
    ...interval,
    id: '00000000-0000-1000-8000-000000000000',
    deaths: [300, null, null]
  })
  const hidden = incidentFrom({
    ...interval,
    id: '00000000-0001-1000-8000-000000000000',
    deaths: [null, 9, null],
    handling: 'restricted'
  })
  const steps = [hidden, known].map(incident => ({ does: 'come' as const, incident }))
  const course = {
    steps,
    startMs,
    retentionDays: 460,
    parameters: { yearDays: 20, yearLimit: 100 }
  }
  const seen = { found: 0, ended: 0, removed: 0 }
  expectTheSame(
    cumulativeDeaths as unknown as AnyPattern,
    oracle as unknown as AnyPattern,
    course,
    seen
  )
  expect(seen.found).toBeGreaterThan(0)
})
