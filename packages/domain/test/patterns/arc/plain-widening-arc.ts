// The widening arc in its first form, which evaluates the whole window at each step. Slow and
// simple: the oracle of the current one.

import { addEvidence, type Pattern } from '../../../src/detection/pattern.ts'
import { type Finding, numberLevels } from '../../../src/finding/finding.ts'
import { compareText, type Incident, placesOf } from '../../../src/incident/incident.ts'
import type { WideningArcParameters } from '../../../src/patterns/arc/arc-parameters.ts'
import { wideningArc } from '../../../src/patterns/arc/widening-arc.ts'
import { capitalised, countedText } from '../../../src/patterns/episode/wording.ts'
import { attackCategories } from '../../../src/report/report.ts'
import { areaName } from '../../../src/space-time/area-names.ts'
import { countryName } from '../../../src/space-time/country-names.ts'
import { dayMs, formatDay } from '../../../src/space-time/event-time.ts'
import { distanceKm, hullAreaKm2, type Point } from '../../../src/space-time/geometry.ts'
import { greatestDistanceKm } from '../../space-time/greatest-distance.ts'

interface PlainEpisode {
  readonly drill: boolean
  readonly fromMs: number
  readonly enteredMs: number
  /** Until when the last spread holds, if nothing more happens. */
  readonly spreadUntilMs: number
  readonly countries: readonly string[]
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  readonly measure: Finding['measure']
  readonly reachKm: number
  readonly triggers: { readonly kept: readonly Incident[]; readonly omitted: number }
  readonly support: { readonly kept: readonly Incident[]; readonly omitted: number }
  /** Only counted, until the next change. */
  readonly toldOmitted: number
}

interface WideningArcState {
  /** Attacks that a window may still contain, in order of the fold. */
  readonly recent: readonly Incident[]
  readonly open: PlainEpisode | null
  readonly closed: readonly Finding[]
}

export const plainWideningArc: Pattern<WideningArcParameters, WideningArcState> = {
  id: 'widening-arc',
  parameters: wideningArc.parameters,
  examples: [],
  scopesOf: incident =>
    attackCategories.has(incident.category) ? [incident.drill ? 'drill' : 'theatre'] : [],
  initial: () => ({ recent: [], open: null, closed: [] }),
  step: (state, incident, parameters) => {
    const current = closeWhenDue(state, incident.fromMs, parameters)
    const keepFromMs =
      incident.fromMs -
      (parameters.windowDays + Math.max(parameters.quietDays, parameters.windowDays)) * dayMs
    const recent = [...current.recent.filter(i => i.toMs > keepFromMs), incident]
    const hits = hitsBetween(
      recent,
      incident.fromMs - parameters.windowDays * dayMs,
      incident.fromMs,
      parameters
    )
    const isHit = hits.some(hit => hit.incident === incident)
    const begun = () => (isHit ? enter(recent, incident.fromMs, hits, parameters) : null)
    const open = current.open ? grow(current.open, incident, hits, parameters) : begun()
    return { recent, open, closed: current.closed }
  },
  findings: (state, horizonMs, parameters) => {
    const current = closeWhenDue(state, horizonMs, parameters)
    return current.open
      ? [...current.closed, describeOpen(current.open, parameters)]
      : current.closed
  },
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    const closesMs = open ? closesAtMs(open, parameters) : null
    return closesMs !== null && closesMs > horizonMs ? closesMs : null
  },
  forget: (state, beforeMs) => ({
    ...state,
    closed: state.closed.filter(f => f.toMs === null || f.toMs >= beforeMs)
  })
}

/** A place that was hit, if its precision is sufficient. */
interface Hit {
  readonly incident: Incident
  readonly admin1: string | null
  readonly country: string | null
  readonly point: Point | null
}

/**
 * The contents of a window: the number of areas and, if too few, the number of places far apart.
 */
interface Spread {
  readonly areas: readonly string[]
  readonly apart: number
  readonly holds: boolean
}

function hitsBetween(
  recent: readonly Incident[],
  afterMs: number,
  untilMs: number,
  parameters: WideningArcParameters
): readonly Hit[] {
  const inside = recent.filter(i => i.passesGrade && i.toMs > afterMs && i.fromMs <= untilMs)
  return inside.flatMap(incident => hitsOf(incident, parameters))
}

