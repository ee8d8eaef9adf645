// A statistic ("326 attacks, January to October") never triggers, whatever its tactics, and neither
// ends nor escalates an alert.

import { describe, expect, it } from 'vitest'
import type { PatternExample } from '../../src/detection/pattern.ts'
import {
  compoundPatterns,
  defaultCompoundRules,
  defaultRules,
  patterns
} from '../../src/patterns/pattern-catalogue.ts'
import { course, FoldStory, type ReportSketch } from '../fold-story.ts'

const rules = [...defaultRules, ...defaultCompoundRules]
const rulesOf = (...ids: string[]) => rules.filter(r => ids.includes(r.ruleId))

const firing = [...patterns.values(), ...compoundPatterns.values()].flatMap(({ id, examples }) =>
  (examples as readonly PatternExample[])
    .filter(e => e.expect.length > 0)
    .map(example => ({ id, example }))
)

describe('a statistic', () => {
  it('of any tactic, place and span triggers no rule', () => {
    expect(firing.length).toBeGreaterThan(30)
    const story = new FoldStory({ rules, start: '2019-01-01' })
    for (const [n, { example }] of firing.entries()) {
      for (const [i, { actor, ...given }] of example.given.entries()) {
        const sketch = {
          ...given,
          category: 'statistic',
          id: `s${n}-${i}`,
          ...(actor ? { actors: [actor] } : {})
        }
        story.report(sketch as ReportSketch)
      }
    }
    story.tick('2027-01-01')
    expect(course(story.events)).toEqual([])
  })

  it('neither escalates nor ends what reports of single incidents triggered', () => {
    const story = new FoldStory({ rules: rulesOf('supply-line-interdiction') })
    const hub = { admin1: 'ML-BKO', lat: 12.65, lon: -8 }
    story.report({
      id: 'a',
      at: '2025-10-01',
      category: 'blockade',
      tactics: ['fuel-blockade'],
      ...hub
    })
    const told = { category: 'statistic', tactics: ['other:delivery', 'school-closure'] } as const
    story.report({ id: 'b', at: '2025-10-02', to: '2025-10-31', ...told, ...hub })
    story.tick('2025-11-20')
    expect(story.standing()).toMatchObject([{ levels: [{ level: 1 }], window: { to: null } }])
  })

  it('of years ago is no baseline: a rule that needs one stays in warming', () => {
    const story = new FoldStory({ rules: rulesOf('surge'), start: '2025-01-01' })
    const isWarming = () => story.fold.ruleStanding('surge')?.isWarming
    story.report({ id: 'a', at: '2023-01-01', to: '2023-12-31', category: 'statistic' })
    expect(isWarming()).toBe(true)
    story.report({ id: 'b', at: '2023-12-31' })
    expect(isWarming()).toBe(false)
    story.withdraw('b')
    expect(isWarming()).toBe(true)
  })

  it("is not a settlement's own appeal", () => {
    const story = new FoldStory({ rules: rulesOf('siege', 'retaliation-watch') })
    const held = { at: '2024-01-01', to: '2024-01-12', settlement: 'Diosso' }
    story.report({ id: 'a', ...held, category: 'blockade' })
    story.report({ id: 'b', ...held, category: 'movement-denied', source: 'wire-2' })
    const told = { id: 'c', at: '2024-03-01', settlement: 'Diosso', tactics: ['other:resistance'] }
    story.report({ ...told, category: 'statistic' })
    expect(story.standing('retaliation-watch')).toEqual([])
    story.report({ ...told, id: 'd', category: 'other' })
    expect(story.standing('retaliation-watch')).toHaveLength(1)
  })
})
