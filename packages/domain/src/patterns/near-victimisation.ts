// What comes near to a repeat victimisation.

import { dayMs } from '../event-time.ts'
import type { Incident } from '../incident.ts'
import type { NearMiss } from '../pattern.ts'
import { placesIn, type RepeatVictimisationParameters } from './civilian-harm.ts'
import { areOnePlace, nameOfPlace } from './same-place.ts'

/** One attack fewer on a place than it takes. */
export function nearVictimisation(
  { admin1, loose }: { readonly admin1: string; readonly loose: readonly Incident[] },
  horizonMs: number,
  parameters: RepeatVictimisationParameters
): readonly NearMiss[] {
  const { incidentsMin, placeKm, windowDays } = parameters
  const young = loose.filter(i => i.toMs > horizonMs - windowDays * dayMs)
  const misses = new Map<string, NearMiss>()
  for (const incident of young) {
    for (const place of placesIn(incident, admin1)) {
      const incidents = young.filter(i => placesIn(i, admin1).some(other => areOnePlace(place, other, placeKm)))
      if (incidents.length !== incidentsMin - 1) continue
      misses.set(incidents.map(i => i.id).join(' '), {
        group: { admin1, settlement: nameOfPlace(place) },
        measure: {
          name: `attacks on civilians in ${windowDays} days`,
          value: incidents.length,
          threshold: incidentsMin,
          baseline: null
        },
        lacks: '1 attack more',
        incidents
      })
    }
  }
  return [...misses.values()]
}
