// Near repeat: attacks by the same actor, or of the same kind, come again at the same spot within weeks. Each incident counts in one story only, and a
// spot where three in four weeks are the usual tells nothing: a story ends by quiet, or when it has become the usual.

import { dayMs, formatDay } from '../event-time.ts'
import { cellOf, cellsAround, distanceKm, kmPerDegree, type Point } from '../geometry.ts'
import { compareIncidents, type Incident, placesOf } from '../incident.ts'
import { addEvidence, type Finding, numberLevels, type Pattern } from '../pattern.ts'
import { attackCategories } from '../report.ts'
import { type CellRings, cellsOfUse, inCell, withCell } from './cell-rings.ts'
import { type Evidence, evidenceOf, noEvidence } from './episode-evidence.ts'
import { genericActorsParameter, namedPerpetrators } from './named-perpetrators.ts'
import { withSupport } from './named-support.ts'
import { capitalised, intervalNote } from './wording.ts'

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

interface Cell {
  /** In order of the fold; those of the last window, at most `looseMax`. */
  readonly loose: readonly Loose[]
  /** Attacks by window since the epoch, in order: the cell's own rate. */
  readonly counts: readonly (readonly [window: number, count: number])[]
  readonly lastMs: number
}

interface Episode extends Point {
  readonly place: string
  readonly kind: Incident['category']
  readonly explosion: boolean
  readonly actors: readonly string[]
  readonly actorName: string | null
  readonly drill: boolean
  readonly fromMs: number
  readonly enteredMs: number
  readonly lastMs: number
  readonly size: number
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  /** Ends of the members of the last window, at most `recentMax`. */
  readonly recentMs: readonly number[]
  readonly most: number
  readonly triggers: Evidence
  readonly support: Evidence
}

interface NearRepeatState {
  readonly cells: CellRings<Cell>
  readonly open: readonly Episode[]
  readonly closed: readonly Finding[]
}

/** As wide as the radius is by default: nine cells hold all that is near. */
const cellDegrees = 0.2
/** Attacks of one cell that wait for others: more than make a story of any setting in use. */
const looseMax = 24
const recentMax = 200

