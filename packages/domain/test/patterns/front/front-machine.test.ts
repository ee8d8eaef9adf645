// The machine of fronts against the fold that keeps a state for each step: the same findings after
// each change.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AnyPattern, resolveParameters } from '../../../src/detection/pattern.ts'
import { momentAt } from '../../../src/fold/moment.ts'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import { patterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { coursesOf, expectTheSame } from '../../detection/two-detections.ts'
import { front as frontByStates } from '../../oracles/front/front.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { machineOver } from '../machine-over.ts'
import { incidentFrom } from '../pattern-fold.ts'

const runs = runsOf(300, 10)
const startMs = Date.parse('2024-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const front = patterns.get('front') as AnyPattern
const oracle = frontByStates as unknown as AnyPattern

interface Ground {
  readonly days: number
  readonly lons: number
  readonly lats?: number
  readonly kmEach?: number
}

/** Attacks on a raster: distances of 0 to 3 steps lie around the 20 km of a neighbour. */
function attacksOn({ days, lons, lats = 2, kmEach = 9 }: Ground): fc.Arbitrary<Incident> {
  return fc
    .record({
      n: fc.integer({ min: 0, max: days }),
      lasts: fc.constantFrom(0, 0, 0, 0, 1, 5, 13, 40),
      x: fc.integer({ min: 0, max: lons }),
      y: fc.integer({ min: 0, max: lats }),
      also: fc.constantFrom(null, null, null, null, 1, 4),
      radiusKm: fc.constantFrom(2, 2, 2, 2, 20, 25),
      category: fc.constantFrom('attack', 'attack', 'ambush', 'protest'),
      credibility: fc.constantFrom(2, 2, 2, 2, 5),
      handling: fc.constantFrom('public', 'public', 'restricted', 'partners'),
      drill: fc.constantFrom(false, false, false, false, true),
      reliability: fc.constantFrom('B', 'B', 'B', 'D'),
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
        credibility,
        handling,
        drill,
        reliability,
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
          category,
          radiusKm,
          drill,
          ...at(x)
        }
        const incident = incidentFrom(
          {
            ...sketch,
            category: category as 'attack',
            credibility: credibility as 2,
            settlement: `S${x}-${y}`
          },
          {},
          reliability as 'B'
        )
        const alsoAt = also === null ? [] : [{ ...incident.place, ...at(x + also) }]
        return { ...incident, alsoAt, handling: handling as Incident['handling'] }
      }
    )
}

const parameters = fc.record(
  {
    minPoints: fc.integer({ min: 0, max: 5 }),
    minPointsHot: fc.integer({ min: 1, max: 6 }),
    hotRate: fc.constantFrom(0, 0.05, 0.2, 0.5, 1000),
    epsilonKm: fc.constantFrom(0, 9.1, 20, 60),
    epsilonDays: fc.constantFrom(0, 0.5, 3, 14, 30),
    holdDays: fc.constantFrom(0, 1, 7)
  },
  { requiredKeys: [] }
)

describe('the machine of fronts', () => {
  it.each([
    ['a dense fortnight', { days: 25, lons: 6 }, 60, 5000],
    ['a year', { days: 380, lons: 2, lats: 0 }, 90, 5000],
    [
      'a season of which the beginning passes out of retention',
      { days: 160, lons: 4, lats: 1 },
      80,
      120
    ],
    ['one village', { days: 4, lons: 1, lats: 0 }, 60, 5000]
  ] as const)('finds what the fold with states finds: %s', (_, ground, most, retentionDays) => {
    const seen = { found: 0, ended: 0, removed: 0 }
    fc.assert(
      fc.property(coursesOf(attacksOn(ground), most, 30), parameters, (steps, given) => {
        expectTheSame(front, oracle, { steps, startMs, retentionDays, parameters: given }, seen)
      }),
      { numRuns: runs }
    )
    expect(Math.min(seen.found, seen.removed)).toBeGreaterThan(shareOf(100, 300, 10))
  })

  it('nearly finds what the fold with states nearly finds', () => {
    let misses = 0
    fc.assert(
      fc.property(
        fc.array(attacksOn({ days: 50, lons: 9 }), { maxLength: 40, size: 'max' }),
        parameters,
        (drawn, given) => {
          const incidents = [...new Map(drawn.map(i => [i.id, i])).values()]
            .filter(i => !i.drill)
            .sort(compareIncidents)
          const attacks = incidents.filter(i => front.scopesOf(i, {}).length > 0)
          const near = [front, oracle].map(pattern => {
            const ground = { scope: 'theatre', parameters: resolveParameters(pattern, given) }
            return machineOver(pattern, ground, attacks).nearly?.(momentAt(startMs + 48 * dayMs))
          })
          expect(near[0]).toEqual(near[1])
          misses += near[0]?.length ?? 0
        }
      ),
      { numRuns: runsOf(300, 1) }
    )
    expect(misses).toBeGreaterThan(10)
  })
})
