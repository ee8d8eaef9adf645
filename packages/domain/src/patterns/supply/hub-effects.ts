// What an incident reports of a supply hub: a hit on a way into it, a blockade of its fuel or food,
// goods that came in, or a sign of shortage; with the parameters for these.

import type { ParameterTable } from '../../detection/pattern.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { attackCategories, type Category } from '../../report/report.ts'
import { isLongerThan } from '../../space-time/event-time.ts'
import { hubFaults } from './hub-shape.ts'
import { type Hub, type HubParameters, hubsOfCountry, whereaboutsOf } from './supply-hubs.ts'

const source = 'patterns.md#supply-line-interdiction'

export interface SupplyLineParameters extends HubParameters {
  readonly windowDays: number
  readonly corridorsMin: number
  readonly escalateShare: number
  readonly clearDays: number
  readonly hitTactics: readonly string[]
  readonly roadWords: readonly string[]
  readonly blockadeTactics: readonly string[]
  readonly priceTactics: readonly string[]
  readonly deliveryTactics: readonly string[]
}

export const supplyLineParameters: ParameterTable<SupplyLineParameters> = {
  hubs: {
    default: [],
    unit: 'hubs',
    meaning:
      'declared hubs: {name, country, admin1?, lat, lon, corridors?: [{name, bearing} or {name, points: [[lat, lon], …]}]}; one at a capital replaces it',
    source,
    itemFaults: hubFaults
  },
  nationalCapitals: {
    default: true,
    unit: 'yes or no',
    meaning: 'the capital of each country is a hub',
    source
  },
  windowDays: { default: 14, unit: 'days', meaning: 'the window', source },
  corridorsMin: {
    default: 2,
    unit: 'corridors',
    meaning: 'corridors hit in the window, needed for entry',
    source
  },
  escalateShare: {
    default: 0.75,
    unit: 'share',
    meaning: 'share of all corridors at which it escalates',
    source
  },
  clearDays: {
    default: 14,
    unit: 'days',
    meaning: 'how long corridors must be clear of hits to end it',
    source
  },
  radiusKm: {
    default: 400,
    unit: 'km',
    meaning: 'length of a supply route into a hub: from Bamako to the borders of southern Mali',
    source: 'the Sahel scenario, row 4'
  },
  hubKm: {
    default: 20,
    unit: 'km',
    meaning: 'radius of the hub itself',
    source: 'gazetteer: towns of a million reach 15 km'
  },
  sectorDegrees: {
    default: 45,
    unit: 'degrees',
    meaning:
      'without declared corridors: hits whose bearings from the hub differ by this are on two supply routes; their number is 360 ÷ this',
    source: 'patterns.md#supply-line-interdiction: eight sectors'
  },
  corridorKm: {
    default: 30,
    unit: 'km',
    meaning: 'maximum distance of a hit from a declared supply route',
    source: 'the Sahel scenario, row 4'
  },
  hitTactics: {
    default: ['road-block', 'convoy', 'fuel-blockade', 'other:road', 'other:bridge'],
    unit: 'tactics',
    meaning: 'tactics that make an attack or a denial a hit on a supply route',
    source
  },
  roadWords: {
    default: [
      'road',
      'route',
      'highway',
      'motorway',
      'bridge',
      'pont',
      'axis',
      'axe',
      'corridor',
      'carretera'
    ],
    unit: 'words',
    meaning: 'words in the name of a place where a denial or destruction is a hit',
    source: 'the Sahel scenario, row 4'
  },
  blockadeTactics: {
    default: ['fuel-blockade', 'other:food-blockade', 'encirclement', 'hunger'],
    unit: 'tactics',
    meaning: 'tactics that make a denial in the hub a blockade of its fuel or food',
    source
  },
  priceTactics: {
    default: ['other:price', 'other:prices', 'other:queue', 'other:queues'],
    unit: 'tactics',
    meaning: 'tactics that report prices or queues',
    source
  },
  deliveryTactics: {
    default: ['other:delivery', 'other:deliveries'],
    unit: 'tactics',
    meaning: 'tactics that report that goods came in, besides restored access',
    source
  }
}

