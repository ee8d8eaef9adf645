// Territory lost: a settlement is seized, or two of three signs show that others rule it (rule
// imposed, forces shut out). It ends when two independent sources report that it was retaken, by
// whomever, and whoever had it before.

import type { NearMiss } from '../../detection/near-miss.ts'
import { addEvidence, type Pattern } from '../../detection/pattern.ts'
import type { Finding } from '../../finding/finding.ts'
import {
  type Incident,
  type IncidentPlace,
  independentOrigins,
  placesOf
} from '../../incident/incident.ts'
import { areOneSettlement, type SettledPlace, settledAmong } from '../../report/one-settlement.ts'
import type { Seat } from '../../report/report.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { actorsOfRole, type NamedActor } from '../episode/actor-names.ts'
import {
  type Evidence,
  evidenceOf,
  noEvidence,
  withWitnesses
} from '../episode/episode-evidence.ts'
import { withSupport } from '../episode/named-support.ts'
import { notEndedBefore } from '../episode/prune-ended.ts'
import { homeAreaOf } from '../episode/same-place.ts'
import {
  type Sign,
  signs,
  signsOf,
  type TerritoryLostParameters,
  tellsRetaking,
  territoryLostParameters
} from './territory-signs.ts'
import { type SharpPlace, siteKeyOf, siteOf } from './territory-sites.ts'
import { describe, describeOpen, groupOf, type Loss, signsMeasure } from './territory-told.ts'

/** A sign as reported so far, while its reports are not too far apart. */
interface SignRun {
  readonly toMs: number
  readonly evidence: Evidence
}

interface Settlement {
  /** Where it was told of first. */
  readonly site: SettledPlace
  readonly runs: Readonly<Partial<Record<Sign, SignRun>>>
  /** Who retook it last: their holding it is not a loss. */
  readonly retakenBy: readonly string[]
  readonly open: Loss | null
}

interface TerritoryLostState {
  readonly area: string
  /** By their ids, and further sites of one id by where they are (territory-sites.ts). */
  readonly settlements: Readonly<Record<string, Settlement>>
  /**
   * Reports of the area that are too coarse for any settlement, as long as a loss may be bridged to
   * them.
   */
  readonly coarse: readonly Incident[]
  readonly closed: readonly Finding[]
}

