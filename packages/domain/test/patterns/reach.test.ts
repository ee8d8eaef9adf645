// The reach of patterns over scopes without bounds: unrelated attacks never make one alert, and
// one alert does not hide another.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FollowedRows, refoldFrom } from '../../src/detection/followed-rows.ts'
import type { AnyPattern, MachinePattern } from '../../src/detection/pattern.ts'
import { endlessKm } from '../../src/detection/reach-division.ts'
import type { ScopeGround, ScopeMachine } from '../../src/detection/scope-machine.ts'
import type { Moment } from '../../src/fold/moment.ts'
import type { Incident } from '../../src/incident/incident.ts'
import { wideningArc } from '../../src/patterns/arc/widening-arc.ts'
import {
  defaultCompoundRules,
  defaultRules,
  patterns
} from '../../src/patterns/pattern-catalogue.ts'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { distanceKm } from '../../src/space-time/geometry.ts'
import { coursesOf, expectTheSame, type Seen } from '../detection/two-detections.ts'
import { FoldStory, type ReportSketch } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'
import { foldAll, incidentFrom } from './pattern-fold.ts'

const attack = (
  id: string,
  at: string,
  [country, lat, lon]: readonly [string, number, number]
): ReportSketch => ({
  id,
  at,
  country,
  lat,
  lon,
  admin1: `${country}-${id}`,
  source: `wire-${id}`,
  actors: ['Group X'],
  deaths: 12
})

type Spot = readonly [country: string, lat: number, lon: number]

const day = (n: number) => `2025-03-0${n}`
const arcsOf = (spots: readonly Spot[], parameters = {}) =>
  foldAll(
    wideningArc,
    spots.map((spot, i) => incidentFrom(attack(`${i}`, day(1 + (i % 4)), spot))),
    Date.parse('2025-03-06'),
    parameters
  )

const sahel: readonly Spot[] = [
  ['ML', 16.27, -0.04],
  ['BF', 12.37, -1.52],
  ['NE', 13.51, 2.11],
  ['ML', 14.5, -4.2]
]
const lakeChad: readonly Spot[] = [
  ['TD', 13.45, 14.7],
  ['NE', 13.3, 12.6],
  ['NG', 11.85, 13.15],
  ['CM', 10.6, 14.3]
]
const andes: readonly Spot[] = [
  ['CO', 4.6, -74],
  ['CO', 6.2, -75.6],
  ['VE', 8, -72.2]
]

describe('attacks that are out of reach of each other', () => {
  it.each<[string, readonly Spot[]]>([
    [
      'on four continents',
      [
        ['NE', 14.21, 1.45],
        ['ZM', -15.41, 28.31],
        ['BO', -17.38, -66.16],
        ['PH', 7.05, 124.9]
      ]
    ],
    [
      'in Kenya, DR Congo, Angola and Mozambique',
      [
        ['KE', -1.29, 36.82],
        ['CD', -1.68, 29.22],
        ['AO', -8.84, 13.23],
        ['MZ', -12.97, 40.52]
      ]
    ],
    [
      'in Russia, China and Kazakhstan',
      [
        ['RU', 55.75, 37.62],
        ['CN', 43.82, 87.62],
        ['KZ', 43.24, 76.89],
        ['RU', 52.29, 104.28]
      ]
    ]
  ])('%s are no arc', (_, spots) => {
    expect(arcsOf(spots)).toEqual([])
    expect(arcsOf(spots, { reachKm: endlessKm })).toHaveLength(1)
  })

  it.each([
    ['the Sahel', sahel],
    ['the basin of Lake Chad', lakeChad],
    ['the Andes', andes]
  ])('are an arc where they are not: in %s, with the words of before', (_, spots) => {
    const arcs = arcsOf(spots)
    expect(arcs).toHaveLength(1)
    expect(arcs).toEqual(arcsOf(spots, { reachKm: endlessKm }))
  })

  it('are an arc each on two continents', () => {
    const both = arcsOf([...andes, ...sahel.slice(0, 3)])
    expect(both.map(({ triggers }) => triggers.length)).toEqual([3, 3])
  })

  it('are joined by what lies between, but never over three reaches', () => {
    const chain = (count: number): readonly Spot[] =>
      Array.from({ length: count }, (_, i) => ['ML', 14, -8 + i * 6.5])
    expect(arcsOf(chain(4)).map(({ triggers }) => triggers.length)).toEqual([4])
    for (const { triggers } of arcsOf(chain(12))) expect(widthOf(triggers)).toBeLessThan(3 * 800)
  })
})

