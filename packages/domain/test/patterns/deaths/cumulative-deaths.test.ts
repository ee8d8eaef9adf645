// Cumulative deaths against a simple evaluation of every day, with every window added up anew.

import { describe, expect, it } from 'vitest'
import { plainOf } from '../../../src/finding/told-finding.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { cumulativeDeaths } from '../../../src/patterns/deaths/cumulative-deaths.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import type { ReportSketch } from '../../fold-story.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'

const originMs = Date.parse('2024-01-01')
const day = (n: number) => formatTime(originMs + n * dayMs).slice(0, 10)
const killing = (
  id: string,
  n: number,
  deaths: ReportSketch['deaths'],
  change: Partial<ReportSketch> = {}
) => incidentFrom({ id, at: day(n), ...(deaths === undefined ? {} : { deaths }), ...change })

describe('cumulative deaths', () => {
  it('report once that a country stays above, however many more die', () => {
    const war = Array.from({ length: 40 }, (_, i) =>
      killing(`k${String(i).padStart(2, '0')}`, i * 5, 6)
    )
    const found = foldAll(cumulativeDeaths, war, originMs + 200 * dayMs)
    expect(found).toHaveLength(1)
    expect(found[0]?.triggers).toHaveLength(5)
    expect(found[0]?.measure).toEqual({
      name: 'deaths in 30 days',
      value: 30,
      threshold: 25,
      baseline: null
    })
    expect([found[0]?.support.length, found[0]?.omitted]).toEqual([20, 15])
    expect(found[0]?.headline).toBe(
      'At least 30 people killed by attacks in Mali in the 30 days to 21 January 2024'
    )
  })

  it('are only possible if the highest figures alone reach the limit, and are updated when the best do', () => {
    const [first, second] = [killing('a', 0, [2, 5, 30]), killing('b', 3, [1, 21, 22])]
    const [possible] = foldAll(cumulativeDeaths, [first], originMs + dayMs)
    expect(possible?.headline).toBe(
      'Up to 30 people killed by attacks in Mali in the 30 days to 1 January 2024'
    )
    expect(possible?.explanation).toContain('Certainty: possible.')
    const [likely] = foldAll(cumulativeDeaths, [first, second], originMs + 4 * dayMs)
    expect(likely?.triggers).toHaveLength(2)
    expect(likely?.headline).toBe(
      'About 26 people killed by attacks in Mali in the 30 days to 4 January 2024'
    )
  })

  it('are only possible if reports of unknown grade alone reach the limit, and are updated when graded ones do', () => {
    const rumours = Array.from({ length: 6 }, (_, i) =>
      killing(`r${i}`, 11 + i, 10, { credibility: 6 })
    )
    const [possible] = foldAll(
      cumulativeDeaths,
      [killing('a', 10, 1), ...rumours],
      originMs + 18 * dayMs
    )
    expect(possible).toMatchObject({ certainty: 'possible', measure: { value: 31 } })
    expect(possible?.explanation).toContain(
      'Certainty: possible; reports of known grade alone do not reach the threshold.'
    )
    const graded = [killing('b', 17, 12), killing('c', 18, 12)]
    const [observed] = foldAll(
      cumulativeDeaths,
      [killing('a', 10, 1), ...rumours, ...graded],
      originMs + 20 * dayMs
    )
    expect(observed).toMatchObject({ certainty: 'observed', measure: { value: 85 } })
    expect(observed?.explanation).toContain('Certainty: observed. An estimate')
  })

  describe('with a statistic', () => {
    const ofCountry = { category: 'statistic', admin1: null, lat: null, deaths: 60 } as const
    const statistic = (id: string, n: number, days: number, change: Partial<ReportSketch> = {}) =>
      incidentFrom({ id, at: day(n), to: day(n + days - 1), ...ofCountry, ...change })
    const attacks = [killing('k1', 320, 10), killing('k2', 325, 20), killing('k3', 330, 40)]
    const found = (...statistics: readonly Incident[]) =>
      foldAll(cumulativeDeaths, [...statistics, ...attacks], originMs + 335 * dayMs)
    const plain = found()

    it('state its baseline, and are otherwise unchanged', () => {
      const [told] = found(statistic('s1', 0, 300))
      expect(told?.measure.baseline).toBe(6)
      expect(told?.explanation).toContain(
        'A statistic reports 60 deaths from 1 January 2024 to 26 October 2024: on average 6 in 30 days.'
      )
      expect(told?.support.map(i => i.id)).toEqual(['s1'])
      const bare = (finding: (typeof plain)[number]) => {
        const { measure, explanation: _, support: __, ...rest } = plainOf(finding) as typeof finding
        return { ...rest, measure: { ...measure, baseline: null } }
      }
      expect(found(statistic('s1', 0, 300)).map(bare)).toEqual(plain.map(bare))
    })

    it("name no baseline above the limit as the limit's base, but explain it", () => {
      const [told] = found(statistic('s1', 0, 300, { deaths: 300 }))
      expect(told?.measure).toEqual({
        name: 'deaths in 30 days',
        value: 70,
        threshold: 25,
        baseline: null
      })
      expect(told?.explanation).toContain(
        'on average 30 in 30 days, which is above the threshold. The threshold is fixed'
      )
    })

    it('use none of an area, of another country, of a low grade, without deaths, or with stricter handling', () => {
      const baseline = (change: Partial<ReportSketch>) =>
        found(statistic('s1', 0, 300, change))[0]?.measure.baseline
      expect(baseline({ deaths: [48, null, null] })).toBe(4.8)
      for (const change of [
        { admin1: 'ML-4' },
        { country: 'NE' },
        { credibility: 5 },
        { drill: true }
      ] as const)
        expect(baseline(change)).toBeNull()
      expect([
        baseline({ deaths: [null, null, 60] }),
        baseline({ handling: 'restricted' })
      ]).toEqual([null, null])
      expect(found(statistic('s1', 0, 300, { handling: 'restricted' }))).toEqual(plain)
    })
  })
})
