// What lies beyond the edge of a map.

import { expect, it } from 'vitest'
import type { Feature, Point } from '../../src/map/base-map.ts'
import { makeElsewhere } from '../../src/map/framing.ts'

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
