// Widening arc: within a week attacks hit areas far apart, one of which had been quiet for a month,
// and the reach has grown compared with the week before. One episode per theatre at a time.

import type { NearMiss } from '../../../src/detection/near-miss.ts'
import type { Pattern } from '../../../src/detection/pattern.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import { compareText, type Incident, placesOf } from '../../../src/incident/incident.ts'
import type { WideningArcParameters } from '../../../src/patterns/arc/arc-parameters.ts'
import { wideningArc as wideningArcNow } from '../../../src/patterns/arc/widening-arc.ts'
import { itemsNeeded, notEndedBefore } from '../../../src/patterns/episode/prune-ended.ts'
import { attackCategories } from '../../../src/report/report.ts'
import { countryName } from '../../../src/space-time/country-names.ts'
import { dayMs } from '../../../src/space-time/event-time.ts'
import { hullAreaKm2, type Point } from '../../../src/space-time/geometry.ts'
import type { SpherePoint } from '../../../src/space-time/point-clusters.ts'
import { concatCache } from '../list-caches.ts'
import { tableOf } from '../pattern-table.ts'
import {
  type ArcChange,
  type ArcEpisode,
  type ArcStory,
  allTold,
  began,
  closesAtMs,
  describe,
  describeOpen,
  supported,
  widenedBy
} from './arc-story.ts'
import {
  type AttackBlocks,
  apartUntil,
  attacksAfter,
  blocksSince,
  clustersFor,
  farthestKm,
  greatestKm,
  newPoints,
  pointsAfter,
  withAttack
} from './attack-blocks.ts'

/** An area, and the end of the last attack on it. */
interface AreaHit {
  readonly area: string
  readonly untilMs: number
}

interface WideningArcState {
  /** Attacks that a window may still contain. */
  readonly recent: AttackBlocks
  /** Areas hit in the window, the latest first. */
  readonly areas: readonly AreaHit[]
  /** Until when enough places that were hit lie far apart; null if they never did. */
  readonly apartUntilMs: number | null
  readonly open: ArcEpisode | null
  readonly closed: readonly Finding[]
  /** The latest beginning of an attack; null if none is known. */
  readonly lastMs: number | null
}

export const wideningArc: Pattern<WideningArcParameters, WideningArcState> = {
  ...tableOf(wideningArcNow),
  placeNeeds: ({ category }, { placesApartKm }) =>
    attackCategories.has(category) ? [{ area: true }, { withinKm: placesApartKm }] : [],
  scopesOf: incident =>
    attackCategories.has(incident.category) ? [incident.drill ? 'drill' : 'theatre'] : [],
  initial: () => ({
    recent: [],
    areas: [],
    apartUntilMs: null,
    open: null,
    closed: [],
    lastMs: null
  }),
  step: (state, incident, parameters) => {
    const current = closeWhenDue(state, incident.fromMs, parameters)
    const mine = incident.passesGrade ? hitsOf(incident, parameters) : []
    const fresh = newPoints(current.recent, incident, pointsIn(mine))
    const next = { ...current, ...withHits(current, incident, mine, fresh, parameters) }
    const spread = spreadAt(next, incident.fromMs, parameters)
    // Blocks are dropped lazily: what is known of a time before what has passed is chance.
    const isEarly = state.lastMs !== null && incident.fromMs < state.lastMs
    const open = next.open
      ? grow(next.open, next.recent, incident, mine, spread, parameters)
      : !isEarly && mine.length > 0 && (fresh.length > 0 || isOtherwise(current, next, incident))
        ? enter(next, incident, spread, parameters)
        : null
    const lastMs =
      next.recent.length === 0 ? null : Math.max(state.lastMs ?? incident.fromMs, incident.fromMs)
    return { ...next, open, lastMs }
  },
  findings: (state, horizonMs, parameters) => {
    const current = closeWhenDue(state, horizonMs, parameters)
    return current.open
      ? together(current.closed, [describeOpen(current.open, parameters)])
      : current.closed
  },
  nearly: (state, horizonMs, parameters) =>
    nearArc(closeWhenDue(state, horizonMs, parameters), horizonMs, parameters),
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    const closesMs = open ? closesAtMs(open, parameters) : null
    return closesMs !== null && closesMs > horizonMs ? closesMs : null
  },
  forget: (state, beforeMs) => {
    // No window still to come contains what ended a year before the base.
    const longAgoMs = beforeMs - 366 * dayMs
    const recent = state.recent.every(b => b.untilMs >= longAgoMs)
      ? state.recent
      : blocksSince(state.recent, longAgoMs)
    const areas = itemsNeeded(state.areas, a => a.untilMs >= longAgoMs)
    const apartUntilMs =
      state.apartUntilMs !== null && state.apartUntilMs < longAgoMs ? null : state.apartUntilMs
    const closed = notEndedBefore(state.closed, beforeMs)
    const isSame =
      recent === state.recent &&
      areas === state.areas &&
      apartUntilMs === state.apartUntilMs &&
      closed === state.closed
    return isSame
      ? state
      : {
          ...state,
          recent,
          areas,
          apartUntilMs,
          closed,
          lastMs: recent.length === 0 ? null : state.lastMs
        }
  }
}