export const nearRepeat: Pattern<NearRepeatParameters, NearRepeatState> = {
  id: 'near-repeat',
  severities: ['minor', 'moderate', 'severe'],
  parameters: {
    radiusKm: { default: 20, unit: 'km', meaning: 'how near a repeat is', source: 'patterns, 7; PMC6800342', max: 100 },
    windowDays: {
      default: 28,
      unit: 'days',
      meaning: 'attacks so far apart make a repeat',
      source: 'patterns, 7; PMC6800342: 4 to 10 weeks',
      min: 1,
      max: 365
    },
    explosionKm: { default: 1, unit: 'km', meaning: 'how near an explosion repeats', source: 'patterns, 7; Townsley 2008', max: 100 },
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
    rateDays: { default: 364, unit: 'days', meaning: 'the past that this rate is of', source: 'as patterns, 2', min: 1, max: 3660 },
    longestDays: {
      default: 365,
      unit: 'days',
      meaning: 'age at which it ends although it goes on: it is the usual there',
      source: 'decision: a hot cell must not keep it open for ever',
      min: 1
    },
    genericActors: genericActorsParameter
  },
  examples: [
    {
      name: 'a third attack by the same actor within four weeks and 20 km',
      given: [
        { at: '2025-03-01', category: 'attack', settlement: 'Konna', admin1: 'ML-5', lat: 14.94, lon: -3.89, actor: 'JNIM' },
        { at: '2025-03-10', category: 'ambush', settlement: 'Konna', admin1: 'ML-5', lat: 14.99, lon: -3.85, actor: 'jnim ' },
        { at: '2025-03-25', category: 'shelling', settlement: 'Konna', admin1: 'ML-5', lat: 14.95, lon: -3.89, actor: 'JNIM' }
      ],
      horizon: '2025-04-01',
      expect: [{ group: { near: 'Konna' }, level: 1, open: true }]
    },
    {
      name: 'different kinds by nobody who is known are no repeat',
      given: [
        { at: '2025-03-01', category: 'attack', settlement: 'Konna', admin1: 'ML-5', lat: 14.94, lon: -3.89, actor: 'unknown' },
        { at: '2025-03-10', category: 'ambush', settlement: 'Konna', admin1: 'ML-5', lat: 14.99, lon: -3.85, actor: 'unknown' },
        { at: '2025-03-25', category: 'shelling', settlement: 'Konna', admin1: 'ML-5', lat: 14.95, lon: -3.89, actor: 'unknown' }
      ],
      horizon: '2025-04-01',
      expect: []
    },
    {
      name: 'the fourth and deaths escalate it',
      given: [
        { at: '2025-03-01', category: 'attack', settlement: 'Konna', admin1: 'ML-5', lat: 14.94, lon: -3.89 },
        { at: '2025-03-10', category: 'attack', settlement: 'Konna', admin1: 'ML-5', lat: 14.99, lon: -3.85 },
        { at: '2025-03-25', category: 'attack', settlement: 'Konna', admin1: 'ML-5', lat: 14.95, lon: -3.89 },
        { at: '2025-05-01', category: 'attack', settlement: 'Konna', admin1: 'ML-5', lat: 14.95, lon: -3.89, deaths: [1, 2, 2] }
      ],
      horizon: '2025-05-10',
      expect: [{ group: { near: 'Konna' }, level: 3, open: true }]
    },
    {
      name: 'three explosions within a kilometre and two days, over after ten quiet weeks',
      given: [
        { at: '2025-03-01', category: 'explosion', settlement: 'Boni', admin1: 'ML-5', lat: 15.07, lon: -2.22, radiusKm: 0.5 },
        { at: '2025-03-02', category: 'explosion', settlement: 'Boni', admin1: 'ML-5', lat: 15.071, lon: -2.22, radiusKm: 0.5 },
        { at: '2025-03-03', category: 'explosion', settlement: 'Boni', admin1: 'ML-5', lat: 15.07, lon: -2.222, radiusKm: 0.5 }
      ],
      horizon: '2025-06-01',
      expect: [{ group: { near: 'Boni' }, level: 1, open: false }]
    }
  ],
  scopesOf: incident => (attackCategories.has(incident.category) ? [incident.drill ? 'drill' : 'theatre'] : []),
  initial: () => ({ cells: [], open: [], closed: [] }),
  step: (state, incident, parameters) => {
    const current = closeWhenDue(state, incident.fromMs, parameters)
    const points = pointsOf(incident, parameters)
    if (points.length === 0) return current
    const joined = current.open.findIndex(f => belongs(f, incident, points, parameters))
    if (!incident.passesGrade) return joined === -1 ? current : { ...current, open: supported(current.open, joined, incident) }
    if (joined !== -1) {
      const open = current.open.with(joined, grown(current.open[joined] as Episode, incident, parameters))
      return { ...current, cells: withAttack(current.cells, points, incident, false, parameters), open }
    }
    for (const point of points) {
      const near = nearOf(current.cells, point, incident, parameters)
      if (near.length + 1 < parameters.incidentsMin || isHot(current.cells, point, incident, parameters)) continue
      const cells = near.reduce((all, member) => withoutLoose(all, member, parameters), current.cells)
      const open = [...current.open, opened(point, near, incident, parameters)]
      return { ...current, cells: withAttack(cells, points, incident, false, parameters), open }
    }
    return { ...current, cells: withAttack(current.cells, points, incident, true, parameters) }
  },
  findings: (state, horizonMs, parameters) => {
    const { open, closed } = closeWhenDue(state, horizonMs, parameters)
    return open.length === 0 ? closed : [...closed, ...open.map(f => describeOpen(f, parameters))]
  },
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    const moments = open.map(f => closesAtMs(f, parameters)).filter(ms => ms > horizonMs)
    return moments.length === 0 ? null : Math.min(...moments)
  },
  forget: (state, beforeMs) => ({
    ...state,
    // What ended a year before the base stands in no window that may still come.
    cells: cellsOfUse(state.cells, cell => cell.lastMs >= beforeMs - 366 * dayMs),
    closed: state.closed.filter(f => f.toMs === null || f.toMs >= beforeMs)
  })
}

function isExplosion(incident: Incident): boolean {
  return incident.category === 'explosion' || incident.tactics.includes('ied')
}

function reachOf(explosion: boolean, parameters: NearRepeatParameters): { readonly km: number; readonly days: number } {
  return explosion
    ? { km: parameters.explosionKm, days: parameters.explosionDays }
    : { km: parameters.radiusKm, days: parameters.windowDays }
}

/** Places sharp enough for the distance. */
function pointsOf(incident: Incident, parameters: NearRepeatParameters): readonly Point[] {
  const { km } = reachOf(isExplosion(incident), parameters)
  return placesOf(incident).flatMap(({ lat, lon, radiusKm }) =>
    lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= km ? [{ lat, lon }] : []
  )
}

