// A place that somebody points at on a map: how precisely, in which area, and the bounds of a
// country. Pure.

import {
  type BaseMap,
  type Bounds,
  type Corner,
  computeBounds,
  type Feature,
  type Polygon
} from './base-map.ts'

export interface Pointed {
  readonly lat: number
  readonly lon: number
  /** Precision, km; null: not stated. */
  readonly km: number | null
}

/** Radius of the ring in the middle, px: as exactly as one can point. */
export const ringPx = 22
/** From here on a point would be a false pin, km: the gazetteer finds no settlement either. */
export const pointKmMax = 25
const equatorKm = 40_075
const worldPx = 512
const roundKm = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]

/** What the ring covers at a zoom, rounded up: never more exact than it was pointed at. */
export function kmAt(zoom: number, lat: number): number {
  const km = (ringPx * equatorKm * Math.cos((lat * Math.PI) / 180)) / (worldPx * 2 ** zoom)
  return roundKm.find(round => round >= km) ?? 5_000
}

/** With as many decimals as its precision bears, to be read and corrected. */
export function coordinateText(degrees: number, km: number): string {
  const decimals = km >= 20 ? 1 : km >= 2 ? 2 : 3
  return degrees.toFixed(decimals)
}

/** The zoom at which the ring is as wide as a precision, or a little less. */
export function zoomFor({ lat, km }: Pointed): number {
  const shownKm = Math.max(0.5, km ?? 5)
  const zoom = Math.log2(
    (ringPx * equatorKm * Math.cos((lat * Math.PI) / 180)) / (worldPx * shownKm)
  )
  return Math.max(1, Math.min(9, Math.ceil(zoom * 10) / 10))
}

/** The code of the area that contains a place; null at sea and on land without one. O(corners). */
export function areaAt(land: BaseMap['land'], at: Corner): string | null {
  const found = land.features.find(({ geometry }) => isInside(geometry.coordinates[0] ?? [], at))
  const code = String(found?.properties.code ?? '')
  return /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(code) ? code : null
}

/** Whether a ray to the east crosses the ring an odd number of times. */
function isInside(ring: readonly Corner[], [lon, lat]: Corner): boolean {
  let isIn = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[i] as Corner, ring[j] as Corner]
    if (ay > lat !== by > lat && lon < ((bx - ax) * (lat - ay)) / (by - ay) + ax) isIn = !isIn
  }
  return isIn
}

/** Around the areas of a country; null if the map has none. O(corners). */
export function countryBounds(land: BaseMap['land'], country: string): Bounds | null {
  const isAbout = ({ properties }: Feature<Polygon>) =>
    String(properties.code).startsWith(`${country}-`)
  const corners = land.features
    .filter(isAbout)
    .flatMap(({ geometry }) => geometry.coordinates[0] ?? [])
  return corners.length === 0 ? null : computeBounds(corners)
}
