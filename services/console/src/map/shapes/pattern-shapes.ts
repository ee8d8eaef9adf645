// What is drawn of a pattern in addition to its events: a ring around a place under siege, the
// places of an arc in the order in which they were hit, the ways into a hub that were hit, the
// outline of a cluster. Other patterns have no shape: no report would support a line around their
// events. Pure.

import type { AlertDetail } from '../../shown/shown-alert.ts'
import {
  type Corner,
  collection,
  type Feature,
  type Features,
  type Line,
  type Point,
  type Polygon
} from '../base-map.ts'
import { listEvents, type ShownEvent } from '../evidence-steps.ts'
import { radiusPx } from '../gathered-marks.ts'
import { circleAround, drawablePlaces } from '../shown-places.ts'
import { compareHits, type HitOrder, type HitStep, isOrdered } from './hit-order.ts'
import { convexHull, kmBetween, type Spot } from './hull.ts'
import { createHub, type Way, waysInto } from './ways-in.ts'

/** Patterns with triggers close together. */
const clusters: ReadonlySet<string> = new Set(['front', 'near-repeat', 'coordinated-attack'])

export type Shape = Line | Polygon | Point

export interface PatternShapes {
  readonly shapes: Features<Shape>
  /** All that they reach. */
  readonly corners: readonly Corner[]
  /** Null: there is none. */
  readonly said: ShapeSaid | null
}

/** What the words next to the map describe. */
export type ShapeSaid =
  | { readonly kind: 'ring' | 'cluster' }
  | { readonly kind: 'arc'; readonly order: HitOrder }
  | { readonly kind: 'ways'; readonly hub: string; readonly count: number }

const noShapes: PatternShapes = { shapes: collection([]), corners: [], said: null }

type ShapedAlert = Pick<AlertDetail, 'pattern' | 'area' | 'group' | 'evidence'>

/** The shapes of an alert with the given evidence. `towns`: from the map, once loaded. */
export function computeShapes(
  alert: ShapedAlert,
  towns: Features<Point> | null = null
): PatternShapes {
  const triggers = listEvents(alert.evidence).filter(
    ({ role, incident }) => role === 'trigger' && !incident.withdrawn
  )
  if (alert.pattern === 'siege') return ringAround(alert.area.circle)
  if (alert.pattern === 'widening-arc') return computeArc(compareHits(triggers))
  if (alert.pattern === 'supply-line-interdiction')
    return drawWays(alert.group?.hub ?? '', triggers, towns)
  return clusters.has(alert.pattern) ? makeCluster(triggers) : noShapes
}

/**
 * Its distance from its circle is constant at every scale: seen from afar, its own mark would hide
 * it.
 */
function ringAround(circle: AlertDetail['area']['circle']): PatternShapes {
  if (circle === null) return noShapes
  const [lat, lon, km] = circle
  const ring = feature(
    'ring',
    { type: 'Point', coordinates: [lon, lat] },
    { radiusPx: radiusPx(km, lat) }
  )
  return {
    shapes: collection([ring]),
    corners: circleAround(lat, lon, km * ringShare),
    said: { kind: 'ring' }
  }
}

/** What is shown around a circle under siege, so that the ring is in view. */
const ringShare = 1.6

function computeArc(order: HitOrder): PatternShapes {
  const { places, steps } = order
  if (places.length < 2) return noShapes
  const lines = steps.flatMap(step => {
    const line = betweenCircles(step)
    return line === null ? [] : [feature(step.isOrdered ? 'arrow' : 'link', line)]
  })
  // Without any known order there are no numbers.
  const numbers = (isOrdered(order) ? places : []).map(place =>
    feature(
      'number',
      { type: 'Point', coordinates: computeWest(place) },
      { said: `${place.number}` }
    )
  )
  return {
    shapes: collection([...lines, ...numbers]),
    corners: computeCorners(places),
    said: { kind: 'arc', order }
  }
}

/**
 * From the edge of one circle to that of the other: no report places an event in the middle of one.
 */
function betweenCircles({ from, to }: HitStep): Line | null {
  const km = kmBetween(from, to)
  if (km <= from.km + to.km) return null
  const at = (share: number): Corner => [
    from.lon + (to.lon - from.lon) * share,
    from.lat + (to.lat - from.lat) * share
  ]
  return { type: 'LineString', coordinates: [at(from.km / km), at(1 - to.km / km)] }
}

function computeWest({ lat, lon, km }: Spot): Corner {
  return circleAround(lat, lon, km).reduce((west, corner) => (corner[0] < west[0] ? corner : west))
}

function drawWays(
  name: string,
  triggers: readonly ShownEvent[],
  towns: Features<Point> | null
): PatternShapes {
  const hub = createHub(name, triggers, towns)
  const ways = hub === null ? [] : waysInto(hub, triggers)
  if (ways.length === 0) return noShapes
  const bands = ways
    .flatMap(computeBands)
    .map(hull => feature('band', { type: 'Polygon', coordinates: [hull] }))
  const lines = ways.map(way =>
    feature('way', {
      type: 'LineString',
      coordinates: way.map(({ lat, lon }): Corner => [lon, lat])
    })
  )
  return {
    shapes: collection([...bands, ...lines]),
    corners: computeCorners(ways.flat()),
    said: { kind: 'ways', hub: name, count: ways.length }
  }
}

/** From one place on a way to the next, as wide as each is uncertain. */
function computeBands(way: Way): Corner[][] {
  return way.slice(1).map((to, i) => convexHull(computeCorners([way[i] as Spot, to])))
}

/** Around the circles of events in at least two places. */
function makeCluster(triggers: readonly ShownEvent[]): PatternShapes {
  const places = triggers.flatMap(({ incident }) => drawablePlaces(incident))
  if (new Set(places.map(({ lat, lon }) => `${lat} ${lon}`)).size < 2) return noShapes
  const corners = convexHull(computeCorners(places))
  return {
    shapes: collection([feature('cluster', { type: 'LineString', coordinates: corners })]),
    corners,
    said: { kind: 'cluster' }
  }
}

function computeCorners(spots: readonly Spot[]): Corner[] {
  return spots.flatMap(({ lat, lon, km }) => circleAround(lat, lon, km))
}

function feature(
  part: string,
  geometry: Shape,
  more: Feature<Shape>['properties'] = {}
): Feature<Shape> {
  return { type: 'Feature', properties: { part, ...more }, geometry }
}
