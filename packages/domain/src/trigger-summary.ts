// What is said of a list of incidents as a whole: sums, areas, a key of their content. An open episode grows by one incident at a time, and its list may
// be hundreds long: a list that goes on from one that was summed up before costs only what was added.

import { coveringCircle, distanceKm, type Point } from './geometry.ts'
import { type Handling, stricter } from './handling.ts'
import { compareText, type Incident, placesOf } from './incident.ts'
import { goesOnFrom } from './incident-list.ts'
import type { Fatalities } from './report.ts'

export interface TriggerSummary {
  readonly countries: readonly string[]
  readonly admin1: readonly string[]
  readonly categories: readonly string[]
  /** How many are as certain as `observed`, `likely`, `possible`, `unlikely`. */
  readonly byCertainty: readonly number[]
  readonly fatalities: Fatalities
  readonly handling: Handling
  readonly drill: boolean
  readonly occurredFromMs: number
  readonly firstReportedAtMs: number
  /** Covers every place with its precision; null where none has coordinates. */
  readonly circle: Circle | null
}

interface Circle {
  readonly center: Point
  readonly radiusKm: number
  /** The box whose middle it is, degrees. */
  readonly lats: readonly [number, number]
  readonly lons: readonly [number, number]
}

const summaries = new WeakMap<readonly Incident[], TriggerSummary>()

/**
 * Sums up a list in order of the fold. `known` is a list that may have been summed up before: where this one goes on from it, only the rest is looked at.
 * Equal lists give equal summaries. Pure.
 */
export function summaryOf(list: readonly Incident[], known: readonly Incident[] = []): TriggerSummary {
  const cached = summaries.get(list)
  if (cached) return cached
  const before = known.length > 0 && goesOnFrom(known, list) ? summaries.get(known) : undefined
  let summary = before ?? nothing
  for (let i = before ? known.length : 0; i < list.length; i++) summary = withOne(summary, list[i] as Incident, list, i)
  summaries.set(list, summary)
  return summary
}

const nothing: TriggerSummary = {
  countries: [],
  admin1: [],
  categories: [],
  byCertainty: [0, 0, 0, 0],
  fatalities: { low: null, best: 0, high: 0 },
  handling: 'public',
  drill: true,
  occurredFromMs: Number.POSITIVE_INFINITY,
  firstReportedAtMs: Number.POSITIVE_INFINITY,
  circle: null
}

function withOne(summary: TriggerSummary, incident: Incident, list: readonly Incident[], at: number): TriggerSummary {
  const places = placesOf(incident)
  let { countries, admin1 } = summary
  for (const place of places) {
    countries = withText(countries, place.country)
    admin1 = withText(admin1, place.admin1)
  }
  const rank = certaintyRank(incident)
  return {
    countries,
    admin1,
    categories: withText(summary.categories, incident.category),
    byCertainty: summary.byCertainty.map((count, i) => (i === rank ? count + 1 : count)),
    fatalities: withDeaths(summary.fatalities, incident.fatalities),
    handling: at === 0 ? incident.handling : stricter(summary.handling, incident.handling),
    drill: summary.drill && incident.drill,
    occurredFromMs: Math.min(summary.occurredFromMs, incident.fromMs),
    firstReportedAtMs: Math.min(summary.firstReportedAtMs, incident.firstReportedAtMs),
    circle: circleWith(summary.circle, list, at)
  }
}

function withText(texts: readonly string[], text: string | null): readonly string[] {
  return text === null || texts.includes(text) ? texts : [...texts, text].sort(compareText)
}

/** The low bound of what is known; best and high only where every incident has one. Unknown is not zero. */
function withDeaths(sum: Fatalities, { low, best, high }: Fatalities): Fatalities {
  return {
    low: low === null ? sum.low : (sum.low ?? 0) + low,
    best: best === null || sum.best === null ? null : sum.best + best,
    high: high === null || sum.high === null ? null : sum.high + high
  }
}

/** 0 observed, 1 likely, 2 possible, 3 unlikely. */
function certaintyRank(incident: Incident): number {
  if (!incident.passesGrade) return 3
  if (!incident.gradeKnown) return 2
  return incident.origins.length >= 2 && incident.credibility <= 2 ? 0 : 1
}

/** The circle of the first `at + 1` incidents. A point within their box leaves its middle where it is. */
function circleWith(circle: Circle | null, list: readonly Incident[], at: number): Circle | null {
  const added = pointsOf(list[at] as Incident)
  if (added.length === 0) return circle
  if (circle !== null && added.every(point => isInside(point, circle))) {
    const { center, radiusKm } = circle
    return { ...circle, radiusKm: Math.max(radiusKm, ...added.map(point => distanceKm(center, point) + point.radiusKm)) }
  }
  const points = list.slice(0, at + 1).flatMap(pointsOf)
  const [lats, lons] = [points.map(p => p.lat), points.map(p => p.lon)]
  const covering = coveringCircle(points)
  return covering && { ...covering, lats: [Math.min(...lats), Math.max(...lats)], lons: [Math.min(...lons), Math.max(...lons)] }
}

/** Not across the date line, where a box by longitude says nothing. */
function isInside({ lat, lon }: Point, { lats, lons }: Circle): boolean {
  return lons[1] - lons[0] <= 180 && lat >= lats[0] && lat <= lats[1] && lon >= lons[0] && lon <= lons[1]
}

function pointsOf(incident: Incident): (Point & { readonly radiusKm: number })[] {
  return placesOf(incident).flatMap(({ lat, lon, radiusKm }) =>
    lat === null || lon === null ? [] : [{ lat, lon, radiusKm: radiusKm ?? 0 }]
  )
}
