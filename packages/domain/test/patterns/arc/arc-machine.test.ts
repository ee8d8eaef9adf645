// The machine of widening arcs finds what an immutable fold finds, whatever comes, goes and passes
// the boundary.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyPattern } from '../../../src/detection/pattern.ts'
import { wideningArc } from '../../../src/patterns/arc/widening-arc.ts'
import { dayMs, formatTime, hourMs } from '../../../src/space-time/event-time.ts'
import { coursesOf, expectTheSame, type Seen } from '../../detection/two-detections.ts'
import { wideningArc as oracle } from '../../oracles/arc/widening-arc.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'

const startMs = Date.parse('2024-01-04T00:00:00Z')

const said = (days: number, everyDays: number) =>
  fc.record({
    id: fc.uuid(),
    day: fc.integer({ min: 0, max: Math.floor(days / everyDays) }).map(n => n * everyDays),
    hour: fc.constantFrom(null, null, null, 1, 6, 20),
    lasts: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 3, 6, 20, 60),
    area: fc.integer({ min: 0, max: 7 }),
    // Spots of one area lie some tens of kilometres apart, areas about a hundred: pairs fall on
    // both sides of the limit.
    spot: fc.integer({ min: 0, max: 3 }),
    alsoArea: fc.option(fc.integer({ min: 0, max: 7 }), { freq: 8 }),
    radiusKm: fc.constantFrom(2, 2, 2, 2, 150),
    credibility: fc.constantFrom<2 | 5>(2, 2, 2, 2, 2, 5),
    isCoarse: fc.constantFrom(false, false, false, false, false, true),
    handling: fc.constantFrom<'public' | 'partners' | 'restricted'>(
      'public',
      'public',
      'partners',
      'restricted'
    ),
    drill: fc.constantFrom(false, false, false, false, false, false, false, true)
  })

const spotOf = (area: number, spot: number) => ({
  lat: 12 + (area % 3) * 1.2 + (spot % 2) * 0.45,
  lon: -8 + Math.floor(area / 3) * 1.1 + Math.floor(spot / 2) * 0.4,
  admin1: `${area > 5 ? 'NE' : 'ML'}-${area}`,
  country: area > 5 ? 'NE' : 'ML',
  settlement: `S${area}${spot}`
})

const incidentArb = (days: number, everyDays: number) =>
  said(days, everyDays).map(({ day, hour, lasts, area, spot, alsoArea, isCoarse, ...rest }) => {
    const atMs = startMs + day * dayMs
    const at = (ms: number) =>
      hour === null ? formatTime(ms).slice(0, 10) : formatTime(ms + hour * hourMs)
    return incidentFrom({
      at: at(atMs),
      to: at(atMs + lasts * dayMs),
      ...spotOf(area, spot),
      ...(isCoarse ? { admin1: null } : {}),
      ...(alsoArea === null ? {} : { alsoAt: [spotOf(alsoArea, 1)] }),
      ...rest
    })
  })

const settings = [
  { parameters: {}, days: 100, everyDays: 1, most: 90 },
  {
    parameters: { areasMin: 5, placesApartKm: 60, leaveDays: 3 },
    days: 120,
    everyDays: 1,
    most: 90
  },
  {
    parameters: { areasMin: 9, placesApartKm: 35, leaveDays: 3, escalateAreas: 4 },
    days: 120,
    everyDays: 1,
    most: 90
  },
  {
    parameters: { areasMin: 9, placesMin: 4, placesAreasMin: 1, placesApartKm: 80 },
    days: 60,
    everyDays: 1,
    most: 90
  },
  {
    parameters: { areasMin: 9, placesMin: 2, windowDays: 3, quietDays: 2, leaveDays: 3 },
    days: 150,
    everyDays: 1,
    most: 90
  },
  {
    parameters: { windowDays: 3, quietDays: 4, leaveDays: 2, growthFactor: 1.1 },
    days: 300,
    everyDays: 3,
    most: 120
  },
  {
    parameters: { areasMin: 2, windowDays: 2, quietDays: 10, leaveDays: 0 },
    days: 300,
    everyDays: 2,
    most: 90
  },
  // More support than is named, in few days.
  { parameters: { leaveDays: 30 }, days: 30, everyDays: 1, most: 160 }
]
const runs = runsOf(40, 10)

describe('the machine of widening arcs', () => {
  it.each(settings.map(setting => [JSON.stringify(setting), setting] as const))(
    'finds what the fold finds, with %s',
    (_, setting) => {
      const { parameters, days, everyDays, most } = setting
      const seen: Seen = { found: 0, ended: 0, removed: 0 }
      fc.assert(
        fc.property(
          coursesOf(incidentArb(days, everyDays), most),
          fc.constantFrom(5000, 125, 40),
          (steps, retentionDays) => {
            expectTheSame(
              wideningArc as unknown as AnyPattern,
              oracle as unknown as AnyPattern,
              { steps, startMs, retentionDays, parameters },
              seen
            )
          }
        ),
        { numRuns: runs, endOnFailure: true }
      )
      expect(Math.min(seen.found, seen.ended, seen.removed)).toBeGreaterThan(shareOf(20, 40, 10))
    }
  )
})
