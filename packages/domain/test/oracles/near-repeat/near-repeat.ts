// Near repeat: attacks by the same actor, or of the same kind, recur at the same spot within weeks.
// Each incident counts in one episode. A spot where three in four weeks are usual raises nothing;
// an episode ends by quiet, or when it has become the usual.

import type { NearMiss } from '../../../src/detection/near-miss.ts'
import { addEvidence, type Pattern } from '../../../src/detection/pattern.ts'
import { type Finding, numberLevels } from '../../../src/finding/finding.ts'
import { situationAt } from '../../../src/finding/situation.ts'
import { compareIncidents, type Incident, placesOf } from '../../../src/incident/incident.ts'
import { evidenceOf, noEvidence } from '../../../src/patterns/episode/episode-evidence.ts'
import { namedPerpetrators } from '../../../src/patterns/episode/named-perpetrators.ts'
import { withSupport } from '../../../src/patterns/episode/named-support.ts'
import { notEndedBefore } from '../../../src/patterns/episode/prune-ended.ts'
import { isWithin, reachAround } from '../../../src/patterns/episode/reach.ts'
import {
  capitalised,
  countedText,
  spanWords,
  unlessTooLong,
  wholeIntervalNote
} from '../../../src/patterns/episode/wording.ts'
import { nearRepeat as nearRepeatNow } from '../../../src/patterns/near-repeat/near-repeat.ts'
import type { NearRepeatParameters } from '../../../src/patterns/near-repeat/near-repeat-parameters.ts'
import { attackCategories } from '../../../src/report/report.ts'
import { dayMs, formatDay, isLongerThan } from '../../../src/space-time/event-time.ts'
import { cellOf, type Point } from '../../../src/space-time/geometry.ts'
import { incidentCache } from '../incident-cache.ts'
import { concatCache, perItemCache } from '../list-caches.ts'
import { tableOf } from '../pattern-table.ts'
import { type Promoting, strictestOf, toldEvidence, withStrictestOf } from '../strictest-counted.ts'
import { type CellRings, cellsOfUse, inAllCells } from './cell-rings.ts'
import {
  type Cell,
  cellDegrees,
  isExplosion,
  isHot,
  nearOf,
  pointsOf,
  reachOf,
  withAttack,
  withoutLoose
} from './near-repeat-cells.ts'

interface NearRepeatEpisode extends Point, Promoting {
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
  /** All members of the last window. */
  readonly recent: readonly Incident[]
  readonly most: number
}

/** The longest rate that the parameters allow, and two windows. */
const rememberedMs = (3660 + 2 * 365) * dayMs

interface NearRepeatState {
  readonly cells: CellRings<Cell>
  readonly open: readonly NearRepeatEpisode[]
  /** No open episode ends before this; null if none is open. */
  readonly endsFromMs: number | null
  readonly closed: readonly Finding[]
}

/**
 * Maximum number of attacks counted in one window: no decision needs more, and the alert says `at
 * least`.
 */
const recentMax = 60

