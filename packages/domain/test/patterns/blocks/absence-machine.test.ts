// The machine of absence against the fold that keeps a state for each step: the same findings after
// each change.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AnyPattern } from '../../../src/detection/pattern.ts'
import { absence } from '../../../src/patterns/blocks/absence.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { coursesOf, expectTheSame } from '../../detection/two-detections.ts'
import { absenceByStates } from '../../oracles/absence.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'

const startMs = Date.parse('2024-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const machine = absence as unknown as AnyPattern
const oracle = absenceByStates as unknown as AnyPattern

const incident = fc
  .record({
    id: fc.uuid(),
    n: fc.integer({ min: 0, max: 300 }),
    days: fc.constantFrom(0, 0, 0, 3, 20, 120),
    category: fc.constantFrom(
      'clash' as const,
      'clash' as const,
      'threat' as const,
      'attack' as const
    ),
    admin1: fc.constantFrom('ML-4', 'ML-5'),
    settlement: fc.constantFrom('Dioura', 'Niono'),
    credibility: fc.constantFrom(2 as const, 2 as const, 5 as const),
    drill: fc.constantFrom(false, false, false, true),
    isCertain: fc.constantFrom(true, true, false)
  })
  .map(({ n, days, isCertain, ...sketch }) => {
    const made = incidentFrom({ ...sketch, at: day(n), to: day(n + days) })
    return isCertain ? made : { ...made, place: { ...made.place, areaCertain: false } }
  })

const parameters = fc.record({
  groupBy: fc.constantFrom('theatre', 'admin1', 'settlement'),
  expected: fc.constantFrom(
    ['category == "clash"'],
    ['category == "clash"', 'category == "threat"']
  ),
  days: fc.constantFrom(1, 5, 20),
  levels: fc.constantFrom([], [25], [25, 40])
})

it.each([
  [400, 30],
  [120, 20],
  [5000, 20]
])(
  'is the same as before, with a retention of %i days and ticks up to %i days apart',
  (retentionDays, tickDays) => {
    const seen = { found: 0, ended: 0, removed: 0 }
    fc.assert(
      fc.property(coursesOf(incident, 80, tickDays), parameters, (steps, given) => {
        expectTheSame(machine, oracle, { steps, startMs, retentionDays, parameters: given }, seen)
      }),
      { numRuns: runsOf(150, 10) }
    )
    expect(Math.min(seen.found, seen.ended, seen.removed)).toBeGreaterThan(shareOf(100, 150, 10))
  }
)
