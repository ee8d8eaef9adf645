// Coordinated attack: one actor hits sites far apart within a day, more than its usual rate
// explains. Only dates known to the day count.

import { addEvidence, type Pattern } from '../../src/detection/pattern.ts'
import { type Finding, numberLevels, roundMeasure } from '../../src/finding/finding.ts'
import { compareIncidents, type Incident, placesOf } from '../../src/incident/incident.ts'
import { coordinatedAttack as coordinatedAttackNow } from '../../src/patterns/coordinated/coordinated-attack.ts'
import { actorKey } from '../../src/patterns/episode/actor-names.ts'
import { binomialTail } from '../../src/patterns/episode/binomial-tail.ts'
import {
  type Evidence,
  evidenceOf,
  noEvidence
} from '../../src/patterns/episode/episode-evidence.ts'
import { namedPerpetrators } from '../../src/patterns/episode/named-perpetrators.ts'
import { withSupport } from '../../src/patterns/episode/named-support.ts'
import { recentCache } from '../../src/patterns/episode/recent-cache.ts'
import { nameOfPlace } from '../../src/patterns/episode/same-place.ts'
import { sitesApart } from '../../src/patterns/episode/sites-apart.ts'
import { countedText, listOf, statedName } from '../../src/patterns/episode/wording.ts'
import { maySee } from '../../src/report/handling.ts'
import { attackCategories } from '../../src/report/report.ts'
import { dayMs, formatDay, hourMs } from '../../src/space-time/event-time.ts'
import type { Point } from '../../src/space-time/geometry.ts'
import { onSphere } from '../../src/space-time/point-clusters.ts'
import { tableOf } from './pattern-table.ts'
import { firstStrictest } from './strictest-counted.ts'

const _source = 'patterns.md#coordinated-attack'

export interface CoordinatedAttackParameters {
  readonly windowHours: number
  readonly sitesMin: number
  readonly apartKm: number
  readonly alpha: number
  readonly rateDays: number
  readonly escalateSites: number
  readonly leaveHours: number
  readonly genericActors: readonly string[]
}

interface CoordinatedEpisode {
  readonly name: string
  readonly fromMs: number
  readonly enteredMs: number
  /** End of the last attack of a coordinated window. */
  readonly lastMs: number
  readonly sites: number
  /**
   * The lowest probability that so many are chance, and the attacks per day that it was computed
   * from.
   */
  readonly chance: number
  readonly perDay: number
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  readonly triggers: Evidence
  readonly support: Evidence
  /** Support that became a trigger by a number of sites that counts it. */
  readonly promoted: readonly Incident[]
  /** Ids of those that are only counted. */
  readonly counted: readonly string[]
}

interface CoordinatedAttackState {
  /** Key of the actor. */
  readonly actor: string
  /**
   * Attacks of the last window with a date known to the day and a precise place; in order of the
   * fold.
   */
  readonly recent: readonly Incident[]
  /** All attacks of the actor by week since the epoch, in order. */
  readonly weeks: readonly (readonly [week: number, count: number])[]
  readonly open: CoordinatedEpisode | null
  readonly closed: readonly Finding[]
}

const weekMs = 7 * dayMs

