// Repeat victimisation: the civilians of a place are attacked repeatedly, or one perpetrator goes from
// settlement to settlement of an area. Both make one cluster, and so one alert.

import type { Incidents } from '../data/incidents.ts'
import { haveCommon } from '../data/interning.ts'
import { flag, makeCategoryMask, violenceMask } from '../data/vocabulary.ts'
import {
  type Candidates,
  type ClusterRule,
  type ClusterView,
  linkedOnly,
  neverCore,
  notLinked,
  orderLevels
} from './cluster-rule.ts'
import { defineParameters, defineRule, type ExampleIncident, type LookBack } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { hasUsableGrade, isShorterThan, listCertainAreas } from './families.ts'
import { addKey, makePair } from './keys.ts'
import { genericActorsParameter, makePerpetratorList, readActor } from './perpetrators.ts'
import {
  areApart,
  listSpots,
  readPlaceName,
  readSettlementGroup,
  type Spot,
  shareSettlement
} from './place-of-incident.ts'

const source = 'patterns.md#repeat-victimisation'
const onCivilians = makeCategoryMask('attack-on-civilians')
/** Kinds of density: attacks on one place, and settlements hit by one perpetrator. */
const [ofPlace, ofPerpetrator] = [0, 1]
/** Most settlements that an alert of one perpetrator counts. */
const settlementsMax = 50
/** Choose the words of an alert: of attacks on one place, or of settlements of an area. */
const [ofPlaceForm, ofAreaForm] = [1, 2]

const ogossagou = { settlement: 'Ogossagou', admin1: 'ML-5' }
const kamona = { settlement: 'Kamona', admin1: 'ML-4' }
const balle = { settlement: 'Balle', admin1: 'ML-4', lat: 13 }
const niono = { settlement: 'Niono', admin1: 'ML-4', lat: 14.25 }
const dozo = { actor: 'Dozo militia' }
const attackOn = (day: string, ...parts: readonly Partial<ExampleIncident>[]) =>
  reportOn(day, 'attack-on-civilians', ...parts)

const parameters = {
  ...defineParameters(source, {
    placeKm: [5, 'km', 'points within this distance are one place', { max: 100 }],
    incidentsMin: [3, 'incidents', 'attacks on civilians of one place for entry', { min: 1 }],
    windowDays: [90, 'days', 'window for one place', { max: 366 }],
    settlementsMin: [2, 'settlements', 'settlements of one area hit by one actor', { min: 2 }],
    areaWindowDays: [45, 'days', 'window for one perpetrator', { max: 366 }],
    coarsestKm: [
      500,
      'km',
      'a name less precise than this is a wide area, not a settlement',
      {
        source:
          'our choice: the Sahel scenario, row 9: a village whose only namesake lies in another area'
      }
    ],
    quietDays: [90, 'days', 'quiet time that ends it', { min: 1 }],
    civilianTargets: [
      ['civilians', 'community-leader'],
      'kinds of target',
      'kinds of targets that are civilian, besides the category of attacks on civilians',
      { source: 'our choice: the kinds that importers write' }
    ]
  }),
  genericActors: genericActorsParameter
}

