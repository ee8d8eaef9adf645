// Supply-line interdiction: the ways into a hub are cut. It opens when several are hit within days, or
// when fuel or food is blockaded; it ends when the ways have been clear for days and goods are
// reported to come in. Silence alone does not end it.

import { never } from '../data/time.ts'
import type { DayView } from './day-view.ts'
import { defineParameters, defineRule, splitWords } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { hasUsableGrade } from './families.ts'
import type { Family } from './family.ts'
import { type EffectReader, type HubEffect, makeEffectReader } from './hub-effects.ts'
import { makeKey } from './keys.ts'
import { type DayRule, firstSlot, openedDay } from './rule.ts'
import { countApart, type Hub, hasCorridors, listHubFaults, listHubs } from './supply-hubs.ts'

const source = 'patterns.md#supply-line-interdiction'

const sinceDay = firstSlot
const lastTriggerDay = firstSlot + 1
/** The most ways hit in one window. */
const most = firstSlot + 2
const lastHitDay = firstSlot + 3
/** When goods first came in after the last hit. */
const deliveryDay = firstSlot + 4
const shareDay = firstSlot + 5
const schoolsDay = firstSlot + 6
const scarcityDay = firstSlot + 7
const stateSize = firstSlot + 8

const bamako = { admin1: 'ML-BKO', lat: 12.65, lon: -8.0 }
const northRoad = { admin1: 'ML-2', lat: 13.55, lon: -8.05 }
const southRoad = { admin1: 'ML-3', lat: 11.75, lon: -7.6 }
const besideRoads = { admin1: 'ML-1', lat: 14.55, lon: -9.2, radiusKm: 30 }
const roadBlock = { tactics: ['road-block'] }
const convoy = { tactics: ['convoy'] }

const fromScenario = { source: 'the Sahel scenario, row 4' }

const parameters = defineParameters(source, {
  hubs: [
    [] as readonly Hub[],
    'hubs',
    'declared hubs: {name, country, admin1?, lat, lon, corridors?: [{name, bearing} or {name, points: [[lat, lon], …]}]}; one at a capital replaces it',
    { itemFaults: listHubFaults }
  ],
  nationalCapitals: [true, 'yes or no', 'the capital of each country is a hub'],
  windowDays: [14, 'days', 'the window'],
  corridorsMin: [2, 'corridors', 'corridors hit in the window, needed for entry', { min: 1 }],
  escalateShare: [0.75, 'share', 'share of all corridors at which it escalates'],
  clearDays: [14, 'days', 'how long corridors must be clear of hits to end it'],
  radiusKm: [
    400,
    'km',
    'length of a supply route into a hub: from Bamako to the borders of southern Mali',
    fromScenario
  ],
  hubKm: [20, 'km', 'radius of the hub', { source: 'gazetteer: towns of a million reach 15 km' }],
  sectorDegrees: [
    45,
    'degrees',
    'without declared corridors: hits whose bearings from the hub differ by this are on two supply routes; their number is 360 ÷ this',
    { source: 'patterns.md#supply-line-interdiction: eight sectors', min: 1, max: 180 }
  ],
  corridorKm: [30, 'km', 'maximum distance of a hit from a declared supply route', fromScenario],
  hitTactics: [
    ['road-block', 'convoy', 'fuel-blockade', 'other:road', 'other:bridge'],
    'tactics',
    'tactics that make an attack or a denial a hit on a supply route'
  ],
  roadWords: [
    splitWords('road route highway motorway bridge pont axis axe corridor carretera'),
    'words',
    'words in the name of a place where a denial or destruction is a hit',
    fromScenario
  ],
  blockadeTactics: [
    ['fuel-blockade', 'other:food-blockade', 'encirclement', 'hunger'],
    'tactics',
    'tactics that make a denial in the hub a blockade of its fuel or food'
  ],
  priceTactics: [
    ['other:price', 'other:prices', 'other:queue', 'other:queues'],
    'tactics',
    'tactics that report prices or queues'
  ],
  deliveryTactics: [
    ['other:delivery', 'other:deliveries'],
    'tactics',
    'tactics that report that goods came in, besides restored access'
  ]
})

