// The attacks of one scope as the arc reads them: the places that were hit, in order of the fold,
// with those that left the rows and may still lie in a window.

import { exactly } from '../../fold/exact-lists.ts'
import {
  compareText,
  type Incident,
  type IncidentPlace,
  placesOf
} from '../../incident/incident.ts'
import { type Handling, stricter } from '../../report/handling.ts'
import { dayMs, type Span } from '../../space-time/event-time.ts'
import { distanceKm } from '../../space-time/geometry.ts'
import {
  chordSquared,
  onSphere,
  type SpherePoint,
  squareSlack
} from '../../space-time/point-clusters.ts'
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
/** Stand for the area of a row that hit none, or several. */
const noArea = -1
const manyAreas = -2

export function arcRowOf(incident: Incident, parameters: WideningArcParameters): ArcRow {
  const { fromMs, toMs } = incident
  const { hits, points, countries } = struckBy(incident, parameters)
  return { incident, fromMs, toMs, hits, points, countries, at: -1 }
}

type Struck = Pick<ArcRow, 'hits' | 'points' | 'countries'>

function struckBy(
  incident: Incident,
  { windowDays, placesApartKm }: WideningArcParameters
): Struck {
  // An interval longer than the window lies in no single window for certain.
  if (!incident.passesGrade || incident.toMs - incident.fromMs > windowDays * dayMs)
    return nothingStruck
  if (incident.alsoAt.length > 0) return struckAt(placesOf(incident), placesApartKm)
  const known = struckAlone.get(incident.place)
  if (known?.placesApartKm === placesApartKm) return known
  const struck = { ...struckAt([incident.place], placesApartKm), placesApartKm }
  struckAlone.set(incident.place, struck)
  return struck
}

/**
 * What an attack on one place strikes, for the last rule that asked: many attacks strike the same.
 */
const struckAlone = new WeakMap<
  IncidentPlace,
  Struck & Pick<WideningArcParameters, 'placesApartKm'>
>()
const nothingStruck: Struck = { hits: nowhere, points: nowhere, countries: nowhere }

export function countriesOf(hits: readonly Hit[]): string[] {
  return [...new Set(hits.flatMap(({ country }) => country ?? []))].sort(compareText)
}

function struckAt(places: readonly IncidentPlace[], placesApartKm: number): Struck {
  const hits: Hit[] = []
  for (const { areaCertain, admin1, country, lat, lon, radiusKm } of places) {
    if (!areaCertain || admin1 === null) continue
    const isPrecise =
      lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= placesApartKm
    hits.push({ admin1, country, point: isPrecise ? onSphere({ lat, lon }) : null })
  }
  if (hits.length === 0) return nothingStruck
  return {
    hits: exactly(hits),
    points: exactly(hits.flatMap(hit => hit.point ?? [])),
    countries: countriesOf(hits)
  }
}

export class ArcRows {
  /** Those that left the rows, of which only hits are kept, and then the rows. */
  readonly all: ArcRow[] = []
  /**
   * When each begins and ends, and what it hit: lists of numbers, since weeks of rows are looked
   * through for a late one.
   */
  readonly #fromMs: number[] = []
  readonly #toMs: number[] = []
  readonly #area: number[] = []
  /** Areas by name, numbered as they came. */
  readonly #areas = new Map<string, number>()
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
    return index < this.passed
      ? this.passedMs
      : Math.max(this.passedMs, this.#fromMs[index] as number)
  }

  insert(index: number, row: ArcRow): void {
    if (index < this.all.length) this.#splice(index, 0, [row])
    else {
      this.all.push(row)
      this.#fromMs.push(row.fromMs)
      this.#toMs.push(row.toMs)
      this.#area.push(this.#areaOf(row))
    }
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

  /** Puts a row in the place of another. */
  replace(index: number, row: ArcRow): void {
    this.#splice(index, 1, [row])
  }

  #splice(index: number, count: number, rows: readonly ArcRow[]): ArcRow[] {
    this.#fromMs.splice(index, count, ...rows.map(({ fromMs }) => fromMs))
    this.#toMs.splice(index, count, ...rows.map(({ toMs }) => toMs))
    this.#area.splice(index, count, ...rows.map(row => this.#areaOf(row)))
    return this.all.splice(index, count, ...rows)
  }

