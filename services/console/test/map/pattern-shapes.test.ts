// The shapes that are drawn of patterns: what each claims of places and of order, and what it does
// not.

import { describe, expect, it } from 'vitest'
import { collection } from '../../src/map/base-map.ts'
import { convexHull } from '../../src/map/shapes/hull.ts'
import { type PatternShapes, shapesOf } from '../../src/map/shapes/pattern-shapes.ts'
import type { AlertDetail, ShownEvidence } from '../../src/shown/shown-alert.ts'
import { aDetail, aPieceOf } from '../support/evidence.ts'

const shapesBy = (
  pattern: string,
  evidence: readonly ShownEvidence[],
  more: Partial<AlertDetail> = {},
  towns?: Parameters<typeof shapesOf>[1]
) => shapesOf(aDetail(evidence, { pattern, ...more }), towns)

const partsOf = ({ shapes }: PatternShapes) =>
  shapes.features.map(({ properties }) => properties.part)
const apart = [
  aPieceOf('a', '01'),
  aPieceOf('b', '03', { lat: 14.4 }),
  aPieceOf('c', '09', { lon: -6 })
]

describe('the shape of a siege', () => {
  it('is a ring outside the circle of its place, and none where the place is not known', () => {
    const area = {
      country: ['ML'],
      admin1: ['ML-4'],
      circle: [13.9, -5.4, 5],
      settlement: null
    } as const
    const { shapes, said, corners } = shapesBy('siege', apart, { area })
    expect(shapes.features).toMatchObject([
      { properties: { part: 'ring' }, geometry: { type: 'Point', coordinates: [-5.4, 13.9] } }
    ])
    expect(said).toEqual({ kind: 'ring' })
    expect(Math.max(...corners.map(([, lat]) => lat)) - 13.9).toBeGreaterThan(5 / 111.2)
    expect(shapesBy('siege', apart, { area: { ...area, circle: null } }).said).toBeNull()
  })
})

describe('the shape of a cluster', () => {
  it('is an outline around the circles of at least two places', () => {
    expect(partsOf(shapesBy('near-repeat', apart))).toEqual(['cluster'])
    expect(partsOf(shapesBy('front', apart))).toEqual(['cluster'])
    expect(shapesBy('front', [aPieceOf('a', '01'), aPieceOf('b', '02')]).said).toBeNull()
  })

  it('claims no place that is not known: neither contradicted ones, nor support, nor what was withdrawn', () => {
    const doubtful = [
      aPieceOf('a', '01'),
      aPieceOf('b', '03', { lat: 20, contradiction: 'country' }),
      aPieceOf('c', '04', { lat: 30 }, 'support')
    ]
    expect(partsOf(shapesBy('near-repeat', doubtful))).toEqual([])
  })

  it('is drawn of no pattern whose events are only in one area or by one actor', () => {
    for (const pattern of [
      'surge',
      'new-actor',
      'cumulative-deaths',
      'third-party-convergence',
      'one-of-tomorrow'
    ])
      expect([pattern, partsOf(shapesBy(pattern, apart))]).toEqual([pattern, []])
  })
})

describe('the shape of an arc', () => {
  const dioura = { name: 'Dioura', admin1: 'ML-5', lat: 14.8, lon: -5.2 }
  const sirakorola = { name: 'Sirakorola', admin1: 'ML-2', lat: 13.3, lon: -7.6 }
  const boulkessi = { name: 'Boulkessi', admin1: 'ML-5', lat: 14.7, lon: -1.2 }
  const saidOf = (evidence: readonly ShownEvidence[]) => {
    const { said } = shapesBy('widening-arc', evidence)
    return said?.kind === 'arc' ? said.order : expect.unreachable('it is an arc')
  }
  const named = (evidence: readonly ShownEvidence[]) =>
    saidOf(evidence).places.map(({ number, name }) => `${number} ${name}`)

  it('is its places in the order in which they were hit, with an arrow from each to the next', () => {
    const evidence = [
      aPieceOf('c', '09', boulkessi),
      aPieceOf('a', '01', dioura),
      aPieceOf('b', '03', sirakorola)
    ]
    const drawn = shapesBy('widening-arc', evidence)
    expect(named(evidence)).toEqual(['1 Dioura', '2 Sirakorola', '3 Boulkessi'])
    expect(partsOf(drawn)).toEqual(['arrow', 'arrow', 'number', 'number', 'number'])
    // From west of the first to east of it: from the edge of one circle to the edge of the other.
    const [line] = drawn.shapes.features
    const [[fromLon] = [], [toLon] = []] = (line?.geometry.coordinates ?? []) as number[][]
    expect(Number(fromLon)).toBeLessThan(dioura.lon)
    expect(Number(toLon)).toBeGreaterThan(sirakorola.lon)
  })

  it('claims no order where dates leave it open: the same number, and no arrow', () => {
    const evidence = [
      aPieceOf('a', '01-03', dioura),
      aPieceOf('b', '02-04', sirakorola),
      aPieceOf('c', '04-05', boulkessi)
    ]
    expect(named(evidence)).toEqual(['1 Dioura', '1 Sirakorola', '2 Boulkessi'])
    expect(partsOf(shapesBy('widening-arc', evidence))).toEqual([
      'link',
      'link',
      'number',
      'number',
      'number'
    ])
    const open = [aPieceOf('a', '01-03', dioura), aPieceOf('b', '02-04', sirakorola)]
    expect(partsOf(shapesBy('widening-arc', open))).toEqual(['link'])
  })

  it('names a place once, and what lies near it in one area not at all', () => {
    const again = [
      aPieceOf('a', '01', dioura),
      aPieceOf('b', '03', { ...dioura, lat: 14.9, name: 'Near' }),
      aPieceOf('c', '04', dioura)
    ]
    expect(shapesBy('widening-arc', again).said).toBeNull()
    const near = { ...dioura, admin1: 'ML-6', lat: 14.9, name: 'Next area' }
    expect(named([aPieceOf('a', '01', dioura), aPieceOf('b', '03', near)])).toEqual([
      '1 Dioura',
      '2 Next area'
    ])
  })

  it('draws no line between places whose circles meet', () => {
    const wide = { ...dioura, radiusKm: 320 }
    expect(
      partsOf(
        shapesBy('widening-arc', [aPieceOf('a', '01', wide), aPieceOf('b', '03', sirakorola)])
      )
    ).not.toContain('arrow')
  })
})