const together = concatCache<Finding>()

/** A place that was hit, if its precision is sufficient. */
interface Hit {
  readonly admin1: string
  readonly country: string | null
  readonly point: Point | null
}

/**
 * The spread of a window: the number of areas, and until when they, or places far apart, satisfy
 * the conditions.
 */
interface Spread {
  readonly areas: number
  readonly holds: boolean
  readonly untilMs: number
}

function hitsOf(incident: Incident, parameters: WideningArcParameters): readonly Hit[] {
  // An interval longer than the window lies in no single window for certain.
  if (incident.toMs - incident.fromMs > parameters.windowDays * dayMs) return []
  return placesOf(incident).flatMap(place => {
    const precise =
      place.lat !== null &&
      place.lon !== null &&
      (place.radiusKm ?? Infinity) <= parameters.placesApartKm
    const point = precise ? { lat: place.lat as number, lon: place.lon as number } : null
    return place.areaCertain && place.admin1 !== null
      ? [{ admin1: place.admin1, country: place.country, point }]
      : []
  })
}

function pointsIn(hits: readonly Hit[]): Point[] {
  return hits.flatMap(h => h.point ?? [])
}

/** The state's known attacks with one more. */
function withHits(
  { recent, areas, apartUntilMs }: WideningArcState,
  incident: Incident,
  mine: readonly Hit[],
  fresh: readonly Point[],
  parameters: WideningArcParameters
): Pick<WideningArcState, 'recent' | 'areas' | 'apartUntilMs'> {
  const windowFromMs = incident.fromMs - parameters.windowDays * dayMs
  const young =
    (areas.at(-1)?.untilMs ?? Infinity) > windowFromMs
      ? areas
      : areas.filter(a => a.untilMs > windowFromMs)
  if (mine.length === 0) return { recent, areas: young, apartUntilMs }
  const blocks = withAttack(
    recent,
    incident,
    fresh,
    windowFromMs - Math.max(parameters.quietDays, parameters.windowDays) * dayMs
  )
  const apartFromMs = Math.max(apartUntilMs ?? windowFromMs, windowFromMs)
  const reachedMs = apartUntil(
    blocks,
    fresh.length,
    parameters.placesMin,
    parameters.placesApartKm,
    apartFromMs
  )
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
  const reached = (count: number) =>
    areas[Math.max(1, count) - 1]?.untilMs ?? Number.NEGATIVE_INFINITY
  const areasUntilMs = reached(parameters.areasMin)
  const inAreasUntilMs = reached(parameters.placesAreasMin)
  const lastMs = Math.max(
    areasUntilMs,
    Math.min(inAreasUntilMs, apartUntilMs ?? Number.NEGATIVE_INFINITY)
  )
  return { areas: areas.length, holds: lastMs > atMs - windowMs, untilMs: lastMs + windowMs }
}

/**
 * False if an attack of the same moment was evaluated already and this one hit no other place or
 * area: it cannot enter if that one did not. A village's day is then compared with the past once.
 */
function isOtherwise(
  before: WideningArcState,
  { areas, apartUntilMs }: WideningArcState,
  { fromMs }: Incident
): boolean {
  const isSameMoment = before.recent.at(-1)?.attacks.at(-1)?.fromMs === fromMs
  return !isSameMoment || areas !== before.areas || apartUntilMs !== before.apartUntilMs
}

