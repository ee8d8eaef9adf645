// Front: attacks that lie densely in space and time (ST-DBSCAN, kept incrementally). An incident with enough neighbours is a core; cores that
// touch are one front. A front grows, merges with another, and ends when its last member has aged out and nothing came for the hold.

import { dayMs, formatDay } from '../event-time.ts'
import { cellOf, distanceKm, kmPerDegree, type Point } from '../geometry.ts'
import { type Incident, type IncidentPlace, placesOf } from '../incident.ts'
import { addEvidence, evidenceMax, type Finding, numberLevels, type Pattern } from '../pattern.ts'
import { attackCategories } from '../report.ts'
import { type CellTimes, noCellTimes, timesIn, withTime } from './cell-times.ts'

export interface FrontParameters {
  readonly epsilonKm: number
  readonly epsilonDays: number
  readonly minPoints: number
  readonly minPointsHot: number
  readonly hotRate: number
  readonly holdDays: number
}

interface Front {
  /** Of the incident whose coming made it a front. */
  readonly cell: string
  readonly place: string
  readonly drill: boolean
  readonly fromMs: number
  readonly bornMs: number
  readonly lastMs: number
  /** Of the incident that completed it. */
  readonly id: string
  readonly size: number
  /** Size at which it next escalates. */
  readonly nextSize: number
  readonly threshold: number
  readonly densest: number
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  readonly triggers: { readonly kept: readonly Incident[]; readonly omitted: number }
}

/** An incident young enough to be a neighbour of the next. */
interface Member {
  readonly incident: Incident
  readonly points: readonly Point[]
  readonly needed: number
}

/** Members in order of the fold, and beside each what changes about it: three lists, because copying numbers is cheap and this happens at every step. */
interface Active {
  readonly members: readonly Member[]
  /** Neighbours that each has had, itself counted: they do not become fewer when the neighbours age out. */
  readonly neighbours: readonly number[]
  /** Id of the front of each; null while it is in none. */
  readonly fronts: readonly (string | null)[]
}

interface FrontState extends Active {
  /** Times of the last year's incidents by grid cell: a cell's own rate. */
  readonly history: CellTimes
  readonly open: readonly Front[]
  readonly closed: readonly Finding[]
}

/** The span over which a cell's own rate is taken, before the window. */
const rateDays = 364
const cellDegrees = 0.2

export const front: Pattern<FrontParameters, FrontState> = {
  id: 'front',
  parameters: {
    epsilonKm: { default: 20, unit: 'km', meaning: 'neighbours lie within this distance', source: 'patterns, 6' },
    epsilonDays: { default: 14, unit: 'days', meaning: 'and within this time', source: 'patterns, 6' },
    minPoints: { default: 3, unit: 'incidents', meaning: 'neighbours that make a core, itself counted', source: 'patterns, 6' },
    minPointsHot: { default: 4, unit: 'incidents', meaning: 'the same where the cell is hot', source: 'patterns, 6' },
    hotRate: {
      default: 0.5,
      unit: 'incidents per window',
      meaning: "a cell's own rate above which it is hot",
      source: 'patterns, 6'
    },
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
  scopesOf: incident => (attackCategories.has(incident.category) ? [incident.drill ? 'drill' : 'theatre'] : []),
  initial: () => ({ members: [], neighbours: [], fronts: [], history: noCellTimes, open: [], closed: [] }),
  step: (state, incident, parameters) => {
    const due = closeWhenDue(state, incident.fromMs, parameters)
    // Twice as long as neighbours may lie apart: what made a core is part of its front when the front is born.
    const current = { ...due, ...stillYoung(due, incident.fromMs - 2 * parameters.epsilonDays * dayMs) }
    const points = incident.passesGrade ? pointsOf(incident, parameters) : []
    if (points.length === 0) return current
    const history = remember(current.history, incident)
    const newcomer = { incident, points, needed: neededFor(incident, history, parameters) }
    return { ...current, history, ...arrive(current, newcomer, parameters) }
  },
  findings: (state, horizonMs, parameters) => {
    const current = closeWhenDue(state, horizonMs, parameters)
    return [...current.closed, ...current.open.map(f => describeOpen(f, parameters))]
  },
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    const moments = open.map(f => closesAtMs(f, parameters)).filter(ms => ms > horizonMs)
    return moments.length === 0 ? null : Math.min(...moments)
  },
  forget: (state, beforeMs) => ({ ...state, closed: state.closed.filter(f => f.toMs === null || f.toMs >= beforeMs) })
}

/** Places sharp enough for the distance: centroids of areas are no points. */
function pointsOf(incident: Incident, parameters: FrontParameters): Point[] {
  return placesOf(incident).filter(
    (p): p is IncidentPlace & Point => p.lat !== null && p.lon !== null && (p.radiusKm ?? Infinity) <= parameters.epsilonKm
  )
}

