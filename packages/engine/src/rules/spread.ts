// The spread of attacks within a window: the areas that they hit, and the groups in which they are
// within reach of each other.

import type { Incidents } from '../data/incidents.ts'
import { flag } from '../data/vocabulary.ts'
import { groupLinked } from './distant-sites.ts'

/** A place that an attack hit for certain. */
export interface Hit {
  readonly row: number
  readonly area: number
  readonly country: number
  /** -1: not known precisely enough. */
  readonly site: number
}

/** Hits that are connected over the reach. */
export interface HitGroup {
  readonly hits: readonly Hit[]
  readonly areas: ReadonlySet<number>
  readonly countries: ReadonlySet<number>
  readonly sites: readonly number[]
}

/** Lists the certain areas that the incidents hit, with the sites of those known within `km`. */
export function listHits(incidents: Incidents, rows: readonly number[], km: number): Hit[] {
  const { columns, otherPlaces } = incidents
  const hits: Hit[] = []
  const add = (row: number, flags: number, place: Omit<Hit, 'row'>, radius: number) => {
    if ((flags & flag.areaCertain) === 0 || place.area < 0) return
    const isPrecise = place.site >= 0 && radius <= km
    hits.push({ ...place, row, site: isPrecise ? place.site : -1 })
  }
  for (const row of rows) {
    const place = {
      area: columns.admin1[row]!,
      country: columns.country[row]!,
      site: columns.site[row]!
    }
    add(row, columns.flags[row]!, place, columns.km[row]!)
    for (const { admin1, country, site, flags, km: radius } of otherPlaces.get(row) ?? [])
      add(row, flags, { area: admin1, country, site }, radius)
  }
  return hits
}

/** Groups hits by reach, the one with the most areas first. */
export function groupHits(
  incidents: Incidents,
  hits: readonly Hit[],
  reachKm: number
): readonly HitGroup[] {
  const { sites } = incidents
  // A hit without a site belongs to its country.
  const areLinked = (a: Hit, b: Hit) =>
    a.site < 0 || b.site < 0 ? a.country === b.country : sites.computeKm(a.site, b.site) <= reachKm
  // Many attacks hit few places.
  const formatPlace = ({ site, area, country }: Hit) => `${site} ${area} ${country}`
  const places = Map.groupBy(hits, formatPlace)
  const groups = groupLinked(
    [...places.values()].map(([hit]) => hit!),
    areLinked
  ).map(group => makeGroup(group.flatMap(hit => places.get(formatPlace(hit))!)))
  return groups.sort((a, b) => b.areas.size - a.areas.size || compareSites(incidents, a, b))
}

function makeGroup(hits: readonly Hit[]): HitGroup {
  return {
    hits,
    areas: new Set(hits.map(({ area }) => area)),
    countries: new Set(hits.map(({ country }) => country).filter(country => country >= 0)),
    sites: [...new Set(hits.map(({ site }) => site).filter(site => site >= 0))]
  }
}

/** An order that does not depend on that of the incidents. */
function compareSites({ sites }: Incidents, a: HitGroup, b: HitGroup): number {
  const findNorth = (group: HitGroup) => Math.max(...group.sites.map(site => sites.lat[site]!))
  const findEast = (group: HitGroup) => Math.max(...group.sites.map(site => sites.lon[site]!))
  return (
    b.sites.length - a.sites.length ||
    findNorth(b) - findNorth(a) ||
    findEast(b) - findEast(a) ||
    b.hits.length - a.hits.length
  )
}
