// Coordinated attack: one actor strikes sites far apart within a day, more than its own days let expect. Only dates known to the day count.

import { addEvidence, type Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels, roundMeasure } from '../../finding/finding.ts'
import { compareIncidents, type Incident, placesOf } from '../../incident/incident.ts'
import { attackCategories } from '../../report/report.ts'
import { dayMs, formatDay, hourMs } from '../../space-time/event-time.ts'
import { distanceKm, type Point } from '../../space-time/geometry.ts'
import { actorKey } from '../episode/actor-names.ts'
import { type Evidence, evidenceOf, noEvidence } from '../episode/episode-evidence.ts'
import { keepsLast } from '../episode/last-made.ts'
import { genericActorsParameter, namedPerpetrators } from '../episode/named-perpetrators.ts'
import { withSupport } from '../episode/named-support.ts'
import { nameOfPlace } from '../episode/same-place.ts'
import { listOf } from '../episode/wording.ts'
import { binomialTail } from './binomial-tail.ts'

const source = 'patterns.md#coordinated-attack'

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
  /** End of the last attack of a window that is coordinated. */
  readonly lastMs: number
  readonly sites: number
  /** How likely so many are by chance, at the least; and the attacks a day that this rests on. */
  readonly chance: number
  readonly perDay: number
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  readonly triggers: Evidence
  readonly support: Evidence
}

interface CoordinatedAttackState {
  /** Key of the actor. */
  readonly actor: string
  /** Attacks of the last window, dated to the day and placed sharply enough; in order of the fold, at most `recentMax`. */
  readonly recent: readonly Incident[]
  /** All attacks of the actor by week since the epoch, in order. */
  readonly weeks: readonly (readonly [week: number, count: number])[]
  readonly open: CoordinatedEpisode | null
  readonly closed: readonly Finding[]
}

const recentMax = 60
/** Steps of the search for sites that lie apart, at most: what it has found by then counts. */
const searchMax = 4000
const weekMs = 7 * dayMs