export const nearRepeat: Pattern<NearRepeatParameters, NearRepeatState> = {
  ...tableOf(nearRepeatNow),
  scopesOf: incident =>
    attackCategories.has(incident.category) ? [incident.drill ? 'drill' : 'theatre'] : [],
  initial: () => ({ cells: [], open: [], endsFromMs: null, closed: [] }),
  step: (state, incident, parameters) => {
    const current = closeWhenDue(state, incident.fromMs, parameters)
    const points = pointsOf(incident, parameters)
    if (points.length === 0) return current
    const joined = storyOf(current.open, incident, points, parameters)
    const mayTrigger =
      incident.passesGrade &&
      !isLongerThan(incident, reachOf(isExplosion(incident), parameters).days)
    const story = joined === -1 ? undefined : current.open[joined]
    if (story !== undefined) {
      const next = storyAgain(incident, [story, parameters], () =>
        mayTrigger
          ? grown(story, incident, parameters)
          : { ...story, support: withSupport(story.support, incident) }
      )
      const cells = mayTrigger
        ? withAttack(current.cells, points, incident, false, parameters)
        : current.cells
      return { ...current, cells, open: current.open.with(joined, next) }
    }
    if (!mayTrigger) return current
    for (const point of points) {
      const near = nearOf(current.cells, point, incident, parameters)
      if (
        near.length + 1 < parameters.incidentsMin ||
        isHot(current.cells, point, incident, parameters)
      )
        continue
      const cells = near.reduce(
        (all, member) => withoutLoose(all, member, parameters),
        current.cells
      )
      const fresh = opened(point, near, incident, parameters)
      const endsFromMs = Math.min(
        current.endsFromMs ?? Number.POSITIVE_INFINITY,
        closesAtMs(fresh, parameters)
      )
      const open = [...current.open, fresh]
      return {
        ...current,
        cells: withAttack(cells, points, incident, false, parameters),
        open,
        endsFromMs
      }
    }
    return { ...current, cells: withAttack(current.cells, points, incident, true, parameters) }
  },
  findings: ({ open, endsFromMs, closed }, horizonMs, parameters) => {
    if (endsFromMs === null) return closed
    const told = describedEach(open, f => describe(f, null, parameters))
    const now =
      endsFromMs > horizonMs
        ? told
        : told.map((f, i) => endedAt(open[i] as NearRepeatEpisode, f, horizonMs, parameters))
    return together(closed, now)
  },
  nearly: ({ cells }, horizonMs, parameters) => nearRepeats(cells, horizonMs, parameters),
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    let next: number | null = null
    for (const f of open) {
      const ms = closesAtMs(f, parameters)
      if (ms > horizonMs && (next === null || ms < next)) next = ms
    }
    return next
  },
  forget: (state, beforeMs) => {
    // As long as the longest rate.
    const cells = cellsOfUse(state.cells, cell => cell.lastMs >= beforeMs - rememberedMs)
    const closed = notEndedBefore(state.closed, beforeMs)
    return cells === state.cells && closed === state.closed ? state : { ...state, cells, closed }
  }
}

const storyAgain = incidentCache<NearRepeatEpisode>()
const together = concatCache<Finding>()

/**
 * Index of the first episode of the same kind or actor around a spot near one of the points; -1 if
 * there is none.
 */
function storyOf(
  open: readonly NearRepeatEpisode[],
  incident: Incident,
  points: readonly Point[],
  parameters: NearRepeatParameters
): number {
  if (open.length === 0) return -1
  const explosion = isExplosion(incident)
  const reaches = points.map(point => reachAround(point, reachOf(explosion, parameters).km))
  const actors = perpetratorKeys(incident, parameters)
  return open.findIndex(
    f =>
      f.explosion === explosion &&
      (explosion || f.kind === incident.category || actors.some(key => f.actors.includes(key))) &&
      reaches.some(reach => isWithin(reach, f.lat, f.lon))
  )
}

/** True if deaths are certain or likely; a highest figure alone does not show that anybody died. */
function isFatal({ fatalities: { low, best } }: Incident): boolean {
  return (low ?? 0) >= 1 || (best ?? 0) >= 1
}

const fatal = 'fatalities reported'

function opened(
  point: Point,
  near: readonly Incident[],
  incident: Incident,
  parameters: NearRepeatParameters
): NearRepeatEpisode {
  const members = [...near, incident]
  const explosion = isExplosion(incident)
  const { days } = reachOf(explosion, parameters)
  const shared = namedPerpetrators(incident, parameters.genericActors)
  const common = explosion
    ? []
    : shared.filter(a => near.every(i => perpetratorKeys(i, parameters).includes(a.key)))
  return {
    lat: point.lat,
    lon: point.lon,
    place: placeAt(incident, point),
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
      ...(members.length > parameters.incidentsMin
        ? [{ atMs: incident.fromMs, reason: oneMore(parameters) }]
        : []),
      ...(members.some(isFatal) ? [{ atMs: incident.fromMs, reason: fatal }] : [])
    ],
    recentMs: members.map(i => i.toMs).filter(ms => ms > incident.fromMs - days * dayMs),
    recent: members,
    most: members.length,
    triggers: evidenceOf(members),
    support: noEvidence,
    promoted: []
  }
}