function hitsOf(incident: Incident, parameters: WideningArcParameters): readonly Hit[] {
  const known = hits.get(incident)
  if (known?.apartKm === parameters.placesApartKm) return known.hits
  const found = findHits(incident, parameters)
  hits.set(incident, { apartKm: parameters.placesApartKm, hits: found })
  return found
}

/** Windows contain the same incident again and again. */
const hits = new WeakMap<Incident, { readonly apartKm: number; readonly hits: readonly Hit[] }>()

function findHits(incident: Incident, parameters: WideningArcParameters): Hit[] {
  // An interval longer than the window lies in no single window for certain.
  if (incident.toMs - incident.fromMs > parameters.windowDays * dayMs) return []
  return placesOf(incident).flatMap(place => {
    const admin1 = place.areaCertain ? place.admin1 : null
    const precise =
      place.lat !== null &&
      place.lon !== null &&
      (place.radiusKm ?? Infinity) <= parameters.placesApartKm
    const point = precise ? { lat: place.lat as number, lon: place.lon as number } : null
    return admin1 === null ? [] : [{ incident, admin1, country: place.country, point }]
  })
}

function spreadOf(hits: readonly Hit[], parameters: WideningArcParameters): Spread {
  const areas = [...new Set(hits.flatMap(h => h.admin1 ?? []))].sort(compareText)
  const enough = areas.length >= parameters.areasMin
  const apart =
    enough || areas.length < parameters.placesAreasMin
      ? 0
      : mostApart(distinctPoints(hits), parameters)
  return { areas, apart, holds: enough || apart >= parameters.placesMin }
}

function countriesOf(hits: readonly Hit[]): string[] {
  return [...new Set(hits.flatMap(h => h.country ?? []))].sort(compareText)
}

function distinctPoints(hits: readonly Hit[]): Point[] {
  const byText = new Map<string, Point>()
  for (const { point } of hits) if (point) byText.set(`${point.lat},${point.lon}`, point)
  return [...byText.entries()].sort((a, b) => compareText(a[0], b[0])).map(([, point]) => point)
}

/**
 * Size of the largest set of places that lie pairwise far enough apart, up to the required number:
 * exact, by search.
 */
function mostApart(points: readonly Point[], parameters: WideningArcParameters): number {
  let best = 0
  const search = (chosen: readonly Point[], rest: readonly Point[]): void => {
    best = Math.max(best, chosen.length)
    if (best >= parameters.placesMin) return
    rest.forEach((candidate, i) => {
      if (
        best >= parameters.placesMin ||
        !chosen.every(p => distanceKm(p, candidate) >= parameters.placesApartKm)
      )
        return
      search([...chosen, candidate], rest.slice(i + 1))
    })
  }
  search([], points)
  return best
}

function enter(
  recent: readonly Incident[],
  atMs: number,
  hits: readonly Hit[],
  parameters: WideningArcParameters
): PlainEpisode | null {
  const spread = spreadOf(hits, parameters)
  if (
    !spread.holds ||
    !hasGrown(recent, atMs, hits, parameters) ||
    !strikesQuiet(recent, atMs, hits, parameters)
  )
    return null
  const triggers = uniqueIncidents(hits)
  return {
    drill: triggers[0]?.drill ?? false,
    fromMs: Math.min(...triggers.map(i => i.fromMs)),
    enteredMs: atMs,
    spreadUntilMs: spreadUntil(hits, parameters),
    countries: countriesOf(hits),
    marks:
      spread.areas.length >= parameters.escalateAreas
        ? [{ atMs, reason: `${parameters.escalateAreas} areas` }]
        : [],
    measure: measureOf(spread, parameters),
    reachKm: greatestDistanceKm(distinctPoints(hits)),
    triggers: triggers.reduce((all, i) => addEvidence(all, i), {
      kept: [] as readonly Incident[],
      omitted: 0
    }),
    support: { kept: [], omitted: 0 },
    toldOmitted: 0
  }
}