export const territoryLost: Pattern<TerritoryLostParameters, TerritoryLostState> = {
  id: 'territory-lost',
  words: {
    says: 'A settlement was seized, or others rule it: they tax, they close schools, forces cannot enter.',
    levels: 'The settlement is the seat of a district, a region or the state.',
    ends: '`retakenSourcesMin` independent sources report that it was retaken. Silence never ends it.',
    comesBack: 'The same settlement, within `bridgedGapDays` of the last report.',
    comesBackBy: 'settlement'
  },
  outlastsSilence: true,
  parameters: territoryLostParameters,
  looksBack: ({ bridgedGapDays }) => ({ bridgedGapDays }),
  examples: [
    {
      name: 'a seizure is a loss, and that of a district capital a more severe one',
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
      name: 'imposed rule and forces shut out together are a loss',
      given: [
        {
          at: '2025-03-01',
          category: 'imposed-rule',
          tactics: ['tax'],
          settlement: 'Farabougou',
          admin1: 'ML-4'
        },
        {
          at: '2025-04-01',
          category: 'other',
          tactics: ['other:forces-shut-out'],
          settlement: 'Farabougou',
          admin1: 'ML-4'
        }
      ],
      horizon: '2025-11-20',
      expect: [{ group: { settlement: 'Farabougou' }, level: 1, open: true }]
    },
    {
      name: 'a tax alone is not a loss, nor is a report about villages of a region',
      given: [
        {
          at: '2025-03-01',
          category: 'imposed-rule',
          tactics: ['tax'],
          settlement: 'Farabougou',
          admin1: 'ML-4'
        },
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
      name: 'the loss of a district capital escalates, and two sources that report a retaking end it',
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
    signsOf(incident, parameters).length > 0
      ? [{ settlement: true, withinKm: parameters.precisionKm }]
      : [],
  scopesOf: (incident, parameters) =>
    signsOf(incident, parameters).length > 0 || tellsRetaking(incident, parameters)
      ? areasOf(incident)
      : [],
  tellsSitesApart: true,
  initial: scope => ({
    area: scope.replace(/^drill\//, ''),
    settlements: {},
    coarse: [],
    closed: []
  }),
  step: (state, incident, parameters) => {
    const sharp = incident.passesGrade ? sharpPlacesOf(incident, state.area, parameters) : []
    if (sharp.length === 0) return supported(state, incident, parameters)
    return sharp.reduce((current, place) => withWord(current, place, incident, parameters), state)
  },
  findings: ({ settlements, closed }, _horizonMs, parameters) => {
    const open = Object.values(settlements).flatMap(s => s.open ?? [])
    return open.length === 0
      ? closed
      : [...closed, ...open.map(episode => describeOpen(episode, parameters))]
  },
  nearly: ({ settlements }, horizonMs, parameters) =>
    Object.entries(settlements).flatMap(([key, settlement]) =>
      settlement.open === null ? nearLoss(key, settlement, horizonMs, parameters) : []
    ),
  nextChangeMs: () => null,
  forget: (state, beforeMs) => {
    const isYoung = (i: Incident) => i.toMs >= beforeMs - 366 * dayMs
    const closed = notEndedBefore(state.closed, beforeMs)
    const areAll =
      Object.values(state.settlements).every(s => isRemembered(s, beforeMs)) &&
      state.coarse.every(isYoung)
    if (areAll && closed === state.closed) return state
    return {
      ...state,
      settlements: Object.fromEntries(
        Object.entries(state.settlements).filter(([, s]) => isRemembered(s, beforeMs))
      ),
      coarse: state.coarse.filter(isYoung),
      closed
    }
  }
}

/** Near miss: one sign less than needed. */
function nearLoss(
  key: string,
  { site, runs }: Settlement,
  horizonMs: number,
  parameters: TerritoryLostParameters
): NearMiss[] {
  const id = site.settlement as string
  const young = youngRuns(runs, horizonMs, parameters)
  const incidents = evidenceOf(Object.values(young).flatMap(run => run.evidence.kept)).kept
  const [first] = incidents
  const shown = signs.filter(sign => young[sign])
  if (first === undefined || shown.length !== parameters.signsMin - 1) return []
  const place = placesOf(first).find(({ settlement }) => settlement === id)
  return [
    {
      group: groupOf({ site, key }, place?.settlementName ?? place?.name ?? id, first),
      measure: signsMeasure(shown.length, parameters),
      lacks: `one more sign; so far ${shown.join(' and ')}`,
      incidents
    }
  ]
}

/** Signs that ended a year before the base cannot be bridged to anything still to come. */
function isRemembered({ open, retakenBy, runs }: Settlement, beforeMs: number): boolean {
  return (
    open !== null ||
    retakenBy.length > 0 ||
    Object.values(runs).some(run => run.toMs >= beforeMs - 366 * dayMs)
  )
}

/**
 * Scopes are areas, so that a report known only by area can support losses of its settlements.
 * Drills are kept apart.
 */
function areasOf(incident: Incident): string[] {
  const areas = new Set(placesOf(incident).flatMap(areaOf))
  return [...areas].map(area => (incident.drill ? `drill/${area}` : area))
}

/**
 * The area in a settlement's id: a report that states another area concerns the same settlement.
 */
function areaOf({ settlement, admin1, country }: IncidentPlace): string | [] {
  return settlement === null ? (admin1 ?? country ?? []) : homeAreaOf(settlement)
}

function sharpPlacesOf(
  incident: Incident,
  area: string,
  parameters: TerritoryLostParameters
): readonly SharpPlace[] {
  const isSharp = (place: IncidentPlace): place is SharpPlace =>
    place.settlement !== null &&
    areaOf(place) === area &&
    (place.radiusKm ?? Infinity) <= parameters.precisionKm
  return settledAmong(placesOf(incident).filter(isSharp))
}

/**
 * An incident that cannot trigger supports the loss of the settlement that it names, else each loss
 * of the area.
 */
function supported(
  state: TerritoryLostState,
  incident: Incident,
  parameters: TerritoryLostParameters
): TerritoryLostState {
  if (signsOf(incident, parameters).length === 0) return state
  const named = placesOf(incident).filter(place => place.settlement !== null)
  const isOfArea = named.length === 0 && incident.passesGrade
  const settlements = { ...state.settlements }
  for (const [key, settlement] of Object.entries(settlements)) {
    const { open, site } = settlement
    if (open === null || !(isOfArea || named.some(place => areOneSettlement(site, place)))) continue
    settlements[key] = {
      ...settlement,
      open: { ...open, support: withSupport(open.support, incident) }
    }
  }
  const young = state.coarse.filter(i => isBridged(i, incident.fromMs, parameters))
  return { ...state, settlements, coarse: isOfArea ? [...young, incident] : state.coarse }
}

const unheardOf = { runs: {}, retakenBy: [], open: null } as const

/** The state after a report of one of its settlements. */
function withWord(
  state: TerritoryLostState,
  place: SharpPlace,
  incident: Incident,
  parameters: TerritoryLostParameters
): TerritoryLostState {
  const key = siteKeyOf(state.settlements, place)
  const known = state.settlements[key] ?? { ...unheardOf, site: siteOf(place) }
  if (known.open === null) {
    const next = beforeLoss({ key, ...known }, place, incident, state.coarse, parameters)
    return next === null
      ? state
      : { ...state, settlements: withSettlement(state.settlements, key, next) }
  }
  const open = whileLost(known.open, place, incident, parameters)
  const isRetaken =
    independentOrigins(open.retaking?.witnesses ?? []).length >= parameters.retakenSourcesMin
  if (!isRetaken)
    return { ...state, settlements: { ...state.settlements, [key]: { ...known, open } } }
  const next = {
    ...known,
    runs: {},
    retakenBy: (open.retaking?.by ?? []).map(a => a.key),
    open: null
  }
  const ended = describe(open, incident.fromMs, parameters)
  return {
    ...state,
    settlements: { ...state.settlements, [key]: next },
    closed: [...state.closed, ended]
  }
}

function withSettlement(
  settlements: TerritoryLostState['settlements'],
  key: string,
  next: Settlement
): TerritoryLostState['settlements'] {
  // No more than the gazetteer has in the area.
  return Object.fromEntries([
    ...Object.entries(settlements).filter(([other]) => other !== key),
    [key, next]
  ])
}

/** Null where it tells nothing new. */
function beforeLoss(
  { key, ...known }: Settlement & { readonly key: string },
  place: SharpPlace,
  incident: Incident,
  coarse: readonly Incident[],
  parameters: TerritoryLostParameters
): Settlement | null {
  const shown = signsOf(incident, parameters)
  const seizers = actorsOfRole(incident, 'perpetrator')
  // A later report of those who retook it.
  if (shown.length === 0 || seizers.some(a => known.retakenBy.includes(a.key))) return null
  const runs = youngRuns(known.runs, incident.fromMs, parameters)
  for (const sign of shown) runs[sign] = extended(runs[sign], incident)
  const isLost = shown.includes('seized') || Object.keys(runs).length >= parameters.signsMin
  if (!isLost) return { ...known, runs }
  const { site } = known
  return {
    site,
    runs: {},
    retakenBy: [],
    open: opened({ key, site, place }, runs, incident, coarse, parameters)
  }
}

/** The signs that a report at a moment can be bridged to. */
function youngRuns(
  runs: Settlement['runs'],
  atMs: number,
  { bridgedGapDays }: TerritoryLostParameters
): Partial<Record<Sign, SignRun>> {
  return Object.fromEntries(
    Object.entries(runs).filter(([, run]) => atMs <= run.toMs + 1 + bridgedGapDays * dayMs)
  )
}

function extended(run: SignRun | undefined, incident: Incident): SignRun {
  return run
    ? { toMs: Math.max(run.toMs, incident.toMs), evidence: addEvidence(run.evidence, incident) }
    : { toMs: incident.toMs, evidence: { kept: [incident], omitted: 0 } }
}

function opened(
  {
    key,
    site,
    place
  }: { readonly key: string; readonly site: SettledPlace; readonly place: SharpPlace },
  runs: Settlement['runs'],
  incident: Incident,
  coarse: readonly Incident[],
  parameters: TerritoryLostParameters
): Loss {
  const atMs = incident.fromMs
  const held = signs.filter(sign => runs[sign])
  const triggers = evidenceOf(held.flatMap(sign => (runs[sign] as SignRun).evidence.kept))
  const near = coarse.filter(i => isBridged(i, atMs, parameters))
  return {
    settlement: place.settlement,
    site,
    key,
    name: place.settlementName ?? place.name ?? place.settlement,
    fromMs: Math.min(...triggers.kept.map(i => i.fromMs)),
    enteredMs: atMs,
    entered: held.includes('seized') ? 'seized' : held.join(' and '),
    seen: Object.fromEntries(
      held.map(sign => [sign, (runs[sign] as SignRun).evidence.kept[0]?.fromMs ?? atMs])
    ),
    holders: uniqueActors(triggers.kept.flatMap(i => actorsOfRole(i, 'perpetrator'))),
    marks: seatMark(place, atMs),
    retaking: null,
    triggers,
    support: newestNamed(near)
  }
}

function isBridged(
  { toMs }: Incident,
  atMs: number,
  { bridgedGapDays }: TerritoryLostParameters
): boolean {
  return toMs + bridgedGapDays * dayMs >= atMs
}

/** Support that came before: the newest is named, the rest counted. */
function newestNamed(incidents: readonly Incident[]): Evidence {
  const { kept, omitted } = incidents.toReversed().reduce(withSupport, noEvidence)
  return { kept: evidenceOf(kept).kept, omitted }
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

/** The loss after a retaking, a sign that it continues, or neither. */
function whileLost(
  open: Loss,
  place: SharpPlace,
  incident: Incident,
  parameters: TerritoryLostParameters
): Loss {
  if (isRetaking(open, incident, parameters)) {
    const by = uniqueActors([
      ...(open.retaking?.by ?? []),
      ...actorsOfRole(incident, 'perpetrator')
    ])
    const witnesses = withWitnesses(open.retaking?.witnesses ?? [], incident.witnesses)
    return { ...open, retaking: { by, witnesses }, triggers: addEvidence(open.triggers, incident) }
  }
  const shown = signsOf(incident, parameters)
  if (shown.length === 0) return open
  const fresh = shown.filter(sign => open.seen[sign] === undefined)
  const marks = open.marks.length === 0 ? seatMark(place, incident.fromMs) : open.marks
  // What adds a sign, changes a level or withdraws a retaking is a trigger: the alert's handling is
  // then at least as strict as that of this incident.
  const moves = fresh.length > 0 || marks.length > open.marks.length || open.retaking !== null
  const evidence = moves
    ? { triggers: addEvidence(open.triggers, incident) }
    : { support: withSupport(open.support, incident) }
  const seen = { ...open.seen, ...Object.fromEntries(fresh.map(sign => [sign, incident.fromMs])) }
  const holders = uniqueActors([...open.holders, ...actorsOfRole(incident, 'perpetrator')])
  return { ...open, seen, holders, marks, retaking: null, ...evidence }
}

/** True if it is reported as retaken, or as seized by others than its known holders. */
function isRetaking(open: Loss, incident: Incident, parameters: TerritoryLostParameters): boolean {
  if (tellsRetaking(incident, parameters)) return true
  const seizers = actorsOfRole(incident, 'perpetrator')
  const areOthers =
    seizers.length > 0 &&
    open.holders.length > 0 &&
    seizers.every(a => open.holders.every(h => h.key !== a.key))
  return incident.category === 'territory-seized' && areOthers
}