function areNeighbours(a: Member, b: Member, parameters: FrontParameters): boolean {
  const apartMs = Math.max(a.incident.fromMs, b.incident.fromMs) - Math.min(a.incident.toMs, b.incident.toMs)
  if (apartMs > parameters.epsilonDays * dayMs) return false
  for (const p of a.points) for (const q of b.points) if (areClose(p, q, parameters.epsilonKm)) return true
  return false
}

/** Latitude alone settles most pairs. */
function areClose(p: Point, q: Point, km: number): boolean {
  return Math.abs(p.lat - q.lat) * kmPerDegree <= km && distanceKm(p, q) <= km
}

/** The active members without those that ended before a moment; the very same lists where none did. */
function stillYoung(active: Active, afterMs: number): Active {
  const { members, neighbours, fronts } = active
  if (members.every(m => m.incident.toMs > afterMs)) return { members, neighbours, fronts }
  const kept = members.flatMap((m, i) => (m.incident.toMs > afterMs ? [i] : []))
  return {
    members: kept.map(i => members[i] as Member),
    neighbours: kept.map(i => neighbours[i] as number),
    fronts: kept.map(i => fronts[i] as string | null)
  }
}

function cellOfIncident(incident: Incident): string {
  return cellOf({ lat: incident.place.lat ?? 0, lon: incident.place.lon ?? 0 }, cellDegrees)
}

function remember(history: CellTimes, incident: Incident): CellTimes {
  return withTime(history, cellOfIncident(incident), incident.fromMs, incident.fromMs - (rateDays + 366) * dayMs)
}

/** Neighbours that a core needs: one more where the cell's own rate would make three a matter of course. */
function neededFor(incident: Incident, history: CellTimes, parameters: FrontParameters): number {
  const beforeMs = incident.fromMs - parameters.epsilonDays * dayMs
  const cell = cellOfIncident(incident)
  const past = timesIn(history, cell).filter(ms => ms <= beforeMs && ms > beforeMs - rateDays * dayMs).length
  return past * (parameters.epsilonDays / rateDays) > parameters.hotRate ? parameters.minPointsHot : parameters.minPoints
}

/** The state after an incident has come: it may make a front, join one, or join several into one. */
function arrive(
  state: Active & Pick<FrontState, 'open'>,
  newcomer: Member,
  parameters: FrontParameters
): Active & Pick<FrontState, 'open'> {
  const self = state.members.length
  const members = [...state.members, newcomer]
  const near = neighboursIn(state.members, newcomer, parameters)
  const neighbours = [...state.neighbours, near.length + 1]
  for (const i of near) neighbours[i] = (neighbours[i] as number) + 1
  const isCore = (i: number) => (neighbours[i] as number) >= (members[i] as Member).needed
  const cores = [...near, self].filter(isCore)
  if (cores.length === 0) return { members, neighbours, fronts: [...state.fronts, null], open: state.open }
  // Those that are cores since now draw in their neighbours; the others have done so before.
  const drawing = cores.filter(i => i === self || neighbours[i] === (members[i] as Member).needed)
  const component = new Set([self])
  for (const core of drawing) {
    component.add(core)
    for (const i of core === self ? near : neighboursIn(members, members[core] as Member, parameters)) component.add(i)
  }
  // Cores hold fronts together, edges do not. At the edge of several it goes to the eldest core's.
  const linking = drawing.length === 0 ? cores.slice(0, 1) : [...drawing, ...[...component].filter(isCore)]
  const ids = new Set(linking.flatMap(i => state.fronts[i] ?? []))
  const touched = state.open.filter(f => ids.has(f.id))
  const unclaimed = [...component].filter(i => (state.fronts[i] ?? null) === null)
  const densest = cores.reduce((most, i) => Math.max(most, neighbours[i] as number), 0)
  const fresh = inOrder(unclaimed.map(i => (members[i] as Member).incident))
  const threshold = Math.min(...unclaimed.filter(isCore).map(i => (members[i] as Member).needed))
  const grown =
    touched.length === 0
      ? born(fresh, newcomer.incident, threshold, densest, parameters)
      : joined(touched, fresh, newcomer.incident, densest)
  const merged = new Set(touched.map(f => f.id))
  const fronts = [...state.fronts, null].map((id, i) =>
    id === null ? (component.has(i) ? grown.id : null) : merged.has(id) ? grown.id : id
  )
  const open = [...state.open.filter(f => !merged.has(f.id)), grown].sort((a, b) => a.bornMs - b.bornMs || (a.id < b.id ? -1 : 1))
  return { members, neighbours, fronts, open }
}