export const coordinatedAttack: Pattern<CoordinatedAttackParameters, CoordinatedAttackState> = {
  ...tableOf(coordinatedAttackNow),
  baselineDays: parameters => parameters.rateDays,
  placeNeeds: (incident, { apartKm, genericActors }) =>
    attackCategories.has(incident.category) && namedPerpetrators(incident, genericActors).length > 0
      ? [{ withinKm: apartKm }]
      : [],
  scopesOf: (incident, { genericActors }) =>
    attackCategories.has(incident.category)
      ? namedPerpetrators(incident, genericActors).map(({ key }) =>
          incident.drill ? `drill/${key}` : `actor/${key}`
        )
      : [],
  initial: scope => ({
    actor: scope.slice(scope.indexOf('/') + 1),
    recent: [],
    weeks: [],
    open: null,
    closed: []
  }),
  step: (state, incident, parameters) => {
    if (!incident.passesGrade) return state
    const current = closeWhenDue(state, incident.fromMs, parameters)
    const counted = { ...current, weeks: withAttack(current.weeks, incident, parameters) }
    if (!isSharp(incident, parameters)) return counted
    const fromMs = incident.fromMs - parameters.windowHours * hourMs
    const recent = [...current.recent.filter(i => i.fromMs >= fromMs), incident]
    const next = { ...counted, recent }
    // A duplicate cannot open what the first report of the attack did not.
    if (current.open === null && current.recent.some(i => isTwin(i, incident))) return next
    if (recent.length < parameters.sitesMin && recent.every(i => i.alsoAt.length === 0)) return next
    // For an actor so active that even the maximum of sites is expected, no search is needed.
    const most = Math.max(parameters.sitesMin, parameters.escalateSites)
    if (chanceOf(most, current.weeks, incident, parameters).chance > parameters.alpha) return next
    const burst = burstWith(incident, recent, parameters)
    const { chance, perDay } = chanceOf(burst.sites, current.weeks, incident, parameters)
    if (burst.sites < parameters.sitesMin || chance > parameters.alpha) return next
    const { open } = current
    return {
      ...next,
      open: open
        ? grown(open, incident, burst, chance, parameters)
        : entered(current.actor, incident, burst, { chance, perDay }, parameters)
    }
  },
  findings: (state, horizonMs, parameters) => {
    const { open, closed } = closeWhenDue(state, horizonMs, parameters)
    return open === null
      ? closed
      : [...closed, described(open, () => describe(open, null, parameters))]
  },
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    const closesMs = open ? closesAtMs(open, parameters) : null
    return closesMs !== null && closesMs > horizonMs ? closesMs : null
  },
  forget: (state, beforeMs) => ({
    ...state,
    // No window still to come contains what ended a year before the base.
    recent: state.recent.filter(i => i.toMs >= beforeMs - 366 * dayMs),
    weeks: state.weeks.filter(([week]) => (week + 1) * weekMs >= beforeMs - 366 * dayMs),
    closed: state.closed.filter(f => f.toMs === null || f.toMs >= beforeMs)
  })
}

/** True if it is dated to the day or better, and its place is precise enough for the distance. */
function isSharp(incident: Incident, parameters: CoordinatedAttackParameters): boolean {
  return incident.toMs - incident.fromMs <= dayMs && pointsOf(incident, parameters).length > 0
}

/** True for the same moment and the same places. */
function isTwin(one: Incident, other: Incident): boolean {
  if (one.fromMs !== other.fromMs || one.toMs !== other.toMs) return false
  const [here, there] = [placesOf(one), placesOf(other)]
  return (
    here.length === there.length &&
    here.every(({ lat, lon, radiusKm }, i) => {
      const place = there[i] as (typeof there)[number]
      return lat === place.lat && lon === place.lon && radiusKm === place.radiusKm
    })
  )
}

function pointsOf(incident: Incident, { apartKm }: CoordinatedAttackParameters): Point[] {
  return placesOf(incident).flatMap(({ lat, lon, radiusKm }) =>
    lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= apartKm
      ? [{ lat, lon }]
      : []
  )
}

function weekOf(ms: number): number {
  return Math.floor(ms / weekMs)
}

function weeksOfRate({ rateDays }: CoordinatedAttackParameters): number {
  return Math.max(1, Math.floor(rateDays / 7))
}

function withAttack(
  weeks: CoordinatedAttackState['weeks'],
  incident: Incident,
  parameters: CoordinatedAttackParameters
): CoordinatedAttackState['weeks'] {
  const week = weekOf(incident.fromMs)
  const last = weeks.at(-1)
  if (last !== undefined && last[0] === week) return weeks.with(-1, [week, last[1] + 1])
  // Two weeks more than the rate covers: a window may begin in the week before.
  return [...weeks.filter(([other]) => other >= week - weeksOfRate(parameters) - 2), [week, 1]]
}

interface Burst {
  readonly members: readonly Incident[]
  readonly sites: number
}

