// Mass casualty against a simple reading: groups of incidents that are connected through neighbours
// in space and time.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import { carriedDeaths, certaintyAt } from '../../../src/patterns/deaths/death-bounds.ts'
import { massCasualty } from '../../../src/patterns/deaths/mass-casualty.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { distanceKm } from '../../../src/space-time/geometry.ts'
import type { ReportSketch } from '../../fold-story.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'

const originMs = Date.parse('2025-01-01')
const day = (n: number) => formatTime(originMs + n * dayMs).slice(0, 10)
const endMs = originMs + 500 * dayMs
const onCivilians = (id: string, n: number, change: Partial<ReportSketch> = {}) =>
  incidentFrom({ id, at: day(n), category: 'attack-on-civilians', ...change })
const levelsOf = (incidents: readonly Incident[]) =>
  foldAll(massCasualty, incidents, endMs).map(f => f.levels.map(l => l.reason))

/**
 * The steps that a toll reaches: by its best estimate, else its lowest figure; the first by its
 * highest if those reach none.
 */
function stepsReached([low, best, high]: readonly (number | null)[]): number {
  const reached = (n: number | null | undefined) =>
    [10, 25, 50].filter(step => (n ?? 0) >= step).length
  return reached(Math.max(low ?? 0, best ?? 0)) || Math.min(1, reached(high))
}

