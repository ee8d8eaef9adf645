// The attacks of one scope as the arc reads them: the places that were hit, in order of the fold, with those that left the rows
// and may still lie in a window.

import { compareText, type Incident, placesOf } from '../../incident/incident.ts'
import { type Handling, stricter } from '../../report/handling.ts'
import { dayMs, type Span } from '../../space-time/event-time.ts'
import { distanceKm } from '../../space-time/geometry.ts'
import { chordSquared, onSphere, type SpherePoint, squareSlack } from '../../space-time/point-clusters.ts'
import { strictestSince } from '../episode/counted-handling.ts'
import type { WideningArcParameters } from './arc-parameters.ts'

/** A place that was hit, if its precision is sufficient. */
export interface Hit {
  readonly admin1: string
  readonly country: string | null
  readonly point: SpherePoint | null
}

export interface ArcRow extends Span {
  readonly incident: Incident
  /** None if it is supporting evidence only. */
  readonly hits: readonly Hit[]
  readonly points: readonly SpherePoint[]
  /** Those of its hits, each once, in order. */
  readonly countries: readonly string[]
  /** Its index when it was last looked up. */
  at: number
}

const nowhere: readonly never[] = []
/** Stands for the index of a row that was taken out. */
const gone = -2
const never = Number.NEGATIVE_INFINITY

export function arcRowOf(incident: Incident, parameters: WideningArcParameters): ArcRow {
  const { fromMs, toMs } = incident
  const hits = hitsOf(incident, parameters)
  if (hits.length > 1)
    return { incident, fromMs, toMs, hits, points: hits.flatMap(hit => hit.point ?? []), countries: countriesOf(hits), at: -1 }
  const { point = null, country = null } = hits[0] ?? {}
  const points = point === null ? nowhere : [point]
  return { incident, fromMs, toMs, hits, points, countries: country === null ? nowhere : [country], at: -1 }
}

export function countriesOf(hits: readonly Hit[]): string[] {
  return [...new Set(hits.flatMap(({ country }) => country ?? []))].sort(compareText)
}

function hitsOf(incident: Incident, { windowDays, placesApartKm }: WideningArcParameters): readonly Hit[] {
  // An interval longer than the window lies in no single window for certain.
  if (!incident.passesGrade || incident.toMs - incident.fromMs > windowDays * dayMs) return nowhere
  const hits: Hit[] = []
  for (const { areaCertain, admin1, country, lat, lon, radiusKm } of placesOf(incident)) {
    if (!areaCertain || admin1 === null) continue
    const isPrecise = lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= placesApartKm
    hits.push({ admin1, country, point: isPrecise ? onSphere({ lat, lon }) : null })
  }
  return hits.length === 0 ? nowhere : hits
}

export class ArcRows {
  /** Those that left the rows, of which only hits are kept, and then the rows. */
  readonly all: ArcRow[] = []
  /** How many left the rows, and the latest beginning of one. */
  passed = 0
  passedMs = never
  readonly #windowMs: number
  /** How long a hit lasts at most, of all there were. */
  #longestMs = 0
  /** No hit that ever was here was stricter. */
  #strictest: Handling = 'public'
  /** The box of the unit sphere that holds all points there were: x, y, z from and to. */
  readonly #box = [1, 1, 1, -1, -1, -1]

  constructor({ windowDays }: WideningArcParameters) {
    this.#windowMs = windowDays * dayMs
  }

  /** The moment that a row is looked at: never before what has passed. */
  momentOf(index: number): number {
    return index < this.passed ? this.passedMs : Math.max(this.passedMs, (this.all[index] as ArcRow).fromMs)
  }

  insert(index: number, row: ArcRow): void {
    if (index === this.all.length) this.all.push(row)
    else this.all.splice(index, 0, row)
    if (row.hits.length > 0) {
      this.#longestMs = Math.max(this.#longestMs, row.toMs - row.fromMs)
      this.#strictest = stricter(this.#strictest, row.incident.handling)
    }
    for (const { x, y, z } of row.points) {
      const box = this.#box as [number, number, number, number, number, number]
      if (x < box[0]) box[0] = x
      if (y < box[1]) box[1] = y
      if (z < box[2]) box[2] = z
      if (x > box[3]) box[3] = x
      if (y > box[4]) box[4] = y
      if (z > box[5]) box[5] = z
    }
  }

