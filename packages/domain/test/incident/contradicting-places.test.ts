// A report whose coordinates contradict its country triggers nothing by place.

import { describe, expect, it } from 'vitest'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { theatreOf } from '../../src/theatre/theatre-assignment.ts'
import { FoldStory, placeOf, type ReportSketch } from '../fold-story.ts'

const contradiction = 'country'
const village = { settlement: 'Paris' } as const
const unknown = [null, null, null] as const
const clash = (n: number, more: Partial<ReportSketch> = {}): ReportSketch => ({
  id: `r${n}`,
  at: `2025-06-0${1 + (n % 9)}`,
  category: 'attack-on-civilians',
  lat: 48.85,
  lon: 2.35,
  actors: ['Group A'],
  targets: ['civilians'],
  deaths: 4,
  ...more
})

function raisedBy(reports: readonly ReportSketch[]): readonly string[] {
  const story = new FoldStory({
    rules: defaultRules,
    start: '2023-01-01',
    sources: ['wire-1', 'wire-2']
  })
  // Two quiet years lie before, so that every baseline is known.
  story.report({
    id: 'past',
    at: '2023-02-01',
    category: 'clash',
    actors: ['Group Z'],
    lat: 20,
    lon: 0,
    admin1: 'ML-8'
  })
  story.tick('2025-05-31')
  for (const report of reports) story.report(report)
  return [...new Set(story.standing().map(({ pattern }) => pattern))].sort()
}

const siegeWords = (more: Partial<ReportSketch>): readonly ReportSketch[] =>
  (['blockade', 'aid-denied', 'movement-denied'] as const).map((category, n) => ({
    ...clash(n, more),
    id: `s${n}`,
    category,
    at: '2025-05-01',
    to: '2025-06-05'
  }))

describe('a report whose coordinates contradict its country', () => {
  it('triggers nothing by place, although the same report without the contradiction triggers much', () => {
    const week = Array.from({ length: 8 }, (_, n) => n)
    const sound = [...week.map(n => clash(n, village)), ...siegeWords(village)]
    expect(raisedBy(sound)).toEqual(
      expect.arrayContaining([
        'cumulative-deaths',
        'front',
        'near-repeat',
        'new-actor',
        'repeat-victimisation',
        'siege',
        'surge'
      ])
    )
    const wrong = { admin1: null, contradiction } as const
    expect(
      raisedBy([...week.map(n => clash(n, { ...wrong })), ...siegeWords({ ...wrong })])
    ).toEqual([])
  })

  it('still triggers what needs no place: deaths, abductions', () => {
    const wrong = { admin1: null, contradiction } as const
    expect(raisedBy([clash(1, { ...wrong, deaths: [30, 30, 30] })])).toEqual(['mass-casualty'])
    const persons = [{ key: 'k1', role: 'captured', kind: 'commander', aliasKeys: [] }]
    expect(
      raisedBy([clash(1, { ...wrong, category: 'abduction', deaths: unknown, persons })])
    ).toEqual(['abduction-to-killing'])
  })

  it('lies in the theatre of its stated country, and in no polygon', () => {
    const theatre = { clock: 'wall', retentionDays: 820, countries: null, polygon: null } as const
    const sahel = { ...theatre, id: 'sahel', countries: ['ML'] }
    const square = [
      [2, 48] as const,
      [3, 48] as const,
      [3, 49] as const,
      [2, 49] as const,
      [2, 48] as const
    ]
    const paris = { ...theatre, id: 'paris', polygon: [square] }
    const place = placeOf({ country: 'ML', admin1: null, lat: 48.85, lon: 2.35, contradiction })
    expect(theatreOf(place, [sahel, paris])).toBe('sahel')
    expect(theatreOf(place, [paris])).toBe('_unassigned')
    expect(theatreOf(place, [])).toBe('world')
  })
})

describe('a report whose coordinates contradict its area', () => {
  const week = Array.from({ length: 8 }, (_, n) => n)
  const areaRules = ['new-actor', 'surge']

  it('triggers nothing that needs an area, and all that its coordinates and its settlement trigger', () => {
    const raised = (more: Partial<ReportSketch>) => {
      const own = { ...village, ...more }
      return raisedBy([...week.map(n => clash(n, own)), ...siegeWords(own)])
    }
    const byPlace = ['cumulative-deaths', 'front', 'near-repeat', 'repeat-victimisation', 'siege']
    expect(raised({})).toEqual(expect.arrayContaining([...byPlace, ...areaRules]))
    const doubtful = raised({ contradiction: 'admin1' })
    expect(doubtful).toEqual(expect.arrayContaining(byPlace))
    for (const rule of areaRules) expect(doubtful).not.toContain(rule)
  })
})
