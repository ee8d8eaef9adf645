// One layer of the map: areas with their codes, countries, disputes and shapes. The gazetteer's own
// layer comes from its tables; a boundaries file may add a second one above it.

import { distanceKm, type Point } from '@tocsin/domain/space-time/geometry'
import { AreaMap } from './area-map.ts'
import { type RingTables, unitsPerDegree } from './map-zone.ts'

export interface Area {
  /** ISO 3166-2; null if the list has none for it. */
  readonly code: string | null
  /** Codes of areas that were split off after the map was drawn. */
  readonly otherCodes: readonly string[]
  /** ISO 3166-1; null if it belongs to no country. */
  readonly country: string | null
  readonly name: string
  readonly dispute: AreaDispute | null
}

export interface AreaDispute {
  readonly name: string
  /** ISO 3166-1, in alphabetical order. */
  readonly claimants: readonly string[]
}

export interface Circle {
  readonly center: Point
  readonly radiusKm: number
}

export class AreaLayer {
  readonly areas: readonly Area[]
  readonly #map: AreaMap
  readonly #circles = new Map<string, Circle | null>()

  constructor(areas: readonly Area[], rings: RingTables) {
    this.areas = areas
    this.#map = new AreaMap(rings)
  }

  get rings(): RingTables {
    return this.#map.rings
  }

  /** The area that contains the point; null if none does. */
  findArea(point: Point): Area | null {
    return this.areas[this.#map.findArea(point)] ?? null
  }

  /** The areas near a point that is in none. */
  findAreasBeside(point: Point, withinKm: number): readonly Area[] {
    return this.#map.findBeside(point, withinKm).flatMap(area => this.areas[area] ?? [])
  }

  /**
   * The nearest area of a country to a point outside it, with the first of the given distances that
   * reaches it; null beyond them.
   */
  findTowards(
    point: Point,
    country: string,
    distancesKm: readonly number[]
  ): { readonly area: Area; readonly km: number } | null {
    for (const km of distancesKm) {
      const met = this.#map.findAround(point, km).flatMap(i => this.areas[i] ?? [])
      const area = met.find(a => a.country === country)
      if (area) return { area, km }
    }
    return null
  }

  /**
   * A circle that covers the area of a code, or a country if no code is given; null if the layer
   * does not have it. Cached.
   */
  getCircle(country: string, code: string | null): Circle | null {
    const key = code ?? country
    const known = this.#circles.get(key)
    if (known !== undefined) return known
    const circle = computeCircle(
      this.#listCorners(a => (code === null ? a.country === country : listCodes(a).includes(code)))
    )
    this.#circles.set(key, circle)
    return circle
  }

  #listCorners(isMeant: (area: Area) => boolean): Point[] {
    const { xs, ys, ringStarts, ringAreas } = this.#map.rings
    const meant = new Set(this.areas.flatMap((area, i) => (isMeant(area) ? [i] : [])))
    const corners: Point[] = []
    for (let ring = 0; ring < ringAreas.length; ring++) {
      if (!meant.has(ringAreas[ring] as number)) continue
      for (let i = ringStarts[ring] as number; i < (ringStarts[ring + 1] as number); i++) {
        corners.push({
          lat: (ys[i] as number) / unitsPerDegree,
          lon: (xs[i] as number) / unitsPerDegree
        })
      }
    }
    return corners
  }
}

/**
 * The centre of the corners' bounding box with the radius that covers them; across the date line if
 * that is shorter. A coast has more corners than a call takes arguments.
 */
function computeCircle(corners: readonly Point[]): Circle | null {
  if (corners.length === 0) return null
  const plain = computeMiddle(corners, lon => lon)
  const shifted = computeMiddle(corners, lon => (lon < 0 ? lon + 360 : lon))
  const { lat, lon } = shifted.width < plain.width ? shifted : plain
  const center = { lat, lon: lon > 180 ? lon - 360 : lon }
  return {
    center,
    radiusKm: corners.reduce((reach, corner) => Math.max(reach, distanceKm(center, corner)), 0)
  }
}

function computeMiddle(corners: readonly Point[], turned: (lon: number) => number) {
  let [south, north, west, east] = [90, -90, 360, -360]
  for (const { lat, lon } of corners) {
    south = Math.min(south, lat)
    north = Math.max(north, lat)
    west = Math.min(west, turned(lon))
    east = Math.max(east, turned(lon))
  }
  return { lat: (south + north) / 2, lon: (west + east) / 2, width: east - west }
}

/** All codes of an area, the main one first. Pure. */
export function listCodes({ code, otherCodes }: Area): readonly string[] {
  return code === null ? otherCodes : [code, ...otherCodes]
}
