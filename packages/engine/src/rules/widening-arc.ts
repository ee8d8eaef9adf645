// Widening arc: within a week attacks hit distant areas, one of which had been quiet for a month,
// and their extent has grown compared with the week before. In each region of neighbouring countries
// one arc at a time.

import { attackMask } from '../data/vocabulary.ts'
import type { DayView } from './day-view.ts'
import { type AnyRuleDefinition, defineRule } from './definition.ts'
import { countApart, measureExtent } from './distant-sites.ts'
import { hasUsableGrade, listCertainAreas } from './families.ts'
import type { Family } from './family.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { makeKey } from './keys.ts'
import { makeRegionReader, reachParameter } from './regions.ts'
import { type DayRule, firstSlot, openedDay, type State } from './rule.ts'
import { groupHits, type Hit, type HitGroup, listHits } from './spread.ts'

const source = 'patterns.md#widening-arc'

interface WideningArcParameters {
  readonly windowDays: number
  readonly areasMin: number
  readonly placesMin: number
  readonly placesApartKm: number
  readonly placesAreasMin: number
  readonly quietDays: number
  readonly growthFactor: number
  readonly escalateAreas: number
  readonly leaveDays: number
  readonly reachKm: number
}

/** The list of the family: areas. */
const areaList = 0

const areaCount = firstSlot
const peakDay = firstSlot + 1
/** Last day of the spread without another attack. */
const heldDay = firstSlot + 2
const manyDay = firstSlot + 3
/** Of each country that the arc has reached: its number plus 1, then the day. */
const countrySlots = [0, 2, 4, 6, 8, 10, 12, 14].map(offset => firstSlot + 4 + offset)
const stateSize = firstSlot + 4 + 2 * countrySlots.length

const dioura = { settlement: 'Dioura', admin1: 'ML-5', lat: 14.8252, lon: -5.2547 }
const sirakorola = { settlement: 'Sirakorola', admin1: 'ML-2', lat: 13.28671, lon: -7.56982 }
const boulkessi = { settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.437, lon: -0.665 }
const djibo = {
  settlement: 'Djibo',
  admin1: 'BF-12',
  country: 'BF',
  lat: 14.0994,
  lon: -1.62554
}
const attackOn = (at: string, place: object) => ({ at, category: 'attack' as const, ...place })
const arc = [
  attackOn('2025-06-01', dioura),
  attackOn('2025-06-03', sirakorola),
  attackOn('2025-06-04', boulkessi)
]

