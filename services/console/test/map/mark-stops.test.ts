// Where the keyboard stops on a map, and where it goes from there.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Corner } from '../../src/map/base-map.ts'
import {
  areaAnchors,
  type Direction,
  nearestStop,
  nextStop,
  stopsOf
} from '../../src/map/mark-stops.ts'
import { placesOfAlerts } from '../../src/map/shown-places.ts'
import { aSquare } from '../support/a-square.ts'
import { anAlertAt } from '../support/an-alert.ts'

const at = (alertId: string, lat: number, lon: number) =>
  anAlertAt(alertId, { circle: [lat, lon, 3], settlement: 'ML-5/x' })
const inArea = (alertId: string, code: string) => anAlertAt(alertId, { admin1: [code] })

const anchors = new Map<string, Corner>([['ML-8', [-2, 19]]])
const stops = stopsOf(
  placesOfAlerts([
    at('west', 14, -6),
    at('middle', 14.5, -4),
    at('east', 14, -1),
    at('south', 11, -4.5),
    inArea('area', 'ML-8')
  ]),
  anchors,
  6
)
const go = (from: string, direction: Direction) => {
  const stop = stops.find(({ id }) => id === from)
  return stop === undefined ? null : nextStop(stops, stop, direction)?.id
}

describe('the keyboard on a map', () => {
  it('goes to the nearest mark in a direction, and nowhere where none is', () => {
    expect(go('middle', 'left')).toBe('west')
    expect(go('middle', 'right')).toBe('east')
    expect(go('middle', 'down')).toBe('south')
    expect(go('east', 'left')).toBe('middle')
    expect(go('west', 'right')).toBe('middle')
    expect(go('west', 'left')).toBeUndefined()
  })

  it('stops at areas too: what is known by area alone has no mark, but can be reached', () => {
    expect(go('middle', 'up')).toBe('area')
    expect(stops.find(({ id }) => id === 'area')).toMatchObject({ code: 'ML-8', count: 1 })
  })

  it('goes aside where nothing lies ahead, so that no mark is out of reach by being off the axis', () => {
    const two = stopsOf(placesOfAlerts([at('low', 10, 0), at('high', 20, 1)]), anchors, 6)
    const low = two.find(({ id }) => id === 'low')
    expect(low === undefined ? null : nextStop(two, low, 'right')?.id).toBe('high')
  })

  it('begins at the mark that is nearest to the middle of the view', () => {
    expect(nearestStop(stops, [-4.2, 14.2])?.id).toBe('middle')
    expect(nearestStop([], [0, 0])).toBeNull()
  })

  it('stops once at what is gathered, with its count, and at each when one looks closer', () => {
    const near = placesOfAlerts([at('one', 14, -4), at('two', 14.01, -4.01)])
    expect(stopsOf(near, anchors, 5).map(({ count }) => count)).toEqual([2])
    expect(stopsOf(near, anchors, 12).map(({ count }) => count)).toEqual([1, 1])
  })

  it('comes to an end in every direction, whatever lies where', () => {
    const place = fc.record({
      lat: fc.double({ min: -80, max: 80, noNaN: true }),
      lon: fc.double({ min: -179, max: 179, noNaN: true })
    })
    const direction = fc.constantFrom<Direction>('left', 'right', 'up', 'down')
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 40 }), direction, (all, to) => {
        const marks = stopsOf(
          placesOfAlerts(all.map(({ lat, lon }, i) => at(`a${i}`, lat, lon))),
          anchors,
          4
        )
        let here = marks[0]
        for (let steps = 0; here !== undefined; steps += 1) {
          expect(steps).toBeLessThanOrEqual(marks.length)
          here = nextStop(marks, here, to) ?? undefined
        }
      }),
      { numRuns: Number(process.env.TOCSIN_TEST_RUNS ?? 200) }
    )
  })
})

it('an area is found in the middle of its largest part', () => {
  const anchorsOf = areaAnchors({
    type: 'FeatureCollection',
    features: [aSquare('A', 0, 0, 1), aSquare('A', 10, 0, 4), aSquare('B', 50, 0, 2)]
  })
  expect([...anchorsOf]).toEqual([
    ['A', [12, 2]],
    ['B', [51, 1]]
  ])
})
