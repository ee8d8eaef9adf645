// What is selected in the list, on the map: wherever it is drawn, and nowhere that would be a
// place.

import { expect, it } from 'vitest'
import type { Corner } from '../../src/map/base-map.ts'
import { extentsAt } from '../../src/map/extent-marks.ts'
import { gatherMarks } from '../../src/map/gathered-marks.ts'
import { pickedMarks } from '../../src/map/picked-marks.ts'
import { placesOfAlerts } from '../../src/map/shown-places.ts'
import { anAlertAt } from '../support/an-alert.ts'

const within = (alertId: string, lat: number, km: number) =>
  anAlertAt(alertId, { circle: [lat, -5.4, km] }, { evidenceCount: { triggers: 1 } })
const inArea = (alertId: string, ...admin1: readonly string[]) => anAlertAt(alertId, { admin1 })

const places = placesOfAlerts([
  ...[within('one', 13, 2), within('near', 13.01, 2), within('far', 17, 2), within('wide', 15, 60)],
  ...[inArea('area', 'ML-4'), inArea('two areas', 'ML-4', 'ML-5'), inArea('no anchor', 'ML-9')]
])
const anchors = new Map<string, Corner>([
  ['ML-4', [-6, 14]],
  ['ML-5', [-4, 15]]
])
const picked = (zoom: number, ...ids: readonly string[]) =>
  pickedMarks(places, new Set(ids), {
    gathered: gatherMarks(places.centres.features, zoom),
    extents: extentsAt(places.extents.features, zoom),
    anchors
  })
const [region, town] = [6, 13]

it('is marked at its mark, and where that is gathered with how many of how many', () => {
  expect(picked(region, 'far')).toEqual([{ at: [-5.4, 17], count: 1, of: 1, hasMark: true }])
  expect(picked(region, 'one')).toMatchObject([{ count: 1, of: 2, hasMark: true }])
  expect(picked(region, 'one', 'near')).toMatchObject([{ count: 2, of: 2 }])
  expect(picked(town, 'one', 'near')).toMatchObject([
    { count: 1, of: 1 },
    { count: 1, of: 1 }
  ])
})

it('is marked at the edge of an extent that is seen, not in its middle', () => {
  const [mark, ...others] = picked(town, 'wide')
  expect([mark?.hasMark, mark?.count, others]).toEqual([false, 1, []])
  expect(Math.round(((mark?.at[1] ?? 0) - 15) * 111.2)).toBe(60)
})

it('is marked in each area by which alone it is known, with all that are there', () => {
  expect(picked(region, 'area', 'two areas')).toEqual([
    { at: [-6, 14], count: 2, of: 2, hasMark: false },
    { at: [-4, 15], count: 1, of: 1, hasMark: false }
  ])
  expect(picked(region, 'no anchor')).toEqual([])
})

it('is nowhere while nothing is selected, nor what is not on the map', () => {
  expect([picked(region), picked(region, 'another')]).toEqual([[], []])
})
