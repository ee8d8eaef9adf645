// Points on the sphere by small cells, so that questions of distance are asked of a whole village at once. All answers are those of the points one by one.

import { distanceKm, earthRadiusKm, kmPerDegree, type Point } from '../../space-time/geometry.ts'

/** A point with its unit vector. */
export interface SpherePoint extends Point {
  readonly x: number
  readonly y: number
  readonly z: number
}

const radians = Math.PI / 180

/** A point with its unit vector. Pure. */
export function onSphere({ lat, lon }: Point): SpherePoint {
  const across = Math.cos(lat * radians)
  return { lat, lon, x: across * Math.cos(lon * radians), y: across * Math.sin(lon * radians), z: Math.sin(lat * radians) }
}

interface Cluster {
  readonly first: SpherePoint
  readonly points: SpherePoint[]
  /** Greatest chord from the first to any of them, of the unit sphere. */
  reach: number
}

/** Chords are good to this; where that leaves a comparison open, the great circle decides. */
const slack = 1e-9
/** Squares of chords are good to this. */
export const squareSlack = 1e-13
/** More columns than cells of any size can have around the Earth. */
const columnsMax = 1e9

export class PointClusters {
  readonly #degrees: number
  readonly #byCell = new Map<number, Cluster>()
  readonly #clusters: Cluster[] = []

  /** Cells are so wide, km. */
  constructor(widthKm: number) {
    this.#degrees = Math.max(widthKm, 0.01) / kmPerDegree
  }

  add(point: SpherePoint): void {
    const cell = Math.floor(point.lat / this.#degrees) * columnsMax + Math.floor(point.lon / this.#degrees)
    const known = this.#byCell.get(cell)
    if (known === undefined) {
      const fresh = { first: point, points: [point], reach: 0 }
      this.#byCell.set(cell, fresh)
      this.#clusters.push(fresh)
      return
    }
    known.points.push(point)
    known.reach = Math.max(known.reach, chord(known.first, point))
  }

  /** True where one of them lies so far from a point. */
  hasApart(point: SpherePoint, km: number): boolean {
    const side = sideOf(point, km)
    const isApart = liesApart(km)
    return this.#clusters.some(cluster => {
      const known = side(cluster)
      return known === 'apart' || (known === 'open' && cluster.points.some(p => isApart(p, point)))
    })
  }

  /** True where all of them lie so far from a point. */
  areApart(point: SpherePoint, km: number): boolean {
    const side = sideOf(point, km)
    const isApart = liesApart(km)
    return this.#clusters.every(cluster => {
      const known = side(cluster)
      return known === 'apart' || (known === 'open' && cluster.points.every(p => isApart(p, point)))
    })
  }

  /** Those that lie so far from a point. */
  apartFrom(point: SpherePoint, km: number): SpherePoint[] {
    const side = sideOf(point, km)
    const isApart = liesApart(km)
    return this.#clusters.flatMap(cluster => (side(cluster) === 'near' ? [] : cluster.points.filter(p => isApart(p, point))))
  }

  /** Greatest distance between any two, km. */
  greatestKm(): number {
    const found = { km: this.#acrossKm(), chord: 0 }
    found.chord = chordOf(found.km)
    const rim = this.#rim(found.chord)
    for (let i = 0; i < rim.length; i++) {
      for (let j = i; j < rim.length; j++) {
        const [a, b] = [rim[i] as Cluster, rim[j] as Cluster]
        if (chord(a.first, b.first) + a.reach + b.reach > found.chord - slack) lengthen(found, a, b)
      }
    }
    return found.km
  }

  /** A distance that two of them have, and most likely the greatest or nearly so: from the farthest of one to the farthest of that. */
  #acrossKm(): number {
    const [begin] = this.#clusters
    if (begin === undefined) return 0
    const one = this.#farthest(begin.first)
    return distanceKm(one, this.#farthest(one))
  }

  #farthest(point: SpherePoint): SpherePoint {
    let [most, farthest] = [-1, point]
    for (const { first } of this.#clusters) {
      const length = chord(first, point)
      if (length > most) [most, farthest] = [length, first]
    }
    return farthest
  }

  /** Those clusters that may hold an end of a chord of such a length: they lie far enough from the middle of all. */
  #rim(length: number): readonly Cluster[] {
    const clusters = this.#clusters
    const middle = { x: 0, y: 0, z: 0 }
    for (const { first } of clusters) {
      middle.x += first.x / clusters.length
      middle.y += first.y / clusters.length
      middle.z += first.z / clusters.length
    }
    const outmost = clusters.map(({ first, reach }) => chord(first, middle) + reach)
    const most = outmost.reduce((greatest, one) => Math.max(greatest, one), 0)
    return clusters.filter((_, i) => (outmost[i] as number) + most > length - slack)
  }
}

/** Whether all points of a cluster lie so far from a point, or all nearer; open where the points must be asked one by one. */
function sideOf(point: SpherePoint, km: number): (cluster: Cluster) => 'near' | 'apart' | 'open' {
  const limit = chordOf(km)
  return ({ first, reach }) => {
    const middle = chord(first, point)
    if (middle + reach < limit - slack) return 'near'
    return middle - reach > limit + slack ? 'apart' : 'open'
  }
}

/** Points of both clusters that lie further apart than any so far. */
function lengthen(found: { km: number; chord: number }, a: Cluster, b: Cluster): void {
  for (const p of a.points) {
    for (const q of b.points) {
      if (chord(p, q) < found.chord - slack) continue
      const km = distanceKm(p, q)
      if (km <= found.km) continue
      found.km = km
      found.chord = chordOf(km)
    }
  }
}

/** True where two points lie so far apart. Exact: the same answer as by the great circle. */
export function liesApart(km: number): (a: SpherePoint, b: SpherePoint) => boolean {
  const limit = chordSquared(km)
  return (a, b) => {
    const square = 2 - 2 * (a.x * b.x + a.y * b.y + a.z * b.z)
    return Math.abs(square - limit) > squareSlack ? square > limit : distanceKm(a, b) >= km
  }
}

/** Square of the chord of the unit sphere under so many kilometres. */
export function chordSquared(km: number): number {
  return 4 * Math.sin(Math.min(Math.PI / 2, km / (2 * earthRadiusKm))) ** 2
}

function chordOf(km: number): number {
  return Math.sqrt(chordSquared(km))
}

type Vector = Pick<SpherePoint, 'x' | 'y' | 'z'>

function chord(a: Vector, b: Vector): number {
  const [x, y, z] = [a.x - b.x, a.y - b.y, a.z - b.z]
  return Math.sqrt(x * x + y * y + z * z)
}
