// Coordinated attack: one actor hits distant sites within a day, more than its usual rate
// explains. Only dates known to the day count.

import { attackMask, flag } from '../data/vocabulary.ts'
import { binomialTail } from './binomial-tail.ts'
import { type Burst, findBurst } from './bursts.ts'
import { cacheByNumber } from './cache.ts'
import { type DayView, roundMeasure } from './day-view.ts'
import { defineParameters, defineRule } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample } from './examples.ts'
import { hasUsableGrade } from './families.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { getFirst, makeKey, makePair } from './keys.ts'
import { genericActorsParameter, makePerpetratorList, readActor } from './perpetrators.ts'
import { makeRegionReader, reachParameter } from './regions.ts'
import { type DayRule, firstSlot, openedDay } from './rule.ts'

const source = 'patterns.md#coordinated-attack'

const siteCount = firstSlot
const peakDay = firstSlot + 1
const lastDay = firstSlot + 2
const manyDay = firstSlot + 3
const capitalDay = firstSlot + 4
const stateSize = firstSlot + 5

const dayHours = 24

const dioura = { settlement: 'Dioura', admin1: 'ML-5', lat: 14.83, lon: -5.25 }
const boulkessi = { settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.44, lon: -0.67 }
const sirakorola = { settlement: 'Sirakorola', admin1: 'ML-2', lat: 13.29, lon: -7.57 }
const bamako = {
  settlement: 'Bamako',
  admin1: 'ML-BKO',
  lat: 12.65,
  lon: -8,
  seat: 'country' as const
}
const attackOn = (at: string, place: object) => ({
  at,
  category: 'attack' as const,
  actor: 'JNIM',
  ...place
})
const ambush = { ...attackOn('2025-06-01', sirakorola), category: 'ambush' as const }
const onOneDay = [attackOn('2025-06-01', dioura), attackOn('2025-06-01', boulkessi)]

const parameters = {
  ...defineParameters(source, {
    windowHours: [24, 'hours', 'the window', { min: 1, max: 168 }],
    sitesMin: [3, 'sites', 'sites needed for entry', { min: 2, max: 20 }],
    apartKm: [30, 'km', 'minimum distance between any two sites'],
    alpha: [0.01, 'probability', "maximum probability of so many by chance at the actor's rate"],
    rateDays: [
      364,
      'days',
      'period of this rate',
      { source: 'as patterns.md#new-actor', min: 7, max: 3660 }
    ],
    escalateSites: [
      5,
      'sites',
      'sites at which it escalates',
      { min: 2, max: 20, notBelow: 'sitesMin' }
    ],
    leaveHours: [72, 'hours', 'time without another attack that ends it', { min: 1 }]
  }),
  genericActors: genericActorsParameter,
  reachKm: reachParameter
}