  /** Takes the row of an incident out. Gives where it was. */
  remove(incident: Incident): { readonly row: ArcRow; readonly index: number } {
    const index = this.#find(incident, row => row.incident === incident)
    const [row] = this.all.splice(index, 1) as [ArcRow]
    row.at = gone
    return { row, index }
  }

  /** The index of a row; -1 if it has left. */
  indexOf(row: ArcRow): number {
    if (row.at === gone) return -1
    if (this.all[row.at] !== row) row.at = this.#find(row, other => other === row)
    return row.at < this.passed ? -1 : row.at
  }

  #find({ fromMs, toMs }: Span, isIt: (row: ArcRow) => boolean): number {
    const { all } = this
    let [low, high] = [this.passed, all.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const other = all[middle] as ArcRow
      if (other.fromMs < fromMs || (other.fromMs === fromMs && other.toMs < toMs)) low = middle + 1
      else high = middle
    }
    // Rows of one moment may be out of place.
    while (low < all.length && !isIt(all[low] as ArcRow)) low += 1
    return low < all.length ? low : -1
  }

  /** True for what comes before an index, and for null, which stands for what has passed. Not for a row that was taken out. */
  isBefore(row: ArcRow | null, index: number): boolean {
    if (row === null) return true
    if (row.at === gone) return false
    const other = this.all[index]
    if (other === undefined) return true
    if (row.fromMs !== other.fromMs) return row.fromMs < other.fromMs
    return this.indexOf(row) < index
  }

  /** True for what comes before a row beyond all changes, or came there and was taken out. */
  cameBefore(row: ArcRow | null, index: number): boolean {
    return row?.at === gone || this.isBefore(row, index)
  }

  /** Visits hits up to an index that ended after a moment, the last first, until `visit` gives true. */
  eachBack(index: number, afterMs: number, visit: (row: ArcRow) => boolean | undefined): void {
    const { all, passed } = this
    const leastMs = afterMs - this.#longestMs
    let at = index
    for (; at >= passed; at--) {
      const row = all[at] as ArcRow
      if (row.fromMs <= leastMs) break
      if (row.toMs <= afterMs || row.hits.length === 0) continue
      row.at = at
      if (visit(row)) return
    }
    if (this.passedMs <= leastMs) return
    // What has passed need not be in order of its beginning.
    for (at = Math.min(index, passed - 1); at >= 0; at--) {
      const row = all[at] as ArcRow
      if (row.toMs <= afterMs) continue
      row.at = at
      if (visit(row)) return
    }
  }

  /** Number of areas that were hit up to the end, by what ended after a moment: no window since then has more. */
  areasSince(afterMs: number): number {
    const areas = new Set<string>()
    this.eachBack(this.all.length - 1, afterMs, ({ hits }) => {
      for (const { admin1 } of hits) areas.add(admin1)
      return false
    })
    return areas.size
  }

  /** The same as a list in order of the fold. */
  hitsSince(index: number, afterMs: number): ArcRow[] {
    const found: ArcRow[] = []
    this.eachBack(index, afterMs, row => {
      found.push(row)
      return false
    })
    return found.reverse()
  }

  /** The first of the strictest hits up to an index that ended after a moment; null if all are public. */
  strictest(index: number, afterMs: number): Incident | null {
    if (this.#strictest === 'public') return null
    const incidents = this.hitsSince(index, afterMs).map(({ incident }) => incident)
    return strictestSince(incidents, Number.NEGATIVE_INFINITY)
  }

  /** The first rows leave. Of them stay the hits that ended after a moment, and the one that ended last. */
  pass(count: number, afterMs: number): void {
    const leaving = this.all.slice(0, this.passed + count)
    const lastMs = leaving.reduce((most, { hits, toMs }) => (hits.length > 0 ? Math.max(most, toMs) : most), never)
    this.#keep(leaving.length, ({ hits, toMs }) => hits.length > 0 && (toMs > afterMs || toMs === lastMs))
  }

  /** Drops what ended before a moment of what has passed. */
  forget(beforeMs: number): void {
    this.#keep(this.passed, ({ toMs }) => toMs >= beforeMs)
  }

  #keep(count: number, isKept: (row: ArcRow) => boolean): void {
    const kept = this.all.slice(0, count).filter(isKept)
    this.all.splice(0, count, ...kept)
    this.passed = kept.length
    if (kept.length === 0) this.passedMs = never
  }

  /** The last hit before an index; undefined if there is none. */
  lastHitBefore(index: number): ArcRow | undefined {
    for (let at = index - 1; at >= 0; at--) if ((this.all[at] as ArcRow).hits.length > 0) return this.all[at]
    return undefined
  }

  /** True if some point of a row was not hit at the same time by a row before. */
  hitsElsewhere(index: number): boolean {
    const { fromMs, toMs, points } = this.all[index] as ArcRow
    if (points.length === 0) return false
    const known: SpherePoint[] = []
    this.eachBack(index - 1, toMs - 1, row => {
      if (row.fromMs === fromMs && row.toMs === toMs) known.push(...row.points)
      return false
    })
    return points.some(({ lat, lon }) => !known.some(p => p.lat === lat && p.lon === lon))
  }

  /** True if no point that ever was here lies as far from some of these points. */
  areAllWithin(points: readonly SpherePoint[], km: number): boolean {
    const limit = chordSquared(km) - squareSlack
    const [x0, y0, z0, x1, y1, z1] = this.#box as [number, number, number, number, number, number]
    for (const { x, y, z } of points) {
      const [dx, dy, dz] = [Math.max(x - x0, x1 - x), Math.max(y - y0, y1 - y), Math.max(z - z0, z1 - z)]
      if (dx * dx + dy * dy + dz * dz >= limit) return false
    }
    return true
  }

  /** Greatest distance between points of a row and hits up to it that ended after a moment, km; at least `atLeastKm`. Exact. */
  farthestKm(index: number, afterMs: number, atLeastKm: number): number {
    const { points } = this.all[index] as ArcRow
    if (points.length === 0 || this.areAllWithin(points, atLeastKm)) return atLeastKm
    const farthest = new Farthest(atLeastKm)
    this.eachBack(index, afterMs, row => {
      farthest.compare(points, row.points)
      return false
    })
    return farthest.km
  }

  /** True if other rows hold the areas of a row in each window that could contain it. */
  isCovered({ hits, fromMs, toMs }: ArcRow, before: number, after: number): boolean {
    const { all } = this
    return hits.every(({ admin1 }) => {
      const isHit = (row: ArcRow) => row.hits.some(hit => hit.admin1 === admin1)
      let untilMs = Number.NEGATIVE_INFINITY
      this.eachBack(before, fromMs - this.#windowMs, row => {
        if (row.toMs > untilMs && isHit(row)) untilMs = row.toMs
        return untilMs >= toMs
      })
      for (let at = after; at < all.length && untilMs < toMs; at++) {
        const row = all[at] as ArcRow
        const windowFromMs = row.fromMs - this.#windowMs
        if (toMs <= windowFromMs) return true
        if (untilMs <= windowFromMs) return false
        if (row.toMs > untilMs && isHit(row)) untilMs = row.toMs
      }
      return Number.isFinite(untilMs)
    })
  }

  /** True if a row lies farther from another in a common window. */
  reachesBeyond({ points, fromMs, toMs }: ArcRow, index: number, reachKm: number): boolean {
    const { all } = this
    const farthest = new Farthest(reachKm)
    if (points.length === 0 || this.areAllWithin(points, reachKm)) return false
    farthest.compare(points, points)
    this.eachBack(index - 1, fromMs - this.#windowMs, row => {
      farthest.compare(points, row.points)
      return false
    })
    for (let at = index + 1; at < all.length; at++) {
      const row = all[at] as ArcRow
      if (toMs <= row.fromMs - this.#windowMs) break
      farthest.compare(points, row.points)
    }
    return Math.round(farthest.km) > reachKm
  }
}

/** The greatest distance seen so far, above a least one. Exact: few pairs need the great circle. */
export class Farthest {
  km: number
  #square: number

  constructor(atLeastKm: number) {
    this.km = atLeastKm
    this.#square = chordSquared(atLeastKm) - squareSlack
  }

  compare(some: readonly SpherePoint[], others: readonly SpherePoint[]): void {
    for (const one of some) {
      for (const other of others) {
        if (2 - 2 * (one.x * other.x + one.y * other.y + one.z * other.z) < this.#square) continue
        const km = distanceKm(one, other)
        if (km <= this.km) continue
        this.km = km
        this.#square = chordSquared(km) - squareSlack
      }
    }
  }
}
