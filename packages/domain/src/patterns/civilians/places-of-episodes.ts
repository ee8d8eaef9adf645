// Which episodes an attack may belong to: by their places, and by their perpetrators in their area.

import type { IncidentPlace } from '../../incident/incident.ts'
import { areOneSettlement } from '../../report/one-settlement.ts'
import type { NamedActor } from '../episode/actor-names.ts'
import type { FoldPlace } from '../episode/late-rows.ts'
import { type Placed, SpaceTimeGrid } from '../episode/space-time-grid.ts'
import {
  type HarmRow,
  keyIn,
  type OpenedBy,
  type Spot,
  settlementIdsOf,
  spotOf
} from './harm-row.ts'

/** An episode as it is looked for. */
export interface Findable extends OpenedBy {
  readonly group: Readonly<Record<string, string>>
  readonly perpetrators: readonly NamedActor[]
}

/**
 * A place of an episode, from the row that brought it on. At all times: most places have few
 * episodes.
 */
export interface KnownPlace<E> extends Spot, Placed {
  readonly episode: E
  readonly place: IncidentPlace
  readonly since: FoldPlace
}

export function placedAt<E>(
  episode: E,
  place: IncidentPlace,
  since: FoldPlace,
  km: number
): KnownPlace<E> {
  return { ...spotOf([place], km), episode, place, since, fromMs: 0, toMs: 0, met: 0 }
}

export class PlacesOfEpisodes<E extends Findable> {
  readonly #grid: SpaceTimeGrid<KnownPlace<E>>
  readonly #bySettlement = new Map<string, KnownPlace<E>[]>()
  readonly #byActor = new Map<string, E[]>()

  constructor(km: number) {
    this.#grid = new SpaceTimeGrid(km, 0)
  }

  add(known: KnownPlace<E>): void {
    this.#grid.add(known)
    for (const key of settlementIdsOf(known)) push(this.#bySettlement, key, known)
  }

  remove(known: KnownPlace<E>): void {
    this.#grid.remove(known)
    for (const key of settlementIdsOf(known)) takeOut(this.#bySettlement, key, known)
  }

  addActors(episode: E): void {
    for (const key of actorKeysOf(episode)) push(this.#byActor, key, episode)
  }

  removeActors(episode: E): void {
    for (const key of actorKeysOf(episode)) takeOut(this.#byActor, key, episode)
  }

  /**
   * Each place that one of these is, and each episode of one of these perpetrators; some perhaps
   * twice.
   */
  each({ points, settled, actors }: HarmRow, visit: (episode: E, since: FoldPlace) => void): void {
    for (const { episode, since } of this.#grid.near({ fromMs: 0, toMs: 0, points }, 0))
      visit(episode, since)
    for (const own of settled)
      for (const { place, episode, since } of this.#bySettlement.get(own.settlement as string) ??
        [])
        if (areOneSettlement(place, own)) visit(episode, since)
    for (const key of actors)
      for (const episode of this.#byActor.get(key) ?? []) visit(episode, episode.begun)
  }
}

export function actorKeysOf({ group: { admin1 }, perpetrators }: Findable): readonly string[] {
  return admin1 === undefined ? [] : perpetrators.map(({ key }) => keyIn(admin1, key))
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}

function takeOut<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key) ?? []
  const at = list.indexOf(item)
  if (at !== -1) list.splice(at, 1)
  if (list.length === 0) lists.delete(key)
}