export const coordinatedAttack = defineRule({
  id: 'coordinated-attack',
  handbook: {
    says: 'One actor hits places far apart on one day, more than its usual rate explains by chance.',
    levels: '`escalateSites` sites; the capital among them.',
    ends: '`leaveHours` without another attack.',
    comesBack: comesBackWithItsReports
  },
  parameters,
  examples: [
    makeExample(
      'three sites far apart on one day',
      [...onOneDay, ambush],
      expectOpen('2025-06-02', { actor: 'JNIM' })
    ),
    makeExample(
      'three sites on three days are not enough, nor are dates not known to the day',
      [
        attackOn('2025-06-01', dioura),
        attackOn('2025-06-02', boulkessi),
        { ...ambush, to: '2025-06-03' }
      ],
      expectNone('2025-06-04')
    ),
    makeExample(
      'the capital escalates it',
      [...onOneDay, attackOn('2025-06-01', bamako)],
      expectOpen('2025-06-02', { actor: 'JNIM' }, 2)
    ),
    makeExample(
      'three days without another end it',
      [...onOneDay, ambush],
      expectEnded('2025-06-06', { actor: 'JNIM' })
    )
  ],
  texts: {
    en: {
      headline: '{actor} struck {value} distant sites[ within {windowHours} hours]',
      why: '{actor} struck {value} sites at least {apartKm} km apart within {windowHours} hours on {peakDay}. Threshold: {sitesMin}. Its attacks a day in the {rateDays} days before: {baseline}. Probability that so many coincide by chance at that rate: {chance}, limit {alpha}. Only attacks dated to the day count.',
      ends: '{leaveHours} hours without another such attack',
      measure: 'sites {apartKm} km apart in {windowHours} hours',
      levels: [
        '{sitesMin} distant sites',
        '{escalateSites} distant sites',
        'the capital among them'
      ]
    },
    fr: {
      headline: '{actor} a frappé {value} sites distants[ en {windowHours} heures]',
      why: '{actor} a frappé {value} sites distants d’au moins {apartKm} km en {windowHours} heures le {peakDay}. Seuil : {sitesMin}. Ses attaques par jour dans les {rateDays} jours précédents : {baseline}. Probabilité qu’autant coïncident par hasard à ce rythme : {chance}, limite {alpha}. Seules comptent les attaques datées au jour près.',
      ends: '{leaveHours} heures sans autre attaque de ce genre',
      measure: 'sites distants de {apartKm} km en {windowHours} heures',
      levels: ['{sitesMin} sites distants', '{escalateSites} sites distants', 'dont la capitale']
    }
  },
  looksBack: ({ rateDays, windowHours, leaveHours }) => ({
    rateDays,
    windowHours: windowHours / dayHours,
    leaveHours: leaveHours / dayHours
  }),
  make(parameters, base): DayRule {
    const { windowHours, sitesMin, alpha, rateDays, escalateSites, leaveHours } = parameters
    const windowDays = windowHours / dayHours
    const spannedDays = Math.ceil(windowDays)
    const sitesMax = Math.max(sitesMin, escalateSites)
    const terms = { ...parameters, sitesMax }
    const listActors = makePerpetratorList(parameters.genericActors)
    const getRegion = makeRegionReader(parameters.reachKm)
    const countPast = (view: DayView) => view.countStarted(rateDays, spannedDays)
    const computeChance = (past: number, sites: number) =>
      roundMeasure(binomialTail(past + sites, windowDays / (rateDays + windowDays), sites))
    const getSitesNeeded = cacheByNumber(past => {
      let sites = sitesMin
      while (sites <= sitesMax && computeChance(past, sites) > alpha) sites += 1
      return sites
    })
    return {
      ...base,
      family: {
        id: 'attacks by actor',
        categories: attackMask,
        isCounted: hasUsableGrade,
        sums: 'none',
        listKeys(incidents, row, into) {
          const region = getRegion(incidents, row)
          for (const actor of listActors(incidents, row))
            into.push(makeKey(incidents, row, makePair(actor, region)))
        },
        readGroup: (incidents, pair) => ({ actor: readActor(incidents, getFirst(pair)) })
      },
      listPlaceNeeds: (incidents, row) =>
        (incidents.columns.category[row]! & attackMask) !== 0 &&
        listActors(incidents, row).length > 0
          ? [{ withinKm: parameters.apartKm }]
          : [],
      stateSize,
      reachDays: rateDays + spannedDays,
      warmUpDays: rateDays,
      // An incident may have several places.
      canOpen: view =>
        view.incidents.otherPlaces.size > 0 || view.countStarted(spannedDays + 1) >= sitesMin,
      applyDay(state, view) {
        const needed = getSitesNeeded(countPast(view))
        if (needed > sitesMax) return
        const burst = findBurst(view, terms)
        if (burst.sites < needed) return
        state[openedDay] ||= view.day
        state[lastDay] = view.day
        if (burst.sites > state[siteCount]!) {
          state[siteCount] = burst.sites
          state[peakDay] = view.day
        }
        if (burst.sites >= escalateSites) state[manyDay] ||= view.day
        if (includesCapital(view, burst)) state[capitalDay] ||= view.day
      },
      getEndDay: state => state[lastDay]! + Math.ceil(leaveHours / dayHours),
      listLevelDays: state => [state[manyDay]!, state[capitalDay]!],
      measure(state, view) {
        view.day = state[peakDay]!
        const baseline = roundMeasure(countPast(view) / rateDays)
        return { value: state[siteCount]!, threshold: sitesMin, baseline }
      },
      listFacts(state, view) {
        view.day = state[peakDay]!
        return {
          peakDay: state[peakDay]!,
          chance: computeChance(countPast(view), state[siteCount]!)
        }
      },
      listTriggers(state, view) {
        const days = [state[openedDay]!, state[peakDay]!, state[capitalDay]!]
        const rows = days.flatMap(day => {
          view.day = day
          return day === 0 ? [] : findBurst(view, terms).rows
        })
        return [...new Set(rows)]
      }
    }
  }
})

function includesCapital({ incidents }: DayView, { rows }: Burst): boolean {
  return rows.some(row =>
    incidents.listPlaces(row).some(({ flags }) => (flags & flag.capital) !== 0)
  )
}
