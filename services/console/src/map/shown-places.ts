// What is drawn of alerts and of evidence: a mark for each alert, a dot for each incident, and a
// dashed circle as wide as a place is uncertain. What is known by its areas alone has their outline
// too. Pure.

import { computeGlyph } from '../shown/mark-shapes.ts'
import {
  type AlertDetail,
  type ShownAlert,
  type ShownIncident,
  type ShownPlace,
  severityRank
} from '../shown/shown-alert.ts'
import {
  type Bounds,
  type Corner,
  collection,
  computeBounds,
  type Feature,
  type Features,
  type Line,
  type Point,
  type Polygon,
  pointAt,
  polygonIn
} from './base-map.ts'

export interface ShownPlaces {
  /** Of alerts, the mildest first. */
  readonly marks: Features<Point>
  readonly dots: Features<Point>
  /** By area code, the gravest alert known only by area. */
  readonly areas: Readonly<Record<string, string>>
  /** What it is about: drawn lighter than the others. */
  readonly countries: readonly string[]
  /** What is drawn of patterns (evidence-steps.ts). */
  readonly shapes: Features<Line | Point>
  /** Of all that is drawn; null for none. */
  readonly bounds: Bounds | null
}

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

export function computeCircle({ properties, geometry }: Feature<Point>): Feature<Polygon> {
  const [lon, lat] = geometry.coordinates
  return polygonIn(circleAround(lat, lon, Number(properties.km)), properties)
}

interface Place {
  readonly id: string
  /** Severity of an alert, role of a piece of evidence. */
  readonly kind: string
  readonly rank: number
  readonly lat: number
  readonly lon: number
  readonly km: number
  /** The place within it is unknown. */
  readonly isExtent: boolean
  readonly glyph?: string
  /** The text next to it; empty for none. */
  readonly label?: string
}

const computePoint = ({ lat, lon, ...properties }: Place) => pointAt([lon, lat], properties)

function collectPlaces(
  marks: readonly Place[],
  dots: readonly Place[],
  {
    areas,
    countries,
    frames
  }: Pick<ShownPlaces, 'areas' | 'countries'> & {
    readonly frames: readonly Bounds[]
  }
): ShownPlaces {
  const circles = [...marks, ...dots].map(({ lat, lon, km }): Bounds => {
    const [high, wide] = [km / kmPerDegree, km / kmPerDegree / Math.cos((lat * Math.PI) / 180)]
    return [lon - wide, lat - high, lon + wide, lat + high]
  })
  const corners = [...circles, ...frames].flatMap(([west, south, east, north]): Corner[] => [
    [west, south],
    [east, north]
  ])
  return {
    marks: collection(marks.map(computePoint)),
    dots: collection(dots.map(computePoint)),
    ...{ areas, countries, shapes: collection([]) },
    bounds: corners.length === 0 ? null : computeBounds(corners)
  }
}

/** From this radius on a circle without a settlement covers areas, km: the areas show it better. */
const coarseKm = 40

/** A place that is less precise is not one settlement, km: as the gazetteer has it. */
const settlementKmMax = 25

/** "The town itself" of those who code events, km: wider circles only span several triggers. */
const exactKm = 5

/** Patterns with all triggers at the settlement that the alert is about. */
const ofOneSettlement: ReadonlySet<string> = new Set([
  'siege',
  'territory-lost',
  'retaliation-watch'
])

/** Whether its circle is one place: several triggers may be villages around its middle. */
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

export type PlacedAlert = Pick<ShownAlert, 'alertId' | 'severity' | 'area'> & {
  readonly pattern?: string
  readonly evidenceCount: Pick<ShownAlert['evidenceCount'], 'triggers'>
  readonly group?: Readonly<Record<string, string>> | undefined
}

export interface AlertsDrawn {
  /** By code of an area, where it is found (area-frames.ts). */
  readonly frames: ReadonlyMap<string, Bounds>
  /** The name of its place; empty for none. */
  readonly labelOf: (alert: PlacedAlert) => string
}

