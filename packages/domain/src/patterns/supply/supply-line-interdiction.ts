// Supply-line interdiction: the ways into a hub are cut. Two of them hit within two weeks, or a
// blockade of its fuel or food, open it; it ends when the ways have been clear for two weeks and
// goods are seen to come in. Silence alone ends nothing.

import type { NearMiss } from '../../detection/near-miss.ts'
import { addEvidence, type Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { situationOf } from '../../finding/situation.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { type Evidence, evidenceOf, noEvidence } from '../episode/episode-evidence.ts'
import { withSupport } from '../episode/named-support.ts'
import { notEndedBefore } from '../episode/prune-ended.ts'
import { recentCache } from '../episode/recent-cache.ts'
import { countedText, listOf, wholeIntervalNote } from '../episode/wording.ts'
import {
  effectOn,
  type HubEffect,
  isOfInterest,
  type SupplyLineParameters,
  supplyLineParameters,
  tellsSign,
  wholeCountriesOf
} from './hub-effects.ts'
import {
  bearingStep,
  corridorName,
  type Hub,
  hubKey,
  hubsByKey,
  hubsNear,
  mostApartOnCircle
} from './supply-hubs.ts'

/** Corridors that were hit, each with the end of its last hit; few, since bearings are rounded. */
type Hits = Readonly<Record<string, number>>

interface Sign {
  readonly reason: string
  readonly incident: Incident
}

interface InterdictionEpisode {
  readonly fromMs: number
  readonly enteredMs: number
  readonly entered: string
  /** Maximum number of corridors hit in one window. */
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

/**
 * Maximum number of corridors in a state: more than there are rounded bearings or declared ways.
 */
const corridorsMax = 360 / bearingStep

export const supplyLineInterdiction: Pattern<SupplyLineParameters, SupplyLineState> = {
  id: 'supply-line-interdiction',
  words: {
    says: 'The supply routes into a hub are being cut, or its fuel or food is blockaded.',
    levels: '`escalateShare` of all supply routes; closed schools; reports of prices or queues.',
    ends: 'No hit for `clearDays`, and reports that goods came in. Silence never ends it.',
    comesBack: 'The same hub, within `clearDays` of the last hit.',
    comesBackBy: 'hub'
  },
  outlastsSilence: true,
  parameters: supplyLineParameters,
  looksBack: ({ windowDays, clearDays }) => ({ windowDays, clearDays }),
  examples: [
    {
      name: 'two roads into a capital hit within two weeks, and schools closed',
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
      name: 'a blockade of fuel is enough by itself',
      given: [
        {
          at: '2025-10-01',
          category: 'blockade',
          tactics: ['fuel-blockade'],
          admin1: 'ML-BKO',
          lat: 12.65,
          lon: -8.0
        }
      ],
      horizon: '2025-11-30',
      expect: [{ group: { hub: 'Bamako' }, level: 1, open: true }]
    },
    {
      name: 'two hits on one road, and attacks beside the roads, are not enough',
      given: [
        {
          at: '2025-09-01',
          category: 'blockade',
          tactics: ['road-block'],
          admin1: 'ML-2',
          lat: 13.55,
          lon: -8.05
        },
        {
          at: '2025-09-08',
          category: 'ambush',
          tactics: ['convoy'],
          admin1: 'ML-1',
          lat: 14.55,
          lon: -9.2,
          radiusKm: 30
        },
        { at: '2025-09-08', category: 'attack', admin1: 'ML-3', lat: 11.75, lon: -7.6 }
      ],
      horizon: '2025-11-30',
      expect: []
    },
    {
      name: 'two weeks without a hit and a delivery end it',
      given: [
        {
          at: '2025-09-01',
          category: 'blockade',
          tactics: ['road-block'],
          admin1: 'ML-2',
          lat: 13.55,
          lon: -8.05
        },
        {
          at: '2025-09-03',
          category: 'ambush',
          tactics: ['convoy'],
          admin1: 'ML-3',
          lat: 11.75,
          lon: -7.6
        },
        {
          at: '2025-09-10',
          category: 'other',
          tactics: ['other:delivery'],
          admin1: 'ML-BKO',
          lat: 12.65,
          lon: -8.0
        }
      ],
      horizon: '2025-09-20',
      expect: [{ group: { hub: 'Bamako' }, level: 1, open: false }]
    }
  ],
  scopesOf: (incident, parameters) => {
    if (!isOfInterest(incident, parameters)) return []
    const hubs = new Set(placesOf(incident).flatMap(place => hubsNear(place, parameters)))
    if (tellsSign(incident, parameters))
      for (const hub of wholeCountriesOf(incident, parameters)) hubs.add(hub)
    return [...hubs].map(hub => (incident.drill ? `drill/${hubKey(hub)}` : hubKey(hub)))
  },
  initial: scope => ({
    hub: scope.replace(/^drill\//, ''),
    hits: {},
    waiting: [],
    signs: [],
    open: null,
    closed: []
  }),
  step: (state, incident, parameters) => {
    const hub = hubsByKey(parameters).get(state.hub)
    if (!hub) return state
    const current = closeWhenDue(state, incident.fromMs, hub, parameters)
    const effect = effectOn(incident, hub, parameters)
    if (current.open)
      return { ...current, ...whileCut(current, current.open, incident, effect, hub, parameters) }
    return incident.passesGrade ? beforeEntry(current, incident, effect, hub, parameters) : current
  },
  findings: (state, horizonMs, parameters) => {
    const hub = hubsByKey(parameters).get(state.hub)
    if (!hub) return state.closed
    const current = closeWhenDue(state, horizonMs, hub, parameters)
    return current.open
      ? [...current.closed, describeOpen(current.open, hub, parameters)]
      : current.closed
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
    // No window still to come contains what ended a year before the base.
    const youngMs = beforeMs - 366 * dayMs
    const closed = notEndedBefore(state.closed, beforeMs)
    const areYoung =
      Object.values(state.hits).every(toMs => toMs >= youngMs) &&
      state.waiting.every(i => i.toMs >= youngMs)
    if (areYoung && state.signs.every(s => s.incident.toMs >= youngMs) && closed === state.closed)
      return state
    return {
      ...state,
      hits: Object.fromEntries(Object.entries(state.hits).filter(([, toMs]) => toMs >= youngMs)),
      waiting: state.waiting.filter(i => i.toMs >= youngMs),
      signs: state.signs.filter(s => s.incident.toMs >= youngMs),
      closed
    }
  }
}

/** Near miss: one way less than needed. */
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
      lacks: `one more supply route; so far ${listOf(ways, 8)}`,
      incidents
    }
  ]
}

