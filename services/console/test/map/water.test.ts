// Rivers and lakes out of TopoJSON.

import { expect, it } from 'vitest'
import { waterOf } from '../../build/water.ts'

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