function isNear(a: Point, b: Point, km: number): boolean {
  return Math.abs(a.lat - b.lat) * kmPerDegree <= km && distanceKm(a, b) <= km
}

function isRelated(a: Incident, b: Incident, { genericActors }: NearRepeatParameters): boolean {
  if (isExplosion(a) !== isExplosion(b)) return false
  if (isExplosion(a) || a.category === b.category) return true
  const others = namedPerpetrators(b, genericActors)
  return namedPerpetrators(a, genericActors).some(({ key }) => others.some(other => other.key === key))
}

/** True for a story around a spot near one of the points, of the same kind or actor. */
function belongs(f: Episode, incident: Incident, points: readonly Point[], parameters: NearRepeatParameters): boolean {
  const { km } = reachOf(f.explosion, parameters)
  if (!points.some(p => isNear(f, p, km)) || f.explosion !== isExplosion(incident)) return false
  if (f.explosion || f.kind === incident.category) return true
  return namedPerpetrators(incident, parameters.genericActors).some(({ key }) => f.actors.includes(key))
}

/** What no story has taken, near one point and young enough. In order of the fold. */
function nearOf(cells: CellRings<Cell>, point: Point, incident: Incident, parameters: NearRepeatParameters): readonly Incident[] {
  const { km, days } = reachOf(isExplosion(incident), parameters)
  const found = new Map<string, Incident>()
  for (const cell of cellsAround(point, cellDegrees, km)) {
    for (const other of inCell(cells, cell)?.loose ?? []) {
      if (other.incident.toMs <= incident.fromMs - days * dayMs || other.incident.id === incident.id) continue
      if (isNear(point, other, km) && isRelated(incident, other.incident, parameters)) found.set(other.incident.id, other.incident)
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
function isHot(cells: CellRings<Cell>, point: Point, incident: Incident, parameters: NearRepeatParameters): boolean {
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
function withAttack(
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

function withoutLoose(cells: CellRings<Cell>, member: Incident, parameters: NearRepeatParameters): CellRings<Cell> {
  const names = new Set(pointsOf(member, parameters).map(point => cellOf(point, cellDegrees)))
  return [...names].reduce((all, name) => {
    const cell = inCell(all, name)
    if (cell === undefined) return all
    return withCell(all, name, { ...cell, loose: cell.loose.filter(l => l.incident.id !== member.id) }, () => true)
  }, cells)
}

/** Deaths that are sure or thought the most likely; a high bound alone does not say that anybody died. */
function isFatal({ fatalities: { low, best } }: Incident): boolean {
  return (low ?? 0) >= 1 || (best ?? 0) >= 1
}

const fatal = 'somebody was killed'

function opened(point: Point, near: readonly Incident[], incident: Incident, parameters: NearRepeatParameters): Episode {
  const members = [...near, incident]
  const explosion = isExplosion(incident)
  const place = placesOf(incident).find(p => p.lat === point.lat && p.lon === point.lon)
  const { days } = reachOf(explosion, parameters)
  const shared = namedPerpetrators(incident, parameters.genericActors)
  const common = explosion ? [] : shared.filter(a => near.every(i => perpetratorKeys(i, parameters).includes(a.key)))
  return {
    lat: point.lat,
    lon: point.lon,
    place: place?.settlementName ?? place?.name ?? `${point.lat.toFixed(2)}, ${point.lon.toFixed(2)}`,
    kind: incident.category,
    explosion,
    actors: shared.map(a => a.key),
    actorName: common[0]?.name ?? null,
    drill: incident.drill,
    fromMs: Math.min(...members.map(i => i.fromMs)),
    enteredMs: incident.fromMs,
    lastMs: Math.max(...members.map(i => i.toMs)),
    size: members.length,
    marks: [
      ...(members.length > parameters.incidentsMin ? [{ atMs: incident.fromMs, reason: oneMore(parameters) }] : []),
      ...(members.some(isFatal) ? [{ atMs: incident.fromMs, reason: fatal }] : [])
    ],
    recentMs: members.map(i => i.toMs).filter(ms => ms > incident.fromMs - days * dayMs),
    most: members.length,
    triggers: evidenceOf(members),
    support: noEvidence
  }
}

function perpetratorKeys(incident: Incident, { genericActors }: NearRepeatParameters): readonly string[] {
  return namedPerpetrators(incident, genericActors).map(a => a.key)
}

function oneMore({ incidentsMin }: NearRepeatParameters): string {
  return `${incidentsMin + 1} attacks`
}

function grown(f: Episode, incident: Incident, parameters: NearRepeatParameters): Episode {
  const { days } = reachOf(f.explosion, parameters)
  const recentMs = [...f.recentMs.filter(ms => ms > incident.fromMs - days * dayMs), incident.toMs].slice(-recentMax)
  const reasons = [
    ...(f.size + 1 > parameters.incidentsMin ? [oneMore(parameters)] : []),
    ...(isFatal(incident) ? [fatal] : [])
  ].filter(reason => !f.marks.some(m => m.reason === reason))
  const most = Math.max(f.most, recentMs.length)
  const moves = reasons.length > 0 || most > f.most
  const evidence = moves ? { triggers: addEvidence(f.triggers, incident) } : { support: withSupport(f.support, incident) }
  const marks =
    reasons.length === 0 ? f.marks : [...f.marks, ...reasons.map(reason => ({ atMs: incident.fromMs, reason }))]
  return { ...f, lastMs: Math.max(f.lastMs, incident.toMs), size: f.size + 1, marks, recentMs, most, ...evidence }
}

function supported(open: readonly Episode[], at: number, incident: Incident): readonly Episode[] {
  const f = open[at] as Episode
  return open.with(at, { ...f, support: withSupport(f.support, incident) })
}

function closesAtMs(f: Episode, { quietDays, longestDays }: NearRepeatParameters): number {
  return Math.min(f.lastMs + quietDays * dayMs, f.enteredMs + longestDays * dayMs)
}

function closeWhenDue(state: NearRepeatState, nowMs: number, parameters: NearRepeatParameters): NearRepeatState {
  if (!state.open.some(f => closesAtMs(f, parameters) <= nowMs)) return state
  const due = state.open.filter(f => closesAtMs(f, parameters) <= nowMs)
  due.sort((a, b) => closesAtMs(a, parameters) - closesAtMs(b, parameters))
  const ended = due.map(f => describe(f, closesAtMs(f, parameters), parameters))
  return { ...state, open: state.open.filter(f => !due.includes(f)), closed: [...state.closed, ...ended] }
}

const described = new WeakMap<Episode, Finding>()

/** One finding for one state of it: what did not change is the same object. */
function describeOpen(f: Episode, parameters: NearRepeatParameters): Finding {
  const known = described.get(f) ?? describe(f, null, parameters)
  described.set(f, known)
  return known
}

function describe(f: Episode, toMs: number | null, parameters: NearRepeatParameters): Finding {
  const { km, days } = reachOf(f.explosion, parameters)
  const by = f.actorName === null ? '' : ` by ${f.actorName}`
  const attacks = f.explosion ? 'explosions' : 'attacks'
  const lasted = toMs !== null && toMs >= f.enteredMs + parameters.longestDays * dayMs
  return {
    group: { near: f.place, cell: cellOf(f, cellDegrees), kind: f.explosion ? 'explosion' : f.kind, ...(f.drill ? { drill: 'true' } : {}) },
    fromMs: f.fromMs,
    toMs,
    levels: numberLevels([{ atMs: f.enteredMs, reason: `${parameters.incidentsMin} ${attacks}` }, ...f.marks]),
    measure: {
      name: `${attacks} within ${km} km and ${days} days`,
      value: f.most,
      threshold: parameters.incidentsMin,
      baseline: null
    },
    triggers: f.triggers.kept,
    support: f.support.kept,
    omitted: f.triggers.omitted + f.support.omitted,
    headline:
      toMs === null
        ? `${capitalised(attacks)}${by} repeat near ${f.place}: ${f.most} within ${days} days since ${formatDay(f.fromMs)}`
        : `${capitalised(attacks)}${by} near ${f.place} have ${lasted ? 'become the usual there' : 'stopped'}`,
    explanation:
      `From ${formatDay(f.fromMs)} to ${formatDay(f.enteredMs)} ${attacks} of one kind or by one actor came within ${km} km of each other near ${f.place}: ` +
      `at most ${f.most} within ${days} days, and ${parameters.incidentsMin} are needed. ` +
      `It ends after ${parameters.quietDays} days of quiet, or at an age of ${parameters.longestDays} days, when it is the usual there.` +
      intervalNote(f.triggers.kept)
  }
}