describe('the shape of a supply line', () => {
  const group = { hub: 'Bamako', country: 'ML' }
  const bamako = (lat: number, lon: number) => ({
    ...{ type: 'Feature' as const, properties: { name: 'Bamako', rank: 0, order: 0 } },
    geometry: { type: 'Point' as const, coordinates: [lon, lat] as [number, number] }
  })
  // Of two towns of a name, the one that is near.
  const towns = collection([bamako(40, 60), bamako(12.65, -8)])
  const north = aPieceOf('n', '01', { lat: 13.65, lon: -8, radiusKm: 30 })
  const farther = aPieceOf('f', '02', { lat: 14.65, lon: -8.2, radiusKm: 10 })
  const south = aPieceOf('s', '03', { lat: 11.65, lon: -8, radiusKm: 30 })

  it('is a band along each way from the hub to what was hit on it, as wide as that is uncertain', () => {
    const { shapes, said } = shapesBy(
      'supply-line-interdiction',
      [south, farther, north],
      { group },
      towns
    )
    expect(said).toEqual({ kind: 'ways', hub: 'Bamako', count: 2 })
    const ways = shapes.features
      .filter(({ properties }) => properties.part === 'way')
      .map(({ geometry }) => geometry.coordinates)
    expect(ways).toEqual([
      [
        [-8, 12.65],
        [-8, 13.65],
        [-8.2, 14.65]
      ],
      [
        [-8, 12.65],
        [-8, 11.65]
      ]
    ])
    const bands = shapes.features.filter(({ properties }) => properties.part === 'band')
    expect(bands.length).toBe(3)
    const last = ((bands.at(-1)?.geometry.coordinates ?? []) as number[][][])[0] ?? []
    const widthAt = (lat: number) => {
      const lons = last
        .filter(([, each]) => Math.abs(Number(each) - lat) < 0.05)
        .map(([lon]) => Number(lon))
      return Math.max(...lons) - Math.min(...lons)
    }
    expect(widthAt(11.65)).toBeGreaterThan(0.4)
    expect(widthAt(12.65)).toBeLessThan(0.1)
  })

  it('is not drawn to what happened in the hub, nor to what may have', () => {
    const within = [
      aPieceOf('h', '01', { lat: 12.7, lon: -8 }),
      aPieceOf('w', '02', { lat: 13, lon: -8, radiusKm: 50 })
    ]
    expect(shapesBy('supply-line-interdiction', within, { group }, towns).said).toBeNull()
  })

  it('is not drawn where the hub is not known, and goes by what happened there where no town has its name', () => {
    const unmapped = { group: { hub: 'Dry port', country: 'ML' } }
    expect(shapesBy('supply-line-interdiction', [north, south], unmapped, towns).said).toBeNull()
    expect(shapesBy('supply-line-interdiction', [north, south], unmapped).said).toBeNull()
    const there = aPieceOf('h', '04', { name: 'Dry port', lat: 12.6, lon: -8.1 })
    const { said } = shapesBy('supply-line-interdiction', [north, south, there], unmapped, towns)
    expect(said).toEqual({ kind: 'ways', hub: 'Dry port', count: 2 })
  })
})

it('a hull is convex and closed', () => {
  const hull = convexHull([
    [0, 0],
    [2, 0],
    [1, 1],
    [2, 2],
    [0, 2],
    [1, 0]
  ])
  expect(hull).toEqual([
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
    [0, 0]
  ])
  expect(convexHull([])).toEqual([])
})
