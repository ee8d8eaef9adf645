// The machine of repeat victimisation finds what an immutable fold finds, whatever comes, goes and
// passes the boundary.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyPattern } from '../../../src/detection/pattern.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { patterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { coursesOf, expectTheSame } from '../../detection/two-detections.ts'
import { repeatVictimisation as byStates } from '../../oracles/repeat-victimisation.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'

const runs = runsOf(60, 10)
const startMs = Date.parse('2024-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const pattern = patterns.get('repeat-victimisation') as AnyPattern
const oracle = byStates as unknown as AnyPattern

interface Ground {
  readonly days: number
  readonly villages: number
  readonly kmEach?: number
}

/** Attacks in a row of villages that lie in three areas by turns. */
function harmIn({ days, villages, kmEach = 3 }: Ground): fc.Arbitrary<Incident> {
  return fc
    .record({
      n: fc.integer({ min: 0, max: days }),
      lasts: fc.constantFrom(0, 0, 0, 0, 0, 1, 9, 40, 120),
      village: fc.integer({ min: 0, max: villages }),
      also: fc.constantFrom(null, null, null, null, 1, 3),
      radiusKm: fc.constantFrom(2, 2, 2, 2, 25),
      isKnown: fc.constantFrom(true, true, false),
      area: fc.constantFrom('ML-4', 'ML-4', 'ML-4', 'ML-5', null),
      actors: fc.constantFrom<readonly string[]>(
        [],
        ['Dozo'],
        ['dozo '],
        ['JNIM', 'Dozo'],
        ['JNIM'],
        ['gunmen']
      ),
      category: fc.constantFrom('attack-on-civilians', 'attack-on-civilians', 'looting', 'protest'),
      deaths: fc.constantFrom(null, null, 0, 1, 3, 9),
      credibility: fc.constantFrom(2, 2, 2, 2, 5),
      reliability: fc.constantFrom('B', 'B', 'B', 'D'),
      handling: fc.constantFrom('public', 'public', 'restricted', 'partners'),
      drill: fc.constantFrom(false, false, false, false, false, true),
      number: fc.nat({ max: 999_999 })
    })
    .map(
      ({
        n,
        lasts,
        village,
        also,
        radiusKm,
        isKnown,
        area,
        reliability,
        handling,
        number,
        deaths,
        ...rest
      }) => {
        const at = (v: number) => ({ lat: 14 + (v * kmEach) / 111.2, lon: -5 })
        const name = (v: number) => `Village ${v}`
        const sketch = {
          ...{
            id: `v${number}`,
            at: day(n),
            to: day(n + lasts),
            settlement: name(village),
            admin1: area,
            radiusKm
          },
          ...{ targets: ['civilians'], deaths: [deaths, deaths, deaths] as const, ...at(village) },
          ...(rest as {
            category: 'looting'
            credibility: 2
            drill: boolean
            actors: readonly string[]
          })
        }
        const incident = incidentFrom(sketch, {}, reliability as 'B')
        const place = isKnown
          ? incident.place
          : { ...incident.place, settlement: null, settlementName: null }
        const further = village + (also ?? 0)
        const there = {
          ...place,
          ...at(further),
          name: name(further),
          settlement: `ML-4/${name(further)}`
        }
        return {
          ...incident,
          place,
          alsoAt: also === null ? [] : [there],
          handling: handling as Incident['handling']
        }
      }
    )
}

const parameters = fc.record(
  {
    placeKm: fc.constantFrom(0, 3.1, 5, 20),
    incidentsMin: fc.integer({ min: 1, max: 5 }),
    windowDays: fc.constantFrom(5, 30, 90),
    settlementsMin: fc.integer({ min: 2, max: 3 }),
    areaWindowDays: fc.constantFrom(3, 20, 45, 120),
    quietDays: fc.constantFrom(1, 7, 20, 90)
  },
  { requiredKeys: [] }
)

describe('the machine of repeat victimisation', () => {
  it.each([
    ['two months', { days: 60, villages: 6 }, 70, 5000],
    ['a year', { days: 380, villages: 9 }, 110, 5000],
    ['a year of which most passes out of retention', { days: 380, villages: 5 }, 110, 180],
    [
      'a season of which most passes out of retention',
      { days: 120, villages: 9, kmEach: 30 },
      90,
      95
    ],
    ['two villages', { days: 15, villages: 1 }, 60, 5000]
  ] as const)('finds what the fold with states finds: %s', (_, ground, most, retentionDays) => {
    const seen = { found: 0, ended: 0, removed: 0 }
    fc.assert(
      fc.property(coursesOf(harmIn(ground), most, 30), parameters, (steps, given) => {
        expectTheSame(pattern, oracle, { steps, startMs, retentionDays, parameters: given }, seen)
      }),
      { numRuns: runs }
    )
    expect(Math.min(seen.found, seen.ended, seen.removed)).toBeGreaterThan(shareOf(20, 60, 10))
  })
})
