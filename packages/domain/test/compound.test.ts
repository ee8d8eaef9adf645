// The stage for rules over findings, with a pattern made up here: the catalogue has none yet.

import { describe, expect, it } from 'vitest'
import type { CompoundPattern } from '../src/compound.ts'
import type { Finding } from '../src/pattern.ts'
import { TheatreFold } from '../src/theatre-fold.ts'
import { course, FoldStory, testDigest, throughText } from './fold-story.ts'

/** Open while two fronts are: one story for all of them. */
const manyFronts: CompoundPattern = {
  id: 'many-fronts',
  parameters: {},
  nextChangeMs: () => null,
  findings: inputs => {
    const open = (inputs.get('front') ?? []).filter(f => f.toMs === null)
    const fromMs = Math.max(...open.map(f => f.fromMs))
    const finding: Finding = {
      group: { theatre: 'all' },
      fromMs,
      toMs: null,
      levels: [{ level: 1, atMs: fromMs, reason: 'two fronts' }],
      measure: { name: 'open fronts', value: open.length, threshold: 2, baseline: null },
      triggers: open.flatMap(f => f.triggers),
      support: [],
      omitted: 0,
      headline: `${open.length} fronts at once`,
      explanation: 'Two fronts are open.'
    }
    return open.length < 2 ? [] : [finding]
  }
}
const level1 = new Map([[manyFronts.id, manyFronts]])

function twoFronts(): FoldStory {
  const story = new FoldStory({ sources: [] })
  const rules = story.fold.rules
  story.fold = new TheatreFold('sahel', testDigest, level1)
  story.tick('2025-03-12')
  for (const rule of rules) story.take({ type: 'rule.configured', data: rule })
  story.take({ type: 'rule.configured', data: { ruleId: 'many-fronts', ruleVersion: 1, pattern: 'many-fronts', parameters: {} } })
  for (const [i, lat] of [14.0, 14.01, 14.02].entries()) story.report({ id: `s${i}`, at: `2025-03-0${1 + i}`, lat, lon: -5 })
  for (const [i, lat] of [15.0, 15.01, 15.02].entries()) story.report({ id: `n${i}`, at: `2025-03-0${4 + i}`, lat, lon: -5 })
  return story
}

describe('rules over findings', () => {
  it('are read after level 0, in the same record', () => {
    const story = twoFronts()
    expect(course(story.events)).toEqual(['raised front 1', 'raised front 1', 'raised many-fronts 1'])
  })

  it('fall away when a finding that they rest on does', () => {
    const story = twoFronts()
    expect(course(story.withdraw('n1'))).toEqual(['retracted front 1', 'retracted many-fronts 1'])
  })

  it('say nothing when level 0 says nothing new', () => {
    const story = twoFronts()
    expect(story.tick('2025-03-13')).toEqual([])
  })

  it('go on from a snapshot', () => {
    const story = twoFronts()
    const again = throughText(story.fold, text => text, level1)
    const record = {
      type: 'report.withdrawn',
      data: { reportId: 'n1', reason: 'wrong', lane: 'live' },
      id: 'w',
      theatre: 'sahel',
      time: 't'
    } as const
    expect(again.apply(record)).toEqual(story.fold.apply(record))
  })
})