function makeMark(alert: PlacedAlert, { frames, labelOf }: AlertsDrawn): Place | null {
  const { alertId, severity, pattern, area } = alert
  const circle = area.circle ?? computeMiddle(frames.get(area.admin1[0] ?? ''))
  if (circle === null) return null
  const [lat, lon, km] = circle
  return {
    id: alertId,
    kind: severity,
    rank: severityRank(severity),
    glyph: computeGlyph(pattern),
    label: labelOf(alert),
    isExtent: !isOnePlace(alert),
    ...{ lat, lon },
    // The outline of its areas shows how wide.
    km: isByArea(alert) ? 0 : km
  }
}

function computeMiddle(
  frame: Bounds | undefined
): readonly [lat: number, lon: number, km: number] | null {
  if (frame === undefined) return null
  const [west, south, east, north] = frame
  return [(south + north) / 2, (west + east) / 2, 0]
}

export function collectAlertPlaces(
  alerts: readonly PlacedAlert[],
  drawn: AlertsDrawn
): ShownPlaces {
  const mildFirst = alerts.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity))
  const areas: Record<string, string> = {}
  for (const { area, severity } of mildFirst.filter(isByArea))
    for (const code of area.admin1) areas[code] = severity
  const marks = mildFirst.flatMap(alert => makeMark(alert, drawn) ?? [])
  const countries = [...new Set(alerts.flatMap(({ area }) => area.country))]
  const frames = Object.keys(areas)
    .map(code => drawn.frames.get(code))
    .filter(frame => frame !== undefined)
  return collectPlaces(marks, [], { areas, countries, frames })
}

/** How many only the list shows: known by countries alone, or by no place at all. */
export function makeOffMap(alerts: readonly PlacedAlert[]) {
  const off = alerts.filter(({ area }) => area.circle === null && area.admin1.length === 0)
  const nowhere = off.filter(({ area }) => area.country.length === 0).length
  return { byCountry: off.length - nowhere, nowhere }
}

function isByArea({ area }: PlacedAlert): boolean {
  if (area.circle === null) return true
  return area.settlement === null && area.admin1.length > 0 && area.circle[2] >= coarseKm
}

export function collectEvidencePlaces(alert: AlertDetail, drawn: AlertsDrawn): ShownPlaces {
  const dots = alert.evidence.flatMap(({ incidentId: id, role, incident }): Place[] =>
    incident === null || incident.withdrawn
      ? []
      : drawablePlaces(incident).map(place => ({
          ...{ id, kind: role, rank: role === 'trigger' ? 1 : 0 },
          ...place
        }))
  )
  const mark = makeMark(alert, drawn)
  const { areas, countries } = collectAlertPlaces([alert], drawn)
  return collectPlaces(mark === null ? [] : [mark], dots, { areas, countries, frames: [] })
}

/** Each incident that has a place that can be drawn. No exercises. */
export function computeDots(incidents: readonly ShownIncident[]): Features<Point> {
  const happened = incidents.filter(
    ({ withdrawn, reports }) => !withdrawn && reports.some(({ drill }) => drill !== true)
  )
  return collection(
    happened.flatMap(incident =>
      drawablePlaces(incident).map(({ label: _label, ...place }) =>
        computePoint({ id: incident.incidentId, kind: 'support', rank: 0, ...place, km: 0 })
      )
    )
  )
}

export function drawablePlaces({ place: first, alsoAt }: ShownIncident): readonly DrawablePlace[] {
  return [first, ...alsoAt].flatMap(place => {
    const { lat, lon, radiusKm: km } = place
    if (lat === null || lon === null || km === null || isUncertain(place)) return []
    return [{ lat, lon, km, isExtent: isExtent(place), label: formatLabel(place) }]
  })
}

/** A name of a reporter may be of any length. */
const labelMax = 40

function formatLabel({ settlementName, name }: ShownPlace): string {
  return [...(settlementName ?? name ?? '')].slice(0, labelMax).join('')
}

type DrawablePlace = Pick<Place, 'lat' | 'lon' | 'km' | 'isExtent' | 'label'>

/** Known only as an area or as one of several: no report places an event in its middle. */
function isExtent({ settlement = null, resolution, radiusKm }: ShownPlace): boolean {
  const isNamedOnly = resolution === 'gazetteer' || resolution === 'ambiguous'
  return settlement === null && (isNamedOnly || (radiusKm ?? 0) > settlementKmMax)
}

/** Coordinates that contradict the stated place are no place. */
function isUncertain({ contradiction, resolution }: ShownPlace): boolean {
  return contradiction !== undefined || resolution === 'unresolved'
}
