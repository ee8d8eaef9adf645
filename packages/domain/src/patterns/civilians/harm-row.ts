// An attack on civilians among the rows of a machine: where and by whom it is looked for, and what became of it.

import { type Incident, type IncidentPlace, placesOf } from '../../incident/incident.ts'
import { isLongerThan } from '../../space-time/event-time.ts'
import type { Point } from '../../space-time/geometry.ts'
import type { FoldPlace } from '../episode/late-rows.ts'
import { namedPerpetrators } from '../episode/named-perpetrators.ts'
import type { Placed } from '../episode/space-time-grid.ts'
import { areasOf, type RepeatVictimisationParameters } from './civilian-harm.ts'

/** What makes two places one for certain: a settlement, or points known precisely enough. */
export interface Spot {
  readonly points: readonly Point[]
  readonly settlements: readonly string[]
}

export function spotOf(places: readonly IncidentPlace[], km: number): Spot {
  const points = places.flatMap(({ lat, lon, radiusKm }) =>
    lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= km ? [{ lat, lon }] : []
  )
  return { points, settlements: [...new Set(places.flatMap(({ settlement }) => settlement ?? []))] }
}

/** What a perpetrator's attacks in one area are looked for by. */
export function keyIn(admin1: string, actor: string): string {
  return `${admin1}\u0000${actor}`
}

/** Where a row is looked for: at its places, by its perpetrators in each certain area, from its beginning. */
export class HarmMark implements Spot, Placed {
  readonly row: HarmRow
  readonly fromMs: number
  readonly toMs: number
  readonly points: readonly Point[]
  readonly settlements: readonly string[]
  readonly actors: readonly string[]
  met = 0

  constructor(row: HarmRow, { points, settlements, actors }: Sought) {
    this.row = row
    this.fromMs = row.fromMs
    this.toMs = row.fromMs
    this.points = points
    this.settlements = settlements
    this.actors = actors
  }
}

type Sought = Pick<HarmMark, 'points' | 'settlements' | 'actors'>

function soughtBy(incident: Incident, { placeKm, genericActors }: RepeatVictimisationParameters): Sought {
  const named = namedPerpetrators(incident, genericActors)
  const actors = named.length === 0 ? nobody : areasOf(incident).flatMap(area => named.map(({ key }) => keyIn(area, key)))
  return { ...spotOf(placesOf(incident), placeKm), actors }
}

const nobody: readonly string[] = []
const noPlaces: readonly IncidentPlace[] = []

/** What of an episode a row knows. */
export interface OpenedBy {
  /** Its place among the episodes: that of the row that opened it. */
  readonly begun: FoldPlace
}

/** `new`: never looked at; `undone`: to be looked at again; `aside`: it neither counts nor supports. */
export type HarmState = 'new' | 'undone' | 'aside' | 'loose' | 'joined' | 'opened'

export class HarmRow implements FoldPlace {
  readonly incident: Incident
  readonly fromMs: number
  readonly toMs: number
  readonly places: readonly IncidentPlace[]
  readonly mark: HarmMark
  /** The same among loose rows: a mark is in one grid only. */
  #looseMark: HarmMark | null = null
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
  isWaiting = false
  isGone = false

  constructor(incident: Incident, parameters: RepeatVictimisationParameters) {
    this.incident = incident
    this.fromMs = incident.fromMs
    this.toMs = incident.toMs
    this.places = placesOf(incident)
    this.grows = incident.passesGrade && !isLongerThan(incident, longestDays(parameters))
    this.mark = new HarmMark(this, soughtBy(incident, parameters))
  }

  get looseMark(): HarmMark {
    this.#looseMark ??= new HarmMark(this, this.mark)
    return this.#looseMark
  }
}

/** An attack known less precisely in time counts in no window. */
export function longestDays({ windowDays, areaWindowDays }: RepeatVictimisationParameters): number {
  return Math.max(windowDays, areaWindowDays)
}
