// Cumulative deaths against a simple evaluation of every day, with every window added up anew.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { roundMeasure } from '../../../src/finding/finding.ts'
import { plainOf } from '../../../src/finding/told-finding.ts'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import { cumulativeDeaths } from '../../../src/patterns/deaths/cumulative-deaths.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import type { ReportSketch } from '../../fold-story.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'
import { endsOf } from '../rates/plain-area-rate.ts'

const originMs = Date.parse('2024-01-01')
const day = (n: number) => formatTime(originMs + n * dayMs).slice(0, 10)
const dayOf = (ms: number) => Math.floor(ms / dayMs)
const killing = (
  id: string,
  n: number,
  deaths: ReportSketch['deaths'],
  change: Partial<ReportSketch> = {}
) => incidentFrom({ id, at: day(n), ...(deaths === undefined ? {} : { deaths }), ...change })

function deathsIn(
  incidents: readonly Incident[],
  lastDay: number,
  days: number,
  of: (i: Incident) => number
): number {
  let sum = 0
  for (const incident of incidents) {
    const [from, to] = [dayOf(incident.fromMs), dayOf(incident.toMs)]
    const overlap = Math.min(to, lastDay) - Math.max(from, lastDay - days + 1) + 1
    if (overlap > 0) sum += (of(incident) * overlap) / (to - from + 1)
  }
  return roundMeasure(sum)
}
const bestOf = ({ fatalities: { low, best } }: Incident) => Math.max(low ?? 0, best ?? 0)
const highOf = (i: Incident) => Math.max(bestOf(i), i.fatalities.high ?? 0)

interface Told {
  levels: number
  fromDay: number
  toMs: number | null
  isOfYear: boolean
  triggers: string[]
}

/** The episodes of one country, by going through all days. */
function plainStories(incidents: readonly Incident[], throughDay: number): Told[] {
  const stories: Told[] = []
  const first = dayOf((incidents[0] as Incident).fromMs)
  let told = { value: 0, best: 0, limit: 25 }
  for (let d = first; d <= throughDay; d++) {
    incidents.forEach((incident, i) => {
      if (dayOf(incident.fromMs) !== d) return
      const known = incidents.slice(0, i + 1)
      const looks = endsOf(known, incident, 30).map(last => {
        const [best30, high30] = [
          deathsIn(known, last, 30, bestOf),
          deathsIn(known, last, 30, highOf)
        ]
        const best365 = deathsIn(known, last, 365, bestOf)
        const month =
          high30 >= 25 ? { value: best30 >= 25 ? best30 : high30, best: best30, limit: 25 } : null
        const year = best365 >= 1000 ? { value: best365, best: best365, limit: 1000 } : null
        const rank = year
          ? 2e9 + year.value
          : month
            ? (month.best >= 25 ? 1e9 : 0) + month.value
            : 0
        return { last, month, year, rank: year && (month?.best ?? 0) >= 25 ? rank + 1e9 : rank }
      })
      const { last, month, year } = looks.toSorted(
        (a, b) => b.rank - a.rank || a.last - b.last
      )[0] as (typeof looks)[number]
      const open = stories.at(-1)?.toMs === null ? stories.at(-1) : undefined
      if (open === undefined) {
        const now = year ?? month
        if (now === null) return
        told = now
        const triggers = known.filter(k => deathsIn([k], last, 30, () => 1) > 0).map(k => k.id)
        stories.push({
          levels: year === null ? 1 : 2,
          fromDay: last,
          toMs: null,
          isOfYear: year !== null,
          triggers
        })
        return
      }
      const isNew = year !== null && !open.isOfYear
      const now = open.isOfYear || isNew ? year : month
      const isFirmer = now !== null && told.best < told.limit && now.best >= now.limit
      if (now === null || !(isNew || isFirmer || now.value >= told.value * 2)) return
      if (isNew) open.levels += 1
      open.isOfYear ||= isNew
      open.triggers.push(incident.id)
      told = now
    })
    const open = stories.at(-1)
    if (open === undefined || open.toMs !== null || d < open.fromDay) continue
    const known = incidents.filter(i => dayOf(i.fromMs) <= d)
    const isBelow = deathsIn(known, d, 30, highOf) < 20
    if (isBelow && (!open.isOfYear || deathsIn(known, d, 365, bestOf) < 800))
      open.toMs = (d + 1) * dayMs
  }
  return stories
}

