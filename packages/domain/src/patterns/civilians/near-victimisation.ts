// Near misses of a repeat victimisation.

import type { NearMiss } from '../../detection/near-miss.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { dayMs, isLongerThan } from '../../space-time/event-time.ts'
import { nameOfPlace } from '../episode/same-place.ts'
import { isAt, type RepeatVictimisationParameters } from './civilian-harm.ts'

/** One attack on a place less than needed. */
export function nearVictimisation(
  loose: readonly Incident[],
  horizonMs: number,
  parameters: RepeatVictimisationParameters
): readonly NearMiss[] {
  const { incidentsMin, placeKm, windowDays } = parameters
  const young = loose.filter(
    i => i.toMs > horizonMs - windowDays * dayMs && !isLongerThan(i, windowDays)
  )
  const misses = new Map<string, NearMiss>()
  for (const incident of young) {
    for (const place of placesOf(incident)) {
      const incidents = young.filter(i => isAt(i, place, placeKm))
      if (incidents.length !== incidentsMin - 1) continue
      misses.set(incidents.map(i => i.id).join(' '), {
        group: {
          ...(place.admin1 === null ? {} : { admin1: place.admin1 }),
          settlement: nameOfPlace(place)
        },
        measure: {
          name: `attacks on civilians in ${windowDays} days`,
          value: incidents.length,
          threshold: incidentsMin,
          baseline: null
        },
        lacks: '1 more attack',
        incidents
      })
    }
  }
  return [...misses.values()]
}
