// What an incident reports of a supply hub: a hit on a way into it, a blockade of fuel or food, goods
// that came in, or a sign of shortage.

import type { Incidents } from '../data/incidents.ts'
import { attackMask, makeCategoryMask, makeTacticMask } from '../data/vocabulary.ts'
import { isShorterThan } from './families.ts'
import {
  type Hub,
  type HubParameters,
  listHubsNear,
  locate,
  type RoutePlace
} from './supply-hubs.ts'
import { type IncidentTest, makeTacticTest } from './tactics.ts'

export interface EffectParameters extends HubParameters {
  readonly windowDays: number
  readonly hitTactics: readonly string[]
  readonly roadWords: readonly string[]
  readonly blockadeTactics: readonly string[]
  readonly priceTactics: readonly string[]
  readonly deliveryTactics: readonly string[]
}

export interface HubEffect {
  /** The ways into the hub that it hits. */
  readonly corridors: readonly string[]
  readonly isBlockade: boolean
  readonly isDelivery: boolean
  readonly hasClosedSchools: boolean
  readonly isScarce: boolean
}

export interface EffectReader {
  readonly isOfInterest: IncidentTest
  /** Numbers of the hubs that the incident may concern. */
  readonly listHubNumbers: (incidents: Incidents, row: number) => readonly number[]
  readonly read: (incidents: Incidents, row: number, hub: Hub) => HubEffect
}

const denials = makeCategoryMask('blockade', 'movement-denied', 'aid-denied')
const destruction = makeCategoryMask('infrastructure-destroyed')
const hits = attackMask | denials | destruction | makeCategoryMask('abduction', 'arson', 'looting')
const accessRestored = makeCategoryMask('access-restored')
const closure = makeCategoryMask('school-closure')
const closureTactic = makeTacticMask(['school-closure'])

export function makeEffectReader(hubs: readonly Hub[], parameters: EffectParameters): EffectReader {
  const roadWords = new Set(parameters.roadWords)
  const hasHitTactic = makeTacticTest(parameters.hitTactics)
  const hasBlockadeTactic = makeTacticTest(parameters.blockadeTactics)
  const hasDeliveryTactic = makeTacticTest(parameters.deliveryTactics)
  const isScarce = makeTacticTest(parameters.priceTactics)
  const isOnRoad: IncidentTest = (incidents, row) =>
    hasHitTactic(incidents, row) || namesRoad(incidents, row, roadWords)
  // A village may be blockaded for its own sake, a road is not: there its name decides.
  const isHit: IncidentTest = (incidents, row) => {
    if (!hasCategory(incidents, row, hits)) return false
    const isUnmoving = hasCategory(incidents, row, denials | destruction)
    return isUnmoving ? isOnRoad(incidents, row) : hasHitTactic(incidents, row)
  }
  // A denial lasts as long as reported; an attack on some day of months is in no window for certain.
  const isDated: IncidentTest = (incidents, row) =>
    isShorterThan(incidents, row, parameters.windowDays) || hasCategory(incidents, row, denials)
  const isBlockade: IncidentTest = (incidents, row) =>
    hasCategory(incidents, row, denials) && hasBlockadeTactic(incidents, row)
  const isDelivery: IncidentTest = (incidents, row) =>
    !hasCategory(incidents, row, hits) &&
    (hasCategory(incidents, row, accessRestored) || hasDeliveryTactic(incidents, row))
  const isSign: IncidentTest = (incidents, row) =>
    hasClosedSchools(incidents, row) || isScarce(incidents, row)
  return {
    isOfInterest: (incidents, row) =>
      [isHit, isBlockade, isDelivery, isSign].some(test => test(incidents, row)),
    listHubNumbers(incidents, row) {
      const near = listRoutePlaces(incidents, row).flatMap(place =>
        listHubsNear(hubs, place, parameters)
      )
      const countries = isSign(incidents, row) ? listWholeCountries(incidents, row) : []
      if (near.length === 0 && countries.length === 0) return []
      return hubs.flatMap((hub, number) =>
        near.includes(hub) || countries.includes(hub.country ?? '') ? [number] : []
      )
    },
    read(incidents, row, hub) {
      const places = listRoutePlaces(incidents, row)
      const where = places.map(place => locate(hub, place, parameters))
      const isInHub = where.some(one => one.isInHub)
      const ways = [...new Set(where.flatMap(({ corridor }) => corridor ?? []))]
      // A ministry closes the schools of a country, not of a town.
      const isMeant = isInHub || listWholeCountries(incidents, row).includes(hub.country ?? '')
      const reachesHub = isInHub || (ways.length > 0 && isOnRoad(incidents, row))
      return {
        corridors: isDated(incidents, row) && isHit(incidents, row) ? ways : [],
        isBlockade: isInHub && isBlockade(incidents, row),
        isDelivery: reachesHub && isDelivery(incidents, row),
        hasClosedSchools: isMeant && hasClosedSchools(incidents, row),
        isScarce: isMeant && isScarce(incidents, row)
      }
    }
  }
}

function namesRoad(incidents: Incidents, row: number, roadWords: ReadonlySet<string>): boolean {
  const { names } = incidents.reports
  const words = incidents
    .listPlaces(row)
    .flatMap(({ name }) => names.getText(name).split(/[^\p{L}]+/u))
  return words.some(word => roadWords.has(word))
}

function hasCategory({ columns }: Incidents, row: number, mask: number): boolean {
  return (columns.category[row]! & mask) !== 0
}

function hasClosedSchools(incidents: Incidents, row: number): boolean {
  const { tactics } = incidents.columns
  return hasCategory(incidents, row, closure) || (tactics[row]! & closureTactic) !== 0
}

function listRoutePlaces(incidents: Incidents, row: number): RoutePlace[] {
  const { sites, reports } = incidents
  return incidents
    .listPlaces(row)
    .filter(({ site }) => site >= 0)
    .map(({ site, country, km }) => ({
      lat: sites.lat[site]!,
      lon: sites.lon[site]!,
      country: reports.names.getText(country),
      km: Number.isNaN(km) ? Number.POSITIVE_INFINITY : km
    }))
}

function listWholeCountries(incidents: Incidents, row: number): string[] {
  return incidents
    .listPlaces(row)
    .filter(({ country, admin1, settlement }) => country >= 0 && admin1 < 0 && settlement < 0)
    .map(({ country }) => incidents.reports.names.getText(country))
}
