// Kinds of incident that come one after another: the fold of the first engine, which keeps a state
// for each step.

import type { NearMiss } from '../../src/detection/near-miss.ts'
import type { Pattern } from '../../src/detection/pattern.ts'
import type { Finding } from '../../src/finding/finding.ts'
import { ToldFinding } from '../../src/finding/told-finding.ts'
import type { Moment } from '../../src/fold/moment.ts'
import type { Incident } from '../../src/incident/incident.ts'
import {
  blockGroup,
  blockScopes,
  blockSettlement,
  blockSituation,
  groupWords,
  mayTrigger
} from '../../src/patterns/blocks/block-groups.ts'
import { sequence } from '../../src/patterns/blocks/sequence.ts'
import type { Completion, SequenceParameters } from '../../src/patterns/blocks/sequence-finding.ts'
import { sequencesMax } from '../../src/patterns/blocks/sequence-machine.ts'
import { planOf, type SequencePlan } from '../../src/patterns/blocks/sequence-plan.ts'
import { countedText, spanWords } from '../../src/patterns/episode/wording.ts'
import { dayMs, formatDay, overlapMs } from '../../src/space-time/event-time.ts'
import { tableOf } from './pattern-table.ts'

/** The first steps of a sequence, as far as they have come. */
type Begun = readonly Incident[]

interface SequenceState {
  readonly scope: string
  /**
   * Indexed by the number of steps that have come, less one: the begun sequence that began last, or
   * null.
   */
  readonly begun: readonly (Begun | null)[]
  /** Indexed by step: end of the latest incident that must not come after it. */
  readonly absentToMs: readonly (number | null)[]
  /** Complete except for the absence at the end. */
  readonly pending: readonly Completion[]
  readonly complete: readonly Completion[]
}

export const sequenceByStates: Pattern<SequenceParameters, SequenceState> = {
  ...tableOf(sequence),
  scopesOf: (incident, { steps, withinDays, groupBy }) =>
    planOf(steps, withinDays).predicates.matches(incident) === 0
      ? []
      : blockScopes(incident, groupBy),
  settlementOf: blockSettlement,
  initial: scope => ({ scope, begun: [], absentToMs: [], pending: [], complete: [] }),
  step: (state, incident, parameters) => {
    const plan = planOf(parameters.steps, parameters.withinDays)
    const bits = incident.passesGrade ? plan.predicates.matches(incident) : 0
    if (bits === 0) return state
    const current = settle(state, incident.fromMs)
    const comes = mayTrigger(incident, state.scope, parameters.groupBy) ? bits : 0
    return withAbsence(
      withStep(current, incident, comes, plan, parameters),
      current,
      incident,
      bits,
      plan
    )
  },
  findings: (state, horizonMs, parameters, unheard, watermarkMs = horizonMs) =>
    findingsAt(
      settle(state, watermarkMs ?? Number.NEGATIVE_INFINITY),
      { horizonMs, watermarkMs, unheard },
      parameters
    ),
  nearly: (state, horizonMs, parameters) => nearSequence(state, horizonMs, parameters),
  nextChangeMs: ({ complete, pending }, horizonMs, { holdDays }) => {
    let next = Number.POSITIVE_INFINITY
    for (const list of [complete, pending])
      for (const { atMs } of list)
        for (const ms of [atMs, atMs + holdDays * dayMs]) if (ms > horizonMs && ms < next) next = ms
    return Number.isFinite(next) ? next : null
  },
  nextAbsenceMs: ({ complete, pending }, watermarkMs) => {
    const moments = [...complete, ...pending].flatMap(c => (c.absences.length > 0 ? [c.atMs] : []))
    const ahead = moments.filter(ms => watermarkMs === null || ms > watermarkMs)
    return ahead.length === 0 ? null : Math.min(...ahead)
  },
  tellsTheSame: (a, b) => a.complete === b.complete && a.pending === b.pending,
  forget: (state, beforeMs) => {
    // A completion a year before the boundary is over, unless a rule holds for longer than that.
    const isYoung = (c: Completion) => c.atMs >= beforeMs - 366 * dayMs
    return state.complete.every(isYoung)
      ? state
      : { ...state, complete: state.complete.filter(isYoung) }
  }
}

/**
 * Near misses: all steps but the last have come, or only the absence at the end has not reached its
 * length.
 */
