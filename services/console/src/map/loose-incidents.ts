// Incidents that no alert names: what was reported, and has raised nothing. Drawn apart from
// alerts, each as it is known: a sign at a place, a dotted circle around what is somewhere within,
// and nothing where no place is known. Pure.

import type { ShownAlert, ShownIncident } from '../shown/shown-alert.ts'
import { collection, type Feature, type Features, type Point, type Polygon } from './base-map.ts'
import { circleAround, drawablePlaces } from './shown-places.ts'

export interface LooseIncidents {
  readonly incidents: readonly ShownIncident[]
  readonly points: Features<Point>
  readonly circles: Features<Polygon>
  /** Of those circles: keys stop there, and no mark is drawn, which would be a place. */
  readonly middles: Features<Point>
  /** How many are at no place that can be drawn. */
  readonly offMap: number
}

export const noLoose: LooseIncidents = {
  ...{
    incidents: [],
    points: collection([]),
    circles: collection([]),
    middles: collection([]),
    offMap: 0
  }
}

/** Exercises are none of it. */
export function looseIncidents(
  incidents: readonly ShownIncident[],
  alerts: Iterable<Pick<ShownAlert, 'evidence'>>
): LooseIncidents {
  const named = new Set<string>()
  for (const { evidence } of alerts) for (const { incidentId } of evidence) named.add(incidentId)
  const loose = incidents.filter(
    incident => !named.has(incident.incidentId) && isReported(incident)
  )
  const points: Feature<Point>[] = []
  const circles: Feature<Polygon>[] = []
  const middles: Feature<Point>[] = []
  let offMap = 0
  for (const incident of loose) {
    const places = drawablePlaces(incident)
    if (places.length === 0) offMap += 1
    for (const { lat, lon, km, isExtent } of places) {
      const properties = { id: incident.incidentId }
      const middle: Point = { type: 'Point', coordinates: [lon, lat] }
      if (isExtent) {
        middles.push({ type: 'Feature', properties: { ...properties, km }, geometry: middle })
        const geometry = { type: 'Polygon', coordinates: [circleAround(lat, lon, km)] } as const
        circles.push({
          type: 'Feature',
          properties,
          geometry: { ...geometry, coordinates: [...geometry.coordinates] }
        })
      } else points.push({ type: 'Feature', properties, geometry: middle })
    }
  }
  return {
    incidents: loose,
    points: collection(points),
    circles: collection(circles),
    middles: collection(middles),
    offMap
  }
}

function isReported({ withdrawn, reports }: ShownIncident): boolean {
  return !withdrawn && reports.some(({ drill }) => drill !== true)
}
