// The names of countries on the map: each once, within its own land.

import { expect, it } from 'vitest'
import { countryLabels, type Feature, type Polygon } from '../../src/map/base-map.ts'
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
