// A rule that groups by settlement follows it at each of its sites: a name that the gazetteer lacks
// has one settlement id in its whole first-level area, and what happens at one end of it is no part
// of what happens at the other.

import { describe, expect, it } from 'vitest'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { FoldStory, type ReportSketch } from '../fold-story.ts'

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
})
