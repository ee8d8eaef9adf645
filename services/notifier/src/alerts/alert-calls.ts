// The calls of an alert: when it paged people, and when they answered. Folded from the events that
// a reader gets, so that the times reveal no others. And the sum of an alert's events, with what they
// say of its acknowledgement and its owner. Pure.

import type {
  AlertEventType,
  AlertOperator,
  AlertPartnerAnswer,
  AlertResponse,
  AlertState,
  Notify
} from '@tocsin/contracts/alert/alert'
import {
  type AlertChange,
  type AlertSum,
  addAlertChange
} from '@tocsin/contracts/record/alert-event-v3'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { type Handling, talkHandling } from '@tocsin/contracts/theatre/handling'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import type { ResponseKind } from '@tocsin/contracts/theatre/theatre-record'
import { parseTimeMs } from '@tocsin/domain/space-time/event-time'

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
   * Its last page after the first, if there was one: an escalation. What was done or answered before
   * was about what was less grave.
   */
  readonly again?: { readonly atMs: number; readonly revision: number }
}

export interface AlertCalls {
  /** In order of time, at most the newest `callsMax`. */
  readonly calls: readonly Call[]
  readonly isCalling: boolean
}

/** A deed for a call, in its current form. */
export interface CallDeed {
  readonly number: number
  readonly atMs: number
  readonly kind: ResponseKind
  /** Of the event that recorded it first: a correction makes it no newer. */
  readonly revision: number
}

const deedsMax = 100

export const callsMax = 8

export const noCalls: AlertCalls = { calls: [], isCalling: false }

export interface CallFact {
  readonly type: AlertEventType
  readonly atMs: number
  /** Whom it notified among the readers of these facts. */
  readonly notify: Notify
  readonly state: Pick<AlertState, 'revision' | 'severity' | 'status' | 'operator'>
}

/** The calls after the next event. O(deeds). */
export function callsAfter(before: AlertCalls, fact: CallFact): AlertCalls {
  const { type, atMs, notify, state } = fact
  const { isCalling } = before
  if (state.status === 'resolved' || state.status === 'retracted') {
    if (isCalling) return { ...before, isCalling: false }
  } else if (notify === 'page') {
    const { revision } = state
    const calls = isCalling
      ? mapLast(before.calls, last => ({ ...last, again: { atMs, revision } }))
      : [...before.calls, beginCall(fact)].slice(-callsMax)
    return withGravest({ isCalling: true, calls }, fact)
  }
  if (type === 'alert.responded' || type === 'alert.response-corrected')
    return withGravest(withDeed(before, fact), fact)
  if (type !== 'alert.acknowledged' || !isCalling) return withGravest(before, fact)
  const taken = readTaken(state, atMs)
  const calls = mapLast(before.calls, last => ({ ...last, taken: last.taken ?? taken }))
  return withGravest({ ...before, calls }, fact)
}

function withGravest({ calls, isCalling }: AlertCalls, { state }: CallFact): AlertCalls {
  const isGraver = (last: Call) =>
    isCalling && severities.indexOf(state.severity) > severities.indexOf(last.severity)
  const { severity } = state
  return {
    isCalling,
    calls: mapLast(calls, last => (isGraver(last) ? { ...last, severity } : last))
  }
}

function mapLast(calls: readonly Call[], change: (last: Call) => Call): readonly Call[] {
  return calls.map((call, i) => (i === calls.length - 1 ? change(call) : call))
}

/**
 * True if people were called, and since the last page no human has the alert and no deed was
 * recorded. A lapsed acknowledgement does not count, nor does a deed from before an escalation.
 */
export function isUnacknowledged(
  { calls, isCalling }: AlertCalls,
  operator: AlertState['operator']
): boolean {
  const call = calls.at(-1)
  if (call === undefined || !isCalling || operator.acknowledgedBy !== null) return false
  const { again, deeds, done } = call
  return again === undefined ? done === null : !deeds.some(deed => deed.revision > again.revision)
}

/** When a call paged people last until a time, ms: an answer from before is none. */
export function lastPageMs({ pagedAtMs, again }: Call, untilMs = Number.POSITIVE_INFINITY): number {
  return again !== undefined && again.atMs <= untilMs ? again.atMs : pagedAtMs
}

/**
 * An alert that somebody already has is answered when it pages. One that escalates or comes back is
 * not: no human has it then, even if older records name one.
 */
function beginCall({ type, atMs, state }: CallFact): Call {
  const isNews = type === 'alert.escalated' || type === 'alert.reopened'
  const taken = isNews ? null : readTaken(state, atMs)
  return { pagedAtMs: atMs, severity: state.severity, taken, done: null, deeds: [] }
}

/**
 * A corrected deed counts as it is now, as if first recorded so. A withdrawn deed no longer counts.
 */