export const wideningArc: AnyRuleDefinition = defineRule<WideningArcParameters>({
  id: 'widening-arc',
  handbook: {
    says: 'Attacks reach places that were quiet: more areas within days, or places far apart.',
    levels: '`escalateAreas` areas; each further country.',
    ends: 'The spread has been gone for `leaveDays`.',
    comesBack: comesBackWithItsReports
  },
  parameters: {
    windowDays: { default: 7, unit: 'days', meaning: 'the window', source },
    areasMin: {
      default: 3,
      unit: 'admin1',
      meaning: 'areas hit in the window, needed for entry',
      source
    },
    placesMin: {
      default: 3,
      unit: 'places',
      meaning: 'or places far apart, needed for entry',
      source
    },
    placesApartKm: {
      default: 100,
      unit: 'km',
      meaning: 'minimum distance between any two of those places',
      source
    },
    placesAreasMin: {
      default: 2,
      unit: 'admin1',
      meaning: 'minimum number of areas in which those places lie',
      source
    },
    quietDays: {
      default: 28,
      unit: 'days',
      meaning: 'at least one area or place was not hit for this long before',
      source
    },
    growthFactor: {
      default: 1.5,
      unit: 'ratio',
      meaning: 'growth of the hull or the greatest distance over the window before',
      source
    },
    escalateAreas: { default: 6, unit: 'admin1', meaning: 'areas at which it escalates', source },
    leaveDays: {
      default: 14,
      unit: 'days',
      meaning: 'how long the spread must be gone to end it',
      source
    },
    reachKm: reachParameter
  },
  examples: [
    {
      name: 'three distant places in two areas within a week',
      given: arc,
      horizon: '2025-06-05',
      expect: [{ group: { theatre: 'all' }, level: 1, open: true }]
    },
    {
      name: 'three attacks in one town are not an arc',
      given: ['2025-06-01', '2025-06-03', '2025-06-05'].map(at => attackOn(at, dioura)),
      horizon: '2025-06-06',
      expect: []
    },
    {
      name: 'a second country escalates it',
      given: [...arc, attackOn('2025-06-05', djibo)],
      horizon: '2025-06-06',
      expect: [{ group: { theatre: 'all' }, level: 2, open: true }]
    },
    {
      name: 'it ends within three weeks of the last attack',
      given: arc,
      horizon: '2025-06-30',
      expect: [{ group: { theatre: 'all' }, level: 1, open: false }]
    }
  ],
  texts: {
    en: {
      headline: 'Attacks spread over {widthKm} km: {areas} {areas:area|areas} hit',
      why: 'Within {windowDays} days, attacks hit {areas} {areas:area|areas}, up to {widthKm} km apart. Threshold: {areasMin} areas, or {placesMin} places {placesApartKm} km apart in {placesAreasMin} areas; one of them was quiet for the {quietDays} days before, and the extent grew to {growthFactor} times that of the window before. An attack counts only if its area is certain.',
      ends: 'no such spread for {leaveDays} days',
      measure: 'areas, or distant places, hit in {windowDays} days'
    },
    fr: {
      headline: 'Attaques étendues sur {widthKm} km : {areas} {areas:région|régions}',
      why: 'En {windowDays} jours, des attaques ont touché {areas} {areas:région|régions}, jusqu’à {widthKm} km de distance. Seuil : {areasMin} régions, ou {placesMin} lieux distants de {placesApartKm} km dans {placesAreasMin} régions ; l’un d’eux était calme pendant les {quietDays} jours précédents, et l’étendue a atteint {growthFactor} fois celle de la fenêtre précédente. Une attaque ne compte que si sa région est certaine.',
      ends: 'aucune étendue de ce genre pendant {leaveDays} jours',
      measure: 'régions, ou lieux distants, touchés en {windowDays} jours'
    }
  },
  looksBack: ({ windowDays, quietDays, leaveDays }) => ({
    ...(quietDays > windowDays ? { quietDays } : { 'windowDays of the window before': windowDays }),
    windowDays,
    leaveDays
  }),
  make(parameters, base): DayRule {
    const { windowDays, areasMin, placesMin, quietDays, leaveDays, escalateAreas } = parameters
    const law = new ArcLaw(parameters)
    return {
      ...base,
      family: makeFamily(parameters),
      listPlaceNeeds: (incidents, row) =>
        (incidents.columns.category[row]! & attackMask) === 0 ? [] : [{ area: true }],
      stateSize,
      reachDays: windowDays + Math.max(windowDays, quietDays),
      applyDay(state, view) {
        const isOpen = state[openedDay] !== 0
        const group = isOpen ? law.findGrowth(state, view) : law.findEntry(view)
        if (group === null && !isOpen) return
        state[openedDay] ||= view.day
        if (group !== null) raiseTo(state, group, view.day, escalateAreas)
        state[heldDay] = Math.max(state[heldDay]!, law.findHeldDay(view))
      },
      getEndDay: state => state[heldDay]! + leaveDays,
      listLevelDays: state => [state[manyDay]!, ...listCountryDays(state)],
      measure(state) {
        const isByPlaces = state[areaCount]! < areasMin
        return {
          value: isByPlaces ? placesMin : state[areaCount]!,
          threshold: isByPlaces ? placesMin : areasMin,
          baseline: null
        }
      },
      listFacts(state, view) {
        const { incidents } = view
        const sites = law.listHits(state, view).flatMap(({ site }) => (site < 0 ? [] : [site]))
        const { km } = measureExtent(incidents.sites, [...new Set(sites)])
        return { widthKm: Math.round(km), areas: state[areaCount]! }
      },
      listTriggers: (state, view) => [...new Set(law.listHits(state, view).map(({ row }) => row))],
      assessDays: windowDays,
      assess: view => ({ value: law.countAreas(view), threshold: areasMin, baseline: null })
    }
  }
})

function makeFamily({ windowDays, reachKm }: WideningArcParameters): Family {
  const getRegion = makeRegionReader(reachKm)
  return {
    id: 'spread of attacks',
    categories: attackMask,
    // An interval longer than the window is in no single window for certain.
    isCounted: (incidents, row) => {
      const { fromDay, toDay } = incidents.columns
      return (
        toDay[row]! - fromDay[row]! < windowDays &&
        hasUsableGrade(incidents, row) &&
        listCertainAreas(incidents, row).length > 0
      )
    },
    sums: 'none',
    distinct: [listCertainAreas],
    listKeys(incidents, row, into) {
      into.push(makeKey(incidents, row, getRegion(incidents, row)))
    },
    readGroup: () => ({ theatre: 'all' })
  }
}

/** Notes what a group adds to the arc. */
function raiseTo(state: State, group: HitGroup, day: number, escalateAreas: number): void {
  for (const country of group.countries) {
    const slot = countrySlots.find(one => state[one] === 0 || state[one] === country + 1)
    if (slot === undefined || state[slot] !== 0) continue
    state[slot] = country + 1
    state[slot + 1] = day
  }
  if (group.areas.size <= state[areaCount]!) return
  state[areaCount] = group.areas.size
  state[peakDay] = day
  if (group.areas.size >= escalateAreas && state[manyDay] === 0) state[manyDay] = day
}

/** Days on which the arc reached a further country. */
function listCountryDays(state: State): readonly number[] {
  return countrySlots.map(slot => state[slot + 1]!).filter(day => day > state[openedDay]!)
}

/** The spread of the attacks as seen from a day. */
class ArcLaw {
  readonly #terms: WideningArcParameters

  constructor(terms: WideningArcParameters) {
    this.#terms = terms
  }