export const repeatVictimisation = defineRule({
  id: 'repeat-victimisation',
  handbook: {
    says: 'Civilians of one settlement are attacked repeatedly, or one perpetrator goes from village to village.',
    levels: 'Another place is hit; an attack kills more than those before.',
    ends: '`quietDays` without another attack.',
    comesBack: 'Only its own reports: an attack that is linked to one of them.'
  },
  parameters,
  examples: [
    makeExample(
      'a third attack on the civilians of one settlement within 90 days',
      [
        attackOn('2025-03-01', ogossagou),
        reportOn('2025-04-01', 'looting', ogossagou, { targets: ['civilians'] }),
        attackOn('2025-05-01', ogossagou)
      ],
      expectOpen('2025-05-10', { admin1: 'ML-5', settlement: 'Ogossagou' })
    ),
    makeExample(
      'two settlements of one area within 45 days by the same perpetrator',
      [
        attackOn('2025-10-01', kamona, dozo),
        attackOn('2025-11-10', balle, { actor: 'dozo militia' })
      ],
      expectOpen('2025-11-20', { admin1: 'ML-4', perpetrator: 'Dozo militia' })
    ),
    makeExample(
      'two settlements hit by unknown perpetrators are not enough',
      [
        attackOn('2025-10-01', kamona, { actor: 'unknown' }),
        attackOn('2025-10-10', balle, { actor: 'unknown' })
      ],
      expectNone('2025-11-20')
    ),
    makeExample(
      'another place and more deaths escalate it',
      [
        attackOn('2025-10-01', kamona, dozo, { deaths: [2, 2, 2] }),
        attackOn('2025-10-10', balle, dozo),
        attackOn('2025-12-10', niono, dozo, { deaths: [5, 6, 9] })
      ],
      expectOpen('2025-12-20', { admin1: 'ML-4' }, 3)
    ),
    makeExample(
      'attacks on one place and on others by the same perpetrator are one alert',
      [
        attackOn('2025-10-01', kamona, dozo),
        attackOn('2025-10-10', kamona),
        attackOn('2025-10-20', kamona),
        attackOn('2025-11-01', balle, dozo)
      ],
      expectOpen('2025-11-20', { admin1: 'ML-4', settlement: 'Kamona' }, 2)
    ),
    makeExample(
      '90 quiet days end it',
      ['2025-03-01', '2025-04-01', '2025-05-01'].map(day => attackOn(day, ogossagou)),
      expectEnded('2025-08-10', { settlement: 'Ogossagou' })
    )
  ],
  texts: {
    en: {
      headline: 'Civilians attacked repeatedly in {area}[: {value} {form:attacks|settlements}]',
      why: '{value} {form:attacks on civilians|settlements attacked} since {from}{places:|, in several places}. Threshold: {incidentsMin} at one place (points within {placeKm} km) in {windowDays} days, or {settlementsMin} settlements of one area in {areaWindowDays} days by one perpetrator.',
      ends: '{quietDays} days without another attack',
      measure: '{form:attacks on civilians|settlements attacked}'
    },
    fr: {
      headline: 'Civils attaqués à répétition à {area}[ : {value} {form:attaques|localités}]',
      why: '{value} {form:attaques contre des civils|localités attaquées} depuis le {from}{places:|, en plusieurs lieux}. Seuil : {incidentsMin} au même lieu (points à moins de {placeKm} km) en {windowDays} jours, ou {settlementsMin} localités d’une région en {areaWindowDays} jours par le même auteur.',
      ends: '{quietDays} jours sans nouvelle attaque',
      measure: '{form:attaques contre des civils|localités attaquées}'
    }
  },
  looksBack: ({ windowDays, areaWindowDays, quietDays }): LookBack =>
    areaWindowDays > windowDays ? { areaWindowDays, quietDays } : { windowDays, quietDays },
  make(parameters, base): ClusterRule {
    const { placeKm, incidentsMin, windowDays, settlementsMin, areaWindowDays, quietDays } =
      parameters
    const places = new HarmedPlaces(placeKm, parameters.coarsestKm)
    const listActors = makePerpetratorList(parameters.genericActors)
    const civilian = new Set(parameters.civilianTargets)
    const longestDays = Math.max(windowDays, areaWindowDays, quietDays)
    return {
      ...base,
      includes: (incidents, row) =>
        isShorterThan(incidents, row, Math.max(windowDays, areaWindowDays)) &&
        hasUsableGrade(incidents, row) &&
        harmsCivilians(incidents, row, civilian),
      listPlaceNeeds: (incidents, row) => {
        if (!harmsCivilians(incidents, row, civilian)) return []
        const isNamed = listActors(incidents, row).length > 0
        return [{ withinKm: placeKm }, { settlement: true }, ...(isNamed ? [anyArea] : [])]
      },
      linkKm: placeKm,
      linkDays: longestDays,
      listKeys: (incidents, row, into) => {
        for (const { settlement } of listSpots(incidents, row))
          if (settlement >= 0) addKey(into, settlement * 2)
        for (const actor of listActors(incidents, row))
          for (const area of listCertainAreas(incidents, row))
            addKey(into, makePair(actor, area) * 2 + 1)
      },
      getKeyLinkDays: () => longestDays,
      getLink: candidates => {
        const { incidents, a, b, key, daysApart } = candidates
        const isOnePlace = key < 0 || shareSettlement(incidents, a, b)
        const area = findSharedArea(candidates, listActors)
        if (!isOnePlace && area < 0) return notLinked
        let kinds = linkedOnly
        const { fromDay } = incidents.columns
        if (isOnePlace && daysApart <= windowDays && fromDay[b]! <= fromDay[a]!)
          kinds |= 1 << ofPlace
        const isByOne = area >= 0 && daysApart <= areaWindowDays
        if (isByOne && places.addsSettlement(incidents, a, b, area)) kinds |= 1 << ofPerpetrator
        return kinds
      },
      // An attack counts those before it: a window of days ends with it.
      minPoints: [incidentsMin, settlementsMin],
      countOwn: (incidents, row, kind) => {
        if (kind === ofPlace) return 1
        if (listActors(incidents, row).length === 0) return 0
        const areas = [...listCertainAreas(incidents, row)]
        return Math.max(0, ...areas.map(area => places.listInArea(incidents, row, area).length))
      },
      quietDays,
      // Another place, and an attack with more deaths than those before, are a level each.
      assess(cluster) {
        const entryDay = cluster.findEntryDay()
        const entryPlaces = findCore(cluster, ofPlace) < 0 ? settlementsMin : 1
        const further = places.listFirstHits(cluster, entryPlaces + 1)[entryPlaces]
        const { fromDay } = cluster.incidents.columns
        const { levelDays } = orderLevels(entryDay, [
          findDeadlierDay(cluster, entryDay),
          further === undefined ? 0 : fromDay[further]!
        ])
        return { levelDays, nextLevelSize: levelDays.length === 3 ? neverCore : 0 }
      },
      measure(cluster) {
        if (findCore(cluster, ofPlace) >= 0)
          return { value: cluster.size, threshold: incidentsMin, baseline: null }
        const { length } = places.listFirstHits(cluster, settlementsMax)
        return { value: length, threshold: settlementsMin, baseline: null }
      },
      listFacts: cluster => ({
        form: findCore(cluster, ofPlace) >= 0 ? ofPlaceForm : ofAreaForm,
        places: Math.max(1, places.listFirstHits(cluster, 2).length)
      }),
      readGroup(cluster) {
        const { incidents } = cluster
        const row = findFirstCore(cluster)
        const area = incidents.columns.admin1[row]!
        const inArea = area < 0 ? {} : { admin1: incidents.reports.names.getText(area) }
        if (!cluster.isDenseIn(row, ofPlace))
          return { ...inArea, perpetrator: readPerpetrator(cluster, row, listActors) }
        const settlement = readPlaceName(incidents, row)
        return { ...inArea, settlement, ...readSettlementGroup(incidents, row) }
      }
    }
  }
})