describe('mass casualty', () => {
  it('finds the groups that a simple search finds', () => {
    const toll = fc.constantFrom(
      [10, 10, 10],
      [30, 30, 30],
      [50, 60, 70],
      [2, 5, 9],
      [31, null, null],
      [null, null, 30],
      [3, 5, 26],
      [null, null, null]
    )
    const killingArb = fc.record({
      at: fc.integer({ min: 0, max: 30 }),
      length: fc.constantFrom(0, 0, 0, 3),
      x: fc.integer({ min: 0, max: 8 }),
      y: fc.integer({ min: 0, max: 1 }),
      toll,
      category: fc.constantFrom(
        'attack-on-civilians',
        'attack-on-civilians',
        'air-strike',
        'clash'
      ),
      targets: fc.constantFrom([], ['civilians'], ['civilians', 'soldiers']),
      credibility: fc.constantFrom(2, 2, 2, 5)
    })
    let groups = 0
    let joined = 0
    fc.assert(
      fc.property(fc.array(killingArb, { minLength: 5, maxLength: 25, size: 'max' }), killings => {
        const told = killings.map((k, i) => {
          const sketch = {
            id: `k${String(i).padStart(2, '0')}`,
            at: day(k.at),
            to: day(k.at + k.length),
            lat: 14 + k.y * 0.05,
            lon: -5 + k.x * 0.07
          }
          const { category, targets, toll: deaths, credibility } = k
          return {
            k,
            incident: incidentFrom({
              ...sketch,
              category,
              targets,
              deaths,
              credibility
            } as unknown as ReportSketch)
          }
        })
        const isOnCivilians = ({ category, targets }: (typeof killings)[number]) =>
          category === 'attack-on-civilians' || (targets.length === 1 && targets[0] === 'civilians')
        const grave = told.filter(
          ({ k }) => isOnCivilians(k) && k.credibility === 2 && stepsReached(k.toll) > 0
        )
        const left = new Set(grave)
        const expected: { ids: string[]; level: number }[] = []
        for (const seed of grave) {
          if (!left.delete(seed)) continue
          const group = [seed]
          for (const a of group) {
            for (const b of [...left]) {
              const apartMs =
                Math.max(a.incident.fromMs, b.incident.fromMs) -
                Math.min(a.incident.toMs, b.incident.toMs)
              const point = ({ incident: { place } }: typeof a) => ({
                lat: place.lat as number,
                lon: place.lon as number
              })
              if (apartMs <= 2 * dayMs && distanceKm(point(a), point(b)) <= 10 && left.delete(b))
                group.push(b)
            }
          }
          const incidents = group.map(g => g.incident).sort(compareIncidents)
          expected.push({
            ids: incidents.map(i => i.id),
            level: Math.max(...group.map(g => stepsReached(g.k.toll)))
          })
        }
        const found = foldAll(
          massCasualty,
          told.map(t => t.incident),
          endMs
        )
        const byFirst = (a: { ids: string[] }, b: { ids: string[] }) =>
          (a.ids[0] as string) < (b.ids[0] as string) ? -1 : 1
        expect(
          found.map(f => ({ ids: f.triggers.map(i => i.id), level: f.levels.length })).sort(byFirst)
        ).toEqual(expected.sort(byFirst))
        for (const { triggers, toMs } of found)
          expect(toMs).toBe(Math.max(...triggers.map(i => i.toMs)) + 2 * dayMs + 1)
        groups += expected.length
        joined += expected.filter(e => e.ids.length > 2).length
      }),
      { numRuns: runsOf(500, 10) }
    )
    expect(groups).toBeGreaterThan(shareOf(1000, 500, 10))
    expect(joined).toBeGreaterThan(shareOf(50, 500, 10))
  })

  it('is raised at the second level for at least 31 in two villages of imprecise location', () => {
    const villages = onCivilians('hrw', 0, {
      to: day(30),
      settlement: 'Kamona',
      radiusKm: 70,
      deaths: [31, null, null],
      alsoAt: [{ settlement: 'Balle', radiusKm: 200 }]
    })
    const unsettled = (p: Incident['place']) => ({ ...p, settlement: null, settlementName: null })
    const incident = {
      ...villages,
      place: unsettled(villages.place),
      alsoAt: villages.alsoAt.map(unsettled)
    }
    const [found, ...others] = foldAll(massCasualty, [incident], originMs + 31 * dayMs)
    expect(others).toEqual([])
    expect(found?.group).toEqual({ admin1: 'ML-4' })
    expect(found?.levels.map(l => l.reason)).toEqual(['10 civilians', '25 civilians'])
    expect(found?.measure).toEqual({
      name: 'civilians killed in one incident',
      value: 31,
      threshold: 25,
      baseline: null
    })
    expect(found?.headline).toBe(
      'At least 31 civilians killed at Kamona and Balle (Ségou), between 1 January 2025 and 31 January 2025'
    )
    expect(found?.explanation).toContain(
      'Certainty: observed; the lowest estimate reaches the threshold. The number covers all places of the incident together.'
    )
  })

  it('uses the highest figure only if no other reaches a step', () => {
    expect(levelsOf([onCivilians('a', 0, { deaths: [12, 15, 80] })])).toEqual([['10 civilians']])
    expect(levelsOf([onCivilians('a', 0, { deaths: [2, 5, 80] })])).toEqual([['10 civilians']])
    const both = [
      onCivilians('a', 0, { deaths: [2, 30, 40] }),
      onCivilians('b', 1, { deaths: [2, 5, 80] })
    ]
    expect(foldAll(massCasualty, both, endMs)).toMatchObject([
      { certainty: 'likely', measure: { value: 30, threshold: 25 } }
    ])
    expect(carriedDeaths({ low: 2, best: 5, high: 80 }, 10)).toEqual({ deaths: 80, bound: 'high' })
    expect([
      certaintyAt({ low: 10, best: 12, high: 15 }, 10),
      certaintyAt({ low: 9, best: 12, high: 15 }, 10)
    ]).toEqual(['observed', 'likely'])
    expect(certaintyAt({ low: null, best: null, high: 15 }, 10)).toBe('possible')
  })

  it('is only possible if no report of a known grade reaches the step', () => {
    const graded = onCivilians('a', 0, { deaths: 10 })
    const rumour = (id: string) => onCivilians(id, 1, { deaths: 60, credibility: 6 })
    const [found] = foldAll(massCasualty, [graded, rumour('b'), rumour('c')], endMs)
    expect(found).toMatchObject({
      certainty: 'possible',
      measure: { value: 60, threshold: 50 },
      levels: [{}, {}, {}]
    })
    expect(found?.explanation).toContain(
      'Certainty: possible; no report of known grade states the number.'
    )
    const known = onCivilians('d', 1, { deaths: 51 })
    expect(foldAll(massCasualty, [graded, rumour('b'), known], endMs)).toMatchObject([
      { certainty: 'observed', measure: { value: 51 } }
    ])
    expect(foldAll(massCasualty, [rumour('b'), rumour('c')], endMs)).toMatchObject([
      { certainty: 'possible' }
    ])
  })

  it('refuses steps that do not rise', () => {
    const parameters = {
      steps: [10, 10],
      nearKm: 10,
      nearDays: 2,
      longestDays: 31,
      civilianKinds: []
    }
    expect(massCasualty.faultsOf?.(parameters)).toHaveLength(1)
  })
})
