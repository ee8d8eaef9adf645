// The deaths that an alert states are those of its headline: the same incidents and days, doubtful
// ones once, not the sum of its triggers.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch } from '../fold-story.ts'
import { expectDeathsAsTold } from '../headline-deaths.ts'
import { runsOf, shareOf } from '../test-size.ts'

const day = (n: number) => formatTime(Date.parse('2025-01-01') + n * dayMs).slice(0, 10)
const ruleOf = (pattern: string, parameters = {}): RuleVersion => ({
  ruleId: pattern,
  ruleVersion: 1,
  pattern,
  parameters
})
const cumulative = ruleOf('cumulative-deaths')
const massacres = ruleOf('mass-casualty')
const sumOf = (field: string): RuleVersion => ({
  ...ruleOf('sum', { field, threshold: 20, windowDays: 10 }),
  ruleId: field
})

function told(
  rules: readonly RuleVersion[],
  reports: readonly ReportSketch[],
  until = 40
): FoldStory {
  const story = new FoldStory({ rules, sources: ['wire-1', 'wire-2'], start: '2024-12-01' })
  story.tick(day(until))
  for (const report of reports) story.report(report)
  return story
}
/** Attacks on several days, each at a place of its own. */
const attacks = (
  days: readonly number[],
  deaths: readonly [number | null, number | null, number | null],
  more: Partial<ReportSketch> = {}
): ReportSketch[] =>
  days.map((n, i) => ({ id: `a${i}-${n}`, at: day(n), lat: 10 + i / 4, deaths, ...more }))
const daily = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)

describe('the deaths of a country', () => {
  it('are those of the window, although not all of its incidents are triggers', () => {
    const [alert] = told([cumulative], attacks(daily(0, 17), [7, 7, 7])).standing()
    expect(alert?.headline).toContain('At least 112 people killed')
    expect(alert?.fatalities).toEqual({ low: 112, best: 112, high: 112 })
  })
})

describe('the readers of the deaths of a country', () => {
  const open = { handling: 'public' } as const
  const entry = attacks([0, 1, 2], [10, 10, 10], open)
  const doubling = attacks([20, 21, 22], [10, 10, 10], { ...open, lon: -8 })

  it('are those who may read all that is counted, triggers or not', () => {
    const hidden = attacks([10], [5, 5, 5], { lon: -7, handling: 'restricted' })
    const [alert] = told([cumulative], [...entry, ...hidden, ...doubling]).standing()
    expect(alert).toMatchObject({ fatalities: { low: 65 }, handling: 'restricted' })
  })
})

describe('the deaths of massacres close to one another', () => {
  const dense = Array.from({ length: 30 }, (_, i) => ({
    id: `m${i}`,
    at: day(20),
    category: 'attack-on-civilians' as const,
    settlement: `Hamlet ${i}`,
    lat: 14 + i / 1000,
    deaths: [20 + (i % 7), 22 + (i % 7), 30 + (i % 7)] as const
  }))

  it('are those of the worst one, in the headline and in the fatalities, and the headline says of how many', () => {
    const story = told([massacres], dense)
    const [alert] = story.standing()
    expect(alert?.fatalities).toEqual({ low: 26, best: 28, high: 36 })
    expect(alert?.headline).toContain(
      'About 28 civilians killed in the worst of 30 killings at Hamlet 0'
    )
    expect(alert?.explanation).toContain('their deaths are not added together')
    expect(expectDeathsAsTold(story.events)).toBeGreaterThan(1)
  })
})

describe('deaths that are added up', () => {
  it('are those of the window in the text, not those of the whole episode', () => {
    const story = told([sumOf('deaths.low')], attacks(daily(0, 30), [6, 7, null]))
    const [alert] = story.standing()
    expect(alert?.fatalities).toEqual({ low: alert?.measure.value, best: 77, high: null })
  })
})

describe('in any story', () => {
  it('the deaths of a headline lie within those that the alert states', () => {
    const toll = fc.constantFrom(
      ...([
        [2, 3, 5],
        [8, 9, 12],
        [null, 5, null],
        [12, null, null],
        [0, 2, 14],
        [null, null, 30],
        [15, 25, 40],
        [200, 240, 300]
      ] as const)
    )
    const attack = fc.record({
      at: fc.integer({ min: 0, max: 60 }),
      length: fc.constantFrom(0, 0, 0, 6, 20),
      lat: fc.constantFrom(14, 14.02, 15),
      source: fc.constantFrom('wire-1', 'wire-2'),
      category: fc.constantFrom('attack' as const, 'attack-on-civilians' as const),
      toll,
      isWithdrawn: fc.integer({ min: 0, max: 5 }).map(n => n === 0)
    })
    const rules = [
      cumulative,
      massacres,
      ...['deaths.low', 'deaths.best', 'deaths.high'].map(sumOf)
    ]
    const toldBy = new Map<string, number>()
    fc.assert(
      fc.property(fc.array(attack, { minLength: 3, maxLength: 25, size: 'max' }), drawn => {
        const reports = drawn.map(({ at, length, toll: deaths, isWithdrawn: _, ...rest }, i) => {
          return { id: `r${i}`, at: day(at), to: day(at + length), deaths, ...rest }
        })
        const story = told(rules, reports, 90)
        for (const [i, { isWithdrawn }] of drawn.entries()) if (isWithdrawn) story.withdraw(`r${i}`)
        for (const { ruleId } of rules) {
          const mine = story.events.filter(
            e => e.type !== 'alert.action-refused' && e.data.ruleId === ruleId
          )
          toldBy.set(ruleId, (toldBy.get(ruleId) ?? 0) + expectDeathsAsTold(mine))
        }
      }),
      { numRuns: runsOf(60, 10) }
    )
    for (const { ruleId } of rules)
      expect(toldBy.get(ruleId), ruleId).toBeGreaterThan(shareOf(100, 60, 10))
  })
})
