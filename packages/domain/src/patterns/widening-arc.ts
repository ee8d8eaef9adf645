// Widening arc: within a week attacks strike areas far apart, one of which had been quiet for a month, and the reach has grown against the week
// before. One story for a theatre at a time.

import { dayMs, formatDay } from '../event-time.ts'
import { hullAreaKm2, type Point, roundKm } from '../geometry.ts'
import { compareText, type Incident, placesOf } from '../incident.ts'
import { addEvidence, type Finding, numberLevels, type Pattern } from '../pattern.ts'
import { attackCategories } from '../report.ts'
import {
  type AttackBlocks,
  apartUntil,
  attacksAfter,
  blocksSince,
  farthestKm,
  greatestKm,
  type HitPoint,
  liesApart,
  pointsAfter,
  withAttack
} from './attack-blocks.ts'
import { type Evidence, evidenceOf, noEvidence } from './episode-evidence.ts'
import { keepsLast } from './last-made.ts'
import { intervalNote, listOf } from './wording.ts'

export interface WideningArcParameters {
  readonly windowDays: number
  readonly areasMin: number
  readonly placesMin: number
  readonly placesApartKm: number
  readonly placesAreasMin: number
  readonly quietDays: number
  readonly growthFactor: number
  readonly escalateAreas: number
  readonly leaveDays: number
}

interface Episode {
  readonly drill: boolean
  readonly fromMs: number
  readonly enteredMs: number
  /** Until when the last spread that was seen holds, if nothing more happens. */
  readonly spreadUntilMs: number
  readonly countries: readonly string[]
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  readonly measure: Finding['measure']
  readonly reachKm: number
  readonly triggers: Evidence
  readonly support: Evidence
  /** Names of places and codes of areas of the triggers, each once, in their order. */
  readonly places: readonly string[]
  readonly areas: readonly string[]
}

/** An area, and until when the last attack on it lasted. */
interface AreaHit {
  readonly area: string
  readonly untilMs: number
}

interface WideningArcState {
  /** Attacks that a window may still need. */
  readonly recent: AttackBlocks
  /** Areas hit in the window, the latest first. */
  readonly areas: readonly AreaHit[]
  /** Until when enough places hit lie far apart; null where they never did. */
  readonly apartUntilMs: number | null
  readonly open: Episode | null
  readonly closed: readonly Finding[]
}

