// What an incident reports of a supply hub: a hit on a way into it, a blockade of fuel or food, goods
// that came in, or a sign of shortage.

import type { Incidents } from '../data/incidents.ts'
import { attackMask, makeCategoryMask, makeTacticMask } from '../data/vocabulary.ts'
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

const denials = makeCategoryMask('blockade', 'movement-denied', 'aid-denied')
const destruction = makeCategoryMask('infrastructure-destroyed')
const hits = attackMask | denials | destruction | makeCategoryMask('abduction', 'arson', 'looting')
const accessRestored = makeCategoryMask('access-restored')
const closure = makeCategoryMask('school-closure')
const closureTactic = makeTacticMask(['school-closure'])

export class EffectReader {
  readonly #hubs: readonly Hub[]
  readonly #parameters: EffectParameters
  readonly #roadWords: ReadonlySet<string>
  readonly #hasHitTactic: IncidentTest
  readonly #hasBlockadeTactic: IncidentTest
  readonly #hasDeliveryTactic: IncidentTest
  readonly #hasPriceTactic: IncidentTest

  constructor(hubs: readonly Hub[], parameters: EffectParameters) {
    this.#hubs = hubs
    this.#parameters = parameters
    this.#roadWords = new Set(parameters.roadWords)
    this.#hasHitTactic = makeTacticTest(parameters.hitTactics)
    this.#hasBlockadeTactic = makeTacticTest(parameters.blockadeTactics)
    this.#hasDeliveryTactic = makeTacticTest(parameters.deliveryTactics)
    this.#hasPriceTactic = makeTacticTest(parameters.priceTactics)
  }

  isOfInterest(incidents: Incidents, row: number): boolean {
    return (
      this.#isHit(incidents, row) ||
      this.#isBlockade(incidents, row) ||
      this.#isDelivery(incidents, row) ||
      this.#isSign(incidents, row)
    )
  }

  /** Numbers of the hubs that the incident may concern. */
  listHubNumbers(incidents: Incidents, row: number): number[] {
    const near = listRoutePlaces(incidents, row).flatMap(place =>
      listHubsNear(this.#hubs, place, this.#parameters)
    )
    const countries = this.#isSign(incidents, row) ? listWholeCountries(incidents, row) : []
    if (near.length === 0 && countries.length === 0) return []
    return this.#hubs.flatMap((hub, number) =>
      near.includes(hub) || countries.includes(hub.country ?? '') ? [number] : []
    )
  }

  read(incidents: Incidents, row: number, hub: Hub): HubEffect {
    const places = listRoutePlaces(incidents, row)
    const where = places.map(place => locate(hub, place, this.#parameters))
    const isInHub = where.some(one => one.isInHub)
    const ways = [...new Set(where.flatMap(({ corridor }) => corridor ?? []))]
    // A ministry closes the schools of a country, not of a town.
    const isMeant = isInHub || listWholeCountries(incidents, row).includes(hub.country ?? '')
    return {
      corridors: this.#isDated(incidents, row) && this.#isHit(incidents, row) ? ways : [],
      isBlockade: isInHub && this.#isBlockade(incidents, row),
      isDelivery:
        this.#isDelivery(incidents, row) &&
        (isInHub || (ways.length > 0 && this.#isOnRoad(incidents, row))),
      hasClosedSchools: isMeant && hasClosedSchools(incidents, row),
      isScarce: isMeant && this.#hasPriceTactic(incidents, row)
    }
  }

  /** A village may be blockaded for its own sake, a road is not: there its name decides. */
  #isHit(incidents: Incidents, row: number): boolean {
    if (!hasCategory(incidents, row, hits)) return false
    if (this.#hasHitTactic(incidents, row)) return true
    return hasCategory(incidents, row, denials | destruction) && this.#namesRoad(incidents, row)
  }

  /** A denial lasts as long as reported; an attack on some day of months is in no window for certain. */
  #isDated(incidents: Incidents, row: number): boolean {
    const { fromDay, toDay } = incidents.columns
    const isShort = toDay[row]! - fromDay[row]! < this.#parameters.windowDays
    return isShort || hasCategory(incidents, row, denials)
  }

  #isOnRoad(incidents: Incidents, row: number): boolean {
    return this.#hasHitTactic(incidents, row) || this.#namesRoad(incidents, row)
  }

  #namesRoad(incidents: Incidents, row: number): boolean {
    const words = listPlaceNames(incidents, row).flatMap(name => name.split(/[^\p{L}]+/u))
    return words.some(word => this.#roadWords.has(word))
  }

  #isBlockade(incidents: Incidents, row: number): boolean {
    return hasCategory(incidents, row, denials) && this.#hasBlockadeTactic(incidents, row)
  }

  #isDelivery(incidents: Incidents, row: number): boolean {
    if (hasCategory(incidents, row, hits)) return false
    return hasCategory(incidents, row, accessRestored) || this.#hasDeliveryTactic(incidents, row)
  }

  #isSign(incidents: Incidents, row: number): boolean {
    return hasClosedSchools(incidents, row) || this.#hasPriceTactic(incidents, row)
  }
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

/** Countries that are named as a whole. */
function listWholeCountries(incidents: Incidents, row: number): string[] {
  return incidents
    .listPlaces(row)
    .filter(({ country, admin1, settlement }) => country >= 0 && admin1 < 0 && settlement < 0)
    .map(({ country }) => incidents.reports.names.getText(country))
}

function listPlaceNames(incidents: Incidents, row: number): string[] {
  return incidents.listPlaces(row).map(({ name }) => incidents.reports.names.getText(name))
}
