// Distances on the globe, in km.

export const kmPerDegree = 111.195
const earthKm = 6371.0088
const radians = Math.PI / 180

/** Great-circle distance between two points, in degrees. */
export function computeDistanceKm(latA: number, lonA: number, latB: number, lonB: number): number {
  const sinLat = Math.sin(((latB - latA) * radians) / 2)
  const sinLon = Math.sin(((lonB - lonA) * radians) / 2)
  const h = sinLat * sinLat + Math.cos(latA * radians) * Math.cos(latB * radians) * sinLon * sinLon
  return 2 * earthKm * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** Degrees from one longitude to another, the short way around the globe: -180 to 180. */
export function subtractLongitudes(to: number, from: number): number {
  return ((to - from + 540) % 360) - 180
}

/**
 * Grid columns on either side of a point that contain everything within `km`; half of all columns
 * where the distance reaches around the pole.
 */
export function computeColumnReach(lat: number, km: number, columnsPerDegree: number): number {
  const share = Math.sin(km / earthKm) / Math.cos(lat * radians)
  if (!(share < 1)) return 180 * columnsPerDegree
  return Math.ceil((Math.asin(share) / radians) * columnsPerDegree)
}