/**
 * Of all windows that contain the newest attack as a whole, the one with the most sites that lie
 * apart; the earliest of equals.
 */
function burstWith(
  newest: Incident,
  recent: readonly Incident[],
  parameters: CoordinatedAttackParameters
): Burst {
  const lengthMs = parameters.windowHours * hourMs
  let best: Burst = { members: [newest], sites: 0 }
  for (const fromMs of new Set(recent.map(i => i.fromMs))) {
    if (newest.toMs > fromMs + lengthMs) continue
    const members = recent.filter(i => i.fromMs >= fromMs && i.toMs <= fromMs + lengthMs)
    const most = Math.max(parameters.sitesMin, parameters.escalateSites)
    const points = members.flatMap(i => pointsOf(i, parameters))
    const { sites } = sitesApart(points.map(onSphere), parameters.apartKm, { most })
    if (sites > best.sites) best = { members, sites }
  }
  return best
}

/**
 * The probability of so many attacks in one window, given the actor's attacks in the whole weeks
 * before it.
 */
function chanceOf(
  sites: number,
  weeks: CoordinatedAttackState['weeks'],
  incident: Incident,
  parameters: CoordinatedAttackParameters
): { readonly chance: number; readonly perDay: number } {
  const count = weeksOfRate(parameters)
  const until = weekOf(incident.fromMs - parameters.windowHours * hourMs)
  let past = 0
  for (const [week, n] of weeks) if (week < until && week >= until - count) past += n
  const windowDays = parameters.windowHours / 24
  const chance = binomialTail(past + sites, windowDays / (count * 7 + windowDays), sites)
  return { chance: roundMeasure(chance), perDay: roundMeasure(past / (count * 7)) }
}

const capital = 'the capital'

function reasonsOf(
  { sites, members }: Burst,
  { escalateSites }: CoordinatedAttackParameters
): string[] {
  const hitsCapital = members.some(i => placesOf(i).some(p => p.seat === 'country'))
  return [
    ...(sites >= escalateSites ? [`${escalateSites} sites`] : []),
    ...(hitsCapital ? [capital] : [])
  ]
}

function entered(
  actor: string,
  incident: Incident,
  burst: Burst,
  { chance, perDay }: Pick<CoordinatedEpisode, 'chance' | 'perDay'>,
  parameters: CoordinatedAttackParameters
): CoordinatedEpisode {
  return {
    name: incident.actors.find(({ name }) => actorKey(name) === actor)?.name.trim() ?? actor,
    fromMs: Math.min(...burst.members.map(i => i.fromMs)),
    enteredMs: incident.fromMs,
    lastMs: Math.max(...burst.members.map(i => i.toMs)),
    sites: burst.sites,
    chance,
    perDay,
    marks: reasonsOf(burst, parameters).map(reason => ({ atMs: incident.fromMs, reason })),
    triggers: evidenceOf(burst.members),
    support: noEvidence,
    promoted: [],
    counted: []
  }
}

function grown(
  open: CoordinatedEpisode,
  incident: Incident,
  burst: Burst,
  chance: number,
  parameters: CoordinatedAttackParameters
): CoordinatedEpisode {
  const reasons = reasonsOf(burst, parameters).filter(
    reason => !open.marks.some(m => m.reason === reason)
  )
  const moves = reasons.length > 0 || burst.sites > open.sites
  const known = new Set([...open.triggers.kept, ...open.support.kept].map(i => i.id))
  const counted = new Set(open.counted)
  const fresh = burst.members
    .filter(i => i === incident || (!known.has(i.id) && (moves || !counted.has(i.id))))
    .sort(compareIncidents)
  const renamed = fresh.filter(i => counted.has(i.id)).length
  const evidence = moves
    ? {
        triggers: fresh.reduce<Evidence>(addEvidence, open.triggers),
        support: { ...open.support, omitted: open.support.omitted - renamed }
      }
    : { triggers: open.triggers, support: fresh.reduce<Evidence>(withSupport, open.support) }
  const named = new Set([...evidence.triggers.kept, ...evidence.support.kept].map(i => i.id))
  const all = new Set([...open.counted, ...fresh.map(i => i.id)])
  const promoted = moves ? promotedBy(burst, open, evidence.triggers) : open.promoted
  return {
    ...open,
    promoted,
    counted: [...all].filter(id => !named.has(id)),
    lastMs: Math.max(open.lastMs, incident.toMs),
    sites: Math.max(open.sites, burst.sites),
    chance: burst.sites > open.sites ? chance : open.chance,
    marks: [...open.marks, ...reasons.map(reason => ({ atMs: incident.fromMs, reason }))],
    ...evidence
  }
}