export const wideningArc: Pattern<WideningArcParameters, WideningArcState> = {
  id: 'widening-arc',
  parameters: {
    windowDays: { default: 7, unit: 'days', meaning: 'the window', source: 'patterns, 9' },
    areasMin: { default: 3, unit: 'admin1', meaning: 'distinct areas hit in the window', source: 'patterns, 9' },
    placesMin: { default: 3, unit: 'places', meaning: 'or so many places far apart', source: 'patterns, 9' },
    placesApartKm: { default: 100, unit: 'km', meaning: 'how far apart those places are, each from each', source: 'patterns, 9' },
    placesAreasMin: { default: 2, unit: 'admin1', meaning: 'areas that those places lie in, at least', source: 'patterns, 9' },
    quietDays: {
      default: 28,
      unit: 'days',
      meaning: 'at least one of them was not hit for so long before',
      source: 'patterns, 9'
    },
    growthFactor: {
      default: 1.5,
      unit: 'ratio',
      meaning: 'growth of hull or greatest distance against the window before',
      source: 'patterns, 9'
    },
    escalateAreas: { default: 6, unit: 'admin1', meaning: 'areas at which it escalates', source: 'patterns, 9' },
    leaveDays: { default: 14, unit: 'days', meaning: 'how long the spread must be gone', source: 'patterns, 9' }
  },
  examples: [
    {
      name: 'three far places in two areas within a week',
      given: [
        { at: '2025-06-01', category: 'attack', settlement: 'Dioura', admin1: 'ML-5', lat: 14.8252, lon: -5.2547 },
        { at: '2025-06-03', category: 'attack', settlement: 'Sirakorola', admin1: 'ML-2', lat: 13.28671, lon: -7.56982 },
        { at: '2025-06-04', category: 'attack', settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.437, lon: -0.665 }
      ],
      horizon: '2025-06-05',
      expect: [{ group: { theatre: 'all' }, level: 1, open: true }]
    },
    {
      name: 'three attacks in one town are no arc',
      given: [
        { at: '2025-06-01', category: 'attack', settlement: 'Dioura', admin1: 'ML-5', lat: 14.8252, lon: -5.2547 },
        { at: '2025-06-03', category: 'attack', settlement: 'Dioura', admin1: 'ML-5', lat: 14.8252, lon: -5.2547 },
        { at: '2025-06-05', category: 'attack', settlement: 'Dioura', admin1: 'ML-5', lat: 14.8252, lon: -5.2547 }
      ],
      horizon: '2025-06-06',
      expect: []
    },
    {
      name: 'a second country escalates it',
      given: [
        { at: '2025-06-01', category: 'attack', settlement: 'Dioura', admin1: 'ML-5', lat: 14.8252, lon: -5.2547 },
        { at: '2025-06-03', category: 'attack', settlement: 'Sirakorola', admin1: 'ML-2', lat: 13.28671, lon: -7.56982 },
        { at: '2025-06-04', category: 'attack', settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.437, lon: -0.665 },
        { at: '2025-06-05', category: 'attack', settlement: 'Djibo', admin1: 'BF-12', country: 'BF', lat: 14.0994, lon: -1.62554 }
      ],
      horizon: '2025-06-06',
      expect: [{ group: { theatre: 'all' }, level: 2, open: true }]
    },
    {
      name: 'three weeks after the last of them it is over',
      given: [
        { at: '2025-06-01', category: 'attack', settlement: 'Dioura', admin1: 'ML-5', lat: 14.8252, lon: -5.2547 },
        { at: '2025-06-03', category: 'attack', settlement: 'Sirakorola', admin1: 'ML-2', lat: 13.28671, lon: -7.56982 },
        { at: '2025-06-04', category: 'attack', settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.437, lon: -0.665 }
      ],
      horizon: '2025-06-30',
      expect: [{ group: { theatre: 'all' }, level: 1, open: false }]
    }
  ],
  scopesOf: incident => (attackCategories.has(incident.category) ? [incident.drill ? 'drill' : 'theatre'] : []),
  initial: () => ({ recent: [], areas: [], apartUntilMs: null, open: null, closed: [] }),
  step: (state, incident, parameters) => {
    const current = closeWhenDue(state, incident.fromMs, parameters)
    const mine = incident.passesGrade ? hitsOf(incident, parameters) : []
    const next = { ...current, ...withHits(current, incident, mine, parameters) }
    const spread = spreadAt(next, incident.fromMs, parameters)
    const open = next.open
      ? grow(next.open, next.recent, incident, mine, spread, parameters)
      : enter(next, incident, spread, parameters)
    return { ...next, open }
  },
  findings: (state, horizonMs, parameters) => {
    const current = closeWhenDue(state, horizonMs, parameters)
    return current.open ? [...current.closed, describeOpen(current.open, parameters)] : current.closed
  },
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    const closesMs = open ? closesAtMs(open, parameters) : null
    return closesMs !== null && closesMs > horizonMs ? closesMs : null
  },
  forget: (state, beforeMs) => ({
    ...state,
    // What ended a year before the base stands in no window that may still come.
    recent: blocksSince(state.recent, beforeMs - 366 * dayMs),
    areas: state.areas.filter(a => a.untilMs >= beforeMs - 366 * dayMs),
    apartUntilMs: state.apartUntilMs !== null && state.apartUntilMs < beforeMs - 366 * dayMs ? null : state.apartUntilMs,
    closed: state.closed.filter(f => f.toMs === null || f.toMs >= beforeMs)
  })
}

/** A place that was hit, where the precision is enough for what is asked of it. */
interface Hit {
  readonly admin1: string
  readonly country: string | null
  readonly point: Point | null
}

/** What a window holds: how many areas, and until when they, or places far apart, will have been a spread if nothing more happens. */
interface Spread {
  readonly areas: number
  readonly holds: boolean
  readonly untilMs: number
}

function hitsOf(incident: Incident, parameters: WideningArcParameters): readonly Hit[] {
  // What may have been at any time of a longer span was in no one window for certain.
  if (incident.toMs - incident.fromMs > parameters.windowDays * dayMs) return []
  return placesOf(incident).flatMap(place => {
    const precise = place.lat !== null && place.lon !== null && (place.radiusKm ?? Infinity) <= parameters.placesApartKm
    const point = precise ? { lat: place.lat as number, lon: place.lon as number } : null
    return place.areaCertain && place.admin1 !== null ? [{ admin1: place.admin1, country: place.country, point }] : []
  })
}

function pointsIn(hits: readonly Hit[]): Point[] {
  return hits.flatMap(h => h.point ?? [])
}

/** What the state knows of attacks, with one more. */
function withHits(
  { recent, areas, apartUntilMs }: WideningArcState,
  incident: Incident,
  mine: readonly Hit[],
  parameters: WideningArcParameters
): Pick<WideningArcState, 'recent' | 'areas' | 'apartUntilMs'> {
  const windowFromMs = incident.fromMs - parameters.windowDays * dayMs
  const young = (areas.at(-1)?.untilMs ?? Infinity) > windowFromMs ? areas : areas.filter(a => a.untilMs > windowFromMs)
  if (mine.length === 0) return { recent, areas: young, apartUntilMs }
  const points = pointsIn(mine)
  const blocks = withAttack(
    recent,
    incident,
    points,
    windowFromMs - Math.max(parameters.quietDays, parameters.windowDays) * dayMs
  )
  const apartFromMs = Math.max(apartUntilMs ?? windowFromMs, windowFromMs)
  const reachedMs = apartUntil(blocks, points.length, parameters.placesMin, parameters.placesApartKm, apartFromMs)
  return {
    recent: blocks,
    areas: mine.reduce((known, hit) => withArea(known, hit.admin1, incident.toMs), young),
    apartUntilMs: reachedMs > apartFromMs ? reachedMs : apartUntilMs
  }
}