function neighboursIn(members: readonly Member[], of: Member, parameters: FrontParameters): number[] {
  const found: number[] = []
  for (let i = 0; i < members.length; i++) {
    const member = members[i] as Member
    if (member !== of && areNeighbours(member, of, parameters)) found.push(i)
  }
  return found
}

function inOrder(incidents: Iterable<Incident>): Incident[] {
  return [...incidents].sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs || (a.id < b.id ? -1 : 1))
}

function born(
  members: readonly Incident[],
  incident: Incident,
  threshold: number,
  densest: number,
  parameters: FrontParameters
): Front {
  const first = members[0] as Incident
  const point = pointsOf(first, parameters)[0] ?? { lat: 0, lon: 0 }
  return {
    id: incident.id,
    cell: cellOf(point, cellDegrees),
    place: first.place.settlementName ?? first.place.name ?? `${point.lat.toFixed(2)}, ${point.lon.toFixed(2)}`,
    drill: first.drill,
    fromMs: first.fromMs,
    bornMs: incident.fromMs,
    lastMs: Math.max(...members.map(i => i.toMs)),
    size: members.length,
    nextSize: members.length * 2,
    threshold,
    densest,
    marks: [],
    triggers: members.reduce((all, i) => addEvidence(all, i), { kept: [] as readonly Incident[], omitted: 0 })
  }
}

function joined(touched: readonly Front[], fresh: readonly Incident[], incident: Incident, densest: number): Front {
  const [eldest, ...others] = touched as [Front, ...Front[]]
  const evidence =
    others.length === 0 ? [...eldest.triggers.kept, ...fresh] : [...touched.flatMap(f => f.triggers.kept), ...fresh]
  const omitted = touched.reduce((sum, f) => sum + f.triggers.omitted, 0)
  const size = touched.reduce((sum, f) => sum + f.size, 0) + fresh.length
  const doubled = size >= eldest.nextSize
  const named = inOrder(evidence)
  return {
    ...eldest,
    fromMs: Math.min(...touched.map(f => f.fromMs), ...fresh.map(i => i.fromMs)),
    lastMs: Math.max(...touched.map(f => f.lastMs), ...fresh.map(i => i.toMs)),
    size,
    nextSize: doubled ? size * 2 : eldest.nextSize,
    densest: Math.max(eldest.densest, densest),
    marks: [
      ...eldest.marks,
      ...others.flatMap(f => [...f.marks, { atMs: incident.fromMs, reason: `merged with the front at ${f.place}` }]),
      ...(doubled ? [{ atMs: incident.fromMs, reason: `${size} incidents` }] : [])
    ],
    triggers: { kept: named.slice(0, evidenceMax), omitted: omitted + Math.max(0, named.length - evidenceMax) }
  }
}

function closesAtMs(open: Front, parameters: FrontParameters): number {
  return open.lastMs + (parameters.epsilonDays + parameters.holdDays) * dayMs
}

function closeWhenDue(state: FrontState, nowMs: number, parameters: FrontParameters): FrontState {
  const due = state.open.filter(f => closesAtMs(f, parameters) <= nowMs)
  if (due.length === 0) return state
  const ended = due.map(f => describe(f, closesAtMs(f, parameters), parameters))
  return { ...state, open: state.open.filter(f => !due.includes(f)), closed: [...state.closed, ...ended] }
}

const described = new WeakMap<Front, Finding>()

/** One finding for one state of it: what did not change is the same object. */
function describeOpen(open: Front, parameters: FrontParameters): Finding {
  const known = described.get(open) ?? describe(open, null, parameters)
  described.set(open, known)
  return known
}

function describe(f: Front, toMs: number | null, parameters: FrontParameters): Finding {
  return {
    group: { cell: f.cell, near: f.place, ...(f.drill ? { drill: 'true' } : {}) },
    fromMs: f.fromMs,
    toMs,
    levels: numberLevels([{ atMs: f.bornMs, reason: 'formed' }, ...f.marks]),
    measure: {
      name: `incidents within ${parameters.epsilonKm} km and ${parameters.epsilonDays} days`,
      value: f.densest,
      threshold: f.threshold,
      baseline: null
    },
    triggers: f.triggers.kept,
    support: [],
    omitted: f.triggers.omitted,
    headline: `${f.size} attacks close together near ${f.place}`,
    explanation:
      `Since ${formatDay(f.fromMs)} ${f.size} attacks lie within ${parameters.epsilonKm} km and ${parameters.epsilonDays} days of one another; ` +
      `the densest has ${f.densest} neighbours, itself counted, and ${f.threshold} make a front. ` +
      `It ends when nothing more has come for ${parameters.epsilonDays + parameters.holdDays} days.`
  }
}
