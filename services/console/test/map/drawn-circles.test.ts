// Which circles are drawn where there are more than can be, and what stands for the others.

import { describe, expect, it } from 'vitest'
import { circlesIn } from '../../src/map/drawn-circles.ts'
import { extentPoints, extentsAt } from '../../src/map/extent-marks.ts'
import type { Bounds } from '../../src/map/gathered-marks.ts'
import { circlesMax, placesOfAlerts } from '../../src/map/shown-places.ts'
import type { Severity } from '../../src/shown/shown-alert.ts'
import { anAlertAt } from '../support/an-alert.ts'

const zoom = 8
const km = 30
const whole: Bounds = [-180, -85, 180, 85]

const extentAt = (alertId: string, lat: number, lon: number, severity: Severity = 'moderate') =>
  anAlertAt(alertId, { circle: [lat, lon, km] }, { severity })

/** 600 extents, degrees apart: 30 in a row, from the south to the north. */
const many = Array.from({ length: 600 }, (_, i) =>
  extentAt(`a${i}`, Math.floor(i / 30) * 3 - 30, (i % 30) * 3 - 45)
)
const places = placesOfAlerts(many)

/** What stands at a zoom, by id: framed, or with its words at the edge of its circle. */
function standing(shown: typeof places, view: Bounds) {
  const drawn = circlesIn(shown, view, zoom)
  const { features } = extentPoints(extentsAt(shown.extents.features, zoom, drawn.of), () => '')
  const circled = new Set(drawn.circles.features.map(({ properties }) => properties.id))
  return features.map(({ properties, geometry }) => ({
    id: String(properties.id),
    isFramed: properties.isFramed === true,
    isCircled: circled.has(properties.id),
    lat: geometry.coordinates[1]
  }))
}
const circled = (shown: typeof places, view = whole) =>
  standing(shown, view).flatMap(({ id, isCircled }) => (isCircled ? [id] : []))

describe('more extents than circles can be drawn', () => {
  it('have each a circle or a frame, and words that stand at what is drawn', () => {
    const all = standing(places, whole)
    expect(all).toHaveLength(600)
    expect(all.filter(({ isCircled }) => isCircled)).toHaveLength(circlesMax)
    for (const { id, isFramed, isCircled, lat } of all) {
      expect(isFramed).toBe(!isCircled)
      const middle = many.find(({ alertId }) => alertId === id)?.area.circle?.[0] as number
      // At the edge of a circle, or at the frame in the middle.
      expect(lat).toBeCloseTo(isCircled ? middle + km / 111.2 : middle, 6)
    }
  })

  it('have their circles where the view is, also those that only reach into it', () => {
    // Around the first row, which was without any: the circle around 45 degrees west reaches in.
    expect(circled(places, [-60, -31, -45.2, -29])).toEqual(['a0'])
    // The view may lie beyond the edge of the world.
    expect(circled(places, [300, -31, 314.8, -29])).toEqual(['a0'])
  })

  it('have the gravest in view drawn, whatever else there is', () => {
    const grave = placesOfAlerts([
      extentAt('grave', -30, 60, 'extreme'),
      ...many,
      extentAt('severe', 27, 60, 'severe')
    ])
    const ids = circled(grave)
    expect(ids).toEqual(expect.arrayContaining(['grave', 'severe']))
    expect(ids).toHaveLength(circlesMax)
  })

  it('give no circle to what is so small that a frame stands for it', () => {
    const small = Array.from({ length: circlesMax }, (_, i) =>
      anAlertAt(`s${i}`, { circle: [0, i / 2 - 100, 6] }, { severity: 'extreme' })
    )
    const ids = circled(placesOfAlerts([...many.slice(0, 10), ...small]))
    expect(ids.map(id => id.charAt(0))).toEqual(Array(10).fill('a'))
  })

  it('are all within what the map is opened on', () => {
    expect(places.bounds?.[1]).toBeLessThanOrEqual(-30)
    expect(places.bounds?.[3]).toBeGreaterThanOrEqual(27)
  })
})

it('as many as can be drawn are all drawn, whatever is in view', () => {
  const few = placesOfAlerts(many.slice(0, circlesMax))
  expect(circlesIn(few, [100, 0, 101, 1], zoom).circles).toBe(few.circles)
})
