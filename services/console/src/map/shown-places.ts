// What is drawn of alerts and of evidence: a circle as wide as the place is uncertain, or the areas
// where only those are known. Never a point where none is known. Pure.

import {
  type AlertDetail,
  type ShownAlert,
  type ShownIncident,
  type ShownPlace,
  severityMarks,
  severityRank
} from '../shown/shown-alert.ts'
import {
  type Corner,
  collection,
  type Feature,
  type Features,
  type Line,
  type Point,
  type Polygon
} from './base-map.ts'
import { radiusPx } from './extent-marks.ts'

export interface ShownPlaces {
  /** Circles of uncertainty. */
  readonly circles: Features<Polygon>
  /** Centres of those that are known to a place, drawn hollow: a mark to find and press. */
  readonly centres: Features<Point>
  /**
   * Middles of those known to an extent alone, `km` wide: keys stop there, and no mark is drawn,
   * which would be a place.
   */
  readonly extents: Features<Point>
  /** By code, the areas of what is known by area alone: the gravest there, and how many are. */
  readonly areas: Readonly<Record<string, ShownArea>>
  /** By id, the areas of what is known by area alone. */
  readonly areasOf: Readonly<Record<string, readonly string[]>>
  /** What is drawn of patterns (pattern-shapes.ts). */
  readonly shapes: Features<Line | Polygon | Point>
  /** West, south, east, north of all that is drawn; null for none. */
  readonly bounds: readonly [number, number, number, number] | null
}

export interface ShownArea {
  readonly kind: string
  readonly id: string
  readonly count: number
}

/**
 * Circles that are drawn at once: of more, the gravest in view (drawn-circles.ts). A limit of
 * drawing: the list has all.
 */
export const circlesMax = 500
const kmPerDegree = 111.2
const cornersOfCircle = 48

/** A ring around a place, the same distance everywhere. */
export function circleAround(lat: number, lon: number, km: number): Corner[] {
  const ring = Array.from({ length: cornersOfCircle }, (_, i): Corner => {
    const turn = (2 * Math.PI * i) / cornersOfCircle
    const dLat = (km / kmPerDegree) * Math.cos(turn)
    const shrink = Math.max(0.05, Math.cos(((lat + dLat) * Math.PI) / 180))
    return [
      lon + ((km / kmPerDegree) * Math.sin(turn)) / shrink,
      Math.max(-89, Math.min(89, lat + dLat))
    ]
  })
  return [...ring, ring[0] as Corner]
}

interface Circle {
  readonly id: string
  /** Severity of an alert, role of a piece of evidence. */
  readonly kind: string
  readonly rank: number
  readonly name: string
  readonly lat: number
  readonly lon: number
  readonly km: number
  /** Nothing is known of where in it. */
  readonly isExtent: boolean
  /** What stands beside its mark; empty for none. */
  readonly label?: string
}

/** About 11 km: what bears one name within it is named once. */
const namedOnceDegrees = 0.1

/** The uppermost mark at a place bears its name. */
function namedOnce<Place extends DrawablePlace>(circles: readonly Place[]): readonly Place[] {
  const named = new Set<string>()
  const once = circles.toReversed().map(circle => {
    const { lat, lon, label = '', isExtent } = circle
    // It has no mark.
    if (isExtent) return circle
    const place = [label, ...[lat, lon].map(each => Math.round(each / namedOnceDegrees))].join(' ')
    const isNamed = named.has(place)
    named.add(place)
    return isNamed ? { ...circle, label: '' } : circle
  })
  return once.reverse()
}

function placesOf(
  circles: readonly Circle[],
  areas: ShownPlaces['areas'],
  areasOf: ShownPlaces['areasOf'] = {}
): ShownPlaces {
  const points = circles.map(
    ({ lat, lon, ...properties }): Feature<Point> => ({
      type: 'Feature',
      properties: { ...properties },
      geometry: { type: 'Point', coordinates: [lon, lat] }
    })
  )
  const drawn = points.slice(-circlesMax).map(circleOf)
  const corners = [...points.map(({ geometry }) => geometry.coordinates), ...drawn.flatMap(ringOf)]
  return {
    circles: collection(drawn),
    centres: collection(points.filter(({ properties }) => properties.isExtent !== true)),
    extents: collection(points.filter(({ properties }) => properties.isExtent === true)),
    areas,
    areasOf,
    shapes: collection([]),
    bounds: corners.length === 0 ? null : boundsOf(corners)
  }
}