const anyArea = { area: true } as const

/** The settlements that incidents hit: each is certainly another than those before it. */
class HarmedPlaces {
  readonly #placeKm: number
  readonly #coarsestKm: number

  constructor(placeKm: number, coarsestKm: number) {
    this.#placeKm = placeKm
    this.#coarsestKm = coarsestKm
  }

  listInArea(incidents: Incidents, row: number, area: number): readonly Spot[] {
    const found: Spot[] = []
    for (const spot of listSpots(incidents, row))
      if (spot.admin1 === area && this.#isSettlement(spot))
        if (found.every(other => areApart(incidents, other, spot, this.#placeKm, true)))
          found.push(spot)
    return found
  }

  /** True if both hit settlements in the area, and `b` one that `a` certainly did not hit. */
  addsSettlement(incidents: Incidents, a: number, b: number, area: number): boolean {
    const { settlement, site } = incidents.columns
    if (site[a] === site[b] && settlement[a] === settlement[b] && incidents.otherPlaces.size === 0)
      return false
    const own = this.listInArea(incidents, a, area)
    if (own.length === 0) return false
    return this.listInArea(incidents, b, area).some(spot =>
      own.every(other => areApart(incidents, other, spot, this.#placeKm, false))
    )
  }

  /**
   * The members with which a cluster hit its first, second … place, up to a number. The first
   * is that of attacks on one place, if there are any; the others are settlements.
   */
  listFirstHits(cluster: ClusterView, most: number): readonly number[] {
    const { incidents } = cluster
    const { settlement, site, km } = incidents.columns
    const core = findCore(cluster, ofPlace)
    const found: Hit[] = []
    if (core >= 0) found.push({ spot: listSpots(incidents, core)[0]!, row: core, firstRow: core })
    /** The usual case in a crowd is the same place, as precise as before. */
    const known = new Map<number, number>()
    for (const row of cluster.listByTime()) {
      const isKnown = known.get(makePair(settlement[row]! + 1, site[row]! + 1))! <= km[row]!
      if (isKnown && !incidents.otherPlaces.has(row)) continue
      for (const spot of listSpots(incidents, row)) {
        if (found.length === most) return found.map(hit => hit.firstRow)
        if (!this.#isSettlement(spot)) continue
        known.set(makePair(spot.settlement + 1, spot.site + 1), spot.km)
        this.#addHit(incidents, found, spot, row)
      }
    }
    return found.map(hit => hit.firstRow)
  }

  /** A place known more precisely replaces the only one that it may be. */
  #addHit(incidents: Incidents, found: Hit[], spot: Spot, row: number): void {
    const [only, ...others] = found.filter(
      hit => !areApart(incidents, hit.spot, spot, this.#placeKm, hit.row === row)
    )
    if (only === undefined) found.push({ spot, row, firstRow: row })
    else if (others.length === 0 && isMorePrecise(spot, only.spot))
      Object.assign(only, { spot, row })
  }

  #isSettlement({ settlement, name, km, flags }: Spot): boolean {
    if ((flags & flag.areaCertain) === 0) return false
    return settlement >= 0 || (name >= 0 && (Number.isNaN(km) || km <= this.#coarsestKm))
  }
}

/** A settlement that was hit, as the incident of a row names it; `firstRow` was the first. */
interface Hit {
  readonly spot: Spot
  readonly row: number
  readonly firstRow: number
}

function isMorePrecise(a: Spot, b: Spot): boolean {
  return a.settlement >= 0 === b.settlement >= 0 ? a.km < b.km : a.settlement >= 0
}

function harmsCivilians(incidents: Incidents, row: number, civilian: ReadonlySet<string>): boolean {
  const { category } = incidents.columns
  if (category[row] === onCivilians) return true
  if ((category[row]! & violenceMask) === 0) return false
  const { names } = incidents.reports
  return incidents.listTargets(row).some(kind => civilian.has(names.getText(kind)))
}

/** An area in which both certainly lie and one perpetrator of both acted; -1 without any. */
function findSharedArea({ incidents, a, b }: Candidates, listActors: ListActors): number {
  const actors = listActors(incidents, a)
  if (actors.length === 0 || !haveCommon(actors, listActors(incidents, b))) return -1
  const { admin1, flags } = incidents.columns
  if (admin1[a] === admin1[b] && (flags[a]! & flags[b]! & flag.areaCertain) !== 0) return admin1[a]!
  const areas = [...listCertainAreas(incidents, a)]
  return listCertainAreas(incidents, b).find(area => areas.includes(area)) ?? -1
}

type ListActors = (incidents: Incidents, row: number) => readonly number[]

/** The first member that is dense enough of a kind; -1 if none is. */
function findCore(cluster: ClusterView, kind: number): number {
  for (const row of cluster.listByTime()) if (cluster.isDenseIn(row, kind)) return row
  return -1
}

/** The first core point of attacks on one place, else of those by one perpetrator. */
function findFirstCore(cluster: ClusterView): number {
  const core = findCore(cluster, ofPlace)
  if (core >= 0) return core
  const byOne = findCore(cluster, ofPerpetrator)
  return byOne >= 0 ? byOne : cluster.firstRow
}

/** A perpetrator of a member that another member shares, or else its first one. */
function readPerpetrator(cluster: ClusterView, row: number, listActors: ListActors): string {
  const { incidents } = cluster
  const actors = listActors(incidents, row)
  const others = cluster.listByTime().filter(other => other !== row)
  const shared = actors.find(actor =>
    others.some(other => listActors(incidents, other).includes(actor))
  )
  return readActor(incidents, shared ?? actors[0] ?? -1)
}

/** The first day after the entry on which an attack killed more than any before; 0 without one. */
function findDeadlierDay(cluster: ClusterView, entryDay: number): number {
  const { fromDay, best, low } = cluster.incidents.columns
  /** The most deaths in an attack: up to the day before, and up to this day. */
  let [most, mostToday, day] = [-1, -1, 0]
  for (const row of cluster.listByTime()) {
    if (fromDay[row]! > day) [most, day] = [mostToday, fromDay[row]!]
    const deaths = best[row]! >= 0 ? best[row]! : low[row]!
    if (day > entryDay && most >= 0 && deaths > most) return day
    mostToday = Math.max(mostToday, deaths)
  }
  return 0
}
