// What is expected has not come for a number of days: the fold of the first engine, which keeps a
// state for each step.

import { type NearMiss, nearShare } from '../../src/detection/near-miss.ts'
import type { Pattern } from '../../src/detection/pattern.ts'
import { type Finding, numberLevels, roundMeasure } from '../../src/finding/finding.ts'
import type { Incident } from '../../src/incident/incident.ts'
import { absence } from '../../src/patterns/blocks/absence.ts'
import type { AbsenceParameters } from '../../src/patterns/blocks/absence-machine.ts'
import {
  blockGroup,
  blockScopes,
  blockSettlement,
  blockSituation,
  groupWords,
  mayTrigger
} from '../../src/patterns/blocks/block-groups.ts'
import { stepPredicates } from '../../src/patterns/blocks/step-predicates.ts'
import { countedText, notReceivedNote } from '../../src/patterns/episode/wording.ts'
import { dayMs, formatDay, type Span } from '../../src/space-time/event-time.ts'
import { tableOf } from './pattern-table.ts'

/** From the end of one expected incident to the beginning of the next. */
interface Silence {
  readonly fromMs: number
  readonly before: Incident
  /** Null: nothing has come yet. */
  readonly after: Incident | null
}

interface AbsenceState {
  readonly scope: string
  /**
   * Silences that may reach the threshold, which is a day at least, so one a day at most; the last
   * one is open.
   */
  readonly silences: readonly Silence[]
}

export const absenceByStates: Pattern<AbsenceParameters, AbsenceState> = {
  ...tableOf(absence),
  clock: 'watermark',
  scopesOf: (incident, { expected, groupBy }) =>
    stepPredicates(expected).matches(incident) === 0 ? [] : blockScopes(incident, groupBy),
  settlementOf: blockSettlement,
  initial: scope => ({ scope, silences: [] }),
  step: (state, incident, parameters) => {
    if (!mayTrigger(incident, state.scope, parameters.groupBy)) return state
    const last = state.silences.at(-1)
    if (last === undefined)
      return { ...state, silences: [{ fromMs: incident.toMs, before: incident, after: null }] }
    const earlier = state.silences.slice(0, -1)
    const isLong = incident.fromMs - last.fromMs >= parameters.days * dayMs
    const next =
      incident.toMs >= last.fromMs
        ? { fromMs: incident.toMs, before: incident, after: null }
        : { ...last, after: null }
    const silences = isLong ? [...earlier, { ...last, after: incident }, next] : [...earlier, next]
    return { ...state, silences }
  },
  findings: (state, horizonMs, parameters, unheard) =>
    state.silences.flatMap(silence =>
      findingOf(silence, state.scope, horizonMs, parameters, unheard)
    ),
  nearly: (state, horizonMs, parameters) => nearSilence(state, horizonMs, parameters),
  nextChangeMs: (state, horizonMs, { days, levels }, unheard) => {
    const moments = state.silences.flatMap(({ fromMs, after }) => {
      const reached = [days, ...levels].map(n => heardUntilMs(fromMs, n, unheard))
      return after === null ? reached : [...reached, after.fromMs]
    })
    const next = Math.min(...moments.filter(ms => ms > horizonMs))
    return Number.isFinite(next) ? next : null
  },
  forget: (state, beforeMs) => {
    const isKept = (s: Silence) => s.after === null || s.after.fromMs >= beforeMs
    return state.silences.every(isKept)
      ? state
      : { ...state, silences: state.silences.filter(isKept) }
  }
}

/** The current silence before it has reached the threshold; our own downtime delays its end. */
function nearSilence(
  { scope, silences }: AbsenceState,
  horizonMs: number,
  { groupBy, days }: AbsenceParameters
): readonly NearMiss[] {
  const last = silences.at(-1)
  const since = last === undefined ? 0 : roundMeasure((horizonMs - last.fromMs) / dayMs)
  if (last === undefined || last.after !== null || since < days * nearShare || since >= days)
    return []
  return [
    {
      group: blockGroup(scope, groupBy, [last.before]),
      measure: {
        name: 'days without an expected incident',
        value: since,
        threshold: days,
        baseline: null
      },
      lacks: `no such incident until ${formatDay(last.fromMs + days * dayMs)}`,
      incidents: [last.before]
    }
  ]
}

function findingOf(
  silence: Silence,
  scope: string,
  horizonMs: number,
  { groupBy, days, levels, expected }: AbsenceParameters,
  unheard: readonly Span[]
): Finding[] {
  const { fromMs, before, after } = silence
  const endMs = after?.fromMs ?? Number.POSITIVE_INFINITY
  const marks = [days, ...levels]
    .map(n => ({ atMs: heardUntilMs(fromMs, n, unheard), reason: countedText(n, 'day') }))
    .filter(({ atMs }) => atMs <= horizonMs && atMs < endMs)
  const entered = marks[0]
  if (entered === undefined) return []
  const triggers = after === null ? [before] : [before, after]
  const where = groupWords(scope, groupBy, triggers)
  const isOver = endMs <= horizonMs
  return [
    {
      group: blockGroup(scope, groupBy, [before]),
      situation: blockSituation(scope, groupBy, isOver ? endMs : (marks.at(-1)?.atMs ?? fromMs)),
      fromMs,
      toMs: isOver ? endMs : null,
      levels: numberLevels(marks),
      measure: {
        name: 'days without an expected incident',
        value: after === null ? days : roundMeasure((endMs - fromMs) / dayMs),
        threshold: days,
        baseline: null
      },
      triggers,
      support: [],
      omitted: 0,
      headline: `No expected incident ${where} for ${marks.at(-1)?.reason}, since ${formatDay(fromMs)}`,
      explanation:
        `The rule expects ${expected.map(text => `\`${text}\``).join(' or ')}. The last such incident ${where} ended on ${formatDay(fromMs)}. ` +
        `None followed for ${countedText(days, 'day')}; all live sources have reported past that time. ${notReceivedNote} ` +
        (isOver
          ? `The next such incident was on ${formatDay(endMs)}.`
          : 'The alert ends with the next such incident.')
    }
  ]
}

/** The moment by which `days` days after `fromMs` have been listened to, downtime not counted. */
function heardUntilMs(fromMs: number, days: number, unheard: readonly Span[]): number {
  let untilMs = fromMs + days * dayMs
  for (const gap of [...unheard].sort((a, b) => a.fromMs - b.fromMs)) {
    if (gap.toMs <= fromMs) continue
    if (gap.fromMs >= untilMs) break
    untilMs += gap.toMs - Math.max(gap.fromMs, fromMs)
  }
  return untilMs
}
