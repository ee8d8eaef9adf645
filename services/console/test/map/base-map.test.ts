// The base map, how it is framed, and what lies beyond its edge.

import { describe, expect, it } from 'vitest'
import { waterOf } from '../../build/water.ts'
import { countryLabels, type Feature, type Point, type Polygon } from '../../src/map/base-map.ts'
import { continentZoom, isSpeck, makeElsewhere, scaleBarIn } from '../../src/map/framing.ts'
import { aSquare } from '../support/a-square.ts'

const labels = (...features: readonly Feature<Polygon>[]) =>
  countryLabels(
    { type: 'FeatureCollection', features: [...features] },
    code => `name of ${code}`
  ).features.map(({ properties, geometry }) => [properties.name, geometry.coordinates])

it('stand in the area that is nearest to the middle of all of it, the largest country first', () => {
  expect(
    labels(
      aSquare('BF-1', 20, 0, 1),
      aSquare('ML-1', 0, 0, 2),
      aSquare('ML-2', 2, 0, 2),
      aSquare('ML-3', 8, 0, 2)
    )
  ).toEqual([
    ['name of ML', [3, 1]],
    ['name of BF', [20.5, 0.5]]
  ])
})

it('stand on an island of an archipelago, not in the sea between', () => {
  const [label] = labels(aSquare('CV-1', 0, 0, 2), aSquare('CV-2', 10, 0, 1))
  expect(label).toEqual(['name of CV', [1, 1]])
})

it('leave out what has no size, and no code', () => {
  expect(labels(aSquare('ML-1', 0, 0, 0), aSquare('', 0, 0, 3))).toEqual([])
})

it('joins the arcs of a river, whichever way they are walked, and takes the shore of a lake', () => {
  const arcs = [
    [
      [0, 0],
      [1, 0]
    ],
    [
      [2, 0],
      [-1, 0]
    ],
    [
      [0, 0],
      [1, 1],
      [1, -1],
      [-2, 0]
    ]
  ] as const
  const { rivers, lakes } = waterOf(
    {
      transform: { scale: [0.5, 0.5], translate: [10, 20] },
      arcs,
      objects: {
        rivers: { geometries: [{ type: 'MultiLineString', arcs: [[0, -2]] }] },
        lakes: { geometries: [{ type: 'MultiPolygon', arcs: [[[2], [0]]] }] }
      }
    },
    10
  )
  expect(rivers).toEqual([
    [
      [100, 200],
      [105, 200],
      [110, 200]
    ]
  ])
  expect(lakes).toEqual([
    [
      [100, 200],
      [105, 205],
      [110, 200],
      [100, 200]
    ]
  ])
})

const mark = (id: string, kind: string, lon: number, lat: number): Feature<Point> => ({
  type: 'Feature',
  properties: { id, kind },
  geometry: { type: 'Point', coordinates: [lon, lat] }
})
const view = [-10, 10, 0, 20] as const

it('is counted with its gravest and its side, each alert once', () => {
  const [here, there] = [mark('here', 'extreme', -5, 15), mark('there', 'minor', 30, 16)]
  expect(makeElsewhere([here], view)).toBeNull()
  expect(makeElsewhere([here, there, mark('there', 'minor', 31, 16)], view)).toEqual({
    count: 1,
    worst: 'minor',
    side: 'right'
  })
  // With one of its places in view it is in view.
  expect(makeElsewhere([here, mark('here', 'extreme', 30, 15)], view)).toBeNull()
})

it.each([
  ['left', -40, 15],
  ['top', -5, 40],
  ['bottom', -5, -30]
])('lies at the %s', (side, lon, lat) => {
  const all = [mark('a', 'severe', lon, lat), mark('b', 'moderate', lon, lat)]
  expect(makeElsewhere(all, view)).toEqual({ count: 2, worst: 'severe', side })
})

describe('a map that shows a shape', () => {
  it('goes nearer where it would be a speck on a continent', () => {
    expect(isSpeck(99, 400, continentZoom - 0.1)).toBe(true)
    expect(isSpeck(100, 400, continentZoom - 0.1)).toBe(false)
  })

  it('stays where the view is nearer than a continent, however small the shape: it lies among its surroundings', () => {
    expect(isSpeck(1, 400, continentZoom)).toBe(false)
  })
})

it.each([
  [310_000, 200_000, 58],
  [99_000, 50_000, 45],
  [1_000, 1_000, 90]
])('is the longest round distance: of %d m', (metres, round, px) => {
  expect(scaleBarIn(90, metres)).toEqual({ metres: round, px })
})