export const coordinatedAttack: Pattern<CoordinatedAttackParameters, CoordinatedAttackState> = {
  id: 'coordinated-attack',
  parameters: {
    windowHours: { default: 24, unit: 'hours', meaning: 'the window', source, min: 1, max: 168 },
    sitesMin: { default: 3, unit: 'sites', meaning: 'sites struck', source, min: 2, max: 20 },
    apartKm: { default: 30, unit: 'km', meaning: 'how far each lies from each', source },
    alpha: {
      default: 0.01,
      unit: 'probability',
      meaning: "how likely so many in one window may be by chance, at the actor's own rate",
      source
    },
    rateDays: {
      default: 364,
      unit: 'days',
      meaning: 'the past that this rate is of',
      source: 'as patterns.md#new-actor',
      min: 7,
      max: 3660
    },
    escalateSites: { default: 5, unit: 'sites', meaning: 'sites at which it escalates', source, min: 2, max: 20 },
    leaveHours: { default: 72, unit: 'hours', meaning: 'time without another that ends it', source, min: 1 },
    genericActors: genericActorsParameter
  },
  examples: [
    {
      name: 'three sites far apart on one day',
      given: [
        { at: '2025-06-01', category: 'attack', settlement: 'Dioura', admin1: 'ML-5', lat: 14.83, lon: -5.25, actor: 'JNIM' },
        { at: '2025-06-01', category: 'attack', settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.44, lon: -0.67, actor: 'JNIM' },
        { at: '2025-06-01', category: 'ambush', settlement: 'Sirakorola', admin1: 'ML-2', lat: 13.29, lon: -7.57, actor: 'JNIM' }
      ],
      horizon: '2025-06-02',
      expect: [{ group: { actor: 'JNIM' }, level: 1, open: true }]
    },
    {
      name: 'three sites on three days are none, and neither are dates that are not known to the day',
      given: [
        { at: '2025-06-01', category: 'attack', settlement: 'Dioura', admin1: 'ML-5', lat: 14.83, lon: -5.25, actor: 'JNIM' },
        { at: '2025-06-02', category: 'attack', settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.44, lon: -0.67, actor: 'JNIM' },
        {
          at: '2025-06-01',
          to: '2025-06-03',
          category: 'ambush',
          settlement: 'Sirakorola',
          admin1: 'ML-2',
          lat: 13.29,
          lon: -7.57,
          actor: 'JNIM'
        }
      ],
      horizon: '2025-06-04',
      expect: []
    },
    {
      name: 'the capital escalates it',
      given: [
        { at: '2025-06-01', category: 'attack', settlement: 'Dioura', admin1: 'ML-5', lat: 14.83, lon: -5.25, actor: 'JNIM' },
        { at: '2025-06-01', category: 'attack', settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.44, lon: -0.67, actor: 'JNIM' },
        {
          at: '2025-06-01',
          category: 'attack',
          settlement: 'Bamako',
          admin1: 'ML-BKO',
          lat: 12.65,
          lon: -8,
          actor: 'JNIM',
          seat: 'country'
        }
      ],
      horizon: '2025-06-02',
      expect: [{ group: { actor: 'JNIM' }, level: 2, open: true }]
    },
    {
      name: 'three days later it is over',
      given: [
        { at: '2025-06-01', category: 'attack', settlement: 'Dioura', admin1: 'ML-5', lat: 14.83, lon: -5.25, actor: 'JNIM' },
        { at: '2025-06-01', category: 'attack', settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.44, lon: -0.67, actor: 'JNIM' },
        { at: '2025-06-01', category: 'ambush', settlement: 'Sirakorola', admin1: 'ML-2', lat: 13.29, lon: -7.57, actor: 'JNIM' }
      ],
      horizon: '2025-06-06',
      expect: [{ group: { actor: 'JNIM' }, level: 1, open: false }]
    }
  ],
  baselineDays: parameters => parameters.rateDays,
  placeNeeds: (incident, { apartKm, genericActors }) =>
    attackCategories.has(incident.category) && namedPerpetrators(incident, genericActors).length > 0
      ? [{ withinKm: apartKm }]
      : [],
  scopesOf: (incident, { genericActors }) =>
    attackCategories.has(incident.category)
      ? namedPerpetrators(incident, genericActors).map(({ key }) => (incident.drill ? `drill/${key}` : `actor/${key}`))
      : [],
  initial: scope => ({ actor: scope.slice(scope.indexOf('/') + 1), recent: [], weeks: [], open: null, closed: [] }),
  step: (state, incident, parameters) => {
    if (!incident.passesGrade) return state
    const current = closeWhenDue(state, incident.fromMs, parameters)
    const counted = { ...current, weeks: withAttack(current.weeks, incident, parameters) }
    if (!isSharp(incident, parameters)) return counted
    const fromMs = incident.fromMs - parameters.windowHours * hourMs
    const recent = [...current.recent.filter(i => i.fromMs >= fromMs), incident].slice(-recentMax)
    const next = { ...counted, recent }
    // What entered nothing enters nothing when it is told of again.
    if (current.open === null && current.recent.some(i => isTwin(i, incident))) return next
    if (recent.length < parameters.sitesMin && recent.every(i => i.alsoAt.length === 0)) return next
    // For who strikes so often that even the most sites would be no wonder, nothing has to be searched.
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
    return open === null ? closed : [...closed, described(open, () => describe(open, null, parameters))]
  },
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    const closesMs = open ? closesAtMs(open, parameters) : null
    return closesMs !== null && closesMs > horizonMs ? closesMs : null
  },
  forget: (state, beforeMs) => ({
    ...state,
    // What ended a year before the base stands in no window that may still come.
    recent: state.recent.filter(i => i.toMs >= beforeMs - 366 * dayMs),
    weeks: state.weeks.filter(([week]) => (week + 1) * weekMs >= beforeMs - 366 * dayMs),
    closed: state.closed.filter(f => f.toMs === null || f.toMs >= beforeMs)
  })
}

/** Dated to the day or better, and a place precise enough for the distance. */
function isSharp(incident: Incident, parameters: CoordinatedAttackParameters): boolean {
  return incident.toMs - incident.fromMs <= dayMs && pointsOf(incident, parameters).length > 0
}

/** Of the same moment, at the same places. */
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
    lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= apartKm ? [{ lat, lon }] : []
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
  // Two weeks more than the rate is of: a window may begin in the week before.
  return [...weeks.filter(([other]) => other >= week - weeksOfRate(parameters) - 2), [week, 1]]
}

interface Burst {
  readonly members: readonly Incident[]
  readonly sites: number
}

