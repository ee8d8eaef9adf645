// Siege by OCHA's criteria, per settlement: encirclement, aid denied, movement denied. Two of three
// held for a week are a partial siege, three a full one. It ends by sustained access that two
// independent sources report: silence never ends a siege.

import type { NearMiss } from '../../detection/near-miss.ts'
import { addEvidence, type Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { situationOf } from '../../finding/situation.ts'
import {
  compareIncidents,
  compareText,
  type Incident,
  independentOrigins,
  placesOf,
  type Witness
} from '../../incident/incident.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { bySource, type Evidence, upToLimit, withWitnesses } from '../episode/episode-evidence.ts'
import { notEndedBefore } from '../episode/prune-ended.ts'
import { recentCache } from '../episode/recent-cache.ts'
import { capitalised, countedText } from '../episode/wording.ts'
import { siegeExamples } from './siege-examples.ts'

const source = 'patterns.md#siege'

export interface SiegeParameters {
  readonly criteriaMin: number
  readonly heldDays: number
  readonly bridgedGapDays: number
  readonly ageDays: readonly number[]
  readonly accessSourcesMin: number
  readonly accessSustainedDays: number
}

const criteria = ['encirclement', 'aid denied', 'movement denied'] as const
type Criterion = (typeof criteria)[number]

interface CriterionRun {
  readonly fromMs: number
  readonly toMs: number
  readonly evidence: Evidence
}

interface Access {
  /**
   * First access reported since the last report of siege; reports too far apart in time do not
   * belong together.
   */
  readonly firstMs: number
  /** End of the last report of it. */
  readonly lastMs: number
  /** When the last source that was needed reported; null until then. */
  readonly confirmedMs: number | null
  readonly witnesses: readonly Witness[]
}

interface SiegeEpisode {
  readonly settlement: string
  readonly fromMs: number
  readonly enteredMs: number
  readonly heldFromMs: Readonly<Partial<Record<Criterion, number>>>
  /** Until when some criterion was held, by graded evidence. */
  readonly heldToMs: number
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  readonly access: Access | null
  readonly triggers: Evidence
  readonly support: Evidence
  readonly lastMs: number
}

interface SiegeState {
  readonly settlement: string
  readonly runs: Readonly<Partial<Record<Criterion, CriterionRun>>>
  readonly open: SiegeEpisode | null
  readonly closed: readonly Finding[]
}

export const siege: Pattern<SiegeParameters, SiegeState> = {
  id: 'siege',
  words: {
    says: 'A settlement is encircled, cut off from aid, or its people cannot leave: two of the three, for days.',
    levels:
      'All three criteria; each age in `ageDays`; hunger, deaths for lack of care, a killing of its leaders.',
    ends: 'Access that `accessSourcesMin` independent sources report and that lasts `accessSustainedDays`. Silence never ends it.',
    comesBack: 'The same settlement, within `bridgedGapDays` of the last report.',
    comesBackBy: 'settlement'
  },
  outlastsSilence: true,
  parameters: {
    criteriaMin: {
      default: 2,
      unit: 'criteria',
      meaning: 'number of criteria held at once for entry',
      source: 'OCHA: besieged'
    },
    heldDays: {
      default: 7,
      unit: 'days',
      meaning: 'how long they must be held together for entry',
      source
    },
    bridgedGapDays: {
      default: 30,
      unit: 'days',
      meaning:
        'maximum gap between two reports of one criterion before entry, or between two reports of access',
      source
    },
    ageDays: {
      default: [30, 90, 180, 365],
      unit: 'days',
      meaning: 'ages at which it escalates',
      source
    },
    accessSourcesMin: {
      default: 2,
      unit: 'sources',
      meaning: 'independent sources of access that end it',
      source
    },
    accessSustainedDays: {
      default: 14,
      unit: 'days',
      meaning: 'how long access must last to end it',
      source
    }
  },
  examples: siegeExamples,
  looksBack: ({ heldDays, bridgedGapDays, ageDays, accessSustainedDays }) => ({
    heldDays,
    bridgedGapDays,
    ...(Math.max(...ageDays) > accessSustainedDays
      ? { ageDays: Math.max(...ageDays) }
      : { accessSustainedDays })
  }),
  placeNeeds: incident => (speaksOfSiege(incident) ? [{ settlement: true }] : []),
  scopesOf: incident => (speaksOfSiege(incident) ? settlementsOf(incident) : []),
  settlementOf: idOf,
  initial: settlement => ({ settlement, runs: {}, open: null, closed: [] }),
  step: (state, incident, parameters) => {
    const current = closeWhenDue(state, incident.fromMs, parameters)
    return current.open
      ? whileOpen(current, current.open, incident, parameters)
      : beforeEntry(current, incident, parameters)
  },
  findings: (state, horizonMs, parameters) => {
    const current = closeWhenDue(state, horizonMs, parameters)
    return current.open
      ? [
          ...current.closed,
          describe(current.open, Math.max(horizonMs, current.open.lastMs), null, parameters)
        ]
      : current.closed
  },
  nearly: (state, horizonMs, parameters) =>
    nearSiege(closeWhenDue(state, horizonMs, parameters), horizonMs, parameters),
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    if (!open) return null
    const ages = parameters.ageDays.map(days => open.enteredMs + days * dayMs)
    const moments = [...ages, closesAtMs(open, parameters) ?? Number.POSITIVE_INFINITY].filter(
      ms => ms > horizonMs
    )
    const next = Math.min(...moments)
    return Number.isFinite(next) ? next : null
  },
  forget: (state, beforeMs) => {
    // A run that ended a year before the base cannot be bridged to anything still to come.
    const isOfUse = (run: CriterionRun) => run.toMs >= beforeMs - 366 * dayMs
    const runs = Object.values(state.runs).every(isOfUse)
      ? state.runs
      : Object.fromEntries(Object.entries(state.runs).filter(([, run]) => isOfUse(run)))
    const closed = notEndedBefore(state.closed, beforeMs)
    return runs === state.runs && closed === state.closed ? state : { ...state, runs, closed }
  },
  isBlank: ({ runs, open, closed }) =>
    open === null && closed.length === 0 && Object.keys(runs).length === 0
}

