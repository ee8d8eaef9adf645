// Harm to civilians: which incidents do it, which settlements they certainly hit, and how many
// died; with the parameters for these.

import type { ParameterTable } from '../../detection/pattern.ts'
import { type Incident, type IncidentPlace, placesOf } from '../../incident/incident.ts'
import { violentCategories } from '../../report/report.ts'
import { genericActorsParameter } from '../episode/named-perpetrators.ts'
import { areApart, areOnePlace } from '../episode/same-place.ts'

const source = 'patterns.md#repeat-victimisation'

export interface RepeatVictimisationParameters {
  readonly placeKm: number
  readonly incidentsMin: number
  readonly windowDays: number
  readonly settlementsMin: number
  readonly areaWindowDays: number
  readonly coarsestKm: number
  readonly quietDays: number
  readonly civilianTargets: readonly string[]
  readonly genericActors: readonly string[]
}

export const repeatVictimisationParameters: ParameterTable<RepeatVictimisationParameters> = {
  placeKm: {
    default: 5,
    unit: 'km',
    meaning: 'points within this distance are one place',
    source,
    max: 100
  },
  incidentsMin: {
    default: 3,
    unit: 'incidents',
    meaning: 'attacks on the civilians of one place needed for entry',
    source,
    min: 1
  },
  windowDays: { default: 90, unit: 'days', meaning: 'window for one place', source, max: 366 },
  settlementsMin: {
    default: 2,
    unit: 'settlements',
    meaning: 'settlements of one area hit by one perpetrator needed for entry',
    source,
    min: 2
  },
  areaWindowDays: {
    default: 45,
    unit: 'days',
    meaning: 'window for one perpetrator',
    source,
    max: 366
  },
  coarsestKm: {
    default: 500,
    unit: 'km',
    meaning: 'a name less precise than this is a wide area, not a settlement',
    source:
      'our choice: the Sahel scenario, row 9: a village whose only namesake lies in another area'
  },
  quietDays: { default: 90, unit: 'days', meaning: 'quiet time that ends it', source, min: 1 },
  civilianTargets: {
    default: ['civilians', 'community-leader'],
    unit: 'kinds of target',
    meaning: 'kinds of targets that are civilian, besides the category of attacks on civilians',
    source: 'our choice: the kinds that importers write'
  },
  genericActors: genericActorsParameter
}

export function harmsCivilians(
  { category, targets }: Incident,
  { civilianTargets }: RepeatVictimisationParameters
): boolean {
  return (
    category === 'attack-on-civilians' ||
    (violentCategories.has(category) && targets.some(kind => civilianTargets.includes(kind)))
  )
}

/** The areas in which an incident certainly lies, each once. */
export function areasOf(incident: Incident): readonly string[] {
  const areas: string[] = []
  for (const { areaCertain, admin1 } of placesOf(incident))
    if (areaCertain && admin1 !== null && !areas.includes(admin1)) areas.push(admin1)
  return areas
}

interface Hit {
  readonly place: IncidentPlace
  readonly incident: Incident
}

/** True if one of its places is that place. */
export function isAt({ place, alsoAt }: Incident, there: IncidentPlace, km: number): boolean {
  return areOnePlace(there, place, km) || alsoAt.some(p => areOnePlace(there, p, km))
}

/**
 * The settlements that these incidents hit, in one area or in any; each is certainly different from
 * those before it.
 */
export function settlementsOf(
  incidents: readonly Incident[],
  admin1: string | null,
  { coarsestKm, placeKm }: RepeatVictimisationParameters
): readonly IncidentPlace[] {
  const found: Hit[] = []
  for (const incident of incidents) {
    for (const place of placesOf(incident)) {
      const isSettlement =
        (admin1 === null || place.admin1 === admin1) &&
        place.areaCertain &&
        (place.settlement !== null || (place.name !== null && (place.radiusKm ?? 0) <= coarsestKm))
      if (
        isSettlement &&
        found.every(other => areApart(other.place, place, placeKm, other.incident === incident))
      )
        found.push({ place, incident })
    }
  }
  return found.map(({ place }) => place)
}

/** The best estimate, else the lowest figure; null if unknown. */
export function deathsOf({ fatalities: { low, best } }: Incident): number | null {
  return best ?? low
}

export function mostDeaths(incidents: readonly Incident[]): number | null {
  const known = incidents.flatMap(i => deathsOf(i) ?? [])
  return known.length === 0 ? null : Math.max(...known)
}
