import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareIncidents,
  type Incident,
  type IncidentPlace
} from '../../../src/incident/incident.ts'
import {
  type Hub,
  hubsNear,
  mostApartOnCircle,
  whereaboutsOf
} from '../../../src/patterns/supply/supply-hubs.ts'
import { supplyLineInterdiction } from '../../../src/patterns/supply/supply-line-interdiction.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { kmPerDegree } from '../../../src/space-time/geometry.ts'
import type { ReportSketch } from '../../fold-story.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { foldAll, incidentFrom, parametersOf } from '../pattern-fold.ts'

const originMs = Date.parse('2025-01-01')
const day = (n: number) => formatTime(originMs + n * dayMs).slice(0, 10)
const horizonMs = originMs + 900 * dayMs
const bamako = { lat: 12.65, lon: -8 }
const inBamako = { ...bamako, settlement: 'Bamako', admin1: 'ML-BKO' }
const parameters = parametersOf(supplyLineInterdiction)

interface Said extends Omit<Partial<ReportSketch>, 'at' | 'to' | 'id'> {
  readonly day: number
  readonly days?: number
}

function incident({ day: from, days = 0, ...sketch }: Said, i: number): Incident {
  return incidentFrom({
    id: `s${String(i).padStart(3, '0')}`,
    at: day(from),
    to: day(from + days),
    ...sketch
  })
}

/** A point at a distance and bearing from Bamako. */
function towards(bearing: number, km = 150) {
  const [north, east] = [
    Math.cos((bearing * Math.PI) / 180) * km,
    Math.sin((bearing * Math.PI) / 180) * km
  ]
  const lat = bamako.lat + north / kmPerDegree
  return { lat, lon: bamako.lon + east / kmPerDegree / Math.cos((bamako.lat * Math.PI) / 180) }
}

const block = (n: number, bearing: number, more: Partial<Said> = {}): Said => ({
  day: n,
  category: 'blockade',
  tactics: ['road-block'],
  ...towards(bearing),
  ...more
})
const delivery = (n: number): Said => ({
  day: n,
  category: 'other',
  tactics: ['other:delivery'],
  ...inBamako
})
const fuel = (n: number): Said => ({
  day: n,
  category: 'blockade',
  tactics: ['fuel-blockade'],
  ...inBamako
})
const schools = (n: number): Said => ({ day: n, category: 'school-closure', ...inBamako })

const findingsOf = (...said: readonly Said[]) =>
  foldAll(supplyLineInterdiction, said.map(incident), horizonMs)

/** The maximum number of bearings that lie apart, by trying all choices. */
function mostByTrying(bearings: readonly number[], degrees: number): number {
  let most = 0
  for (let chosen = 0; chosen < 1 << bearings.length; chosen++) {
    const picked = bearings.filter((_, i) => chosen & (1 << i))
    const apart = (a: number, b: number) => Math.min(Math.abs(a - b), 360 - Math.abs(a - b))
    if (picked.every((a, i) => picked.slice(i + 1).every(b => apart(a, b) >= degrees)))
      most = Math.max(most, picked.length)
  }
  return most
}

interface Told {
  readonly kind: 'block' | 'fuel' | 'delivery' | 'schools'
  readonly bearing: number
  readonly incident: Incident
}