function placeAt(incident: Incident, { lat, lon }: Point): string {
  const place = placesOf(incident).find(p => p.lat === lat && p.lon === lon)
  return place?.settlementName ?? place?.name ?? `${lat.toFixed(2)}, ${lon.toFixed(2)}`
}

function perpetratorKeys(
  incident: Incident,
  { genericActors }: NearRepeatParameters
): readonly string[] {
  return namedPerpetrators(incident, genericActors).map(a => a.key)
}

function oneMore({ incidentsMin }: NearRepeatParameters): string {
  return `${incidentsMin + 1} attacks`
}

function grown(
  f: NearRepeatEpisode,
  incident: Incident,
  parameters: NearRepeatParameters
): NearRepeatEpisode {
  const { days } = reachOf(f.explosion, parameters)
  const recentMs = [
    ...f.recentMs.filter(ms => ms > incident.fromMs - days * dayMs),
    incident.toMs
  ].slice(-recentMax)
  const reasons = [
    ...(f.size + 1 > parameters.incidentsMin ? [oneMore(parameters)] : []),
    ...(isFatal(incident) ? [fatal] : [])
  ].filter(reason => !f.marks.some(m => m.reason === reason))
  const most = Math.max(f.most, recentMs.length)
  const moves = reasons.length > 0 || most > f.most
  const recent = [...f.recent, incident].filter(i => i.toMs > incident.fromMs - days * dayMs)
  const moved = { ...f, triggers: addEvidence(f.triggers, incident) }
  const { triggers, promoted } = most > f.most ? withStrictestOf(moved, strictestOf(recent)) : moved
  const evidence = moves ? { triggers, promoted } : { support: withSupport(f.support, incident) }
  const marks =
    reasons.length === 0
      ? f.marks
      : [...f.marks, ...reasons.map(reason => ({ atMs: incident.fromMs, reason }))]
  return {
    ...f,
    lastMs: Math.max(f.lastMs, incident.toMs),
    size: f.size + 1,
    marks,
    recentMs,
    recent,
    most,
    ...evidence
  }
}

function closesAtMs(
  f: NearRepeatEpisode,
  { quietDays, longestDays }: NearRepeatParameters
): number {
  return Math.min(f.lastMs + quietDays * dayMs, f.enteredMs + longestDays * dayMs)
}

function closeWhenDue(
  state: NearRepeatState,
  nowMs: number,
  parameters: NearRepeatParameters
): NearRepeatState {
  if (state.endsFromMs === null || state.endsFromMs > nowMs) return state
  const ends = (f: NearRepeatEpisode) => closesAtMs(f, parameters)
  const due = state.open.filter(f => ends(f) <= nowMs).sort((a, b) => ends(a) - ends(b))
  const open = state.open.filter(f => ends(f) > nowMs)
  const ended = due.map(f => describe(f, ends(f), parameters))
  return {
    ...state,
    open,
    endsFromMs: open.length === 0 ? null : Math.min(...open.map(ends)),
    closed: ended.length === 0 ? state.closed : [...state.closed, ...ended]
  }
}

/** The findings of open episodes; an unchanged episode gives the same object. */
const describedEach = perItemCache<NearRepeatEpisode, Finding>()

/** The order of findings stays when an episode ends. */
function endedAt(
  f: NearRepeatEpisode,
  finding: Finding,
  horizonMs: number,
  parameters: NearRepeatParameters
): Finding {
  const closesMs = closesAtMs(f, parameters)
  return closesMs <= horizonMs ? describe(f, closesMs, parameters) : finding
}

