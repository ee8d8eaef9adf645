// What is known to an extent alone, as it is drawn at a scale.

import { describe, expect, it } from 'vitest'
import {
  extentPoints,
  extentsAt,
  radiusPx,
  seenAsCirclePx,
  seenFromPx
} from '../../src/map/extent-marks.ts'
import { placesOfAlerts } from '../../src/map/shown-places.ts'
import type { Severity } from '../../src/shown/shown-alert.ts'
import { anAlertAt } from '../support/an-alert.ts'

const within = (alertId: string, severity: Severity, lat: number, lon: number, km: number) =>
  anAlertAt(alertId, { circle: [lat, lon, km] }, { severity })
const marks = placesOfAlerts([
  within('mild', 'minor', 13.9, -5.4, 15),
  within('grave', 'extreme', 13.95, -5.4, 15),
  within('wide', 'severe', 17, -1, 500)
]).extents.features
const said = (zoom: number) =>
  extentPoints(extentsAt(marks, zoom), ({ ids }) => ids.join(' '))
    .features.map(({ properties }) => [properties.isFramed, properties.said])
    .toSorted()
/** Zooms at which a country and a town fill the map. */
const [country, town] = [5, 9]

describe('an extent on the map', () => {
  it('is a frame while its circle would look like the mark of a place, and a circle from then on', () => {
    expect(said(country)).toEqual([
      [false, 'wide'],
      [true, 'grave mild']
    ])
    expect(said(town)).toEqual([
      [false, 'grave mild'],
      [false, 'wide']
    ])
    expect(said(1)).toEqual([[true, 'grave wide mild']])
  })

  it('has its words at the edge of its circle', () => {
    const { features } = extentPoints(extentsAt(marks, town), () => '')
    const [lon, lat] =
      features.find(({ properties }) => properties.id === 'grave')?.geometry.coordinates ?? []
    expect([lon, Math.round(((lat ?? 0) - 13.95) * 111.2)]).toEqual([-5.4, 15])
  })

  it('has a circle that is shown from the same scale on as it has no frame', () => {
    for (let zoom = 0; zoom <= 10; zoom += 0.1)
      for (const extent of extentsAt(marks, zoom)) {
        const { properties, geometry } = extent.mark
        const isShown = radiusPx(Number(properties.km), geometry.coordinates[1]) >= seenFromPx(zoom)
        expect(isShown).toBe(!extent.isFramed)
      }
    expect(seenFromPx(0)).toBe(seenAsCirclePx)
  })
})
