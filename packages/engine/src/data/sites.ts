// Sites: different points, numbered.

import { computeDistanceKm, kmPerDegree } from './distance.ts'

/** Points that agree to five decimals, about a metre, are one site. */
const pointScale = 1e5
const pointRow = 360 * pointScale + 1

export class Sites {
  readonly lat: number[] = []
  readonly lon: number[] = []
  readonly #siteByPoint = new Map<number, number>()

  /** The site of a point, which is new if the point is; -1 without a point. */
  addPoint(lat: number, lon: number): number {
    if (Number.isNaN(lat) || Number.isNaN(lon)) return -1
    const point =
      Math.round((lat + 90) * pointScale) * pointRow + Math.round((lon + 180) * pointScale)
    const known = this.#siteByPoint.get(point)
    if (known !== undefined) return known
    const site = this.lat.push(lat) - 1
    this.lon.push(lon)
    this.#siteByPoint.set(point, site)
    return site
  }

  /** The difference in latitude, which is no more than the distance, decides most cases. */
  areWithin(a: number, b: number, km: number): boolean {
    if (a === b) return true
    const latKm = Math.abs(this.lat[a]! - this.lat[b]!) * kmPerDegree
    return latKm <= km && this.computeKm(a, b) <= km
  }

  computeKm(a: number, b: number): number {
    if (a === b) return 0
    return computeDistanceKm(this.lat[a]!, this.lon[a]!, this.lat[b]!, this.lon[b]!)
  }
}