function describe(
  f: NearRepeatEpisode,
  toMs: number | null,
  parameters: NearRepeatParameters
): Finding {
  const { km, days } = reachOf(f.explosion, parameters)
  const by = f.actorName === null ? '' : ` by ${f.actorName}`
  const attacks = f.explosion ? 'explosions' : 'attacks'
  const most = f.most < recentMax ? String(f.most) : `at least ${recentMax}`
  const lasted = toMs !== null && toMs >= f.enteredMs + parameters.longestDays * dayMs
  return {
    group: {
      near: f.place,
      cell: cellOf(f, cellDegrees),
      kind: f.explosion ? 'explosion' : f.kind,
      ...drillOf(f)
    },
    situation: situationAt(
      f.triggers.kept[0],
      km,
      toMs ?? closesAtMs(f, parameters),
      f.explosion ? 'explosion' : f.kind
    ),
    fromMs: f.fromMs,
    toMs,
    levels: numberLevels([
      { atMs: f.enteredMs, reason: `${parameters.incidentsMin} ${attacks}` },
      ...f.marks
    ]),
    measure: {
      name: `${attacks} within ${km} km and ${days} days`,
      value: f.most,
      threshold: parameters.incidentsMin,
      baseline: null
    },
    ...toldEvidence(f),
    headline:
      toMs === null
        ? `${capitalised(attacks)}${by} repeat near ${f.place}: ${most} within ${days} days since ${formatDay(f.fromMs)}`
        : `${capitalised(attacks)}${by} near ${f.place} have ${lasted ? 'become usual there' : 'stopped'}`,
    explanation:
      `${capitalised(attacks)} of one kind or by one actor occurred within ${km} km of each other near ${f.place} ${spanWords(f.fromMs, f.enteredMs)}: ` +
      `${f.most < recentMax ? `up to ${most}` : most} within ${countedText(days, 'day')}. Threshold: ${parameters.incidentsMin}. ` +
      `The alert ends after ${countedText(parameters.quietDays, 'day')} without another, or after ${countedText(parameters.longestDays, 'day')}, when they count as usual there.` +
      wholeIntervalNote(f.triggers.kept, unlessTooLong)
  }
}

/** Near miss: one attack near a spot less than needed, if so many are not usual there. */
function nearRepeats(
  cells: CellRings<Cell>,
  horizonMs: number,
  parameters: NearRepeatParameters
): readonly NearMiss[] {
  const { incidentsMin } = parameters
  const misses = new Map<string, NearMiss>()
  for (const { incident, lat, lon } of inAllCells(cells).flatMap(cell => cell.loose)) {
    const explosion = isExplosion(incident)
    const { km, days } = reachOf(explosion, parameters)
    if (incident.toMs <= horizonMs - days * dayMs) continue
    // The same attack at the current time, to ask what it would meet.
    const now = { ...incident, fromMs: Math.max(horizonMs, incident.fromMs) }
    const incidents = [...nearOf(cells, { lat, lon }, now, parameters), incident].sort(
      compareIncidents
    )
    if (incidents.length !== incidentsMin - 1 || isHot(cells, { lat, lon }, now, parameters))
      continue
    const kind = explosion ? 'explosion' : incident.category
    misses.set(incidents.map(i => i.id).join(' '), {
      group: {
        near: placeAt(incident, { lat, lon }),
        cell: cellOf({ lat, lon }, cellDegrees),
        kind,
        ...drillOf(incident)
      },
      measure: {
        name: `${explosion ? 'explosions' : 'attacks'} within ${km} km and ${days} days`,
        value: incidents.length,
        threshold: incidentsMin,
        baseline: null
      },
      lacks: explosion ? '1 more explosion' : '1 more attack',
      incidents
    })
  }
  return [...misses.values()].sort((a, b) =>
    compareIncidents(a.incidents[0] as Incident, b.incidents[0] as Incident)
  )
}

function drillOf({ drill }: { readonly drill: boolean }): Readonly<Record<string, string>> {
  return drill ? { drill: 'true' } : {}
}