function withDeed(before: AlertCalls, { type, state }: CallFact): AlertCalls {
  const { responses, responseWithdrawn } = state.operator
  const isNew = type === 'alert.responded'
  const gone = isNew ? undefined : (responseWithdrawn?.id ?? responses?.last.corrects?.at(-1))
  if (!isNew && gone === undefined) return before
  const number = gone === undefined ? null : readResponseNumber({ id: gone }, 0)
  const was = before.calls.flatMap(({ deeds }) => deeds).find(deed => deed.number === number)
  const { last, count } = isNew || responseWithdrawn === undefined ? (responses ?? {}) : {}
  const deed = last && {
    number: readResponseNumber(last, count ?? 0),
    ...{ atMs: parseTimeMs(last.at), kind: last.kind },
    revision: was?.revision ?? (isNew ? state.revision : 0)
  }
  const of = deed === undefined ? -1 : findCall(before, deed.atMs)
  const calls = before.calls.map((call, i) => {
    const left = call.deeds.filter(each => each !== was)
    return setDeeds(call, deed !== undefined && i === of ? [...left, deed] : left)
  })
  return { ...before, calls }
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

function setDeeds(call: Call, all: readonly CallDeed[]): Call {
  const deeds = all.slice(-deedsMax)
  const first = deeds.toSorted((a, b) => a.atMs - b.atMs)[0]
  const done = first === undefined ? null : { atMs: first.atMs, kind: first.kind }
  return { ...call, deeds, done }
}

function readTaken({ operator }: CallFact['state'], atMs: number): CallTaken | null {
  const { acknowledgedBy: by, acknowledgedById: byId = null } = operator
  const { acknowledgedHandling: handling = talkHandling } = operator
  return by === null ? null : { atMs, by, byId, handling }
}

/** An alert after some events; without a sum if the last one was of an earlier version. */
export interface SummedAlert {
  readonly sum: AlertSum | null
  readonly calls: AlertCalls
  readonly state: Pick<AlertState, 'operator'>
}

/** Adds an event of version 3; `before` is null for the first event of an alert. */
export function addChange(
  before: SummedAlert | null,
  type: CallFact['type'],
  { theatre = '', time }: Pick<Envelope, 'theatre' | 'time'>,
  change: AlertChange
): SummedAlert & { readonly sum: AlertSum } {
  const added = addAlertChange(before?.sum ?? null, { theatre, time }, change)
  const fact = { type, atMs: Date.parse(time), notify: added.notify, state: added }
  const calls = callsAfter(before?.calls ?? noCalls, fact)
  const isAcknowledged = findAcknowledged(calls, added)
  const since = findSince(before?.state.operator, added.operator, time)
  const sum = { ...added, operator: { ...added.operator, isAcknowledged, since } }
  return { sum, calls, state: sum }
}

/** Null: it needs no acknowledgement. */
export function findAcknowledged(
  calls: AlertCalls,
  { operator }: SummedAlert['state']
): boolean | null {
  return calls.isCalling ? !isUnacknowledged(calls, operator) : null
}

function findSince(
  before: AlertOperator | undefined,
  now: AlertOperator,
  time: string
): string | null {
  const findOwner = ({ assignedTo, acknowledgedBy }: AlertOperator) => assignedTo ?? acknowledgedBy
  const owner = findOwner(now)
  if (owner === null) return null
  return before !== undefined && findOwner(before) === owner ? (before.since ?? null) : time
}

/** The response with an id, if it is current and can be corrected. O(responses stored). */
export function findResponse(
  operator: AlertOperator,
  alertId: string,
  id: string
): AlertResponse | null {
  return listRecent(operator, alertId).find(each => each.id === id) ?? null
}

/** Why a response can not be corrected. `by`: the id of its replacement. */
export type NotCorrectable =
  | { readonly kind: 'unknown' | 'of-another-alert' | 'withdrawn' | 'settled' }
  | { readonly kind: 'corrected'; readonly by: string; readonly at: string }

/**
 * Why the response of an id can not be corrected; null: it can be. `settled`: it was withdrawn
 * before others, or is older than those that can be corrected. Whether another alert has it is not
 * looked at.
 */
export function findCorrectionFault(
  operator: AlertOperator,
  alertId: string,
  id: string
): NotCorrectable | null {
  const [, of, digits] = /^(.+)\.([1-9]\d{0,8})$/.exec(id) ?? []
  if (of === undefined || digits === undefined) return { kind: 'unknown' }
  if (of !== alertId) return { kind: 'of-another-alert' }
  if (findResponse(operator, alertId, id) !== null) return null
  const replaces = ({ corrects = [] }: AlertResponse) => corrects.includes(id)
  const by = listRecent(operator, alertId).find(replaces)
  if (by?.id !== undefined) return { kind: 'corrected', by: by.id, at: by.recordedAt }
  const { responseWithdrawn } = operator
  if (
    responseWithdrawn !== undefined &&
    (responseWithdrawn.id === id || replaces(responseWithdrawn))
  )
    return { kind: 'withdrawn' }
  const recorded = operator.responsesRecorded ?? operator.responses?.count ?? 0
  return { kind: Number(digits) <= recorded ? 'settled' : 'unknown' }
}

/**
 * The number of a response among those recorded for its alert. Older ones have no id: their number
 * is the count at the time. Pure.
 */
export function readResponseNumber({ id }: Pick<AlertResponse, 'id'>, count: number): number {
  return id === undefined ? count : Number(id.slice(id.lastIndexOf('.') + 1))
}

/** Removes who recorded responses, for readers who may not know. */
export function hideRecorders(
  { responses }: AlertOperator,
  isRead: (response: AlertResponse) => boolean
): Pick<AlertOperator, 'responses'> {
  if (responses?.recent === undefined) return {}
  const recent = responses.recent.map(each => {
    const { byId: _, handling: _handling, ...hidden } = each
    return isRead(each) ? each : hidden
  })
  return { responses: { ...responses, recent } }
}

/** Of older states, which list none, the first and the last are known. */
function listRecent({ responses }: AlertOperator, alertId: string): readonly AlertResponse[] {
  if (responses === undefined) return []
  const { recent, count, first, last } = responses
  if (recent !== undefined) return recent
  return [
    { ...first, id: `${alertId}.1` },
    { ...last, id: `${alertId}.${count}` }
  ].slice(-count)
}

/**
 * The deed that the answer of an event records; null: none, or an earlier answer recorded it. Pure.
 */
export function findDeed({
  at,
  response
}: AlertPartnerAnswer): NonNullable<AlertPartnerAnswer['response']> | null {
  return response?.recordedAt === at ? response : null
}
