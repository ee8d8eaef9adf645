// Every level-1 pattern's own examples, in a theatre with all rules.

import { describe, expect, it } from 'vitest'
import type { AnyCompoundPattern } from '../../../src/detection/compound.ts'
import type { ExampleIncident, PatternExample } from '../../../src/detection/pattern.ts'
import {
  compoundPatterns,
  defaultCompoundRules,
  defaultRules
} from '../../../src/patterns/pattern-catalogue.ts'
import { FoldStory, type ReportSketch } from '../../fold-story.ts'
import { expectPlainWords } from '../../plain-words.ts'

function sketchOf({ actor, credibility, ...example }: ExampleIncident, i: number): ReportSketch {
  return {
    id: `example-${i}`,
    source: 'a',
    ...example,
    ...(actor === undefined ? {} : { actors: [actor] }),
    ...(credibility === undefined ? {} : { credibility: credibility as 2 })
  } as ReportSketch
}

function standing(ruleId: string, { given, horizon }: PatternExample) {
  const rules = [
    ...defaultRules.filter(r => !compoundPatterns.has(r.pattern)),
    ...defaultCompoundRules
  ]
  const ends = given.map(g => g.to ?? g.at).sort()
  const story = new FoldStory({
    sources: ['a', 'b', 'c'],
    rules,
    start: (given.map(g => g.at).sort()[0] as string).slice(0, 10)
  })
  story.tick((ends.at(-1) as string).slice(0, 10))
  given.forEach((example, i) => {
    story.report(sketchOf(example, i))
  })
  if (horizon > (ends.at(-1) as string)) story.tick(horizon)
  return story.standing(ruleId).filter(state => state.status !== 'retracted')
}

describe.each(
  defaultCompoundRules.map(rule => compoundPatterns.get(rule.pattern) as AnyCompoundPattern)
)('$id', pattern => {
  it('has at least one example that fires and one that does not', () => {
    expect(pattern.examples.some(e => e.expect.length > 0)).toBe(true)
    expect(pattern.examples.some(e => e.expect.length === 0)).toBe(true)
  })

  it.each(pattern.examples)('$name', example => {
    const found = standing(pattern.id, example)
    expect(found.map(s => ({ level: s.levels.at(-1)?.level, open: s.window.to === null }))).toEqual(
      example.expect.map(({ level, open }) => ({ level, open }))
    )
    for (const [i, { group }] of example.expect.entries())
      expect(found[i]?.group).toMatchObject(group)
    for (const state of found) expectPlainWords(state)
  })
})
