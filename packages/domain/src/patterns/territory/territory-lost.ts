// Territory lost: a settlement is seized, or two of three signs say that others rule it (rule imposed, forces shut out). It ends when two independent
// sources say that it was retaken: by whom does not matter, nor who had it before.

import { addEvidence, type NearMiss, type Pattern } from '../../detection/pattern.ts'
import type { Finding } from '../../finding/finding.ts'
import { type Incident, type IncidentPlace, independentOrigins, placesOf } from '../../incident/incident.ts'
import type { Seat } from '../../report/report.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { actorsOfRole, type NamedActor } from '../episode/actor-names.ts'
import { type Evidence, evidenceOf } from '../episode/episode-evidence.ts'
import { withSupport } from '../episode/named-support.ts'
import { homeAreaOf } from '../episode/same-place.ts'
import { endedSince } from '../episode/since.ts'
import {
  type Sign,
  signs,
  signsOf,
  type TerritoryLostParameters,
  tellsRetaking,
  territoryLostParameters
} from './territory-signs.ts'
import { describe, describeOpen, groupOf, type Loss, signsMeasure } from './territory-told.ts'

/** A sign as reported so far, as long as its reports are not too far apart. */
interface Run {
  readonly toMs: number
  readonly evidence: Evidence
}

interface Settlement {
  readonly runs: Readonly<Partial<Record<Sign, Run>>>
  /** Who retook it last: that they hold it is no loss. */
  readonly retakenBy: readonly string[]
  readonly open: Loss | null
}

interface TerritoryLostState {
  readonly area: string
  readonly settlements: Readonly<Record<string, Settlement>>
  /** The last reports of the area that are too coarse for any settlement. */
  readonly coarse: readonly Incident[]
  readonly closed: readonly Finding[]
}

/** Settlements of one area that are remembered without being lost; the eldest goes. */
const settlementsMax = 500
const coarseMax = 20
/** Witnesses of a retaking that are kept: far more than any rule asks for. */
const witnessesMax = 100