function withArea(areas: readonly AreaHit[], area: string, untilMs: number): readonly AreaHit[] {
  const known = areas.find(a => a.area === area)
  if (known && known.untilMs >= untilMs) return areas
  const others = known ? areas.filter(a => a !== known) : areas
  const at = others.findIndex(a => a.untilMs <= untilMs)
  return others.toSpliced(at === -1 ? others.length : at, 0, { area, untilMs })
}

function spreadAt(
  { areas, apartUntilMs }: Pick<WideningArcState, 'areas' | 'apartUntilMs'>,
  atMs: number,
  parameters: WideningArcParameters
): Spread {
  const windowMs = parameters.windowDays * dayMs
  const reached = (count: number) => areas[Math.max(1, count) - 1]?.untilMs ?? Number.NEGATIVE_INFINITY
  const areasUntilMs = reached(parameters.areasMin)
  const inAreasUntilMs = reached(parameters.placesAreasMin)
  const lastMs = Math.max(areasUntilMs, Math.min(inAreasUntilMs, apartUntilMs ?? Number.NEGATIVE_INFINITY))
  return { areas: areas.length, holds: lastMs > atMs - windowMs, untilMs: lastMs + windowMs }
}

function enter(state: WideningArcState, incident: Incident, spread: Spread, parameters: WideningArcParameters): Episode | null {
  const atMs = incident.fromMs
  if (!spread.holds || !strikesQuiet(state, atMs, parameters) || !hasGrown(state, atMs, parameters)) return null
  const windowFromMs = atMs - parameters.windowDays * dayMs
  const attacks = attacksAfter(state.recent, windowFromMs)
  const triggers = evidenceOf(attacks)
  const points = pointsAfter(state.recent, windowFromMs)
  return {
    drill: incident.drill,
    fromMs: Math.min(...attacks.map(i => i.fromMs)),
    enteredMs: atMs,
    spreadUntilMs: spread.untilMs,
    countries: countriesOf(attacks.flatMap(i => hitsOf(i, parameters))),
    marks: spread.areas >= parameters.escalateAreas ? [{ atMs, reason: `${parameters.escalateAreas} areas` }] : [],
    measure: measureOf(spread, parameters),
    reachKm: greatestKm(points),
    triggers,
    support: noEvidence,
    places: uniqueTexts(triggers.kept.flatMap(placeNames)),
    areas: uniqueTexts(triggers.kept.flatMap(areaCodes))
  }
}

function countriesOf(hits: readonly Hit[]): string[] {
  return [...new Set(hits.flatMap(h => h.country ?? []))].sort(compareText)
}

function grow(
  open: Episode,
  recent: AttackBlocks,
  incident: Incident,
  mine: readonly Hit[],
  spread: Spread,
  parameters: WideningArcParameters
): Episode {
  if (!spread.holds || mine.length === 0) return { ...open, support: addEvidence(open.support, incident) }
  const fresh = countriesOf(mine).filter(c => !open.countries.includes(c))
  const many = `${parameters.escalateAreas} areas`
  const isMany = spread.areas >= parameters.escalateAreas && !open.marks.some(m => m.reason === many)
  const marks = [...(isMany ? [many] : []), ...fresh.map(country => `reached ${country}`)]
  const triggers = addEvidence(open.triggers, incident)
  const isNamed = triggers.omitted === open.triggers.omitted
  return {
    ...open,
    marks: marks.length === 0 ? open.marks : [...open.marks, ...marks.map(reason => ({ atMs: incident.fromMs, reason }))],
    countries: fresh.length === 0 ? open.countries : [...open.countries, ...fresh],
    spreadUntilMs: Math.max(open.spreadUntilMs, spread.untilMs),
    measure: measureOf(spread, parameters),
    reachKm: farthestKm(recent, pointsIn(mine), incident.fromMs - parameters.windowDays * dayMs, open.reachKm),
    triggers,
    places: isNamed ? withTexts(open.places, placeNames(incident)) : open.places,
    areas: isNamed ? withTexts(open.areas, areaCodes(incident)) : open.areas
  }
}

