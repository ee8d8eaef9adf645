// Front: attacks that lie densely in space and time (ST-DBSCAN, kept incrementally). An incident with enough neighbours is a core; cores that
// touch are one front. A front grows, merges with another, and ends when its last member has aged out and nothing came for the hold.

import type { NearMiss, Pattern } from '../../detection/pattern.ts'
import type { Finding } from '../../finding/finding.ts'
import { compareIncidents, type Incident, type IncidentPlace, placesOf } from '../../incident/incident.ts'
import { attackCategories } from '../../report/report.ts'
import { dayMs, isLongerThan } from '../../space-time/event-time.ts'
import { cellOf, type Point } from '../../space-time/geometry.ts'
import { joinsLast } from '../episode/last-made.ts'
import { endedSince } from '../episode/since.ts'
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

const source = 'patterns.md#front'

export interface FrontParameters {
  readonly epsilonKm: number
  readonly epsilonDays: number
  readonly minPoints: number
  readonly minPointsHot: number
  readonly hotRate: number
  readonly holdDays: number
}

interface FrontState {
  /** Attacks young enough to be neighbours of the next, or of its neighbours. */
  readonly members: Members
  /** Times of the last year's incidents by grid cell: a cell's own rate. */
  readonly history: CellTimes
  readonly open: readonly Front[]
  readonly closed: readonly Finding[]
}

/** The span over which a cell's own rate is taken, before the window. */
const rateDays = 364

export const front: Pattern<FrontParameters, FrontState> = {
  id: 'front',
  parameters: {
    epsilonKm: { default: 20, unit: 'km', meaning: 'neighbours lie within this distance', source },
    epsilonDays: { default: 14, unit: 'days', meaning: 'and within this time', source },
    minPoints: { default: 3, unit: 'incidents', meaning: 'neighbours that make a core, itself counted', source },
    minPointsHot: { default: 4, unit: 'incidents', meaning: 'the same where the cell is hot', source },
    hotRate: { default: 0.5, unit: 'incidents per window', meaning: "a cell's own rate above which it is hot", source },
    holdDays: {
      default: 7,
      unit: 'days',
      meaning: 'how long it stays after its last member has aged out',
      source: 'decision 0006'
    }
  },
  examples: [
    {
      name: 'three attacks within 20 km and two weeks are a front',
      given: [
        { at: '2025-03-01', category: 'attack', lat: 14.0, lon: -5.0 },
        { at: '2025-03-05', category: 'ambush', lat: 14.05, lon: -5.05 },
        { at: '2025-03-09', category: 'explosion', lat: 14.1, lon: -5.0 }
      ],
      horizon: '2025-03-10',
      expect: [{ group: { cell: '70:-25' }, level: 1, open: true }]
    },
    {
      name: 'three attacks three weeks apart are none',
      given: [
        { at: '2025-03-01', category: 'attack', lat: 14.0, lon: -5.0 },
        { at: '2025-03-22', category: 'attack', lat: 14.05, lon: -5.05 },
        { at: '2025-04-12', category: 'attack', lat: 14.1, lon: -5.0 }
      ],
      horizon: '2025-04-13',
      expect: []
    }
  ],
  placeNeeds: ({ category }, { epsilonKm }) => (attackCategories.has(category) ? [{ withinKm: epsilonKm }] : []),
  scopesOf: incident => (attackCategories.has(incident.category) ? [incident.drill ? 'drill' : 'theatre'] : []),
  initial: () => ({ members: [], history: noCellTimes, open: [], closed: [] }),
  step: (state, incident, parameters) => {
    const current = closeWhenDue(state, incident.fromMs, parameters)
    // What may have been on any day of a longer span is nobody's neighbour for certain.
    const isDated = !isLongerThan(incident, parameters.epsilonDays)
    const points = incident.passesGrade && isDated ? pointsOf(incident, parameters) : []
    if (points.length === 0) return current
    const cell = cellOfIncident(incident)
    const { epsilonDays } = parameters
    const history = withTime(current.history, cell, incident.fromMs, incident.fromMs - (rateDays + epsilonDays) * dayMs)
    // Twice as long as neighbours may lie apart: what made a core is part of its front when the front is born.
    const afterMs = incident.fromMs - 2 * epsilonDays * dayMs
    const known = tidied(current.members, afterMs)
    const near = neighboursOf(known, incident, points, afterMs, parameters)
    const members = withMember(known, incident, points, neededFor(incident, history, cell, parameters), near)
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
    const closed = endedSince(state.closed, beforeMs)
    return closed === state.closed ? state : { ...state, closed }
  }
}

const withOpen = joinsLast<Finding>()

/** Places sharp enough for the distance: centroids of areas are no points. */
function pointsOf(incident: Incident, parameters: FrontParameters): Point[] {
  return placesOf(incident).filter(
    (p): p is IncidentPlace & Point => p.lat !== null && p.lon !== null && (p.radiusKm ?? Infinity) <= parameters.epsilonKm
  )
}

