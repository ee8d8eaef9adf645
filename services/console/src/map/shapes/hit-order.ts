// The places of an arc in the order in which they were hit first. Dates are intervals: where they
// leave the order open, places have the same number, and no arrow goes from one to the other. Pure.

import type { ShownEvent } from '../evidence-steps.ts'
import { drawablePlaces } from '../shown-places.ts'
import { kmBetween, type Spot } from './hull.ts'

export interface HitPlace extends Spot {
  /** One more than those that were certainly hit before it. */
  readonly number: number
  readonly name: string
}

export interface HitStep {
  readonly from: HitPlace
  readonly to: HitPlace
  /** It is known that the one was hit before the other. */
  readonly isOrdered: boolean
}

export interface HitOrder {
  readonly places: readonly HitPlace[]
  readonly steps: readonly HitStep[]
}

/**
 * Nearer in one area, a place does not extend an arc, km: the pattern counts places as separate in
 * the same way.
 */
const apartKm = 100
/** With more places the order is unreadable on a map; the list has all. */
const placesMax = 30

interface Hit extends Spot {
  readonly name: string
  readonly area: string | null
  readonly fromMs: number
  readonly toMs: number
}

/** `triggers`: in order of time. O(triggers · places). */
export function compareHits(triggers: readonly ShownEvent[]): HitOrder {
  const hits: Hit[] = []
  for (const hit of triggers.flatMap(listHits)) {
    const isNewArea = hit.area !== null && hits.every(({ area }) => area !== hit.area)
    if (
      hits.length < placesMax &&
      (isNewArea || hits.every(each => kmBetween(each, hit) >= apartKm))
    )
      hits.push(hit)
  }
  const places = hits.map(
    (hit): HitPlace => ({
      ...{ lat: hit.lat, lon: hit.lon, km: hit.km, name: hit.name },
      number: 1 + hits.filter(({ toMs }) => toMs < hit.fromMs).length
    })
  )
  const steps = places.slice(1).map((to, i): HitStep => {
    const isOrdered = (hits[i]?.toMs ?? Number.POSITIVE_INFINITY) < (hits[i + 1]?.fromMs ?? 0)
    return { from: places[i] as HitPlace, to, isOrdered }
  })
  return { places, steps }
}

/** Whether of any two places it is known which was hit first. */
export function isOrdered({ places }: HitOrder): boolean {
  return places.some(({ number }) => number > 1)
}

function listHits({ incident }: ShownEvent): Hit[] {
  const [fromMs, toMs] = [Date.parse(incident.occurred.from), Date.parse(incident.occurred.to)]
  const area = incident.place.admin1
  return drawablePlaces(incident).map(({ lat, lon, km, label = '' }, i) => ({
    ...{ lat, lon, km, name: label, fromMs, toMs },
    area: i === 0 ? area : (incident.alsoAt[i - 1]?.admin1 ?? null)
  }))
}
