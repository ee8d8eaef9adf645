// Aggregates over a list of incidents: sums, areas, a key of their content. An open episode grows
// by one incident at a time, mostly at its end, and may have hundreds: a list that shares a prefix
// with one summarised before costs only the rest.

import { exactly } from '../fold/exact-lists.ts'
import { compareText, type Incident, type IncidentPlace } from '../incident/incident.ts'
import { addedDeaths, mayBeAmong, reportsOf } from '../incident/possible-duplicates.ts'
import { type Handling, stricter } from '../report/handling.ts'
import type { Fatalities } from '../report/report.ts'
import { sharedTexts } from '../report/shared-parts.ts'
import { coveringCircle, distanceKm, type Point } from '../space-time/geometry.ts'

export interface TriggerSummary {
  readonly countries: readonly string[]
  readonly admin1: readonly string[]
  readonly categories: readonly string[]
  /** Number of incidents with certainty `observed`, `likely`, `possible`, `unlikely`. */
  readonly byCertainty: readonly number[]
  /** Number of incidents without a place of assumed precision. */
  readonly surelyPlaced: number
  /** The plain sum, including incidents that may be one: `deathsOf` corrects for those. */
  readonly fatalities: Fatalities
  /** Number of incidents that may be others. */
  readonly doubtful: number
  readonly handling: Handling
  readonly drill: boolean
  readonly occurredFromMs: number
  readonly firstReportedAtMs: number
  /** Covers every place with its precision; null if none has coordinates. */
  readonly circle: Circle | null
}

interface Circle {
  readonly center: Point
  readonly radiusKm: number
  /** The bounding box around it, degrees. */
  readonly lats: readonly [number, number]
  readonly lons: readonly [number, number]
}

interface Summed {
  readonly whole: TriggerSummary
  /** Summaries of the first `stride`, 2 × `stride`, … incidents. */
  readonly marks: readonly TriggerSummary[]
}

/** Number of incidents between two stored intermediate summaries. */
const stride = 32

const summed = new WeakMap<readonly Incident[], Summed>()

/**
 * Summarises a list in order of the fold. `known`: a list that may have been summarised before; the
 * common prefix is reused. Equal lists give equal summaries. Pure.
 */
export function summaryOf(
  list: readonly Incident[],
  known: readonly Incident[] = []
): TriggerSummary {
  const cached = summed.get(list)
  if (cached) return cached.whole
  const { whole, marks, count } = beginningOf(list, known)
  const sum = new RunningSum(list, whole)
  let passed = marks
  for (let i = count; i < list.length; i++) {
    sum.add(i)
    if ((i + 1) % stride === 0 && i + 1 < list.length) passed = [...passed, sum.whole]
  }
  const { whole: all } = sum
  summed.set(list, { whole: all, marks: passed })
  return all
}

/**
 * The deaths of a list: incidents that may be one count once in low and best. O(n) only if there
 * are such. Pure.
 */
export function deathsOf(
  { fatalities, doubtful }: TriggerSummary,
  list: readonly Incident[]
): Fatalities {
  if (doubtful === 0) return fatalities
  const ids = reportsOf(list)
  let { low, best } = fatalities
  for (const incident of list) {
    if (incident.mayBe === undefined) continue
    const added = addedDeaths(incident, id => ids.has(id))
    if (low !== null) low -= (incident.fatalities.low ?? 0) - (added.low ?? 0)
    if (best !== null) best -= (incident.fatalities.best ?? 0) - (added.best ?? 0)
  }
  return { low, best, high: fatalities.high }
}

/**
 * Number of incidents counted as `observed`, `likely`, `possible`, `unlikely`: one that may be
 * another in the list is at most possible. O(n) only if there are such. Pure.
 */
export function countedByCertainty(
  { byCertainty, doubtful }: TriggerSummary,
  list: readonly Incident[]
): readonly number[] {
  if (doubtful === 0) return byCertainty
  const ids = reportsOf(list)
  const counted = [0, 0, 0, 0]
  for (const incident of list) {
    const rank = Math.max(certaintyRank(incident), mayBeAmong(incident, ids) ? possibleRank : 0)
    counted[rank] = (counted[rank] as number) + 1
  }
  return counted
}

