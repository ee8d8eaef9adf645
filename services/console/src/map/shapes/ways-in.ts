// The ways into a hub of supplies that were hit: from each hit to the hub, as wide as the place of
// the hit is uncertain. Hits in one direction lie on one way. Where the hub is not known no way is.
// Pure.

import type { Features, Point } from '../base-map.ts'
import type { ShownEvent } from '../evidence-steps.ts'
import { drawablePlaces } from '../shown-places.ts'
import { kmBetween, type Spot } from './hull.ts'

/** From the hub outwards. */
export type Way = readonly Spot[]

/** A hub as the pattern takes it: what is hit within is no way into it, km. */
const hubKm = 20
/**
 * Hits with directions that differ by less are on one way: half of what the pattern takes for two,
 * degrees.
 */
const sameWayDegrees = 22.5
/**
 * The radius in which the pattern looks around a hub, and the same again for a hub that a rule
 * declares, km.
 */
const reachKm = 800

type Named = Pick<Spot, 'lat' | 'lon'>

/** The town of that name next to what was hit; null for none. */
function townNamed(towns: Features<Point>, name: string, near: Named): Named | null {
  let found: Named | null = null
  let least = reachKm
  for (const { properties, geometry } of towns.features) {
    if (properties.name !== name) continue
    const [lon, lat] = geometry.coordinates
    const km = kmBetween({ lat, lon }, near)
    if (km < least) [found, least] = [{ lat, lon }, km]
  }
  return found
}

/** Where the hub is: by the towns of the map, else by what happened in it. */
export function createHub(
  name: string,
  triggers: readonly ShownEvent[],
  towns: Features<Point> | null
): Named | null {
  const spots = triggers.flatMap(({ incident }) => drawablePlaces(incident))
  const near = spots[0]
  if (near === undefined) return null
  return (
    (towns === null ? null : townNamed(towns, name, near)) ??
    spots.find(({ label }) => label === name) ??
    null
  )
}

export function waysInto(hub: Named, triggers: readonly ShownEvent[]): readonly Way[] {
  const hits = triggers
    .flatMap(({ incident }) => drawablePlaces(incident))
    .filter(spot => kmBetween(hub, spot) > Math.max(hubKm, spot.km))
    .toSorted((a, b) => kmBetween(hub, b) - kmBetween(hub, a))
  const ways: { readonly bearing: number; readonly hits: Spot[] }[] = []
  for (const hit of hits) {
    const bearing = computeBearing(hub, hit)
    const way = ways.find(
      each => Math.abs(((each.bearing - bearing + 540) % 360) - 180) < sameWayDegrees
    )
    if (way === undefined) ways.push({ bearing, hits: [hit] })
    else way.hits.push(hit)
  }
  return ways.map(({ hits }) => [{ ...hub, km: 0 }, ...hits.toReversed()])
}

/** Degrees from north, 0 to 360: precise enough to distinguish directions. */
function computeBearing(from: Named, to: Named): number {
  const east = (to.lon - from.lon) * Math.cos((((from.lat + to.lat) / 2) * Math.PI) / 180)
  return ((Math.atan2(east, to.lat - from.lat) * 180) / Math.PI + 360) % 360
}
