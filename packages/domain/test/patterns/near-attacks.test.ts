// Near misses of the patterns that count attacks: shown while one condition is missing, and no
// longer once it holds or the attacks are too old.

import { describe, expect, it } from 'vitest'
import type { NearMiss } from '../../src/detection/near-miss.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch, throughText } from '../fold-story.ts'

const day = (n: number) => formatTime(Date.parse('2025-01-01') + n * dayMs).slice(0, 10)

/** The near misses at `until`, and whether anything was found. */
function seenBy(
  pattern: string,
  reports: readonly ReportSketch[],
  until: number,
  start = '2023-01-01'
): { near: readonly NearMiss[]; stands: boolean } {
  const story = new FoldStory({
    rules: [{ ruleId: 'mine', ruleVersion: 1, pattern, parameters: {} }],
    start
  })
  for (const report of reports) story.report(report)
  story.tick(day(until))
  const near = story.fold.nearly('mine')
  expect(throughText(story.fold).nearly('mine')).toEqual(near)
  return { near: near ?? [], stands: story.standing().some(alert => alert.status !== 'retracted') }
}

const ids = ({ near }: { readonly near: readonly NearMiss[] }) =>
  near.map(miss => miss.incidents.length)

describe('near a surge', () => {
  // A theatre with a past: without one the rule is warming.
  const past: ReportSketch = { id: 'past', at: '2023-02-01', admin1: 'ML-1' }
  const attack = (n: number): ReportSketch => ({
    id: `a${n}`,
    at: day(n),
    lat: 10 + n,
    admin1: 'ML-4'
  })

  it('are two attacks of three in a week, and one is not', () => {
    expect(seenBy('surge', [past, attack(0), attack(2)], 4).near).toMatchObject([
      {
        group: { admin1: 'ML-4' },
        measure: { name: 'attacks in 7 days', value: 2, threshold: 3, baseline: 0 },
        lacks: '1 more attack'
      }
    ])
    expect(seenBy('surge', [past, attack(0)], 4).near).toEqual([])
    expect(seenBy('surge', [past, attack(0), attack(2)], 20).near).toEqual([])
  })

  it('is nothing once it is found', () => {
    expect(seenBy('surge', [past, attack(0), attack(2), attack(3)], 4)).toEqual({
      near: [],
      stands: true
    })
  })

  it('is four attacks of five for a sustained threat, with those four', () => {
    const seen = seenBy('sustained-threat', [past, ...[0, 7, 14, 21].map(attack)], 22)
    expect(seen).toMatchObject({
      near: [{ measure: { value: 4, threshold: 5 }, lacks: '1 more attack' }],
      stands: false
    })
    expect(ids(seen)).toEqual([4])
  })
})

describe('near a widening arc', () => {
  const attack = (n: number, area: number, lat: number): ReportSketch => ({
    id: `w${n}`,
    at: day(n),
    lat,
    lon: -5,
    admin1: `ML-${area}`,
    settlement: `S${area}`
  })

  it('is one area less than needed', () => {
    const seen = seenBy('widening-arc', [attack(0, 1, 12), attack(2, 2, 14)], 3)
    expect(seen.near).toMatchObject([
      {
        group: { theatre: 'all' },
        measure: { name: 'areas hit in 7 days', value: 2, threshold: 3 },
        lacks: '1 more area'
      }
    ])
    expect(ids(seen)).toEqual([2])
    expect(seenBy('widening-arc', [attack(0, 1, 12)], 3).near).toEqual([])
  })

  it('is nothing once it is found', () => {
    const three = [attack(0, 1, 12), attack(1, 2, 14), attack(2, 3, 16)]
    expect(seenBy('widening-arc', three, 3)).toEqual({ near: [], stands: true })
  })
})
