// The attacks of some weeks in order of the fold, in blocks, so that adding one copies one block.
// Each block also holds the points that were hit as plain numbers, which makes distances cheap. A
// point that was hit before at the same time is stored once: for a village hit hundreds of times in
// a day, distances are computed once.

import type { Incident } from '../../../src/incident/incident.ts'
import { distanceKm, type Point } from '../../../src/space-time/geometry.ts'
import {
  chordSquared,
  liesApart,
  onSphere,
  PointClusters,
  type SpherePoint,
  squareSlack
} from '../../../src/space-time/point-clusters.ts'

export interface AttackBlock {
  /** Latest end of its attacks. */
  readonly untilMs: number
  readonly attacks: readonly Incident[]
  /** Seven numbers per point: a unit vector, latitude, longitude, begin and end of the attack. */
  readonly points: readonly number[]
}

export type AttackBlocks = readonly AttackBlock[]

/** A point, and when it was hit. */
export interface HitPoint extends SpherePoint {
  readonly fromMs: number
  readonly toMs: number
}

const blockSize = 32
const stride = 7

/**
 * The blocks with one more attack; those that ended at `keepAfterMs` or before are removed lazily.
 * `points`: the result of `newPoints`. Pure.
 */
export function withAttack(
  blocks: AttackBlocks,
  attack: Incident,
  points: readonly Point[],
  keepAfterMs: number
): AttackBlocks {
  const last = blocks.at(-1)
  if (last && last.attacks.length < blockSize) {
    const grown = {
      untilMs: Math.max(last.untilMs, attack.toMs),
      attacks: [...last.attacks, attack],
      points:
        points.length === 0
          ? last.points
          : [...last.points, ...points.flatMap(p => numbersOf(p, attack))]
    }
    return [...blocks.slice(0, -1), grown]
  }
  const fresh = {
    untilMs: attack.toMs,
    attacks: [attack],
    points: points.flatMap(p => numbersOf(p, attack))
  }
  return [
    ...blocks.filter(b => b.untilMs > keepAfterMs).flatMap(b => thinned(b, keepAfterMs)),
    fresh
  ]
}

function numbersOf(point: Point, { fromMs, toMs }: Incident): number[] {
  const { x, y, z, lat, lon } = onSphere(point)
  return [x, y, z, lat, lon, fromMs, toMs]
}

/**
 * Removes the old attacks of a block of which few are recent: one attack of unknown day must not
 * retain thirty others for a year.
 */
function thinned(block: AttackBlock, keepAfterMs: number): AttackBlock {
  const attacks = block.attacks.filter(a => a.toMs > keepAfterMs)
  if (attacks.length * 2 > block.attacks.length) return block
  const points: number[] = []
  for (let i = 0; i < block.points.length; i += stride) {
    if ((block.points[i + 6] as number) > keepAfterMs)
      points.push(...block.points.slice(i, i + stride))
  }
  return { untilMs: block.untilMs, attacks, points }
}

/**
 * The points of an attack that were not hit before at the same time. A block is kept as long as one
 * of its points.
 */
export function newPoints(
  blocks: AttackBlocks,
  { fromMs, toMs }: Incident,
  points: readonly Point[]
): readonly Point[] {
  const isKnown = ({ lat, lon }: Point) =>
    blocks.some(block => {
      if (block.untilMs < toMs) return false
      const known = block.points
      for (let i = 0; i < known.length; i += stride) {
        if (
          known[i + 3] === lat &&
          known[i + 4] === lon &&
          known[i + 5] === fromMs &&
          known[i + 6] === toMs
        )
          return true
      }
      return false
    })
  return points.filter(
    (point, i) =>
      !isKnown(point) &&
      !points.slice(0, i).some(({ lat, lon }) => lat === point.lat && lon === point.lon)
  )
}

/** Attacks that ended after a moment, in order of the fold. */
export function attacksAfter(blocks: AttackBlocks, afterMs: number): Incident[] {
  return blocks
    .filter(b => b.untilMs > afterMs)
    .flatMap(b => b.attacks.filter(a => a.toMs > afterMs))
}

/** Points of attacks that ended after a moment. */
export function pointsAfter(blocks: AttackBlocks, afterMs: number): HitPoint[] {
  const found: HitPoint[] = []
  for (const { untilMs, points } of blocks) {
    if (untilMs <= afterMs) continue
    for (let i = 0; i < points.length; i += stride)
      if ((points[i + 6] as number) > afterMs) found.push(pointAt(points, i))
  }
  return found
}

