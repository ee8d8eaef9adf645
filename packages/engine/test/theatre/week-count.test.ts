// Attacks of a week against the usual week of their area.

import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findMonday, WeekCount } from '../../src/theatre/week-count.ts'

/** Monday, 29 September 2025. */
const monday = Date.parse('2025-09-29') / dayMs

function makeIncident(
  day: number,
  admin1: string | null,
  more: Partial<IncidentState> = {}
): IncidentState {
  const date = new Date(day * dayMs).toISOString().slice(0, 10)
  const place = {
    ...{ name: null, country: 'ML', admin1, settlement: null },
    ...{ lat: null, lon: null, radiusKm: null }
  }
  return {
    ...{ incidentId: `i${day}`, revision: 1, seq: 1, theatre: 'sahel', aliases: [], reports: [] },
    ...{ independentSources: 1, occurred: { from: date, to: date }, category: 'attack' },
    ...{ tactics: [], place, fatalities: { low: null, best: null, high: null }, credibility: 2 },
    ...{ handling: 'public', from: [] },
    ...more
  }
}

function count(incidents: readonly IncidentState[]): WeekCount {
  const week = new WeekCount(monday)
  for (const incident of incidents) week.add(incident)
  return week
}

/** One attack every two weeks for a year. */
const past = Array.from({ length: 26 }, (_, i) => makeIncident(monday - 14 * i - 1, 'ML-5'))
const first = makeIncident(monday - 364, null, { category: 'protest' })
const inWeek = (admin1: string, attacks: number) =>
  Array.from({ length: attacks }, (_, i) => makeIncident(monday + (i % 7), admin1))

it('finds the Monday of a day', () => {
  expect([monday - 1, monday, monday + 6].map(findMonday)).toEqual([monday - 7, monday, monday])
})

describe('the areas of a week', () => {
  it('have their attacks, the usual week, the chance of so many, and the weeks before', () => {
    const week = count([first, ...past, ...inWeek('ML-5', 4)])
    expect(week.baseDays).toBe(364)
    expect(week.listAreas()).toEqual([
      {
        ...{ admin1: 'ML-5', attacks: 4, usual: 0.5, chance: 0.0023, isAbove: true },
        trend: [1, 0, 1, 0, 1, 0, 1, 4]
      }
    ])
  })

  it('are above their usual only with three attacks that chance seldom brings', () => {
    const areas = count([
      first,
      ...past,
      ...inWeek('ML-5', 2),
      ...inWeek('ML-4', 3),
      ...inWeek('ML-6', 2)
    ]).listAreas()
    expect(areas.map(({ admin1, isAbove }) => [admin1, isAbove])).toEqual([
      ['ML-4', true],
      ['ML-6', false],
      ['ML-5', false]
    ])
  })

  it('have as many attacks of a crowd as its source with the most reports has, at most 100', () => {
    const makeCrowd = (day: number, sources: readonly string[]) =>
      sources.map(sourceId => {
        const reports = [{ reportId: 'r', contentHash: 'h', sourceId }]
        return makeIncident(day, 'ML-5', { reports, inCrowd: true })
      })
    const few = makeCrowd(monday, ['a', 'b', 'b', 'a', 'c', 'b'])
    const many = makeCrowd(monday + 1, new Array(230).fill('a'))
    expect(count(few).total.attacks).toBe(3)
    expect(count([...few].reverse()).total.attacks).toBe(3)
    expect(count([...few, ...many, ...inWeek('ML-5', 2)]).listAreas()).toMatchObject([
      { attacks: 105 }
    ])
  })

  it('are not compared with a past of less than twelve weeks', () => {
    const short = makeIncident(monday - 83, null, { category: 'protest' })
    const week = count([short, ...inWeek('ML-5', 9)])
    expect(week.listAreas()).toMatchObject([{ attacks: 9, usual: null, chance: null }])
    expect(week.total).toMatchObject({ attacks: 9, usual: null })
    expect(
      count([makeIncident(monday - 84, null), ...inWeek('ML-5', 9)]).total.usual
    ).not.toBeNull()
  })

  it('are not compared with a past that one long interval alone states', () => {
    const occurred = { from: '2023-01-01', to: '2025-09-01' }
    const long = makeIncident(monday, null, { category: 'displacement', occurred })
    const week = count([long, ...inWeek('ML-5', 9)])
    expect(week.baseDays).toBe(28)
    expect(week.listAreas()).toMatchObject([{ attacks: 9, usual: null, isAbove: false }])
  })

  it.each([
    ['a drill', { drill: true as const }],
    ['a protest', { category: 'protest' }],
    ['a doubted report', { credibility: 5 }],
    ['an interval of eight days', { occurred: { from: '2025-09-29', to: '2025-10-06' } }]
  ])('do not count %s', (_, more) => {
    const week = count([first, makeIncident(monday + 1, 'ML-5', more)])
    expect(week.total.attacks).toBe(0)
  })

  it('are the same whatever the order of their incidents', () => {
    const all = [first, ...past, ...inWeek('ML-5', 4), ...inWeek('ML-4', 3)]
    const expected = count(all).listAreas()
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), shuffled => {
        expect(count(shuffled).listAreas()).toEqual(expected)
      })
    )
  })

  it.each([
    [26, 4],
    [26, 1],
    [3, 3]
  ])(
    'after %d attacks in a year have the chance of %d of a Poisson week, over all rates',
    (n, k) => {
      const week = count([first, ...past.slice(0, n), ...inWeek('ML-5', k)])
      // A year without knowledge of the rate makes it gamma-distributed, with shape n + 1.
      let [sum, weight] = [0, 0]
      for (let rate = 0.0005; rate < 4; rate += 0.001) {
        const density = Math.exp(n * Math.log(rate) - 52 * rate)
        sum += density * poissonTail(rate, k)
        weight += density
      }
      expect(week.listAreas()[0]?.chance).toBe(Number((sum / weight).toPrecision(2)))
    }
  )
})

function poissonTail(mean: number, atLeast: number): number {
  let [term, below] = [Math.exp(-mean), 0]
  for (let i = 0; i < atLeast; i++) {
    below += term
    term *= mean / (i + 1)
  }
  return 1 - below
}
