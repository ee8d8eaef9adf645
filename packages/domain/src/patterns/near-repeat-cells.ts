// What near repeats are made of: attacks that no story has taken yet, by grid cell, with each cell's own rate; and when two of them are related.

import { dayMs } from '../event-time.ts'
import { cellOf, cellsAround, distanceKm, kmPerDegree, type Point } from '../geometry.ts'
import { compareIncidents, type Incident, placesOf } from '../incident.ts'
import type { ParameterTable } from '../pattern.ts'
import { type CellRings, inCell, withCell } from './cell-rings.ts'
import { genericActorsParameter, namedPerpetrators } from './named-perpetrators.ts'

export interface NearRepeatParameters {
  readonly radiusKm: number
  readonly windowDays: number
  readonly explosionKm: number
  readonly explosionDays: number
  readonly incidentsMin: number
  readonly quietDays: number
  readonly hotRate: number
  readonly rateDays: number
  readonly longestDays: number
  readonly genericActors: readonly string[]
}

/** An attack that no story has taken yet. */
interface Loose {
  readonly lat: number
  readonly lon: number
  readonly incident: Incident
}

export interface Cell {
  /** In order of the fold; those of the last window, at most `looseMax`. */
  readonly loose: readonly Loose[]
  /** Attacks by window since the epoch, in order: the cell's own rate. */
  readonly counts: readonly (readonly [window: number, count: number])[]
  readonly lastMs: number
}

/** As wide as the radius is by default: nine cells hold all that is near. */
export const cellDegrees = 0.2
/** Attacks of one cell that wait for others: more than make a story of any setting in use. */
const looseMax = 24
export const nearRepeatParameters: ParameterTable<NearRepeatParameters> = {
  radiusKm: { default: 20, unit: 'km', meaning: 'how near a repeat is', source: 'patterns, 7; PMC6800342', max: 100 },
  windowDays: {
    default: 28,
    unit: 'days',
    meaning: 'attacks so far apart make a repeat',
    source: 'patterns, 7; PMC6800342: 4 to 10 weeks',
    min: 1,
    max: 365
  },
  explosionKm: {
    default: 1,
    unit: 'km',
    meaning: 'how near an explosion repeats',
    source: 'patterns, 7; Townsley 2008',
    max: 100
  },
  explosionDays: {
    default: 2,
    unit: 'days',
    meaning: 'explosions so far apart make a repeat',
    source: 'patterns, 7; Townsley 2008',
    max: 365
  },
  incidentsMin: { default: 3, unit: 'incidents', meaning: 'attacks that make it', source: 'patterns, 7', min: 2, max: 20 },
  quietDays: { default: 70, unit: 'days', meaning: 'quiet that ends it', source: 'patterns, 7', min: 1, max: 365 },
  hotRate: {
    default: 1,
    unit: 'incidents per window',
    meaning: "a cell's own rate in the past above which a repeat there says nothing",
    source: 'decision: as the hot cells of patterns, 6'
  },
  rateDays: {
    default: 364,
    unit: 'days',
    meaning: 'the past that this rate is of',
    source: 'as patterns, 2',
    min: 1,
    max: 3660
  },
  longestDays: {
    default: 365,
    unit: 'days',
    meaning: 'age at which it ends although it goes on: it is the usual there',
    source: 'decision: a hot cell must not keep it open for ever',
    min: 1
  },
  genericActors: genericActorsParameter
}

export function isExplosion(incident: Incident): boolean {
  return incident.category === 'explosion' || incident.tactics.includes('ied')
}

export function reachOf(explosion: boolean, parameters: NearRepeatParameters): { readonly km: number; readonly days: number } {
  return explosion
    ? { km: parameters.explosionKm, days: parameters.explosionDays }
    : { km: parameters.radiusKm, days: parameters.windowDays }
}

/** Places sharp enough for the distance. */
export function pointsOf(incident: Incident, parameters: NearRepeatParameters): readonly Point[] {
  const { km } = reachOf(isExplosion(incident), parameters)
  return placesOf(incident).flatMap(({ lat, lon, radiusKm }) =>
    lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= km ? [{ lat, lon }] : []
  )
}

export function isNear(a: Point, b: Point, km: number): boolean {
  return Math.abs(a.lat - b.lat) * kmPerDegree <= km && distanceKm(a, b) <= km
}

