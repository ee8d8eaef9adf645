// The numbers of incidents that are split or merged, on the map of an alert.

import { expect, it } from 'vitest'
import { actedNumbers } from '../../src/map/acted-numbers.ts'
import { extentsAt } from '../../src/map/extent-marks.ts'
import { placesOfAlerts } from '../../src/map/shown-places.ts'
import { anAlertAt } from '../support/an-alert.ts'

const within = (alertId: string, lat: number, km: number) =>
  anAlertAt(alertId, { circle: [lat, -5.4, km] }, { evidenceCount: { triggers: 1 } })
const places = placesOfAlerts([
  within('town', 13, 5),
  within('other', 13, 5),
  within('wide', 14, 30),
  within('wider', 16, 60)
])
/** Zooms at which a town and the world fill the map. */
const [near, far] = [9, 1]
const drawnAt = (zoom: number) => extentsAt(places.extents.features, zoom)

it('stand at the mark of a place, together where it is the same', () => {
  expect(actedNumbers(places, ['other', 'town'], drawnAt(near))).toEqual([
    { at: [-5.4, 13], numbers: [1, 2], isOfExtent: false }
  ])
  expect(actedNumbers(places, [], drawnAt(near))).toEqual([])
})

it('stand at the edge of an extent, never in its middle, which would be a place', () => {
  const [number, ...others] = actedNumbers(places, ['town', 'wide'], drawnAt(near)).filter(
    ({ isOfExtent }) => isOfExtent
  )
  expect(others).toEqual([])
  expect([number?.numbers, number?.at[0]]).toEqual([[2], -5.4])
  expect(Math.round((14 - (number?.at[1] ?? 0)) * 111.2)).toBe(30)
})

it('stand at the frame that is drawn for an extent which is too small to be seen as one', () => {
  expect(actedNumbers(places, ['wide', 'wider'], drawnAt(far))).toEqual([
    { at: [-5.4, 16], numbers: [1, 2], isOfExtent: true }
  ])
})
