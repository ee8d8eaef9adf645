// Mass casualty: one incident that killed many civilians. What is close to it in space and time is
// one episode; deaths are never added up over incidents, and those of one incident at several
// places belong to all of them together.

import type { Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { situationAt } from '../../finding/situation.ts'
import {
  compareIncidents,
  compareText,
  type Incident,
  type IncidentPlace,
  placesOf
} from '../../incident/incident.ts'
import { areOneSettlement } from '../../report/one-settlement.ts'
import { areaInCountry, areaName } from '../../space-time/area-names.ts'
import { countryName } from '../../space-time/country-names.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { distanceKm, kmPerDegree } from '../../space-time/geometry.ts'
import { type Evidence, evidenceOf } from '../episode/episode-evidence.ts'
import { tellsOnce } from '../episode/growing-support.ts'
import { mergedSupport, withSupport } from '../episode/named-support.ts'
import { notEndedBefore } from '../episode/prune-ended.ts'
import {
  besidePlace,
  capitalised,
  countedText,
  listOf,
  momentWords,
  pointName
} from '../episode/wording.ts'
import {
  boundsText,
  type CarriedDeaths,
  carriedDeaths,
  certaintyAt,
  deathsText,
  limitsReached
} from './death-bounds.ts'

const source = 'patterns.md#mass-casualty'

export interface MassCasualtyParameters {
  readonly steps: readonly number[]
  readonly nearKm: number
  readonly nearDays: number
  readonly longestDays: number
  readonly civilianKinds: readonly string[]
}

/** One incident of an episode, and its toll. */
interface IncidentToll {
  readonly incident: Incident
  readonly toll: CarriedDeaths
}

interface Massacre {
  /** End of its last incident. */
  readonly lastMs: number
  readonly triggers: Evidence
  readonly support: Evidence
}

interface MassCasualtyState {
  /** In order of their first incident. */
  readonly open: readonly Massacre[]
  readonly closed: readonly Finding[]
}

/**
 * Maximum number of open episodes; above it the one without news for the longest time ends at once,
 * and its alert says so.
 */
export const openMax = 2_000
const vagueDays = 7

export const massCasualty: Pattern<MassCasualtyParameters, MassCasualtyState> = {
  id: 'mass-casualty',
  words: {
    says: 'One incident killed many civilians.',
    levels: 'Each further number of `steps`.',
    ends: 'Nothing more within `nearKm` and `nearDays` of it.',
    comesBack: 'The same settlement, or a place within `nearKm`, and within `nearDays`.',
    comesBackBy: { km: 'nearKm', days: ['nearDays'] }
  },
  parameters: {
    steps: {
      default: [10, 25, 50],
      unit: 'civilians',
      meaning: 'deaths in one incident at which each level is reached',
      source,
      min: 1
    },
    nearKm: {
      default: 10,
      unit: 'km',
      meaning: 'incidents within this distance belong to one alert',
      source,
      min: 0
    },
    nearDays: { default: 2, unit: 'days', meaning: 'and within this time', source, min: 0 },
    longestDays: {
      default: 31,
      unit: 'days',
      meaning:
        'an incident dated to a longer interval is a seasonal sum, not one killing, and is left out',
      source: 'our choice: UCDP writes the dead of a year into one row',
      min: 1,
      max: 3660
    },
    civilianKinds: {
      default: [
        'civilian',
        'civilians',
        'villagers',
        'displaced',
        'refugees',
        'worshippers',
        'aid-workers',
        'health-workers'
      ],
      unit: 'kinds',
      meaning: 'kinds of targets that are civilian',
      source
    }
  },
  looksBack: ({ longestDays, nearDays }) => ({ longestDays, nearDays }),
  examples: [
    {
      name: 'at least 31 villagers killed in two villages',
      given: [
        {
          at: '2025-10-01',
          to: '2025-10-31',
          category: 'attack-on-civilians',
          deaths: [31, null, null],
          radiusKm: 80
        }
      ],
      horizon: '2025-11-01',
      expect: [{ group: { admin1: 'ML-4' }, level: 2, open: true }]
    },
    {
      name: 'nine civilians, or twenty soldiers, are not a mass casualty',
      given: [
        { at: '2025-03-01', category: 'attack-on-civilians', deaths: [9, 9, 9] },
        { at: '2025-03-03', category: 'ambush', deaths: [20, 20, 20], targets: ['soldiers'] },
        {
          at: '2025-03-05',
          category: 'explosion',
          deaths: [20, 20, 20],
          targets: ['soldiers', 'civilians']
        },
        { at: '2025-03-08', category: 'attack-on-civilians', deaths: [null, null, null] }
      ],
      horizon: '2025-03-09',
      expect: []
    },
    {
      name: 'the deaths of half a year in one row are not a mass casualty',
      given: [
        {
          at: '2025-01-01',
          to: '2025-06-30',
          category: 'attack-on-civilians',
          deaths: [31, 300, 400]
        }
      ],
      horizon: '2025-07-01',
      expect: []
    },
    {
      name: 'a worse one nearby escalates it',
      given: [
        {
          at: '2025-03-01',
          category: 'attack-on-civilians',
          settlement: 'Dioura',
          lat: 14.0,
          lon: -5.0,
          deaths: [10, 12, 15]
        },
        {
          at: '2025-03-03',
          category: 'air-strike',
          targets: ['civilians'],
          lat: 14.05,
          lon: -5.0,
          deaths: [40, 55, 60]
        }
      ],
      horizon: '2025-03-04',
      expect: [{ group: { settlement: 'Dioura' }, level: 3, open: true }]
    },
    {
      name: 'the highest figure alone is enough for entry, but not for a further level',
      given: [
        {
          at: '2025-03-01',
          category: 'attack-on-civilians',
          settlement: 'Dioura',
          deaths: [null, 9, 60]
        }
      ],
      horizon: '2025-03-02',
      expect: [{ group: { settlement: 'Dioura' }, level: 1, open: true }]
    },
    {
      name: 'it ends after two days; another one fifty kilometres away is separate',
      given: [
        {
          at: '2025-03-01',
          category: 'attack-on-civilians',
          settlement: 'Dioura',
          lat: 14.0,
          lon: -5.0,
          deaths: [10, 12, 15]
        },
        {
          at: '2025-03-02',
          category: 'attack-on-civilians',
          settlement: 'Tenenkou',
          lat: 14.5,
          lon: -5.0,
          deaths: [null, null, 20]
        }
      ],
      horizon: '2025-03-04',
      expect: [
        { group: { settlement: 'Dioura' }, level: 1, open: false },
        { group: { settlement: 'Tenenkou' }, level: 1, open: true }
      ]
    }
  ],
  faultsOf: ({ steps }) =>
    steps.length === 0 || steps.some((step, i) => i > 0 && step <= (steps[i - 1] as number))
      ? [{ path: ['steps'], detail: 'must be rising numbers, at least one' }]
      : [],
  scopesOf: (incident, parameters) =>
    tollOf(incident, parameters) === null ? [] : [incident.drill ? 'drill' : 'theatre'],
  initial: () => ({ open: [], closed: [] }),
  step: (state, incident, parameters) => {
    const current = closeWhenDue(state, incident.fromMs, parameters)
    const near = current.open.filter(massacre => isClose(massacre, incident, parameters))
    if (incident.passesGrade) return withMassacre(current, near, incident, parameters)
    if (near.length === 0) return current
    const open = current.open.map(m =>
      m === near[0] ? { ...m, support: withSupport(m.support, incident) } : m
    )
    return { ...current, open }
  },
  findings: (state, horizonMs, parameters) => {
    const { open, closed } = closeWhenDue(state, horizonMs, parameters)
    return inOrder(
      closed,
      open.map(massacre => describeOpen(massacre, parameters))
    )
  },
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    let next = Number.POSITIVE_INFINITY
    for (const massacre of open) {
      const ms = closesAtMs(massacre, parameters)
      if (ms > horizonMs && ms < next) next = ms
    }
    return Number.isFinite(next) ? next : null
  },
  forget: (state, beforeMs) => {
    const closed = notEndedBefore(state.closed, beforeMs)
    return closed === state.closed ? state : { ...state, closed }
  }
}

