// Decides an operator's request: refused with a reason, or the new operator state of the alert.
// Pure.

import { compareText } from '../incident/incident.ts'
import { severities } from '../record/severity.ts'
import {
  type AlertRequest,
  type AnswerRequest,
  askerOf,
  type CorrectionRequest,
  type OperatorRequest,
  type ResponseRequest,
  talkOf
} from '../record/theatre-record.ts'
import { type Handling, stricter, talkHandling } from '../report/handling.ts'
import { parseTimeMs } from '../space-time/event-time.ts'
import {
  type ActionRefused,
  type AlertEventType,
  type AlertOperator,
  type AlertPartnerAnswer,
  type AlertState,
  answersMax
} from './alert.ts'
import type { AlertEntry } from './alert-decision.ts'
import {
  standingResponse,
  unitedResponses,
  withCorrection,
  withResponse
} from './alert-responses.ts'

/**
 * The reason to refuse a request; null if it is valid. `time`: when it was accepted, ISO 8601. A
 * closed alert can still be commented, and what was done about it recorded, by a partner too. What
 * a partner answers takes nothing from anybody, so it names no revision.
 */
export function refuse(
  request: AlertRequest,
  entry: AlertEntry | undefined,
  { horizonMs, time }: { readonly horizonMs: number; readonly time: string }
): ActionRefused['reason'] | null {
  if (!entry) return 'unknown-alert'
  if (request.action !== 'answer' && request.ifMatch !== entry.state.operatorRevision)
    return 'stale-revision'
  if (request.action === 'respond') return isRecordable(request, time) ? null : 'invalid'
  if (request.action === 'correct')
    return isCorrection(request, entry.state.operator, time) ? null : 'invalid'
  if (request.until !== null && !(parseTimeMs(request.until) > horizonMs)) return 'invalid'
  const deed = request.action === 'answer' ? request.response : undefined
  if (deed !== undefined) return isRecordable(deed, time) ? null : 'invalid'
  const closed = entry.state.status === 'retracted' || entry.state.status === 'resolved'
  return closed && request.action !== 'comment' ? 'alert-closed' : null
}

/** Nothing is done in the future, and a decision not to act has its reason. */
function isRecordable(
  { kind, at, text }: Pick<ResponseRequest, 'kind' | 'at' | 'text'>,
  time: string
): boolean {
  return (
    (at === null || parseTimeMs(at) <= parseTimeMs(time)) &&
    (kind !== 'none' || (text ?? '') !== '')
  )
}

/** What is corrected stands, and what takes its place could have been recorded. */
function isCorrection(request: CorrectionRequest, operator: AlertOperator, time: string): boolean {
  const { alertId, corrects, withdrawn, at, text } = request
  const standing = standingResponse(operator, alertId, corrects)
  return (
    standing !== null &&
    (withdrawn || isRecordable({ kind: request.kind ?? standing.kind, at, text }, time))
  )
}

/** What a request changes in the state of its alert. `time`: when it was accepted, ISO 8601. */
export function operated(before: AlertState, request: AlertRequest, time: string) {
  const { actionId } = request
  const closes = request.action === 'resolve'
  return {
    // Officers need not look again before they act: an answer of a partner is in nobody's way.
    operatorRevision: before.operatorRevision + (request.action === 'answer' ? 0 : 1),
    status: closes ? 'resolved' : before.status,
    urgency: closes ? 'past' : before.urgency,
    operator: operatorAfter(before.operator, request, time),
    reason: closes ? 'closed-by-operator' : null,
    action: { actionId, ...askerOf(request), text: saidIn(request), ...talkOf(request) }
  } satisfies Partial<AlertState>
}

function saidIn(request: AlertRequest): string | null {
  if (request.action === 'respond' || request.action === 'correct') return request.text
  // The note of an answer stands in the state as well.
  return request.action === 'answer'
    ? (request.response?.text ?? request.note)
    : (request.text ?? request.note)
}

/** The operator state after a request that was accepted at a time, ISO 8601. */
export function operatorAfter(
  before: AlertOperator,
  request: AlertRequest,
  time: string
): AlertOperator {
  switch (request.action) {
    case 'acknowledge': {
      const acknowledgedFirstAt = before.acknowledgedFirstAt ?? time
      return {
        ...letGo(before),
        ...takenBy(request),
        acknowledgedUntil: request.until,
        acknowledgedFirstAt
      }
    }
    case 'respond':
      return withResponse(before, request, time)
    case 'correct':
      return withCorrection(before, request, time)
    case 'assign':
      // To nobody: it is given back, and whoever has it has it no longer, by whichever way they
      // took it.
      return request.to === null
        ? { ...withoutAssignee(letGo(before)), assignedTo: null }
        : { ...withoutAssignee(before), ...assignedTo(request.to, request.handling) }
    case 'resolve':
      return { ...before, acknowledgedUntil: null, disposition: request.disposition }
    case 'comment':
      return before
    case 'answer':
      return {
        ...before,
        answers: newestOfEach([...(before.answers ?? []), answerIn(request, time)])
      }
    default:
      return request satisfies never
  }
}

function answerIn(
  { subscriptionId, holder, until, note, via, response }: AnswerRequest,
  at: string
): AlertPartnerAnswer {
  const answer = { subscriptionId, by: holder, at, until, note, via }
  if (response === undefined) return answer
  return { ...answer, response: { kind: response.kind, at: response.at ?? at, recordedAt: at } }
}