function groupOf(hub: Hub, [first]: readonly Incident[]): Finding['group'] {
  const area = hub.admin1 ? { admin1: hub.admin1 } : {}
  return {
    hub: hub.name,
    country: hub.country ?? 'none',
    ...area,
    ...(first?.drill ? { drill: 'true' } : {})
  }
}

function waysMeasure(
  value: number,
  { windowDays, corridorsMin }: SupplyLineParameters
): Finding['measure'] {
  return {
    name: `supply routes hit in ${countedText(windowDays, 'day')}`,
    value,
    threshold: corridorsMin,
    baseline: null
  }
}

function withHits(
  hits: Hits,
  corridors: readonly string[],
  incident: Incident,
  afterMs: number
): Hits {
  const next = Object.fromEntries(Object.entries(hits).filter(([, toMs]) => toMs > afterMs))
  for (const corridor of corridors) {
    if (corridor in next || Object.keys(next).length < corridorsMax)
      next[corridor] = Math.max(next[corridor] ?? Number.NEGATIVE_INFINITY, incident.toMs)
  }
  return next
}

/**
 * Number of ways that are hit: declared ones by name, others by bearings that lie a sector apart.
 */
function corridorsHit(hits: Hits, hub: Hub, parameters: SupplyLineParameters): number {
  const hit = Object.keys(hits)
  return hub.corridors?.length
    ? hit.length
    : mostApartOnCircle(hit.map(Number), parameters.sectorDegrees)
}

