// Sequences against a search that follows every sequence that has begun.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { convertToDay, formatDay, never } from '../../src/data/time.ts'
import type { DayRule } from '../../src/rules/rule.ts'
import { sequence } from '../../src/rules/sequence.ts'
import { resolveParameters } from '../../src/theatre/rule-set.ts'
import { makeReport } from '../support/make-report.ts'
import { ScopeFold } from '../support/scope-fold.ts'

const firstDay = convertToDay(Date.parse('2025-06-02'))
const lastDay = firstDay + 70

type Kind = 'threat' | 'attack' | 'displacement'

interface Sketch {
  readonly from: number
  readonly to: number
  readonly category: Kind
}

interface Plan {
  readonly comes: readonly Kind[]
  /** By step: what must not follow it. */
  readonly absent: readonly (Kind | null)[]
  readonly lastDays: number | null
}

const plans: readonly Plan[] = [
  { comes: ['threat', 'attack'], absent: [null, null], lastDays: null },
  { comes: ['threat', 'attack'], absent: ['displacement', null], lastDays: null },
  { comes: ['threat', 'attack'], absent: [null, 'displacement'], lastDays: 2 },
  { comes: ['threat', 'attack'], absent: ['displacement', 'threat'], lastDays: 1 },
  { comes: ['threat', 'attack', 'threat'], absent: [null, 'displacement', null], lastDays: null }
]

const sketches = fc.array(
  fc
    .record({
      from: fc.integer({ min: firstDay, max: firstDay + 30 }),
      days: fc.constantFrom(0, 0, 0, 3),
      category: fc.constantFrom<Kind>('threat', 'attack', 'displacement')
    })
    .map(({ days, ...sketch }) => ({ ...sketch, to: sketch.from + days })),
  { maxLength: 25 }
)

it('finds what a search of all sequences finds', () => {
  fc.assert(
    fc.property(
      sketches,
      fc.constantFrom(...plans),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 9 }),
      (all, plan, withinDays, holdDays) => {
        const parameters = { steps: writeSteps(plan), withinDays, holdDays }
        const rule = sequence.make(resolveParameters(sequence, parameters), {
          id: 'rule',
          pattern: 'sequence'
        }) as DayRule
        expect(fold(rule, all)).toEqual(search(all, plan, withinDays, holdDays))
      }
    ),
    { numRuns: 400 }
  )
})

it('opens only once all live sources have reported later than what must be absent', () => {
  const plan = plans[2]!
  const rule = sequence.make(resolveParameters(sequence, { steps: writeSteps(plan) }), {
    id: 'rule',
    pattern: 'sequence'
  }) as DayRule
  const scopes = new ScopeFold(rule)
  for (const [i, category] of (['threat', 'attack'] as const).entries())
    scopes.add(makeReport({ category, at: formatDay(firstDay + i) }))
  scopes.advance(firstDay + 10, firstDay + 2)
  expect(scopes.listEpisodes()).toEqual([])
  scopes.advance(firstDay + 11, firstDay + 3)
  expect(scopes.listEpisodes()).toHaveLength(1)
})

function writeSteps({ comes, absent, lastDays }: Plan) {
  const write = (kind: Kind) => `category == "${kind}"`
  return comes.flatMap((kind, i) => {
    const breaker = absent[i]
    if (!breaker) return [write(kind)]
    const isLast = i === comes.length - 1
    return [write(kind), { absent: write(breaker), ...(isLast ? { days: lastDays! } : {}) }]
  })
}

function fold(rule: DayRule, all: readonly Sketch[]) {
  const scopes = new ScopeFold(rule)
  scopes.advance(lastDay)
  for (const { from, to, category } of all)
    scopes.add(makeReport({ at: [formatDay(from), formatDay(to)], category }))
  return scopes
    .listEpisodes()
    .map(({ startDay, endDay }) => ({ from: startDay, to: endDay === never ? null : endDay }))
    .sort((a, b) => a.from - b.from)
}

interface Begun {
  readonly step: number
  readonly startDay: number
}

function search(all: readonly Sketch[], plan: Plan, withinDays: number, holdDays: number) {
  const { comes, absent, lastDays } = plan
  const last = comes.length - 1
  let begun: readonly Begun[] = []
  const found: { from: number; to: number }[] = []
  for (let day = firstDay; day <= lastDay; day++) {
    const today = all.filter(({ from }) => from === day)
    const hinders = (step: number) =>
      all.some(({ from, to, category }) => from < day && to > day && category === absent[step])
    const takes = (step: number) => today.some(({ category }) => category === comes[step])
    const continued = [{ step: -1, startDay: day }, ...begun]
      .map(({ step, startDay }) => ({ step: step + 1, startDay }))
      .filter(({ step, startDay }) => takes(step) && day - startDay <= withinDays && !hinders(step))
    const isBroken = ({ step }: Begun) => today.some(({ category }) => category === absent[step])
    const kept = begun.filter(one => !isBroken(one))
    const isComplete = continued.some(({ step }) => step === last)
    begun = isComplete ? [] : [...kept, ...continued]
    if (!isComplete) continue
    const completeDay = day + (lastDays ?? 0)
    const breaks = ({ from, category }: Sketch) =>
      from > day && from < completeDay && category === absent[last]
    if (lastDays !== null && all.some(breaks)) continue
    const open = found.at(-1)
    if (open !== undefined && open.to >= day) open.to = completeDay + holdDays
    else found.push({ from: completeDay, to: completeDay + holdDays })
  }
  return found.map(({ from, to }) => ({ from, to: to < lastDay ? to : null }))
}
