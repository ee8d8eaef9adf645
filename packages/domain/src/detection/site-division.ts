// Which incidents of a settlement lie at which of its sites. In order of the fold, what lies near
// the first point of a site belongs to it, what lies near none begins one, and what has no point
// belongs to all that have begun. Decision 0005.

import { type Incident, placesOf } from '../incident/incident.ts'
import {
  areOneSettlement,
  type SettledPlace,
  settlementWidthMaxKm
} from '../report/one-settlement.ts'
import { distanceKm, type Point } from '../space-time/geometry.ts'

/**
 * Maximum number of sites of one settlement; what lies near none of so many belongs to the nearest.
 * A row has a bit for each.
 */
export const sitesMax = 32

/** Stands before all rows. */
const beforeRows = -1

/**
 * All that lies so near one point is certainly of one site, kilometres: little less than half of a
 * settlement's width.
 */
const surelyOneKm = settlementWidthMaxKm / 2 - 0.1

export class SiteDivision {
  readonly #settlement: string
  /** In order of the fold. */
  readonly #rows: readonly Incident[]
  /**
   * The settlement, with the point that was told first there, if one was. In the order in which
   * they began; one at least.
   */
  readonly #sites: SettledPlace[]
  /** Of each site, the row that gave its point; of the first, infinity if none has. */
  readonly #givenAt: number[]
  /**
   * Of each row, the sites that it belongs to, as bits. Empty while all of them lie so near one
   * point that there is one.
   */
  #masks: number[] = []
  /** A point near which all lie that have been seen; null: none has a point. */
  #middle: Point | null = null
  #isNarrow = true

  /** `known`: the points of the sites that began before the rows. */
  constructor(settlement: string, rows: readonly Incident[], known: readonly (Point | null)[]) {
    this.#settlement = settlement
    this.#rows = rows
    const points = known.length === 0 ? [null] : known
    this.#sites = points.map(point => siteAt(settlement, point))
    this.#givenAt = points.map(point => (point === null ? Number.POSITIVE_INFINITY : beforeRows))
    for (const point of points) if (point !== null) this.#seePoint(point)
  }

  /** In the order in which they began; one at least. */
  get sites(): readonly SettledPlace[] {
    return this.#sites
  }

  /** The points of those that began before the rows. */
  get pointsBefore(): readonly (Point | null)[] {
    return this.#sites.flatMap((site, i) =>
      i === 0 || this.#givenAt[i] === beforeRows ? [pointBefore(site, this.#givenAt[i])] : []
    )
  }

  /** An incident is among the rows from now on; `divide` follows. */
  see(incident: Incident): void {
    if (!this.#isNarrow) return
    for (const place of placesOf(incident))
      if (isPointOf(this.#settlement, place)) this.#seePoint(place)
  }

  #seePoint(point: Point): void {
    this.#middle ??= point
    if (distanceKm(this.#middle, point) > surelyOneKm) this.#isNarrow = false
  }

  /** The rows differ from one on. True if a site has begun, is gone, or has another point. */
  divide(from: number): boolean {
    const isSure = this.#isNarrow && this.#masks.length === 0
    if (isSure && (this.#givenAt[0] as number) < from) return false
    const before = [...this.#sites]
    const isFirst = this.#masks.length === 0
    this.#goBackTo(from)
    if (this.#isNarrow) this.#findPoint(from)
    else {
      // Until now nothing was looked at.
      if (isFirst) this.#goBackTo(0)
      for (let row = this.#masks.length; row < this.#rows.length; row++)
        this.#masks.push(this.#meet(row))
    }
    let isMoved = before.length !== this.#sites.length
    for (const [i, site] of before.entries()) {
      const now = this.#sites[i]
      if (now === undefined || site === now) continue
      if (site.lat === now.lat && site.lon === now.lon) this.#sites[i] = site
      else isMoved = true
    }
    return isMoved
  }

  #goBackTo(row: number): void {
    while (this.#sites.length > 1 && (this.#givenAt.at(-1) as number) >= row) {
      this.#sites.pop()
      this.#givenAt.pop()
    }
    if ((this.#givenAt[0] as number) >= row) this.#give(null, Number.POSITIVE_INFINITY)
    if (this.#masks.length > row) this.#masks.length = row
  }

  #give(point: Point | null, row: number): void {
    this.#sites[0] = siteAt(this.#settlement, point)
    this.#givenAt[0] = row
  }

  #findPoint(from: number): void {
    for (let row = from; row < this.#rows.length && this.#sites[0]?.lat === null; row++) {
      const place = placesOf(this.#rows[row] as Incident).find(each =>
        isPointOf(this.#settlement, each)
      )
      if (place !== undefined) this.#give(place as Point, row)
    }
  }

  /** The sites that a row belongs to; it may begin some. */
  #meet(row: number): number {
    let met = 0
    for (const place of placesOf(this.#rows[row] as Incident)) {
      if (!isPointOf(this.#settlement, place)) continue
      if (this.#sites[0]?.lat === null) this.#give(place, row)
      let near = 0
      for (let i = 0; i < this.#sites.length; i++)
        if (areOneSettlement(this.#sites[i] as SettledPlace, place)) near |= 1 << i
      met |= near === 0 ? 1 << this.#begin(place, row) : near
    }
    return met === 0 ? ((2 << (this.#sites.length - 1)) - 1) | 0 : met
  }

  /** The number of a new site, or of the nearest if there are too many. */
  #begin(point: Point, row: number): number {
    if (this.#sites.length < sitesMax) {
      this.#givenAt.push(row)
      return this.#sites.push(siteAt(this.#settlement, point)) - 1
    }
    const apartKm = (i: number) => distanceKm(this.#sites[i] as SettledPlace & Point, point)
    return [...this.#sites.keys()].reduce(
      (nearest, i) => (apartKm(i) < apartKm(nearest) ? i : nearest),
      0
    )
  }

  /** True if a row belongs to a site. */
  isAt(row: number, site: number): boolean {
    return ((this.#masks[row] ?? 1) & (1 << site)) !== 0
  }

  /** The first rows leave the list next: the sites that they began stay. */
  passBefore(count: number): void {
    for (let i = 0; i < this.#sites.length; i++) {
      const at = this.#givenAt[i] as number
      this.#givenAt[i] = at < count ? beforeRows : at - count
    }
    this.#masks.splice(0, count)
  }

  /** Forgets a site other than the first, to which no row belongs. */
  forget(site: number): void {
    this.#sites.splice(site, 1)
    this.#givenAt.splice(site, 1)
    const below = (1 << site) - 1
    this.#masks = this.#masks.map(mask => (mask & below) | ((mask >>> 1) & ~below))
  }
}

function siteAt(settlement: string, point: Point | null): SettledPlace {
  return { settlement, lat: point?.lat ?? null, lon: point?.lon ?? null }
}

function isPointOf<P extends SettledPlace>(settlement: string, place: P): place is P & Point {
  return place.settlement === settlement && place.lat !== null && place.lon !== null
}

function pointBefore({ lat, lon }: SettledPlace, givenAt: number | undefined): Point | null {
  return givenAt !== beforeRows || lat === null || lon === null ? null : { lat, lon }
}
