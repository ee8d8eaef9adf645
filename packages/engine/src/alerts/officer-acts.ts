// What officers and partners do about an alert: whether an act is refused, and the operator state
// after it. Pure.

import type { AlertOperator } from '@tocsin/contracts/record/alert-event-v3'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import type {
  AlertRequest,
  AnswerRequest,
  CorrectionRequest,
  ResponseRequest
} from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'
import { never } from '../data/time.ts'
import type { Handling } from '../data/vocabulary.ts'
import type { Alert } from './alert.ts'
import {
  addResponse,
  copyStated,
  correctResponse,
  findResponse,
  uniteResponses
} from './responses.ts'

export type RefusalReason = 'unknown-alert' | 'stale-revision' | 'alert-closed' | 'invalid'

/** Handling of an officer's name and words where none is stated. */
const defaultHandling: Handling = 'internal'
/** Answers of partners in the state of an alert: the last of each subscription, the newest. */
const maxAnswers = 10

type Answers = NonNullable<AlertOperator['answers']>

/** `nowMs`: the theatre's time. `time`: when the act was accepted, ISO 8601. */
export interface ActTime {
  readonly nowMs: number
  readonly time: string
}

/**
 * Why an act is refused; null: it is valid. A closed alert can still be commented, and what was done
 * about it recorded. A partner's answer does not affect others, so it names no revision.
 */
export function findRefusal(
  request: AlertRequest,
  alert: Alert | null,
  { nowMs, time }: ActTime
): RefusalReason | null {
  if (alert === null) return 'unknown-alert'
  if (request.action !== 'answer' && request.ifMatch !== alert.operatorRevision)
    return 'stale-revision'
  if (request.action === 'respond') return isRecordable(request, time) ? null : 'invalid'
  if (request.action === 'correct')
    return isCorrectable(request, alert.operator, time) ? null : 'invalid'
  if (request.action === 'reopen') return isReopenable(alert) ? null : 'invalid'
  if (request.until !== null && !(Date.parse(request.until) > nowMs)) return 'invalid'
  const response = request.action === 'answer' ? request.response : undefined
  if (response !== undefined) return isRecordable(response, time) ? null : 'invalid'
  return !alert.isOpen && request.action !== 'comment' ? 'alert-closed' : null
}

/** Only an officer's end can be taken back: a situation that has ended has no open alert. */
function isReopenable({ status, isClosed, finding }: Alert): boolean {
  return status === 'resolved' && isClosed && finding?.endDay === never
}

/** Responses are in the past, and a decision not to act has a reason. */
function isRecordable(
  { kind, at, text }: Pick<ResponseRequest, 'kind' | 'at' | 'text'>,
  time: string
): boolean {
  const isPast = at === null || Date.parse(at) <= Date.parse(time)
  return isPast && (kind !== 'none' || (text ?? '') !== '')
}

function isCorrectable(request: CorrectionRequest, operator: AlertOperator, time: string): boolean {
  const { alertId, corrects, withdrawn, kind, at, text } = request
  const corrected = findResponse(operator, alertId, corrects)
  if (corrected === null) return false
  return withdrawn || isRecordable({ kind: kind ?? corrected.kind, at, text }, time)
}

export const actEvents = {
  acknowledge: 'acknowledged',
  assign: 'assigned',
  comment: 'commented',
  respond: 'responded',
  correct: 'response-corrected',
  answer: 'answered',
  resolve: 'resolved',
  reopen: 'reopened'
} as const

/** The operator state after an act that is not refused. */
export function applyAct(
  operator: AlertOperator,
  request: AlertRequest,
  time: string
): AlertOperator {
  switch (request.action) {
    case 'acknowledge':
      return {
        ...dropAcknowledgement(operator),
        ...describeAcknowledger(request),
        acknowledgedUntil: request.until,
        acknowledgedFirstAt: operator.acknowledgedFirstAt ?? time
      }
    case 'assign':
      // Unassigning also ends an acknowledgement.
      return request.to === null
        ? setAssignee(dropAcknowledgement(operator), null)
        : setAssignee(operator, request.to, request.handling)
    case 'resolve':
      return { ...operator, acknowledgedUntil: null, disposition: request.disposition }
    case 'reopen':
      return { ...operator, disposition: null }
    case 'respond':
      return addResponse(operator, request, time)
    case 'correct':
      return correctResponse(operator, request, time)
    case 'answer':
      return {
        ...operator,
        answers: takeLastAnswers([...(operator.answers ?? []), makeAnswer(request, time)])
      }
    case 'comment':
      return operator
    default:
      return request satisfies never
  }
}

