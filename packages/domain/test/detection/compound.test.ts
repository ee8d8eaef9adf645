// Rules over findings, with a pattern made for this test.

import { describe, expect, it } from 'vitest'
import type { AnyCompoundPattern } from '../../src/detection/compound.ts'
import type { Finding } from '../../src/finding/finding.ts'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { dayMs } from '../../src/space-time/event-time.ts'
import { TheatreFold } from '../../src/theatre/theatre-fold.ts'
import { comparable, course, FoldStory, testDigest, throughText } from '../fold-story.ts'

/**
 * Two fronts of one column of cells, of which the second began within 60 days after the end of the
 * first: one episode for all of them.
 */
const manyFronts: AnyCompoundPattern = {
  id: 'many-fronts',
  parameters: {},
  examples: [],
  lookbackDays: () => 60,
  scopesOf: ({ pattern, finding }) =>
    pattern === 'front' ? [(finding.group.cell as string).split(':')[1] as string] : [],
  nextChangeMs: () => null,
  findings: ({ scope, inputs }) => {
    const fronts = inputs.map(i => i.finding)
    const fromMs = fronts[0]?.fromMs ?? 0
    const finding: Finding = {
      group: { column: scope },
      situation: null,
      fromMs,
      toMs: null,
      levels: [{ level: 1, atMs: fromMs, reason: 'two fronts' }],
      measure: { name: 'fronts', value: fronts.length, threshold: 2, baseline: null },
      triggers: fronts.flatMap(f => f.triggers),
      support: [],
      omitted: 0,
      headline: `${fronts.length} fronts`,
      explanation: 'Two fronts were seen.'
    }
    return fronts.length < 2 ? [] : [finding]
  }
}
const level1 = new Map([[manyFronts.id, manyFronts]])
const rule = { ruleId: 'many-fronts', ruleVersion: 1, pattern: 'many-fronts', parameters: {} }
const front = defaultRules.filter(r => r.pattern === 'front')

function begun(at: string): FoldStory {
  const story = new FoldStory({ sources: [], rules: [] })
  story.fold = new TheatreFold('sahel', testDigest, level1)
  story.tick(at)
  return story
}

function reportFront(
  story: FoldStory,
  prefix: string,
  lat: number,
  lon: number,
  month = '2025-03'
): void {
  for (const i of [0, 1, 2])
    story.report({ id: `${prefix}${i}`, at: `${month}-0${1 + i}`, lat: lat + i / 100, lon })
}

function twoFronts(): FoldStory {
  const story = begun('2025-03-12')
  for (const data of [...front, rule]) story.take({ type: 'rule.configured', data })
  reportFront(story, 's', 14, -5)
  reportFront(story, 'n', 15, -5)
  return story
}

describe('rules over findings', () => {
  it('continue from a snapshot', () => {
    const story = twoFronts()
    const again = throughText(story.fold, text => text, level1)
    const data = { reportId: 'n1', reason: 'wrong', lane: 'live' } as const
    const record = { type: 'report.withdrawn', data, id: 'w', theatre: 'sahel', time: 't' } as const
    expect(again.apply(record)).toEqual(story.fold.apply(record))
  })

  it('read earlier findings, and drop those of a rule that is removed', () => {
    const story = begun('2025-03-12')
    for (const data of front) story.take({ type: 'rule.configured', data })
    reportFront(story, 's', 14, -5)
    reportFront(story, 'n', 15, -5)
    expect(course([...story.take({ type: 'rule.configured', data: rule }).alerts])).toEqual([
      'raised many-fronts 1'
    ])
    const gone = story.take({ type: 'rule.removed', data: { ruleId: 'front' } }).alerts
    expect(course([...gone])).toEqual([
      'retracted front 1',
      'retracted front 1',
      'retracted many-fronts 1'
    ])
  })

  it('keep the beginning of a current episode after level 0 has removed it, and drop what no episode needs', () => {
    const story = begun('2025-01-01')
    story.take({
      type: 'theatre.configured',
      data: { id: 'sahel', countries: null, polygon: null, clock: 'replay', retentionDays: 468 }
    })
    for (const data of [...front, rule]) story.take({ type: 'rule.configured', data })
    reportFront(story, 's', 14, -5, '2025-01')
    reportFront(story, 'x', 14, 20, '2025-01')
    reportFront(story, 'n', 15, -5, '2025-04')
    for (let day = 0; day < 800; day += 20)
      story.tick(new Date(Date.parse('2025-04-10') + day * dayMs).toISOString().slice(0, 10))
    const held = story.standing('many-fronts')
    expect(held.map(s => [s.status, s.measure.value])).toEqual([['confirmed', 2]])
    const again = throughText(story.fold, text => text, level1)
    expect(comparable(again)).toEqual(comparable(story.fold))
    const kept = [...story.fold.capture()]
      .filter(([name]) => name === 'tracks')
      .flatMap(([, tracks]) => tracks as { scope: string; base: unknown[] }[])
    expect(kept.filter(track => track.scope === '').map(track => track.base.length)).toEqual([2])
    reportFront(story, 'm', 15.5, -5, '2027-06')
    for (const record of story.records.slice(-3)) again.apply(record)
    expect(story.standing('many-fronts').map(s => s.measure.value)).toEqual([3])
    expect(comparable(again)).toEqual(comparable(story.fold))
  })
})
