// Seats of areas that no settlement of the tables covers: the list of towns omits them or assigns
// them to an obsolete area. Used only next to the settlements to find a point's part of a split
// area: they have no id and can't be found by name. Entered by hand from atlases, to a hundredth of
// a degree; for some areas several towns, if the seat is at the edge.

import { distanceKm, type Point } from '@tocsin/domain/space-time/geometry'

export interface AreaSeat extends Point {
  /** ISO 3166-2. */
  readonly admin1: string
}

const seatRows: readonly (readonly [admin1: string, lat: number, lon: number])[] = [
  // Algeria's provinces of 2019, and those of which they were parts.
  ['DZ-50', 21.33, 0.95],
  ['DZ-52', 30.13, -2.17],
  ['DZ-54', 19.57, 5.77],
  ['DZ-56', 24.55, 9.48],
  ['DZ-33', 26.48, 8.48],
  ['DZ-33', 28.12, 9.57],
  ['DZ-57', 33.95, 5.92],
  ['DZ-58', 30.58, 2.88],
  // The two halves of Northamptonshire, since 2021.
  ['GB-NNH', 52.4, -0.73],
  ['GB-NNH', 52.49, -0.69],
  ['GB-NNH', 52.3, -0.69],
  ['GB-NNH', 52.48, -0.47],
  ['GB-WNH', 52.24, -0.9],
  ['GB-WNH', 52.26, -1.16],
  ['GB-WNH', 52.13, -0.99],
  ['GB-WNH', 52.03, -1.15],
  // Three seats of the provinces of Papua of 2022.
  ['ID-PE', -4.86, 139.48],
  ['ID-PS', -8.49, 140.4],
  ['ID-PT', -4.55, 136.89],
  // Ulytau, cut from Karaganda in 2022.
  ['KZ-62', 48.63, 67],
  ['KZ-62', 47.9, 67.53],
  // Xaisomboun, cut from Vientiane and Xiangkhouang in 2013.
  ['LA-XI', 19.45, 103.2],
  ['LA-XS', 18.91, 103.09],
  ['LA-XS', 19.14, 102.92],
  // Karonga, which the map draws with Chitipa.
  ['MW-CT', -9.7, 33.27],
  ['MW-KR', -9.93, 33.93],
  ['MW-KR', -10.34, 34.13],
  // Districts of São Tomé.
  ['ST-02', 0.26, 6.74],
  ['ST-04', 0.36, 6.55]
]

export const areaSeats: readonly AreaSeat[] = seatRows.map(([admin1, lat, lon]) => ({
  admin1,
  lat,
  lon
}))

/**
 * A point of a split area belongs to the part of the nearest settlement, if the nearest of any
 * other part is this many times as far. Closer to a tie the part is unknown.
 */
export const successorClearance = 1.5

/** Lower bound of the distance between two points, km per degree of latitude between them. */
const kmPerDegree = 111

/**
 * The part of a split area that a point is in, by the nearest settlement or seat of each part;
 * null if two are nearly tied. Pure; O(voices).
 */
export function clearArea(voices: readonly AreaSeat[], point: Point): string | null {
  let nearest: AreaSeat | null = null
  let nearestKm = Number.POSITIVE_INFINITY
  // Among areas other than that of the nearest.
  let otherKm = Number.POSITIVE_INFINITY
  for (const voice of voices) {
    if (Math.abs(voice.lat - point.lat) * kmPerDegree > otherKm) continue
    const km = distanceKm(point, voice)
    const isOther = nearest !== null && voice.admin1 !== nearest.admin1
    if (km < nearestKm) {
      if (isOther) otherKm = nearestKm
      nearest = voice
      nearestKm = km
    } else if (isOther && km < otherKm) otherKm = km
  }
  return nearest !== null && otherKm >= successorClearance * nearestKm ? nearest.admin1 : null
}
