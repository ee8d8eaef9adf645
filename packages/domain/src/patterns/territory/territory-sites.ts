// Which site of its settlement a place lies at: a name that the gazetteer lacks has one settlement
// id in its whole first-level area, and what is seized at one end of it is not lost at the other.
// Decision 0005.

import { sitesMax } from '../../detection/site-division.ts'
import { siteMark } from '../../finding/finding-site.ts'
import type { IncidentPlace } from '../../incident/incident.ts'
import { areOneSettlement, type SettledPlace } from '../../report/one-settlement.ts'
import { distanceKm, type Point } from '../../space-time/geometry.ts'

/** A place whose settlement is known. */
export interface SharpPlace extends IncidentPlace {
  readonly settlement: string
}

export function siteOf({ settlement, lat, lon }: SharpPlace): SettledPlace {
  return { settlement, lat, lon }
}

/**
 * The key of the site at which a place lies, or of the one that it begins: the first of a
 * settlement has its id, a further one also says where it is.
 */
export function siteKeyOf(
  known: Readonly<Record<string, { readonly site: SettledPlace }>>,
  place: SharpPlace
): string {
  const { settlement } = place
  const first = known[settlement]
  if (first !== undefined && areOneSettlement(first.site, place)) return settlement
  const further = Object.keys(known).filter(
    key => key !== settlement && known[key]?.site.settlement === settlement
  )
  const isOwn = (key: string) =>
    areOneSettlement((known[key] as { site: SettledPlace }).site, place)
  const own = further.filter(isOwn).sort()[0]
  if (own !== undefined) return own
  if (first === undefined) return settlement
  const { lat, lon } = place as SharpPlace & Point
  if (further.length + 1 < sitesMax) return `${settlement} near ${lat.toFixed(1)},${lon.toFixed(1)}`
  const apartKm = (key: string) =>
    distanceKm((known[key] as { site: SettledPlace & Point }).site, { lat, lon })
  return [settlement, ...further.sort()].reduce((nearest, key) =>
    apartKm(key) < apartKm(nearest) ? key : nearest
  )
}

/** What tells a further site from the first. */
export function siteOfKey(key: string, site: SettledPlace): { readonly site?: string } {
  return siteMark(site, key === site.settlement ? 0 : 1)
}
