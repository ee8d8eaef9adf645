// The input of near repeats: attacks that are in no episode yet, by grid cell, with each cell's own
// rate; and when two attacks are related.

import { compareIncidents, type Incident, placesOf } from '../../../src/incident/incident.ts'
import { namedPerpetrators } from '../../../src/patterns/episode/named-perpetrators.ts'
import { isWithin, reachAround } from '../../../src/patterns/episode/reach.ts'
import type { NearRepeatParameters } from '../../../src/patterns/near-repeat/near-repeat-parameters.ts'
import { dayMs } from '../../../src/space-time/event-time.ts'
import { cellOf, cellsAround, type Point } from '../../../src/space-time/geometry.ts'
import { type CellRings, inCell, withCell } from './cell-rings.ts'

/** An attack that is in no episode yet. */
interface Loose {
  readonly lat: number
  readonly lon: number
  readonly incident: Incident
  /** Keys of its identified perpetrators. */
  readonly actors: readonly string[]
}

export interface Cell {
  /** In order of the fold; those of the last two windows. */
  readonly loose: readonly Loose[]
  /** Attacks by window since the epoch, in order, for the cell's own rate. */
  readonly counts: readonly (readonly [window: number, count: number])[]
  readonly lastMs: number
}

/** As wide as the default radius: nine cells contain everything near. */
export const cellDegrees = 0.2
export function isExplosion(incident: Incident): boolean {
  return incident.category === 'explosion' || incident.tactics.includes('ied')
}

export function reachOf(
  explosion: boolean,
  parameters: NearRepeatParameters
): { readonly km: number; readonly days: number } {
  return explosion
    ? { km: parameters.explosionKm, days: parameters.explosionDays }
    : { km: parameters.radiusKm, days: parameters.windowDays }
}

/** Places precise enough for the distance. */
export function pointsOf(incident: Incident, parameters: NearRepeatParameters): readonly Point[] {
  const { km } = reachOf(isExplosion(incident), parameters)
  return placesOf(incident).flatMap(({ lat, lon, radiusKm }) =>
    lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= km
      ? [{ lat, lon }]
      : []
  )
}

/**
 * Of related attacks, those of its kind or those by one of its actors, whichever are more: two of
 * its kind and two by its actor are not four.
 */
function mostAlike(
  incident: Incident,
  related: readonly Incident[],
  parameters: NearRepeatParameters
): readonly Incident[] {
  if (isExplosion(incident)) return related
  const ofKind = related.filter(other => other.category === incident.category)
  if (ofKind.length === related.length) return related
  const byActor = keysOf(incident, parameters).map(key =>
    related.filter(other => keysOf(other, parameters).includes(key))
  )
  return byActor.reduce((most, theirs) => (theirs.length > most.length ? theirs : most), ofKind)
}

/**
 * Attacks in no episode near one point, within the window, of the same kind or by the same actor.
 * In order of the fold.
 */
export function nearOf(
  cells: CellRings<Cell>,
  point: Point,
  incident: Incident,
  parameters: NearRepeatParameters
): readonly Incident[] {
  const explosion = isExplosion(incident)
  const { km, days } = reachOf(explosion, parameters)
  const reach = reachAround(point, km)
  const youngAfterMs = incident.fromMs - days * dayMs
  const actors = explosion ? [] : keysOf(incident, parameters)
  const found: Incident[] = []
  for (const cell of cellsAround(point, cellDegrees, km)) {
    const loose = inCell(cells, cell)?.loose
    if (loose === undefined) continue
    for (const { incident: other, actors: theirs, lat, lon } of loose) {
      if (
        other.toMs <= youngAfterMs ||
        other.id === incident.id ||
        isExplosion(other) !== explosion
      )
        continue
      if (
        !explosion &&
        other.category !== incident.category &&
        !actors.some(key => theirs.includes(key))
      )
        continue
      if (isWithin(reach, lat, lon) && !found.some(({ id }) => id === other.id)) found.push(other)
    }
  }
  return mostAlike(incident, found.length < 2 ? found : found.sort(compareIncidents), parameters)
}

