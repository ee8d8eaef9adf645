// The incremental front against a plain ST-DBSCAN over all incidents.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AnyPattern, resolveParameters } from '../../../src/detection/pattern.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import { momentAt } from '../../../src/fold/moment.ts'
import {
  assembleIncident,
  compareIncidents,
  type Incident,
  viewOf
} from '../../../src/incident/incident.ts'
import { patterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime, parseSpan } from '../../../src/space-time/event-time.ts'
import { distanceKm } from '../../../src/space-time/geometry.ts'
import { revisionOf } from '../../fold-story.ts'
import { machineOver } from '../machine-over.ts'

const front = patterns.get('front') as AnyPattern
// No cell is hot here: the rule of the hot cell has its own test.
const parameters = resolveParameters(front, { hotRate: 1000 })

/** The machine of these incidents, which are in order. */
function folded(incidents: readonly Incident[], given = parameters) {
  return machineOver(front, { scope: 'theatre', parameters: given }, incidents)
}

function foundIn(
  incidents: readonly Incident[],
  horizon: string,
  given = parameters
): readonly Finding[] {
  return folded(incidents, given).findings(momentAt(Date.parse(horizon)))
}

function incident(i: number, day: number, lat: number, lon: number, days = 0): Incident {
  const [at, to] = [day, day + days].map(n =>
    formatTime(Date.parse('2025-01-01') + n * dayMs).slice(0, 10)
  ) as [string, string]
  const revision = revisionOf({ id: `p${String(i).padStart(3, '0')}`, at, to, lat, lon })
  return assembleIncident([viewOf(revision, parseSpan(revision.occurred).toMs, 'B')])
}

function near(a: Incident, b: Incident): boolean {
  const point = (x: Incident) => ({ lat: x.place.lat ?? 0, lon: x.place.lon ?? 0 })
  const apartMs = Math.max(a.fromMs, b.fromMs) - Math.min(a.toMs, b.toMs)
  return apartMs <= 14 * dayMs && distanceKm(point(a), point(b)) <= 20
}

/**
 * Sets of core incidents connected through cores: the definition of a cluster, whatever its border.
 */
function coreComponents(incidents: readonly Incident[]): string[][] {
  const cores = incidents.filter(i => incidents.filter(j => near(i, j)).length >= 3)
  const left = new Set(cores)
  const components: string[][] = []
  for (const seed of cores) {
    if (!left.delete(seed)) continue
    const component = [seed]
    for (const i of component)
      for (const j of [...left]) if (near(i, j) && left.delete(j)) component.push(j)
    components.push(component.map(i => i.id).sort())
  }
  return components.sort()
}

describe('front', () => {
  it('finds the clusters that a plain ST-DBSCAN finds', () => {
    const point = fc.tuple(
      fc.integer({ min: 0, max: 70 }),
      fc.integer({ min: 0, max: 14 }),
      fc.integer({ min: 0, max: 2 })
    )
    let clusters = 0
    let whole = 0
    fc.assert(
      fc.property(fc.array(point, { minLength: 20, maxLength: 70, size: 'max' }), points => {
        const incidents = points
          .map(([day, x, y], i) => incident(i, day, 14 + y * 0.15, -5 + x * 0.12))
          .sort(compareIncidents)
        const found = foundIn(incidents, '2026-01-01')
        const expected = coreComponents(incidents)
        const cores = new Set(expected.flat())
        clusters += expected.length
        const named = found.map(f =>
          [...f.triggers, ...f.support].map(i => i.id).filter(id => cores.has(id))
        )
        // Support beyond twenty is only counted: the named evidence must lie in one cluster, and be
        // all of it if nothing is omitted.
        const clusterOf = (ids: readonly string[]) =>
          expected.findIndex(cluster => ids.every(id => cluster.includes(id)))
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

  it('keeps attacks of one moment on one point as one member, with the same result as separate points', () => {
    const attack = fc.record({
      day: fc.integer({ min: 0, max: 30 }),
      days: fc.constantFrom(0, 0, 0, 3),
      x: fc.integer({ min: 0, max: 9 }),
      times: fc.constantFrom(1, 1, 2, 5)
    })
    let fewer = 0
    fc.assert(
      fc.property(fc.array(attack, { minLength: 3, maxLength: 25, size: 'max' }), attacks => {
        const each = attacks.flatMap(({ times, ...one }) =>
          Array.from({ length: times }, () => one)
        )
        // A millimetre apart, and far from the edges of cells.
        const fold = (stepDegrees: number) =>
          each
            .map(({ day, days, x }, i) =>
              incident(i, day, 14.01 + i * stepDegrees, -5.01 + x * 0.12, days)
            )
            .sort(compareIncidents)
        const [together, apart] = [fold(0), fold(1e-8)]
        const seen = (incidents: readonly Incident[]) =>
          foundIn(incidents, '2025-02-03').map(({ triggers, support, situation, ...rest }) => ({
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

  it('needs one member for a village that is hit hundreds of times in a day', () => {
    const day = Array.from({ length: 400 }, (_, i) => incident(i, 10, 14, -5))
    const incidents = [...day, incident(400, 10, 14.1, -5)]
    const [found] = foundIn(incidents, '2025-01-12')
    expect([found?.measure.value, membersIn(incidents)]).toEqual([401, 2])
  })

  it('does not take an attack dated to more than the window as a neighbour', () => {
    const found = (...days: readonly number[]) =>
      foundIn(
        days.map((n, i) => incident(i, i, 14, -5, n)),
        '2025-02-01'
      )
    expect([found(13, 13, 13).length, found(13, 13, 14).length]).toEqual([1, 0])
    expect(found(13, 0, 0)[0]?.explanation).toContain('Some dates are intervals')
  })

  it('requires one more if the cell has a rate of its own', () => {
    const year = Array.from({ length: 30 }, (_, i) => incident(i, i * 12, 14, -5))
    const later = [
      incident(100, 400, 14, -5),
      incident(101, 404, 14, -5),
      incident(102, 408, 14, -5)
    ]
    const plain = resolveParameters(front, {})
    const open = (incidents: readonly Incident[]) =>
      foundIn(incidents, formatTime(incidents.at(-1)?.fromMs ?? 0), plain).filter(
        f => f.toMs === null
      )
    expect(open(later)).toHaveLength(1)
    expect(open([...year, ...later])).toHaveLength(0)
    expect(open([...year, ...later, incident(103, 409, 14, -5)])).toHaveLength(1)
  })
})

/** How many members are kept once all of these have passed. */
function membersIn(incidents: readonly Incident[]): number {
  const machine = folded(incidents)
  machine.passBefore(incidents.length)
  return (machine.base() as { readonly members: readonly unknown[] }).members.length
}
