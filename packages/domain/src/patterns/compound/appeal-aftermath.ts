// What follows when a settlement speaks up (appeals, resists or informs): threats, attacks, or
// quiet. Read only by retaliation-watch, as its own fold; it raises no alert by itself.

import { addEvidence, type Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { isFirstOfHandling } from '../../finding/named-evidence.ts'
import { situationOf } from '../../finding/situation.ts'
import { exactly, withLast } from '../../fold/exact-lists.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { attackCategories } from '../../report/report.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { type Evidence, noEvidence } from '../episode/episode-evidence.ts'
import { withSupport } from '../episode/named-support.ts'
import { notEndedBefore } from '../episode/prune-ended.ts'

export interface AppealAftermathParameters {
  readonly quietDays: number
  readonly voiceTactics: readonly string[]
}

interface Aftermath {
  readonly settlement: string
  readonly name: string
  readonly fromMs: number
  readonly lastMs: number
  /** Threats and attacks since the settlement last spoke up. */
  readonly threats: number
  readonly attacks: number
  readonly triggers: Evidence
  readonly support: Evidence
}

interface AppealAftermathState {
  readonly settlement: string
  /**
   * Threats and attacks at the time of the last incident: the settlement's own act at that time may
   * still follow in the fold.
   */
  readonly justNow: readonly Incident[]
  readonly open: Aftermath | null
  readonly closed: readonly Finding[]
}

/** Maximum number of threats, and of attacks, listed for each appeal; the rest is counted. */
export const menacesNamedMax = 10

export const appealAftermath: Pattern<AppealAftermathParameters, AppealAftermathState> = {
  id: 'appeal-aftermath',
  parameters: {
    quietDays: {
      default: 60,
      unit: 'days',
      meaning: 'quiet time that ends it',
      source: 'patterns.md#retaliation-watch'
    },
    voiceTactics: {
      default: ['other:resistance', 'other:informing'],
      unit: 'tactics',
      meaning: 'tactics by which a settlement speaks up, besides the category `appeal`',
      source: 'patterns.md#retaliation-watch'
    }
  },
  examples: [],
  scopesOf: (incident, parameters) =>
    isVoice(incident, parameters) || menaceOf(incident) !== null ? settlementsOf(incident) : [],
  settlementOf: idOf,
  initial: settlement => ({ settlement, justNow: [], open: null, closed: [] }),
  step: (state, incident, parameters) => {
    const current = closeWhenDue(state, incident.fromMs, parameters)
    const justNow = exactly(current.justNow.filter(i => i.fromMs === incident.fromMs))
    const voice = isVoice(incident, parameters)
    if (current.open)
      return { ...current, justNow, open: grown(current.open, incident, parameters) }
    if (!voice) return { ...current, justNow: withLast(justNow, incident) }
    if (!incident.passesGrade) return { ...current, justNow }
    const spoken = grown(silentAftermath(current.settlement, incident), incident, parameters)
    return {
      ...current,
      justNow: [],
      open: justNow.reduce((open, i) => grown(open, i, parameters), spoken)
    }
  },
  findings: (state, horizonMs, parameters) => {
    const current = closeWhenDue(state, horizonMs, parameters)
    return current.open ? [...current.closed, describeOpen(current.open)] : current.closed
  },
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    const closesMs = open ? closesAtMs(open, parameters) : null
    return closesMs !== null && closesMs > horizonMs ? closesMs : null
  },
  tellsTheSame: (a, b) => a.open === b.open && a.closed === b.closed,
  forget: (state, beforeMs) => {
    const closed = notEndedBefore(state.closed, beforeMs)
    if (state.justNow.every(i => i.toMs >= beforeMs) && closed === state.closed) return state
    return { ...state, justNow: state.justNow.filter(i => i.toMs >= beforeMs), closed }
  },
  isBlank: ({ justNow, open, closed }) =>
    open === null && closed.length === 0 && justNow.length === 0
}

