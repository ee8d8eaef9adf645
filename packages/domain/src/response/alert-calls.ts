// The calls of an alert: when it paged people, and when they answered. A fold over those of its events that a reader gets, so
// that the times tell nothing of the others. Pure.

import type { AlertEventType, AlertState, Notify } from '../alert/alert.ts'
import type { Severity } from '../record/severity.ts'
import type { ResponseKind } from '../record/theatre-record.ts'
import { type Handling, talkHandling } from '../report/handling.ts'
import { parseTimeMs } from '../space-time/event-time.ts'

/** An acknowledgement: when, by whom, and who may read that name. */
export interface CallTaken {
  readonly atMs: number
  readonly by: string
  readonly byId: string | null
  readonly handling: Handling
}

/**
 * From the first event that pages people until the alert is over. An escalation begins no further call; a reopening that pages
 * does, and what was answered before it counts for the earlier call.
 */
export interface Call {
  readonly pagedAtMs: number
  /** At that time. */
  readonly severity: Severity
  /** The first acknowledgement. It counts even if it lapsed or was given back. */
  readonly taken: CallTaken | null
  /** The earliest of what was done, by the time that officers gave it. Null: nothing was recorded. */
  readonly done: { readonly atMs: number; readonly kind: ResponseKind } | null
  /** An officer closed the alert, or it became part of another: no answer is missing. */
  readonly isSettled: boolean
}

export interface AlertCalls {
  /** In order of time, at most the newest `callsMax`. */
  readonly calls: readonly Call[]
  /** The last of them goes on. */
  readonly isCalling: boolean
}

/** Calls kept of one alert. */
export const callsMax = 8

export const noCalls: AlertCalls = { calls: [], isCalling: false }

/** An event of an alert. */
export interface CallFact {
  readonly type: AlertEventType
  /** When it was published, ms. */
  readonly atMs: number
  /** Whom it notified among the readers of these facts. */
  readonly notify: Notify
  readonly state: Pick<AlertState, 'revision' | 'severity' | 'status' | 'operator' | 'reason'>
}

/** The calls after the next event, the same object if it changes none. O(1). */
export function callsAfter(before: AlertCalls, fact: CallFact): AlertCalls {
  const { type, notify, state } = fact
  const isOver = state.status === 'resolved' || state.status === 'retracted'
  if (notify === 'page' && !before.isCalling && !isOver)
    return { calls: [...before.calls, begunBy(fact)].slice(-callsMax), isCalling: true }
  const last = before.calls.at(-1)
  if (last === undefined) return before
  if (isOver && before.isCalling) return { calls: withLast(before, endedBy(last, fact)), isCalling: false }
  const answered = answeredBy(before, last, type, fact)
  return answered === last ? before : { ...before, calls: withLast(before, answered) }
}

/** The calls by all events of an alert, in whatever order they are handed over. */
export function callsOf(facts: readonly CallFact[]): AlertCalls {
  return facts.toSorted((a, b) => a.state.revision - b.state.revision).reduce(callsAfter, noCalls)
}

/** True if people were called, and nobody has the alert and nothing was done: an acknowledgement that lapsed is none. */
export function isUnanswered(
  { calls, isCalling }: AlertCalls,
  operator: Pick<AlertState['operator'], 'acknowledgedBy'>
): boolean {
  return isCalling && operator.acknowledgedBy === null && calls.at(-1)?.done === null
}

/** An alert that somebody has already is answered as it pages. An escalation is not: it makes acknowledgements lapse. */
function begunBy({ type, atMs, state }: CallFact): Call {
  const taken = type === 'alert.escalated' ? null : takenIn(state, atMs)
  return { pagedAtMs: atMs, severity: state.severity, taken, done: null, isSettled: false }
}

function endedBy(call: Call, { state }: CallFact): Call {
  const isSettled = state.reason === 'closed-by-operator' || state.reason === 'merged'
  return isSettled ? { ...call, isSettled } : call
}

function answeredBy({ isCalling }: AlertCalls, call: Call, type: AlertEventType, { atMs, state }: CallFact): Call {
  if (type === 'alert.acknowledged' && isCalling && call.taken === null) return { ...call, taken: takenIn(state, atMs) }
  const last = type === 'alert.responded' ? state.operator.responses?.last : undefined
  if (last === undefined) return call
  const doneMs = parseTimeMs(last.at)
  return call.done !== null && call.done.atMs <= doneMs ? call : { ...call, done: { atMs: doneMs, kind: last.kind } }
}

function takenIn({ operator }: CallFact['state'], atMs: number): CallTaken | null {
  const { acknowledgedBy: by, acknowledgedById: byId = null, acknowledgedHandling: handling = talkHandling } = operator
  return by === null ? null : { atMs, by, byId, handling }
}

function withLast({ calls }: AlertCalls, last: Call): readonly Call[] {
  return [...calls.slice(0, -1), last]
}
