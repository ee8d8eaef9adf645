// A rule that groups by settlement follows it at each of its sites: a name that the gazetteer lacks
// has one settlement id in its whole first-level area, and what happens at one end of it is no part
// of what happens at the other.

import { describe, expect, it } from 'vitest'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { course, FoldStory, type ReportSketch, throughText } from '../fold-story.ts'

const north = { lat: 7.4, lon: 44.6 }
const south = { lat: 6.0, lon: 44.6 }
const nowhere = { lat: null, lon: null }
type Where = { readonly lat: number | null; readonly lon: number | null }
const told = (
  id: string,
  day: number,
  where: Where,
  change: Partial<ReportSketch> = {}
): ReportSketch => ({
  id,
  at: `2024-01-${String(day).padStart(2, '0')}`,
  ...{ settlement: 'A2 highway', country: 'ET', admin1: 'ET-SO', ...where },
  ...change
})
const rule = (
  pattern: string,
  parameters: RuleVersion['parameters'],
  change: Partial<RuleVersion> = {}
): RuleVersion => ({
  ...{ ruleId: pattern, ruleVersion: 1, pattern, parameters },
  ...change
})
const bySettlement = { groupBy: ['settlement'] as const }
const days = { windowDays: 30, threshold: 3 }
const storyOf = (
  rules: readonly RuleVersion[],
  sketches: readonly ReportSketch[],
  until = '2024-01-31'
) => {
  const story = new FoldStory({ rules, start: '2024-01-01' })
  for (const sketch of sketches) story.report(sketch)
  story.tick(until)
  return story
}
const standing = (
  rules: readonly RuleVersion[],
  sketches: readonly ReportSketch[],
  until?: string
) =>
  storyOf(rules, sketches, until)
    .standing()
    .filter(({ status }) => status !== 'retracted')
const idsOf = (alerts: ReturnType<typeof standing>) =>
  alerts
    .map(({ evidence }) =>
      evidence
        .map(({ incidentId }) => incidentId)
        .sort()
        .join(' ')
    )
    .sort()

describe.each([
  ['by its parameter', rule('count', { ...days, groupBy: 'settlement' })],
  ['by its groups', rule('count', days, bySettlement)]
])('a count by settlement, %s', (_, count) => {
  it('counts what happened at one end', () => {
    const [a, b, c] = [told('a', 2, north), told('b', 4, north), told('c', 6, south)] as const
    expect(standing([count], [a, b, c])).toEqual([])
    expect(standing([count], [a, b, { ...c, ...north }])).toHaveLength(1)
    expect(standing([count], [a, b, { ...c, lat: 7.2 }])).toHaveLength(1)
  })

  it('at each end is one of its own, told apart', () => {
    const both = [2, 4, 6].flatMap(day => [
      told(`n${day}`, day, north),
      told(`s${day}`, day, south)
    ])
    const found = standing([count], both)
    expect(idsOf(found)).toEqual(['n2 n4 n6', 's2 s4 s6'])
    expect(
      found
        .sort((a, b) => (a.group.site ?? '').localeCompare(b.group.site ?? ''))
        .map(({ group }) => [group.settlement, group.settlementId, group.site])
    ).toEqual([
      ['A2 highway', 'ET-SO/a2 highway', undefined],
      ['A2 highway', 'ET-SO/a2 highway', '6.0,44.6']
    ])
  })

  it('counts what has no point, and what names both ends, at all ends that have begun', () => {
    const two = [told('n', 2, north), told('m', 3, north), told('s', 4, south), told('t', 5, south)]
    expect(idsOf(standing([count], [...two, told('u', 6, nowhere)]))).toEqual(['m n u', 's t u'])
    const alsoAt = [{ settlement: 'A2 highway', country: 'ET', admin1: 'ET-SO', ...south }]
    expect(idsOf(standing([count], [...two, told('u', 6, north, { alsoAt })]))).toEqual([
      'm n u',
      's t u'
    ])
    // What came before the second end began is of the first.
    expect(idsOf(standing([count], [told('u', 1, nowhere), ...two]))).toEqual(['m n u'])
  })

  it('is raised at the other end, not reopened, and goes on as itself where an earlier report comes late', () => {
    const story = new FoldStory({ rules: [count], start: '2024-01-20' })
    for (const day of [12, 14, 16]) story.report(told(`n${day}`, day, north))
    for (const day of [12, 14, 16]) story.withdraw(`n${day}`)
    expect(course(story.events).at(-1)).toBe('retracted count 1')
    for (const day of [13, 15, 17]) story.report(told(`s${day}`, day, south))
    expect(course(story.events).at(-1)).toBe('raised count 1')
    story.report(told('n2', 2, north))
    for (const day of [13, 15]) story.report(told(`n${day}`, day, north))
    story.fold = throughText(story.fold)
    story.tick('2024-01-21')
    expect(course(story.events).filter(line => line.startsWith('raised'))).toHaveLength(2)
    expect(course(story.events).filter(line => line.startsWith('reopened'))).toHaveLength(1)
    expect(story.standing().map(({ status }) => status)).not.toContain('retracted')
  })
})