function isRelated(a: Incident, b: Incident, { genericActors }: NearRepeatParameters): boolean {
  if (isExplosion(a) !== isExplosion(b)) return false
  if (isExplosion(a) || a.category === b.category) return true
  const others = namedPerpetrators(b, genericActors)
  return namedPerpetrators(a, genericActors).some(({ key }) => others.some(other => other.key === key))
}

/** What no story has taken, near one point and young enough. In order of the fold. */
export function nearOf(
  cells: CellRings<Cell>,
  point: Point,
  incident: Incident,
  parameters: NearRepeatParameters
): readonly Incident[] {
  const { km, days } = reachOf(isExplosion(incident), parameters)
  const found = new Map<string, Incident>()
  for (const cell of cellsAround(point, cellDegrees, km)) {
    for (const other of inCell(cells, cell)?.loose ?? []) {
      if (other.incident.toMs <= incident.fromMs - days * dayMs || other.incident.id === incident.id) continue
      if (isNear(point, other, km) && isRelated(incident, other.incident, parameters))
        found.set(other.incident.id, other.incident)
    }
  }
  return found.size < 2 ? [...found.values()] : [...found.values()].sort(compareIncidents)
}

const nothing: Cell = { loose: [], counts: [], lastMs: 0 }

function windowOf(ms: number, parameters: NearRepeatParameters): number {
  return Math.floor(ms / (parameters.windowDays * dayMs))
}

function windowsOfRate({ rateDays, windowDays }: NearRepeatParameters): number {
  return Math.max(1, Math.floor(rateDays / windowDays))
}

/** Three within a window are a matter of course where the cell's own rate of the windows before it is so high. */
export function isHot(cells: CellRings<Cell>, point: Point, incident: Incident, parameters: NearRepeatParameters): boolean {
  const now = windowOf(incident.fromMs, parameters)
  const windows = windowsOfRate(parameters)
  const { days } = reachOf(isExplosion(incident), parameters)
  let past = 0
  for (const [window, count] of (inCell(cells, cellOf(point, cellDegrees)) ?? nothing).counts) {
    if (window >= now - 1 - windows && window < now - 1) past += count
  }
  return (past / windows) * (days / parameters.windowDays) > parameters.hotRate
}

/** The cells with one attack more; it waits for others there where no story has taken it. */
export function withAttack(
  cells: CellRings<Cell>,
  points: readonly Point[],
  incident: Incident,
  isLoose: boolean,
  parameters: NearRepeatParameters
): CellRings<Cell> {
  const now = windowOf(incident.fromMs, parameters)
  const oldest = now - 1 - windowsOfRate(parameters)
  const youngFromMs = incident.fromMs - Math.max(parameters.windowDays, parameters.explosionDays) * dayMs
  const isOfUse = (cell: Cell) => cell.lastMs > youngFromMs || (cell.counts.at(-1)?.[0] ?? oldest - 1) >= oldest
  const hit = points.map(point => cellOf(point, cellDegrees))
  return [...new Set(hit)].reduce((all, name) => {
    const cell = inCell(all, name) ?? nothing
    const mine = isLoose ? points.filter((_, i) => hit[i] === name).map(({ lat, lon }) => ({ lat, lon, incident })) : []
    const counts = cell.counts.filter(([window]) => window >= oldest && window !== now)
    const before = cell.counts.find(([window]) => window === now)?.[1] ?? 0
    const next: Cell = {
      loose: [...cell.loose.filter(l => l.incident.toMs > youngFromMs), ...mine].slice(-looseMax),
      counts: [...counts, [now, before + 1]],
      lastMs: Math.max(cell.lastMs, incident.toMs)
    }
    return withCell(all, name, next, isOfUse)
  }, cells)
}

export function withoutLoose(cells: CellRings<Cell>, member: Incident, parameters: NearRepeatParameters): CellRings<Cell> {
  const names = new Set(pointsOf(member, parameters).map(point => cellOf(point, cellDegrees)))
  return [...names].reduce((all, name) => {
    const cell = inCell(all, name)
    if (cell === undefined) return all
    return withCell(all, name, { ...cell, loose: cell.loose.filter(l => l.incident.id !== member.id) }, () => true)
  }, cells)
}
