// The places of an incident, as cluster rules compare and name them.

import type { IncidentPlace, Incidents } from '../data/incidents.ts'
import { maxSettlementKm } from '../data/join-fields.ts'
import { attackMask } from '../data/vocabulary.ts'
import { hasUsableGrade, isShorterThan } from './families.ts'
import type { Group } from './finding.ts'

/** A place of an incident: its main one, or a further one. Without a point the precision is NaN. */
export type Spot = Omit<IncidentPlace, 'country'>

/** All places of an incident, the main one first, with a name if any of its reports states one. */
export function listSpots(incidents: Incidents, row: number): readonly Spot[] {
  const { columns, otherPlaces } = incidents
  const main: Spot = {
    site: columns.site[row]!,
    km: columns.km[row]!,
    settlement: columns.settlement[row]!,
    admin1: columns.admin1[row]!,
    name: findStatedName(incidents, row),
    flags: columns.flags[row]!
  }
  const others = otherPlaces.get(row)
  return others === undefined ? [main] : [main, ...others]
}

/** The place of an incident that names a settlement. */
export function findPlaceIn(
  incidents: Incidents,
  row: number,
  settlement: number
): IncidentPlace | undefined {
  return incidents.listPlaces(row).find(place => place.settlement === settlement)
}

/** True for an attack at a point known as precisely as a distance, in fewer days than a window. */
export function isPreciseAttack(
  incidents: Incidents,
  row: number,
  km: number,
  days: number
): boolean {
  const { columns, otherPlaces } = incidents
  if ((columns.category[row]! & attackMask) === 0) return false
  if (!isShorterThan(incidents, row, days) || !hasUsableGrade(incidents, row)) return false
  if (columns.site[row]! >= 0 && columns.km[row]! <= km) return true
  if (otherPlaces.size === 0) return false
  return (otherPlaces.get(row) ?? []).some(place => place.site >= 0 && place.km <= km)
}

/** True if two incidents hit the same settlement, at points near enough for a settlement. */
export function shareSettlement(incidents: Incidents, a: number, b: number): boolean {
  const { columns, otherPlaces } = incidents
  if (otherPlaces.size === 0 || (!otherPlaces.has(a) && !otherPlaces.has(b))) {
    const { settlement, site } = columns
    return (
      settlement[a]! >= 0 &&
      settlement[a] === settlement[b] &&
      areWithin(incidents, site[a]!, site[b]!, maxSettlementKm)
    )
  }
  return haveSpots(incidents, a, b, (spot, other) => isSameSettlement(incidents, spot, other))
}

/** True if a place of an incident and a place of another pass a test. */
export function haveSpots(
  incidents: Incidents,
  a: number,
  b: number,
  test: (spot: Spot, other: Spot) => boolean
): boolean {
  const others = listSpots(incidents, b)
  return listSpots(incidents, a).some(spot => others.some(other => test(spot, other)))
}

function isSameSettlement(incidents: Incidents, a: Spot, b: Spot): boolean {
  return (
    a.settlement >= 0 &&
    a.settlement === b.settlement &&
    areWithin(incidents, a.site, b.site, maxSettlementKm)
  )
}

/** True unless two points are known to be farther from each other. */
function areWithin({ sites }: Incidents, a: number, b: number, km: number): boolean {
  return a < 0 || b < 0 || a === b || sites.computeKm(a, b) <= km
}

/** True for one settlement, or for points within a distance that are known as precisely as that. */
export function isSamePlace(incidents: Incidents, a: Spot, b: Spot, km: number): boolean {
  return isSameSettlement(incidents, a, b) || areNear(incidents, a, b, km)
}

/** True for points within a distance that are known as precisely as that. */
export function areNear(incidents: Incidents, a: Spot, b: Spot, km: number): boolean {
  const arePrecise = a.site >= 0 && b.site >= 0 && a.km <= km && b.km <= km
  return arePrecise && areWithin(incidents, a.site, b.site, km)
}

/**
 * True if two places are certainly two: two settlements, two names in one incident, or circles that
 * do not touch. Two names in different incidents may be spellings of a single place.
 */
export function areApart(
  incidents: Incidents,
  a: Spot,
  b: Spot,
  km: number,
  areOfOneIncident: boolean
): boolean {
  if (isSamePlace(incidents, a, b, km)) return false
  if (a.settlement >= 0 && b.settlement >= 0) return true
  if (areOfOneIncident && a.name >= 0 && b.name >= 0 && a.name !== b.name) return true
  if (a.site < 0 || b.site < 0) return false
  return incidents.sites.computeKm(a.site, b.site) > a.km + b.km
}

/** The name that the reports of an incident give its place, by the first one that gives any; -1 if none does. */
function findStatedName(incidents: Incidents, row: number): number {
  const { placeName } = incidents.reports.columns
  const named = findNaming(incidents, row)
  return named < 0 ? -1 : placeName[named]!
}

/** The report that names the place: the first one of the incident, or else the one with the least id. */
function findNaming(incidents: Incidents, row: number): number {
  const { reports } = incidents
  const { placeName } = reports.columns
  if (placeName[row]! >= 0) return row
  const named = incidents.listMembers(row).filter(member => placeName[member]! >= 0)
  return named.reduce((a, b) => (a < 0 || reports.ids[b]! < reports.ids[a]! ? b : a), -1)
}

/**
 * The place of an incident for people: its settlement, its stated name, the nearest settlement, or
 * its coordinates.
 */
export function readPlaceName(incidents: Incidents, row: number): string {
  const { columns, reports, sites } = incidents
  const { names, settlementNames } = reports
  const settlement = columns.settlement[row]!
  const settlementName = settlement < 0 ? undefined : settlementNames.get(settlement)
  if (settlementName !== undefined) return names.getText(settlementName)
  const named = findNaming(incidents, row)
  if (named >= 0) return names.getText(reports.columns.shownName[named]!)
  const near = reports.columns.nearName[row]!
  if (near >= 0) return names.getText(near)
  const site = columns.site[row]!
  if (site >= 0) return `${sites.lat[site]!.toFixed(2)}, ${sites.lon[site]!.toFixed(2)}`
  return names.getText(columns.admin1[row]!)
}

/** The settlement of an incident as a group; empty if it has none. */
export function readSettlementGroup(incidents: Incidents, row: number): Group {
  const settlement = incidents.columns.settlement[row]!
  if (settlement < 0) return {}
  const settlementId = incidents.reports.names.getText(settlement)
  return { settlement: readPlaceName(incidents, row), settlementId }
}