function nearSequence(
  state: SequenceState,
  horizonMs: number,
  parameters: SequenceParameters
): readonly NearMiss[] {
  const { groupBy, steps, withinDays } = parameters
  const { comes } = planOf(steps, withinDays)
  const last = state.begun[comes.length - 2]
  const isYoung =
    last !== null &&
    last !== undefined &&
    (last[0] as Incident).fromMs >= horizonMs - withinDays * dayMs
  const near = (incidents: Begun, lacks: string): NearMiss => ({
    group: blockGroup(state.scope, groupBy, incidents),
    measure: {
      name: 'steps reported',
      value: incidents.length,
      threshold: comes.length,
      baseline: null
    },
    lacks,
    incidents
  })
  return [
    ...(isYoung
      ? [
          near(
            last,
            `the last step, by ${formatDay((last[0] as Incident).fromMs + withinDays * dayMs)}`
          )
        ]
      : []),
    ...state.pending
      .filter(({ atMs }) => atMs > horizonMs)
      .map(({ incidents, atMs }) =>
        near(incidents, `no report of what must be absent, until ${formatDay(atMs)}`)
      )
  ]
}

/**
 * Sequences whose absence has reached its length by a moment are complete. An incident at that very
 * moment no longer breaks it.
 */
function settle(state: SequenceState, atMs: number): SequenceState {
  if (state.pending.every(c => c.atMs > atMs)) return state
  const due = state.pending.filter(c => c.atMs <= atMs)
  return {
    ...state,
    pending: state.pending.filter(c => c.atMs > atMs),
    complete: [...state.complete, ...due].slice(-sequencesMax)
  }
}

/**
 * The state after an incident was matched with each step, the last step first, so that it is never
 * two steps of one sequence.
 */
function withStep(
  state: SequenceState,
  incident: Incident,
  bits: number,
  plan: SequencePlan,
  { withinDays }: SequenceParameters
): SequenceState {
  const begun = plan.comes.map((_, i) => state.begun[i] ?? null)
  const last = plan.comes.length - 1
  for (let i = last; i >= 0; i--) {
    const before = i === 0 ? [] : (state.begun[i - 1] ?? null)
    if ((bits & (plan.comes[i] as number)) === 0 || before === null) continue
    const longer = [...before, incident]
    if (incident.fromMs - (longer[0] as Incident).fromMs > withinDays * dayMs) continue
    // The incident that must not come ends after this step begins: it may have come after the step
    // before.
    if ((state.absentToMs[i] ?? Number.NEGATIVE_INFINITY) > incident.fromMs) continue
    if (i === last) return completed(state, longer, plan)
    const other = begun[i]
    if (!other || (longer[0] as Incident).fromMs >= (other[0] as Incident).fromMs) begun[i] = longer
  }
  return { ...state, begun }
}

function completed(state: SequenceState, incidents: Begun, plan: SequencePlan): SequenceState {
  const lastMs = (incidents.at(-1) as Incident).fromMs
  const between = incidents.slice(1).flatMap((incident, i) => {
    return plan.absent[i]
      ? [{ fromMs: (incidents[i] as Incident).fromMs, toMs: incident.fromMs }]
      : []
  })
  const begun = plan.comes.map(() => null)
  if (plan.lastDays === null) {
    const complete = [...state.complete, { incidents, atMs: lastMs, absences: between }]
    return { ...state, begun, complete: complete.slice(-sequencesMax) }
  }
  const atMs = lastMs + plan.lastDays * dayMs
  const pending = [
    ...state.pending,
    { incidents, atMs, absences: [...between, { fromMs: lastMs, toMs: atMs }] }
  ]
  return { ...state, begun, pending: pending.slice(-sequencesMax) }
}

/**
 * The state after an incident has broken sequences that wait for absence, except those that it
 * began or completed itself.
 */
function withAbsence(
  state: SequenceState,
  before: SequenceState,
  incident: Incident,
  bits: number,
  plan: SequencePlan
): SequenceState {
  if (plan.absent.every(absent => (bits & absent) === 0)) return state
  const breaks = (i: number) => (bits & (plan.absent[i] as number)) !== 0
  const last = plan.comes.length - 1
  return {
    ...state,
    begun: state.begun.map((begun, i) => (breaks(i) && begun === before.begun[i] ? null : begun)),
    pending: breaks(last) ? unlessIn(before.pending, state.pending) : state.pending,
    absentToMs: plan.comes.map((_, i) => {
      const toMs = before.absentToMs[i] ?? null
      return breaks(i) ? Math.max(toMs ?? incident.toMs, incident.toMs) : toMs
    })
  }
}