/**
 * The toll among civilians; null if it reaches no step, if those killed may be others, or if it may
 * be the sum of many incidents.
 */
function tollOf(
  incident: Incident,
  { steps, civilianKinds, longestDays }: MassCasualtyParameters
): CarriedDeaths | null {
  const { category, targets, fatalities, fromMs, toMs } = incident
  const toll = carriedDeaths(fatalities, steps[0] ?? Number.POSITIVE_INFINITY)
  if (toll === null || category === 'statistic' || toMs - fromMs > longestDays * dayMs) return null
  // Deaths of civilians and soldiers together cannot be separated.
  const isOnCivilians =
    category === 'attack-on-civilians' ||
    (targets.length > 0 && targets.every(kind => civilianKinds.includes(kind)))
  return isOnCivilians ? toll : null
}

/**
 * True if it is close to a precise place of one of its incidents; without precise places, if the
 * area or settlement is the same. An incident of some day within weeks is not close to one whose
 * day is known: it would absorb incidents for all of that time.
 */
function isClose(
  { triggers }: Massacre,
  incident: Incident,
  { nearKm, nearDays }: MassCasualtyParameters
): boolean {
  for (const other of triggers.kept) {
    if (incident.fromMs > other.toMs + nearDays * dayMs || isVague(other) !== isVague(incident))
      continue
    for (const a of placesOf(other))
      for (const b of placesOf(incident)) if (areClose(a, b, nearKm)) return true
  }
  return false
}

