// Widening arc: within a week attacks hit distant areas, one of which had been quiet for a month,
// and their extent has grown compared with the week before. Each region of neighbouring countries has
// one arc at a time. Its triggers are the attacks of the weeks that began it, made it widest, or took
// it to a further country: the others, often hundreds, make it no wider.
//
// Most attacks have a date and no hour. Two of them are within seven days of each other if their
// dates are, so a window of seven days has eight dates.

import { countBits } from '../data/day-bits.ts'
import type { IncidentPlace, Incidents } from '../data/incidents.ts'
import { attackMask, flag } from '../data/vocabulary.ts'
import type { DayView } from './day-view.ts'
import { defineParameters, defineRule, type ParameterValues } from './definition.ts'
import { countApart, measureExtent } from './distant-sites.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { hasUsableGrade, isShorterThan, listCertainAreas } from './families.ts'
import type { Family } from './family.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { makeKey } from './keys.ts'
import { makeRegionReader, reachParameter } from './regions.ts'
import { type DayRule, firstSlot, openedDay, type State } from './rule.ts'

const source = 'patterns.md#widening-arc'

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
const arc = [
  reportOn('2025-06-01', 'attack', dioura),
  reportOn('2025-06-03', 'attack', sirakorola),
  reportOn('2025-06-04', 'attack', boulkessi)
]

const parameters = {
  ...defineParameters(source, {
    windowDays: [7, 'days', 'the window'],
    areasMin: [3, 'admin1', 'areas hit in the window, needed for entry'],
    placesMin: [3, 'places', 'or places far apart, needed for entry'],
    placesApartKm: [100, 'km', 'minimum distance between any two of those places'],
    placesAreasMin: [2, 'admin1', 'minimum number of areas in which those places lie'],
    quietDays: [28, 'days', 'at least one area or place was not hit for this long before'],
    growthFactor: [1.5, 'ratio', 'growth of hull or greatest distance over the window before'],
    escalateAreas: [6, 'admin1', 'areas at which it escalates'],
    leaveDays: [14, 'days', 'how long the spread must be gone to end it']
  }),
  reachKm: reachParameter
}
type WideningArcParameters = ParameterValues<typeof parameters>

export const wideningArc = defineRule({
  id: 'widening-arc',
  handbook: {
    says: 'Attacks reach places that were quiet: more areas within days, or places far apart.',
    levels: '`escalateAreas` areas; each further country.',
    ends: 'The spread has been gone for `leaveDays`.',
    comesBack: comesBackWithItsReports
  },
  parameters,
  examples: [
    makeExample(
      'three distant places in two areas within a week',
      arc,
      expectOpen('2025-06-05', { theatre: 'all' })
    ),
    makeExample(
      'three attacks in one town are not an arc',
      ['2025-06-01', '2025-06-03', '2025-06-05'].map(day => reportOn(day, 'attack', dioura)),
      expectNone('2025-06-06')
    ),
    makeExample(
      'a second country escalates it',
      [...arc, reportOn('2025-06-05', 'attack', djibo)],
      expectOpen('2025-06-06', { theatre: 'all' }, 2)
    ),
    makeExample(
      'it ends within three weeks of the last attack',
      arc,
      expectEnded('2025-06-30', { theatre: 'all' })
    )
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
      stateSize,
      reachDays: windowDays + Math.max(windowDays, quietDays),
      canOpen: view => law.countAreas(view) >= Math.min(areasMin, parameters.placesAreasMin),
      applyDay(state, view) {
        const { day } = view
        const opens = state[openedDay] === 0
        if (opens ? !law.begins(view) : !law.isWide(view)) return
        state[openedDay] ||= day
        noteCountries(state, view.incidents, opens ? law.listWindow(view) : view.listToday(), day)
        const areas = law.countAreas(view)
        if (areas > state[areaCount]!) {
          state[areaCount] = areas
          state[peakDay] = day
          if (areas >= escalateAreas) state[manyDay] ||= day
        }
        state[heldDay] = law.findHeldDay(view, state[heldDay]!)
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
        view.day = state[peakDay]!
        const { km } = measureExtent(view.incidents.sites, law.listSites(view))
        return { widthKm: Math.round(km), areas: state[areaCount]! }
      },
      listTriggers(state, view) {
        const days = [state[openedDay]!, state[peakDay]!, ...listCountryDays(state)]
        return listWindows(view, days, windowDays)
      },
      assessDays: windowDays + 1,
      assess: view => ({ value: law.countAreas(view), threshold: areasMin, baseline: null })
    }
  }
})

function makeFamily({ windowDays, reachKm }: WideningArcParameters): Family {
  const getRegion = makeRegionReader(reachKm)
  return {
    id: 'spread of attacks',
    categories: attackMask,
    isCounted: (incidents, row) =>
      isShorterThan(incidents, row, windowDays) &&
      hasUsableGrade(incidents, row) &&
      listCertainAreas(incidents, row).length > 0,
    sums: 'none',
    distinct: listCertainAreas,
    listKeys(incidents, row, into) {
      into.push(makeKey(incidents, row, getRegion(incidents, row)))
    },
    readGroup: () => ({ theatre: 'all' })
  }
}