const ringOf = ({ geometry }: Feature<Polygon>): readonly Corner[] => geometry.coordinates[0] ?? []

/** The circle of a mark. */
export function circleOf({
  properties: { km, ...properties },
  geometry
}: Feature<Point>): Feature<Polygon> {
  const [lon, lat] = geometry.coordinates
  return {
    type: 'Feature',
    properties: { ...properties, radiusPx: radiusPx(Number(km), lat) },
    geometry: { type: 'Polygon', coordinates: [circleAround(lat, lon, Number(km))] }
  }
}

/** West, south, east, north. */
export function boundsOf(corners: readonly Corner[]): readonly [number, number, number, number] {
  let [west, south, east, north] = [180, 90, -180, -90]
  for (const [lon, lat] of corners) {
    west = Math.min(west, lon)
    south = Math.min(south, lat)
    east = Math.max(east, lon)
    north = Math.max(north, lat)
  }
  return [west, south, east, north]
}

/** From this radius on a circle without a settlement covers areas, km: the areas say it better. */
const coarseKm = 40

/** A place that is less precise is not one settlement, km: as the gazetteer has it. */
const settlementKmMax = 25

/**
 * How precisely one exact place is known, km: what bare coordinates are, and "the town itself" of
 * those who code events. The circle of an alert spans all its triggers, also where it is about a
 * settlement: in the middle of a wider one nothing is said to have happened.
 */
const exactKm = 5

/** Patterns whose triggers all are at the settlement that the alert is about. */
const ofOneSettlement: ReadonlySet<string> = new Set([
  'siege',
  'territory-lost',
  'retaliation-watch'
])

/**
 * Whether its circle is that of one place: several triggers may be villages on both sides of its
 * middle.
 */
function isOnePlace({
  area: { circle, settlement },
  pattern,
  evidenceCount
}: PlacedAlert): boolean {
  if (circle === null || circle[2] > exactKm) return false
  return (
    evidenceCount.triggers <= 1 ||
    (settlement !== null && pattern !== undefined && ofOneSettlement.has(pattern))
  )
}

/** What can be pressed and reached, mark by mark. */
export function pointsOf({ centres, extents }: ShownPlaces): readonly Feature<Point>[] {
  return [...centres.features, ...extents.features]
}

/** What is drawn of an alert. */
export type PlacedAlert = Pick<ShownAlert, 'alertId' | 'severity' | 'headline' | 'area'> & {
  readonly pattern?: string
  readonly evidenceCount: Pick<ShownAlert['evidenceCount'], 'triggers'>
}

/** Alerts of the list, the gravest drawn last. `open`: one of them whose evidence is known. */
export function placesOfAlerts(
  alerts: readonly PlacedAlert[],
  open: AlertDetail | null = null
): ShownPlaces {
  const mildFirst = alerts.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity))
  const circles = mildFirst.flatMap((alert): Circle[] => {
    const { alertId, severity, headline, area } = alert
    if (area.circle === null || isByArea(alert)) return []
    const [lat, lon, km] = area.circle
    const known = open?.alertId === alertId ? truePlacesOf(open) : null
    return (known ?? [{ lat, lon, km, isExtent: !isOnePlace(alert) }]).map(place => ({
      // Its shape stands beside it: no severity is told by colour alone.
      ...{
        id: alertId,
        kind: severity,
        rank: severityRank(severity),
        name: headline,
        label: severityMarks[severity]
      },
      ...place
    }))
  })
  const areas: Record<string, ShownArea> = {}
  const byArea = mildFirst.filter(isByArea)
  for (const { area, severity, alertId } of byArea)
    for (const code of area.admin1)
      areas[code] = { kind: severity, id: alertId, count: (areas[code]?.count ?? 0) + 1 }
  return placesOf(
    circles,
    areas,
    Object.fromEntries(byArea.map(({ alertId, area }) => [alertId, area.admin1]))
  )
}

