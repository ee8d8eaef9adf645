// A walk through the attacks of one window for the points that they add: how many sites lie apart
// is a matter of different points in the order in which they come, however many attacks struck
// each. The next walk begins where it differs from the one before: so one more attack on a day of
// thousands is looked at alone.

import { countBelow } from '../../fold/sorted.ts'
import type { Incident } from '../../incident/incident.ts'
import type { SpherePoint } from '../../space-time/point-clusters.ts'
import type { SitesApart } from '../episode/sites-apart.ts'

export class PointWalk {
  readonly #pointsOf: (incident: Incident) => readonly SpherePoint[]
  readonly #sitesOf: (points: readonly SpherePoint[]) => SitesApart
  /** The attacks of the last walk. */
  #attacks: readonly Incident[] = []
  #first = 0
  #end = 0
  /**
   * The different points, in order, and how many attacks had passed before the one that added it.
   */
  #points: SpherePoint[] = []
  #addedAt: number[] = []
  /** By number of points, what they make. */
  #sites: SitesApart[] = []

  constructor(
    pointsOf: (incident: Incident) => readonly SpherePoint[],
    sitesOf: (points: readonly SpherePoint[]) => SitesApart
  ) {
    this.#pointsOf = pointsOf
    this.#sitesOf = sitesOf
  }

  /** Walks from one attack up to another, which is not included. */
  walk(attacks: readonly Incident[], first: number, end: number): void {
    const same = this.#sameAs(attacks, first, end)
    const left = countBelow(this.#addedAt, same)
    this.#points.length = left
    this.#addedAt.length = left
    this.#sites.length = Math.min(this.#sites.length, left + 1)
    this.#attacks = attacks
    this.#first = first
    this.#end = end
    if (same === end - first) return
    const known = new Map<number, Set<number>>()
    const isNew = ({ lat, lon }: SpherePoint) => {
      const lons = known.get(lat)
      if (lons === undefined) known.set(lat, new Set([lon]))
      else if (lons.has(lon)) return false
      else lons.add(lon)
      return true
    }
    for (const point of this.#points) isNew(point)
    for (let at = first + same; at < end; at++) {
      for (const point of this.#pointsOf(attacks[at] as Incident)) {
        if (!isNew(point)) continue
        this.#points.push(point)
        this.#addedAt.push(at - first)
      }
    }
  }

  /** What the attacks up to one of the walk make. */
  sitesUpTo(at: number): SitesApart {
    const count = countBelow(this.#addedAt, at - this.#first + 1)
    this.#sites[count] ??= this.#sitesOf(this.#points.slice(0, count))
    return this.#sites[count]
  }

  /** With how many attacks of the last walk this one begins. */
  #sameAs(attacks: readonly Incident[], first: number, end: number): number {
    const most = Math.min(this.#end - this.#first, end - first)
    let same = 0
    while (same < most && this.#attacks[this.#first + same] === attacks[first + same]) same += 1
    return same
  }
}
