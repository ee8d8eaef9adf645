// Why a stream with a policy tells of an alert, or does not: every decision, and how it stands now.
// What a stream tells is a function of the log (decision 0087), so its decisions are read from the
// log too, whether a client is connected or not. Pure.

import type { AlertFilter } from '@tocsin/domain/alert/alert-filter'
import type { TellReason } from '@tocsin/domain/notification/notification-decision'
import type { StreamCause } from '@tocsin/domain/notification/why-told'
import type { Decided } from '../stream/policy-courses.ts'

export interface ShownDecision {
  readonly at: string
  readonly decision: 'tell' | 'hold' | 'mute'
  /** The revision that was the newest then, as the reader is shown it. */
  readonly revision: number
  /** Null: what holds it is not for the reader to know. */
  readonly reason: string | null
  readonly until: string | null
  readonly by: string | null
}

export interface StreamDecisions {
  readonly cause: StreamCause
  /** Of `filter`: the members that the newest event does not meet. */
  readonly unmet: readonly (keyof AlertFilter)[]
  readonly toldAt: string | null
  /** What is told next if nothing else happens. */
  readonly due: { readonly at: string; readonly because: TellReason } | null
  /** Oldest first. */
  readonly decisions: readonly ShownDecision[]
  readonly decisionsOmitted: number
}

export interface DecisionsReader {
  readonly nowMs: number
  /** Parts of the filter that the newest event does not meet. */
  readonly unmet: readonly (keyof AlertFilter)[]
  readonly mayKnowSilence: (silenceId: string) => boolean
}

/** Decisions that are shown, the newest. */
export const decisionsMax = 200

const causes = { tell: 'told', hold: 'held', mute: 'muted' } as const

export function streamDecisionsOf(
  decided: readonly Decided[],
  reader: DecisionsReader
): StreamDecisions {
  const made = decided.filter(({ isMade, atMs }) => isMade || atMs <= reader.nowMs)
  const last = made.at(-1)
  if (last === undefined)
    return {
      cause: 'filter',
      unmet: reader.unmet,
      toldAt: null,
      due: null,
      decisions: [],
      decisionsOmitted: 0
    }
  const told = made.findLast(({ decision }) => decision.kind === 'tell')
  const next = decided.slice(made.length).find(({ decision }) => decision.kind === 'tell')
  const isKnown = shownDecision(last, reader).reason !== null
  const decisions = made.slice(-decisionsMax).map(each => shownDecision(each, reader))
  return {
    cause: causes[last.decision.kind],
    unmet: [],
    toldAt: told === undefined ? null : timeOf(told.atMs),
    due:
      next?.decision.kind === 'tell' && isKnown
        ? { at: timeOf(next.atMs), because: next.decision.reason }
        : null,
    decisions,
    decisionsOmitted: made.length - decisions.length
  }
}

/** Of a silence that the reader may not know of, not even that it is one. */
function shownDecision(
  { atMs, revision, decision }: Decided,
  { mayKnowSilence }: DecisionsReader
): ShownDecision {
  const made = { at: timeOf(atMs), decision: decision.kind, revision }
  if (decision.kind !== 'hold') return { ...made, reason: decision.reason, until: null, by: null }
  const { reason, untilMs, by } = decision
  if (reason === 'silenced' && (by === null || !mayKnowSilence(by)))
    return { ...made, reason: null, until: null, by: null }
  return { ...made, reason, until: untilMs === null ? null : timeOf(untilMs), by }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