/**
 * Of answers in order of time, the last of each subscription with what it said last was done, and
 * of these as many as are kept: who says again that somebody has it takes back nothing of what was
 * done.
 */
function newestOfEach(answers: readonly AlertPartnerAnswer[]): AlertPartnerAnswer[] {
  const isOf = (of: AlertPartnerAnswer) => (each: AlertPartnerAnswer) =>
    each.subscriptionId === of.subscriptionId
  const lasts = answers.filter((answer, at) => !answers.slice(at + 1).some(isOf(answer)))
  return lasts.slice(-answersMax).map(last => {
    const told = answers.filter(isOf(last)).findLast(({ response }) => response !== undefined)
    return told?.response === undefined ? last : { ...last, response: told.response }
  })
}

/**
 * What the answer of an event says was done; null: it says nothing of that, or said it before.
 * Pure.
 */
export function deedOf({
  at,
  response
}: AlertPartnerAnswer): NonNullable<AlertPartnerAnswer['response']> | null {
  return response?.recordedAt === at ? response : null
}

/** The operator state without an acknowledgement. */
export function letGo({
  acknowledgedById: _,
  acknowledgedHandling: _handling,
  ...before
}: AlertOperator): AlertOperator {
  return { ...before, acknowledgedBy: null, acknowledgedUntil: null }
}

function takenBy({
  by,
  byId,
  handling = talkHandling
}: Pick<OperatorRequest, 'by' | 'byId' | 'handling'>) {
  return {
    acknowledgedBy: by,
    ...(byId === undefined ? {} : { acknowledgedById: byId }),
    ...(handling === talkHandling ? {} : { acknowledgedHandling: handling })
  }
}

function withoutAssignee({ assignedHandling: _, ...before }: AlertOperator): AlertOperator {
  return before
}

function assignedTo(to: string | null, handling: Handling = talkHandling) {
  return { assignedTo: to, ...(handling === talkHandling ? {} : { assignedHandling: handling }) }
}

/**
 * At whom the event of a request is aimed. A comment is nothing but its words: those who may not
 * read them get no event. Any other action changes the alert or says that something was done, and
 * everyone is told, some without name and words. Older comments were told to everyone, and stay so:
 * others' numbers of later events follow from it. That a partner has it is for officers: partners
 * are not told of each other.
 */
export function concernedBy({
  action,
  handling = 'public'
}: Pick<AlertRequest, 'action' | 'handling'>): Handling {
  if (action === 'answer') return stricter(handling, talkHandling)
  return action === 'comment' ? handling : 'public'
}

export function operatorEventOf(
  action: AlertRequest['action']
): Exclude<AlertEventType, 'alert.action-refused'> {
  const names = {
    acknowledge: 'alert.acknowledged',
    assign: 'alert.assigned',
    comment: 'alert.commented',
    respond: 'alert.responded',
    correct: 'alert.response-corrected',
    answer: 'alert.answered',
    resolve: 'alert.resolved'
  } as const
  return names[action]
}

/**
 * The operator state of the alert that stays after a merge. Who took what was less grave has not
 * taken what stays.
 */
export function operatorOfBoth(
  stays: Pick<AlertState, 'alertId' | 'operator' | 'severity'>,
  gone: Pick<AlertState, 'operator' | 'severity'>
): AlertOperator {
  const isAsGrave = severities.indexOf(gone.severity) >= severities.indexOf(stays.severity)
  return unitedOperators(
    stays.operator,
    isAsGrave ? gone.operator : letGo(gone.operator),
    stays.alertId
  )
}

/**
 * The operator state after a merge into the alert of an id: the remaining alert's own has
 * precedence.
 */
export function unitedOperators(
  stays: AlertOperator,
  gone: AlertOperator,
  alertId: string
): AlertOperator {
  const taken = stays.acknowledgedBy !== null ? stays : gone
  const given = stays.assignedTo !== null ? stays : gone
  const { acknowledgedBy, acknowledgedById, acknowledgedHandling, acknowledgedUntil } = taken
  return {
    ...withoutAssignee(letGo(stays)),
    acknowledgedBy,
    ...(acknowledgedById === undefined ? {} : { acknowledgedById }),
    ...(acknowledgedHandling === undefined ? {} : { acknowledgedHandling }),
    acknowledgedUntil,
    ...assignedTo(given.assignedTo, given.assignedHandling),
    ...firstAcknowledgement(stays, gone),
    ...unitedResponses(stays, gone, alertId),
    ...unitedPartners(stays, gone)
  }
}

function unitedPartners(
  { answers: a = [] }: AlertOperator,
  { answers: b = [] }: AlertOperator
): Pick<AlertOperator, 'answers'> {
  if (a.length + b.length === 0) return {}
  return { answers: newestOfEach([...a, ...b].sort((one, other) => compareText(one.at, other.at))) }
}

function firstAcknowledgement(
  a: AlertOperator,
  b: AlertOperator
): Pick<AlertOperator, 'acknowledgedFirstAt'> {
  const [acknowledgedFirstAt] = [a.acknowledgedFirstAt, b.acknowledgedFirstAt]
    .filter(at => at !== undefined)
    .sort()
  return acknowledgedFirstAt === undefined ? {} : { acknowledgedFirstAt }
}
