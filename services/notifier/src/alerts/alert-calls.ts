// The calls of an alert: when it paged people, and when they answered. Folded from the events that
// a reader gets, so that the times reveal no others. Pure.

import type { AlertEventType, AlertState, Notify } from '@tocsin/contracts/alert/alert'
import { type Handling, talkHandling } from '@tocsin/contracts/theatre/handling'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import type { ResponseKind } from '@tocsin/contracts/theatre/theatre-record'
import { parseTimeMs } from '@tocsin/domain/space-time/event-time'
import { readResponseNumber } from './alert-responses.ts'

/** An acknowledgement: when, by whom, and who may read that name. */
export interface CallTaken {
  readonly atMs: number
  readonly by: string
  readonly byId: string | null
  readonly handling: Handling
}

/**
 * From the first event that pages people until the alert is over. An escalation begins no further
 * call; a reopening that pages does, and what was answered before it counts for the earlier call.
 */
export interface Call {
  readonly pagedAtMs: number
  /** The gravest during the call. */
  readonly severity: Severity
  /** The first acknowledgement. It counts even if it lapsed or was given back. */
  readonly taken: CallTaken | null
  /**
   * The earliest deed for it, by the time that officers gave: see `findCall`. Null: none recorded.
   */
  readonly done: { readonly atMs: number; readonly kind: ResponseKind } | null
  /** All current deeds for it, in order of record. At most `deedsMax`. */
  readonly deeds: readonly CallDeed[]
  /**
   * Its last page after the first, if there was one: an escalation. `isDone`: something was
   * recorded since. What was done or answered before was about what was less grave.
   */
  readonly again?: { readonly atMs: number; readonly isDone: boolean }
}

export interface AlertCalls {
  /** In order of time, at most the newest `callsMax`. */
  readonly calls: readonly Call[]
  /** The last call is not over. */
  readonly isCalling: boolean
}

/** A deed for a call, in its current form. */
export interface CallDeed {
  /** Number of the response within its alert. */
  readonly number: number
  readonly atMs: number
  readonly kind: ResponseKind
  /** When that something was done was recorded first, ms: a correction makes it no newer. */
  readonly recordedMs: number
  /** Recorded since the call paged people last. */
  readonly isSince: boolean
}

/** Deeds stored per call; beyond that the first done and the last recorded. */
export const deedsMax = 100

/** Calls stored per alert. */
export const callsMax = 8

export const noCalls: AlertCalls = { calls: [], isCalling: false }

/** An event of an alert. */
export interface CallFact {
  readonly type: AlertEventType
  /** When it was published, ms. */
  readonly atMs: number
  /** Whom it notified among the readers of these facts. */
  readonly notify: Notify
  readonly state: Pick<AlertState, 'revision' | 'severity' | 'status' | 'operator'>
}

/** The calls after the next event, the same object if it changes none. O(deeds). */
export function callsAfter(before: AlertCalls, fact: CallFact): AlertCalls {
  return withGravest(answeredAfter(before, fact), fact)
}

function withGravest(after: AlertCalls, { state: { severity } }: CallFact): AlertCalls {
  const last = after.calls.at(-1)
  return after.isCalling &&
    last !== undefined &&
    severities.indexOf(severity) > severities.indexOf(last.severity)
    ? { ...after, calls: withLast(after, { ...last, severity }) }
    : after
}

function answeredAfter(before: AlertCalls, fact: CallFact): AlertCalls {
  const { type, notify, state } = fact
  const isOver = state.status === 'resolved' || state.status === 'retracted'
  if (notify === 'page' && !before.isCalling && !isOver)
    return {
      calls: [...before.calls.map(notSince), begunBy(fact)].slice(-callsMax),
      isCalling: true
    }
  const last = before.calls.at(-1)
  if (last === undefined) return before
  if (isOver && before.isCalling) return { ...before, isCalling: false }
  if (notify === 'page' && before.isCalling)
    return { isCalling: true, calls: pagedAgain(before.calls.map(notSince), fact) }
  if (type === 'alert.responded') return withDeed(before, fact)
  if (type === 'alert.response-corrected') return withCorrection(before, fact)
  if (type !== 'alert.acknowledged' || !before.isCalling || last.taken !== null) return before
  return { ...before, calls: withLast(before, { ...last, taken: takenIn(fact.state, fact.atMs) }) }
}

/** The calls from all events of an alert, passed in any order. */
export function foldCalls(facts: readonly CallFact[]): AlertCalls {
  return facts.toSorted((a, b) => a.state.revision - b.state.revision).reduce(callsAfter, noCalls)
}

/**
 * True if people were called, and since the last page no human has the alert and no deed was
 * recorded. A lapsed acknowledgement does not count, nor does a deed from before an escalation.
 */