function widthOf(incidents: readonly Incident[]): number {
  const points = incidents.map(({ place: { lat, lon } }) => ({ lat: lat ?? 0, lon: lon ?? 0 }))
  return Math.max(...points.flatMap(one => points.map(other => distanceKm(one, other))))
}

/** Far from each other: whatever happens at two of them is unrelated. */
const bases: readonly Spot[] = [
  ['ML', 14, -4],
  ['MZ', -13, 39],
  ['CO', 4, -74],
  ['PH', 7, 125],
  ['UA', 49, 32]
]
const farthestInBaseKm = 600

const overTheatre: readonly RuleVersion[] = [
  ['rare-count', {}],
  ['count', {}],
  ['count', { groupBy: 'actor' }],
  ['distinct-count', {}],
  ['sum', {}],
  ['all-of', { steps: ['event.category == "attack"', 'event.category == "clash"'] }],
  ['sequence', { steps: ['event.category == "attack"', 'event.category == "clash"'] }]
].map(([pattern, parameters], i) => ({
  ruleId: `${pattern}-${i}`,
  ruleVersion: 1,
  pattern: pattern as string,
  parameters: parameters as RuleVersion['parameters']
}))

const anywhere = fc.record({
  base: fc.nat({ max: bases.length - 1 }),
  north: fc.double({ min: -2, max: 2, noNaN: true }),
  east: fc.double({ min: -2, max: 2, noNaN: true }),
  day: fc.integer({ min: 1, max: 9 }),
  category: fc.constantFrom('attack', 'attack', 'clash', 'explosion', 'advisory')
})

describe('an alert of any shipped rule, and of a block over the theatre', () => {
  it('joins nothing of two continents', () => {
    let [alerts, arcs] = [0, 0]
    fc.assert(
      fc.property(fc.array(anywhere, { minLength: 4, maxLength: 14 }), reports => {
        const story = new FoldStory({
          sources: [],
          rules: [...defaultRules, ...defaultCompoundRules, ...overTheatre],
          start: '2023-01-01'
        })
        story.tick('2025-03-10')
        for (const [i, { base, north, east, day: n, category }] of reports.entries()) {
          const [country, lat, lon] = bases[base] as Spot
          const spot: Spot = [country, lat + north, lon + east]
          story.report({ ...attack(`r${i}`, day(n), spot), category: category as 'attack' })
        }
        for (const { data } of story.events) {
          if (!('area' in data)) continue
          alerts += 1
          if (data.pattern === 'widening-arc') arcs += 1
          expect(data.area.circle?.[2] ?? 0, data.headline).toBeLessThan(farthestInBaseKm)
        }
      }),
      { numRuns: runsOf(200) }
    )
    expect(alerts).toBeGreaterThan(shareOf(200, 200))
    expect(arcs).toBeGreaterThan(shareOf(20, 200))
  })
})

/** Rows in the west and in the east, each with a machine of its own. */
class ApartMachines implements ScopeMachine {
  readonly #rows: readonly Incident[]
  readonly #sides: readonly FollowedRows[]