describe('cumulative deaths', () => {
  it('are what an evaluation of every day finds', () => {
    const toll = fc.constantFrom(
      [2, 3, 5],
      [8, 9, 12],
      [null, 5, null],
      [3, null, null],
      [0, 2, 14],
      [60, 80, 90],
      [200, 240, 300]
    )
    const attack = fc.record({
      at: fc.integer({ min: 0, max: 300 }),
      length: fc.constantFrom(0, 0, 0, 2, 14),
      toll
    })
    const counts = { found: 0, escalated: 0, ended: 0, again: 0, toldAgain: 0 }
    fc.assert(
      fc.property(
        fc.array(attack, { minLength: 5, maxLength: 30, size: 'max' }),
        fc.integer({ min: 0, max: 450 }),
        (attacks, later) => {
          const incidents = attacks
            .map(({ at, length, toll: deaths }, i) =>
              killing(
                `a${String(i).padStart(2, '0')}`,
                at,
                deaths as unknown as readonly [number, number, number],
                {
                  to: day(at + length)
                }
              )
            )
            .sort(compareIncidents)
          const lastDay = Math.max(...incidents.map(i => dayOf(i.toMs))) + 1 + later
          const plain = plainStories(incidents, lastDay - 1)
          const found = foldAll(cumulativeDeaths, incidents, lastDay * dayMs)
          expect(
            found.map(f => ({
              levels: f.levels.length,
              toMs: f.toMs,
              triggers: f.triggers.map(i => i.id)
            }))
          ).toEqual(plain.map(({ levels, toMs, triggers }) => ({ levels, toMs, triggers })))
          counts.found += found.length
          counts.escalated += found.filter(f => f.levels.length > 1).length
          counts.ended += found.filter(f => f.toMs !== null).length
          counts.again += found.length > 1 ? 1 : 0
          counts.toldAgain += plain.filter(p => p.isOfYear || p.triggers.length > 4).length
        }
      ),
      { numRuns: 400 }
    )
    for (const [what, number] of Object.entries(counts)) expect(number, what).toBeGreaterThan(20)
  })

  it('are evaluated to the end of an interval that began before the last incident', () => {
    const vague = killing('a', 0, 20, { to: day(29) })
    const findings = [4, 29].map(n =>
      foldAll(cumulativeDeaths, [vague, killing('b', n, 10)], originMs + 31 * dayMs)
    )
    for (const [found, ...others] of findings) {
      expect([found?.measure.value, others.length]).toEqual([30, 0])
      expect(found?.headline).toBe(
        'At least 30 people killed by attacks in Mali in the 30 days to 30 January 2024'
      )
    }
    // The window that begins with the first contains thirty days of the second; the one that ends
    // with the second contains none of the first.
    const long = [killing('a', 0, 10), killing('b', 1, 60, { to: day(60) })]
    expect(foldAll(cumulativeDeaths, long, originMs + 70 * dayMs)).toMatchObject([
      { measure: { value: 39 } }
    ])
  })

  it('have their peak in the fullest window, though it begins with attacks that hundreds followed', () => {
    const many = (prefix: string, count: number, from: number, to: number, deaths: number) =>
      Array.from({ length: count }, (_, i) =>
        killing(`${prefix}${String(i).padStart(3, '0')}`, from, deaths, { to: day(to) })
      )
    // The month of the first day's twenty has 29 of the 60 days of the others; the next has 30, but
    // not the twenty.
    const war = [...many('a', 20, 0, 0, 1), ...many('b', 110, 1, 60, 1)]
    const [found] = foldAll(cumulativeDeaths, war, originMs + 70 * dayMs, { limit: 73 })
    expect(found?.measure.value).toBe(roundMeasure(20 + (110 * 29) / 60))
    expect([found?.triggers.length, found?.fromMs]).toEqual([130, originMs])
  })

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

  it('end only below four fifths of the limit', () => {
    const three = [killing('a', 0, 5), killing('b', 10, 10), killing('c', 20, 10)]
    // Twenty are left when the first has left the window: that is not below.
    expect(foldAll(cumulativeDeaths, three, originMs + 35 * dayMs).map(f => f.toMs)).toEqual([null])
    expect(foldAll(cumulativeDeaths, three, originMs + 60 * dayMs).map(f => f.toMs)).toEqual([
      originMs + 41 * dayMs
    ])
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

    it('use the latest one that began before the window ended', () => {
      const baseline = (...statistics: readonly Incident[]) =>
        found(...statistics)[0]?.measure.baseline
      expect(baseline(statistic('s1', 0, 300), statistic('s2', 0, 100))).toBe(6)
      expect(baseline(statistic('s1', 0, 300), statistic('s2', 310, 100))).toBe(18)
      expect(baseline(statistic('s1', 0, 300), statistic('s2', 331, 100))).toBe(6)
      const many = Array.from({ length: 40 }, (_, i) => statistic(`s${100 + i}`, i, 100 + i))
      expect(baseline(...many)).toBeCloseTo((60 * 30) / 139)
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

  it('count neither unknown tolls, nor statistics, low grades, drills or the joint deaths of two countries', () => {
    const found = (deaths: ReportSketch['deaths'], change: Partial<ReportSketch>) =>
      foldAll(cumulativeDeaths, [killing('a', 0, deaths, change)], originMs + dayMs).map(
        f => f.group
      )
    expect(found([null, null, null], {})).toEqual([])
    expect(found(478, { category: 'statistic' })).toEqual([])
    expect(found(40, { credibility: 5 })).toEqual([])
    expect(found(40, { drill: true })).toEqual([{ country: 'ML', drill: 'true' }])
    expect(found(40, { alsoAt: [{ country: 'BF', admin1: 'BF-1' }] })).toEqual([])
    expect(found(40, { alsoAt: [{ country: 'ML', admin1: 'ML-5' }] })).toEqual([{ country: 'ML' }])
  })
})
