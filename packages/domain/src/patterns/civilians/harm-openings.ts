// Whether an attack opens an episode with loose ones before it: attacks on one place, or the
// settlements of one perpetrator.

import type { Incident, IncidentPlace } from '../../incident/incident.ts'
import { dayMs, isLongerThan } from '../../space-time/event-time.ts'
import { type NamedActor, named } from '../episode/actor-names.ts'
import { compareRows } from '../episode/late-rows.ts'
import { namedPerpetrators } from '../episode/named-perpetrators.ts'
import { areSame } from '../episode/recent-cache.ts'
import { nameOfPlace } from '../episode/same-place.ts'
import { areasOf, type RepeatVictimisationParameters, settlementsOf } from './civilian-harm.ts'
import { type HarmRow, keyIn, spotOf } from './harm-row.ts'
import type { NearHarm } from './near-harm.ts'

/** How an episode begins. */
export interface Opening {
  readonly entered: 'place' | 'perpetrator'
  readonly group: Readonly<Record<string, string>>
  /** Loose attacks before it, in order of the fold. */
  readonly earlier: readonly HarmRow[]
  readonly places: readonly IncidentPlace[]
  readonly perpetrators: readonly NamedActor[]
}

export function isSameOpening(a: Opening, b: Opening): boolean {
  return (
    a.entered === b.entered &&
    areSame(a.earlier, b.earlier) &&
    areSame(a.places, b.places) &&
    a.group.admin1 === b.group.admin1 &&
    a.group.perpetrator === b.group.perpetrator
  )
}

/** True if it is in no episode when this row comes. */
function isLooseFor(other: HarmRow, row: HarmRow): boolean {
  if (other.state !== 'loose') return false
  return (
    compareRows(other, row) < 0 && (other.takenBy === null || compareRows(other.takenBy, row) >= 0)
  )
}

/** `untilMs`: the latest beginning of a row before this one. */
export function openingOf(
  row: HarmRow,
  rows: NearHarm,
  untilMs: number,
  parameters: RepeatVictimisationParameters
): Opening | null {
  return (
    openedAtPlace(row, rows, untilMs, parameters) ?? openedByActor(row, rows, untilMs, parameters)
  )
}

/** Those that a window of so many days before the row contains, in order of the fold. */
function inWindow(found: readonly HarmRow[], row: HarmRow, days: number): HarmRow[] {
  const fromMs = row.fromMs - days * dayMs
  const young: HarmRow[] = []
  for (const other of found)
    if (other.toMs > fromMs && isLooseFor(other, row) && !isLongerThan(other, days))
      young.push(other)
  return young.sort(compareRows)
}

/** An episode of attacks on one place, which needs no area. */
function openedAtPlace(
  row: HarmRow,
  rows: NearHarm,
  untilMs: number,
  parameters: RepeatVictimisationParameters
): Opening | null {
  const { windowDays, incidentsMin, placeKm } = parameters
  if (isLongerThan(row, windowDays)) return null
  const { places, fromMs } = row
  for (const place of places) {
    const spot = places.length === 1 ? row : spotOf([place], placeKm)
    // What the window contains began at most as long before it as it may last.
    const found = rows.at(spot, fromMs - 2 * windowDays * dayMs, untilMs)
    if (found.length + 1 < incidentsMin) continue
    const earlier = inWindow(found, row, windowDays)
    if (earlier.length + 1 < incidentsMin) continue
    const id = place.settlement
    const area = place.admin1 === null ? {} : { admin1: place.admin1 }
    const group = {
      ...area,
      settlement: nameOfPlace(place),
      ...(id === null ? {} : { settlementId: id })
    }
    const all = [...earlier, row].map(({ incident }) => incident)
    return {
      entered: 'place',
      group,
      earlier,
      places: [place],
      perpetrators: sharedPerpetrators(all, parameters)
    }
  }
  return null
}

/**
 * An episode of places that are certainly different, all hit by one perpetrator; an incident that
 * names two villages hits both.
 */
function openedByActor(
  row: HarmRow,
  rows: NearHarm,
  untilMs: number,
  parameters: RepeatVictimisationParameters
): Opening | null {
  const { incident, fromMs } = row
  const { areaWindowDays, genericActors } = parameters
  if (row.actors.length === 0 || isLongerThan(row, areaWindowDays)) return null
  const actors = namedPerpetrators(incident, genericActors)
  for (const admin1 of areasOf(incident)) {
    const own = settlementsOf([incident], admin1, parameters)
    if (own.length === 0) continue
    const byActor = actors.flatMap(actor => {
      const found = rows.by(
        [keyIn(admin1, actor.key)],
        fromMs - 2 * areaWindowDays * dayMs,
        untilMs
      )
      const theirs = inWindow(found, row, areaWindowDays)
      const incidents = [incident, ...theirs.map(other => other.incident).reverse()]
      const settlements = theirs.length === 0 ? own : settlementsOf(incidents, admin1, parameters)
      return settlements.length >= parameters.settlementsMin ? [{ actor, theirs, settlements }] : []
    })
    const [first] = byActor
    if (first === undefined) continue
    // Perpetrators of the same incidents are named together.
    const perpetrators = byActor
      .filter(
        b =>
          b.settlements.length === first.settlements.length &&
          b.theirs.length === first.theirs.length
      )
      .map(b => b.actor)
    const group = { admin1, perpetrator: perpetrators.map(a => a.name).join(', ') }
    return {
      entered: 'perpetrator',
      group,
      earlier: first.theirs,
      places: first.settlements,
      perpetrators
    }
  }
  return null
}

/**
 * Perpetrators named in at least two of them: a single mention does not identify the perpetrator of
 * an episode.
 */
function sharedPerpetrators(
  incidents: readonly Incident[],
  { genericActors }: RepeatVictimisationParameters
): readonly NamedActor[] {
  const lists = incidents.map(i => namedPerpetrators(i, genericActors))
  return named(lists.flat().map(a => a.name)).filter(
    ({ key }) => lists.filter(list => list.some(a => a.key === key)).length > 1
  )
}