/** Interdictions by definition, each prefix evaluated anew. */
function plainly(all: readonly Told[]): { entered: number; to: number | null; levels: number }[] {
  const found: { entered: number; to: number | null; levels: number }[] = []
  const hits = (some: readonly Told[]) => some.filter(t => t.kind === 'block' || t.kind === 'fuel')
  const waysAt = (some: readonly Told[], atMs: number) => {
    const live = some.filter(t => t.kind === 'block' && t.incident.toMs > atMs - 14 * dayMs)
    return mostByTrying([...new Set(live.map(t => t.bearing))], 45)
  }
  let left = all
  for (;;) {
    const at = left.findIndex(
      (t, i) => t.kind === 'fuel' || waysAt(left.slice(0, i + 1), t.incident.fromMs) >= 2
    )
    const entry = left[at]
    if (!entry) return found
    const atMs = entry.incident.fromMs
    const marks = new Set<string>()
    const see = (upTo: number, sinceMs: number) => {
      const [last, some] = [left[upTo] as Told, left.slice(0, upTo + 1)]
      if (some.some(t => t.kind === 'schools' && t.incident.toMs > sinceMs)) marks.add('schools')
      if (waysAt(some, last.incident.fromMs) >= 6) marks.add('ways')
    }
    see(at, atMs - 14 * dayMs)
    const loss = { entered: atMs, to: null as number | null, levels: 0 }
    found.push(loss)
    let next = at + 1
    for (; ; next++) {
      const some = left.slice(0, next)
      const lastHitMs = Math.max(...hits(some).map(t => t.incident.toMs))
      const seen = some.slice(at).filter(t => t.kind === 'delivery' && t.incident.toMs > lastHitMs)
      const nowMs = left[next]?.incident.fromMs ?? horizonMs
      const endMs = seen[0] ? Math.max(lastHitMs + 1 + 14 * dayMs, seen[0].incident.fromMs) : null
      if (endMs !== null && endMs <= nowMs) loss.to = endMs
      if (loss.to !== null || next >= left.length) break
      see(next, atMs - 14 * dayMs)
    }
    loss.levels = 1 + marks.size
    if (loss.to === null) return found
    left = left.slice(next)
  }
}

describe('supply-line interdiction', () => {
  it('enters, escalates and ends as defined', () => {
    const toldArb = fc.record({
      day: fc.integer({ min: 0, max: 200 }),
      days: fc.constantFrom(0, 0, 3, 10),
      kind: fc.constantFrom<Told['kind']>(
        'block',
        'block',
        'block',
        'block',
        'fuel',
        'delivery',
        'delivery',
        'schools'
      ),
      bearing: fc.integer({ min: 0, max: 11 })
    })
    let entered = 0
    let ended = 0
    let sixWays = 0
    fc.assert(
      fc.property(
        fc.array(toldArb, { minLength: 4, maxLength: 30, size: 'max' }),
        fc.boolean(),
        (drawn, dense) => {
          const told = drawn.map(({ day: n, days, kind, bearing: step }, i): Told => {
            const bearing = dense ? (step % 8) * 45 : step * 30
            const from = dense ? Math.floor(n / 6) : n
            const said = {
              block: block(from, bearing, { days }),
              fuel: fuel(from),
              delivery: delivery(from),
              schools: schools(from)
            }
            return { kind, bearing, incident: incident(said[kind], i) }
          })
          told.sort((a, b) => compareIncidents(a.incident, b.incident))
          const found = foldAll(
            supplyLineInterdiction,
            told.map(t => t.incident),
            horizonMs
          )
          expect(
            found.map(f => ({ entered: f.levels[0]?.atMs, to: f.toMs, levels: f.levels.length }))
          ).toEqual(plainly(told))
          entered += found.length
          ended += found.filter(f => f.toMs !== null).length
          sixWays += found.filter(f =>
            f.levels.some(l => l.reason === '6 of 8 supply routes')
          ).length
        }
      ),
      { numRuns: runsOf(400, 10) }
    )
    expect(entered).toBeGreaterThan(shareOf(400, 400, 10))
    expect(ended).toBeGreaterThan(shareOf(100, 400, 10))
    expect(sixWays).toBeGreaterThan(shareOf(5, 400, 10))
  })

  it('counts bearings that lie apart as a trial of all choices does', () => {
    const bearings = fc.uniqueArray(
      fc.integer({ min: 0, max: 71 }).map(n => n * 5),
      { maxLength: 11 }
    )
    fc.assert(
      fc.property(bearings, fc.constantFrom(30, 45, 60, 90), (list, degrees) => {
        expect(mostApartOnCircle(list, degrees)).toBe(mostByTrying(list, degrees))
      }),
      { numRuns: runsOf(500, 10) }
    )
  })

  it('takes an attack on a road or a convoy as a hit, and not one on a besieged village beside it', () => {
    const far = block(1, 0)
    expect(findingsOf(far, block(2, 90, { category: 'ambush', tactics: ['convoy'] }))).toHaveLength(
      1
    )
    expect(
      findingsOf(far, block(2, 90, { category: 'explosion', tactics: ['ied', 'convoy'] }))
    ).toHaveLength(1)
    expect(
      findingsOf(
        far,
        block(2, 90, {
          category: 'infrastructure-destroyed',
          tactics: [],
          settlement: 'Bamako–Ségou road'
        })
      )
    ).toHaveLength(1)
    expect(
      findingsOf(far, block(2, 90, { tactics: ['encirclement'], settlement: 'Diosso' }))
    ).toEqual([])
    expect(findingsOf(far, block(2, 90, { category: 'attack', tactics: [] }))).toEqual([])
    expect(
      findingsOf(
        far,
        block(2, 90, { category: 'infrastructure-destroyed', tactics: [], settlement: 'Broadway' })
      )
    ).toEqual([])
  })
})

