// The incremental front against a plain ST-DBSCAN that looks at everything at once.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveParameters } from '../../../src/detection/pattern.ts'
import { assembleIncident, compareIncidents, type Incident, viewOf } from '../../../src/incident/incident.ts'
import { patterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime, parseSpan } from '../../../src/space-time/event-time.ts'
import { distanceKm } from '../../../src/space-time/geometry.ts'
import { revisionOf } from '../../fold-story.ts'

const front = patterns.get('front')
if (!front) throw new Error('there is no front')
// No cell is hot here: the rule of the hot cell has its own test.
const parameters = resolveParameters(front, { hotRate: 1000 })

function incident(i: number, day: number, lat: number, lon: number, days = 0): Incident {
  const [at, to] = [day, day + days].map(n => formatTime(Date.parse('2025-01-01') + n * dayMs).slice(0, 10)) as [string, string]
  const revision = revisionOf({ id: `p${String(i).padStart(3, '0')}`, at, to, lat, lon })
  return assembleIncident([viewOf(revision, parseSpan(revision.occurred).toMs, 'B')])
}

function near(a: Incident, b: Incident): boolean {
  const point = (x: Incident) => ({ lat: x.place.lat ?? 0, lon: x.place.lon ?? 0 })
  const apartMs = Math.max(a.fromMs, b.fromMs) - Math.min(a.toMs, b.toMs)
  return apartMs <= 14 * dayMs && distanceKm(point(a), point(b)) <= 20
}

/** Sets of core incidents that are connected through cores: what defines a cluster, whatever happens at its edge. */
function coreComponents(incidents: readonly Incident[]): string[][] {
  const cores = incidents.filter(i => incidents.filter(j => near(i, j)).length >= 3)
  const left = new Set(cores)
  const components: string[][] = []
  for (const seed of cores) {
    if (!left.delete(seed)) continue
    const component = [seed]
    for (const i of component) for (const j of [...left]) if (near(i, j) && left.delete(j)) component.push(j)
    components.push(component.map(i => i.id).sort())
  }
  return components.sort()
}

describe('front', () => {
  it('finds the clusters that a plain ST-DBSCAN finds', () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 2 }))
    let clusters = 0
    let whole = 0
    fc.assert(
      fc.property(fc.array(point, { minLength: 20, maxLength: 70, size: 'max' }), points => {
        const incidents = points.map(([day, x, y], i) => incident(i, day, 14 + y * 0.15, -5 + x * 0.12)).sort(compareIncidents)
        const state = incidents.reduce((s, i) => front.step(s, i, parameters), front.initial('theatre'))
        const found = front.findings(state, Date.parse('2026-01-01'), parameters, [])
        const expected = coreComponents(incidents)
        const cores = new Set(expected.flat())
        clusters += expected.length
        const named = found.map(f => [...f.triggers, ...f.support].map(i => i.id).filter(id => cores.has(id)))
        // Support beyond twenty is only counted: what is named must lie in one cluster, and all of it where nothing is left out.
        const clusterOf = (ids: readonly string[]) => expected.findIndex(cluster => ids.every(id => cluster.includes(id)))
        const matched = named.map(clusterOf)
        expect([...matched].sort((a, b) => a - b)).toEqual(expected.map((_, i) => i))
        found.forEach((f, i) => {
          if (f.omitted > 0) return
          whole += 1
          expect([...(named[i] as string[])].sort()).toEqual(expected[matched[i] as number])
        })
        for (const f of found) expect(f.levels.at(-1)?.level).toBeGreaterThanOrEqual(1)
      }),
      { numRuns: 500 }
    )
    expect(clusters).toBeGreaterThan(500)
    expect(whole).toBeGreaterThan(500)
  })

  it('keeps attacks of one moment on one point as one member, and sees the same as if each had a point of its own', () => {
    const attack = fc.record({
      day: fc.integer({ min: 0, max: 30 }),
      days: fc.constantFrom(0, 0, 0, 3),
      x: fc.integer({ min: 0, max: 9 }),
      times: fc.constantFrom(1, 1, 2, 5)
    })
    let fewer = 0
    fc.assert(
      fc.property(fc.array(attack, { minLength: 3, maxLength: 25, size: 'max' }), attacks => {
        const each = attacks.flatMap(({ times, ...one }) => Array.from({ length: times }, () => one))
        // A millimetre apart, and far from the edges of cells.
        const fold = (stepDegrees: number) =>
          each
            .map(({ day, days, x }, i) => incident(i, day, 14.01 + i * stepDegrees, -5.01 + x * 0.12, days))
            .sort(compareIncidents)
            .reduce((s, i) => front.step(s, i, parameters), front.initial('theatre'))
        const [together, apart] = [fold(0), fold(1e-8)]
        const seen = (state: unknown) =>
          front.findings(state, Date.parse('2025-02-03'), parameters, []).map(({ triggers, support, situation, ...rest }) => ({
            ...rest,
            triggers: triggers.map(i => i.id),
            support: support.map(i => i.id)
          }))
        expect(seen(together)).toEqual(seen(apart))
        fewer += membersIn(apart) - membersIn(together)
      }),
      { numRuns: 200 }
    )
    expect(fewer).toBeGreaterThan(1_000)
  })

  it('costs a village that is struck hundreds of times in a day one member', () => {
    const day = Array.from({ length: 400 }, (_, i) => incident(i, 10, 14, -5))
    const state = [...day, incident(400, 10, 14.1, -5)].reduce((s, i) => front.step(s, i, parameters), front.initial('theatre'))
    const [found] = front.findings(state, Date.parse('2025-01-12'), parameters, [])
    expect([found?.measure.value, membersIn(state)]).toEqual([401, 2])
  })

  it('takes no attack of an unknown day of more than the window for a neighbour', () => {
    const fold = (...days: readonly number[]) =>
      days.map((n, i) => incident(i, i, 14, -5, n)).reduce((s, i) => front.step(s, i, parameters), front.initial('theatre'))
    const found = (...days: readonly number[]) => front.findings(fold(...days), Date.parse('2025-02-01'), parameters, [])
    expect([found(13, 13, 13).length, found(13, 13, 14).length]).toEqual([1, 0])
    expect(found(13, 0, 0)[0]?.explanation).toContain('Some dates are intervals')
  })

  it('asks for one more where the cell has a rate of its own', () => {
    const year = Array.from({ length: 30 }, (_, i) => incident(i, i * 12, 14, -5))
    const later = [incident(100, 400, 14, -5), incident(101, 404, 14, -5), incident(102, 408, 14, -5)]
    const plain = resolveParameters(front, {})
    const fold = (incidents: readonly Incident[]) => incidents.reduce((s, i) => front.step(s, i, plain), front.initial('theatre'))
    const open = (incidents: readonly Incident[]) =>
      front.findings(fold(incidents), incidents.at(-1)?.fromMs ?? 0, plain, []).filter(f => f.toMs === null)
    expect(open(later)).toHaveLength(1)
    expect(open([...year, ...later])).toHaveLength(0)
    expect(open([...year, ...later, incident(103, 409, 14, -5)])).toHaveLength(1)
  })
})

function membersIn(state: unknown): number {
  const { members } = state as { readonly members: readonly { readonly incidents: readonly unknown[] }[] }
  return members.reduce((sum, block) => sum + block.incidents.length, 0)
}