/** True if longer than a week, which is the coarsest usual date. */
function isVague({ fromMs, toMs }: Incident): boolean {
  return toMs - fromMs >= vagueDays * dayMs
}

function areClose(a: IncidentPlace, b: IncidentPlace, nearKm: number): boolean {
  if (areOneSettlement(a, b)) return true
  const p = pointOf(a, nearKm)
  const q = pointOf(b, nearKm)
  if (p !== null && q !== null)
    return Math.abs(p.lat - q.lat) * kmPerDegree <= nearKm + 1 && distanceKm(p, q) <= nearKm
  if (p !== null || q !== null || a.settlement !== null || b.settlement !== null) return false
  return a.admin1 !== null && a.admin1 === b.admin1 && !areSurelyApart(a, b, nearKm)
}

/** True if two circles cannot contain points within `nearKm` of each other. */
function areSurelyApart(a: IncidentPlace, b: IncidentPlace, nearKm: number): boolean {
  if (
    a.lat === null ||
    a.lon === null ||
    b.lat === null ||
    b.lon === null ||
    a.radiusKm === null ||
    b.radiusKm === null
  )
    return false
  return (
    distanceKm({ lat: a.lat, lon: a.lon }, { lat: b.lat, lon: b.lon }) >
    nearKm + a.radiusKm + b.radiusKm
  )
}

function pointOf({ lat, lon, radiusKm }: IncidentPlace, nearKm: number) {
  return lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= nearKm
    ? { lat, lon }
    : null
}

/**
 * The state with one more incident: it opens an episode, joins one, or merges several into the
 * oldest.
 */
function withMassacre(
  { open, closed }: MassCasualtyState,
  near: readonly Massacre[],
  incident: Incident,
  parameters: MassCasualtyParameters
): MassCasualtyState {
  const joined: Massacre = {
    lastMs: Math.max(incident.toMs, ...near.map(m => m.lastMs)),
    triggers: united([...near.map(m => m.triggers), { kept: [incident], omitted: 0 }]),
    support: mergedSupport(near.map(m => m.support))
  }
  const [eldest] = near
  const others = open
    .filter(m => !near.includes(m) || m === eldest)
    .map(m => (m === eldest ? joined : m))
  return withinLimit(
    { open: eldest === undefined ? [...others, joined] : others, closed },
    parameters
  )
}