function grow(
  open: PlainEpisode,
  incident: Incident,
  hits: readonly Hit[],
  parameters: WideningArcParameters
): PlainEpisode {
  const mine = hits.filter(h => h.incident === incident)
  const spread = spreadOf(hits, parameters)
  const support =
    open.support.kept.length < 20 ? [...open.support.kept, incident] : open.support.kept
  const supported = {
    kept: support,
    omitted: open.support.omitted + open.support.kept.length + 1 - support.length
  }
  const toldOmitted = support === open.support.kept ? open.toldOmitted : supported.omitted
  if (!spread.holds || mine.length === 0) return { ...open, support: supported, toldOmitted }
  const fresh = countriesOf(mine).filter(c => !open.countries.includes(c))
  const already = new Set(open.marks.map(m => m.reason))
  const many = `${parameters.escalateAreas} areas`
  const marks = [
    ...open.marks,
    ...(spread.areas.length >= parameters.escalateAreas && !already.has(many)
      ? [{ atMs: incident.fromMs, reason: many }]
      : []),
    ...fresh.map(country => ({ atMs: incident.fromMs, reason: `reached ${countryName(country)}` }))
  ]
  const reachKm = Math.max(open.reachKm, farthestKm(mine, hits))
  const measure = measureOf(spread, parameters)
  const isMeasuredByAreas = open.measure.name.startsWith('areas')
  const isMore =
    spread.areas.length >= parameters.areasMin &&
    (!isMeasuredByAreas || measure.value > open.measure.value)
  const struck = open.triggers.kept.flatMap(i => placesOf(i).map(p => p.admin1))
  const widens =
    marks.length > open.marks.length ||
    isMore ||
    Math.round(reachKm) > Math.round(open.reachKm) ||
    mine.some(h => !struck.includes(h.admin1))
  const spreadUntilMs = Math.max(open.spreadUntilMs, spreadUntil(hits, parameters))
  if (!widens) return { ...open, support: supported, toldOmitted, reachKm, spreadUntilMs }
  return {
    ...open,
    marks,
    countries: [...open.countries, ...fresh],
    spreadUntilMs,
    measure: isMore ? measure : open.measure,
    reachKm,
    triggers: addEvidence(open.triggers, incident),
    toldOmitted: open.support.omitted
  }
}

function farthestKm(mine: readonly Hit[], hits: readonly Hit[]): number {
  let farthest = 0
  for (const { point } of mine) {
    for (const other of hits)
      if (point && other.point) farthest = Math.max(farthest, distanceKm(point, other.point))
  }
  return farthest
}

/** True if the reach grew: by greatest distance, or by hull if the window before had one. */
function hasGrown(
  recent: readonly Incident[],
  atMs: number,
  hits: readonly Hit[],
  parameters: WideningArcParameters
): boolean {
  const windowMs = parameters.windowDays * dayMs
  const now = distinctPoints(hits)
  const before = distinctPoints(
    hitsBetween(recent, atMs - 2 * windowMs, atMs - windowMs, parameters)
  )
  const hullBefore = hullAreaKm2(before)
  return (
    (greatestDistanceKm(now) > 0 &&
      greatestDistanceKm(now) >= parameters.growthFactor * greatestDistanceKm(before)) ||
    (hullBefore > 0 && hullAreaKm2(now) >= parameters.growthFactor * hullBefore)
  )
}

/** True if at least one area of the window was not hit in the quiet time before it. */
function strikesQuiet(
  recent: readonly Incident[],
  atMs: number,
  hits: readonly Hit[],
  parameters: WideningArcParameters
): boolean {
  const windowFromMs = atMs - parameters.windowDays * dayMs
  const now = new Set(hits.map(h => h.incident))
  const quietFromMs = windowFromMs - parameters.quietDays * dayMs
  const before = hitsBetween(recent, quietFromMs, windowFromMs, parameters).filter(
    h => !now.has(h.incident)
  )
  const areas = new Set(before.map(h => h.admin1))
  const nearBefore = (point: Point) =>
    before.some(h => h.point && distanceKm(h.point, point) < parameters.placesApartKm)
  const isBlurred = (admin1: string | null) =>
    before.some(h => h.admin1 === admin1 && h.point === null)
  return hits.some(
    h => !areas.has(h.admin1) || (h.point !== null && !isBlurred(h.admin1) && !nearBefore(h.point))
  )
}