function unlessIn<T>(known: readonly T[], list: readonly T[]): readonly T[] {
  const all = new Set(known)
  return list.filter(one => !all.has(one))
}

type KnownTime = Pick<Moment, 'horizonMs' | 'watermarkMs' | 'unheard'>

function findingsAt(
  { scope, complete }: SequenceState,
  moment: KnownTime,
  parameters: SequenceParameters
): readonly Finding[] {
  const isSeen = (completion: Completion) => isSure(completion, moment)
  const seen = complete.every(isSeen) ? complete : complete.filter(isSeen)
  const findings = seen.map((completion, i) => {
    const endMs = endOf(seen, i, parameters.holdDays)
    return describe(completion, scope, endMs <= moment.horizonMs ? endMs : null, parameters)
  })
  const newest = findings.at(-1)
  return newest === undefined || complete.length < sequencesMax
    ? findings
    : findings.with(-1, ofTooMany(newest))
}

function ofTooMany(finding: Finding): Finding {
  const { headline, explanation } = finding
  const note = ` Of more than ${sequencesMax} in this group, only the last ones are kept.`
  return new ToldFinding(finding, () => ({ headline, explanation: `${explanation}${note}` }))
}

/**
 * True if nothing had to be absent, or all live sources have reported later than the absence and we
 * were listening.
 */
function isSure({ absences, atMs }: Completion, { watermarkMs, unheard }: KnownTime): boolean {
  if (absences.length === 0) return true
  return (
    watermarkMs !== null &&
    atMs <= watermarkMs &&
    absences.every(span => unheard.every(gap => overlapMs(span, gap) === 0))
  )
}

/** The next completion ends the one before it. */
function endOf(complete: readonly Completion[], i: number, holdDays: number): number {
  const ownMs = (complete[i] as Completion).atMs + holdDays * dayMs
  return Math.min(ownMs, complete[i + 1]?.atMs ?? ownMs)
}

/** What was made of a sequence: while it was open, and when it ended. */
const made = new WeakMap<Begun, { readonly open: Finding; ended: Finding | null }>()

/** The finding of a sequence; an unchanged sequence gives the same object. */
function describe(
  completion: Completion,
  scope: string,
  toMs: number | null,
  parameters: SequenceParameters
): Finding {
  let known = made.get(completion.incidents)
  if (known === undefined) {
    known = { open: makeFinding(completion, scope, parameters), ended: null }
    made.set(completion.incidents, known)
  }
  const { open } = known
  if (toMs === null) return open
  if (known.ended?.toMs !== toMs) known.ended = new ToldFinding({ ...open, toMs }, () => open)
  return known.ended
}

function makeFinding(
  { incidents, atMs, absences }: Completion,
  scope: string,
  parameters: SequenceParameters
): Finding {
  const { groupBy, withinDays, holdDays } = parameters
  const [first, last] = [incidents[0] as Incident, incidents.at(-1) as Incident]
  const plain = {
    group: blockGroup(scope, groupBy, incidents),
    situation: blockSituation(scope, groupBy, atMs + holdDays * dayMs),
    fromMs: first.fromMs,
    toMs: null,
    levels: [{ level: 1, atMs, reason: 'complete' }],
    measure: {
      name: 'steps reported',
      value: incidents.length,
      threshold: incidents.length,
      baseline: null
    },
    triggers: incidents,
    support: [],
    omitted: 0
  }
  return new ToldFinding(plain, () => {
    const spanDays = Math.round((last.fromMs - first.fromMs) / dayMs)
    const absence =
      absences.length === 0
        ? ''
        : ` What must be absent was not reported ${absences.map(s => spanWords(s.fromMs, s.toMs)).join(', ')}.`
    return {
      headline: `Sequence of ${countedText(incidents.length, 'step')} ${groupWords(scope, groupBy, incidents)}, ${spanWords(first.fromMs, last.fromMs)}`,
      explanation:
        `${incidents.length} of ${countedText(incidents.length, 'step')} reported in the required order, ${spanDays === 0 ? 'on the same day' : `within ${countedText(spanDays, 'day')}`}. ` +
        `Limit: ${countedText(withinDays, 'day')}.${absence} Incidents of the same day, whose order is not known, are taken in a fixed order. ` +
        `The alert ends after ${countedText(holdDays, 'day')}, or when the sequence is completed again.`
    }
  })
}