function corridorsOf(hub: Hub, parameters: SupplyLineParameters): number {
  return hub.corridors?.length || Math.floor(360 / parameters.sectorDegrees)
}

function beforeEntry(
  state: SupplyLineState,
  incident: Incident,
  effect: HubEffect,
  hub: Hub,
  parameters: SupplyLineParameters
): SupplyLineState {
  const afterMs = incident.fromMs - parameters.windowDays * dayMs
  const hits = withHits(state.hits, effect.corridors, incident, afterMs)
  const isWaiting = effect.corridors.length > 0 || effect.isBlockade
  const waiting = [...state.waiting.filter(i => i.toMs > afterMs), ...(isWaiting ? [incident] : [])]
  const signs = [
    ...state.signs.filter(s => s.incident.toMs > afterMs && !effect.signs.includes(s.reason)),
    ...effect.signs.map(reason => ({ reason, incident }))
  ]
  const hit = corridorsHit(hits, hub, parameters)
  if (hit < parameters.corridorsMin && !effect.isBlockade) return { ...state, hits, waiting, signs }
  const atMs = incident.fromMs
  const triggers = evidenceOf([...waiting, ...signs.map(s => s.incident)])
  const open: InterdictionEpisode = {
    fromMs: Math.min(...triggers.kept.map(i => i.fromMs)),
    enteredMs: atMs,
    entered:
      hit >= parameters.corridorsMin
        ? `${countedText(hit, 'supply route')} hit`
        : 'blockade of fuel or food',
    most: hit,
    corridors: Object.keys(hits),
    isBlockaded: effect.isBlockade,
    lastHitMs: Math.max(...waiting.map(i => i.toMs)),
    deliveredMs: null,
    marks: [...shareMark(hit, hub, parameters), ...signs.map(s => s.reason)].map(reason => ({
      atMs,
      reason
    })),
    triggers,
    support: noEvidence
  }
  return { ...state, hits, waiting: [], signs: [], open }
}

function shareMark(hit: number, hub: Hub, parameters: SupplyLineParameters): string[] {
  const all = corridorsOf(hub, parameters)
  const needed = Math.ceil(parameters.escalateShare * all)
  return hit >= needed ? [`${needed} of ${countedText(all, 'supply route')}`] : []
}

function whileCut(
  state: SupplyLineState,
  open: InterdictionEpisode,
  incident: Incident,
  effect: HubEffect,
  hub: Hub,
  parameters: SupplyLineParameters
): Pick<SupplyLineState, 'hits' | 'open'> {
  const isHitNow = effect.corridors.length > 0 || effect.isBlockade
  const isDelivery = effect.isDelivery && incident.toMs > open.lastHitMs
  if (!incident.passesGrade || !(isHitNow || isDelivery || effect.signs.length > 0)) {
    return { hits: state.hits, open: { ...open, support: withSupport(open.support, incident) } }
  }
  const hits = withHits(
    state.hits,
    effect.corridors,
    incident,
    incident.fromMs - parameters.windowDays * dayMs
  )
  const hit = corridorsHit(hits, hub, parameters)
  const reached = new Set(open.marks.map(m => m.reason))
  const reasons = [...shareMark(hit, hub, parameters), ...effect.signs].filter(
    reason => !reached.has(reason)
  )
  // What changes a level or an end is a trigger: the alert's handling is then at least as strict as
  // that of this incident.
  const moves = isHitNow || isDelivery || reasons.length > 0
  const evidence = moves
    ? { triggers: addEvidence(open.triggers, incident) }
    : { support: withSupport(open.support, incident) }
  const lastHitMs = isHitNow ? Math.max(open.lastHitMs, incident.toMs) : open.lastHitMs
  const deliveredMs =
    open.deliveredMs !== null && open.deliveredMs > lastHitMs ? open.deliveredMs : null
  return {
    hits,
    open: {
      ...open,
      most: Math.max(open.most, hit),
      corridors: [...new Set([...open.corridors, ...effect.corridors])].slice(0, corridorsMax),
      isBlockaded: open.isBlockaded || effect.isBlockade,
      lastHitMs,
      deliveredMs: isDelivery
        ? (deliveredMs ?? Math.max(incident.fromMs, lastHitMs + 1))
        : deliveredMs,
      marks: [...open.marks, ...reasons.map(reason => ({ atMs: incident.fromMs, reason }))],
      ...evidence
    }
  }
}