const escalators: Readonly<Record<string, string>> = {
  hunger: 'hunger',
  'no-medical-care': 'deaths or illness for lack of medical care',
  'leader-killed': 'killing of local leaders'
}

function criteriaOf(incident: Incident): Criterion[] {
  const has = (word: string) => incident.category === word || incident.tactics.includes(word)
  const held: Criterion[] = []
  if (incident.category === 'blockade' || incident.tactics.includes('encirclement'))
    held.push('encirclement')
  if (has('aid-denied')) held.push('aid denied')
  if (has('movement-denied')) held.push('movement denied')
  return held
}

function speaksOfSiege(incident: Incident): boolean {
  return (
    criteriaOf(incident).length > 0 ||
    incident.category === 'access-restored' ||
    incident.category === 'appeal' ||
    incident.tactics.some(t => t in escalators)
  )
}

/** Scopes are settlements, drills kept apart. */
function settlementsOf(incident: Incident): string[] {
  const ids = placesOf(incident).flatMap(place =>
    place.settlement === null ? [] : [place.settlement]
  )
  return [...new Set(ids)].map(id => (incident.drill ? `drill/${id}` : id))
}

function idOf(scope: string): string {
  return scope.replace(/^drill\//, '')
}

function beforeEntry(
  state: SiegeState,
  incident: Incident,
  parameters: SiegeParameters
): SiegeState {
  const held = incident.passesGrade ? criteriaOf(incident) : []
  if (held.length === 0) return state
  const runs = { ...state.runs }
  for (const criterion of held)
    runs[criterion] = extendRun(runs[criterion], incident, parameters.bridgedGapDays * dayMs)
  const fromMs = entryOf(runs, parameters)
  return fromMs === null
    ? { ...state, runs }
    : {
        ...state,
        runs: {},
        open: openEpisode(state.settlement, runs, fromMs, incident, parameters)
      }
}

function extendRun(
  run: CriterionRun | undefined,
  incident: Incident,
  bridgedMs: number
): CriterionRun {
  // A day ends with its last millisecond: thirty whole days between two reports are a gap of
  // thirty.
  if (!run || incident.fromMs > run.toMs + 1 + bridgedMs)
    return {
      fromMs: incident.fromMs,
      toMs: incident.toMs,
      evidence: { kept: [incident], omitted: 0 }
    }
  return {
    fromMs: run.fromMs,
    toMs: Math.max(run.toMs, incident.toMs),
    evidence: addEvidence(run.evidence, incident)
  }
}

/**
 * The first moment from which enough criteria hold together for long enough; null if there is none.
 */
function entryOf(runs: SiegeState['runs'], parameters: SiegeParameters): number | null {
  const held = criteria.flatMap(c => (runs[c] ? [runs[c]] : []))
  const starts = [...new Set(held.map(r => r.fromMs))].sort((a, b) => a - b)
  const holds = (fromMs: number) =>
    held.filter(r => r.fromMs <= fromMs && r.toMs + 1 >= fromMs + parameters.heldDays * dayMs)
      .length
  return starts.find(fromMs => holds(fromMs) >= parameters.criteriaMin) ?? null
}

/** Near miss: criteria are held, but too few, or not together for long enough. */
function nearSiege(
  { settlement, runs, open }: SiegeState,
  horizonMs: number,
  parameters: SiegeParameters
): readonly NearMiss[] {
  const { criteriaMin, bridgedGapDays, heldDays } = parameters
  const held = criteria.filter(
    c => runs[c] && (runs[c] as CriterionRun).toMs + bridgedGapDays * dayMs >= horizonMs
  )
  if (open !== null || held.length === 0 || held.length < criteriaMin - 1) return []
  const incidents = [
    ...new Map(
      held.flatMap(c => (runs[c] as CriterionRun).evidence.kept.map(i => [i.id, i] as const))
    ).values()
  ]
  const id = idOf(settlement)
  const lacks =
    held.length < criteriaMin ? 'one more criterion' : `${countedText(heldDays, 'day')} together`
  return [
    {
      group: { settlement: nameOf(id, incidents), settlementId: id },
      measure: {
        name: 'criteria held',
        value: held.length,
        threshold: criteriaMin,
        baseline: null
      },
      lacks: `${lacks}; held: ${held.join(', ')}`,
      incidents: incidents.sort(compareIncidents)
    }
  ]
}

function openEpisode(
  settlement: string,
  runs: SiegeState['runs'],
  fromMs: number,
  incident: Incident,
  parameters: SiegeParameters
): SiegeEpisode {
  const enteredMs = fromMs + parameters.heldDays * dayMs
  // A criterion that began between the entry and the report that completed it is held as well.
  const held = criteria.filter(c => runs[c] && (runs[c] as CriterionRun).toMs + 1 >= enteredMs)
  const lapsed = criteria.flatMap(c =>
    runs[c] && !held.includes(c) ? (runs[c] as CriterionRun).evidence.kept : []
  )
  const evidence = new Map<string, Incident>()
  for (const c of held)
    for (const i of (runs[c] as CriterionRun).evidence.kept) evidence.set(i.id, i)
  const triggers = [...evidence.values()].sort(
    (a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs || compareText(a.id, b.id)
  )
  return {
    settlement,
    fromMs,
    enteredMs,
    heldFromMs: Object.fromEntries(held.map(c => [c, (runs[c] as CriterionRun).fromMs])),
    heldToMs: Math.max(...criteria.flatMap(c => runs[c]?.toMs ?? [])),
    marks: triggers.flatMap(marksOf),
    access: null,
    triggers: upToLimit(
      triggers,
      Math.max(0, ...held.map(c => (runs[c] as CriterionRun).evidence.omitted))
    ),
    support: upToLimit(lapsed),
    lastMs: incident.toMs
  }
}

function marksOf(incident: Incident): { atMs: number; reason: string }[] {
  return incident.tactics.flatMap(t =>
    t in escalators ? [{ atMs: incident.fromMs, reason: escalators[t] as string }] : []
  )
}

function whileOpen(
  state: SiegeState,
  open: SiegeEpisode,
  incident: Incident,
  parameters: SiegeParameters
): SiegeState {
  const lastMs = Math.max(open.lastMs, incident.toMs)
  const held = criteriaOf(incident)
  if (!incident.passesGrade)
    return { ...state, open: { ...open, support: addEvidence(open.support, incident) } }
  if (held.length === 0) {
    const access =
      incident.category === 'access-restored' ? withAccess(open, incident, parameters) : open.access
    const fresh = marksOf(incident)
    // What changes a level or an end is a trigger: the alert's handling is then at least as strict
    // as that of this incident.
    const moves = fresh.length > 0 || access !== open.access
    const evidence = moves
      ? { triggers: addEvidence(open.triggers, incident) }
      : { support: addEvidence(open.support, incident) }
    return {
      ...state,
      open: { ...open, access, marks: [...open.marks, ...fresh], ...evidence, lastMs }
    }
  }
  const heldFromMs = { ...open.heldFromMs }
  for (const c of held) heldFromMs[c] ??= incident.fromMs
  // A report of siege after one of access: access did not last.
  const access = open.access && incident.toMs >= open.access.firstMs ? null : open.access
  const marks = [...open.marks, ...marksOf(incident)]
  const heldToMs = Math.max(open.heldToMs, incident.toMs)
  return {
    ...state,
    open: {
      ...open,
      heldFromMs,
      heldToMs,
      access,
      marks,
      triggers: addEvidence(open.triggers, incident),
      lastMs
    }
  }
}

/**
 * Reports of access count only together with others close in time, and not if a report of siege
 * extends beyond them by the time that access must last. A report of siege dated to a month extends
 * a few days beyond an access within it.
 */
function withAccess(
  { access, heldToMs }: SiegeEpisode,
  incident: Incident,
  parameters: SiegeParameters
): Access | null {
  if (
    heldToMs > incident.toMs &&
    heldToMs >= incident.toMs + parameters.accessSustainedDays * dayMs
  )
    return access
  const bridgedMs = parameters.bridgedGapDays * dayMs
  const isStale =
    access !== null &&
    access.confirmedMs === null &&
    incident.fromMs > access.lastMs + 1 + bridgedMs
  const before = isStale ? null : access
  const witnesses = withWitnesses(before?.witnesses ?? [], incident.witnesses)
  const isConfirmed = independentOrigins(witnesses).length >= parameters.accessSourcesMin
  return {
    firstMs: before?.firstMs ?? incident.fromMs,
    lastMs: Math.max(before?.lastMs ?? incident.toMs, incident.toMs),
    // While it is still reported as besieged, access has not begun to last.
    confirmedMs: before?.confirmedMs ?? (isConfirmed ? Math.max(incident.fromMs, heldToMs) : null),
    witnesses
  }
}

function closesAtMs(open: SiegeEpisode, parameters: SiegeParameters): number | null {
  return open.access?.confirmedMs == null
    ? null
    : open.access.confirmedMs + parameters.accessSustainedDays * dayMs
}

function closeWhenDue(state: SiegeState, nowMs: number, parameters: SiegeParameters): SiegeState {
  const closesMs = state.open ? closesAtMs(state.open, parameters) : null
  if (!state.open || closesMs === null || closesMs > nowMs) return state
  return {
    ...state,
    open: null,
    closed: [...state.closed, describe(state.open, closesMs, closesMs, parameters)]
  }
}

function describe(
  open: SiegeEpisode,
  nowMs: number,
  toMs: number | null,
  parameters: SiegeParameters
): Finding {
  const held = criteria.filter(c => open.heldFromMs[c] !== undefined)
  const fullMs =
    held.length === criteria.length
      ? Math.max(open.enteredMs, ...held.map(c => open.heldFromMs[c] as number))
      : null
  const ages = parameters.ageDays
    .map(days => ({ atMs: open.enteredMs + days * dayMs, reason: countedText(days, 'day') }))
    .filter(({ atMs }) => atMs <= nowMs)
  // An escalator counts once, from the entry on: what came before is part of how the siege began.
  const marks = [...new Map(open.marks.toReversed().map(m => [m.reason, m])).values()].map(m => ({
    ...m,
    atMs: Math.max(m.atMs, open.enteredMs)
  }))
  const full = fullMs === null ? [] : [{ atMs: fullMs, reason: 'full' }]
  const levels = numberLevels([
    { atMs: open.enteredMs, reason: 'partial' },
    ...full,
    ...ages,
    ...marks
  ])
  const id = idOf(open.settlement)
  const { name, sources } = told(open.triggers.kept, () => toldBy(id, open.triggers.kept))
  const passed = ages.at(-1)
  const kind = fullMs === null ? 'Partial siege' : 'Siege'
  return {
    group: { settlement: name, settlementId: id },
    situation: situationOf([id], toMs ?? open.lastMs + parameters.bridgedGapDays * dayMs),
    fromMs: open.fromMs,
    toMs,
    levels,
    measure: {
      name: 'criteria held',
      value: held.length,
      threshold: parameters.criteriaMin,
      baseline: null
    },
    triggers: open.triggers.kept,
    support: open.support.kept,
    omitted: open.triggers.omitted + open.support.omitted,
    headline:
      toMs === null
        ? `${kind} of ${name}${passed ? `, for more than ${passed.reason}` : ''}`
        : `${kind} of ${name} has ended`,
    explanation:
      `${capitalised(held.map(c => `${c} since ${formatDay(open.heldFromMs[c] as number)}`).join(', '))}. ` +
      `Evidence: ${countedText(open.triggers.kept.length + open.triggers.omitted, 'incident')} from ${countedText(sources, 'independent source')}. ` +
      `${open.triggers.kept.some(i => i.toMs - i.fromMs >= dayMs) ? 'Some dates are intervals: a criterion counts as held throughout each. ' : ''}` +
      `Criteria held: ${held.length} of 3. Threshold: ${parameters.criteriaMin} for ${countedText(parameters.heldDays, 'day')}. ` +
      (toMs === null
        ? `The alert ends when ${countedText(parameters.accessSourcesMin, 'independent source')} ${parameters.accessSourcesMin === 1 ? 'reports' : 'report'} access that lasts ${countedText(parameters.accessSustainedDays, 'day')}; a lack of reports does not end it.`
        : `Access was reported by ${countedText(independentOrigins(open.access?.witnesses ?? []).length, 'independent source')} and has lasted ${countedText(parameters.accessSustainedDays, 'day')}.`)
  }
}

/**
 * What depends on the evidence alone, for the last sieges evaluated: ages change, evidence does
 * not.
 */
const told = recentCache<readonly Incident[], { readonly name: string; readonly sources: number }>(
  64
)

function toldBy(id: string, triggers: readonly Incident[]): { name: string; sources: number } {
  return {
    name: nameOf(id, triggers),
    sources: independentOrigins(bySource(triggers.flatMap(i => i.witnesses))).length
  }
}

function nameOf(id: string, triggers: readonly Incident[]): string {
  const place = triggers.flatMap(placesOf).find(p => p.settlement === id)
  return place?.settlementName ?? place?.name ?? id
}
