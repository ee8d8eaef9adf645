// Supply-line interdiction: the ways into a hub are cut. Two of them hit within two weeks, or its fuel or food blockaded, begin it; it ends when the
// ways have been clear for two weeks and goods are seen to come in. Silence alone ends nothing.

import { addEvidence, type NearMiss, type Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { situationOf } from '../../finding/situation.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { type Evidence, evidenceOf, noEvidence } from '../episode/episode-evidence.ts'
import { keepsLast } from '../episode/last-made.ts'
import { withSupport } from '../episode/named-support.ts'
import { endedSince } from '../episode/since.ts'
import { listOf, wholeIntervalNote } from '../episode/wording.ts'
import { bearingStep, corridorName, type Hub, hubKey, hubsByKey, hubsNear, mostApartOnCircle } from './supply-hubs.ts'
import {
  isOfInterest,
  type SupplyLineParameters,
  supplyLineParameters,
  tellsSign,
  type Word,
  wholeCountriesOf,
  wordOf
} from './supply-words.ts'

/** Corridors that were hit, each with the end of its last hit: few, since bearings come in steps. */
type Hits = Readonly<Record<string, number>>

interface Sign {
  readonly reason: string
  readonly incident: Incident
}

interface InterdictionEpisode {
  readonly fromMs: number
  readonly enteredMs: number
  readonly entered: string
  /** Most corridors that were hit in one window. */
  readonly most: number
  readonly corridors: readonly string[]
  readonly isBlockaded: boolean
  readonly lastHitMs: number
  /** When goods first came in after the last hit; null until then. */
  readonly deliveredMs: number | null
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  readonly triggers: Evidence
  readonly support: Evidence
}

interface SupplyLineState {
  readonly hub: string
  readonly hits: Hits
  /** Hits and signs of the window, before the entry. */
  readonly waiting: readonly Incident[]
  readonly signs: readonly Sign[]
  readonly open: InterdictionEpisode | null
  readonly closed: readonly Finding[]
}

/** Incidents that wait for an entry; the eldest goes, its corridor stays counted. */
const waitingMax = 100
/** Corridors that are named in a state: more than bearings have steps or anyone declares. */
const corridorsMax = 360 / bearingStep

export const supplyLineInterdiction: Pattern<SupplyLineParameters, SupplyLineState> = {
  id: 'supply-line-interdiction',
  parameters: supplyLineParameters,
  examples: [
    {
      name: 'two roads into a capital within two weeks, and the schools shut',
      given: [
        {
          at: '2025-09-01',
          to: '2025-09-05',
          category: 'blockade',
          tactics: ['road-block'],
          admin1: 'ML-2',
          lat: 13.55,
          lon: -8.05
        },
        {
          at: '2025-09-03',
          to: '2025-09-08',
          category: 'blockade',
          tactics: ['road-block'],
          admin1: 'ML-3',
          lat: 11.75,
          lon: -7.6
        },
        { at: '2025-10-26', category: 'school-closure', admin1: 'ML-BKO', lat: 12.65, lon: -8.0 }
      ],
      horizon: '2025-11-30',
      expect: [{ group: { hub: 'Bamako' }, level: 2, open: true }]
    },
    {
      name: 'a blockade of its fuel begins it alone',
      given: [{ at: '2025-10-01', category: 'blockade', tactics: ['fuel-blockade'], admin1: 'ML-BKO', lat: 12.65, lon: -8.0 }],
      horizon: '2025-11-30',
      expect: [{ group: { hub: 'Bamako' }, level: 1, open: true }]
    },
    {
      name: 'two hits on one road, and attacks beside the roads, do not',
      given: [
        { at: '2025-09-01', category: 'blockade', tactics: ['road-block'], admin1: 'ML-2', lat: 13.55, lon: -8.05 },
        { at: '2025-09-08', category: 'ambush', tactics: ['convoy'], admin1: 'ML-1', lat: 14.55, lon: -9.2, radiusKm: 30 },
        { at: '2025-09-08', category: 'attack', admin1: 'ML-3', lat: 11.75, lon: -7.6 }
      ],
      horizon: '2025-11-30',
      expect: []
    },
    {
      name: 'two weeks without a hit and a delivery end it',
      given: [
        { at: '2025-09-01', category: 'blockade', tactics: ['road-block'], admin1: 'ML-2', lat: 13.55, lon: -8.05 },
        { at: '2025-09-03', category: 'ambush', tactics: ['convoy'], admin1: 'ML-3', lat: 11.75, lon: -7.6 },
        { at: '2025-09-10', category: 'other', tactics: ['other:delivery'], admin1: 'ML-BKO', lat: 12.65, lon: -8.0 }
      ],
      horizon: '2025-09-20',
      expect: [{ group: { hub: 'Bamako' }, level: 1, open: false }]
    }
  ],
  scopesOf: (incident, parameters) => {
    if (!isOfInterest(incident, parameters)) return []
    const hubs = new Set(placesOf(incident).flatMap(place => hubsNear(place, parameters)))
    if (tellsSign(incident, parameters)) for (const hub of wholeCountriesOf(incident, parameters)) hubs.add(hub)
    return [...hubs].map(hub => (incident.drill ? `drill/${hubKey(hub)}` : hubKey(hub)))
  },
  initial: scope => ({ hub: scope.replace(/^drill\//, ''), hits: {}, waiting: [], signs: [], open: null, closed: [] }),
  step: (state, incident, parameters) => {
    const hub = hubsByKey(parameters).get(state.hub)
    if (!hub) return state
    const current = closeWhenDue(state, incident.fromMs, hub, parameters)
    const word = wordOf(incident, hub, parameters)
    if (current.open) return { ...current, ...whileCut(current, current.open, incident, word, hub, parameters) }
    return incident.passesGrade ? beforeEntry(current, incident, word, hub, parameters) : current
  },
  findings: (state, horizonMs, parameters) => {
    const hub = hubsByKey(parameters).get(state.hub)
    if (!hub) return state.closed
    const current = closeWhenDue(state, horizonMs, hub, parameters)
    return current.open ? [...current.closed, describeOpen(current.open, hub, parameters)] : current.closed
  },
  nearly: (state, horizonMs, parameters) => {
    const hub = hubsByKey(parameters).get(state.hub)
    if (!hub) return []
    const current = closeWhenDue(state, horizonMs, hub, parameters)
    return current.open ? [] : nearCut(current, horizonMs, hub, parameters)
  },
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    const closesMs = open ? closesAtMs(open, parameters) : null
    return closesMs !== null && closesMs > horizonMs ? closesMs : null
  },
  forget: (state, beforeMs) => {
    // What ended a year before the base stands in no window that may still come.
    const youngMs = beforeMs - 366 * dayMs
    const closed = endedSince(state.closed, beforeMs)
    const areYoung = Object.values(state.hits).every(toMs => toMs >= youngMs) && state.waiting.every(i => i.toMs >= youngMs)
    if (areYoung && state.signs.every(s => s.incident.toMs >= youngMs) && closed === state.closed) return state
    return {
      ...state,
      hits: Object.fromEntries(Object.entries(state.hits).filter(([, toMs]) => toMs >= youngMs)),
      waiting: state.waiting.filter(i => i.toMs >= youngMs),
      signs: state.signs.filter(s => s.incident.toMs >= youngMs),
      closed
    }
  }
}

/** One way fewer than it takes. */
function nearCut(
  { hits, waiting }: SupplyLineState,
  horizonMs: number,
  hub: Hub,
  parameters: SupplyLineParameters
): readonly NearMiss[] {
  const afterMs = horizonMs - parameters.windowDays * dayMs
  const young = Object.fromEntries(Object.entries(hits).filter(([, toMs]) => toMs > afterMs))
  const incidents = waiting.filter(i => i.toMs > afterMs)
  const hit = corridorsHit(young, hub, parameters)
  if (incidents.length === 0 || hit === 0 || hit !== parameters.corridorsMin - 1) return []
  const ways = [...new Set(Object.keys(young).map(corridor => corridorName(hub, corridor)))]
  return [
    {
      group: groupOf(hub, incidents),
      measure: waysMeasure(hit, parameters),
      lacks: `one way more; so far ${listOf(ways, 8)}`,
      incidents
    }
  ]
}

function groupOf(hub: Hub, [first]: readonly Incident[]): Finding['group'] {
  const area = hub.admin1 ? { admin1: hub.admin1 } : {}
  return { hub: hub.name, country: hub.country ?? 'none', ...area, ...(first?.drill ? { drill: 'true' } : {}) }
}

function waysMeasure(value: number, { windowDays, corridorsMin }: SupplyLineParameters): Finding['measure'] {
  return { name: `ways hit in ${windowDays} days`, value, threshold: corridorsMin, baseline: null }
}

function withHits(hits: Hits, corridors: readonly string[], incident: Incident, afterMs: number): Hits {
  const next = Object.fromEntries(Object.entries(hits).filter(([, toMs]) => toMs > afterMs))
  for (const corridor of corridors) {
    if (corridor in next || Object.keys(next).length < corridorsMax)
      next[corridor] = Math.max(next[corridor] ?? Number.NEGATIVE_INFINITY, incident.toMs)
  }
  return next
}

/** How many ways are hit: declared ones by name, others by bearings that lie a sector apart. */
function corridorsHit(hits: Hits, hub: Hub, parameters: SupplyLineParameters): number {
  const hit = Object.keys(hits)
  return hub.corridors?.length ? hit.length : mostApartOnCircle(hit.map(Number), parameters.sectorDegrees)
}

function corridorsOf(hub: Hub, parameters: SupplyLineParameters): number {
  return hub.corridors?.length || Math.floor(360 / parameters.sectorDegrees)
}

function beforeEntry(
  state: SupplyLineState,
  incident: Incident,
  word: Word,
  hub: Hub,
  parameters: SupplyLineParameters
): SupplyLineState {
  const afterMs = incident.fromMs - parameters.windowDays * dayMs
  const hits = withHits(state.hits, word.corridors, incident, afterMs)
  const isWaiting = word.corridors.length > 0 || word.isBlockade
  const waiting = [...state.waiting.filter(i => i.toMs > afterMs), ...(isWaiting ? [incident] : [])].slice(-waitingMax)
  const signs = [
    ...state.signs.filter(s => s.incident.toMs > afterMs && !word.signs.includes(s.reason)),
    ...word.signs.map(reason => ({ reason, incident }))
  ]
  const hit = corridorsHit(hits, hub, parameters)
  if (hit < parameters.corridorsMin && !word.isBlockade) return { ...state, hits, waiting, signs }
  const atMs = incident.fromMs
  const triggers = evidenceOf([...waiting, ...signs.map(s => s.incident)])
  const open: InterdictionEpisode = {
    fromMs: Math.min(...triggers.kept.map(i => i.fromMs)),
    enteredMs: atMs,
    entered: hit >= parameters.corridorsMin ? `${hit} ways hit` : 'blockade of its fuel or food',
    most: hit,
    corridors: Object.keys(hits),
    isBlockaded: word.isBlockade,
    lastHitMs: Math.max(...waiting.map(i => i.toMs)),
    deliveredMs: null,
    marks: [...shareMark(hit, hub, parameters), ...signs.map(s => s.reason)].map(reason => ({ atMs, reason })),
    triggers,
    support: noEvidence
  }
  return { ...state, hits, waiting: [], signs: [], open }
}

function shareMark(hit: number, hub: Hub, parameters: SupplyLineParameters): string[] {
  const all = corridorsOf(hub, parameters)
  const needed = Math.ceil(parameters.escalateShare * all)
  return hit >= needed ? [`${needed} of ${all} ways`] : []
}

function whileCut(
  state: SupplyLineState,
  open: InterdictionEpisode,
  incident: Incident,
  word: Word,
  hub: Hub,
  parameters: SupplyLineParameters
): Pick<SupplyLineState, 'hits' | 'open'> {
  const isHitNow = word.corridors.length > 0 || word.isBlockade
  const isDelivery = word.isDelivery && incident.toMs > open.lastHitMs
  if (!incident.passesGrade || !(isHitNow || isDelivery || word.signs.length > 0)) {
    return { hits: state.hits, open: { ...open, support: withSupport(open.support, incident) } }
  }
  const hits = withHits(state.hits, word.corridors, incident, incident.fromMs - parameters.windowDays * dayMs)
  const hit = corridorsHit(hits, hub, parameters)
  const reached = new Set(open.marks.map(m => m.reason))
  const reasons = [...shareMark(hit, hub, parameters), ...word.signs].filter(reason => !reached.has(reason))
  // What moves a level or an end is a trigger: the alert is as closed to readers as the strictest of them.
  const moves = isHitNow || isDelivery || reasons.length > 0
  const evidence = moves ? { triggers: addEvidence(open.triggers, incident) } : { support: withSupport(open.support, incident) }
  const lastHitMs = isHitNow ? Math.max(open.lastHitMs, incident.toMs) : open.lastHitMs
  const deliveredMs = open.deliveredMs !== null && open.deliveredMs > lastHitMs ? open.deliveredMs : null
  return {
    hits,
    open: {
      ...open,
      most: Math.max(open.most, hit),
      corridors: [...new Set([...open.corridors, ...word.corridors])].slice(0, corridorsMax),
      isBlockaded: open.isBlockaded || word.isBlockade,
      lastHitMs,
      deliveredMs: isDelivery ? (deliveredMs ?? Math.max(incident.fromMs, lastHitMs + 1)) : deliveredMs,
      marks: [...open.marks, ...reasons.map(reason => ({ atMs: incident.fromMs, reason }))],
      ...evidence
    }
  }
}

function closesAtMs({ lastHitMs, deliveredMs }: InterdictionEpisode, parameters: SupplyLineParameters): number | null {
  return deliveredMs === null ? null : Math.max(lastHitMs + 1 + parameters.clearDays * dayMs, deliveredMs)
}

function closeWhenDue(state: SupplyLineState, nowMs: number, hub: Hub, parameters: SupplyLineParameters): SupplyLineState {
  const closesMs = state.open ? closesAtMs(state.open, parameters) : null
  if (!state.open || closesMs === null || closesMs > nowMs) return state
  return { ...state, hits: {}, open: null, closed: [...state.closed, describe(state.open, closesMs, hub, parameters)] }
}

function hitWords({ fromMs, most }: InterdictionEpisode, hub: Hub, from: string, parameters: SupplyLineParameters): string {
  if (most === 0) return `From ${formatDay(fromMs)} the fuel or food of ${hub.name} was blockaded, and no way into it hit`
  return `From ${formatDay(fromMs)} ways into ${hub.name} were hit${from}: up to ${most} of ${corridorsOf(hub, parameters)} within ${parameters.windowDays} days`
}

const described = keepsLast<InterdictionEpisode, Finding>(64)

/** One finding for one state of it: what did not change is the same object. */
function describeOpen(open: InterdictionEpisode, hub: Hub, parameters: SupplyLineParameters): Finding {
  return described(open, () => describe(open, null, hub, parameters))
}

function describe(open: InterdictionEpisode, toMs: number | null, hub: Hub, parameters: SupplyLineParameters): Finding {
  const { windowDays, corridorsMin, clearDays } = parameters
  const ways = [...new Set(open.corridors.map(corridor => corridorName(hub, corridor)))]
  const from = ways.length === 0 ? '' : hub.corridors?.length ? ` on ${listOf(ways, 6)}` : ` from ${listOf(ways, 8)}`
  const byWays = open.most >= corridorsMin
  return {
    group: groupOf(hub, open.triggers.kept),
    situation: situationOf([`${hub.country ?? ''}|${hub.name}`], toMs ?? open.lastHitMs + clearDays * dayMs),
    fromMs: open.fromMs,
    toMs,
    levels: numberLevels([{ atMs: open.enteredMs, reason: open.entered }, ...open.marks]),
    measure: byWays
      ? waysMeasure(open.most, parameters)
      : { name: 'blockades of its fuel or food', value: 1, threshold: 1, baseline: null },
    triggers: open.triggers.kept,
    support: open.support.kept,
    omitted: open.triggers.omitted + open.support.omitted,
    headline:
      toMs === null
        ? `Supplies to ${hub.name} are being cut${from}, since ${formatDay(open.fromMs)}${open.isBlockaded ? '; its fuel or food is blockaded' : ''}`
        : `Supplies reach ${hub.name} again: no hit for ${clearDays} days, and goods came in`,
    explanation:
      `${hitWords(open, hub, from, parameters)}; ${corridorsMin} ways within ${windowDays} days, or a blockade of its fuel or food, are needed. ` +
      `${open.marks.length === 0 ? '' : `It escalated: ${listOf(open.marks.map(m => m.reason))}. `}` +
      `The last hit was on ${formatDay(open.lastHitMs)}. It ends when ${clearDays} days pass without a hit and goods are seen to come in; silence alone does not end it.` +
      wholeIntervalNote(open.triggers.kept, ', but an attack only supports where it is longer than the window')
  }
}