function closesAtMs(
  { lastHitMs, deliveredMs }: InterdictionEpisode,
  parameters: SupplyLineParameters
): number | null {
  return deliveredMs === null
    ? null
    : Math.max(lastHitMs + 1 + parameters.clearDays * dayMs, deliveredMs)
}

function closeWhenDue(
  state: SupplyLineState,
  nowMs: number,
  hub: Hub,
  parameters: SupplyLineParameters
): SupplyLineState {
  const closesMs = state.open ? closesAtMs(state.open, parameters) : null
  if (!state.open || closesMs === null || closesMs > nowMs) return state
  return {
    ...state,
    hits: {},
    open: null,
    closed: [...state.closed, describe(state.open, closesMs, hub, parameters)]
  }
}

function hitWords(
  { fromMs, most }: InterdictionEpisode,
  hub: Hub,
  from: string,
  parameters: SupplyLineParameters
): string {
  if (most === 0)
    return `Fuel or food for ${hub.name} was blockaded from ${formatDay(fromMs)}; no supply route into it was hit`
  return `From ${formatDay(fromMs)}, supply routes into ${hub.name} were hit${from}: up to ${most} of ${corridorsOf(hub, parameters)} within ${countedText(parameters.windowDays, 'day')}`
}

const described = recentCache<InterdictionEpisode, Finding>(64)

/** The finding of an open episode; an unchanged episode gives the same object. */
function describeOpen(
  open: InterdictionEpisode,
  hub: Hub,
  parameters: SupplyLineParameters
): Finding {
  return described(open, () => describe(open, null, hub, parameters))
}

function describe(
  open: InterdictionEpisode,
  toMs: number | null,
  hub: Hub,
  parameters: SupplyLineParameters
): Finding {
  const { windowDays, corridorsMin, clearDays } = parameters
  const ways = [...new Set(open.corridors.map(corridor => corridorName(hub, corridor)))]
  const from =
    ways.length === 0
      ? ''
      : hub.corridors?.length
        ? ` on ${listOf(ways, 6)}`
        : ` from ${listOf(ways, 8)}`
  const byWays = open.most >= corridorsMin
  return {
    group: groupOf(hub, open.triggers.kept),
    situation: situationOf(
      [`${hub.country ?? ''}|${hub.name}`],
      toMs ?? open.lastHitMs + clearDays * dayMs
    ),
    fromMs: open.fromMs,
    toMs,
    levels: numberLevels([{ atMs: open.enteredMs, reason: open.entered }, ...open.marks]),
    measure: byWays
      ? waysMeasure(open.most, parameters)
      : { name: 'blockades of fuel or food', value: 1, threshold: 1, baseline: null },
    triggers: open.triggers.kept,
    support: open.support.kept,
    omitted: open.triggers.omitted + open.support.omitted,
    headline:
      toMs === null
        ? `Supplies to ${hub.name} are being cut${from} since ${formatDay(open.fromMs)}${open.isBlockaded ? '; fuel or food is blockaded' : ''}`
        : `Supplies reach ${hub.name} again: no hit for ${countedText(clearDays, 'day')}, and goods have arrived`,
    explanation:
      `${hitWords(open, hub, from, parameters)}. Threshold: ${countedText(corridorsMin, 'supply route')} within ${countedText(windowDays, 'day')}, or a blockade of fuel or food. ` +
      `${open.marks.length === 0 ? '' : `Escalation: ${listOf(open.marks.map(m => m.reason))}. `}` +
      `The last hit was on ${formatDay(open.lastHitMs)}. The alert ends after ${countedText(clearDays, 'day')} without a hit, once goods are reported to have arrived; a lack of reports does not end it.` +
      wholeIntervalNote(
        open.triggers.kept,
        '; an attack longer than the window is supporting evidence only'
      )
  }
}
