// The machine of window blocks finds what the immutable fold of the first engine finds, whatever
// comes, goes and changes.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyPattern } from '../../../src/detection/pattern.ts'
import { evidenceMax } from '../../../src/finding/finding.ts'
import { allOfMeasure } from '../../../src/patterns/blocks/all-of.ts'
import { countMeasure } from '../../../src/patterns/blocks/count.ts'
import { distinctMeasure } from '../../../src/patterns/blocks/distinct-count.ts'
import { sumMeasure } from '../../../src/patterns/blocks/sum.ts'
import { patterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { coursesOf, expectTheSame, type Step } from '../../detection/two-detections.ts'
import type { ReportSketch } from '../../fold-story.ts'
import { windowFold } from '../../oracles/window-block.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'

const startMs = Date.parse('2024-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
/**
 * Incidents lie in the beginnings of parts of this length: the boundary passes one part after the
 * other.
 */
const partDays = 90
const runs = runsOf(150, 10)

const incident = fc
  .record({
    id: fc.uuid(),
    part: fc.integer({ min: 0, max: 3 }),
    n: fc.integer({ min: 0, max: 40 }),
    days: fc.constantFrom(0, 0, 0, 3, 20, 200),
    category: fc.constantFrom('attack' as const, 'threat' as const, 'displacement' as const),
    admin1: fc.constantFrom('ML-4', 'ML-5', 'ML-1'),
    settlement: fc.constantFrom('Dioura', 'Niono'),
    handling: fc.constantFrom('public' as const, 'internal' as const, 'restricted' as const),
    credibility: fc.constantFrom(2 as const, 2 as const, 5 as const),
    deaths: fc.constantFrom<NonNullable<ReportSketch['deaths']>>(
      0,
      3,
      12,
      [null, null, null],
      [null, 5, null],
      [2, 3, 9]
    ),
    drill: fc.constantFrom(false, false, false, true),
    isCertain: fc.constantFrom(true, true, false)
  })
  .map(({ part, n, days, isCertain, ...sketch }) => {
    const from = part * partDays + n
    const made = incidentFrom({ ...sketch, at: day(from), to: day(from + days) })
    return isCertain ? made : { ...made, place: { ...made.place, areaCertain: false } }
  })

const window = {
  window: fc.constantFrom('sliding', 'sliding', 'tumbling', 'session'),
  windowDays: fc.constantFrom(2, 7, 14),
  gapDays: fc.constantFrom(2, 7),
  groupBy: fc.constantFrom('theatre', 'admin1', 'settlement'),
  threshold: fc.constantFrom(2, 3, 5),
  leave: fc.constantFrom(0, 1, 2),
  levels: fc.constantFrom([], [6], [6, 8, 20])
}
const steps = fc.constantFrom(
  ['category == "threat"', 'category == "displacement"'],
  ['category == "attack"']
)
const cases = [
  ['count', countMeasure, fc.record(window)],
  [
    'distinct-count',
    distinctMeasure,
    fc.record({ ...window, field: fc.constantFrom('admin1', 'category', 'settlement') })
  ],
  [
    'sum',
    sumMeasure,
    fc.record({ ...window, field: fc.constantFrom('deaths.low', 'deaths.best', 'deaths.high') })
  ],
  [
    'all-of',
    allOfMeasure,
    fc.record({ groupBy: window.groupBy, steps, withinDays: window.windowDays })
  ]
] as const

describe.each(cases)('%s', (id, measure, parameters) => {
  const pattern = patterns.get(id) as AnyPattern
  const { machine: _, ...head } = pattern as AnyPattern & { machine: unknown }
  const oracle = { ...head, ...windowFold(measure as never) } as unknown as AnyPattern

  it.each([
    [120, 90],
    [5000, 20]
  ])(
    'is the same as before, with a retention of %i days and ticks up to %i days apart',
    (retentionDays, tickDays) => {
      const seen = { found: 0, ended: 0, removed: 0 }
      fc.assert(
        fc.property(coursesOf(incident, 80, tickDays), parameters, (steps, given) => {
          expectTheSame(
            pattern,
            oracle,
            { steps, startMs, retentionDays, parameters: given as never },
            seen
          )
        }),
        { numRuns: runs }
      )
      expect(Math.min(seen.found, seen.ended, seen.removed)).toBeGreaterThan(shareOf(100, 150, 10))
    }
  )
})

it('ends a session before an incident that only supports, also when both lie before the boundary', () => {
  const pattern = patterns.get('count') as AnyPattern
  const { machine: _, ...head } = pattern as AnyPattern & { machine: unknown }
  const oracle = { ...head, ...windowFold(countMeasure) } as unknown as AnyPattern
  const of = (id: string, from: number, to: number, credibility: 2 | 5): Step => {
    return { does: 'come', incident: incidentFrom({ id, at: day(from), to: day(to), credibility }) }
  }
  const ticks = [48, 90].map((days): Step => ({ does: 'tick', days }))
  const text = { does: 'through-text' } as const
  const steps = [
    of('a', 0, 1, 2),
    ...ticks,
    of('b', 88, 88, 5),
    { does: 'tick', days: 76 } as const,
    of('c', 0, 200, 2),
    text
  ]
  const seen = { found: 0, ended: 0, removed: 0 }
  const parameters = { window: 'session', gapDays: 2, threshold: 2 }
  expectTheSame(pattern, oracle, { steps, startMs, retentionDays: 120, parameters }, seen)
  expect(seen.found).toBe(0)
})

describe('an episode of many incidents', () => {
  const pattern = patterns.get('count') as AnyPattern
  const { machine: _, ...head } = pattern as AnyPattern & { machine: unknown }
  const oracle = { ...head, ...windowFold(countMeasure) } as unknown as AnyPattern
  const parameters = { threshold: 2 }
  const numbered = (i: number) => `i${String(i).padStart(4, '0')}`
  const come = (i: number, n: number, handling: 'public' | 'restricted' = 'public'): Step => {
    return { does: 'come', incident: incidentFrom({ id: numbered(i), at: day(n), handling }) }
  }

  it('names the first of a stricter handling beyond the limit, and counts the others', () => {
    const seen = { found: 0, ended: 0, removed: 0 }
    const all = Array.from({ length: evidenceMax }, (_, i) => come(i, Math.floor(i / 50)))
    const steps = [
      ...all,
      come(600, 11, 'restricted'),
      come(601, 11, 'restricted'),
      come(602, 11),
      come(603, 12, 'restricted')
    ]
    expectTheSame(pattern, oracle, { steps, startMs, parameters }, seen)
    expect(seen.found).toBeGreaterThan(evidenceMax)
  })
})
