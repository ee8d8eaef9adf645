import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import { BurstSearch } from '../../../src/patterns/coordinated/burst-search.ts'
import { coordinatedAttack } from '../../../src/patterns/coordinated/coordinated-attack.ts'
import { binomialTail } from '../../../src/patterns/episode/binomial-tail.ts'
import { sitesApart } from '../../../src/patterns/episode/sites-apart.ts'
import type { Seat } from '../../../src/report/report.ts'
import { dayMs, formatTime, hourMs } from '../../../src/space-time/event-time.ts'
import { distanceKm } from '../../../src/space-time/geometry.ts'
import { onSphere } from '../../../src/space-time/point-clusters.ts'
import { runsOf } from '../../test-size.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'

const originMs = Date.parse('2024-01-04')
const horizonMs = originMs + 1500 * dayMs

interface Said {
  /** Hours; a whole number of days means the day. */
  readonly hour: number
  readonly days?: number
  readonly km: number
  readonly actors?: readonly string[]
  readonly radiusKm?: number
  readonly seat?: Seat
  readonly credibility?: 2 | 5
  readonly drill?: boolean
}

function attack(said: Said, i: number): Incident {
  const at = formatTime(originMs + said.hour * hourMs)
  const wholeDay = said.hour % 24 === 0
  const from = wholeDay ? at.slice(0, 10) : at
  const to = wholeDay
    ? formatTime(originMs + said.hour * hourMs + (said.days ?? 0) * dayMs).slice(0, 10)
    : at
  return incidentFrom({
    id: `c${String(i).padStart(4, '0')}`,
    at: from,
    to,
    settlement: `Post ${said.km}`,
    lat: 12 + said.km / 111.195,
    lon: -5,
    radiusKm: said.radiusKm ?? 2,
    actors: said.actors ?? ['JNIM'],
    credibility: said.credibility ?? 2,
    drill: said.drill ?? false,
    ...(said.seat === undefined ? {} : { seat: said.seat })
  })
}

const findingsOf = (...said: readonly Said[]) =>
  foldAll(coordinatedAttack, said.map(attack), horizonMs)
const far = [0, 40, 80, 120, 160].map(km => ({ hour: 0, km }))

/** So many places on a degree each way, at random. */
function scattered(count: number) {
  let seed = 5
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  return Array.from({ length: count }, () => ({ lat: 12 + next() * 1.1, lon: -5 + next() * 1.1 }))
}

/** 1 - P(X < n), term by term. */
function plainTail(trials: number, p: number, n: number): number {
  let below = 0
  for (let k = 0; k < n; k++) {
    let ways = 1
    for (let i = 1; i <= k; i++) ways *= (trials - k + i) / i
    below += ways * p ** k * (1 - p) ** (trials - k)
  }
  return 1 - below
}

describe('coordinated attack', () => {
  it('says `at least` where not all ways to choose among its places were tried', () => {
    const attacks = scattered(75).map((point, i) =>
      incidentFrom({ id: `c${i}`, at: '2024-01-04', ...point, actors: ['JNIM'] })
    )
    const [found] = foldAll(coordinatedAttack, attacks.sort(compareIncidents), horizonMs, {
      escalateSites: 20
    })
    expect(found?.measure.value).toBeLessThan(20)
    expect(found?.headline).toContain(`struck at least ${found?.measure.value} sites`)
    expect(found?.explanation).toContain('more sites may lie apart')
    const [few] = findingsOf(...far.slice(0, 3))
    expect(few?.explanation).not.toContain('more sites may lie apart')
  })
})

describe('its parts', () => {
  it('count sites as an exhaustive search does', () => {
    const pointArb = fc.record({
      lat: fc.double({ min: 12, max: 13.2, noNaN: true }),
      lon: fc.double({ min: -6, max: -5, noNaN: true })
    })
    fc.assert(
      fc.property(fc.array(pointArb.map(onSphere), { maxLength: 9 }), points => {
        let most = 0
        for (let set = 0; set < 2 ** points.length; set++) {
          const chosen = points.filter((_, i) => set & (1 << i))
          if (
            chosen.length > most &&
            chosen.every((a, i) => chosen.slice(i + 1).every(b => distanceKm(a, b) >= 30))
          )
            most = chosen.length
        }
        expect(sitesApart(points, 30, { most: 99 })).toEqual({ sites: most, isLeast: false })
        expect(sitesApart(points, 30, { most: 3 })).toEqual({
          sites: Math.min(3, most),
          isLeast: false
        })
        const asked = sitesApart(points, 30, { least: 4, most: 99 })
        if (most >= 4) expect(asked.sites).toBe(most)
        else expect(asked.sites).toBeLessThan(4)
      }),
      { numRuns: runsOf(300, 10) }
    )
  })

  it('take the earliest window with as many sites as are counted, and a later one only for more', () => {
    const span = (lat: number, from: number, to: number) =>
      incidentFrom({
        id: `a${lat}`,
        at: formatTime(originMs + from * hourMs),
        to: formatTime(originMs + to * hourMs),
        lat,
        lon: -5
      })
    // The first window ends before what began at 8 and at 9 does.
    const recent = [span(12, 6, 6), span(13, 8, 32), span(14, 9, 32), span(15, 20, 20)]
    const terms = { windowHours: 24, sitesMin: 2, apartKm: 30, escalateSites: 3 }
    const found = (more: object) => {
      const sites = new BurstSearch({ ...terms, ...more }).mostSites(recent)
      return sites && { ...sites, members: sites.members.all() }
    }
    expect(found({})).toEqual({ members: recent.slice(1), sites: 3, isLeast: false })
    expect(found({ escalateSites: 2 })).toEqual({
      members: [recent[0], recent[3]],
      sites: 2,
      isLeast: false
    })
    expect(found({ sitesMin: 4 })).toBeNull()
  })

  it('sum the binomial tail exactly', () => {
    expect(binomialTail(10, 0.5, 8)).toBeCloseTo(56 / 1024, 12)
    expect([
      binomialTail(5, 0.3, 0),
      binomialTail(5, 0.3, 6),
      binomialTail(5, 0, 1),
      binomialTail(5, 1, 5)
    ]).toEqual([1, 0, 0, 1])
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 8 }),
        fc.double({ min: 0.001, max: 0.4, noNaN: true }),
        (trials, n, p) => {
          expect(binomialTail(trials, p, n)).toBeCloseTo(plainTail(trials, p, n), 9)
        }
      ),
      { numRuns: runsOf(700, 10) }
    )
  })
})