/**
 * Until when the current window satisfies the conditions of a spread: hits leave it one by one as
 * they age.
 */
function spreadUntil(hits: readonly Hit[], parameters: WideningArcParameters): number {
  const ends = [...new Set(hits.map(h => h.incident.toMs))].sort((a, b) => a - b)
  const holdsAfter = (endMs: number) =>
    spreadOf(
      hits.filter(h => h.incident.toMs > endMs),
      parameters
    ).holds
  let [low, high] = [0, ends.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holdsAfter(ends[middle] as number)) low = middle + 1
    else high = middle
  }
  return (ends[low] as number) + parameters.windowDays * dayMs
}

function measureOf(spread: Spread, parameters: WideningArcParameters): Finding['measure'] {
  const { areasMin, placesMin, placesApartKm, windowDays } = parameters
  return spread.areas.length >= areasMin
    ? {
        name: `areas hit in ${windowDays} days`,
        value: spread.areas.length,
        threshold: areasMin,
        baseline: null
      }
    : {
        name: `places ${placesApartKm} km apart in ${windowDays} days`,
        value: spread.apart,
        threshold: placesMin,
        baseline: null
      }
}

function closesAtMs(open: PlainEpisode, parameters: WideningArcParameters): number {
  return open.spreadUntilMs + parameters.leaveDays * dayMs
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
        closed: [...state.closed, describe(state.open, closesMs, parameters)]
      }
}

const described = new WeakMap<PlainEpisode, Finding>()

/** The finding of a state; an unchanged state gives the same object. */
function describeOpen(open: PlainEpisode, parameters: WideningArcParameters): Finding {
  const known = described.get(open) ?? describe(open, null, parameters)
  described.set(open, known)
  return known
}

function describe(
  open: PlainEpisode,
  toMs: number | null,
  parameters: WideningArcParameters
): Finding {
  const named = uniqueTexts(
    open.triggers.kept.flatMap(i =>
      placesOf(i).map(
        p =>
          p.settlementName ??
          p.name ??
          (p.admin1 === null ? 'a place without a name' : areaName(p.admin1))
      )
    )
  )
  const areas = uniqueTexts(
    open.triggers.kept.flatMap(i => placesOf(i).flatMap(p => p.admin1 ?? []))
  )
  const where =
    named.length <= 4
      ? listOf(named)
      : `${named.slice(0, 3).join(', ')} and ${named.length - 3} more places`
  const intervals = open.triggers.kept.some(i => i.toMs - i.fromMs >= dayMs)
  return {
    group: { theatre: open.drill ? 'drill' : 'all' },
    situation: null,
    fromMs: open.fromMs,
    toMs,
    levels: numberLevels([{ atMs: open.enteredMs, reason: 'widened' }, ...open.marks]),
    measure: open.measure,
    triggers: open.triggers.kept,
    support: open.support.kept,
    omitted: open.triggers.omitted + (toMs === null ? open.toldOmitted : open.support.omitted),
    headline: `Attacks spread over ${Math.round(open.reachKm)} km: ${where}`,
    explanation:
      `Attacks since ${formatDay(open.fromMs)} hit ${areas.length === 1 ? '1 area' : `${areas.length} areas`} (${listOf(areas.length <= 8 ? areas.map(areaName) : [...areas.slice(0, 8).map(areaName), `${areas.length - 8} more`])}), up to ${Math.round(open.reachKm)} km apart. ` +
      `${capitalised(open.measure.name)}: ${open.measure.value}. Threshold: ${open.measure.threshold}, at least one of them quiet for the ${countedText(parameters.quietDays, 'day')} before, ` +
      `and ${parameters.growthFactor} times the reach of the window before.` +
      (intervals
        ? ' Some dates are intervals: each counts in every window that it overlaps; one longer than the window is supporting evidence only.'
        : '')
  }
}

function uniqueIncidents(hits: readonly Hit[]): Incident[] {
  return [...new Set(hits.map(h => h.incident))]
}

function uniqueTexts(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}

function listOf(names: readonly string[]): string {
  return names.length < 2
    ? (names[0] ?? '')
    : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
