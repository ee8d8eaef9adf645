// Places of an incident and its reports as shown to readers: how each was resolved, its candidates,
// further places. The rules use less. Built from the reports that the reader may see. Pure.

import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import type { Place } from '@tocsin/contracts/theatre/report'
import { distanceKm } from '@tocsin/domain/space-time/geometry'

/** Maximum candidates per place in an answer; a name may have some hundred. */
const candidatesShownMax = 20
/** Maximum further places of an incident shown: as many as the rules consider. */
const furtherShownMax = 20

export interface ShownPlace extends Place {
  /** Number of candidates not shown; omitted if zero. */
  readonly candidatesOmitted?: number
}

export function shownPlace(place: Place): ShownPlace {
  const omitted = place.candidates.length - candidatesShownMax
  if (omitted <= 0) return place
  const candidates = place.candidates.slice(0, candidatesShownMax)
  return { ...place, candidates, candidatesOmitted: omitted }
}

/**
 * The place of an incident with how it was resolved, and its further places, from those of its
 * reports. `resolution` is null if none of them states it.
 */
export function incidentPlaces(
  place: IncidentState['place'],
  reports: readonly { readonly place: ShownPlace; readonly alsoAt: readonly ShownPlace[] }[]
) {
  const all = reports.flatMap(report => [report.place, ...report.alsoAt])
  const further: ShownPlace[] = []
  for (const found of all) {
    if (found.contradiction === 'country' || isThat(place, found) || isSamePlace(place, found))
      continue
    if (further.length < furtherShownMax && !further.some(known => isSamePlace(known, found)))
      further.push(found)
  }
  return {
    place: { ...place, ...describeFound(all.find(found => isThat(place, found))) },
    alsoAt: further
  }
}

/**
 * True for the place that the rules used. Of a place that contradicts its country they use the name
 * only.
 */
function isThat(
  taken: IncidentState['place'],
  { name, settlementName, settlement, lat, lon, contradiction }: Place
): boolean {
  if (contradiction === 'country')
    return taken.lat === null && taken.country === null && taken.name === name
  return (
    taken.lat === lat &&
    taken.lon === lon &&
    taken.settlement === settlement &&
    taken.name === (settlementName ?? name)
  )
}

function describeFound(place: ShownPlace | undefined) {
  const {
    resolution = null,
    candidates = [],
    candidatesOmitted,
    contradiction,
    precision
  } = place ?? {}
  return {
    ...{ resolution, candidates },
    ...(candidatesOmitted === undefined ? {} : { candidatesOmitted }),
    ...(contradiction === undefined ? {} : { contradiction }),
    ...(precision === undefined ? {} : { precision })
  }
}

// A name that the gazetteer lacks has one id in its whole area of the first level: "A2 highway" there may
// be two places 150 km from each other, and their coordinates distinguish them. Decision 0005.

/** Points with the same settlement id and a greater distance are two places. */
const settlementWidthMaxKm = 25
const samePlaceKm = 5

type SomePlace = Pick<Place, 'name' | 'country' | 'admin1' | 'lat' | 'lon' | 'settlement'>

/**
 * True for one settlement, or points very close together; without coordinates for one name in one
 * area.
 */
export function isSamePlace(a: SomePlace, b: SomePlace): boolean {
  const isLocated = a.lat !== null && a.lon !== null && b.lat !== null && b.lon !== null
  const apartKm = isLocated
    ? distanceKm({ lat: a.lat, lon: a.lon }, { lat: b.lat, lon: b.lon })
    : null
  if (a.settlement !== null && b.settlement !== null)
    return a.settlement === b.settlement && (apartKm === null || apartKm <= settlementWidthMaxKm)
  if (apartKm !== null) return apartKm <= samePlaceKm
  return a.name !== null && a.name === b.name && a.admin1 === b.admin1 && a.country === b.country
}