/** Of all windows that hold the newest attack as a whole, the one with the most sites that lie apart; the earliest of equals. */
function burstWith(newest: Incident, recent: readonly Incident[], parameters: CoordinatedAttackParameters): Burst {
  const lengthMs = parameters.windowHours * hourMs
  let best: Burst = { members: [newest], sites: 0 }
  for (const fromMs of new Set(recent.map(i => i.fromMs))) {
    if (newest.toMs > fromMs + lengthMs) continue
    const members = recent.filter(i => i.fromMs >= fromMs && i.toMs <= fromMs + lengthMs)
    const most = Math.max(parameters.sitesMin, parameters.escalateSites)
    const points = members.flatMap(i => pointsOf(i, parameters))
    const sites = sitesApart(points, parameters.apartKm, most)
    if (sites > best.sites) best = { members, sites }
  }
  return best
}

/** How many of the points lie so far apart, each from each; counted up to `most`. */
export function sitesApart(points: readonly Point[], km: number, most: number): number {
  const distinct = [...new Map(points.map(p => [`${p.lat},${p.lon}`, p])).values()]
  let best = 0
  let steps = 0
  const search = (left: readonly Point[], chosen: number): void => {
    best = Math.max(best, chosen)
    for (let i = 0; i < left.length && best < most && chosen + left.length - i > best && steps < searchMax; i++) {
      steps += 1
      const point = left[i] as Point
      search(
        left.slice(i + 1).filter(p => distanceKm(p, point) >= km),
        chosen + 1
      )
    }
  }
  search(distinct, 0)
  return best
}

/** How likely so many attacks in one window are, given what the actor did in the whole weeks before it. */
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

function reasonsOf({ sites, members }: Burst, { escalateSites }: CoordinatedAttackParameters): string[] {
  const hitsCapital = members.some(i => placesOf(i).some(p => p.seat === 'country'))
  return [...(sites >= escalateSites ? [`${escalateSites} sites`] : []), ...(hitsCapital ? [capital] : [])]
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
    support: noEvidence
  }
}

function grown(
  open: CoordinatedEpisode,
  incident: Incident,
  burst: Burst,
  chance: number,
  parameters: CoordinatedAttackParameters
): CoordinatedEpisode {
  const reasons = reasonsOf(burst, parameters).filter(reason => !open.marks.some(m => m.reason === reason))
  const moves = reasons.length > 0 || burst.sites > open.sites
  const known = new Set([...open.triggers.kept, ...open.support.kept].map(i => i.id))
  const fresh = burst.members.filter(i => i === incident || !known.has(i.id)).sort(compareIncidents)
  const evidence = moves
    ? { triggers: fresh.reduce<Evidence>(addEvidence, open.triggers) }
    : { support: fresh.reduce<Evidence>(withSupport, open.support) }
  return {
    ...open,
    lastMs: Math.max(open.lastMs, incident.toMs),
    sites: Math.max(open.sites, burst.sites),
    chance: burst.sites > open.sites ? chance : open.chance,
    marks: [...open.marks, ...reasons.map(reason => ({ atMs: incident.fromMs, reason }))],
    ...evidence
  }
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
  return perDay === 0 ? 'no attack' : `${perDay < 0.01 ? 'fewer than 0.01' : perDay.toFixed(2)} attacks a day`
}

const described = keepsLast<CoordinatedEpisode, Finding>(64)

function describe(open: CoordinatedEpisode, toMs: number | null, parameters: CoordinatedAttackParameters): Finding {
  const { windowHours, apartKm, sitesMin, alpha, leaveHours, rateDays, escalateSites } = parameters
  const places = [...new Set(open.triggers.kept.flatMap(i => placesOf(i).map(nameOfPlace)))]
  const many = open.sites >= Math.max(sitesMin, escalateSites) ? `${open.sites} or more` : `${open.sites}`
  return {
    group: { actor: open.name, ...(open.triggers.kept[0]?.drill ? { drill: 'true' } : {}) },
    // The same actor on the same day may be at the other end of the theatre.
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
    triggers: open.triggers.kept,
    support: open.support.kept,
    omitted: open.triggers.omitted + open.support.omitted,
    headline: `${open.name} struck ${many} sites far apart within ${windowHours} hours, from ${formatDay(open.fromMs)}: ${listOf(places, 5)}`,
    explanation:
      `From ${formatDay(open.fromMs)} ${open.name} struck ${many} sites at least ${apartKm} km apart within ${windowHours} hours; ${sitesMin} are needed. ` +
      `In the ${rateDays} days before it made ${rateText(open.perDay)}, so that so many come together by chance with a probability of ` +
      `${open.chance < 0.0001 ? 'less than 0.0001' : open.chance.toFixed(4)}; at most ${alpha} is asked for. Only attacks dated to the day count. ` +
      `It ends after ${leaveHours} hours without another.`
  }
}
