// The shapes that are drawn of patterns: what each claims of places and of order, and what it does
// not.

import { describe, expect, it } from 'vitest'
import { collection } from '../../src/map/base-map.ts'
import { convexHull } from '../../src/map/shapes/hull.ts'
import { computeShapes } from '../../src/map/shapes/pattern-shapes.ts'
import type { AlertDetail, ShownEvidence } from '../../src/shown/shown-alert.ts'
import { anAlertAt } from '../support/an-alert.ts'
import { aDetail, aPieceOf as at } from '../support/evidence.ts'

const shapesBy = (
  pattern: string,
  evidence: readonly ShownEvidence[],
  more: Partial<AlertDetail> = {},
  towns?: Parameters<typeof computeShapes>[1]
) => computeShapes(aDetail(evidence, { pattern, ...more }), towns)
const partsBy = (...of: Parameters<typeof shapesBy>) =>
  shapesBy(...of).shapes.features.map(({ properties }) => properties.part)
const apart = [at('a', '01'), at('b', '03', { lat: 14.4 }), at('c', '09', { lon: -6 })]

describe('the shape of a siege', () => {
  it('is a ring outside the circle of its place, and none where the place is not known', () => {
    const { area } = anAlertAt('a1', { circle: [13.9, -5.4, 5] })
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
    expect(partsBy('near-repeat', apart)).toEqual(['cluster'])
    expect(partsBy('front', apart)).toEqual(['cluster'])
    expect(shapesBy('front', [at('a', '01'), at('b', '02')]).said).toBeNull()
  })

  it('claims no place that is not known: neither contradicted ones, nor support', () => {
    const contradicted = at('b', '03', { lat: 20, contradiction: 'country' })
    const doubtful = [at('a', '01'), contradicted, at('c', '04', { lat: 30 }, 'support')]
    expect(partsBy('near-repeat', doubtful)).toEqual([])
  })

  it.each([
    ...['surge', 'new-actor', 'cumulative-deaths', 'third-party-convergence', 'one-of-tomorrow']
  ])('is not drawn of %s, of which events are only in one area or by one actor', pattern => {
    expect(partsBy(pattern, apart)).toEqual([])
  })
})

describe('the shape of an arc', () => {
  const dioura = { name: 'Dioura', admin1: 'ML-5', lat: 14.8, lon: -5.2 }
  const sirakorola = { name: 'Sirakorola', admin1: 'ML-2', lat: 13.3, lon: -7.6 }
  const boulkessi = { name: 'Boulkessi', admin1: 'ML-5', lat: 14.7, lon: -1.2 }
  const named = (...evidence: readonly ShownEvidence[]) => {
    const { said } = shapesBy('widening-arc', evidence)
    return said?.kind === 'arc'
      ? said.order.places.map(({ number, name }) => `${number} ${name}`)
      : null
  }
  const parts = (...evidence: readonly ShownEvidence[]) => partsBy('widening-arc', evidence)
  const numbers = Array(3).fill('number')

  it('is its places in the order in which they were hit, with an arrow from each to the next', () => {
    const evidence = [at('c', '09', boulkessi), at('a', '01', dioura), at('b', '03', sirakorola)]
    expect(named(...evidence)).toEqual(['1 Dioura', '2 Sirakorola', '3 Boulkessi'])
    expect(parts(...evidence)).toEqual(['arrow', 'arrow', ...numbers])
    // From west of the first to east of it: from the edge of one circle to the edge of the other.
    const [line] = shapesBy('widening-arc', evidence).shapes.features
    const [[fromLon] = [], [toLon] = []] = (line?.geometry.coordinates ?? []) as number[][]
    expect(Number(fromLon)).toBeLessThan(dioura.lon)
    expect(Number(toLon)).toBeGreaterThan(sirakorola.lon)
  })

  it('claims no order where dates leave it open: the same number, and no arrow', () => {
    const open = [at('a', '01-03', dioura), at('b', '02-04', sirakorola)]
    const evidence = [...open, at('c', '04-05', boulkessi)]
    expect(named(...evidence)).toEqual(['1 Dioura', '1 Sirakorola', '2 Boulkessi'])
    expect(parts(...evidence)).toEqual(['link', 'link', ...numbers])
    expect(parts(...open)).toEqual(['link'])
  })

  it('names a place once, and what lies near it in one area not at all', () => {
    const near = { ...dioura, lat: 14.9, name: 'Near' }
    expect(named(at('a', '01', dioura), at('b', '03', near), at('c', '04', dioura))).toBeNull()
    const next = at('b', '03', { ...near, admin1: 'ML-6' })
    expect(named(at('a', '01', dioura), next)).toEqual(['1 Dioura', '2 Near'])
  })

  it('draws no line between places whose circles meet', () => {
    const wide = at('a', '01', { ...dioura, radiusKm: 320 })
    expect(parts(wide, at('b', '03', sirakorola))).not.toContain('arrow')
  })
})

