// Acute hunger: reports that put an area in phase 4 (emergency) or 5 (famine) of the IPC scale.
// Read only by compound-crisis, as its own fold. Hunger without a stated phase is left out: within
// a siege it escalates the siege.

import { addEvidence, type Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { type Evidence, noEvidence } from '../episode/episode-evidence.ts'
import { notEndedBefore } from '../episode/prune-ended.ts'

export interface AcuteHungerParameters {
  readonly windowDays: number
  readonly hungerTactics: readonly string[]
}

interface Hunger {
  readonly admin1: string
  readonly fromMs: number
  readonly untilMs: number
  readonly triggers: Evidence
}

interface AcuteHungerState {
  readonly admin1: string
  readonly open: Hunger | null
  readonly closed: readonly Finding[]
}

export const acuteHunger: Pattern<AcuteHungerParameters, AcuteHungerState> = {
  id: 'acute-hunger',
  parameters: {
    windowDays: {
      default: 30,
      unit: 'days',
      meaning: 'minimum time for which a situation counts from its entry',
      source: 'patterns.md#compound-crisis'
    },
    hungerTactics: {
      default: ['other:ipc-4', 'other:ipc-5'],
      unit: 'tactics',
      meaning: 'tactics by which a report states hunger of phase 4 or worse',
      source: 'patterns.md#compound-crisis; the IPC acute scale'
    }
  },
  examples: [],
  scopesOf: (incident, { hungerTactics }) =>
    incident.passesGrade && incident.tactics.some(tactic => hungerTactics.includes(tactic))
      ? areasOf(incident)
      : [],
  initial: admin1 => ({ admin1, open: null, closed: [] }),
  step: (state, incident, { windowDays }) => {
    const current = closeWhenDue(state, incident.fromMs)
    const untilMs = Math.max(incident.toMs, incident.fromMs + windowDays * dayMs)
    const open = current.open ?? {
      admin1: current.admin1,
      fromMs: incident.fromMs,
      untilMs,
      triggers: noEvidence
    }
    const grown = {
      ...open,
      untilMs: Math.max(open.untilMs, untilMs),
      triggers: addEvidence(open.triggers, incident)
    }
    return { ...current, open: grown }
  },
  findings: (state, horizonMs) => {
    const current = closeWhenDue(state, horizonMs)
    return current.open ? [...current.closed, describeOpen(current.open)] : current.closed
  },
  nextChangeMs: ({ open }, horizonMs) => (open && open.untilMs > horizonMs ? open.untilMs : null),
  forget: (state, beforeMs) => {
    const closed = notEndedBefore(state.closed, beforeMs)
    return closed === state.closed ? state : { ...state, closed }
  }
}

function areasOf(incident: Incident): string[] {
  const areas = placesOf(incident).flatMap(p =>
    p.areaCertain && p.admin1 !== null ? [p.admin1] : []
  )
  return [...new Set(areas)].map(admin1 => (incident.drill ? `drill/${admin1}` : admin1))
}

function closeWhenDue(state: AcuteHungerState, nowMs: number): AcuteHungerState {
  if (!state.open || state.open.untilMs > nowMs) return state
  return {
    ...state,
    open: null,
    closed: [...state.closed, describe(state.open, state.open.untilMs)]
  }
}

const described = new WeakMap<Hunger, Finding>()

function describeOpen(open: Hunger): Finding {
  const known = described.get(open) ?? describe(open, null)
  described.set(open, known)
  return known
}

function describe({ admin1, fromMs, triggers }: Hunger, toMs: number | null): Finding {
  return {
    group: { admin1: admin1.replace(/^drill\//, '') },
    situation: null,
    fromMs,
    toMs,
    levels: numberLevels([{ atMs: fromMs, reason: 'phase 4 or worse' }]),
    measure: {
      name: 'reports',
      value: triggers.kept.length + triggers.omitted,
      threshold: 1,
      baseline: null
    },
    triggers: triggers.kept,
    support: [],
    omitted: triggers.omitted,
    headline: 'Hunger of phase 4 or worse',
    explanation: 'Reports put the area in phase 4 or 5 of the scale of acute hunger.'
  }
}