export function isUnacknowledged(
  { calls, isCalling }: AlertCalls,
  operator: Pick<AlertState['operator'], 'acknowledgedBy'>
): boolean {
  const call = calls.at(-1)
  if (call === undefined || !isCalling || operator.acknowledgedBy !== null) return false
  return call.again === undefined ? call.done === null : !call.again.isDone
}

/** When a call paged people last until a time, ms: an answer from before is none. */
export function lastPageMs({ pagedAtMs, again }: Call, untilMs = Number.POSITIVE_INFINITY): number {
  return again !== undefined && again.atMs <= untilMs ? again.atMs : pagedAtMs
}

/**
 * An alert that somebody already has is answered when it pages. One that escalates or comes back is
 * not: no human has it then, even if older records name one.
 */
function begunBy({ type, atMs, state }: CallFact): Call {
  const taken =
    type === 'alert.escalated' || type === 'alert.reopened' ? null : takenIn(state, atMs)
  return {
    pagedAtMs: atMs,
    severity: state.severity,
    taken,
    done: null,
    deeds: []
  }
}

function withDeed(before: AlertCalls, { state }: CallFact): AlertCalls {
  const { last, count } = state.operator.responses ?? {}
  if (last === undefined || count === undefined) return before
  const number = readResponseNumber(last, count)
  const recordedMs = parseTimeMs(last.recordedAt)
  return added(before, {
    number,
    atMs: parseTimeMs(last.at),
    kind: last.kind,
    recordedMs,
    isSince: true
  })
}

/**
 * A corrected deed counts as it is now, as if first recorded so. A withdrawn deed no longer counts.
 */
function withCorrection(before: AlertCalls, { state }: CallFact): AlertCalls {
  const { responses, responseWithdrawn } = state.operator
  const gone = responseWithdrawn?.id ?? responses?.last.corrects?.at(-1)
  if (gone === undefined) return before
  const number = readResponseNumber({ id: gone }, 0)
  const was = before.calls.flatMap(({ deeds }) => deeds).find(deed => deed.number === number)
  const left = {
    ...before,
    calls: before.calls.map(call =>
      withDeeds(
        call,
        call.deeds.filter(deed => deed !== was)
      )
    )
  }
  if (responseWithdrawn !== undefined || responses === undefined) return left
  const { kind, at, recordedAt } = responses.last
  const now = {
    number: readResponseNumber(responses.last, responses.count),
    atMs: parseTimeMs(at),
    kind
  }
  const { recordedMs = parseTimeMs(recordedAt), isSince = false } = was ?? {}
  return added(left, { ...now, recordedMs, isSince })
}

function added(before: AlertCalls, deed: CallDeed): AlertCalls {
  const of = findCall(before, deed.atMs)
  return {
    ...before,
    calls: before.calls.map((call, i) => (i === of ? withDeeds(call, [...call.deeds, deed]) : call))
  }
}

/**
 * Which call something was done for: the last that had begun then. What is written down late, after
 * the alert has come back, was done for the earlier call, and is no answer to this one. What was
 * done before all calls was done for the first.
 */
export function findCall({ calls }: Pick<AlertCalls, 'calls'>, doneMs: number): number {
  return Math.max(
    0,
    calls.findLastIndex(({ pagedAtMs }) => pagedAtMs <= doneMs)
  )
}

function withDeeds(call: Call, all: readonly CallDeed[]): Call {
  if (all.length === call.deeds.length) return call
  const first = all.reduce<CallDeed | null>(
    (least, deed) => (least === null || deed.atMs < least.atMs ? deed : least),
    null
  )
  const deeds =
    all.length > deedsMax ? all.filter(deed => deed !== all.find(each => each !== first)) : all
  const done = first && { atMs: first.atMs, kind: first.kind }
  if (call.again === undefined) return { ...call, deeds, done }
  return {
    ...call,
    deeds,
    done,
    again: { ...call.again, isDone: deeds.some(({ isSince }) => isSince) }
  }
}

function pagedAgain(calls: readonly Call[], { atMs }: CallFact): readonly Call[] {
  return calls.map((call, i) =>
    i === calls.length - 1 ? { ...call, again: { atMs, isDone: false } } : call
  )
}

function notSince(call: Call): Call {
  return call.deeds.some(({ isSince }) => isSince)
    ? { ...call, deeds: call.deeds.map(deed => ({ ...deed, isSince: false })) }
    : call
}

function takenIn({ operator }: CallFact['state'], atMs: number): CallTaken | null {
  const {
    acknowledgedBy: by,
    acknowledgedById: byId = null,
    acknowledgedHandling: handling = talkHandling
  } = operator
  return by === null ? null : { atMs, by, byId, handling }
}

function withLast({ calls }: AlertCalls, last: Call): readonly Call[] {
  return [...calls.slice(0, -1), last]
}