describe('a block by settlement', () => {
  it('adds up the deaths of one end', () => {
    const sum = rule('sum', { groupBy: 'settlement', windowDays: 30, threshold: 20 })
    const deaths = (where: Where) => [
      told('a', 2, north, { deaths: 12 }),
      told('b', 4, where, { deaths: 12 })
    ]
    expect(standing([sum], deaths(south))).toEqual([])
    expect(standing([sum], deaths(north))).toHaveLength(1)
  })

  it('tells the actors of one end apart', () => {
    const actors = rule('distinct-count', {
      groupBy: 'settlement',
      field: 'actor',
      windowDays: 30,
      threshold: 2
    })
    const seen = (where: Where) => [
      told('a', 2, north, { actors: ['JNIM'] }),
      told('b', 4, where, { actors: ['ISSP'] })
    ]
    expect(standing([actors], seen(south))).toEqual([])
    expect(standing([actors], seen(north))).toHaveLength(1)
  })

  it('counts the ends of one name as two settlements, for as long as both are in its window', () => {
    const settlements = (threshold: number) =>
      rule('distinct-count', { groupBy: 'admin1', field: 'settlement', windowDays: 10, threshold })
    const other = told('c', 5, { lat: 9.3, lon: 42.8 }, { settlement: 'Jijiga' })
    const hits = (where: Where) => [
      told('a', 2, north),
      told('b', 4, where),
      told('a2', 4, { lat: 7.5, lon: 44.6 }),
      other
    ]
    const valuesOf = (where: Where, threshold: number) =>
      standing([settlements(threshold)], hits(where)).map(({ measure, window }) => [
        measure.value,
        window.to?.slice(0, 10)
      ])
    expect(valuesOf(south, 4)).toEqual([])
    // It ends when both ends have left, not when one of two reports of the first end has.
    expect(valuesOf(south, 3)).toEqual([[3, '2024-01-14']])
    expect(valuesOf(south, 1)).toEqual([[3, '2024-01-15']])
    expect(valuesOf({ lat: 7.3, lon: 44.6 }, 3)).toEqual([])
    expect(valuesOf(nowhere, 3)).toEqual([])
    const between = hits(south).map(sketch =>
      sketch.id === 'a2' ? { ...sketch, lat: 6.7 } : sketch
    )
    expect(standing([settlements(4)], between)).toHaveLength(1)
    expect(standing([settlements(4)], [...between].reverse())).toHaveLength(1)
  })

  it('asks for all of it at one end', () => {
    const steps = ['category == "threat"', 'category == "displacement"']
    const all = rule('all-of', { groupBy: 'settlement', steps, withinDays: 30 })
    const kinds = (where: Where) => [
      told('a', 2, north, { category: 'threat' }),
      told('b', 4, where, { category: 'displacement' })
    ]
    expect(standing([all], kinds(south))).toEqual([])
    expect(standing([all], kinds(north))).toHaveLength(1)
  })

  it('completes a sequence at the end where it began, and breaks it there alone', () => {
    const steps = [
      'category == "threat"',
      { absent: 'category == "access-restored"' },
      'category == "attack"'
    ]
    const sequence = rule('sequence', { groupBy: 'settlement', steps, withinDays: 30 })
    const ways = (attacked: Where, reached: Where) => [
      told('a', 2, north, { category: 'threat' }),
      told('b', 4, reached, { category: 'access-restored' }),
      told('c', 6, attacked)
    ]
    const sources = (day: number) =>
      ['wire-1', 'wire-2', 'wire-3'].map(source =>
        told(`later-${source}`, day, nowhere, {
          category: 'statistic',
          settlement: 'Jijiga',
          source
        })
      )
    expect(standing([sequence], [...ways(south, south), ...sources(28)])).toEqual([])
    expect(idsOf(standing([sequence], [...ways(north, south), ...sources(28)]))).toEqual(['a c'])
    expect(standing([sequence], [...ways(north, north), ...sources(28)])).toEqual([])
  })

  it('misses at one end what came at the other', () => {
    const absence = rule('absence', {
      groupBy: 'settlement',
      expected: ['category == "access-restored"'],
      days: 10
    })
    const convoys = (where: Where) => [
      told('a', 2, north, { category: 'access-restored' }),
      told('b', 8, where, { category: 'access-restored' }),
      ...['wire-1', 'wire-2', 'wire-3'].map(source =>
        told(`later-${source}`, 17, nowhere, {
          category: 'statistic',
          settlement: 'Jijiga',
          source
        })
      )
    ]
    expect(idsOf(standing([absence], convoys(south), '2024-01-18'))).toEqual(['a'])
    expect(standing([absence], convoys(north), '2024-01-18')).toEqual([])
  })

  it('over findings counts those of one end', () => {
    const one = rule('count', { groupBy: 'settlement', windowDays: 2, threshold: 1 })
    const again = rule('findings-count', {
      of: ['count'],
      groupBy: 'settlement',
      windowDays: 30,
      threshold: 2
    })
    const level1 = (where: Where, first: Where = north) =>
      standing(
        [one, again],
        [told('a', 2, first), told('a2', 3, north), told('b', 9, where)]
      ).filter(({ ruleId }) => ruleId === 'findings-count')
    expect(level1(south)).toEqual([])
    expect(idsOf(level1(north))).toEqual(['a a2 b'])
    // What has no point of its own is found at the end where the rest of its finding lies.
    expect(level1(south, nowhere)).toEqual([])
  })
})

