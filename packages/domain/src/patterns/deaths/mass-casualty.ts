// Mass casualty: one incident in which many civilians were killed. What lies close to it in space and time is one story; deaths are never added up over
// incidents, and those of one incident at several places belong to all of them together.

import type { Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { situationAt } from '../../finding/situation.ts'
import { compareIncidents, compareText, type Incident, type IncidentPlace, placesOf } from '../../incident/incident.ts'
import { areaInCountry, areaName } from '../../space-time/area-names.ts'
import { countryName } from '../../space-time/country-names.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { distanceKm, kmPerDegree } from '../../space-time/geometry.ts'
import { type Evidence, evidenceOf } from '../episode/episode-evidence.ts'
import { tellsOnce } from '../episode/growing-support.ts'
import { mergedSupport, withSupport } from '../episode/named-support.ts'
import { endedSince } from '../episode/since.ts'
import { capitalised, countedText, listOf, momentWords } from '../episode/wording.ts'
import { boundsText, type CarriedDeaths, carriedDeaths, certaintyAt, deathsText, limitsReached } from './death-bounds.ts'

const source = 'patterns.md#mass-casualty'

export interface MassCasualtyParameters {
  readonly steps: readonly number[]
  readonly nearKm: number
  readonly nearDays: number
  readonly longestDays: number
  readonly civilianKinds: readonly string[]
}

/** One incident of a story, and its toll. */
interface Told {
  readonly incident: Incident
  readonly toll: CarriedDeaths
}

interface Massacre {
  /** End of the last incident of it. */
  readonly lastMs: number
  readonly triggers: Evidence
  readonly support: Evidence
}

interface MassCasualtyState {
  /** In order of their first incident. */
  readonly open: readonly Massacre[]
  readonly closed: readonly Finding[]
}

/** Stories that are open at once at most; beyond that the one that has been without word for longest ends at once. */
const openMax = 200
const vagueDays = 7

export const massCasualty: Pattern<MassCasualtyParameters, MassCasualtyState> = {
  id: 'mass-casualty',
  parameters: {
    steps: { default: [10, 25, 50], unit: 'civilians', meaning: 'killed in one incident, for each level', source, min: 1 },
    nearKm: { default: 10, unit: 'km', meaning: 'what lies within this distance is one story', source, min: 0 },
    nearDays: { default: 2, unit: 'days', meaning: 'and within this time', source, min: 0 },
    longestDays: {
      default: 31,
      unit: 'days',
      meaning: 'an incident whose date is known no better than that is the sum of a season, not one killing',
      source: 'our choice: UCDP writes the dead of a year into one row',
      min: 1,
      max: 3660
    },
    civilianKinds: {
      default: ['civilian', 'civilians', 'villagers', 'displaced', 'refugees', 'worshippers', 'aid-workers', 'health-workers'],
      unit: 'kinds',
      meaning: 'kinds of targets that are civilians',
      source
    }
  },
  examples: [
    {
      name: 'at least 31 villagers killed in two villages',
      given: [{ at: '2025-10-01', to: '2025-10-31', category: 'attack-on-civilians', deaths: [31, null, null], radiusKm: 80 }],
      horizon: '2025-11-01',
      expect: [{ group: { admin1: 'ML-4' }, level: 2, open: true }]
    },
    {
      name: 'nine civilians, or twenty soldiers, are none',
      given: [
        { at: '2025-03-01', category: 'attack-on-civilians', deaths: [9, 9, 9] },
        { at: '2025-03-03', category: 'ambush', deaths: [20, 20, 20], targets: ['soldiers'] },
        { at: '2025-03-05', category: 'explosion', deaths: [20, 20, 20], targets: ['soldiers', 'civilians'] },
        { at: '2025-03-08', category: 'attack-on-civilians', deaths: [null, null, null] }
      ],
      horizon: '2025-03-09',
      expect: []
    },
    {
      name: 'neither are the dead of half a year',
      given: [{ at: '2025-01-01', to: '2025-06-30', category: 'attack-on-civilians', deaths: [31, 300, 400] }],
      horizon: '2025-07-01',
      expect: []
    },
    {
      name: 'a worse one close by escalates it',
      given: [
        { at: '2025-03-01', category: 'attack-on-civilians', settlement: 'Dioura', lat: 14.0, lon: -5.0, deaths: [10, 12, 15] },
        { at: '2025-03-03', category: 'air-strike', targets: ['civilians'], lat: 14.05, lon: -5.0, deaths: [40, 55, 60] }
      ],
      horizon: '2025-03-04',
      expect: [{ group: { settlement: 'Dioura' }, level: 3, open: true }]
    },
    {
      name: 'what only the highest estimate says lets it enter, and lifts it no further',
      given: [{ at: '2025-03-01', category: 'attack-on-civilians', settlement: 'Dioura', deaths: [null, 9, 60] }],
      horizon: '2025-03-02',
      expect: [{ group: { settlement: 'Dioura' }, level: 1, open: true }]
    },
    {
      name: 'one is over after two days; another fifty kilometres off is another',
      given: [
        { at: '2025-03-01', category: 'attack-on-civilians', settlement: 'Dioura', lat: 14.0, lon: -5.0, deaths: [10, 12, 15] },
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
  scopesOf: (incident, parameters) => (tollOf(incident, parameters) === null ? [] : [incident.drill ? 'drill' : 'theatre']),
  initial: () => ({ open: [], closed: [] }),
  step: (state, incident, parameters) => {
    const current = closeWhenDue(state, incident.fromMs, parameters)
    const near = current.open.filter(massacre => isClose(massacre, incident, parameters))
    if (incident.passesGrade) return withMassacre(current, near, incident, parameters)
    if (near.length === 0) return current
    const open = current.open.map(m => (m === near[0] ? { ...m, support: withSupport(m.support, incident) } : m))
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
    const closed = endedSince(state.closed, beforeMs)
    return closed === state.closed ? state : { ...state, closed }
  }
}

/** The toll among civilians; null where it reaches no step, where those killed may be others, or where it may be the sum of many. */
function tollOf(incident: Incident, { steps, civilianKinds, longestDays }: MassCasualtyParameters): CarriedDeaths | null {
  const { category, targets, fatalities, fromMs, toMs } = incident
  if (toMs - fromMs > longestDays * dayMs) return null
  // Deaths of civilians and soldiers together can't be told apart.
  const isOnCivilians =
    category === 'attack-on-civilians' || (targets.length > 0 && targets.every(kind => civilianKinds.includes(kind)))
  if (!isOnCivilians || category === 'statistic') return null
  return carriedDeaths(fatalities, steps[0] ?? Number.POSITIVE_INFINITY)
}

/**
 * Close by a place of any of its incidents that is known well enough. Of two that are not, the area or settlement must do. One that may have been on any
 * day of weeks says not that it was near to one whose day is known: it would hide it for as long.
 */
function isClose({ triggers }: Massacre, incident: Incident, { nearKm, nearDays }: MassCasualtyParameters): boolean {
  for (const other of triggers.kept) {
    if (incident.fromMs > other.toMs + nearDays * dayMs || isVague(other) !== isVague(incident)) continue
    for (const a of placesOf(other)) for (const b of placesOf(incident)) if (areClose(a, b, nearKm)) return true
  }
  return false
}

/** Longer than the week that the coarsest dates of days stand for. */
function isVague({ fromMs, toMs }: Incident): boolean {
  return toMs - fromMs >= vagueDays * dayMs
}

function areClose(a: IncidentPlace, b: IncidentPlace, nearKm: number): boolean {
  if (a.settlement !== null && a.settlement === b.settlement) return true
  const [p, q] = [pointOf(a, nearKm), pointOf(b, nearKm)]
  if (p !== null && q !== null) return Math.abs(p.lat - q.lat) * kmPerDegree <= nearKm + 1 && distanceKm(p, q) <= nearKm
  if (p !== null || q !== null || a.settlement !== null || b.settlement !== null) return false
  return a.admin1 !== null && a.admin1 === b.admin1 && !areSurelyApart(a, b, nearKm)
}

/** Wherever each of them is within its circle, they are farther from each other than that. */
function areSurelyApart(a: IncidentPlace, b: IncidentPlace, nearKm: number): boolean {
  if (a.lat === null || a.lon === null || b.lat === null || b.lon === null || a.radiusKm === null || b.radiusKm === null)
    return false
  return distanceKm({ lat: a.lat, lon: a.lon }, { lat: b.lat, lon: b.lon }) > nearKm + a.radiusKm + b.radiusKm
}

function pointOf({ lat, lon, radiusKm }: IncidentPlace, nearKm: number) {
  return lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= nearKm ? { lat, lon } : null
}

/** The state after one more: alone it is a story, between several it joins them into the eldest. */
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
  const others = open.filter(m => !near.includes(m) || m === eldest).map(m => (m === eldest ? joined : m))
  return withinLimit({ open: eldest === undefined ? [...others, joined] : others, closed }, parameters)
}

function united(all: readonly Evidence[]): Evidence {
  const named = evidenceOf(all.flatMap(e => e.kept))
  return { kept: named.kept, omitted: all.reduce((sum, e) => sum + e.omitted, named.omitted) }
}

function withinLimit(state: MassCasualtyState, parameters: MassCasualtyParameters): MassCasualtyState {
  if (state.open.length <= openMax) return state
  const oldest = state.open.reduce((a, b) => (b.lastMs < a.lastMs ? b : a))
  return ended(state, [oldest], parameters)
}

function closesAtMs({ lastMs }: Massacre, { nearDays }: MassCasualtyParameters): number {
  return lastMs + nearDays * dayMs + 1
}

function closeWhenDue(state: MassCasualtyState, nowMs: number, parameters: MassCasualtyParameters): MassCasualtyState {
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

/** Stories of several places stand side by side, in order of their first incidents: that must not change when one of them ends. */
function inOrder(sorted: readonly Finding[], more: readonly Finding[]): readonly Finding[] {
  if (more.length === 0) return sorted
  const all = sorted.slice()
  for (const finding of more) {
    let at = all.length
    while (at > 0 && compareIncidents(firstOf(all[at - 1] as Finding), firstOf(finding)) > 0) at -= 1
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

/** A story is ended again by each incident that comes to lie before the one that ended it. */
const endings = new WeakMap<Massacre, Finding>()

function describeEnded(massacre: Massacre, parameters: MassCasualtyParameters): Finding {
  const known = endings.get(massacre) ?? { ...describeOpen(massacre, parameters), toMs: closesAtMs(massacre, parameters) }
  endings.set(massacre, known)
  return known
}

function describe({ lastMs, triggers, support }: Massacre, parameters: MassCasualtyParameters): Finding {
  const { steps, nearKm, nearDays } = parameters
  const tolls: Told[] = triggers.kept.map(incident => ({ incident, toll: tollOf(incident, parameters) as CarriedDeaths }))
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
      : `; ${tolls.length} such killings lie within ${nearKm} km and ${nearDays} days of one another, and their deaths are not added up`
  const { gradeKnown, fatalities } = worst.incident
  const certainty = gradeKnown ? certaintyAt(fatalities, step) : 'possible'
  return {
    group: groupOf(first),
    situation: situationAt(first, nearKm, lastMs + nearDays * dayMs, isVague(first) ? 'interval' : 'day'),
    fromMs: first.fromMs,
    toMs: null,
    levels: numberLevels(marks),
    measure: { name: 'civilians killed in one incident', value: worst.toll.deaths, threshold: step, baseline: null },
    // Those of one incident: neither the headline nor what stands beside it adds up.
    deaths: fatalities,
    certainty,
    triggers: triggers.kept,
    support: support.kept,
    omitted: triggers.omitted + support.omitted,
    headline: `${capitalised(deathsText(worst.toll))} ${civilians} killed${isOneOf} ${where}, ${momentWords(worst.incident)}`,
    explanation:
      `One incident killed ${deathsText(worst.toll)} ${civilians} (${boundsText(worst.incident.fatalities)}); ${step} are needed for this level${many}. ` +
      `That ${step} were reached is ${certainty}: ${gradeKnown ? reasons[certainty] : 'no report of a known grade says so'}.` +
      (worst.incident.alsoAt.length === 0 ? '' : ' The deaths belong to all its places together.') +
      (triggers.kept.some(i => i.toMs - i.fromMs >= dayMs) ? ' The day is not known, only the interval.' : '')
  }
}

const reasons = {
  observed: 'the lowest estimate reaches it',
  likely: 'the best estimate reaches it, the lowest does not or is not known',
  possible: 'only the highest estimate reaches it'
} as const

/** By the steps that they reach, then those of a known grade before others, then by their number. */
function compareTolls(a: Told, b: Told, steps: readonly number[]): number {
  const steeper = limitsReached(a.toll, steps) - limitsReached(b.toll, steps)
  return steeper || Number(a.incident.gradeKnown) - Number(b.incident.gradeKnown) || a.toll.deaths - b.toll.deaths
}

/** The moment at which each step was first reached, in order of the fold. */
function marksOf(tolls: readonly Told[], steps: readonly number[]): { atMs: number; reason: string }[] {
  return steps.flatMap((step, i) => {
    const reached = tolls.find(({ toll }) => limitsReached(toll, steps) > i)
    return reached === undefined ? [] : [{ atMs: reached.incident.fromMs, reason: countedText(step, 'civilian') }]
  })
}

function groupOf({ place, drill }: Incident): Finding['group'] {
  const mark = drill ? { drill: 'true' } : {}
  if (place.settlement !== null) {
    return { settlement: place.settlementName ?? place.name ?? place.settlement, settlementId: place.settlement, ...mark }
  }
  if (place.admin1 !== null && place.areaCertain) return { admin1: place.admin1, ...mark }
  return { country: place.country ?? 'unknown', ...mark }
}

/** `at Dioura and Konna (Mopti)`; where no place has a name, `in Mopti (Mali)`. */
function whereOf(incidents: readonly Incident[]): string {
  const places = incidents.flatMap(placesOf)
  const names = [...new Set(places.flatMap(p => p.settlementName ?? p.name ?? []))]
  const areas = [...new Set(places.flatMap(p => p.admin1 ?? []))].sort(compareText)
  // Mopti lies in Mopti: that is told once.
  const around = areas.map(areaName).filter(area => names.length > 1 || !names.includes(area))
  if (names.length > 0) return `at ${listOf(names, 4)}${around.length === 0 ? '' : ` (${listOf(around, 4)})`}`
  const wider = areas.length > 0 ? areas.map(areaInCountry) : [...new Set(places.flatMap(p => p.country ?? []))].map(countryName)
  return wider.length === 0 ? 'at an unknown place' : `in ${listOf(wider, 4)}`
}