const denials: ReadonlySet<Category> = new Set<Category>([
  'blockade',
  'movement-denied',
  'aid-denied'
])
const hitCategories: ReadonlySet<Category> = new Set<Category>([
  ...attackCategories,
  ...denials,
  'infrastructure-destroyed',
  'abduction',
  'arson',
  'looting'
])
/**
 * Categories in which the place decides whether it is a hit: a village may be blockaded for its own
 * sake, a road is not.
 */
const roadCategories: ReadonlySet<Category> = new Set<Category>([
  ...denials,
  'infrastructure-destroyed'
])

const schoolsShut = 'schools closed'
const scarcity = 'reports of prices or queues'

/** What an incident reports of a hub. */
export interface HubEffect {
  readonly corridors: readonly string[]
  readonly isBlockade: boolean
  readonly isDelivery: boolean
  readonly signs: readonly string[]
}

export function isOfInterest(incident: Incident, parameters: SupplyLineParameters): boolean {
  return (
    isHit(incident, parameters) ||
    isBlockade(incident, parameters) ||
    tellsDelivery(incident, parameters) ||
    tellsSign(incident, parameters)
  )
}

function hasTactic(incident: Incident, tactics: readonly string[]): boolean {
  return incident.tactics.length > 0 && incident.tactics.some(tactic => tactics.includes(tactic))
}

function isHit(incident: Incident, parameters: SupplyLineParameters): boolean {
  if (!hitCategories.has(incident.category)) return false
  return (
    hasTactic(incident, parameters.hitTactics) ||
    (roadCategories.has(incident.category) && namesRoad(incident, parameters))
  )
}

/**
 * A blockade lasts as long as reported; an attack on some day within months lies in no window for
 * certain.
 */
function isDated(incident: Incident, { windowDays }: SupplyLineParameters): boolean {
  return denials.has(incident.category) || !isLongerThan(incident, windowDays)
}

function namesRoad(incident: Incident, parameters: SupplyLineParameters): boolean {
  return placesOf(incident).some(place => {
    const words = (place.name ?? place.settlementName ?? '').toLowerCase().split(/[^\p{L}]+/u)
    return words.some(word => parameters.roadWords.includes(word))
  })
}

function isBlockade(incident: Incident, parameters: SupplyLineParameters): boolean {
  return denials.has(incident.category) && hasTactic(incident, parameters.blockadeTactics)
}

function tellsDelivery(incident: Incident, parameters: SupplyLineParameters): boolean {
  if (hitCategories.has(incident.category)) return false
  return incident.category === 'access-restored' || hasTactic(incident, parameters.deliveryTactics)
}

function signsIn(incident: Incident, parameters: SupplyLineParameters): string[] {
  const shut = incident.category === 'school-closure' || incident.tactics.includes('school-closure')
  return [
    ...(shut ? [schoolsShut] : []),
    ...(hasTactic(incident, parameters.priceTactics) ? [scarcity] : [])
  ]
}

export function tellsSign(incident: Incident, parameters: SupplyLineParameters): boolean {
  return signsIn(incident, parameters).length > 0
}

/**
 * The hubs of countries that are named as a whole: a ministry closes the schools of a country, not
 * of a town.
 */
export function wholeCountriesOf(incident: Incident, parameters: SupplyLineParameters): Hub[] {
  const whole = placesOf(incident).filter(
    place => place.admin1 === null && place.settlement === null
  )
  return whole.flatMap(({ country }) =>
    country === null ? [] : hubsOfCountry(country, parameters)
  )
}

export function effectOn(
  incident: Incident,
  hub: Hub,
  parameters: SupplyLineParameters
): HubEffect {
  const where = placesOf(incident).map(place => whereaboutsOf(hub, place, parameters))
  const inHub = where.some(w => w.kind === 'hub')
  const ways = [...new Set(where.flatMap(w => (w.kind === 'corridor' ? [w.corridor] : [])))]
  const onRoad = hasTactic(incident, parameters.hitTactics) || namesRoad(incident, parameters)
  const ofCountry = wholeCountriesOf(incident, parameters).includes(hub)
  return {
    corridors: isHit(incident, parameters) && isDated(incident, parameters) ? ways : [],
    isBlockade: inHub && isBlockade(incident, parameters),
    isDelivery: tellsDelivery(incident, parameters) && (inHub || (onRoad && ways.length > 0)),
    signs: inHub || ofCountry ? signsIn(incident, parameters) : []
  }
}