function united(all: readonly Evidence[]): Evidence {
  const named = evidenceOf(all.flatMap(e => e.kept))
  return { kept: named.kept, omitted: all.reduce((sum, e) => sum + e.omitted, named.omitted) }
}

function withinLimit(
  state: MassCasualtyState,
  parameters: MassCasualtyParameters
): MassCasualtyState {
  if (state.open.length <= openMax) return state
  const oldest = state.open.reduce((a, b) => (b.lastMs < a.lastMs ? b : a))
  const finding = describeEnded(oldest, parameters)
  const cut = `${finding.explanation} It is no longer followed: above ${openMax} open killings of a theatre, the one without news for the longest time is closed.`
  return {
    open: state.open.filter(m => m !== oldest),
    closed: inOrder(state.closed, [{ ...finding, explanation: cut }])
  }
}

function closesAtMs({ lastMs }: Massacre, { nearDays }: MassCasualtyParameters): number {
  return lastMs + nearDays * dayMs + 1
}

function closeWhenDue(
  state: MassCasualtyState,
  nowMs: number,
  parameters: MassCasualtyParameters
): MassCasualtyState {
  const isDue = (m: Massacre) => closesAtMs(m, parameters) <= nowMs
  return state.open.some(isDue) ? ended(state, state.open.filter(isDue), parameters) : state
}

function ended(
  { open, closed }: MassCasualtyState,
  due: readonly Massacre[],
  parameters: MassCasualtyParameters
): MassCasualtyState {
  return {
    open: open.filter(m => !due.includes(m)),
    closed: inOrder(
      closed,
      due.map(m => describeEnded(m, parameters))
    )
  }
}

/**
 * Episodes of several places are listed in order of their first incidents, whether or not one of
 * them ends.
 */
function inOrder(sorted: readonly Finding[], more: readonly Finding[]): readonly Finding[] {
  if (more.length === 0) return sorted
  const all = sorted.slice()
  for (const finding of more) {
    let at = all.length
    while (at > 0 && compareIncidents(firstOf(all[at - 1] as Finding), firstOf(finding)) > 0)
      at -= 1
    all.splice(at, 0, finding)
  }
  return all
}

function firstOf({ triggers }: Finding): Incident {
  return triggers[0] as Incident
}

const told = tellsOnce()

function describeOpen(massacre: Massacre, parameters: MassCasualtyParameters): Finding {
  return told(massacre.triggers, massacre.support, () => describe(massacre, parameters))
}

/** A late incident before the end of an episode ends it again. */
const endings = new WeakMap<Massacre, Finding>()

function describeEnded(massacre: Massacre, parameters: MassCasualtyParameters): Finding {
  const known = endings.get(massacre) ?? {
    ...describeOpen(massacre, parameters),
    toMs: closesAtMs(massacre, parameters)
  }
  endings.set(massacre, known)
  return known
}

