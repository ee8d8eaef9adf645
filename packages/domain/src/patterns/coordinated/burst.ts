// A burst: attacks of one actor within a window, at sites far apart, seen when the last of them
// came.

import type { Incident } from '../../incident/incident.ts'
import { placesOf } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import type { Point } from '../../space-time/geometry.ts'
import { onSphere, type SpherePoint } from '../../space-time/point-clusters.ts'
import type { Members } from './members.ts'

export interface BurstTerms {
  readonly windowHours: number
  readonly sitesMin: number
  readonly apartKm: number
  readonly escalateSites: number
}

export interface Burst {
  /** The last of its attacks in order of the fold. */
  readonly newest: Incident
  readonly members: Members
  readonly sites: number
  /** True if there may be more sites: the search for them ended at its limit. */
  readonly isLeast: boolean
  /** The week before which the actor's rate is measured. */
  readonly week: number
  /** Its place among the bursts in order of the fold. */
  index: number
}

export function areSameBurst(a: Burst, b: Burst): boolean {
  return (
    a.newest === b.newest &&
    a.sites === b.sites &&
    a.isLeast === b.isLeast &&
    a.members.isSame(b.members)
  )
}

/**
 * True if another of its attacks had the same moment and places: a duplicate cannot open what the
 * first report of it did not.
 */
export function isTwin({ newest, members }: Burst): boolean {
  for (const other of members) if (other !== newest && areTwins(other, newest)) return true
  return false
}

/**
 * True if it may be part of a burst: dated to the day or better, at a place precise enough for the
 * distance.
 */
export function isSharp(incident: Incident, { apartKm }: BurstTerms): boolean {
  if (!incident.passesGrade || incident.toMs - incident.fromMs > dayMs) return false
  return (
    isPrecise(incident.place, apartKm) || incident.alsoAt.some(place => isPrecise(place, apartKm))
  )
}

/** True for the same moment and the same places. */
function areTwins(one: Incident, other: Incident): boolean {
  if (one.fromMs !== other.fromMs || one.toMs !== other.toMs) return false
  const [here, there] = [placesOf(one), placesOf(other)]
  return (
    here.length === there.length &&
    here.every(({ lat, lon, radiusKm }, i) => {
      const place = there[i] as (typeof there)[number]
      return lat === place.lat && lon === place.lon && radiusKm === place.radiusKm
    })
  )
}

/** Its places that are precise enough for the distance. */
export function pointsOf(incident: Incident, apartKm: number): SpherePoint[] {
  return placesOf(incident).flatMap(place => (isPrecise(place, apartKm) ? [onSphere(place)] : []))
}

function isPrecise(place: Incident['place'], apartKm: number): place is Incident['place'] & Point {
  return (
    place.lat !== null && place.lon !== null && place.radiusKm !== null && place.radiusKm <= apartKm
  )
}