/**
 * Where the triggers of an open alert are, each place once. Null where its circle is wider than one
 * place, which says so, and unless all triggers are known, each with a place.
 */
function truePlacesOf({
  area,
  evidence,
  evidenceCount
}: AlertDetail): readonly DrawablePlace[] | null {
  if (area.circle === null || area.circle[2] > exactKm) return null
  const places = evidence
    .filter(({ role }) => role === 'trigger')
    .map(({ incident }) => incident && drawablePlaces(incident))
  if (
    places.length < evidenceCount.triggers ||
    places.some(each => each === null || each.length === 0)
  )
    return null
  const apart = new Map(
    places.flatMap(each => each ?? []).map(place => [`${place.lat} ${place.lon}`, place])
  )
  return namedOnce([...apart.values()])
}

/** Alerts that no map can show: of those the list alone tells. */
export interface OffMap {
  /** Known by a country, or several, alone: none of its areas, and no place. */
  readonly byCountry: number
  /** Known by no place at all. */
  readonly nowhere: number
}

export function offMapOf(alerts: readonly PlacedAlert[]): OffMap {
  const off = alerts.filter(alert => isByArea(alert) && alert.area.admin1.length === 0)
  const nowhere = off.filter(({ area }) => area.country.length === 0).length
  return { byCountry: off.length - nowhere, nowhere }
}

/** Whether only its areas are known: it has no mark. */
function isByArea({ area }: PlacedAlert): boolean {
  if (area.circle === null) return true
  return area.settlement === null && area.admin1.length > 0 && area.circle[2] >= coarseKm
}

/** The evidence of one alert, event by event, and the areas that it names. */
export function placesOfEvidence(alert: AlertDetail): ShownPlaces {
  const circles = alert.evidence.flatMap(({ incidentId, role, incident }): Circle[] => {
    if (incident === null || incident.withdrawn) return []
    const rank = role === 'trigger' ? 1 : 0
    return drawablePlaces(incident).map(place => ({
      id: incidentId,
      kind: role,
      rank,
      name: incident.category,
      ...place
    }))
  })
  return placesOf(
    namedOnce(circles),
    Object.fromEntries(
      alert.area.admin1.map(code => [code, { kind: alert.severity, id: alert.alertId, count: 1 }])
    )
  )
}

/** The places of an incident that are known well enough to be drawn as circles. */
export function drawablePlaces({ place: first, alsoAt }: ShownIncident): readonly DrawablePlace[] {
  return [first, ...alsoAt].flatMap(place => {
    const { lat, lon, radiusKm: km } = place
    if (lat === null || lon === null || km === null || isUncertain(place)) return []
    return [{ lat, lon, km, isExtent: isExtent(place), label: labelOf(place) }]
  })
}

/** A name of a reporter may be of any length. */
const labelMax = 40

function labelOf({ settlementName, name }: ShownPlace): string {
  return [...(settlementName ?? name ?? '')].slice(0, labelMax).join('')
}

type DrawablePlace = Pick<Circle, 'lat' | 'lon' | 'km' | 'isExtent' | 'label'>

/**
 * Whether it is known as an area alone, or as one of several: the middle of those is a place where
 * nothing is said to be.
 */
function isExtent({ settlement = null, resolution, radiusKm }: ShownPlace): boolean {
  const isNamedOnly = resolution === 'gazetteer' || resolution === 'ambiguous'
  return settlement === null && (isNamedOnly || (radiusKm ?? 0) > settlementKmMax)
}

/** Coordinates that contradict what was said of the place are no place. */
function isUncertain({ contradiction, resolution }: ShownPlace): boolean {
  return contradiction !== undefined || resolution === 'unresolved'
}
