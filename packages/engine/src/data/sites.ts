// Sites: different points, numbered. Violence returns to the same places, so the sites around a
// site are computed once for each radius.

import { computeColumnReach, computeDistanceKm, kmPerDegree } from './distance.ts'

const cellsPerDegree = 2
const columnCount = 360 * cellsPerDegree
/** Points that agree to five decimals, about a metre, are one site. */
const pointScale = 1e5
const pointRow = 360 * pointScale + 1

export class Sites {
  readonly lat: number[] = []
  readonly lon: number[] = []
  readonly #siteByPoint = new Map<number, number>()
  readonly #sitesByCell = new Map<number, number[]>()
  /** By radius and site: the sites within the radius, the site itself included. */
  readonly #withinByKm = new Map<number, (number[] | undefined)[]>()

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
    this.#addToGrid(site)
    return site
  }

  /** The sites within a distance, the site itself included. The list grows with new sites. */
  listWithin(site: number, km: number): readonly number[] {
    let lists = this.#withinByKm.get(km)
    if (lists === undefined) {
      lists = []
      this.#withinByKm.set(km, lists)
    }
    lists[site] ??= this.#findWithin(site, km)
    return lists[site]
  }

  computeKm(a: number, b: number): number {
    return computeDistanceKm(this.lat[a]!, this.lon[a]!, this.lat[b]!, this.lon[b]!)
  }

  /** Files a new site, and adds it to the lists that exist. */
  #addToGrid(site: number): void {
    const cell = getCell(getRow(this.lat[site]!), getColumn(this.lon[site]!))
    const sites = this.#sitesByCell.get(cell)
    if (sites === undefined) this.#sitesByCell.set(cell, [site])
    else sites.push(site)
    for (const [km, lists] of this.#withinByKm) {
      const within = this.#findWithin(site, km)
      lists[site] = within
      for (const other of within) if (other !== site) lists[other]?.push(site)
    }
  }

  #findWithin(site: number, km: number): number[] {
    const [lat, lon] = [this.lat[site]!, this.lon[site]!]
    const [row, column] = [getRow(lat), getColumn(lon)]
    const rowReach = Math.ceil((km / kmPerDegree) * cellsPerDegree)
    const columnReach = computeColumnReach(lat, km, cellsPerDegree)
    // All columns once: the reach to both sides may be more than the globe has.
    const last = Math.min(column + columnReach, column - columnReach + columnCount - 1)
    const found: number[] = []
    for (let y = row - rowReach; y <= row + rowReach; y++)
      for (let x = column - columnReach; x <= last; x++)
        for (const other of this.#sitesByCell.get(getCell(y, x)) ?? [])
          if (this.computeKm(site, other) <= km) found.push(other)
    return found
  }
}

function getRow(lat: number): number {
  return Math.floor((lat + 90) * cellsPerDegree)
}

function getColumn(lon: number): number {
  return Math.floor((lon + 180) * cellsPerDegree)
}

/** Columns wrap around the globe: 180° east is 180° west. */
function getCell(row: number, column: number): number {
  return row * columnCount + (((column % columnCount) + columnCount) % columnCount)
}
