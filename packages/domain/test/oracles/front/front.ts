// Front: attacks that are dense in space and time (incremental ST-DBSCAN). An incident with enough
// neighbours is a core; cores that are neighbours form one front. A front grows, merges with
// others, and ends when its last member has aged out and nothing came during the hold.

import type { NearMiss } from '../../../src/detection/near-miss.ts'
import type { Pattern } from '../../../src/detection/pattern.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import {
  compareIncidents,
  type Incident,
  type IncidentPlace,
  placesOf
} from '../../../src/incident/incident.ts'
import { notEndedBefore } from '../../../src/patterns/episode/prune-ended.ts'
import { front as frontNow } from '../../../src/patterns/front/front.ts'
import { attackCategories } from '../../../src/report/report.ts'
import { dayMs, isLongerThan } from '../../../src/space-time/event-time.ts'
import { cellOf, type Point } from '../../../src/space-time/geometry.ts'
import { concatCache } from '../list-caches.ts'
import { tableOf } from '../pattern-table.ts'
import { type CellTimes, countIn, noCellTimes, withTime } from './cell-times.ts'
import {
  claimsOn,
  coresOf,
  frontAt,
  incidentsAt,
  inFront,
  isCore,
  lastAt,
  type MemberAt,
  type Members,
  membersAfter,
  neededAt,
  neighboursAt,
  neighboursOf,
  tidied,
  together,
  withMember
} from './front-members.ts'
import {
  type Attack,
  born,
  cellDegrees,
  closesAtMs,
  describeEnded,
  describeOpen,
  type Front,
  groupOf,
  joined
} from './front-story.ts'

const _source = 'patterns.md#front'

export interface FrontParameters {
  readonly epsilonKm: number
  readonly epsilonDays: number
  readonly minPoints: number
  readonly minPointsHot: number
  readonly hotRate: number
  readonly holdDays: number
}

interface FrontState {
  /** Attacks that may still be neighbours of the next one, or of its neighbours. */
  readonly members: Members
  /** Times of the last year's incidents by grid cell, for a cell's own rate. */
  readonly history: CellTimes
  readonly open: readonly Front[]
  readonly closed: readonly Finding[]
}

/** The span before the window from which a cell's own rate is computed, days. */
const rateDays = 364

export const front: Pattern<FrontParameters, FrontState> = {
  ...tableOf(frontNow),
  placeNeeds: ({ category }, { epsilonKm }) =>
    attackCategories.has(category) ? [{ withinKm: epsilonKm }] : [],
  scopesOf: incident =>
    attackCategories.has(incident.category) ? [incident.drill ? 'drill' : 'theatre'] : [],
  initial: () => ({ members: [], history: noCellTimes, open: [], closed: [] }),
  step: (state, incident, parameters) => {
    const current = closeWhenDue(state, incident.fromMs, parameters)
    // An interval longer than the window is nobody's neighbour for certain.
    const isDated = !isLongerThan(incident, parameters.epsilonDays)
    const points = incident.passesGrade && isDated ? pointsOf(incident, parameters) : []
    if (points.length === 0) return current
    const cell = cellOfIncident(incident)
    const { epsilonDays } = parameters
    const history = withTime(
      current.history,
      cell,
      incident.fromMs,
      incident.fromMs - (rateDays + epsilonDays) * dayMs
    )
    // Twice the distance in time between neighbours: the neighbours of a core join its front when
    // it begins.
    const afterMs = incident.fromMs - 2 * epsilonDays * dayMs
    const known = tidied(current.members, incident.fromMs - 4 * epsilonDays * dayMs)
    const near = neighboursOf(known, incident, points, afterMs, parameters)
    const members = withMember(
      known,
      incident,
      points,
      neededFor(incident, history, cell, parameters),
      near
    )
    const next = arrived({ ...current, history, members }, near, afterMs, parameters)
    return { ...next, members: together(next.members, near) }
  },
  findings: (state, horizonMs, parameters) => {
    const { open, closed } = closeWhenDue(state, horizonMs, parameters)
    if (open.length === 0) return closed
    return withOpen(
      closed,
      open.map(f => describeOpen(f, parameters))
    )
  },
  nearly: ({ members }, horizonMs, parameters) => nearFronts(members, horizonMs, parameters),
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    let next: number | null = null
    for (const f of open) {
      const ms = closesAtMs(f, parameters)
      if (ms > horizonMs && (next === null || ms < next)) next = ms
    }
    return next
  },
  forget: (state, beforeMs) => {
    const closed = notEndedBefore(state.closed, beforeMs)
    return closed === state.closed ? state : { ...state, closed }
  }
}

const withOpen = concatCache<Finding>()

/** Places precise enough for the distance; a centroid of an area is not. */
function pointsOf(incident: Incident, parameters: FrontParameters): Point[] {
  return placesOf(incident).filter(
    (p): p is IncidentPlace & Point =>
      p.lat !== null && p.lon !== null && (p.radiusKm ?? Infinity) <= parameters.epsilonKm
  )
}

function cellOfIncident(incident: Incident): string {
  return cellOf({ lat: incident.place.lat ?? 0, lon: incident.place.lon ?? 0 }, cellDegrees)
}

