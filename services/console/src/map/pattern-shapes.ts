// What is drawn of a pattern beside its events: the ring of a siege, the reach of an arc as it widened, the outline of a front, a
// corridor or a cluster. Outlines go around the circles of uncertainty, so that they claim no more than is known. Pure.

import type { AlertDetail } from '../shown/shown-alert.ts'
import { type Corner, collection, type Feature, type Features, type Line } from './base-map.ts'
import { eventsOf, type ShownEvent } from './evidence-steps.ts'
import { circleAround, drawablePlaces } from './shown-places.ts'

/** Patterns whose events lie along something that people and goods move on. */
const corridors: ReadonlySet<string> = new Set(['front', 'supply-line-interdiction'])

export type ShapeKind = 'ring' | 'reach' | 'corridor' | 'cluster'

/** How far outside the settlement a siege is drawn, as a share of its circle. */
const ringAround = 1.25

/** The shapes of an alert whose evidence is the given. */
export function shapesOf(alert: Pick<AlertDetail, 'pattern' | 'area' | 'levels' | 'evidence'>): Features<Line> {
  const triggers = eventsOf(alert.evidence).filter(({ role, incident }) => role === 'trigger' && !incident.withdrawn)
  if (alert.pattern === 'siege') return collection(alert.area.circle === null ? [] : [outline('ring', ringOf(alert.area.circle))])
  if (alert.pattern === 'widening-arc') return collection(reachesOf(alert.levels, triggers).map(hull => outline('reach', hull)))
  const hull = hullOf(triggers)
  return collection(hull === null ? [] : [outline(corridors.has(alert.pattern) ? 'corridor' : 'cluster', hull)])
}

function ringOf([lat, lon, km]: readonly [number, number, number]): Corner[] {
  return circleAround(lat, lon, km * ringAround)
}

/** The outline at each level: of the events up to the time at which it was reached. */
function reachesOf(levels: AlertDetail['levels'], triggers: readonly ShownEvent[]): Corner[][] {
  const ends = [...levels.map(({ at }) => Date.parse(at)), Number.POSITIVE_INFINITY]
  const counts = ends.map(end => triggers.filter(({ incident }) => Date.parse(incident.occurred.from) <= end).length)
  const steps = counts.filter((count, i) => count > 0 && count !== counts[i - 1])
  return steps.map(count => hullOf(triggers.slice(0, count))).filter(hull => hull !== null)
}

/** The convex outline around the circles of events in at least two places; null for fewer. */
function hullOf(events: readonly ShownEvent[]): Corner[] | null {
  const places = events.flatMap(({ incident }) => drawablePlaces(incident))
  if (new Set(places.map(({ lat, lon }) => `${lat} ${lon}`)).size < 2) return null
  return convexHull(places.flatMap(({ lat, lon, km }) => circleAround(lat, lon, km)))
}

/** Andrew's monotone chain, closed. O(n log n). */
export function convexHull(corners: readonly Corner[]): Corner[] {
  const sorted = corners.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by)
  const below = chain(sorted)
  const above = chain(sorted.toReversed())
  const hull = [...below.slice(0, -1), ...above.slice(0, -1)]
  return hull.length === 0 ? [] : [...hull, hull[0] as Corner]
}

function chain(corners: readonly Corner[]): Corner[] {
  const kept: Corner[] = []
  for (const corner of corners) {
    while (kept.length > 1 && turn(kept.at(-2) as Corner, kept.at(-1) as Corner, corner) <= 0) kept.pop()
    kept.push(corner)
  }
  return kept
}

function turn([ax, ay]: Corner, [bx, by]: Corner, [cx, cy]: Corner): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
}

function outline(kind: ShapeKind, coordinates: Corner[]): Feature<Line> {
  return { type: 'Feature', properties: { kind }, geometry: { type: 'LineString', coordinates } }
}
