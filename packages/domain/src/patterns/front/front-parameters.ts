// The parameters of fronts, and what counts of an incident.

import type { ParameterTable } from '../../detection/pattern.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { isLongerThan } from '../../space-time/event-time.ts'
import { pointsAt, precisePoints } from '../episode/same-place.ts'
import { rateCellOf } from './cell-rates.ts'
import { cellDegrees } from './front-story.ts'
import { FrontRow } from './members.ts'

const source = 'patterns.md#front'

export interface FrontParameters {
  readonly epsilonKm: number
  readonly epsilonDays: number
  readonly minPoints: number
  readonly minPointsHot: number
  readonly hotRate: number
  readonly holdDays: number
}

export const frontParameters: ParameterTable<FrontParameters> = {
  epsilonKm: { default: 20, unit: 'km', meaning: 'maximum distance between neighbours', source },
  epsilonDays: { default: 14, unit: 'days', meaning: 'maximum time between neighbours', source },
  minPoints: {
    default: 3,
    unit: 'incidents',
    meaning: 'neighbours that an attack needs to be a core, itself counted',
    source
  },
  minPointsHot: { default: 4, unit: 'incidents', meaning: 'the same in a hot cell', source },
  hotRate: {
    default: 0.5,
    unit: 'incidents per window',
    meaning: "a cell's own rate above which it is hot",
    source
  },
  holdDays: {
    default: 7,
    unit: 'days',
    meaning: 'how long it stays open after its last member has aged out',
    source: 'our choice'
  }
}

/** What counts of an incident; null if it can be no member of a front. */
export function attackOf(
  incident: Incident,
  { epsilonDays, epsilonKm }: FrontParameters
): FrontRow | null {
  // An interval longer than the window is nobody's neighbour for certain.
  if (!incident.passesGrade || isLongerThan(incident, epsilonDays)) return null
  const { place, alsoAt } = incident
  // A place must be precise enough for the distance; a centroid of an area is not.
  const points =
    alsoAt.length === 0 ? pointsAt(place, epsilonKm) : precisePoints(placesOf(incident), epsilonKm)
  if (points.length === 0) return null
  return new FrontRow(
    incident,
    points,
    rateCellOf({ lat: place.lat ?? 0, lon: place.lon ?? 0 }, cellDegrees)
  )
}
