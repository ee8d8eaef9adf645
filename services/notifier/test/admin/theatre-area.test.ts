import { polygonsMeet } from '@tocsin/service/theatre/theatre-overlap'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cornersMax, type Rings, readRings } from '../../src/admin/theatre-area.ts'

const box = (west: number, south: number, east: number, north: number): Rings => [
  [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south]
  ]
]

describe('polygons of theatres', () => {
  it.each<[string, Rings, Rings, boolean]>([
    ['apart', box(0, 0, 1, 1), box(2, 0, 3, 1), false],
    ['that share an edge', box(0, 0, 1, 1), box(1, 0, 2, 1), false],
    ['that share a part of an edge', box(0, 0, 1, 1), box(1, 0.5, 2, 3), false],
    ['that share a corner', box(0, 0, 1, 1), box(1, 1, 2, 2), false],
    ['that are the same', box(0, 0, 1, 1), box(0, 0, 1, 1), true],
    ['of which one holds the other', box(0, 0, 9, 9), box(3, 3, 4, 4), true],
    ['that cross', box(0, 0, 2, 2), box(1, 1, 3, 3), true],
    ['that overlap along one line of edges', box(0, 0, 2, 1), box(1, 0, 3, 1), true],
    ['that make a cross without a corner inside', box(0, 4, 9, 5), box(4, 0, 5, 9), true],
    [
      'of which one lies in the hole of the other',
      [...box(0, 0, 9, 9), ...box(3, 3, 6, 6)],
      box(4, 4, 5, 5),
      false
    ],
    ['on both sides of 180°', box(170, 0, 180, 1), box(-180, 0, -170, 1), false],
    ['that cross 180° and meet beyond it', box(176, -20, -177, -14), box(-178, -16, -170, 0), true],
    ['that cross 180°, one elsewhere', box(176, -20, -177, -14), box(0, -20, 170, -14), false],
    [
      'of which one lies in a hole beyond 180°',
      [...box(170, 0, -170, 9), ...box(-179, 3, -175, 6)],
      box(-178, 4, -176, 5),
      false
    ],
    [
      'of which one reaches out of the hole',
      [...box(0, 0, 9, 9), ...box(3, 3, 6, 6)],
      box(4, 4, 7, 5),
      true
    ]
  ])('%s: %#', (_, a, b, meet) => {
    expect(polygonsMeet(a, b)).toBe(meet)
    expect(polygonsMeet(b, a)).toBe(meet)
  })
  it('boxes meet exactly when their sides overlap', () => {
    const side = fc.tuple(fc.nat({ max: 8 }), fc.integer({ min: 1, max: 4 }))
    fc.assert(
      fc.property(side, side, side, side, ([x1, w1], [y1, h1], [x2, w2], [y2, h2]) => {
        const overlap = x1 < x2 + w2 && x2 < x1 + w1 && y1 < y2 + h2 && y2 < y1 + h1
        expect(polygonsMeet(box(x1, y1, x1 + w1, y1 + h1), box(x2, y2, x2 + w2, y2 + h2))).toBe(
          overlap
        )
      }),
      { numRuns: 300 }
    )
  })
  it('are read from GeoJSON or as rings', () => {
    const polygon = { type: 'Polygon', coordinates: box(0, 0, 1, 1) }
    expect(readRings(polygon)).toEqual(box(0, 0, 1, 1))
    expect(readRings(box(0, 0, 1, 1))).toEqual(box(0, 0, 1, 1))
    const [west, east] = [box(176, -20, 180, -14), box(-180, -20, -177, -14)]
    expect(readRings({ type: 'MultiPolygon', coordinates: [west, east] })).toEqual([
      ...west,
      ...east
    ])
  })
  it.each([
    [
      'around a pole',
      [
        [
          [0, 70],
          [120, 70],
          [-120, 70],
          [0, 70]
        ]
      ]
    ],
    ['without an area', box(-180, -90, 180, 90)],
    ['overlap', { type: 'MultiPolygon', coordinates: [box(0, 0, 2, 2), box(1, 1, 3, 3)] }]
  ])('are refused with the reason: %s', (reason, value) => {
    expect(() => readRings(value)).toThrow(
      expect.objectContaining({
        errors: [{ pointer: '/polygon', detail: expect.stringContaining(reason) }]
      })
    )
  })
  it.each([
    null,
    'x',
    {},
    [],
    { type: 'MultiPolygon', coordinates: box(0, 0, 1, 1) },
    { type: 'LineString', coordinates: [[0, 0]] },
    [[[0, 0]]],
    [
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [2, 2]
      ]
    ],
    [
      [
        [0, 0],
        [181, 0],
        [1, 1],
        [0, 0]
      ]
    ],
    [
      [
        [0, 0],
        ['1', 0],
        [1, 1],
        [0, 0]
      ]
    ],
    [Array.from({ length: cornersMax + 1 }, () => [0, 0])]
  ])('%j is none', value => expect(() => readRings(value)).toThrow())
})
