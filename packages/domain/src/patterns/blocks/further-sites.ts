// How many places there are beyond the ids of settlements, where one id stands for places too far
// apart for one: a name that the gazetteer lacks has one in its whole first-level area. Decision
// 0005.

import { sitesMax } from '../../detection/site-division.ts'
import { type SettledPlace, settlementWidthMaxKm } from '../../report/one-settlement.ts'
import { onSphere, type SpherePoint } from '../../space-time/point-clusters.ts'
import { sitesApart } from '../episode/sites-apart.ts'

/** Two points as far as this apart are not in one settlement, kilometres. */
const apartKm = settlementWidthMaxKm + 1e-6

interface Known {
  /** How often each point is told of. */
  readonly points: Map<string, { readonly point: SpherePoint; count: number }>
  /** How many of them lie apart from each other, but one. */
  further: number
}

export class FurtherSites {
  readonly #bySettlement = new Map<string, Known>()
  #count = 0

  /** Of each settlement as many points as lie apart from each other, but one. */
  get count(): number {
    return this.#count
  }

  /** A place is told of once more, or once less. */
  tell({ settlement, lat, lon }: SettledPlace, sign: 1 | -1): void {
    if (settlement === null || lat === null || lon === null) return
    const known = this.#bySettlement.get(settlement) ?? { points: new Map(), further: 0 }
    const key = `${lat},${lon}`
    const there = known.points.get(key) ?? { point: onSphere({ lat, lon }), count: 0 }
    const isOther = there.count === 0 || there.count + sign === 0
    there.count += sign
    if (!isOther) return
    if (there.count === 0) known.points.delete(key)
    else known.points.set(key, there)
    if (known.points.size === 0) this.#bySettlement.delete(settlement)
    else this.#bySettlement.set(settlement, known)
    const further = furtherOf(known)
    this.#count += further - known.further
    known.further = further
  }
}

function furtherOf({ points }: Known): number {
  if (points.size < 2) return 0
  // In an order of their own: a search that is cut depends on it.
  const inOrder = [...points.keys()]
    .sort()
    .map(key => (points.get(key) as { readonly point: SpherePoint }).point)
  return sitesApart(inOrder, apartKm, { most: sitesMax }).sites - 1
}