/** The longest stored summary of another list that is also a prefix of this one. */
function beginningOf(
  list: readonly Incident[],
  known: readonly Incident[]
): Summed & { readonly count: number } {
  const before = known.length > 0 ? summed.get(known) : undefined
  if (before === undefined) return { whole: nothing, marks: [], count: 0 }
  const least = Math.min(list.length, known.length)
  let common = 0
  while (common < least && list[common] === known[common]) common += 1
  if (common === known.length) return { ...before, count: common }
  const marks = before.marks.slice(0, Math.floor(common / stride))
  return { whole: marks.at(-1) ?? nothing, marks, count: marks.length * stride }
}

const nothing: TriggerSummary = {
  countries: [],
  admin1: [],
  categories: [],
  byCertainty: [0, 0, 0, 0],
  surelyPlaced: 0,
  fatalities: { low: null, best: 0, high: 0 },
  doubtful: 0,
  handling: 'public',
  drill: true,
  occurredFromMs: Number.POSITIVE_INFINITY,
  firstReportedAtMs: Number.POSITIVE_INFINITY,
  circle: null
}

/** An intermediate summary. */
class RunningSum {
  readonly #list: readonly Incident[]
  #countries: readonly string[]
  #admin1: readonly string[]
  #categories: readonly string[]
  readonly #byCertainty: number[]
  #surelyPlaced: number
  #low: number | null
  #best: number | null
  #high: number | null
  #doubtful: number
  #handling: Handling
  #drill: boolean
  #occurredFromMs: number
  #firstReportedAtMs: number
  #circle: Circle | null
  #count = 0
  /** The box of everything added; its circle is computed on request. */
  #south = Number.POSITIVE_INFINITY
  #north = Number.NEGATIVE_INFINITY
  #west = Number.POSITIVE_INFINITY
  #east = Number.NEGATIVE_INFINITY
  #isOutgrown = false