  #areaOf({ hits }: ArcRow): number {
    const [first] = hits
    if (first === undefined) return noArea
    if (hits.some(({ admin1 }) => admin1 !== first.admin1)) return manyAreas
    return this.#numberOf(first.admin1)
  }

  #numberOf(admin1: string): number {
    const known = this.#areas.get(admin1)
    if (known === undefined) this.#areas.set(admin1, this.#areas.size)
    return known ?? this.#areas.size - 1
  }

  /** Takes the row of an incident out. Gives where it was. */
  remove(incident: Incident): { readonly row: ArcRow; readonly index: number } {
    const index = this.#find(incident, row => row.incident === incident)
    const [row] = this.#splice(index, 1, []) as [ArcRow]
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
      const beginMs = this.#fromMs[middle] as number
      if (beginMs < fromMs || (beginMs === fromMs && (this.#toMs[middle] as number) < toMs))
        low = middle + 1
      else high = middle
    }
    // Rows of one moment may be out of place.
    while (low < all.length && !isIt(all[low] as ArcRow)) low += 1
    return low < all.length ? low : -1
  }

  /**
   * True for what comes before an index, and for null, which stands for what has passed. Not for a
   * row that was taken out.
   */
  isBefore(row: ArcRow | null, index: number): boolean {
    if (row === null) return true
    if (row.at === gone) return false
    const fromMs = this.#fromMs[index]
    if (fromMs === undefined) return true
    return row.fromMs === fromMs ? this.indexOf(row) < index : row.fromMs < fromMs
  }

  /** True for what comes before a row beyond all changes, or came there and was taken out. */
  cameBefore(row: ArcRow | null, index: number): boolean {
    return row?.at === gone || this.isBefore(row, index)
  }

  /**
   * Visits hits up to an index that ended after a moment, the last first, until `visit` gives true.
   */
  eachBack(index: number, afterMs: number, visit: (row: ArcRow) => boolean | undefined): void {
    this.#eachIndexBack(index, afterMs, at => {
      const row = this.all[at] as ArcRow
      row.at = at
      return visit(row)
    })
  }

  #eachIndexBack(index: number, afterMs: number, visit: (at: number) => boolean | undefined): void {
    const { passed } = this
    const leastMs = afterMs - this.#longestMs
    let at = index
    for (; at >= passed && (this.#fromMs[at] as number) > leastMs; at--)
      if ((this.#toMs[at] as number) > afterMs && this.#area[at] !== noArea && visit(at)) return
    if (this.passedMs <= leastMs) return
    // What has passed need not be in order of its beginning.
    for (at = Math.min(index, passed - 1); at >= 0; at--)
      if ((this.#toMs[at] as number) > afterMs && visit(at)) return
  }

  /** The areas hit up to an index by what ended after a moment, and the latest end of each. */
  endsOfAreas(index: number, afterMs: number): (readonly [admin1: string, untilMs: number])[] {
    const ends: number[] = Array.from(this.#areas, () => never)
    const raise = (area: number, ms: number) => {
      if (ms > (ends[area] ?? never)) ends[area] = ms
    }
    this.#eachIndexBack(index, afterMs, at => {
      const [area, toMs] = [this.#area[at] as number, this.#toMs[at] as number]
      if (area !== manyAreas) raise(area, toMs)
      else
        for (const { admin1 } of (this.all[at] as ArcRow).hits) raise(this.#numberOf(admin1), toMs)
      return false
    })
    const areas = [...this.#areas.keys()]
    return areas
      .map((admin1, area) => [admin1, ends[area] ?? never] as const)
      .filter(([, untilMs]) => untilMs > never)
  }

  /** Hits behind an index, up to another, that ended after a moment, in order of the fold. */
  hitsSince(index: number, afterMs: number, behind = -1): ArcRow[] {
    const found: ArcRow[] = []
    this.eachBack(index, afterMs, row => {
      if (row.at <= behind) return true
      found.push(row)
      return false
    })
    return found.reverse()
  }

  /**
   * The first of the strictest hits up to an index that ended after a moment; null if all are
   * public.
   */
  strictest(index: number, afterMs: number): Incident | null {
    if (this.#strictest === 'public') return null
    const incidents = this.hitsSince(index, afterMs).map(({ incident }) => incident)
    return strictestSince(incidents, Number.NEGATIVE_INFINITY)
  }

  /**
   * The first rows leave. Of them stay the hits that ended after a moment, and the one that ended
   * last.
   */
  pass(count: number, afterMs: number): void {
    const leaving = this.all.slice(0, this.passed + count)
    const lastMs = leaving.reduce(
      (most, { hits, toMs }) => (hits.length > 0 ? Math.max(most, toMs) : most),
      never
    )
    this.#keep(
      leaving.length,
      ({ hits, toMs }) => hits.length > 0 && (toMs > afterMs || toMs === lastMs)
    )
  }

  /** Drops what ended before a moment of what has passed. */
  forget(beforeMs: number): void {
    this.#keep(this.passed, ({ toMs }) => toMs >= beforeMs)
  }

  #keep(count: number, isKept: (row: ArcRow) => boolean): void {
    const kept = this.all.slice(0, count).filter(isKept)
    this.#splice(0, count, kept)
    this.passed = kept.length
    if (kept.length === 0) this.passedMs = never
  }

  /** The last hit before an index; undefined if there is none. */
  lastHitBefore(index: number): ArcRow | undefined {
    for (let at = index - 1; at >= 0; at--)
      if ((this.all[at] as ArcRow).hits.length > 0) return this.all[at]
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
    const box = this.#box as [number, number, number, number, number, number]
    for (const { x, y, z } of points) {
      const dx = Math.max(x - box[0], box[3] - x)
      const dy = Math.max(y - box[1], box[4] - y)
      const dz = Math.max(z - box[2], box[5] - z)
      if (dx * dx + dy * dy + dz * dz >= limit) return false
    }
    return true
  }

  /**
   * Greatest distance between points of a row and hits up to it that ended after a moment, km; at
   * least `atLeastKm`. Exact.
   */
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
    const [froms, ends] = [this.#fromMs, this.#toMs]
    return hits.every(({ admin1 }) => {
      const isHit = this.#hitsOf(admin1)
      let untilMs = Number.NEGATIVE_INFINITY
      this.#eachIndexBack(before, fromMs - this.#windowMs, at => {
        if ((ends[at] as number) > untilMs && isHit(at)) untilMs = ends[at] as number
        return untilMs >= toMs
      })
      for (let at = after; at < froms.length && untilMs < toMs; at++) {
        const windowFromMs = (froms[at] as number) - this.#windowMs
        if (toMs <= windowFromMs) return true
        if (untilMs <= windowFromMs) return false
        if ((ends[at] as number) > untilMs && isHit(at)) untilMs = ends[at] as number
      }
      return Number.isFinite(untilMs)
    })
  }

  /** True if other rows hit each area of a row for as long. */
  isHeldAsLong({ hits, toMs }: ArcRow): boolean {
    return hits.every(({ admin1 }) => {
      const isHit = this.#hitsOf(admin1)
      let isHeld = false
      this.#eachIndexBack(this.all.length - 1, toMs - 1, at => {
        isHeld = isHit(at)
        return isHeld
      })
      return isHeld
    })
  }

  /** Whether the row at an index hit an area. */
  #hitsOf(admin1: string): (at: number) => boolean {
    const area = this.#numberOf(admin1)
    const isAmong = (at: number) => (this.all[at] as ArcRow).hits.some(hit => hit.admin1 === admin1)
    return at => this.#area[at] === area || (this.#area[at] === manyAreas && isAmong(at))
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