function pointAt(points: readonly number[], i: number): HitPoint {
  const [x, y, z, lat, lon, fromMs, toMs] = points.slice(i, i + stride) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number
  ]
  return { x, y, z, lat, lon, fromMs, toMs }
}

/**
 * Greatest distance between the points of the last attack and any point hit later than `afterMs`,
 * km; at least `atLeastKm`. Exact.
 */
export function farthestKm(
  blocks: AttackBlocks,
  mine: readonly Point[],
  afterMs: number,
  atLeastKm: number
): number {
  let farthest = atLeastKm
  for (const point of mine) {
    const { x, y, z } = onSphere(point)
    let most = 2 - chordSquared(farthest) + squareSlack
    for (const { untilMs, points } of blocks) {
      if (untilMs <= afterMs) continue
      for (let i = 0; i < points.length; i += stride) {
        // The dot product of two unit vectors is 1 - chord² / 2: the smaller, the farther.
        const doubled =
          2 *
          (x * (points[i] as number) +
            y * (points[i + 1] as number) +
            z * (points[i + 2] as number))
        if (doubled > most || (points[i + 6] as number) <= afterMs) continue
        const km = distanceKm(point, { lat: points[i + 3] as number, lon: points[i + 4] as number })
        if (km <= farthest) continue
        farthest = km
        most = 2 - chordSquared(km) + squareSlack
      }
    }
  }
  return farthest
}

/**
 * Until when `count` places lie pairwise at least `km` apart, one of them among the `newest`
 * points: the latest moment before which none of their attacks has ended. Results are later than
 * `afterMs`; `afterMs` if there is none. Exact, by search.
 */
export function apartUntil(
  blocks: AttackBlocks,
  newest: number,
  count: number,
  km: number,
  afterMs: number
): number {
  const last = blocks.at(-1)?.points ?? []
  let best = afterMs
  for (let i = last.length - newest * stride; i < last.length; i += stride) {
    const point = pointAt(last, i)
    if (point.toMs <= best) continue
    const untilMs =
      count < 2 ? point.toMs : apartFrom(point, farFrom(blocks, point, best, km), count - 1, km)
    best = Math.max(best, untilMs ?? best)
  }
  return best
}

/**
 * Earliest end among `count` places, of those far from a point, that lie pairwise apart; null if
 * there are fewer.
 */
function apartFrom(
  point: HitPoint,
  far: readonly HitPoint[],
  count: number,
  km: number
): number | null {
  const later = clustersFor([], km)
  for (const p of far) {
    if (hasApart(later, p, count - 1, km)) return Math.min(point.toMs, p.toMs)
    later.add(p)
  }
  return null
}

/**
 * Points that ended after a moment and lie apart from a point, the latest first; the latest only of
 * one place.
 */
function farFrom(blocks: AttackBlocks, point: HitPoint, afterMs: number, km: number): HitPoint[] {
  const isApart = liesApart(km)
  const far = pointsAfter(blocks, afterMs)
    .filter(p => isApart(p, point))
    .sort((a, b) => b.toMs - a.toMs)
  const places = new Set<string>()
  return far.filter(({ lat, lon }) => places.size < places.add(`${lat},${lon}`).size)
}

/** True if `count` of these lie apart from the chosen one and from each other. */
function hasApart(points: PointClusters, chosen: SpherePoint, count: number, km: number): boolean {
  if (count <= 0) return true
  if (count === 1) return points.hasApart(chosen, km)
  const apart = points.apartFrom(chosen, km)
  const rest = clustersFor([], km)
  for (const p of apart) {
    if (hasApart(rest, p, count - 1, km)) return true
    rest.add(p)
  }
  return false
}

/** Clusters across the distance in question. */
const clustersAcross = 20

/** The blocks without those that ended before a moment. */
export function blocksSince(blocks: AttackBlocks, beforeMs: number): AttackBlocks {
  return blocks.filter(b => b.untilMs >= beforeMs)
}

/** Greatest distance between any two points, km. Exact. */
export function greatestKm(points: readonly HitPoint[]): number {
  return clustersOf(points, clusterKm).greatestKm()
}

/** Width of clusters if no distance is in question, km. */
const clusterKm = 5

/** The points in clusters for questions about a distance. */
export function clustersFor(points: readonly SpherePoint[], km: number): PointClusters {
  return clustersOf(points, km / clustersAcross)
}

function clustersOf(points: readonly SpherePoint[], widthKm: number): PointClusters {
  const clusters = new PointClusters(widthKm)
  for (const point of points) clusters.add(point)
  return clusters
}