/** True for what a settlement may be punished for. */
export function isVoice(
  incident: Incident,
  { voiceTactics }: Pick<AppealAftermathParameters, 'voiceTactics'>
): boolean {
  return (
    incident.category === 'appeal' || incident.tactics.some(tactic => voiceTactics.includes(tactic))
  )
}

/** The kind of retaliation; null for other incidents. */
export function menaceOf(incident: Incident): 'threat' | 'attack' | null {
  if (incident.category === 'threat') return 'threat'
  return attackCategories.has(incident.category) ? 'attack' : null
}

function settlementsOf(incident: Incident): string[] {
  const ids: string[] = []
  for (const { settlement } of placesOf(incident))
    if (settlement !== null && !ids.includes(settlement)) ids.push(settlement)
  return incident.drill ? ids.map(id => `drill/${id}`) : ids
}

function idOf(scope: string): string {
  return scope.replace(/^drill\//, '')
}

function silentAftermath(settlement: string, incident: Incident): Aftermath {
  const id = idOf(settlement)
  const place = placesOf(incident).find(p => p.settlement === id)
  const name = place?.settlementName ?? place?.name ?? id
  return {
    settlement,
    name,
    fromMs: incident.fromMs,
    lastMs: incident.toMs,
    threats: 0,
    attacks: 0,
    triggers: noEvidence,
    support: noEvidence
  }
}

/** An incident that cannot trigger only supports, and does not extend the episode. */
function grown(
  open: Aftermath,
  incident: Incident,
  parameters: AppealAftermathParameters
): Aftermath {
  if (!incident.passesGrade) return { ...open, support: withSupport(open.support, incident) }
  const lastMs = Math.max(open.lastMs, incident.toMs)
  if (isVoice(incident, parameters)) {
    return {
      ...open,
      lastMs,
      threats: 0,
      attacks: 0,
      triggers: addEvidence(open.triggers, incident)
    }
  }
  const threats = open.threats + (menaceOf(incident) === 'threat' ? 1 : 0)
  const attacks = open.attacks + (menaceOf(incident) === 'attack' ? 1 : 0)
  const { kept, omitted } = open.triggers
  const isNamed =
    (threats > open.threats ? threats : attacks) <= menacesNamedMax ||
    isFirstOfHandling(kept, incident)
  const triggers = isNamed ? addEvidence(open.triggers, incident) : { kept, omitted: omitted + 1 }
  return { ...open, lastMs, threats, attacks, triggers }
}

function closesAtMs(open: Aftermath, { quietDays }: AppealAftermathParameters): number {
  return open.lastMs + quietDays * dayMs
}

function closeWhenDue(
  state: AppealAftermathState,
  nowMs: number,
  parameters: AppealAftermathParameters
): AppealAftermathState {
  const closesMs = state.open ? closesAtMs(state.open, parameters) : null
  if (!state.open || closesMs === null || closesMs > nowMs) return state
  return { ...state, open: null, closed: [...state.closed, describe(state.open, closesMs)] }
}

const described = new WeakMap<Aftermath, Finding>()

function describeOpen(open: Aftermath): Finding {
  const known = described.get(open) ?? describe(open, null)
  described.set(open, known)
  return known
}

function describe(
  { settlement, name, fromMs, triggers, support }: Aftermath,
  toMs: number | null
): Finding {
  return {
    group: { settlement: name, settlementId: idOf(settlement) },
    situation: situationOf([settlement], toMs ?? fromMs),
    fromMs,
    toMs,
    levels: numberLevels([{ atMs: fromMs, reason: 'spoke up' }]),
    measure: {
      name: 'incidents',
      value: triggers.kept.length + triggers.omitted,
      threshold: 1,
      baseline: null
    },
    triggers: triggers.kept,
    support: support.kept,
    omitted: triggers.omitted + support.omitted,
    headline: `${name} spoke up`,
    explanation:
      'An appeal, resistance or information, and what was done to the settlement afterwards.'
  }
}
