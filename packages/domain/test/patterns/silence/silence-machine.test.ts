// The machine of silences against the fold that keeps a state for each step: the same findings
// after each change.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyPattern } from '../../../src/detection/pattern.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { sourceSilence } from '../../../src/patterns/silence/source-silence.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { coursesOf, expectTheSame, type Step } from '../../detection/two-detections.ts'
import { sourceSilence as silenceByStates } from '../../oracles/silence/source-silence.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'

const runs = runsOf(100, 10)
const startMs = Date.parse('2024-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const machine = sourceSilence as unknown as AnyPattern
const oracle = silenceByStates as unknown as AnyPattern

/** Reports of few areas. The first of them has most until it falls silent for a while. */
function reportsOf(days: number, areas: number): fc.Arbitrary<Incident> {
  return fc
    .record({
      n: fc.integer({ min: 0, max: days }),
      lasts: fc.constantFrom(0, 0, 0, 0, 0, 3, 12, 200),
      area: fc.integer({ min: 0, max: areas }),
      silentArea: fc.integer({ min: 0, max: 2 }),
      also: fc.constantFrom(null, null, null, null, 0, 1, 2),
      isCertain: fc.constantFrom(true, true, true, true, false),
      lane: fc.constantFrom('live', 'live', 'live', 'live', 'live', 'backfill'),
      credibility: fc.constantFrom(2, 2, 2, 2, 5),
      source: fc.constantFrom('a', 'a', 'a', 'b'),
      alsoBy: fc.constantFrom(null, null, null, 'c'),
      drill: fc.constantFrom(false, false, false, false, false, true),
      number: fc.nat({ max: 999_999 })
    })
    .map(
      ({
        n,
        lasts,
        area,
        silentArea,
        also,
        isCertain,
        lane,
        credibility,
        source,
        alsoBy,
        drill,
        number
      }) => {
        // In the middle third one area is not heard of.
        const where = n > days / 3 && n < (2 * days) / 3 && area === silentArea ? area + 1 : area
        const sketch = {
          id: `r${number}`,
          at: day(n),
          to: day(n + lasts),
          category: 'protest' as const,
          drill,
          source
        }
        const of = {
          ...sketch,
          admin1: `ML-${where}`,
          lane: lane as 'live',
          credibility: credibility as 2
        }
        const incident = incidentFrom(of)
        const place = isCertain ? incident.place : { ...incident.place, areaCertain: false }
        const alsoAt = also === null ? [] : [{ ...incident.place, admin1: `ML-${also}` }]
        const [witness] = incident.witnesses
        const witnesses =
          alsoBy === null || !witness
            ? incident.witnesses
            : [witness, { ...witness, sourceId: alsoBy }]
        return { ...incident, place, alsoAt, witnesses }
      }
    )
}

/** Two areas are reported on every few days; one of them is silent in the middle. */
function steadyOver(days: number): fc.Arbitrary<readonly Step[]> {
  return fc
    .record({ every: fc.integer({ min: 2, max: 7 }), silentDays: fc.integer({ min: 5, max: 60 }) })
    .map(given => {
      const steps: Step[] = []
      const until = days / 2
      for (let n = 0; n < days; n += given.every) {
        const isSilent = n > until && n < until + given.silentDays
        for (const area of isSilent ? [1] : [0, 1]) {
          const of = {
            id: `s${area}-${n}`,
            at: day(n),
            category: 'protest' as const,
            source: 'a',
            admin1: `ML-${area}`
          }
          steps.push({ does: 'come', incident: incidentFrom(of) })
        }
      }
      return steps
    })
}

/** Steady reports at the beginning of a course, or mixed with it. */
function storiesOf(
  days: number,
  areas: number,
  most: number,
  tickDays: number
): fc.Arbitrary<readonly Step[]> {
  const mixed = fc.tuple(
    steadyOver(Math.min(days, 200)),
    coursesOf(reportsOf(days, areas), most, tickDays),
    fc.nat({ max: 3 })
  )
  return mixed.map(([steady, course, each]) => {
    if (each === 0) return [...steady, ...course]
    const rest = [...steady]
    return [...course.flatMap(step => [...rest.splice(0, each), step]), ...rest]
  })
}

const parameters = fc.record(
  {
    chance: fc.constantFrom(0.01, 0.1, 0.3, 0.5),
    rateWeeks: fc.constantFrom(2, 6, 26),
    reportsMin: fc.constantFrom(2, 3, 5),
    knownDays: fc.constantFrom(1, 7, 28),
    silenceDaysMin: fc.constantFrom(1, 3),
    escalateFactor: fc.constantFrom(1, 1.5, 3)
  },
  { requiredKeys: [] }
)

describe('the machine of silences', () => {
  it.each([
    ['a season', 120, 2, 60, 5000, 20],
    ['two years', 700, 3, 90, 5000, 60],
    ['a season of which the beginning passes out of retention', 300, 2, 80, 120, 30],
    ['two years that pass out of retention', 700, 3, 90, 200, 60]
  ] as const)(
    'finds what the fold with states finds: %s',
    (_, days, areas, most, retentionDays, tickDays) => {
      const seen = { found: 0, ended: 0, removed: 0 }
      fc.assert(
        fc.property(storiesOf(days, areas, most, tickDays), parameters, (steps, given) => {
          expectTheSame(machine, oracle, { steps, startMs, retentionDays, parameters: given }, seen)
        }),
        { numRuns: runs }
      )
      expect(Math.min(seen.found, seen.ended, seen.removed)).toBeGreaterThan(shareOf(100, 100, 10))
    }
  )
})