  constructor(list: readonly Incident[], from: TriggerSummary) {
    this.#list = list
    this.#countries = from.countries
    this.#admin1 = from.admin1
    this.#categories = from.categories
    this.#byCertainty = [...from.byCertainty]
    this.#surelyPlaced = from.surelyPlaced
    this.#low = from.fatalities.low
    this.#best = from.fatalities.best
    this.#high = from.fatalities.high
    this.#doubtful = from.doubtful
    this.#handling = from.handling
    this.#drill = from.drill
    this.#occurredFromMs = from.occurredFromMs
    this.#firstReportedAtMs = from.firstReportedAtMs
    this.#circle = from.circle
    if (from.circle === null) return
    ;[this.#south, this.#north] = from.circle.lats
    ;[this.#west, this.#east] = from.circle.lons
  }

  /** Adds the incident at an index; all before it are included. */
  add(at: number): void {
    const incident = this.#list[at] as Incident
    this.#count = at + 1
    this.#addPlace(incident.place)
    for (const place of incident.alsoAt) this.#addPlace(place)
    this.#categories = withText(this.#categories, incident.category)
    const rank = certaintyRank(incident)
    this.#byCertainty[rank] = (this.#byCertainty[rank] as number) + 1
    if (!restsOnAssumed(incident)) this.#surelyPlaced += 1
    this.#addDeaths(incident.fatalities)
    if (incident.mayBe !== undefined) this.#doubtful += 1
    if (incident.handling !== this.#handling)
      this.#handling = stricter(this.#handling, incident.handling)
    this.#drill = this.#drill && incident.drill
    if (incident.fromMs < this.#occurredFromMs) this.#occurredFromMs = incident.fromMs
    if (incident.firstReportedAtMs < this.#firstReportedAtMs)
      this.#firstReportedAtMs = incident.firstReportedAtMs
  }

  get whole(): TriggerSummary {
    if (this.#isOutgrown) {
      this.#circle = this.#circleOfAll()
      this.#isOutgrown = false
    }
    return {
      countries: this.#countries,
      admin1: this.#admin1,
      categories: this.#categories,
      byCertainty: [...this.#byCertainty],
      surelyPlaced: this.#surelyPlaced,
      fatalities: { low: this.#low, best: this.#best, high: this.#high },
      doubtful: this.#doubtful,
      handling: this.#handling,
      drill: this.#drill,
      occurredFromMs: this.#occurredFromMs,
      firstReportedAtMs: this.#firstReportedAtMs,
      circle: this.#circle
    }
  }

  /**
   * Low adds up what is known; best and high only if every incident has one. Unknown is not zero.
   */
  #addDeaths({ low, best, high }: Fatalities): void {
    if (low !== null) this.#low = (this.#low ?? 0) + low
    this.#best = best === null || this.#best === null ? null : this.#best + best
    this.#high = high === null || this.#high === null ? null : this.#high + high
  }

  #addPlace(place: IncidentPlace): void {
    const { country, admin1, lat, lon } = place
    if (country !== null) this.#countries = withText(this.#countries, country)
    if (admin1 !== null) this.#admin1 = withText(this.#admin1, admin1)
    if (lat === null || lon === null) return
    // Not across the date line, where a box by longitude is meaningless.
    const isInside =
      this.#east - this.#west <= 180 &&
      lat >= this.#south &&
      lat <= this.#north &&
      lon >= this.#west &&
      lon <= this.#east
    if (!isInside) {
      this.#isOutgrown = true
      this.#south = Math.min(this.#south, lat)
      this.#north = Math.max(this.#north, lat)
      this.#west = Math.min(this.#west, lon)
      this.#east = Math.max(this.#east, lon)
    }
    if (this.#isOutgrown || this.#circle === null) return
    const reach = reachKm(this.#circle.center, place)
    if (reach > this.#circle.radiusKm) this.#circle = { ...this.#circle, radiusKm: reach }
  }

  #circleOfAll(): Circle | null {
    const lats = [this.#south, this.#north] as const
    const lons = [this.#west, this.#east] as const
    if (this.#east - this.#west > 180) {
      const covering = coveringCircle(this.#list.slice(0, this.#count).flatMap(pointsOf))
      return covering && { ...covering, lats, lons }
    }
    const center = { lat: (this.#south + this.#north) / 2, lon: (this.#west + this.#east) / 2 }
    let radiusKm = 0
    for (let i = 0; i < this.#count; i++) {
      const { place, alsoAt } = this.#list[i] as Incident
      radiusKm = Math.max(radiusKm, reachKm(center, place))
      for (const other of alsoAt) radiusKm = Math.max(radiusKm, reachKm(center, other))
    }
    return { center, radiusKm, lats, lons }
  }
}

function withText(known: readonly string[], text: string): readonly string[] {
  return known.includes(text) ? known : texts.of(exactly([...known, text].sort(compareText)))
}

/** Thousands of alerts are of the same few areas and kinds. */
const texts = sharedTexts()

/** 0 observed, 1 likely, 2 possible, 3 unlikely. */
/** Rank of `possible` among the four. */
const possibleRank = 2

function certaintyRank(incident: Incident): number {
  if (!incident.passesGrade) return 3
  if (!incident.gradeKnown) return 2
  return incident.origins.length >= 2 && incident.credibility <= 2 && !restsOnAssumed(incident)
    ? 0
    : 1
}

/**
 * True if the precision of one of its places is assumed: what rests on the incident is at most
 * likely. Source: core-idea.md#uncertainty-is-kept.
 */
function restsOnAssumed({ place, alsoAt }: Incident): boolean {
  return place.precision === 'assumed' || alsoAt.some(({ precision }) => precision === 'assumed')
}

/** Distance from a point to the far edge of a place's precision; 0 without coordinates. */
function reachKm(from: Point, { lat, lon, radiusKm }: IncidentPlace): number {
  return lat === null || lon === null ? 0 : distanceKm(from, { lat, lon }) + (radiusKm ?? 0)
}

function pointsOf({ place, alsoAt }: Incident): (Point & { readonly radiusKm: number })[] {
  return [place, ...alsoAt].flatMap(({ lat, lon, radiusKm }) =>
    lat === null || lon === null ? [] : [{ lat, lon, radiusKm: radiusKm ?? 0 }]
  )
}
