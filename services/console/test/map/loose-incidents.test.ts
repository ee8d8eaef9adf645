// Incidents that have raised no alert, on the map: each as it is known, and none twice.

import { expect, it } from 'vitest'
import { looseIncidents } from '../../src/map/loose-incidents.ts'
import { stopsOf } from '../../src/map/mark-stops.ts'
import { placesOfAlerts } from '../../src/map/shown-places.ts'
import type { ShownIncident, ShownPlace } from '../../src/shown/shown-alert.ts'
import { anAlert, anAlertAt } from '../support/an-alert.ts'
import { anIncident, aPlace } from '../support/evidence.ts'

const town = aPlace({ settlement: 'ML-4/diosso' })
const region: ShownPlace = { ...town, settlement: null, radiusKm: 60, resolution: 'gazetteer' }
const nowhere = aPlace({ lat: null, lon: null, radiusKm: null, resolution: 'unresolved' })

const report = {
  ...{ sourceId: 'wire-1', externalId: null, credibility: 2, withdrawn: false },
  reportedAt: '2026-03-01T12:00:00.000Z'
}
const incident = (
  incidentId: string,
  place: ShownPlace = town,
  more: Partial<ShownIncident> = {}
) => anIncident({ incidentId, place, reports: [{ ...report, reportId: incidentId }], ...more })
const shown = (incidents: readonly ShownIncident[], alerts = [anAlert()]) => {
  const { incidents: loose, points, circles, offMap } = looseIncidents(incidents, alerts)
  const ids = (features: readonly { readonly properties: object }[]) =>
    features.map(({ properties }) => Object.values(properties)[0])
  return {
    all: loose.map(each => each.incidentId),
    points: ids(points.features),
    circles: ids(circles.features),
    offMap
  }
}

it('are drawn at a place, around what is somewhere within, and nowhere else', () => {
  expect(shown([incident('a'), incident('b', region), incident('c', nowhere)])).toEqual({
    ...{ all: ['a', 'b', 'c'], points: ['a'], circles: ['b'], offMap: 1 }
  })
})

it('are stops of the keyboard, those around a middle too, gathered apart from alerts', () => {
  const alerts = [anAlertAt('alert', { circle: [13.9, -5.4, 2], settlement: 'x' })]
  const far = { ...region, lat: 20 }
  const stops = stopsOf(
    placesOfAlerts(alerts),
    new Map(),
    6,
    looseIncidents([incident('a'), incident('b', far), incident('c', nowhere)], alerts)
  )
  expect(stops.map(({ id, isLoose, withinKm, count }) => [id, isLoose, withinKm, count])).toEqual([
    ['alert', false, null, 1],
    ['a', true, null, 1],
    ['b', true, 60, 1]
  ])
})

it('are none that an alert names, that was withdrawn, or that is an exercise', () => {
  const piece = { incidentId: 'named', role: 'trigger', handling: 'public' } as const
  const drill = incident('drill')
  const exercise = { ...drill, reports: drill.reports.map(report => ({ ...report, drill: true })) }
  const alerts = [anAlert({ evidence: [piece] })]
  expect(
    shown([incident('named'), incident('gone', town, { withdrawn: true }), exercise], alerts).all
  ).toEqual([])
})
