// What makes two findings of one rule the same situation although they share no report: a settlement, a person, a place close by, while their times meet.
// A day, an area, a country or the whole theatre is no such thing: a true event beside a withdrawn hoax is another situation. Which pattern goes by what:
// decision 0038.

import { type Incident, placesOf } from '../incident/incident.ts'
import { cellsAround, distanceKm, type Point } from '../space-time/geometry.ts'
import type { Finding, Situation } from './finding.ts'

/** Places of an incident that are looked at, of those that name many. */
const placesMax = 8
/** Names of one situation at most: of more people those that come first. */
export const namesMax = 64

/** A situation that is known by a name of its own: a settlement, a hub, people. Null where there is none. */
export function situationOf(names: readonly string[], untilMs: number): Situation | null {
  return names.length === 0 ? null : { keys: names.slice(0, namesMax), around: null, untilMs }
}

/**
 * A situation that is known by where it began: what lies at the same settlement, or within so many km of a place that is known as well as that. `kind`
 * tells apart what is never one story. Null where no place is known well enough: a name of an area alone says nothing.
 */
export function situationAt(first: Incident | undefined, km: number, untilMs: number, kind = ''): Situation | null {
  if (first === undefined) return null
  const known = spots.get(first)
  const spot = known?.kind === kind && known.around.km === km ? known : spotOf(first, km, kind)
  if (spot !== known) spots.set(first, spot)
  return spot.keys.length === 0 ? null : { keys: spot.keys, around: spot.around, untilMs }
}

interface Spot {
  readonly kind: string
  readonly keys: readonly string[]
  readonly around: NonNullable<Situation['around']>
}

/** Stories begin with the same incident while they grow. */
const spots = new WeakMap<Incident, Spot>()

function spotOf(first: Incident, km: number, kind: string): Spot {
  const places = placesOf(first).slice(0, placesMax)
  const settlements = [...new Set(places.flatMap(({ settlement }) => settlement ?? []))]
  const points = places.flatMap(({ lat, lon, radiusKm }) =>
    lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= km ? [{ lat, lon }] : []
  )
  const cells = new Set(points.flatMap(point => cellsNear(point, km)))
  const keys = [...settlements.map(id => `at ${id}`), ...[...cells].map(cell => `near ${cell}`)]
  return { kind, keys: keys.map(key => `${kind}|${key}`), around: { points, km, settlements } }
}

/** Cells on half the way to whatever is near: two places within the distance have one in common. */
function cellsNear(point: Point, km: number): readonly string[] {
  return cellsAround(point, Math.max(0.01, km / 100), km / 2)
}

/** A situation as a rule splits it: what differs in a value of its keys is another one. */
export function splitSituation(situation: Situation | null, values: readonly string[]): Situation | null {
  if (situation === null || values.length === 0) return situation
  const mark = JSON.stringify(values)
  return { ...situation, keys: situation.keys.map(key => `${mark}${key}`) }
}

/** Under what a finding is filed; nothing where shared reports alone make a situation. */
export function namesOf({ situation }: Finding): readonly string[] {
  return situation?.keys ?? nothing
}

const nothing: readonly string[] = []

/** The same story by the finding's own identity, whatever reports tell it: how long the two meet in time, ms; 0 where they are two situations. Pure. */
export function togetherMs(a: Finding, b: Finding): number {
  const [one, other] = [a.situation, b.situation]
  if (one === null || other === null || !isSame(one, other) || isExercise(a) !== isExercise(b)) return 0
  return Math.max(0, Math.min(one.untilMs, other.untilMs) - Math.max(a.fromMs, b.fromMs) + 1)
}

function isSame(a: Situation, b: Situation): boolean {
  if (!a.keys.some(key => b.keys.includes(key))) return false
  if (a.around === null || b.around === null) return true
  const [one, other] = [a.around, b.around]
  if (one.settlements.some(id => other.settlements.includes(id))) return true
  const km = Math.min(one.km, other.km)
  return one.points.some(p => other.points.some(q => distanceKm(p, q) <= km))
}

/** Exercises are folded apart from the world: one trigger speaks for all. */
export function isExercise({ triggers }: Finding): boolean {
  return triggers[0]?.drill === true
}

/** True where nothing tells two situations apart but the time until which they last. */
export function areNamedAlike(a: Situation | null, b: Situation | null): boolean {
  if (a === b) return true
  if (a === null || b === null || a.keys.length !== b.keys.length) return false
  return a.keys.every((key, i) => key === b.keys[i])
}
