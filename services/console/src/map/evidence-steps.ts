// The evidence of an alert on its map: event by event, as it was known at an earlier time, and what is
// drawn of a pattern besides its events: a ring around a place under siege, the outline of a cluster.
// Other patterns have no shape: no report would support a line around their events. Pure.

import type { AlertDetail, ShownEvidence } from '../shown/shown-alert.ts'
import {
  type Corner,
  collection,
  type Features,
  type Line,
  lineAlong,
  type Point,
  pointAt
} from './base-map.ts'
import { radiusPx } from './gathered-marks.ts'
import { circleAround, drawablePlaces } from './shown-places.ts'

export type ShownEvent = ShownEvidence & {
  readonly incident: NonNullable<ShownEvidence['incident']>
}

/** By the beginning of their dates, then their end, then id. */
export function listEvents(evidence: readonly ShownEvidence[]): readonly ShownEvent[] {
  return evidence
    .filter((each): each is ShownEvent => each.incident !== null)
    .toSorted(({ incident: a }, { incident: b }) => {
      const byTime =
        compare(a.occurred.from, b.occurred.from) || compare(a.occurred.to, b.occurred.to)
      return byTime || compare(a.incidentId, b.incidentId)
    })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** What a revision rested on, incidents as known now. `total`: with those not named or lost. */
export function evidenceKnownAt({ evidence, revisions }: AlertDetail, index: number) {
  const then = revisions[index]?.data
  if (then === undefined) return null
  const now = new Map(evidence.map(each => [each.incidentId, each]))
  const named = then.evidence.map(
    ({ incidentId, role, handling }): ShownEvidence => ({
      incidentId,
      role,
      handling,
      incident: now.get(incidentId)?.incident ?? null
    })
  )
  return { evidence: named, total: then.evidenceCount.triggers + then.evidenceCount.support }
}

/** Patterns with triggers close together. */
const clusters: ReadonlySet<string> = new Set(['front', 'near-repeat', 'coordinated-attack'])

export interface PatternShapes {
  readonly shapes: Features<Line | Point>
  /** All that they reach. */
  readonly corners: readonly Corner[]
  /** What the words next to the map describe; null: there is none. */
  readonly said: 'ring' | 'cluster' | null
}

const noShapes: PatternShapes = { shapes: collection([]), corners: [], said: null }

export function computeShapes({
  pattern,
  area,
  evidence
}: Pick<AlertDetail, 'pattern' | 'area' | 'evidence'>): PatternShapes {
  if (pattern === 'siege') return ringAround(area.circle)
  return clusters.has(pattern) ? makeCluster(evidence) : noShapes
}

/** What is shown around a circle under siege, so that the ring is in view. */
const ringShare = 1.6

/** Its distance from its circle is the same at every scale, or its own mark would hide it. */
function ringAround(circle: AlertDetail['area']['circle']): PatternShapes {
  if (circle === null) return noShapes
  const [lat, lon, km] = circle
  const ring = pointAt([lon, lat], { part: 'ring', radiusPx: radiusPx(km, lat) })
  const corners = circleAround(lat, lon, km * ringShare)
  return { shapes: collection([ring]), corners, said: 'ring' }
}

/** Around the circles of triggers in at least two places. */
function makeCluster(evidence: readonly ShownEvidence[]): PatternShapes {
  const places = evidence.flatMap(({ role, incident }) =>
    role !== 'trigger' || incident === null || incident.withdrawn ? [] : drawablePlaces(incident)
  )
  if (new Set(places.map(({ lat, lon }) => `${lat} ${lon}`)).size < 2) return noShapes
  const corners = convexHull(places.flatMap(({ lat, lon, km }) => circleAround(lat, lon, km)))
  const outline = lineAlong(corners, { part: 'cluster' })
  return { shapes: collection([outline]), corners, said: 'cluster' }
}

/** Andrew's monotone chain, closed. O(n log n). */
export function convexHull(corners: readonly Corner[]): Corner[] {
  const sorted = corners.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by)
  const hull = [...chain(sorted).slice(0, -1), ...chain(sorted.toReversed()).slice(0, -1)]
  return hull.length === 0 ? [] : [...hull, hull[0] as Corner]
}

function chain(corners: readonly Corner[]): Corner[] {
  const kept: Corner[] = []
  for (const corner of corners) {
    while (kept.length > 1 && turn(kept.at(-2) as Corner, kept.at(-1) as Corner, corner) <= 0)
      kept.pop()
    kept.push(corner)
  }
  return kept
}

function turn([ax, ay]: Corner, [bx, by]: Corner, [cx, cy]: Corner): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
}