describe('the shape of a supply line', () => {
  const bamako = (lat: number, lon: number) => ({
    ...{ type: 'Feature' as const, properties: { name: 'Bamako', rank: 0, order: 0 } },
    geometry: { type: 'Point' as const, coordinates: [lon, lat] as [number, number] }
  })
  // Of two towns of a name, the one that is near.
  const towns = collection([bamako(40, 60), bamako(12.65, -8)])
  const lineTo = (hub: string, evidence: readonly ShownEvidence[], known = true) => {
    const group = { hub, country: 'ML' }
    return shapesBy('supply-line-interdiction', evidence, { group }, known ? towns : undefined)
  }
  const north = at('n', '01', { lat: 13.65, lon: -8, radiusKm: 30 })
  const farther = at('f', '02', { lat: 14.65, lon: -8.2, radiusKm: 10 })
  const south = at('s', '03', { lat: 11.65, lon: -8, radiusKm: 30 })

  it('is a band along each way from the hub to what was hit on it, as wide as that is uncertain', () => {
    const { shapes, said } = lineTo('Bamako', [south, farther, north])
    expect(said).toEqual({ kind: 'ways', hub: 'Bamako', count: 2 })
    const coordinatesOf = (part: string) =>
      shapes.features
        .filter(({ properties }) => properties.part === part)
        .map(({ geometry }) => geometry.coordinates)
    const [hub, toNorth, toSouth] = [12.65, 13.65, 11.65].map(lat => [-8, lat])
    expect(coordinatesOf('way')).toEqual([
      [hub, toNorth, [-8.2, 14.65]],
      [hub, toSouth]
    ])
    const bands = coordinatesOf('band') as number[][][][]
    expect(bands.length).toBe(3)
    const widthAt = (lat: number) => {
      const near = bands.at(-1)?.[0]?.filter(([, each]) => Math.abs(Number(each) - lat) < 0.05)
      const lons = near?.map(([lon]) => Number(lon)) ?? []
      return Math.max(...lons) - Math.min(...lons)
    }
    expect(widthAt(11.65)).toBeGreaterThan(0.4)
    expect(widthAt(12.65)).toBeLessThan(0.1)
  })

  it('is not drawn to what happened in the hub, nor to what may have', () => {
    const within = { lat: 13, lon: -8, radiusKm: 50 }
    const evidence = [at('h', '01', { lat: 12.7, lon: -8 }), at('w', '02', within)]
    expect(lineTo('Bamako', evidence).said).toBeNull()
  })

  it('is not drawn where the hub is not known, and goes by what happened there where no town has its name', () => {
    expect(lineTo('Dry port', [north, south]).said).toBeNull()
    expect(lineTo('Dry port', [north, south], false).said).toBeNull()
    const there = at('h', '04', { name: 'Dry port', lat: 12.6, lon: -8.1 })
    expect(lineTo('Dry port', [north, south, there]).said).toEqual({
      ...{ kind: 'ways', hub: 'Dry port', count: 2 }
    })
  })
})

it('a hull is convex and closed', () => {
  const corners = (...text: readonly string[]) =>
    text.map(each => each.split(' ').map(Number) as [number, number])
  const hull = convexHull(corners('0 0', '2 0', '1 1', '2 2', '0 2', '1 0'))
  expect(hull).toEqual(corners('0 0', '2 0', '2 2', '0 2', '0 0'))
  expect(convexHull([])).toEqual([])
})
