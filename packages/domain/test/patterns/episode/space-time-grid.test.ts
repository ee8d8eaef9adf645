// The grid against a plain list, anywhere on the globe, while things come and go.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Placed, SpaceTimeGrid } from '../../../src/patterns/episode/space-time-grid.ts'
import { distanceKm, type Point } from '../../../src/space-time/geometry.ts'

const longestMs = 20

/** Points near each other, near the date line, near a pole, and on both of their edges. */
const point: fc.Arbitrary<Point> = fc.record({
  lat: fc.oneof(
    fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    fc.double({ min: 88.8, max: 90, noNaN: true }),
    fc.constantFrom(-90, 0, 90)
  ),
  lon: fc.oneof(
    fc.double({ min: -180, max: -179.5, noNaN: true }),
    fc.double({ min: 179.5, max: 180, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.constantFrom(-180, 0, 180)
  )
})
const placed = fc
  .record({
    fromMs: fc.integer({ min: 0, max: 100 }),
    lasts: fc.integer({ min: 0, max: longestMs }),
    points: fc.array(point, { maxLength: 3 })
  })
  .map(({ fromMs, lasts, points }): Placed => ({ fromMs, toMs: fromMs + lasts, points, met: 0 }))

it('finds what a plain list finds, after anything was added or removed', () => {
  let found = 0
  fc.assert(
    fc.property(
      fc.array(fc.record({ item: placed, goes: fc.nat() }), { minLength: 1, maxLength: 60 }),
      fc.constantFrom(0.5, 1, 20, 111, 400, 20_040),
      fc.integer({ min: 0, max: 30 }),
      (steps, km, apartMs) => {
        const grid = new SpaceTimeGrid<Placed>(km, longestMs)
        const list: Placed[] = []
        for (const { item: drawn, goes } of steps) {
          // A drawn value may be drawn again, and remembers searches of another grid.
          const item = { ...drawn, met: 0 }
          grid.add(item)
          list.push(item)
          const gone = goes % 4 === 0 ? list.splice(goes % list.length, 1)[0] : undefined
          if (gone !== undefined) grid.remove(gone)
          const isNear = (other: Placed) =>
            other.fromMs - item.toMs <= apartMs &&
            item.fromMs - other.toMs <= apartMs &&
            other.points.some(p => item.points.some(q => distanceKm(p, q) <= km))
          const near = grid.near(item, apartMs)
          expect(near).toHaveLength(new Set(near).size)
          expect(new Set(near)).toEqual(new Set(list.filter(isNear)))
          found += near.length
        }
      }
    ),
    { numRuns: 300 }
  )
  expect(found).toBeGreaterThan(1000)
})