export const supplyLineInterdiction = defineRule({
  id: 'supply-line-interdiction',
  handbook: {
    says: 'The supply routes into a hub are being cut, or its fuel or food is blockaded.',
    levels: '`escalateShare` of all supply routes; closed schools; reports of prices or queues.',
    ends: 'No hit for `clearDays`, and reports that goods came in. Silence never ends it.',
    comesBack: 'The same hub, within `clearDays` of its end.'
  },
  parameters,
  examples: [
    makeExample(
      'two roads into a capital hit within two weeks, and schools closed',
      [
        reportOn('2025-09-01/2025-09-05', 'blockade', roadBlock, northRoad),
        reportOn('2025-09-03/2025-09-08', 'blockade', roadBlock, southRoad),
        reportOn('2025-10-26', 'school-closure', bamako)
      ],
      expectOpen('2025-11-30', { hub: 'Bamako' }, 2)
    ),
    makeExample(
      'a blockade of fuel is enough by itself',
      [reportOn('2025-10-01', 'blockade', { tactics: ['fuel-blockade'] }, bamako)],
      expectOpen('2025-11-30', { hub: 'Bamako' })
    ),
    makeExample(
      'two hits on one road, and attacks beside the roads, are not enough',
      [
        reportOn('2025-09-01', 'blockade', roadBlock, northRoad),
        reportOn('2025-09-08', 'ambush', convoy, besideRoads),
        reportOn('2025-09-08', 'attack', southRoad)
      ],
      expectNone('2025-11-30')
    ),
    makeExample(
      'two weeks without a hit and a delivery end it',
      [
        reportOn('2025-09-01', 'blockade', roadBlock, northRoad),
        reportOn('2025-09-03', 'ambush', convoy, southRoad),
        reportOn('2025-09-10', 'other', { tactics: ['other:delivery'] }, bamako)
      ],
      expectEnded('2025-09-20', { hub: 'Bamako' })
    )
  ],
  texts: {
    en: {
      headline: 'Supplies to {hub} are being cut[ since {from}]',
      why: 'Hits on supply routes into {hub} since {from}, or a blockade of its fuel or food. Routes hit: {routes}. Measured: {value}. Threshold: {corridorsMin} routes within {windowDays} days, or one blockade. The last hit was on {lastHitDay}.',
      ends: '{clearDays} days without a hit, once goods are reported to have come in; silence does not end it',
      measure: 'supply routes hit in {windowDays} days, or blockades',
      levels: [
        'supplies are being cut',
        '{escalateShare} of all supply routes',
        'schools closed',
        'prices or queues reported'
      ]
    },
    fr: {
      headline: 'Ravitaillement de {hub} coupé[ depuis le {from}]',
      why: 'Voies d’approvisionnement de {hub} touchées depuis le {from}, ou blocus du carburant ou des vivres. Voies touchées : {routes}. Mesuré : {value}. Seuil : {corridorsMin} voies en {windowDays} jours, ou un blocus. Dernière atteinte : le {lastHitDay}.',
      ends: '{clearDays} jours sans atteinte, une fois des livraisons rapportées ; le silence n’y met pas fin',
      measure: 'voies d’approvisionnement touchées en {windowDays} jours, ou blocus',
      levels: [
        'ravitaillement coupé',
        '{escalateShare} des voies d’approvisionnement',
        'écoles fermées',
        'prix ou files d’attente rapportés'
      ]
    }
  },
  looksBack: ({ windowDays, clearDays }) => ({ windowDays, clearDays }),
  make(parameters, base): DayRule {
    const { windowDays, corridorsMin, clearDays, escalateShare, sectorDegrees } = parameters
    const hubs = listHubs(parameters)
    const reader = makeEffectReader(hubs, parameters)
    const getHub = ({ scope }: DayView) => hubs[scope.value]!
    const readEffect = (view: DayView, row: number) =>
      reader.read(view.incidents, row, getHub(view))
    const listWindow = (view: DayView) => view.listOverlapping(view.day - windowDays, view.day)
    const listHitWays = (view: DayView, rows: readonly number[]) => [
      ...new Set(rows.flatMap(row => readEffect(view, row).corridors))
    ]
    // Declared ways count by name, others by bearing.
    const countHit = (view: DayView) => {
      const ways = listHitWays(view, listWindow(view))
      return hasCorridors(getHub(view)) ? ways.length : countApart(ways.map(Number), sectorDegrees)
    }
    const countForEscalation = (view: DayView) => {
      const { corridors = [] } = getHub(view)
      const all = corridors.length || Math.floor(360 / sectorDegrees)
      return Math.ceil(escalateShare * all)
    }
    const nameWays = (view: DayView, rows: readonly number[]) => {
      const ways = listHitWays(view, rows)
      return hasCorridors(getHub(view)) ? ways : [...new Set(ways.map(formatWind))]
    }
    return {
      ...base,
      identityDays: parameters.clearDays,
      outlastsSilence: true,
      family: makeFamily(hubs, reader),
      stateSize,
      reachDays: windowDays,
      applyDay(state, view) {
        const { day, incidents } = view
        const { fromDay, toDay } = incidents.columns
        const hitWays = countHit(view)
        let rows = view.listToday()
        if (state[openedDay] === 0) {
          const isBlockaded = rows.some(row => readEffect(view, row).isBlockade)
          if (hitWays < corridorsMin && !isBlockaded) return
          state[openedDay] = day
          rows = listWindow(view).filter(row => isGrave(readEffect(view, row)))
          state[sinceDay] = Math.min(...rows.map(row => fromDay[row]!))
        }
        state[most] = Math.max(state[most]!, hitWays)
        if (hitWays >= countForEscalation(view)) state[shareDay] ||= day
        const effects = rows.map(row => ({ toDay: toDay[row]!, ...readEffect(view, row) }))
        for (const effect of effects) {
          if (isHit(effect)) state[lastHitDay] = Math.max(state[lastHitDay]!, effect.toDay)
          if (effect.hasClosedSchools) state[schoolsDay] ||= day
          if (effect.isScarce) state[scarcityDay] ||= day
          if (isGrave(effect)) state[lastTriggerDay] = day
        }
        if (state[deliveryDay]! <= state[lastHitDay]!) state[deliveryDay] = 0
        if (!effects.some(effect => effect.isDelivery && effect.toDay > state[lastHitDay]!)) return
        state[deliveryDay] ||= Math.max(day, state[lastHitDay]! + 1)
        state[lastTriggerDay] = day
      },
      getEndDay: state =>
        state[deliveryDay] === 0
          ? never
          : Math.max(state[lastHitDay]! + clearDays, state[deliveryDay]!),
      listLevelDays: state => [state[shareDay]!, state[schoolsDay]!, state[scarcityDay]!],
      measure: state =>
        state[most]! < corridorsMin
          ? { value: 1, threshold: 1, baseline: null }
          : { value: state[most]!, threshold: corridorsMin, baseline: null },
      listFacts(state, view) {
        const rows = view.listRows(state[sinceDay]!, state[lastTriggerDay]!)
        return {
          sinceDay: state[sinceDay]!,
          lastHitDay: state[lastHitDay]!,
          routes: nameWays(view, rows).sort().join(', ')
        }
      },
      listTriggers(state, view) {
        const { toDay } = view.incidents.columns
        const rows = view.listRows(state[sinceDay]!, state[lastTriggerDay]!)
        return rows.filter(row => {
          const effect = readEffect(view, row)
          const isDelivery = effect.isDelivery && toDay[row]! > state[lastHitDay]!
          return toDay[row]! >= state[openedDay]! - windowDays && (isGrave(effect) || isDelivery)
        })
      },
      assessDays: windowDays,
      assess: view => ({ value: countHit(view), threshold: corridorsMin, baseline: null })
    }
  }
})

function makeFamily(hubs: readonly Hub[], reader: EffectReader): Family {
  return {
    id: 'reports of supply routes by hub',
    categories: ~0,
    includes: (incidents, row) => reader.isOfInterest(incidents, row),
    sums: 'none',
    isCounted: hasUsableGrade,
    listKeys(incidents, row, into) {
      for (const number of reader.listHubNumbers(incidents, row))
        into.push(makeKey(incidents, row, number))
    },
    readGroup(_, number) {
      const { name, country, admin1 } = hubs[number]!
      return { hub: name, country: country ?? 'none', ...(admin1 ? { admin1 } : {}) }
    }
  }
}

function isHit({ corridors, isBlockade }: HubEffect): boolean {
  return isBlockade || corridors.length > 0
}

/** True for what opens the episode or raises its level. */
function isGrave(effect: HubEffect): boolean {
  return isHit(effect) || effect.hasClosedSchools || effect.isScarce
}

const winds = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW']

function formatWind(bearing: string): string {
  return winds[Math.round(Number(bearing) / 45) % winds.length]!
}