function keysOf(incident: Incident, { genericActors }: NearRepeatParameters): readonly string[] {
  return namedPerpetrators(incident, genericActors).map(({ key }) => key)
}

const nothing: Cell = { loose: [], counts: [], lastMs: 0 }

function windowOf(ms: number, parameters: NearRepeatParameters): number {
  return Math.floor(ms / (parameters.windowDays * dayMs))
}

function windowsOfRate({ rateDays, windowDays }: NearRepeatParameters): number {
  return Math.max(1, Math.floor(rateDays / windowDays))
}

/** True if the cell's own rate in the windows before makes three within a window usual. */
export function isHot(
  cells: CellRings<Cell>,
  point: Point,
  incident: Incident,
  parameters: NearRepeatParameters
): boolean {
  const now = windowOf(incident.fromMs, parameters)
  const windows = windowsOfRate(parameters)
  const { days } = reachOf(isExplosion(incident), parameters)
  let past = 0
  for (const [window, count] of (inCell(cells, cellOf(point, cellDegrees)) ?? nothing).counts) {
    if (window >= now - 1 - windows && window < now - 1) past += count
  }
  return (past / windows) * (days / parameters.windowDays) > parameters.hotRate
}

/** The cells with one more attack; it is kept for others if it is in no episode. */
export function withAttack(
  cells: CellRings<Cell>,
  points: readonly Point[],
  incident: Incident,
  isLoose: boolean,
  parameters: NearRepeatParameters
): CellRings<Cell> {
  const now = windowOf(incident.fromMs, parameters)
  // Twice as much as the next in order can see: one that comes late may begin before what is in the
  // base.
  const seenDays = Math.max(parameters.windowDays, parameters.explosionDays)
  const oldest = now - 1 - windowsOfRate(parameters) - Math.ceil(seenDays / parameters.windowDays)
  const youngFromMs = incident.fromMs - 2 * seenDays * dayMs
  const isOfUse = (cell: Cell) =>
    cell.lastMs > youngFromMs || (cell.counts.at(-1)?.[0] ?? oldest - 1) >= oldest
  const actors = isLoose ? keysOf(incident, parameters) : []
  const hit = points.map(point => cellOf(point, cellDegrees))
  return uniqueOf(hit).reduce((all, name) => {
    const { loose, counts, lastMs } = inCell(all, name) ?? nothing
    const mine = isLoose
      ? points
          .filter((_, i) => hit[i] === name)
          .map(({ lat, lon }) => ({ lat, lon, incident, actors }))
      : noneLoose
    const next: Cell = {
      loose: mine.length === 0 && loose.length === 0 ? loose : youngest(loose, mine, youngFromMs),
      counts: withOne(counts, now, oldest),
      lastMs: Math.max(lastMs, incident.toMs)
    }
    return withCell(all, name, next, isOfUse)
  }, cells)
}

const noneLoose: readonly Loose[] = []

function youngest(
  loose: readonly Loose[],
  more: readonly Loose[],
  afterMs: number
): readonly Loose[] {
  const young = loose.every(l => l.incident.toMs > afterMs)
    ? loose
    : loose.filter(l => l.incident.toMs > afterMs)
  return more.length === 0 ? young : [...young, ...more]
}

function withOne(counts: Cell['counts'], now: number, oldest: number): Cell['counts'] {
  const kept = counts.filter(([window]) => window >= oldest && window !== now)
  const before = counts.find(([window]) => window === now)?.[1] ?? 0
  kept.push([now, before + 1])
  return kept
}

function uniqueOf(names: readonly string[]): readonly string[] {
  return names.length < 2 ? names : [...new Set(names)]
}

export function withoutLoose(
  cells: CellRings<Cell>,
  member: Incident,
  parameters: NearRepeatParameters
): CellRings<Cell> {
  const names = uniqueOf(pointsOf(member, parameters).map(point => cellOf(point, cellDegrees)))
  return names.reduce((all, name) => {
    const cell = inCell(all, name)
    if (cell === undefined) return all
    return withCell(
      all,
      name,
      { ...cell, loose: cell.loose.filter(l => l.incident.id !== member.id) },
      () => true
    )
  }, cells)
}