function enter(
  state: WideningArcState,
  attack: Incident,
  spread: Spread,
  parameters: WideningArcParameters
): ArcEpisode | null {
  const atMs = attack.fromMs
  if (!spread.holds || !strikesQuiet(state, atMs, parameters) || !hasGrown(state, atMs, parameters))
    return null
  const windowFromMs = atMs - parameters.windowDays * dayMs
  const attacks = attacksAfter(state.recent, windowFromMs)
  return began(attacks, {
    enteredMs: atMs,
    countries: countriesOf(attacks.flatMap(i => hitsOf(i, parameters))),
    marks:
      spread.areas >= parameters.escalateAreas
        ? [{ atMs, reason: `${parameters.escalateAreas} areas` }]
        : [],
    measure: measureOf(spread, parameters),
    reachKm: greatestKm(pointsAfter(state.recent, windowFromMs)),
    spreadUntilMs: spread.untilMs
  })
}

function countriesOf(hits: readonly Hit[]): string[] {
  return [...new Set(hits.flatMap(h => h.country ?? []))].sort(compareText)
}

function grow(
  open: ArcEpisode,
  recent: AttackBlocks,
  incident: Incident,
  mine: readonly Hit[],
  spread: Spread,
  parameters: WideningArcParameters
): ArcEpisode {
  if (!spread.holds || mine.length === 0) return supported(open, incident)
  const { told } = open
  const reachKm = farthestKm(
    recent,
    pointsIn(mine),
    incident.fromMs - parameters.windowDays * dayMs,
    open.reachKm
  )
  const next = { ...open, reachKm, spreadUntilMs: Math.max(open.spreadUntilMs, spread.untilMs) }
  const change = changeOf(told, mine, reachKm, spread, parameters)
  if (change === null) return supported(next, incident)
  const isMany = change.reasons.includes(`${parameters.escalateAreas} areas`)
  const tellsMore =
    isMany || change.measure !== told.measure || Math.round(reachKm) > Math.round(told.reachKm)
  const counted = tellsMore
    ? attacksAfter(recent, incident.fromMs - parameters.windowDays * dayMs)
    : []
  return { ...next, told: widenedBy(open, incident, change, reachKm, counted), untold: 0 }
}

/**
 * What an attack of the spread changes; null if it does not widen the arc by more areas at once, a
 * new area or country, or a greater reach.
 */
function changeOf(
  told: ArcStory,
  mine: readonly Hit[],
  reachKm: number,
  spread: Spread,
  parameters: WideningArcParameters
): ArcChange | null {
  const countries = countriesOf(mine).filter(c => !told.countries.includes(c))
  const many = `${parameters.escalateAreas} areas`
  const isMany =
    spread.areas >= parameters.escalateAreas && !told.marks.some(m => m.reason === many)
  const reasons = [
    ...(isMany ? [many] : []),
    ...countries.map(country => `reached ${countryName(country)}`)
  ]
  const measure = greaterOf(told.measure, measureOf(spread, parameters))
  const isWider =
    reasons.length > 0 ||
    measure !== told.measure ||
    Math.round(reachKm) > Math.round(told.reachKm) ||
    mine.some(hit => !told.areas.includes(hit.admin1))
  return isWider ? { reasons, countries, measure } : null
}

/** Areas rank above places far apart; of the same kind the greater counts. */
function greaterOf(before: Finding['measure'], now: Finding['measure']): Finding['measure'] {
  if (before.name === now.name) return now.value > before.value ? now : before
  return before.name.startsWith('areas') ? before : now
}

/** True if the reach grew: by greatest distance, or by hull if the window before had one. */
function hasGrown(
  { recent }: WideningArcState,
  atMs: number,
  parameters: WideningArcParameters
): boolean {
  const windowMs = parameters.windowDays * dayMs
  const now = pointsAfter(recent, atMs - windowMs)
  const before = pointsAfter(recent, atMs - 2 * windowMs).filter(p => p.fromMs <= atMs - windowMs)
  const reachKm = greatestKm(now)
  if (reachKm > 0 && reachKm >= parameters.growthFactor * greatestKm(before)) return true
  const hullBefore = hullAreaKm2(distinctPoints(before))
  return hullBefore > 0 && hullAreaKm2(distinctPoints(now)) >= parameters.growthFactor * hullBefore
}

