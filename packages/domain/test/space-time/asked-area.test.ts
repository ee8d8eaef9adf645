// A box around many circles is never said to be out of reach of what one of them meets.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type Circle,
  createAreaTest,
  emptyBox,
  growBox,
  type LonLat
} from '../../src/space-time/asked-area.ts'
import { runsOf } from '../test-size.ts'

const lat = fc.double({ min: -90, max: 90, noNaN: true })
const lon = fc.double({ min: -180, max: 180, noNaN: true })
const far = { lat, lon, spread: fc.constantFrom(0.01, 1, 30) }
const clamp = (value: number, most: number) => Math.max(-most, Math.min(most, value))

/** Circles near one place: that of an alert's kind. */
const circles = fc
  .record({
    ...far,
    steps: fc.array(
      fc.tuple(
        fc.integer({ min: -9, max: 9 }),
        fc.integer({ min: -9, max: 9 }),
        fc.constantFrom(0, 5, 80)
      ),
      {
        minLength: 1,
        maxLength: 6
      }
    )
  })
  .map(({ lat, lon, spread, steps }) =>
    steps.map(
      ([north, east, km]): Circle => [
        clamp(lat + north * spread, 90),
        clamp(lon + east * spread, 180),
        km
      ]
    )
  )

/** A box of the map, or what crosses the date line when its corners do. */
const polygon = fc
  .record({ lat, lon, spread: fc.constantFrom(0.01, 1, 30, 170) })
  .map(({ lat, lon, spread }) => {
    const [west, east, south, north] = [
      clamp(lon - spread, 180),
      clamp(lon + spread, 180),
      clamp(lat - spread, 90),
      clamp(lat + spread, 90)
    ]
    const ring: LonLat[] = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south]
    ]
    return { type: 'Polygon' as const, coordinates: [ring] }
  })
const circle = fc.tuple(lat, lon, fc.constantFrom(0, 20, 900))

it('an area that meets one circle may meet the box of all (property)', () => {
  let met = 0
  let passedOver = 0
  fc.assert(
    fc.property(
      circles,
      fc.oneof(
        polygon.map(area => ({ polygon: area })),
        circle.map(area => ({ circle: area }))
      ),
      (all, asked) => {
        const area = createAreaTest(asked)
        if (area === null) throw new Error('nothing is asked')
        const box = emptyBox()
        for (const each of all) growBox(box, each)
        const meets = all.some(each => area.meets(each, { units: 0 }))
        if (meets) met++
        if (!area.mayMeet(box)) passedOver++
        expect(meets && !area.mayMeet(box)).toBe(false)
      }
    ),
    { numRuns: runsOf(3_000, 10) }
  )
  // Both happened: the property has looked at something.
  expect([met > 50, passedOver > 50]).toEqual([true, true])
})

it('nothing meets a box around nothing', () => {
  const box = emptyBox()
  growBox(box, null)
  for (const asked of [{ circle: [0, 0, 20_000] as const }, { polygon: square(-180, 180) }])
    expect(createAreaTest(asked)?.mayMeet(box)).toBe(false)
})

function square(west: number, east: number) {
  const ring: LonLat[] = [
    [west, 14],
    [east, 14],
    [east, 15],
    [west, 15],
    [west, 14]
  ]
  return { type: 'Polygon' as const, coordinates: [ring] }
}
