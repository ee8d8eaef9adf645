// The machine of sequences against the fold that keeps a state for each step: the same findings
// after each change.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AnyPattern } from '../../../src/detection/pattern.ts'
import { sequence } from '../../../src/patterns/blocks/sequence.ts'
import type { ParameterValue } from '../../../src/record/theatre-record.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { coursesHeard, expectTheSame } from '../../detection/two-detections.ts'
import { sequenceByStates } from '../../oracles/sequence.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'

const startMs = Date.parse('2024-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const machine = sequence as unknown as AnyPattern
const oracle = sequenceByStates as unknown as AnyPattern

const incident = fc
  .record({
    id: fc.uuid(),
    // Many of one day: within a moment they are in order of their ids.
    n: fc.oneof(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom(10, 11)
    ),
    days: fc.constantFrom(0, 0, 0, 0, 3, 20),
    category: fc.constantFrom(
      'threat' as const,
      'threat' as const,
      'attack' as const,
      'attack' as const,
      'access-restored' as const
    ),
    admin1: fc.constantFrom('ML-4', 'ML-5', 'ML-5', 'ML-5'),
    settlement: fc.constantFrom('Dioura', 'Dioura', 'Dioura', 'Niono'),
    credibility: fc.constantFrom(2 as const, 2 as const, 2 as const, 2 as const, 5 as const),
    drill: fc.constantFrom(false, false, false, false, false, true),
    isCertain: fc.constantFrom(true, true, true, true, false)
  })
  .map(({ n, days, isCertain, ...sketch }) => {
    const made = incidentFrom({ ...sketch, at: day(n), to: day(n + days) })
    return isCertain ? made : { ...made, place: { ...made.place, areaCertain: false } }
  })

const threat = 'category == "threat"'
const attack = 'category == "attack"'
const access = 'category == "access-restored"'
const parameters = fc.record({
  groupBy: fc.constantFrom('theatre', 'theatre', 'admin1', 'settlement'),
  steps: fc.constantFrom<ParameterValue[]>(
    [threat, attack],
    [threat, attack, threat],
    [threat, { absent: access }, attack],
    [threat, { absent: access, days: 8 }],
    [threat, attack, { absent: access, days: 15 }],
    [threat, { absent: access }, attack, { absent: threat, days: 3 }]
  ),
  withinDays: fc.constantFrom(3, 20, 60),
  holdDays: fc.constantFrom(1, 6, 30)
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
      fc.property(coursesHeard(incident, 80, tickDays), parameters, (steps, given) => {
        expectTheSame(machine, oracle, { steps, startMs, retentionDays, parameters: given }, seen)
      }),
      { numRuns: runsOf(150, 10) }
    )
    expect(Math.min(seen.found, seen.ended, seen.removed)).toBeGreaterThan(shareOf(100, 150, 10))
  }
)
