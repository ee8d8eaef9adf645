// A burst: attacks of one actor within a window, at sites far apart, seen when the last of them came.

import type { Incident } from '../../incident/incident.ts'
import { placesOf } from '../../incident/incident.ts'
import { dayMs, hourMs } from '../../space-time/event-time.ts'
import type { Point } from '../../space-time/geometry.ts'
import { areSame } from '../episode/recent-cache.ts'
import { sitesApart } from './sites-apart.ts'

export interface BurstTerms {
  readonly windowHours: number
  readonly sitesMin: number
  readonly apartKm: number
  readonly escalateSites: number
}

export interface Burst {
  /** The last of its attacks in order of the fold. */
  readonly newest: Incident
  readonly members: readonly Incident[]
  readonly sites: number
  /** The week before which the actor's rate is measured. */
  readonly week: number
  /** Another attack had the same moment and places: a duplicate cannot open what the first report of the attack did not. */
  readonly isTwin: boolean
  /** Its place among the bursts in order of the fold. */
  index: number
}

export function areSameBurst(a: Burst, b: Burst): boolean {
  return a.newest === b.newest && a.sites === b.sites && a.isTwin === b.isTwin && areSame(a.members, b.members)
}

/** True if it may be part of a burst: dated to the day or better, at a place precise enough for the distance. */
export function isSharp(incident: Incident, { apartKm }: BurstTerms): boolean {
  if (!incident.passesGrade || incident.toMs - incident.fromMs > dayMs) return false
  return isPrecise(incident.place, apartKm) || incident.alsoAt.some(place => isPrecise(place, apartKm))
}

/** True for the same moment and the same places. */
export function areTwins(one: Incident, other: Incident): boolean {
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

/** What of a burst the attacks tell, whatever the actor's rate. */
export type Sites = Pick<Burst, 'members' | 'sites'>

/**
 * Of all windows that contain the newest attack as a whole, the one with the most sites that lie apart; the earliest of equals.
 * `recent`: the attacks up to the newest. Null if fewer than `needed` lie apart.
 */
export function mostSites(recent: readonly Incident[], needed: number, terms: BurstTerms): Sites | null {
  const newest = recent.at(-1) as Incident
  const lengthMs = terms.windowHours * hourMs
  const most = Math.max(terms.sitesMin, terms.escalateSites)
  let best: Sites | null = null
  for (const fromMs of new Set(recent.map(i => i.fromMs))) {
    if (newest.toMs > fromMs + lengthMs) continue
    const members = recent.filter(i => i.fromMs >= fromMs && i.toMs <= fromMs + lengthMs)
    const points = members.flatMap(i => pointsOf(i, terms.apartKm))
    const least = best === null ? needed : best.sites + 1
    if (points.length < least) continue
    const sites = sitesApart(points, terms.apartKm, most)
    if (sites < least) continue
    best = { members, sites }
    // No window counts more: a later one would have to.
    if (sites >= most) return best
  }
  return best
}

function pointsOf(incident: Incident, apartKm: number): Point[] {
  return placesOf(incident).flatMap(place => (isPrecise(place, apartKm) ? [{ lat: place.lat, lon: place.lon }] : []))
}

function isPrecise(place: Incident['place'], apartKm: number): place is Incident['place'] & Point {
  return place.lat !== null && place.lon !== null && place.radiusKm !== null && place.radiusKm <= apartKm
}
