// Near misses: shown while the pattern has not fired, and only then; one step more, and it fires.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch, throughText } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'

const rule = (pattern: string, more: Partial<RuleVersion> = {}): RuleVersion => ({
  ruleId: 'mine',
  ruleVersion: 1,
  pattern,
  parameters: {},
  ...more
})

function storyOf(version: RuleVersion, reports: readonly ReportSketch[], until: string): FoldStory {
  const story = new FoldStory({ rules: [version], start: '2024-12-01' })
  for (const report of reports) story.report(report)
  story.tick(until)
  return story
}

const day = (n: number) => formatTime(Date.parse('2025-01-01') + n * dayMs).slice(0, 10)
const attack = (id: string, n: number, more: Partial<ReportSketch> = {}): ReportSketch => ({
  id,
  at: day(n),
  lat: 10 + n,
  ...more
})

describe('near', () => {
  it('is a siege that lacks a criterion, and one that has not lasted long enough', () => {
    const place = { settlement: 'Diosso', at: '2025-01-01' }
    const first = { id: 'a', category: 'blockade', to: '2025-01-12', ...place } as const
    const near = (reports: readonly ReportSketch[], until = '2025-01-20') =>
      storyOf(rule('siege'), reports, until).fold.nearly('mine')
    expect(near([first])).toMatchObject([
      {
        group: { settlement: 'Diosso' },
        measure: { value: 1, threshold: 2 },
        lacks: 'one more criterion; held: encirclement'
      }
    ])
    const second = { id: 'b', category: 'movement-denied', source: 'wire-2', ...place } as const
    expect(near([first, { ...second, to: '2025-01-03' }])).toMatchObject([
      { measure: { value: 2 }, lacks: '7 days together; held: encirclement, movement denied' }
    ])
    expect(near([first, { ...second, to: '2025-01-12' }])).toEqual([])
    expect(near([first], '2025-04-01')).toEqual([])
  })

  it('names the groups of the rule, and is restored from a snapshot', () => {
    const version = rule('count', { groupBy: ['actor'], parameters: { threshold: 4 } })
    const reports = [0, 1, 2].map(n =>
      attack(`r${n}`, n, { actors: [n === 1 ? 'Katiba' : 'JNIM'] })
    )
    const story = storyOf(version, [...reports, attack('r3', 3, { actors: ['jnim '] })], day(5))
    const told = story.fold.nearly('mine')
    expect(told).toMatchObject([
      { group: { actor: 'jnim' }, measure: { value: 3, threshold: 4 }, lacks: 'another incident' }
    ])
    expect(throughText(story.fold).nearly('mine')).toEqual(told)
  })

  it('is nothing if the pattern cannot compute it', () => {
    expect(
      storyOf(rule('retaliation-watch'), [attack('a', 0)], day(3)).fold.nearly('mine')
    ).toBeNull()
    expect(storyOf(rule('front'), [], day(3)).fold.nearly('none')).toBeNull()
  })

  it('is two states of three that tell people to leave', () => {
    const advice = ['United States', 'Germany'].map((name, n) =>
      attack(`a${n}`, n, { category: 'advisory', actors: [name], country: 'ML' })
    )
    expect(
      storyOf(rule('third-party-convergence'), advice, day(5)).fold.nearly('mine')
    ).toMatchObject([
      {
        group: { country: 'ML' },
        measure: { value: 2, threshold: 3 },
        lacks: 'one more state; so far United States, Germany'
      }
    ])
  })

  it('is a count between seven tenths of its threshold and its threshold, and nothing else', () => {
    let found = 0
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 3, maxLength: 12 }),
        fc.integer({ min: 2, max: 9 }),
        (days, threshold) => {
          const until = Math.max(...days) + 1
          const story = storyOf(
            rule('count', { parameters: { threshold, windowDays: 14 } }),
            days.map((n, i) => attack(`r${i}`, n, { lat: 10 + n / 5 })),
            day(until)
          )
          const inWindow = days.filter(n => n + 1 > until - 14).length
          const open = story
            .standing()
            .some(alert => alert.status !== 'retracted' && alert.window.to === null)
          const told = story.fold.nearly('mine') ?? []
          found += told.length
          const isNear = !open && inWindow >= threshold * 0.7 && inWindow < threshold
          expect(told.map(({ measure }) => measure.value)).toEqual(isNear ? [inWindow] : [])
        }
      ),
      { numRuns: runsOf(300, 10) }
    )
    expect(found).toBeGreaterThan(shareOf(20, 300, 10))
  })
})