  constructor(ground: ScopeGround<never>) {
    this.#rows = ground.rows
    const bases = (ground.base ?? []) as readonly unknown[]
    this.#sides = [0, 1].map(side => {
      const rows: Incident[] = []
      const machine = (wideningArc as unknown as MachinePattern).machine({
        ...ground,
        rows,
        base: bases[side] ?? undefined
      })
      return { machine, rows }
    })
  }

  refold(): boolean {
    for (const [side, followed] of this.#sides.entries())
      refoldFrom(
        followed,
        0,
        this.#rows.filter(row => sideOf(row) === side)
      )
    return true
  }

  findings(moment: Moment) {
    return this.#sides
      .flatMap(({ machine }) => machine.findings(moment))
      .sort((a, b) => a.fromMs - b.fromMs)
  }

  nextChangeMs(moment: Moment): number | null {
    const all = this.#sides.flatMap(({ machine }) => machine.nextChangeMs(moment) ?? [])
    return all.length === 0 ? null : Math.min(...all)
  }

  passBefore(count: number): void {
    for (const [side, { machine, rows }] of this.#sides.entries()) {
      const passed = this.#rows.slice(0, count).filter(row => sideOf(row) === side).length
      if (passed > 0) machine.passBefore(passed)
      rows.splice(0, passed)
    }
  }

  forget(beforeMs: number): void {
    for (const { machine } of this.#sides) machine.forget(beforeMs)
  }

  base(): unknown {
    return this.#sides.map(({ machine }) => machine.base() ?? null)
  }

  isBlank(): boolean {
    return this.#sides.every(({ machine }) => machine.isBlank())
  }
}

function sideOf({ place }: Incident): number {
  return (place.lon ?? 0) < 20 ? 0 : 1
}

describe('two regions of one theatre', () => {
  const places: readonly Spot[] = [
    ...[-4, -2.5, -1, 0.5].map((lon): Spot => ['ML', 14, lon]),
    ...[36, 37.5, 39, 40.5].map((lon): Spot => ['MZ', -13, lon])
  ]
  const startMs = Date.parse('2024-01-04')
  const incident = fc
    .record({
      id: fc.uuid(),
      spot: fc.nat({ max: places.length - 1 }),
      days: fc.integer({ min: 0, max: 160 }),
      lasts: fc.constantFrom(0, 0, 0, 0, 2, 5)
    })
    .map(({ id, spot, days, lasts }) => {
      const [country, lat, lon] = places[spot] as Spot
      const at = (n: number) => new Date(startMs + n * 86_400_000).toISOString().slice(0, 10)
      const admin1 = `${country}-${spot}`
      return incidentFrom({ id, at: at(days), to: at(days + lasts), country, admin1, lat, lon })
    })

  it('are followed as by two theatres, whatever comes, goes and passes the boundary', () => {
    const { findReach: _, ...arcs } = wideningArc
    const oracle = { ...arcs, machine: (ground: never) => new ApartMachines(ground) }
    const seen: Seen = { found: 0, ended: 0, removed: 0 }
    fc.assert(
      fc.property(coursesOf(incident, 90), fc.constantFrom(5000, 125, 40), (steps, retentionDays) =>
        expectTheSame(
          wideningArc as unknown as AnyPattern,
          oracle as unknown as AnyPattern,
          // What is dated beyond the horizon ends an arc early if no pause lies between.
          { steps: [{ does: 'tick', days: 165 }, ...steps], startMs, retentionDays },
          seen
        )
      ),
      { numRuns: runsOf(200, 10), endOnFailure: true }
    )
    expect(Math.min(seen.found, seen.ended, seen.removed)).toBeGreaterThan(shareOf(100, 200, 10))
  })
})

describe('patterns over the theatre', () => {
  it('state their reach as a parameter', () => {
    const reaching = [...patterns.values()].filter(({ findReach }) => findReach !== undefined)
    expect(reaching.map(({ id }) => id)).toEqual([
      'widening-arc',
      'coordinated-attack',
      'count',
      'distinct-count',
      'sum',
      'sequence',
      'all-of'
    ])
    for (const { parameters } of reaching) expect(parameters.reachKm).toMatchObject({ unit: 'km' })
  })
})