function cellOfIncident(incident: Incident): string {
  return cellOf({ lat: incident.place.lat ?? 0, lon: incident.place.lon ?? 0 }, cellDegrees)
}

/** Neighbours that a core needs: one more where the cell's own rate would make three a matter of course. */
function neededFor({ fromMs }: Incident, history: CellTimes, cell: string, parameters: FrontParameters): number {
  const beforeMs = fromMs - parameters.epsilonDays * dayMs
  const past = countIn(history, cell, beforeMs - rateDays * dayMs, beforeMs)
  return past * (parameters.epsilonDays / rateDays) > parameters.hotRate ? parameters.minPointsHot : parameters.minPoints
}

/** The state after the last member has come, with its neighbours: it may make a front, join one, or join several into one. */
function arrived(state: FrontState, near: readonly MemberAt[], afterMs: number, parameters: FrontParameters): FrontState {
  const { members, open } = state
  const self = lastAt(members)
  const { first, fresh: drawing, densest } = coresOf(members, near, self)
  if (first === null) return state
  // Those that are cores since now draw in their neighbours; the others have done so before.
  const others = drawing.filter(core => core !== self)
  const around = drawing.length > others.length ? [self, ...near] : [self]
  const component =
    others.length === 0
      ? around
      : [...new Set([...around, ...others, ...others.flatMap(core => neighboursOfMember(members, core, afterMs, parameters))])]
  // Cores hold fronts together, edges do not. At the edge of several it goes to the eldest core's.
  const { fronts, unclaimed } = claimsOn(members, component)
  const ids = drawing.length === 0 ? new Set([frontAt(members, first)]) : fronts
  const touched = open.filter(f => ids.has(f.id))
  const fresh = unclaimed
    .flatMap(at => attacksAt(members, at, parameters))
    .sort((a, b) => compareIncidents(a.incident, b.incident))
  const [{ incident }] = attacksAt(members, self, parameters)
  const thresholds = () => unclaimed.filter(at => isCore(members, at)).map(at => neededAt(members, at))
  const grown =
    touched.length === 0 ? born(fresh, incident, Math.min(...thresholds()), densest) : joined(touched, fresh, incident, densest)
  const merged = new Set(touched.map(f => f.id))
  return { ...state, members: inFront(members, unclaimed, grown.id, merged), open: withFront(open, merged, grown) }
}

function attacksAt(members: Members, at: MemberAt, parameters: FrontParameters): readonly [Attack, ...Attack[]] {
  const attackOf = (incident: Incident) => ({ incident, points: pointsOf(incident, parameters) })
  const [first, ...others] = incidentsAt(members, at).map(attackOf)
  return [first as Attack, ...others]
}

function neighboursOfMember(members: Members, at: MemberAt, afterMs: number, parameters: FrontParameters): readonly MemberAt[] {
  const [{ incident, points }] = attacksAt(members, at, parameters)
  return neighboursOf(members, incident, points, afterMs, parameters)
}

/** The open fronts with one in the place of others, in order of their births. */
function withFront(open: readonly Front[], merged: ReadonlySet<string>, grown: Front): readonly Front[] {
  const at = merged.size === 1 ? open.findIndex(f => f.id === grown.id) : -1
  if (at !== -1) return open.with(at, grown)
  return [...open.filter(f => !merged.has(f.id)), grown].sort((a, b) => a.told.bornMs - b.told.bornMs || (a.id < b.id ? -1 : 1))
}

function closeWhenDue(state: FrontState, nowMs: number, parameters: FrontParameters): FrontState {
  if (!state.open.some(f => closesAtMs(f, parameters) <= nowMs)) return state
  const due = state.open.filter(f => closesAtMs(f, parameters) <= nowMs)
  const ended = due.map(f => describeEnded(f, parameters))
  return { ...state, open: state.open.filter(f => !due.includes(f)), closed: [...state.closed, ...ended] }
}

/** Attacks in no front that one neighbour more would make cores. */
function nearFronts(members: Members, horizonMs: number, parameters: FrontParameters): readonly NearMiss[] {
  const { epsilonDays, epsilonKm } = parameters
  const youngAfterMs = horizonMs - epsilonDays * dayMs
  const misses = new Map<string, NearMiss>()
  for (const at of membersAfter(members, youngAfterMs)) {
    const [value, threshold] = [neighboursAt(members, at), neededAt(members, at)]
    if (frontAt(members, at) !== null || value !== threshold - 1) continue
    const [attack] = attacksAt(members, at, parameters)
    const near = neighboursOf(members, attack.incident, attack.points, Number.NEGATIVE_INFINITY, parameters)
    const incidents = near.flatMap(other => incidentsAt(members, other)).sort(compareIncidents)
    misses.set(incidents.map(i => i.id).join(' '), {
      group: groupOf(attack),
      measure: { name: `incidents within ${epsilonKm} km and ${epsilonDays} days`, value, threshold, baseline: null },
      lacks: '1 attack more',
      incidents
    })
  }
  return [...misses.values()]
}
