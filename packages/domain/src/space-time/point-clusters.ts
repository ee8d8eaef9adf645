// Points on the sphere in small cells, so that a distance is decided for a whole village at once.
// Results equal those of the single points.

import { distanceKm, earthRadiusKm, kmPerDegree, type Point } from './geometry.ts'

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
  return {
    lat,
    lon,
    x: across * Math.cos(lon * radians),
    y: across * Math.sin(lon * radians),
    z: Math.sin(lat * radians)
  }
}

interface Cluster {
  readonly first: SpherePoint
  readonly points: SpherePoint[]
  /** Longest chord from the first point to any other, on the unit sphere. */
  reach: number
}

/** Precision of chords; where it leaves a comparison open, the great-circle distance decides. */
const slack = 1e-9
/** Precision of squared chords. */
export const squareSlack = 1e-13
/** More columns than cells of any size can have around the Earth. */
const columnsMax = 1e9

export class PointClusters {
  readonly #degrees: number
  readonly #byCell = new Map<number, Cluster>()
  readonly #clusters: Cluster[] = []

  /** `widthKm`: width of a cell. */
  constructor(widthKm: number) {
    this.#degrees = Math.max(widthKm, 0.01) / kmPerDegree
  }

  add(point: SpherePoint): void {
    const cell =
      Math.floor(point.lat / this.#degrees) * columnsMax + Math.floor(point.lon / this.#degrees)
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

  /** True if some point lies at least `km` from a point. */
  hasApart(point: SpherePoint, km: number): boolean {
    const side = sideOf(point, km)
    const isApart = liesApart(km)
    return this.#clusters.some(cluster => {
      const known = side(cluster)
      return known === 'apart' || (known === 'open' && cluster.points.some(p => isApart(p, point)))
    })
  }

  /** True if all points lie at least `km` from a point. */
  areApart(point: SpherePoint, km: number): boolean {
    const side = sideOf(point, km)
    const isApart = liesApart(km)
    return this.#clusters.every(cluster => {
      const known = side(cluster)
      return known === 'apart' || (known === 'open' && cluster.points.every(p => isApart(p, point)))
    })
  }

  /** The points that lie at least `km` from a point. */
  apartFrom(point: SpherePoint, km: number): SpherePoint[] {
    const side = sideOf(point, km)
    const isApart = liesApart(km)
    return this.#clusters.flatMap(cluster =>
      side(cluster) === 'near' ? [] : cluster.points.filter(p => isApart(p, point))
    )
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

  /**
   * A lower bound of the greatest distance, mostly close to it: from the farthest point of one
   * point to the farthest of that.
   */
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

  /**
   * The clusters that may contain an end of a chord of at least this length: those far enough from
   * the centre.
   */
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

/**
 * Whether all points of a cluster are apart from a point, or all near; `open` if they must be
 * compared one by one.
 */
function sideOf(point: SpherePoint, km: number): (cluster: Cluster) => 'near' | 'apart' | 'open' {
  const limit = chordOf(km)
  return ({ first, reach }) => {
    const middle = chord(first, point)
    if (middle + reach < limit - slack) return 'near'
    return middle - reach > limit + slack ? 'apart' : 'open'
  }
}

/** Updates the greatest distance with the pairs between two clusters. */
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

/**
 * Returns a test of whether two points lie at least `km` apart. Exact: the same answer as by the
 * great circle.
 */
export function liesApart(km: number): (a: SpherePoint, b: SpherePoint) => boolean {
  const limit = chordSquared(km)
  return (a, b) => {
    const square = 2 - 2 * (a.x * b.x + a.y * b.y + a.z * b.z)
    return Math.abs(square - limit) > squareSlack ? square > limit : distanceKm(a, b) >= km
  }
}

/** Square of the chord of the unit sphere under `km` kilometres. */
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