describe('hubs', () => {
  const place = (country: string | null, lat: number, lon: number): IncidentPlace => ({
    name: null,
    country,
    admin1: null,
    lat,
    lon,
    radiusKm: 2,
    settlement: null,
    settlementName: null,
    areaCertain: false,
    neighbours: [],
    seat: null
  })

  it("are those of the incident's own country, else the nearest in reach", () => {
    expect(hubsNear(place('ML', 12.0, -8.5), parameters).map(h => h.name)).toEqual(['Bamako'])
    // Maroua lies in Cameroon, whose capital is far: goods for Chad come through it.
    expect(hubsNear(place('CM', 10.6, 14.3), parameters).map(h => h.name)).toEqual(["N'Djamena"])
    expect(hubsNear(place('ML', 22.0, -3.0), parameters)).toEqual([])
    expect(hubsNear(place('CD', -4.4, 15.4), parameters).map(h => h.name)).toEqual(['Kinshasa'])
  })

  const dakarRoad = {
    name: 'Dakar road',
    points: [[13.8, -9.5] as const, [14.45, -11.45] as const]
  }
  const declared: Hub = {
    name: 'Bamako',
    country: 'ML',
    ...bamako,
    corridors: [dakarRoad, { name: 'Sikasso road', bearing: 135 }]
  }

  it('that are declared replace a capital, with ways of their own, also beyond the border', () => {
    const own = { ...parameters, hubs: [declared] }
    const at = (lat: number, lon: number) => whereaboutsOf(declared, place('ML', lat, lon), own)
    expect(hubsNear(place('ML', 12.0, -8.5), own)).toEqual([declared])
    expect(at(13.8, -9.5)).toEqual({ kind: 'corridor', corridor: 'Dakar road' })
    expect(at(13.2, -8.8)).toEqual({ kind: 'corridor', corridor: 'Dakar road' })
    expect(at(11.75, -7.2)).toEqual({ kind: 'corridor', corridor: 'Sikasso road' })
    expect(at(12.65, -6.5)).toEqual({ kind: 'vague' })
    expect(hubsNear(place('SN', 14.2, -10.7), own)).toContain(declared)
    const cut = [
      block(1, 0),
      { ...block(1, 0), lat: 13.8, lon: -9.5 },
      { ...block(3, 135), day: 3 }
    ].map(incident)
    const [found] = foldAll(supplyLineInterdiction, cut, horizonMs, { hubs: [declared] })
    expect(found?.headline).toContain('on Dakar road and Sikasso road')
    expect(found?.levels.map(l => l.reason)).toEqual([
      '2 supply routes hit',
      '2 of 2 supply routes'
    ])
  })
})