function promotedBy(
  { members }: Burst,
  { promoted }: CoordinatedEpisode,
  triggers: Evidence
): readonly Incident[] {
  const strictest = firstStrictest(members.toSorted(compareIncidents)) as Incident
  const isTold = [...triggers.kept, ...promoted].some(({ handling }) =>
    maySee(handling, strictest.handling)
  )
  return isTold ? promoted : [...promoted, strictest]
}

function closesAtMs(open: CoordinatedEpisode, { leaveHours }: CoordinatedAttackParameters): number {
  return open.lastMs + leaveHours * hourMs
}

function closeWhenDue(
  state: CoordinatedAttackState,
  nowMs: number,
  parameters: CoordinatedAttackParameters
): CoordinatedAttackState {
  if (!state.open || closesAtMs(state.open, parameters) > nowMs) return state
  const ended = describe(state.open, closesAtMs(state.open, parameters), parameters)
  return { ...state, open: null, closed: [...state.closed, ended] }
}

function rateText(perDay: number): string {
  return perDay === 0
    ? 'no attacks'
    : `${perDay < 0.01 ? 'fewer than 0.01' : perDay.toFixed(2)} attacks a day`
}

const described = recentCache<CoordinatedEpisode, Finding>(64)

function describe(
  open: CoordinatedEpisode,
  toMs: number | null,
  parameters: CoordinatedAttackParameters
): Finding {
  const { windowHours, apartKm, sitesMin, alpha, leaveHours, rateDays, escalateSites } = parameters
  const { promoted, support } = open
  const triggers =
    promoted.length === 0
      ? open.triggers.kept
      : evidenceOf([...open.triggers.kept, ...promoted]).kept
  const places = [...new Set(triggers.flatMap(i => placesOf(i).map(nameOfPlace)))]
  const many =
    open.sites >= Math.max(sitesMin, escalateSites) ? `${open.sites} or more` : `${open.sites}`
  return {
    group: { actor: open.name, ...(triggers[0]?.drill ? { drill: 'true' } : {}) },
    // The same actor on the same day may strike at the other end of the theatre.
    situation: null,
    fromMs: open.fromMs,
    toMs,
    levels: numberLevels([{ atMs: open.enteredMs, reason: `${sitesMin} sites` }, ...open.marks]),
    measure: {
      name: `sites ${apartKm} km apart in ${windowHours} hours`,
      value: open.sites,
      threshold: sitesMin,
      baseline: open.perDay
    },
    triggers,
    support: support.kept.filter(({ id }) => promoted.every(one => one.id !== id)),
    omitted: open.triggers.omitted + open.support.omitted,
    headline: `${statedName(open.name)} struck ${many} sites far apart within ${windowHours} hours, from ${formatDay(open.fromMs)}: ${listOf(places, 5)}`,
    explanation:
      `${statedName(open.name)} struck ${many} sites at least ${apartKm} km apart within ${countedText(windowHours, 'hour')}, from ${formatDay(open.fromMs)}. Threshold: ${sitesMin}. ` +
      `It made ${rateText(open.perDay)} in the ${rateDays} days before. At that rate the probability that so many coincide by chance is ` +
      `${open.chance < 0.0001 ? 'less than 0.0001' : open.chance.toFixed(4)}; the limit is ${alpha}. Only attacks dated to the day count. ` +
      `The alert ends after ${countedText(leaveHours, 'hour')} without another attack.`
  }
}