function describe(
  { lastMs, triggers, support }: Massacre,
  parameters: MassCasualtyParameters
): Finding {
  const { steps, nearKm, nearDays } = parameters
  const tolls: IncidentToll[] = triggers.kept.map(incident => ({
    incident,
    toll: tollOf(incident, parameters) as CarriedDeaths
  }))
  const worst = tolls.reduce((a, b) => (compareTolls(b, a, steps) > 0 ? b : a))
  const marks = marksOf(tolls, steps)
  const step = steps[limitsReached(worst.toll, steps) - 1] as number
  const first = triggers.kept[0] as Incident
  const where = whereOf(triggers.kept)
  const civilians = worst.toll.deaths === 1 ? 'civilian' : 'civilians'
  const isOneOf = tolls.length === 1 ? '' : ` in the worst of ${tolls.length} killings`
  const many =
    tolls.length === 1
      ? ''
      : ` ${tolls.length} such killings occurred within ${nearKm} km and ${countedText(nearDays, 'day')} of one another; their deaths are not added together.`
  const { gradeKnown, fatalities } = worst.incident
  const certainty = gradeKnown ? certaintyAt(fatalities, step) : 'possible'
  return {
    group: groupOf(first),
    situation: situationAt(
      first,
      nearKm,
      lastMs + nearDays * dayMs,
      isVague(first) ? 'interval' : 'day'
    ),
    fromMs: first.fromMs,
    toMs: null,
    levels: numberLevels(marks),
    measure: {
      name: 'civilians killed in one incident',
      value: worst.toll.deaths,
      threshold: step,
      baseline: null
    },
    // Of one incident: neither the headline nor the stated deaths are sums.
    deaths: fatalities,
    certainty,
    triggers: triggers.kept,
    support: support.kept,
    omitted: triggers.omitted + support.omitted,
    headline: `${capitalised(deathsText(worst.toll))} ${civilians} killed${isOneOf} ${where}, ${momentWords(worst.incident)}`,
    explanation:
      `One incident killed ${deathsText(worst.toll)} ${civilians} (${boundsText(worst.incident.fatalities)}). Threshold for this level: ${step}.${many} ` +
      `Certainty: ${certainty}; ${gradeKnown ? reasons[certainty] : 'no report of known grade states the number'}.` +
      (worst.incident.alsoAt.length === 0
        ? ''
        : ' The number covers all places of the incident together.') +
      (triggers.kept.some(i => i.toMs - i.fromMs >= dayMs)
        ? ' The exact day is not known, only the interval.'
        : '')
  }
}

const reasons = {
  observed: 'the lowest estimate reaches the threshold',
  likely: 'the best estimate reaches the threshold, the lowest does not or is not known',
  possible: 'only the highest estimate reaches the threshold'
} as const

/** By the steps reached, then known grade before unknown, then by number. */
function compareTolls(a: IncidentToll, b: IncidentToll, steps: readonly number[]): number {
  const steeper = limitsReached(a.toll, steps) - limitsReached(b.toll, steps)
  return (
    steeper ||
    Number(a.incident.gradeKnown) - Number(b.incident.gradeKnown) ||
    a.toll.deaths - b.toll.deaths
  )
}

/** The moment at which each step was first reached, in order of the fold. */
function marksOf(
  tolls: readonly IncidentToll[],
  steps: readonly number[]
): { atMs: number; reason: string }[] {
  return steps.flatMap((step, i) => {
    const reached = tolls.find(({ toll }) => limitsReached(toll, steps) > i)
    return reached === undefined
      ? []
      : [{ atMs: reached.incident.fromMs, reason: countedText(step, 'civilian') }]
  })
}

function groupOf({ place, drill }: Incident): Finding['group'] {
  const mark = drill ? { drill: 'true' } : {}
  if (place.settlement !== null) {
    return {
      settlement: place.settlementName ?? place.name ?? place.settlement,
      settlementId: place.settlement,
      ...mark
    }
  }
  if (place.admin1 !== null && place.areaCertain) return { admin1: place.admin1, ...mark }
  return { country: place.country ?? 'unknown', ...mark }
}

/** `at Dioura and Konna (Mopti)`; without named places `in Mopti (Mali)`. */
function whereOf(incidents: readonly Incident[]): string {
  const places = incidents.flatMap(placesOf)
  const names = [...new Set(places.flatMap(p => pointName(p) ?? []))]
  const areas = [...new Set(places.flatMap(p => p.admin1 ?? []))].sort(compareText)
  // The town of Mopti lies in the area Mopti: one name is enough.
  const around = areas.map(areaName).filter(area => names.length > 1 || !names.includes(area))
  if (names.length > 0)
    return `${besidePlace(listOf(names, 4), 'at')}${around.length === 0 ? '' : ` (${listOf(around, 4)})`}`
  const wider =
    areas.length > 0
      ? areas.map(areaInCountry)
      : [...new Set(places.flatMap(p => p.country ?? []))].map(countryName)
  return wider.length === 0 ? 'at an unknown place' : `in ${listOf(wider, 4)}`
}
