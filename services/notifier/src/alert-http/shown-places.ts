// Where an incident and its reports were, as readers are shown it: how each place was found, what its name may mean, where else it was. The rules work with
// less than that; it is put together from the reports that the reader may see. Pure.

import type { IncidentState } from '@tocsin/domain/incident/incident-event'
import { isSamePlace } from '@tocsin/domain/incident/incident-place'
import type { Place } from '@tocsin/domain/report/report'

/** Candidates of one place that an answer names; a name may mean some hundred settlements. */
export const candidatesShownMax = 20
/** Further places of an incident that are shown, as many as the rules look at. */
export const furtherShownMax = 20

export interface ShownPlace extends Place {
  /** How many candidates more there are. Left out where there are none. */
  readonly candidatesOmitted?: number
}

/** A report's places, as far as they matter here. */
export interface ShownPlaces {
  readonly place: ShownPlace
  readonly alsoAt: readonly ShownPlace[]
}

/** The place of an incident, with how it was found; `resolution` is null where no report that the reader sees says it. */
export type ShownIncidentPlace = IncidentState['place'] &
  Pick<ShownPlace, 'candidates' | 'candidatesOmitted' | 'contradiction' | 'precision'> & {
    readonly resolution: Place['resolution'] | null
  }

export function shownPlace(place: Place): ShownPlace {
  const omitted = place.candidates.length - candidatesShownMax
  if (omitted <= 0) return place
  return { ...place, candidates: place.candidates.slice(0, candidatesShownMax), candidatesOmitted: omitted }
}

/** The places of an incident by those of its reports. */
export function incidentPlaces(
  place: IncidentState['place'],
  reports: readonly ShownPlaces[]
): { readonly place: ShownIncidentPlace; readonly alsoAt: readonly ShownPlace[] } {
  const all = reports.flatMap(report => [report.place, ...report.alsoAt])
  const own = all.find(found => isThat(place, found)) ?? null
  const further: ShownPlace[] = []
  for (const found of all) {
    if (found.contradiction === 'country' || isThat(place, found) || isSamePlace(place, found)) continue
    if (further.length < furtherShownMax && !further.some(known => isSamePlace(known, found))) further.push(found)
  }
  return { place: { ...place, ...foundAs(own) }, alsoAt: further }
}

/** True for the place that the rules took; of one that contradicts its country they take the name alone. */
function isThat(taken: IncidentState['place'], { name, settlementName, settlement, lat, lon, contradiction }: Place): boolean {
  if (contradiction === 'country') return taken.lat === null && taken.country === null && taken.name === name
  return taken.lat === lat && taken.lon === lon && taken.settlement === settlement && taken.name === (settlementName ?? name)
}

function foundAs(place: ShownPlace | null): Omit<ShownIncidentPlace, keyof IncidentState['place']> {
  if (place === null) return { resolution: null, candidates: [] }
  const { resolution, candidates, candidatesOmitted, contradiction, precision } = place
  return {
    resolution,
    candidates,
    ...(candidatesOmitted === undefined ? {} : { candidatesOmitted }),
    ...(contradiction === undefined ? {} : { contradiction }),
    ...(precision === undefined ? {} : { precision })
  }
}