describe('a default pattern grouped by settlement', () => {
  it('finds at one end what it finds there alone', () => {
    const cumulative = rule('cumulative-deaths', { limit: 20 }, bySettlement)
    const hits = (ends: readonly Where[]) =>
      [2, 4, 6, 8].map((day, i) =>
        told(`r${day}`, day, ends[i % 2] as Where, { category: 'attack-on-civilians', deaths: 6 })
      )
    expect(standing([cumulative], hits([north, south]))).toEqual([])
    expect(standing([cumulative], hits([north, north]))).not.toEqual([])
  })

  it('that follows a settlement at each of its sites does so once', () => {
    const siege = (where: Where, name: string) => [
      told(`${name}1`, 1, where, { to: '2024-01-12', category: 'blockade' }),
      told(`${name}2`, 2, where, {
        to: '2024-01-12',
        category: 'movement-denied',
        source: 'wire-2'
      })
    ]
    const seized = (where: Where, id: string) =>
      told(id, 5, where, { category: 'territory-seized', actors: ['JNIM'] })
    const rules = [rule('siege', {}, bySettlement), rule('territory-lost', {}, bySettlement)]
    const all = [...siege(north, 'n'), ...siege(south, 's'), seized(north, 'k'), seized(south, 'l')]
    const found = standing(rules, all).map(({ ruleId, group }) => `${ruleId} ${group.site}`)
    expect(found.sort()).toEqual([
      'siege 6.0,44.6',
      'siege undefined',
      'territory-lost 6.0,44.6',
      'territory-lost undefined'
    ])
  })
})
