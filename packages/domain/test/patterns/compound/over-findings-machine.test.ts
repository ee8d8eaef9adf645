// A building block over findings goes on with what has come and gone in a scope: it finds what it
// would find in the same findings seen for the first time.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyCompoundPattern } from '../../../src/detection/compound.ts'
import { CompoundScope, type Input } from '../../../src/detection/compound-scope.ts'
import { resolveParameters } from '../../../src/detection/pattern.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import { compoundPatterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs, type Span } from '../../../src/space-time/event-time.ts'
import { runsOf } from '../../test-size.ts'
import { blockIncident, blockStartMs } from '../blocks/block-incidents.ts'
import { viewWith } from './view-with.ts'

const isA = '"other:finding-a" in tactics'
const isB = '"other:finding-b" in tactics'
const cases = [
  ['findings-count', { threshold: 2, windowDays: 4, levels: [3] }],
  ['findings-count', { threshold: 2, windowDays: 3, window: 'session' }],
  ['findings-distinct-count', { threshold: 2, windowDays: 4, field: 'admin1' }],
  ['findings-sum', { threshold: 3, windowDays: 4, field: 'deaths.low' }],
  ['findings-sequence', { steps: [isA, isB], withinDays: 5 }],
  ['findings-sequence', { steps: [isA, { absent: isB, days: 2 }], withinDays: 5 }],
  ['findings-all-of', { steps: [isA, isB], withinDays: 5 }],
  ['findings-absence', { expected: [isA], days: 2 }]
] as const

interface Drawn {
  readonly pattern: string
  readonly day: number
  readonly days: number
  readonly admin1: string
  readonly deaths: number
  readonly reports: number
}

type Step =
  | { readonly put: Drawn }
  | { readonly take: number }
  | { readonly day: number }
  | { readonly unheardDay: number }

const drawn: fc.Arbitrary<Drawn> = fc.record({
  pattern: fc.constantFrom('a', 'b'),
  day: fc.nat({ max: 12 }),
  days: fc.nat({ max: 3 }),
  admin1: fc.constantFrom('ML-4', 'ML-5'),
  deaths: fc.nat({ max: 2 }),
  reports: fc.integer({ min: 1, max: 3 })
})
const steps: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: drawn.map(put => ({ put })), weight: 4 },
  { arbitrary: fc.nat().map(take => ({ take })), weight: 2 },
  { arbitrary: fc.nat({ max: 20 }).map(day => ({ day })), weight: 1 },
  { arbitrary: fc.nat({ max: 20 }).map(unheardDay => ({ unheardDay })), weight: 1 }
)

function inputOf({ pattern, day, days, admin1, deaths, reports }: Drawn, n: number): Input {
  const fromMs = blockStartMs + day * dayMs
  const triggers = Array.from({ length: reports }, (_, i) =>
    blockIncident({ day: day + i, days: 1, admin1, deaths }, n * 10 + i)
  )
  const finding: Finding = {
    group: { admin1 },
    situation: null,
    fromMs,
    toMs: days === 0 ? null : fromMs + days * dayMs,
    levels: [{ level: 1, atMs: fromMs, reason: 'entry' }],
    measure: { name: 'reports', value: reports, threshold: 1, baseline: null },
    triggers,
    support: [],
    omitted: 0,
    headline: `Reports in ${admin1}`,
    explanation: 'They were reported.'
  }
  return { ruleId: pattern, pattern, finding }
}

function dayOf(day: number): Span {
  const fromMs = blockStartMs + day * dayMs
  return { fromMs, toMs: fromMs + dayMs - 1 }
}

describe('a building block over findings', () => {
  it.each(cases)('%s goes on with what has come and gone: %j', (name, own) => {
    const pattern = compoundPatterns.get(name) as AnyCompoundPattern
    fc.assert(
      fc.property(fc.array(steps, { minLength: 2, maxLength: 24 }), course => {
        const parameters = resolveParameters(pattern, own)
        const scope = new CompoundScope('theatre', 0)
        let nowMs = blockStartMs + 10 * dayMs
        // The same list until it changes, as in a theatre: machines keep what they made with it.
        let unheard: readonly Span[] = []
        for (const [n, step] of course.entries()) {
          if ('day' in step) nowMs = blockStartMs + step.day * dayMs
          else if ('unheardDay' in step) unheard = [...unheard, dayOf(step.unheardDay)]
          else if ('put' in step) scope.insert(inputOf(step.put, n))
          else if (scope.inputs.length > 0)
            scope.remove(scope.inputs[step.take % scope.inputs.length] as Input)
          const view = scope.view
          const anew = viewWith('theatre', scope.inputs)
          expect(pattern.findings(view, nowMs, parameters, unheard)).toEqual(
            pattern.findings(anew, nowMs, parameters, unheard)
          )
          expect(pattern.nextChangeMs(view, nowMs, parameters, unheard)).toBe(
            pattern.nextChangeMs(anew, nowMs, parameters, unheard)
          )
        }
      }),
      { numRuns: runsOf(200) }
    )
  })
})
