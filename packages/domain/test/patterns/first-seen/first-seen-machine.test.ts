// The machine of first sightings against the fold that keeps a state for each step: the same
// findings after each change.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyPattern } from '../../../src/detection/pattern.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { namedPerpetrators } from '../../../src/patterns/episode/named-perpetrators.ts'
import { firstSeen } from '../../../src/patterns/first-seen/first-seen.ts'
import type {
  FirstSeenKind,
  FirstSeenParameters
} from '../../../src/patterns/first-seen/first-seen-episode.ts'
import { newActor } from '../../../src/patterns/first-seen/new-actor.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { coursesOf, expectTheSame } from '../../detection/two-detections.ts'
import { firstSeen as firstSeenByStates } from '../../oracles/first-seen/first-seen.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'

const runs = runsOf(300, 10)
const startMs = Date.parse('2024-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const kind: FirstSeenKind<FirstSeenParameters> = {
  ...{
    id: newActor.id,
    words: newActor.words as FirstSeenKind<FirstSeenParameters>['words'],
    word: 'actor',
    verb: 'seen'
  },
  ...{ parameters: {}, examples: [] },
  shownBy: incident => namedPerpetrators(incident, []),
  nameOf: name => name
}
const machine = firstSeen(kind) as unknown as AnyPattern
const oracle = firstSeenByStates(kind) as unknown as AnyPattern

/** Each area touches the next. */
const touching = (area: number) => [`ML-${area - 1}`, `ML-${area + 1}`]

function sightingsOver(
  days: number,
  handlings: readonly Incident['handling'][]
): fc.Arbitrary<Incident> {
  return fc
    .record({
      n: fc.integer({ min: 0, max: days }),
      lasts: fc.constantFrom(0, 0, 0, 0, 3, 12, 200),
      area: fc.nat({ max: 5 }),
      also: fc.constantFrom(null, null, null, null, 0, 3),
      isCertain: fc.constantFrom(true, true, true, true, false),
      reliability: fc.constantFrom('B' as const, 'B' as const, 'F' as const, 'D' as const),
      credibility: fc.constantFrom(2, 2, 2, 4, 6),
      source: fc.constantFrom('a', 'a', 'b', 'c'),
      actor: fc.constantFrom('JNIM', 'JNIM', 'jnim', 'ISSP'),
      handling: fc.constantFrom(...handlings),
      drill: fc.constantFrom(false, false, false, false, false, true),
      number: fc.nat({ max: 999_999 })
    })
    .map(
      ({
        n,
        lasts,
        area,
        also,
        isCertain,
        reliability,
        credibility,
        source,
        actor,
        handling,
        drill,
        number
      }) => {
        const sketch = {
          id: `r${number}`,
          at: day(n),
          to: day(n + lasts),
          category: 'attack' as const,
          drill,
          source
        }
        const place = { admin1: `ML-${area}`, neighbours: touching(area) }
        const alsoAt =
          also === null ? {} : { alsoAt: [{ admin1: `ML-${also}`, neighbours: touching(also) }] }
        const of = {
          ...sketch,
          ...place,
          ...alsoAt,
          actors: [actor],
          credibility: credibility as 2
        }
        const incident = { ...incidentFrom(of, {}, reliability), handling }
        return isCertain
          ? incident
          : { ...incident, place: { ...incident.place, areaCertain: false } }
      }
    )
}

const parameters = fc.record(
  {
    absentDays: fc.constantFrom(10, 40, 365),
    agesOutDays: fc.constantFrom(10, 40, 365),
    credibilityMax: fc.constantFrom(2, 3),
    sourcesMin: fc.constantFrom(2, 3)
  },
  { requiredKeys: [] }
)

describe('the machine of first sightings', () => {
  it.each([
    ['a season', 120, ['internal'], 60, 5000, 20],
    ['three years', 1100, ['internal'], 90, 5000, 60],
    [
      'reports of several levels',
      300,
      ['public', 'partners', 'internal', 'restricted'],
      60,
      5000,
      20
    ],
    ['two years that pass out of retention', 700, ['internal'], 90, 200, 60],
    [
      'reports of several levels that pass out of retention',
      400,
      ['public', 'internal', 'internal'],
      90,
      100,
      30
    ]
  ] as const)(
    'finds what the fold with states finds: %s',
    (_, days, handlings, most, retentionDays, tickDays) => {
      const seen = { found: 0, ended: 0, removed: 0 }
      fc.assert(
        fc.property(
          coursesOf(sightingsOver(days, handlings), most, tickDays),
          parameters,
          (steps, given) => {
            expectTheSame(
              machine,
              oracle,
              { steps, startMs, retentionDays, parameters: given },
              seen
            )
          }
        ),
        { numRuns: runs }
      )
      expect(Math.min(seen.found, seen.ended, seen.removed)).toBeGreaterThan(shareOf(100, 300, 10))
    }
  )
})