export function findActText(request: AlertRequest): string | null {
  if (request.action === 'respond' || request.action === 'correct') return request.text
  if (request.action === 'answer') return request.response?.text ?? request.note
  if (request.action === 'reopen') return request.note
  return request.text ?? request.note
}

export function dropAcknowledgement({
  acknowledgedById: _,
  acknowledgedHandling: _handling,
  ...operator
}: AlertOperator): AlertOperator {
  return { ...operator, acknowledgedBy: null, acknowledgedUntil: null }
}

function describeAcknowledger({ by, byId, handling = defaultHandling }: AlertRequest) {
  return {
    acknowledgedBy: by,
    ...(byId === undefined ? {} : { acknowledgedById: byId }),
    ...(handling === defaultHandling ? {} : { acknowledgedHandling: handling })
  }
}

function setAssignee(
  { assignedHandling: _, ...operator }: AlertOperator,
  assignedTo: string | null,
  handling: Handling = defaultHandling
): AlertOperator {
  return {
    ...operator,
    assignedTo,
    ...(handling === defaultHandling ? {} : { assignedHandling: handling })
  }
}

function makeAnswer(request: AnswerRequest, time: string): Answers[number] {
  const { subscriptionId, holder: by, until, note, via, response } = request
  const answer = { subscriptionId, by, at: time, until, note, via }
  if (response === undefined) return answer
  return { ...answer, response: { kind: response.kind, at: response.at ?? time, recordedAt: time } }
}

/** The last answer of each subscription, with the last response that it stated. */
function takeLastAnswers(answers: Answers): Answers {
  const bySubscription = new Map<string, Answers[number]>()
  for (const answer of answers) {
    const response = answer.response ?? bySubscription.get(answer.subscriptionId)?.response
    // Deleted first, so that the order is that of the last answers.
    bySubscription.delete(answer.subscriptionId)
    bySubscription.set(
      answer.subscriptionId,
      response === undefined ? answer : { ...answer, response }
    )
  }
  return [...bySubscription.values()].slice(-maxAnswers)
}

/**
 * The operator state of an alert that continues after a merge; its own state has precedence. An
 * acknowledgement of a less severe alert does not count for it.
 */
export function uniteOperators(
  stays: { readonly id: string; readonly operator: AlertOperator; readonly severity: Severity },
  gone: { readonly operator: AlertOperator; readonly severity: Severity }
): AlertOperator {
  const isAsSevere = severities.indexOf(gone.severity) >= severities.indexOf(stays.severity)
  const own = stays.operator
  const other = isAsSevere ? gone.operator : dropAcknowledgement(gone.operator)
  const acknowledged = own.acknowledgedBy !== null ? own : other
  const assigned = own.assignedTo !== null ? own : other
  const firsts = [own, other].filter(({ acknowledgedFirstAt }) => acknowledgedFirstAt !== undefined)
  const [first] = firsts.sort((a, b) => compareText(a.acknowledgedFirstAt!, b.acknowledgedFirstAt!))
  return {
    ...own,
    ...copyStated(acknowledged, ['acknowledgedBy', 'acknowledgedUntil', 'acknowledgedById']),
    ...copyStated(acknowledged, ['acknowledgedHandling']),
    ...copyStated(first ?? own, ['acknowledgedFirstAt']),
    ...copyStated(assigned, ['assignedTo', 'assignedHandling']),
    ...uniteResponses(own, other, stays.id),
    ...uniteAnswers(own, other)
  }
}

function uniteAnswers(own: AlertOperator, other: AlertOperator) {
  const answers = [...(own.answers ?? []), ...(other.answers ?? [])]
  if (answers.length === 0) return {}
  return { answers: takeLastAnswers(answers.sort((a, b) => compareText(a.at, b.at))) }
}
