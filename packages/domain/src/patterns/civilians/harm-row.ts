// An attack on civilians among the rows of a machine: where and by whom it is looked for, and what
// became of it.

import { exactly } from '../../fold/exact-lists.ts'
import { type Incident, type IncidentPlace, placesOf } from '../../incident/incident.ts'
import { type SettledPlace, settledAmong } from '../../report/one-settlement.ts'
import { sharedTexts } from '../../report/shared-parts.ts'
import { isLongerThan } from '../../space-time/event-time.ts'
import type { Point } from '../../space-time/geometry.ts'
import type { FoldPlace } from '../episode/late-rows.ts'
import { namedPerpetrators } from '../episode/named-perpetrators.ts'
import { precisePoints } from '../episode/same-place.ts'
import type { Placed } from '../episode/space-time-grid.ts'
import { areasOf, type RepeatVictimisationParameters } from './civilian-harm.ts'

/** What makes two places one for certain: a settlement, or points known precisely enough. */
export interface Spot {
  readonly points: readonly Point[]
  /** Those of the places that have a settlement. */
  readonly settled: readonly SettledPlace[]
}

export function spotOf(places: readonly IncidentPlace[], km: number): Spot {
  return { points: precisePoints(places, km), settled: settledAmong(places) }
}

/** Ids of settlements, each once. */
export function settlementIdsOf({ settled }: Spot): readonly string[] {
  const ids: string[] = []
  for (const { settlement } of settled)
    if (settlement !== null && !ids.includes(settlement)) ids.push(settlement)
  return ids
}

/** What a perpetrator's attacks in one area are looked for by. */
export function keyIn(admin1: string, actor: string): string {
  return `${admin1}\u0000${actor}`
}

/** Of each certain area the keys of all its perpetrators, one area after another. */
function actorKeysIn(incident: Incident, genericActors: readonly string[]): readonly string[] {
  const named = namedPerpetrators(incident, genericActors)
  if (named.length === 0) return nobody
  const keys: string[] = []
  for (const area of areasOf(incident)) for (const { key } of named) keys.push(keyIn(area, key))
  return shared.of(exactly(keys))
}

const nobody: readonly string[] = []
/** Of one actor in one area there are many rows. */
const shared = sharedTexts()
const noPlaces: readonly IncidentPlace[] = []

/** What of an episode a row knows. */
export interface OpenedBy {
  /** Its place among the episodes: that of the row that opened it. */
  readonly begun: FoldPlace
}

/**
 * `new`: never looked at; `undone`: to be looked at again; `aside`: it neither counts nor supports.
 */
export type HarmState = 'new' | 'undone' | 'aside' | 'loose' | 'joined' | 'opened'

/** It is looked for at its places, by its perpetrators in each certain area, from its beginning. */
export class HarmRow implements FoldPlace, Spot, Placed {
  readonly incident: Incident
  readonly fromMs: number
  readonly toMs: number
  readonly places: readonly IncidentPlace[]
  readonly points: readonly Point[]
  readonly settled: readonly SettledPlace[]
  readonly actors: readonly string[]
  met = 0
  /** The last search beside the grid that found it. */
  found = 0
  /** It counts; otherwise it only supports. */
  readonly grows: boolean
  late = 0
  passed = 0
  state: HarmState = 'new'
  /** That it opened, or is in. */
  episode: OpenedBy | null = null
  /** The row that took it into an episode: it is loose before that one only. */
  takenBy: HarmRow | null = null
  /** Places that it added to its episode. */
  added: readonly IncidentPlace[] = noPlaces
  isFiled = false
  isWaiting = false
  isGone = false

  constructor(incident: Incident, parameters: RepeatVictimisationParameters) {
    this.incident = incident
    this.fromMs = incident.fromMs
    this.toMs = incident.toMs
    this.places = placesOf(incident)
    this.grows = incident.passesGrade && !isLongerThan(incident, longestDays(parameters))
    const { points, settled } = spotOf(this.places, parameters.placeKm)
    this.points = points
    this.settled = settled
    this.actors = actorKeysIn(incident, parameters.genericActors)
  }
}

/** An attack known less precisely in time counts in no window. */
export function longestDays({ windowDays, areaWindowDays }: RepeatVictimisationParameters): number {
  return Math.max(windowDays, areaWindowDays)
}
