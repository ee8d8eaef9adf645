// Bursts: attacks of one actor within a window of hours, at distant sites. An attack dated to a
// day counts from its beginning to its end; one with an hour also counts across midnight.

import type { Incidents } from '../data/incidents.ts'
import { convertToMs } from '../data/time.ts'
import { flag } from '../data/vocabulary.ts'
import type { DayView } from './day-view.ts'
import { countApart, groupLinked } from './distant-sites.ts'

export interface BurstTerms {
  readonly windowHours: number
  readonly apartKm: number
  readonly reachKm: number
  /** More sites are not counted. */
  readonly sitesMax: number
}

/** One attack at one place. Times are in minutes. */
interface Strike {
  readonly row: number
  readonly site: number
  readonly from: number
  readonly to: number
}

export interface Burst {
  readonly rows: readonly number[]
  readonly sites: number
}

const hourMinutes = 60
const noBurst: Burst = { rows: [], sites: 0 }

/** Of the windows that contain an attack of the day, the one with the most sites; else the first. */
export function findBurst(view: DayView, terms: BurstTerms): Burst {
  const windowMinutes = terms.windowHours * hourMinutes
  const firstDay = view.day - Math.ceil(terms.windowHours / 24)
  const strikes = listStrikes(view.incidents, view.listRows(firstDay, view.day), terms.apartKm)
  const { fromDay } = view.incidents.columns
  let best = noBurst
  let lastEnd = Number.NEGATIVE_INFINITY
  for (const from of [...new Set(strikes.map(strike => strike.from))].sort((a, b) => a - b)) {
    const end = from + windowMinutes
    const members = strikes.filter(strike => strike.from >= from && strike.to <= end)
    // A window that adds no strike is a part of the one before.
    const isPart = members.every(({ to }) => to <= lastEnd)
    lastEnd = end
    if (isPart || !members.some(({ row }) => fromDay[row] === view.day)) continue
    const found = findWidest(view.incidents, members, terms)
    if (found.sites > best.sites) best = found
  }
  return best
}

/** The attacks known to the day, at places known precisely enough for the distance. */
function listStrikes(incidents: Incidents, rows: readonly number[], apartKm: number): Strike[] {
  const { columns } = incidents
  const strikes: Strike[] = []
  for (const row of rows) {
    const isExact = (columns.flags[row]! & flag.exactTime) !== 0
    const days = columns.toDay[row]! - columns.fromDay[row]!
    if (days > (isExact ? 1 : 0)) continue
    const from = columns.minute[row]!
    const to = isExact ? from : convertToMs(columns.toDay[row]! + 1) / 60_000
    for (const { site, km } of incidents.listPlaces(row))
      if (site >= 0 && km <= apartKm) strikes.push({ row, site, from, to })
  }
  return strikes
}

/** Strikes beyond the reach of each other have no common plan. */
function findWidest(
  { sites, columns }: Incidents,
  strikes: readonly Strike[],
  { apartKm, reachKm, sitesMax }: BurstTerms
): Burst {
  const groups = groupLinked(
    [...new Set(strikes.map(({ site }) => site))].sort(
      (a, b) => sites.lat[a]! - sites.lat[b]! || sites.lon[a]! - sites.lon[b]!
    ),
    (a, b) => sites.computeKm(a, b) <= reachKm
  )
  const counted = groups.map(group => ({
    group,
    count: countApart(sites, group, apartKm, sitesMax)
  }))
  const widest = counted.reduce((a, b) => (b.count > a.count ? b : a))
  const rows = strikes.filter(({ site }) => widest.group.includes(site)).map(({ row }) => row)
  return {
    rows: [...new Set(rows)].sort((a, b) => columns.fromDay[a]! - columns.fromDay[b]! || a - b),
    sites: widest.count
  }
}
