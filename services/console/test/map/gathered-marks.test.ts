// Marks that would lie on one another, gathered.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { gatherMarks, gatherPx } from '../../src/map/gathered-marks.ts'
import { collectAlertPlaces } from '../../src/map/shown-places.ts'
import type { Severity, ShownAlert } from '../../src/shown/shown-alert.ts'
import { anAlertAt } from '../support/an-alert.ts'

const at = (alertId: string, severity: Severity, lat: number, lon: number) =>
  anAlertAt(alertId, { circle: [lat, lon, 3], settlement: 'ML-5/x' }, { severity })
const marksOf = (alerts: readonly ShownAlert[]) =>
  collectAlertPlaces(alerts, { frames: new Map(), labelOf: () => '' }).marks.features
const seen = (alerts: readonly ShownAlert[], zoom: number) =>
  gatherMarks(marksOf(alerts), zoom).map(({ mark, count }) => `${mark.properties.id} ${count}`)

const alerts = [
  at('mild', 'minor', 14.5, -4.2),
  at('grave', 'extreme', 14.52, -4.22),
  at('far', 'severe', 17, 0)
]

it('are counted where they lie close, stand where the gravest of them stands, and part when one looks closer', () => {
  expect(seen(alerts, 5).toSorted()).toEqual(['far 1', 'grave 2'])
  const grave = gatherMarks(marksOf(alerts), 5).find(({ count }) => count === 2)
  expect(grave?.mark.geometry.coordinates).toEqual([-4.22, 14.52])
  expect(grave?.bounds).toEqual([-4.22, 14.5, -4.2, 14.52])
  expect(seen(alerts, 0)).toEqual(['grave 3'])
  expect(seen(alerts, 12).toSorted()).toEqual(['far 1', 'grave 1', 'mild 1'])
  // Drawn larger, they lie on one another for longer.
  expect(gatherMarks(marksOf(alerts), 5, 20)).toHaveLength(1)
})

it('are one thing at two places: it counts once', () => {
  const [north, south] = marksOf([
    at('two', 'severe', 14.5, -4.2),
    at('two', 'severe', 14.52, -4.2)
  ])
  const [one, ...none] = gatherMarks(
    [north, south].filter(mark => mark !== undefined),
    5
  )
  expect(none).toEqual([])
  expect([one?.count, one?.ids, one?.mark]).toEqual([1, ['two'], south])
})

it('has each mark in exactly one, none of which lie on another, the gravest last', () => {
  const severity = fc.constantFrom<Severity>('extreme', 'severe', 'moderate', 'minor')
  const place = fc.record({
    lat: fc.double({ min: -89, max: 89, noNaN: true }),
    lon: fc.double({ min: -180, max: 180, noNaN: true })
  })
  const drawn = fc.array(fc.record({ place, severity }), { maxLength: 60 })
  fc.assert(
    fc.property(drawn, fc.integer({ min: 0, max: 10 }), (all, zoom) => {
      const gathered = gatherMarks(
        marksOf(all.map((each, i) => at(`a${i}`, each.severity, each.place.lat, each.place.lon))),
        zoom
      )
      expect(gathered.reduce((sum, { count }) => sum + count, 0)).toBe(all.length)
      const ranks = gathered.map(({ mark }) => Number(mark.properties.rank))
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
      // Once gathered, they are apart: gathering them again at the same scale joins none.
      expect(
        gatherMarks(
          gathered.map(({ mark }) => mark),
          zoom
        )
      ).toHaveLength(gathered.length)
    }),
    { numRuns: Number(process.env.TOCSIN_TEST_RUNS ?? 300) }
  )
  expect(gatherPx).toBeGreaterThan(2 * 17)
})