/** Reach grew: by greatest distance, or by hull where the window before had one at all. */
function hasGrown({ recent }: WideningArcState, atMs: number, parameters: WideningArcParameters): boolean {
  const windowMs = parameters.windowDays * dayMs
  const now = pointsAfter(recent, atMs - windowMs)
  const before = pointsAfter(recent, atMs - 2 * windowMs).filter(p => p.fromMs <= atMs - windowMs)
  const reachKm = greatestKm(now)
  if (reachKm > 0 && reachKm >= parameters.growthFactor * greatestKm(before)) return true
  const hullBefore = hullAreaKm2(distinctPoints(before))
  return hullBefore > 0 && hullAreaKm2(distinctPoints(now)) >= parameters.growthFactor * hullBefore
}

function distinctPoints(points: readonly Point[]): Point[] {
  const byText = new Map(points.map(point => [`${point.lat},${point.lon}`, point]))
  return [...byText.entries()].sort((a, b) => compareText(a[0], b[0])).map(([, point]) => point)
}

/** At least one area of the window was not hit in the quiet time before it, or one place with nothing near it. */
function strikesQuiet({ recent, areas }: WideningArcState, atMs: number, parameters: WideningArcParameters): boolean {
  const windowFromMs = atMs - parameters.windowDays * dayMs
  const quietFromMs = windowFromMs - parameters.quietDays * dayMs
  const before = attacksAfter(recent, quietFromMs).filter(i => i.toMs <= windowFromMs)
  const areasBefore = new Set(before.flatMap(i => hitsOf(i, parameters).map(h => h.admin1)))
  if (areas.some(a => !areasBefore.has(a.area))) return true
  const points = pointsAfter(recent, quietFromMs)
  const isApart = liesApart(parameters.placesApartKm)
  const quiet = points.filter(p => p.toMs <= windowFromMs)
  return points.some((p: HitPoint) => p.toMs > windowFromMs && quiet.every(other => isApart(other, p)))
}

function measureOf(spread: Spread, parameters: WideningArcParameters): Finding['measure'] {
  const { areasMin, placesMin, placesApartKm, windowDays } = parameters
  return spread.areas >= areasMin
    ? { name: `areas hit in ${windowDays} days`, value: spread.areas, threshold: areasMin, baseline: null }
    : {
        name: `places ${placesApartKm} km apart in ${windowDays} days`,
        value: placesMin,
        threshold: placesMin,
        baseline: null
      }
}

function closesAtMs(open: Episode, parameters: WideningArcParameters): number {
  return open.spreadUntilMs + parameters.leaveDays * dayMs
}

function closeWhenDue(state: WideningArcState, nowMs: number, parameters: WideningArcParameters): WideningArcState {
  if (!state.open) return state
  const closesMs = closesAtMs(state.open, parameters)
  return closesMs > nowMs
    ? state
    : { ...state, open: null, closed: [...state.closed, describe(state.open, closesMs, parameters)] }
}

const described = keepsLast<Episode, Finding>(4)

/** One finding for one state of it: what did not change is the same object. */
function describeOpen(open: Episode, parameters: WideningArcParameters): Finding {
  return described(open, () => describe(open, null, parameters))
}

function describe(open: Episode, toMs: number | null, parameters: WideningArcParameters): Finding {
  const { places, areas } = open
  const where = places.length <= 4 ? listOf(places) : `${places.slice(0, 3).join(', ')} and ${places.length - 3} more places`
  return {
    group: { theatre: open.drill ? 'drill' : 'all' },
    fromMs: open.fromMs,
    toMs,
    levels: numberLevels([{ atMs: open.enteredMs, reason: 'widened' }, ...open.marks]),
    measure: open.measure,
    triggers: open.triggers.kept,
    support: open.support.kept,
    omitted: open.triggers.omitted + open.support.omitted,
    headline: `Attacks spread over ${roundKm(open.reachKm)} km: ${where}`,
    explanation:
      `From ${formatDay(open.fromMs)} attacks hit ${areas.length} areas (${areas.join(', ')}), up to ${roundKm(open.reachKm)} km apart. ` +
      `${open.measure.name}: ${open.measure.value}; ${open.measure.threshold} are needed, at least one of them quiet for ${parameters.quietDays} days before, ` +
      `and a reach ${parameters.growthFactor} times that of the window before.` +
      intervalNote(open.triggers.kept)
  }
}

function placeNames(incident: Incident): string[] {
  return placesOf(incident).map(p => p.settlementName ?? p.name ?? p.admin1 ?? '?')
}

function areaCodes(incident: Incident): string[] {
  return placesOf(incident).flatMap(p => p.admin1 ?? [])
}

function uniqueTexts(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

/** The texts with those that are not among them yet; the very same list where all are. */
function withTexts(texts: readonly string[], more: readonly string[]): readonly string[] {
  const fresh = more.filter(text => !texts.includes(text))
  return fresh.length === 0 ? texts : uniqueTexts([...texts, ...fresh])
}
