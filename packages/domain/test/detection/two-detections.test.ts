// The comparison of two detections finds a difference, and finds none where there is none.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyPattern } from '../../src/detection/pattern.ts'
import { patterns } from '../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { incidentFrom } from '../patterns/pattern-fold.ts'
import { runsOf, shareOf } from '../test-size.ts'
import { coursesOf, expectTheSame } from './two-detections.ts'

const startMs = Date.parse('2024-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const attack = fc
  .record({
    n: fc.integer({ min: 0, max: 80 }),
    days: fc.constantFrom(0, 0, 0, 5),
    lat: fc.constantFrom(14, 14.1)
  })
  .chain(({ n, days, lat }) =>
    fc
      .uuid()
      .map(id => incidentFrom({ id, at: day(n), to: day(n + days), lat, settlement: `S${lat}` }))
  )

describe('two detections of one pattern', () => {
  it.each(['surge', 'front', 'count', 'sustained-threat'])('agree about %s with itself', id => {
    const pattern = patterns.get(id) as AnyPattern
    const seen = { found: 0, ended: 0, removed: 0 }
    fc.assert(
      fc.property(coursesOf(attack, 40), fc.constantFrom(90, 5000), (steps, retentionDays) => {
        expectTheSame(pattern, { ...pattern }, { steps, startMs, retentionDays }, seen)
      }),
      { numRuns: runsOf(60, 10) }
    )
    expect(Math.min(seen.found, seen.removed)).toBeGreaterThan(shareOf(20, 60, 10))
  })

  it('differ if one of them loses incidents', () => {
    const pattern = patterns.get('count') as AnyPattern
    const lossy: AnyPattern = {
      ...pattern,
      scopesOf: (incident, parameters) =>
        incident.place.lat === 14.1 ? [] : pattern.scopesOf(incident, parameters)
    }
    const seen = { found: 0, ended: 0, removed: 0 }
    expect(() =>
      fc.assert(
        fc.property(coursesOf(attack, 40), steps =>
          expectTheSame(pattern, lossy, { steps, startMs }, seen)
        ),
        { numRuns: runsOf(60, 10) }
      )
    ).toThrow()
  })
})