function listCertainPlaces(incidents: Incidents, row: number): readonly IncidentPlace[] {
  return incidents
    .listPlaces(row)
    .filter(place => (place.flags & flag.areaCertain) !== 0 && place.admin1 >= 0)
}

function listHits(view: DayView, from: number, to: number): readonly IncidentPlace[] {
  return view.listOverlapping(from, to).flatMap(row => listCertainPlaces(view.incidents, row))
}

/** Notes the day on which the arc reached each country. */
function noteCountries(
  state: State,
  incidents: Incidents,
  rows: readonly number[],
  day: number
): void {
  const { columns, otherPlaces } = incidents
  for (const row of rows) {
    if (otherPlaces.size === 0 && hasReached(state, columns.country[row]!)) continue
    for (const { country } of listCertainPlaces(incidents, row)) {
      if (country < 0 || hasReached(state, country)) continue
      const slot = countrySlots.find(one => state[one] === 0)
      if (slot === undefined) continue
      state[slot] = country + 1
      state[slot + 1] = day
    }
  }
}

function hasReached(state: State, country: number): boolean {
  for (const slot of countrySlots) if (state[slot] === country + 1) return true
  return false
}

/** Days on which the arc reached a further country. */
function listCountryDays(state: State): readonly number[] {
  return countrySlots.map(slot => state[slot + 1]!).filter(day => day > state[openedDay]!)
}

/** The attacks of the windows that end with these days, each once. */
function listWindows(
  view: DayView,
  days: readonly number[],
  windowDays: number
): readonly number[] {
  const rows = new Set<number>()
  for (const day of new Set(days))
    for (const row of view.listOverlapping(day - windowDays, day)) rows.add(row)
  return [...rows]
}

/** The spread of the attacks as seen from a day. */
class ArcLaw {
  readonly #terms: WideningArcParameters

  constructor(terms: WideningArcParameters) {
    this.#terms = terms
  }

  countAreas(view: DayView): number {
    return view.countDistinct(view.day - this.#terms.windowDays, view.day)
  }

  listWindow(view: DayView): readonly number[] {
    return view.listOverlapping(view.day - this.#terms.windowDays, view.day)
  }

  /** The sites hit between two days, each once; those of the window by default. */
  listSites(
    view: DayView,
    from = view.day - this.#terms.windowDays,
    to = view.day
  ): readonly number[] {
    const precise = listHits(view, from, to).filter(place => this.#hasSite(place))
    return [...new Set(precise.map(({ site }) => site))]
  }

  #hasSite({ site, km }: IncidentPlace): boolean {
    return site >= 0 && km <= this.#terms.placesApartKm
  }

  begins(view: DayView): boolean {
    return this.isWide(view) && this.#hitsQuiet(view) && this.#hasGrown(view)
  }

  /** True if the attacks from a day on hit enough areas, or places far apart. */
  isWide(view: DayView, from = view.day - this.#terms.windowDays): boolean {
    const { areasMin, placesMin, placesApartKm, placesAreasMin } = this.#terms
    const areas = view.countDistinct(from, view.day)
    if (areas >= areasMin) return true
    if (areas < placesAreasMin) return false
    const { sites } = view.incidents
    return countApart(sites, this.listSites(view, from), placesApartKm, placesMin) >= placesMin
  }

  /**
   * True if an area, or a place with no other near it, was not hit in the quiet days before the
   * window. In an area with a hit of unknown place, no place is known to have been quiet.
   */
  #hitsQuiet(view: DayView): boolean {
    const { windowDays, quietDays, placesApartKm } = this.#terms
    const [from, to] = [view.day - windowDays - quietDays, view.day - windowDays - 1]
    const areas = view.scope.distinctBits!
    if (countBits(areas.computeUnion(to + 1, view.day), areas.computeUnion(from, to)) > 0)
      return true
    const { sites } = view.incidents
    const sitesBefore = this.listSites(view, from, to)
    const before = listHits(view, from, to)
    const vague = new Set(before.flatMap(one => (this.#hasSite(one) ? [] : one.admin1)))
    return listHits(view, to + 1, view.day).some(
      one =>
        this.#hasSite(one) &&
        !vague.has(one.admin1) &&
        sitesBefore.every(site => sites.computeKm(site, one.site) >= placesApartKm)
    )
  }

  /** True if the extent grew, by greatest distance, or by hull if the window before had one. */
  #hasGrown(view: DayView): boolean {
    const { windowDays, growthFactor } = this.#terms
    const { sites } = view.incidents
    const [from, to] = [view.day - 2 * windowDays, view.day - windowDays]
    const earlier = measureExtent(sites, this.listSites(view, from, to))
    const now = measureExtent(sites, this.listSites(view))
    if (now.km > 0 && now.km >= growthFactor * earlier.km) return true
    return earlier.km2 > 0 && now.km2 >= growthFactor * earlier.km2
  }

  /** Last day of the present spread without another attack; `known` at least. */
  findHeldDay(view: DayView, known: number): number {
    const { windowDays } = this.#terms
    let day = view.day + windowDays
    while (day > known && !this.isWide(view, day - windowDays)) day -= 1
    return day
  }
}
