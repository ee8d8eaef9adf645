// What makes two findings of one rule the same situation without a shared report: a settlement, a
// person, a nearby place, while their times overlap. A day, an area, a country or the theatre does
// not: a true event beside a withdrawn hoax is another situation. Which pattern uses which:
// decision 0038.

import { exactly } from '../fold/exact-lists.ts'
import { type Incident, type IncidentPlace, placesOf } from '../incident/incident.ts'
import { areOneSettlement, type SettledPlace, settledAmong } from '../report/one-settlement.ts'
import { cellsAround, distanceKm, type Point } from '../space-time/geometry.ts'
import type { Finding, Situation } from './finding.ts'

/** Maximum number of places of an incident that are compared. */
const placesMax = 8
/** Maximum number of names of a situation; of more people the first in order. */
export const namesMax = 64

/** A situation identified by name: a settlement, a hub, people. Null if there is none. */
export function situationOf(names: readonly string[], untilMs: number): Situation | null {
  return names.length === 0 ? null : { keys: names.slice(0, namesMax), around: null, untilMs }
}

/**
 * A situation identified by where it began: the same settlement, or within `km` of an equally
 * precise place. Different `kind`s are never the same situation. Null if no place is precise
 * enough: an area's name is not.
 */
export function situationAt(
  first: Incident | undefined,
  km: number,
  untilMs: number,
  kind = ''
): Situation | null {
  if (first === undefined) return null
  const spot = first.alsoAt.length === 0 ? spotAlone(first, km, kind) : spotAmong(first, km, kind)
  return spot.keys.length === 0 ? null : { keys: spot.keys, around: spot.around, untilMs }
}

interface Spot {
  readonly kind: string
  readonly keys: readonly string[]
  readonly around: NonNullable<Situation['around']>
}

/** Spots of one kind and distance, by the place that is one. */
interface KnownSpots extends Pick<Spot, 'kind'> {
  readonly km: number
  readonly byPlace: WeakMap<IncidentPlace, Spot>
}

/** A growing story keeps its first incident. */
const spots = new WeakMap<Incident, Spot>()

function spotAmong(first: Incident, km: number, kind: string): Spot {
  const known = spots.get(first)
  const spot = known?.kind === kind && known.around.km === km ? known : spotOf(first, km, kind)
  if (spot !== known) spots.set(first, spot)
  return spot
}

/** Many stories are of one place. */
let knownSpots: readonly KnownSpots[] = []
/** Rules have fewer; previews may try any. */
const knownSpotsMax = 64

function spotAlone(first: Incident, km: number, kind: string): Spot {
  let known = knownSpots.find(each => each.kind === kind && each.km === km)
  if (known === undefined) {
    known = { kind, km, byPlace: new WeakMap() }
    knownSpots = [...knownSpots.slice(-knownSpotsMax), known]
  }
  const spot = known.byPlace.get(first.place) ?? spotOf(first, km, kind)
  known.byPlace.set(first.place, spot)
  return spot
}

function spotOf(first: Incident, km: number, kind: string): Spot {
  const places = placesOf(first).slice(0, placesMax)
  const points: Point[] = []
  for (const { lat, lon, radiusKm } of places)
    if (lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= km)
      points.push({ lat, lon })
  const settlements = settledAmong(places)
  const keys = [...new Set(settlements.map(({ settlement }) => `${kind}|at ${settlement}`))]
  for (const cell of new Set(points.flatMap(point => cellsNear(point, km))))
    keys.push(`${kind}|near ${cell}`)
  return {
    kind,
    keys: exactly(keys),
    around: { points: exactly(points), km, settlements: exactly(settlements) }
  }
}

/** Cells of half the distance: two places within the distance share one. */
function cellsNear(point: Point, km: number): readonly string[] {
  return cellsAround(point, Math.max(0.01, km / 100), km / 2)
}

/** A situation split by a rule: different values of its keys are different situations. */
export function splitSituation(
  situation: Situation | null,
  values: readonly string[]
): Situation | null {
  if (situation === null || values.length === 0) return situation
  const mark = JSON.stringify(values)
  return { ...situation, keys: situation.keys.map(key => `${mark}${key}`) }
}

/** Keys under which a finding is indexed; none if only shared reports make a situation. */
export function namesOf({ situation }: Finding): readonly string[] {
  return situation?.keys ?? nothing
}

const nothing: readonly string[] = []

/**
 * Overlap in time of two findings with the same identity, whatever their reports, ms; 0 if they are
 * two situations. Pure.
 */
export function togetherMs(a: Finding, b: Finding): number {
  if (a.situation === null || b.situation === null || !areOneSituation(a, b)) return 0
  return Math.min(a.situation.untilMs, b.situation.untilMs) - Math.max(a.fromMs, b.fromMs) + 1
}

/** True if two findings with the same identity overlap in time. Pure. */
export function areOneSituation(a: Finding, b: Finding): boolean {
  const one = a.situation
  const other = b.situation
  if (one === null || other === null) return false
  // First what costs least: a settlement has years of situations.
  const ms = Math.min(one.untilMs, other.untilMs) - Math.max(a.fromMs, b.fromMs) + 1
  return ms > 0 && isSame(one, other) && isExercise(a) === isExercise(b)
}

function isSame(a: Situation, b: Situation): boolean {
  if (!a.keys.some(key => b.keys.includes(key))) return false
  if (a.around === null || b.around === null) return true
  const one = a.around
  const other = b.around
  if (one.settlements.some(a => other.settlements.some(b => areOneSettlement(a, b)))) return true
  const km = Math.min(one.km, other.km)
  return one.points.some(p => other.points.some(q => distanceKm(p, q) <= km))
}

/** Drills are folded separately: one trigger decides. */
export function isExercise({ triggers }: Pick<Finding, 'triggers'>): boolean {
  return triggers[0]?.drill === true
}

/** True if two situations identify the same, and for as long. */
export function areOneIdentity(a: Situation | null, b: Situation | null): boolean {
  return (
    a?.untilMs === b?.untilMs &&
    areNamedAlike(a, b) &&
    areAroundTheSame(a?.around ?? null, b?.around ?? null)
  )
}

type Around = Situation['around']

/** What is around a first incident follows from it: mostly it is the same object. */
function areAroundTheSame(a: Around, b: Around): boolean {
  if (a === b) return true
  if (a === null || b === null || a.km !== b.km) return false
  return arePointsAlike(a.points, b.points) && arePointsAlike(a.settlements, b.settlements)
}

function arePointsAlike(
  a: readonly SettledPlace[] | readonly Point[],
  b: readonly SettledPlace[] | readonly Point[]
): boolean {
  return (
    a.length === b.length &&
    a.every((point, i) => point.lat === b[i]?.lat && point.lon === b[i]?.lon)
  )
}

/** True if two situations have the same names. */
export function areNamedAlike(a: Situation | null, b: Situation | null): boolean {
  if (a === b) return true
  if (a === null || b === null || a.keys.length !== b.keys.length) return false
  return a.keys.every((key, i) => key === b.keys[i])
}
