// The machine of near repeats against the fold that keeps a state for each step: the same findings
// after each change.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyPattern } from '../../../src/detection/pattern.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { patterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { coursesOf, expectTheSame } from '../../detection/two-detections.ts'
import { nearRepeat as repeatByStates } from '../../oracles/near-repeat/near-repeat.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'

const runs = runsOf(300, 10)
const startMs = Date.parse('2024-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const nearRepeat = patterns.get('near-repeat') as AnyPattern
const oracle = repeatByStates as unknown as AnyPattern

interface Ground {
  readonly days: number
  readonly lons: number
  readonly lats?: number
  readonly kmEach?: number
}

/**
 * Attacks on a raster: distances of 0 to 3 steps lie around the 20 km of a repeat, or the one of an
 * explosion.
 */
function attacksOn({ days, lons, lats = 2, kmEach = 9 }: Ground): fc.Arbitrary<Incident> {
  return fc
    .record({
      n: fc.integer({ min: 0, max: days }),
      lasts: fc.constantFrom(0, 0, 0, 0, 0, 1, 5, 27, 40),
      x: fc.integer({ min: 0, max: lons }),
      y: fc.integer({ min: 0, max: lats }),
      also: fc.constantFrom(null, null, null, null, 1, 4),
      radiusKm: fc.constantFrom(0.5, 0.5, 0.5, 2, 25),
      category: fc.constantFrom('attack', 'attack', 'ambush', 'explosion', 'shelling', 'protest'),
      tactic: fc.constantFrom(null, null, null, null, 'ied'),
      actors: fc.constantFrom([], ['JNIM'], ['jnim '], ['Unknown'], ['Army', 'JNIM']),
      deaths: fc.constantFrom(null, null, null, 1),
      credibility: fc.constantFrom(2, 2, 2, 2, 5),
      handling: fc.constantFrom('public', 'public', 'restricted', 'partners'),
      drill: fc.constantFrom(false, false, false, false, false, true),
      number: fc.nat({ max: 999_999 })
    })
    .map(
      ({
        n,
        lasts,
        x,
        y,
        also,
        radiusKm,
        category,
        tactic,
        actors,
        deaths,
        credibility,
        handling,
        drill,
        number
      }) => {
        const at = (column: number) => ({
          lat: 14 + (y * kmEach) / 111.2,
          lon: -5 + (column * kmEach) / 108
        })
        const sketch = {
          id: `r${number}`,
          at: day(n),
          to: day(n + lasts),
          radiusKm,
          drill,
          actors,
          ...at(x)
        }
        const incident = incidentFrom({
          ...sketch,
          category: category as 'attack',
          credibility: credibility as 2,
          settlement: `S${x}-${y}`,
          deaths: [null, deaths, deaths],
          tactics: tactic === null ? [] : [tactic]
        })
        const alsoAt = also === null ? [] : [{ ...incident.place, ...at(x + also) }]
        return { ...incident, alsoAt, handling: handling as Incident['handling'] }
      }
    )
}

const parameters = fc.record(
  {
    radiusKm: fc.constantFrom(0, 9.1, 20, 60),
    windowDays: fc.constantFrom(1, 3, 14, 28, 60),
    explosionKm: fc.constantFrom(0, 1, 10),
    explosionDays: fc.constantFrom(0, 0.5, 2, 40),
    incidentsMin: fc.integer({ min: 2, max: 4 }),
    quietDays: fc.constantFrom(1, 10, 70),
    hotRate: fc.constantFrom(0, 0.1, 1, 1000),
    rateDays: fc.constantFrom(1, 60, 364),
    longestDays: fc.constantFrom(1, 40, 365)
  },
  { requiredKeys: [] }
)

describe('the machine of near repeats', () => {
  it.each([
    ['a dense month', { days: 40, lons: 5 }, 60, 5000],
    ['two years', { days: 700, lons: 2, lats: 0 }, 120, 5000],
    [
      'a season of which the beginning passes out of retention',
      { days: 200, lons: 3, lats: 1 },
      90,
      150
    ],
    [
      'a village in a year, of which the beginning passes out of retention',
      { days: 380, lons: 1, lats: 0 },
      110,
      120
    ],
    ['explosions in one street', { days: 12, lons: 5, lats: 0, kmEach: 0.4 }, 60, 5000],
    ['one village', { days: 4, lons: 1, lats: 0 }, 60, 5000]
  ] as const)('finds what the fold with states finds: %s', (_, ground, most, retentionDays) => {
    const seen = { found: 0, ended: 0, removed: 0 }
    fc.assert(
      fc.property(coursesOf(attacksOn(ground), most, 30), parameters, (steps, given) => {
        expectTheSame(
          nearRepeat,
          oracle,
          { steps, startMs, retentionDays, parameters: given },
          seen
        )
      }),
      { numRuns: runs }
    )
    expect(Math.min(seen.found, seen.removed)).toBeGreaterThan(shareOf(100, 300, 10))
  })
})