function distinctPoints(points: readonly Point[]): Point[] {
  const byText = new Map(points.map(point => [placeKey(point), point]))
  return [...byText.entries()].sort((a, b) => compareText(a[0], b[0])).map(([, point]) => point)
}

/**
 * True if at least one area, or one place with nothing near it, was not hit in the quiet time
 * before the window.
 */
function strikesQuiet(
  { recent, areas }: WideningArcState,
  atMs: number,
  parameters: WideningArcParameters
): boolean {
  const windowFromMs = atMs - parameters.windowDays * dayMs
  const quietFromMs = windowFromMs - parameters.quietDays * dayMs
  const before = attacksAfter(recent, quietFromMs).filter(i => i.toMs <= windowFromMs)
  const hitsBefore = before.flatMap(i => hitsOf(i, parameters))
  const areasBefore = new Set(hitsBefore.map(h => h.admin1))
  if (areas.some(a => !areasBefore.has(a.area))) return true
  // In an area with a hit of unknown place, no place is known to have been quiet.
  const blurred = new Set(hitsBefore.flatMap(h => (h.point === null ? [h.admin1] : [])))
  const points = pointsAfter(recent, quietFromMs)
  const quiet = clustersFor(
    points.filter(p => p.toMs <= windowFromMs),
    parameters.placesApartKm
  )
  const isQuiet = (p: SpherePoint) => quiet.areApart(p, parameters.placesApartKm)
  const now = points.filter(p => p.toMs > windowFromMs)
  if (blurred.size === 0) return now.some(isQuiet)
  const struck = attacksAfter(recent, windowFromMs).flatMap(i =>
    hitsOf(i, parameters).filter(h => !blurred.has(h.admin1))
  )
  const places = new Set(pointsIn(struck).map(placeKey))
  return now.some(p => places.has(placeKey(p)) && isQuiet(p))
}

function placeKey({ lat, lon }: Point): string {
  return `${lat},${lon}`
}

function measureOf(spread: Spread, parameters: WideningArcParameters): Finding['measure'] {
  const { areasMin, placesMin, placesApartKm, windowDays } = parameters
  return spread.areas >= areasMin
    ? {
        name: `areas hit in ${windowDays} days`,
        value: spread.areas,
        threshold: areasMin,
        baseline: null
      }
    : {
        name: `places ${placesApartKm} km apart in ${windowDays} days`,
        value: placesMin,
        threshold: placesMin,
        baseline: null
      }
}

function closeWhenDue(
  state: WideningArcState,
  nowMs: number,
  parameters: WideningArcParameters
): WideningArcState {
  if (!state.open) return state
  const closesMs = closesAtMs(state.open, parameters)
  return closesMs > nowMs
    ? state
    : {
        ...state,
        open: null,
        closed: [...state.closed, describe(allTold(state.open), closesMs, parameters)]
      }
}

/**
 * Near miss: one condition short, an area, a place that had been quiet, or the growth of the reach.
 */
function nearArc(
  state: WideningArcState,
  horizonMs: number,
  parameters: WideningArcParameters
): readonly NearMiss[] {
  const { areasMin, growthFactor, quietDays, windowDays } = parameters
  const windowFromMs = horizonMs - windowDays * dayMs
  const areas = state.areas.filter(a => a.untilMs > windowFromMs)
  const incidents = attacksAfter(state.recent, windowFromMs)
  const spread = spreadAt({ ...state, areas }, horizonMs, parameters)
  const [first] = incidents
  if (
    state.open !== null ||
    first === undefined ||
    (!spread.holds && areas.length !== areasMin - 1)
  )
    return []
  const lacks = [
    ...(spread.holds ? [] : ['1 more area']),
    ...(strikesQuiet({ ...state, areas }, horizonMs, parameters)
      ? []
      : [`a place that had been quiet for ${quietDays} days`]),
    ...(hasGrown(state, horizonMs, parameters)
      ? []
      : [`${growthFactor} times the reach of the window before`])
  ]
  if (lacks.length > 1) return []
  const group = { theatre: first.drill ? 'drill' : 'all' }
  const measure = {
    name: `areas hit in ${windowDays} days`,
    value: areas.length,
    threshold: areasMin,
    baseline: null
  }
  return [{ group, measure, lacks: lacks[0] ?? '1 more attack', incidents }]
}