  /** Counts the areas hit in the window, whether or not they are within reach of each other. */
  countAreas(view: DayView): number {
    return view.countDistinct(areaList, view.day - this.#terms.windowDays + 1, view.day)
  }

  /** The groups of the window up to a day, the one with the most areas first. */
  findGroups(view: DayView, from = view.day - this.#terms.windowDays + 1): readonly HitGroup[] {
    const { placesApartKm, reachKm } = this.#terms
    const rows = view.listOverlapping(from, view.day)
    return groupHits(view.incidents, listHits(view.incidents, rows, placesApartKm), reachKm)
  }

  /** The group with which an arc begins on this day; null if none does. */
  findEntry(view: DayView): HitGroup | null {
    const { areasMin, placesAreasMin } = this.#terms
    if (this.countAreas(view) < Math.min(areasMin, placesAreasMin)) return null
    const isEntry = (group: HitGroup) =>
      this.#isWide(view, group) && this.#strikesQuiet(view, group) && this.#hasGrown(view, group)
    return this.findGroups(view).find(isEntry) ?? null
  }

  #isWide(view: DayView, { areas, sites }: HitGroup): boolean {
    const { areasMin, placesMin, placesApartKm, placesAreasMin } = this.#terms
    if (areas.size >= areasMin) return true
    if (areas.size < placesAreasMin) return false
    return countApart(view.incidents.sites, sites, placesApartKm, placesMin) >= placesMin
  }

  /**
   * True if an area, or a place with nothing near it, was not hit in the quiet days before the
   * window. In an area with a hit of unknown place, no place is known to have been quiet.
   */
  #strikesQuiet(view: DayView, group: HitGroup): boolean {
    const { windowDays, quietDays, placesApartKm } = this.#terms
    const [from, to] = [view.day - windowDays - quietDays + 1, view.day - windowDays]
    for (const area of group.areas)
      if (!view.scope.hasDistinct(areaList, area, from, to)) return true
    const before = listHits(view.incidents, view.listOverlapping(from, to), placesApartKm)
    const vague = new Set(before.filter(({ site }) => site < 0).map(({ area }) => area))
    const hitSites = [...new Set(before.map(({ site }) => site).filter(site => site >= 0))]
    const { sites } = view.incidents
    return group.hits.some(
      ({ site, area }) =>
        site >= 0 &&
        !vague.has(area) &&
        hitSites.every(other => sites.computeKm(site, other) >= placesApartKm)
    )
  }

  /** True if the extent grew, by greatest distance, or by hull if the window before had one. */
  #hasGrown(view: DayView, group: HitGroup): boolean {
    const { windowDays, placesApartKm, reachKm, growthFactor } = this.#terms
    const { sites } = view.incidents
    const [from, to] = [view.day - 2 * windowDays + 1, view.day - windowDays]
    const before = listHits(view.incidents, view.listOverlapping(from, to), placesApartKm)
      .map(({ site }) => site)
      .filter(site => site >= 0)
    const near = [...new Set(before)].filter(site =>
      group.sites.some(other => sites.computeKm(site, other) <= reachKm)
    )
    const earlier = measureExtent(sites, near)
    const now = measureExtent(sites, group.sites)
    if (now.km > 0 && now.km >= growthFactor * earlier.km) return true
    return earlier.km2 > 0 && now.km2 >= growthFactor * earlier.km2
  }

  /** Last day of the present spread without another attack; 0 if there is none. */
  findHeldDay(view: DayView): number {
    const { windowDays, areasMin, placesAreasMin } = this.#terms
    for (let day = view.day + windowDays - 1; day >= view.day; day--) {
      const from = day - windowDays + 1
      const areas = view.countDistinct(areaList, from, view.day)
      if (areas >= areasMin) return day
      if (areas < placesAreasMin) continue
      if (this.findGroups(view, from).some(group => this.#isWide(view, group))) return day
    }
    return 0
  }

  /** The widest group of the day, if it can have more areas or countries than before; else null. */
  findGrowth(state: State, view: DayView): HitGroup | null {
    if (this.countAreas(view) <= state[areaCount]! && !this.#reachesCountry(state, view))
      return null
    return this.findGroups(view).find(group => this.#isWide(view, group)) ?? null
  }

  /** True if an attack of the day is in a country that the arc had not reached. */
  #reachesCountry(state: State, view: DayView): boolean {
    const hits = listHits(view.incidents, view.listToday(), this.#terms.placesApartKm)
    return hits.some(
      ({ country }) => country >= 0 && countrySlots.every(slot => state[slot] !== country + 1)
    )
  }

  /** The hits of the days on which the arc began, rose, or was at its widest. */
  listHits(state: State, view: DayView): readonly Hit[] {
    const days = [openedDay, peakDay, manyDay].map(slot => state[slot]!)
    const reached = new Set([...days, ...listCountryDays(state)])
    reached.delete(0)
    return [...reached].flatMap(day => {
      view.day = day
      const group = day === state[openedDay] ? this.findEntry(view) : this.findGroups(view)[0]
      return group?.hits ?? []
    })
  }
}