export const territoryLost: Pattern<TerritoryLostParameters, TerritoryLostState> = {
  id: 'territory-lost',
  parameters: territoryLostParameters,
  examples: [
    {
      name: 'a seizure is a loss, and of a district capital more',
      given: [
        {
          at: '2025-01-01',
          to: '2025-10-31',
          category: 'territory-seized',
          settlement: 'Farabougou',
          admin1: 'ML-4',
          actor: 'JNIM'
        }
      ],
      horizon: '2025-11-20',
      expect: [{ group: { settlement: 'Farabougou' }, level: 1, open: true }]
    },
    {
      name: 'imposed rule and forces shut out are a loss together',
      given: [
        { at: '2025-03-01', category: 'imposed-rule', tactics: ['tax'], settlement: 'Farabougou', admin1: 'ML-4' },
        { at: '2025-04-01', category: 'other', tactics: ['other:forces-shut-out'], settlement: 'Farabougou', admin1: 'ML-4' }
      ],
      horizon: '2025-11-20',
      expect: [{ group: { settlement: 'Farabougou' }, level: 1, open: true }]
    },
    {
      name: 'a tax alone is none, and neither is what is said of villages of a region',
      given: [
        { at: '2025-03-01', category: 'imposed-rule', tactics: ['tax'], settlement: 'Farabougou', admin1: 'ML-4' },
        {
          at: '2025-03-01',
          category: 'imposed-rule',
          tactics: ['tax', 'other:forces-shut-out'],
          settlement: 'Villages',
          admin1: 'ML-4',
          radiusKm: 120
        }
      ],
      horizon: '2025-11-20',
      expect: []
    },
    {
      name: 'the loss of a district capital escalates, and two sources that tell of the retaking end it',
      given: [
        {
          at: '2025-03-01',
          category: 'territory-seized',
          settlement: 'Djibo',
          admin1: 'BF-12',
          country: 'BF',
          actor: 'JNIM',
          seat: 'admin2'
        },
        {
          at: '2025-05-01',
          category: 'territory-seized',
          settlement: 'Djibo',
          admin1: 'BF-12',
          country: 'BF',
          actor: 'Armed Forces of Burkina Faso',
          seat: 'admin2'
        },
        {
          at: '2025-05-04',
          category: 'clash',
          tactics: ['other:territory-regained'],
          settlement: 'Djibo',
          admin1: 'BF-12',
          country: 'BF',
          source: 'b',
          seat: 'admin2'
        }
      ],
      horizon: '2025-06-01',
      expect: [{ group: { settlement: 'Djibo' }, level: 2, open: false }]
    }
  ],
  placeNeeds: (incident, parameters) =>
    signsOf(incident, parameters).length > 0 ? [{ settlement: true, withinKm: parameters.precisionKm }] : [],
  scopesOf: (incident, parameters) =>
    signsOf(incident, parameters).length > 0 || tellsRetaking(incident, parameters) ? areasOf(incident) : [],
  initial: scope => ({ area: scope.replace(/^drill\//, ''), settlements: {}, coarse: [], closed: [] }),
  step: (state, incident, parameters) => {
    const sharp = incident.passesGrade ? sharpPlacesOf(incident, state.area, parameters) : []
    if (sharp.length === 0) return supported(state, incident, parameters)
    return sharp.reduce((current, place) => withWord(current, place, incident, parameters), state)
  },
  findings: ({ settlements, closed }, _horizonMs, parameters) => {
    const open = Object.values(settlements).flatMap(s => s.open ?? [])
    return open.length === 0 ? closed : [...closed, ...open.map(episode => describeOpen(episode, parameters))]
  },
  nearly: ({ settlements }, horizonMs, parameters) =>
    Object.entries(settlements).flatMap(([id, { open, runs }]) =>
      open === null ? nearLoss(id, runs, horizonMs, parameters) : []
    ),
  nextChangeMs: () => null,
  forget: (state, beforeMs) => {
    const isYoung = (i: Incident) => i.toMs >= beforeMs - 366 * dayMs
    const closed = endedSince(state.closed, beforeMs)
    const areAll = Object.values(state.settlements).every(s => isRemembered(s, beforeMs)) && state.coarse.every(isYoung)
    if (areAll && closed === state.closed) return state
    return {
      ...state,
      settlements: Object.fromEntries(Object.entries(state.settlements).filter(([, s]) => isRemembered(s, beforeMs))),
      coarse: state.coarse.filter(isYoung),
      closed
    }
  }
}

/** One sign fewer than it takes. */
function nearLoss(id: string, runs: Settlement['runs'], horizonMs: number, parameters: TerritoryLostParameters): NearMiss[] {
  const young = youngRuns(runs, horizonMs, parameters)
  const incidents = evidenceOf(Object.values(young).flatMap(run => run.evidence.kept)).kept
  const [first] = incidents
  const shown = signs.filter(sign => young[sign])
  if (first === undefined || shown.length !== parameters.signsMin - 1) return []
  const place = placesOf(first).find(({ settlement }) => settlement === id)
  return [
    {
      group: groupOf(id, place?.settlementName ?? place?.name ?? id, first),
      measure: signsMeasure(shown.length, parameters),
      lacks: `one sign more; so far ${shown.join(' and ')}`,
      incidents
    }
  ]
}

/** Signs that ended a year before the base can't be bridged to anything that may still come. */
function isRemembered({ open, retakenBy, runs }: Settlement, beforeMs: number): boolean {
  return open !== null || retakenBy.length > 0 || Object.values(runs).some(run => run.toMs >= beforeMs - 366 * dayMs)
}

/** Scopes are areas, so that what is known of an area alone can support what is known of its settlements. Drills are apart from the world. */
function areasOf(incident: Incident): string[] {
  const areas = new Set(placesOf(incident).flatMap(areaOf))
  return [...areas].map(area => (incident.drill ? `drill/${area}` : area))
}

/** Of a settlement the area that it is known under: another one that a report states makes no other settlement of it. */
function areaOf({ settlement, admin1, country }: IncidentPlace): string | [] {
  return settlement === null ? (admin1 ?? country ?? []) : homeAreaOf(settlement)
}

interface SharpPlace extends IncidentPlace {
  readonly settlement: string
}

function sharpPlacesOf(incident: Incident, area: string, parameters: TerritoryLostParameters): SharpPlace[] {
  const isSharp = (place: IncidentPlace): place is SharpPlace =>
    place.settlement !== null && areaOf(place) === area && (place.radiusKm ?? Infinity) <= parameters.precisionKm
  return [
    ...new Map(
      placesOf(incident)
        .filter(isSharp)
        .map(place => [place.settlement, place])
    ).values()
  ]
}

/** What can't trigger supports: of a settlement that is named, that settlement's loss; else each loss of the area. */
function supported(state: TerritoryLostState, incident: Incident, parameters: TerritoryLostParameters): TerritoryLostState {
  if (signsOf(incident, parameters).length === 0) return state
  const named = new Set(placesOf(incident).flatMap(place => place.settlement ?? []))
  const isOfArea = named.size === 0 && incident.passesGrade
  const settlements = { ...state.settlements }
  for (const [id, settlement] of Object.entries(settlements)) {
    const { open } = settlement
    if (open === null || !(isOfArea || named.has(id))) continue
    settlements[id] = { ...settlement, open: { ...open, support: withSupport(open.support, incident) } }
  }
  return { ...state, settlements, coarse: isOfArea ? [...state.coarse, incident].slice(-coarseMax) : state.coarse }
}

const unheardOf: Settlement = { runs: {}, retakenBy: [], open: null }

/** The state after word of one of its settlements. */
function withWord(
  state: TerritoryLostState,
  place: SharpPlace,
  incident: Incident,
  parameters: TerritoryLostParameters
): TerritoryLostState {
  const known = state.settlements[place.settlement] ?? unheardOf
  if (known.open === null) {
    const next = beforeLoss(known, place, incident, state.coarse, parameters)
    return next === known ? state : { ...state, settlements: withSettlement(state.settlements, place.settlement, next) }
  }
  const open = whileLost(known.open, place, incident, parameters)
  const isRetaken = independentOrigins(open.retaking?.witnesses ?? []).length >= parameters.retakenSourcesMin
  if (!isRetaken) return { ...state, settlements: { ...state.settlements, [place.settlement]: { ...known, open } } }
  const next = { runs: {}, retakenBy: (open.retaking?.by ?? []).map(a => a.key), open: null }
  const ended = describe(open, incident.fromMs, parameters)
  return { ...state, settlements: { ...state.settlements, [place.settlement]: next }, closed: [...state.closed, ended] }
}

function withSettlement(
  settlements: TerritoryLostState['settlements'],
  id: string,
  next: Settlement
): TerritoryLostState['settlements'] {
  const others = Object.entries(settlements).filter(([other]) => other !== id)
  const idle = others.filter(([, settlement]) => settlement.open === null)
  const eldest = idle.length < settlementsMax ? null : idle[0]?.[0]
  return Object.fromEntries([...others.filter(([other]) => other !== eldest), [id, next]])
}

function beforeLoss(
  known: Settlement,
  place: SharpPlace,
  incident: Incident,
  coarse: readonly Incident[],
  parameters: TerritoryLostParameters
): Settlement {
  const shown = signsOf(incident, parameters)
  const seizers = actorsOfRole(incident, 'perpetrator')
  // Word that comes after a retaking, of those who retook it.
  if (shown.length === 0 || seizers.some(a => known.retakenBy.includes(a.key))) return known
  const runs = youngRuns(known.runs, incident.fromMs, parameters)
  for (const sign of shown) runs[sign] = extended(runs[sign], incident)
  const isLost = shown.includes('seized') || Object.keys(runs).length >= parameters.signsMin
  return isLost ? { runs: {}, retakenBy: [], open: opened(place, runs, incident, coarse, parameters) } : { ...known, runs }
}

/** The signs that what is said at a moment can be bridged to. */
function youngRuns(
  runs: Settlement['runs'],
  atMs: number,
  { bridgedGapDays }: TerritoryLostParameters
): Partial<Record<Sign, Run>> {
  return Object.fromEntries(Object.entries(runs).filter(([, run]) => atMs <= run.toMs + 1 + bridgedGapDays * dayMs))
}

function extended(run: Run | undefined, incident: Incident): Run {
  return run
    ? { toMs: Math.max(run.toMs, incident.toMs), evidence: addEvidence(run.evidence, incident) }
    : { toMs: incident.toMs, evidence: { kept: [incident], omitted: 0 } }
}

function opened(
  place: SharpPlace,
  runs: Settlement['runs'],
  incident: Incident,
  coarse: readonly Incident[],
  parameters: TerritoryLostParameters
): Loss {
  const atMs = incident.fromMs
  const held = signs.filter(sign => runs[sign])
  const triggers = evidenceOf(held.flatMap(sign => (runs[sign] as Run).evidence.kept))
  const near = coarse.filter(i => i.toMs + parameters.bridgedGapDays * dayMs >= atMs)
  return {
    settlement: place.settlement,
    name: place.settlementName ?? place.name ?? place.settlement,
    fromMs: Math.min(...triggers.kept.map(i => i.fromMs)),
    enteredMs: atMs,
    entered: held.includes('seized') ? 'seized' : held.join(' and '),
    seen: Object.fromEntries(held.map(sign => [sign, (runs[sign] as Run).evidence.kept[0]?.fromMs ?? atMs])),
    holders: uniqueActors(triggers.kept.flatMap(i => actorsOfRole(i, 'perpetrator'))),
    marks: seatMark(place, atMs),
    retaking: null,
    triggers,
    support: evidenceOf(near)
  }
}

const seats: Readonly<Record<Seat, string>> = {
  admin2: 'a district capital',
  admin1: 'a regional capital',
  country: 'the capital'
}

function seatMark(place: IncidentPlace, atMs: number): Loss['marks'] {
  return place.seat === null ? [] : [{ atMs, reason: seats[place.seat] }]
}

function uniqueActors(actors: readonly NamedActor[]): readonly NamedActor[] {
  return [...new Map(actors.map(actor => [actor.key, actor])).values()]
}

/** A retaking, a sign of the loss that goes on, or neither. */
function whileLost(open: Loss, place: SharpPlace, incident: Incident, parameters: TerritoryLostParameters): Loss {
  if (isRetaking(open, incident, parameters)) {
    const by = uniqueActors([...(open.retaking?.by ?? []), ...actorsOfRole(incident, 'perpetrator')])
    const witnesses = [...(open.retaking?.witnesses ?? []), ...incident.witnesses].slice(-witnessesMax)
    return { ...open, retaking: { by, witnesses }, triggers: addEvidence(open.triggers, incident) }
  }
  const shown = signsOf(incident, parameters)
  if (shown.length === 0) return open
  const fresh = shown.filter(sign => open.seen[sign] === undefined)
  const marks = open.marks.length === 0 ? seatMark(place, incident.fromMs) : open.marks
  // What adds a sign, moves a level or takes back word of a retaking is a trigger: the alert is as closed to readers as the strictest of them.
  const moves = fresh.length > 0 || marks.length > open.marks.length || open.retaking !== null
  const evidence = moves ? { triggers: addEvidence(open.triggers, incident) } : { support: withSupport(open.support, incident) }
  const seen = { ...open.seen, ...Object.fromEntries(fresh.map(sign => [sign, incident.fromMs])) }
  const holders = uniqueActors([...open.holders, ...actorsOfRole(incident, 'perpetrator')])
  return { ...open, seen, holders, marks, retaking: null, ...evidence }
}

/** It is said to be retaken, or to be seized by others than those who are known to hold it. */
function isRetaking(open: Loss, incident: Incident, parameters: TerritoryLostParameters): boolean {
  if (tellsRetaking(incident, parameters)) return true
  const seizers = actorsOfRole(incident, 'perpetrator')
  const areOthers = seizers.length > 0 && open.holders.length > 0 && seizers.every(a => open.holders.every(h => h.key !== a.key))
  return incident.category === 'territory-seized' && areOthers
}