/** Neighbours that a core needs: one more if three are usual at the cell's own rate. */
function neededFor(
  { fromMs }: Incident,
  history: CellTimes,
  cell: string,
  parameters: FrontParameters
): number {
  const beforeMs = fromMs - parameters.epsilonDays * dayMs
  const past = countIn(history, cell, beforeMs - rateDays * dayMs, beforeMs)
  return past * (parameters.epsilonDays / rateDays) > parameters.hotRate
    ? parameters.minPointsHot
    : parameters.minPoints
}

/**
 * The state after the last member, given its neighbours: it may make a front, join one, or merge
 * several.
 */
function arrived(
  state: FrontState,
  near: readonly MemberAt[],
  afterMs: number,
  parameters: FrontParameters
): FrontState {
  const { members, open } = state
  const self = lastAt(members)
  const { first, fresh: drawing, densest } = coresOf(members, near, self)
  if (first === null) return state
  // Members that became cores just now take in their neighbours; earlier cores already have.
  const others = drawing.filter(core => core !== self)
  const around = drawing.length > others.length ? [self, ...near] : [self]
  const component =
    others.length === 0
      ? around
      : [
          ...new Set([
            ...around,
            ...others,
            ...others.flatMap(core => neighboursOfMember(members, core, afterMs, parameters))
          ])
        ]
  // Cores connect fronts, border members do not. A border member of several fronts joins that of
  // its oldest core.
  const { fronts, unclaimed } = claimsOn(members, component)
  const ids = drawing.length === 0 ? new Set([frontAt(members, first)]) : fronts
  const touched = open.filter(f => ids.has(f.id))
  const fresh = unclaimed
    .flatMap(at => attacksAt(members, at, parameters))
    .sort((a, b) => compareIncidents(a.incident, b.incident))
  const [{ incident }] = attacksAt(members, self, parameters)
  const thresholds = () =>
    unclaimed.filter(at => isCore(members, at)).map(at => neededAt(members, at))
  const counted = () => {
    const densestCores = [...near, self].filter(
      at => isCore(members, at) && neighboursAt(members, at) === densest
    )
    const all = densestCores.flatMap(core =>
      neighboursOfMember(members, core, Number.NEGATIVE_INFINITY, parameters)
    )
    return [...new Set([...all, self])]
      .flatMap(at => incidentsAt(members, at))
      .sort(compareIncidents)
  }
  const density = { densest, counted }
  const grown =
    touched.length === 0
      ? born(fresh, incident, Math.min(...thresholds()), density)
      : joined(touched, fresh, incident, density)
  const merged = new Set(touched.map(f => f.id))
  return {
    ...state,
    members: inFront(members, unclaimed, grown.id, merged),
    open: withFront(open, merged, grown)
  }
}

function attacksAt(
  members: Members,
  at: MemberAt,
  parameters: FrontParameters
): readonly [Attack, ...Attack[]] {
  const attackOf = (incident: Incident) => ({ incident, points: pointsOf(incident, parameters) })
  const [first, ...others] = incidentsAt(members, at).map(attackOf)
  return [first as Attack, ...others]
}

function neighboursOfMember(
  members: Members,
  at: MemberAt,
  afterMs: number,
  parameters: FrontParameters
): readonly MemberAt[] {
  const [{ incident, points }] = attacksAt(members, at, parameters)
  return neighboursOf(members, incident, points, afterMs, parameters)
}

/** The open fronts with `grown` in place of those that it merged, in order of their beginning. */
function withFront(
  open: readonly Front[],
  merged: ReadonlySet<string>,
  grown: Front
): readonly Front[] {
  const at = merged.size === 1 ? open.findIndex(f => f.id === grown.id) : -1
  if (at !== -1) return open.with(at, grown)
  return [...open.filter(f => !merged.has(f.id)), grown].sort(
    (a, b) => a.told.bornMs - b.told.bornMs || (a.id < b.id ? -1 : 1)
  )
}

function closeWhenDue(state: FrontState, nowMs: number, parameters: FrontParameters): FrontState {
  if (!state.open.some(f => closesAtMs(f, parameters) <= nowMs)) return state
  const due = state.open.filter(f => closesAtMs(f, parameters) <= nowMs)
  const ended = due.map(f => describeEnded(f, parameters))
  return {
    ...state,
    open: state.open.filter(f => !due.includes(f)),
    closed: [...state.closed, ...ended]
  }
}

/** Near misses: attacks in no front that lack one neighbour to be cores. */
function nearFronts(
  members: Members,
  horizonMs: number,
  parameters: FrontParameters
): readonly NearMiss[] {
  const { epsilonDays, epsilonKm } = parameters
  const youngAfterMs = horizonMs - epsilonDays * dayMs
  const misses = new Map<string, NearMiss>()
  for (const at of membersAfter(members, youngAfterMs)) {
    const [value, threshold] = [neighboursAt(members, at), neededAt(members, at)]
    if (frontAt(members, at) !== null || value !== threshold - 1) continue
    const [attack] = attacksAt(members, at, parameters)
    const near = neighboursOf(
      members,
      attack.incident,
      attack.points,
      Number.NEGATIVE_INFINITY,
      parameters
    )
    const incidents = near.flatMap(other => incidentsAt(members, other)).sort(compareIncidents)
    misses.set(incidents.map(i => i.id).join(' '), {
      group: groupOf(attack),
      measure: {
        name: `incidents within ${epsilonKm} km and ${epsilonDays} days`,
        value,
        threshold,
        baseline: null
      },
      lacks: '1 more attack',
      incidents
    })
  }
  return [...misses.values()]
}
