// What is known of an attack, whatever the fold makes of it; and when two attacks are related.

import type { Incident } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { cellOf, type Point } from '../../space-time/geometry.ts'
import { namedPerpetrators } from '../episode/named-perpetrators.ts'
import type { CountedAttack, NearRepeatParameters } from './near-repeat-parameters.ts'

/** The width of the cells that have a rate of their own. */
export const cellDegrees = 0.2

export class RepeatAttack {
  readonly incident: Incident
  readonly fromMs: number
  readonly toMs: number
  readonly points: readonly Point[]
  readonly isExplosion: boolean
  /** If not, it only supports. */
  readonly mayTrigger: boolean
  /** Its window since the epoch. */
  readonly window: number
  /** The cell of each point. */
  readonly cells: readonly string[]
  readonly #genericActors: readonly string[]
  #actors: readonly string[] | null = null

  constructor(
    incident: Incident,
    { points, isExplosion, mayTrigger }: CountedAttack,
    { windowDays, genericActors }: NearRepeatParameters
  ) {
    this.incident = incident
    this.fromMs = incident.fromMs
    this.toMs = incident.toMs
    this.points = points
    this.isExplosion = isExplosion
    this.mayTrigger = mayTrigger
    this.window = Math.floor(incident.fromMs / (windowDays * dayMs))
    this.cells = cellsOf(points)
    this.#genericActors = genericActors
  }

  /** Keys of its identified perpetrators. */
  get actors(): readonly string[] {
    this.#actors ??= namedPerpetrators(this.incident, this.#genericActors).map(({ key }) => key)
    return this.#actors
  }
}

/** The same list for the same points: attacks on one place have these in common. */
function cellsOf(points: readonly Point[]): readonly string[] {
  const known = cellsKnown.get(points)
  if (known !== undefined) return known
  const cells = points.map(point => cellOf(point, cellDegrees))
  cellsKnown.set(points, cells)
  return cells
}

const cellsKnown = new WeakMap<readonly Point[], readonly string[]>()

/** Of one kind or by one actor. */
export function isLike(row: RepeatAttack, other: RepeatAttack): boolean {
  return (
    row.isExplosion ||
    row.incident.category === other.incident.category ||
    sharesActor(row.actors, other.actors)
  )
}

export function sharesActor(some: readonly string[], others: readonly string[]): boolean {
  return some.length > 0 && others.length > 0 && some.some(key => others.includes(key))
}

/**
 * Of attacks related to it, those of its kind or those by one of its actors, whichever are more:
 * two and two are not four.
 */
export function mostAlike<A extends RepeatAttack>(
  { isExplosion, incident, actors }: RepeatAttack,
  related: readonly A[]
): readonly A[] {
  if (isExplosion) return related
  const ofKind = related.filter(other => other.incident.category === incident.category)
  if (ofKind.length === related.length) return related
  const byActor = actors.map(key => related.filter(other => other.actors.includes(key)))
  return byActor.reduce((most, theirs) => (theirs.length > most.length ? theirs : most), ofKind)
}
