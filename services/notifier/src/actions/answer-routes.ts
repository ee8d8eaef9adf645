// "A human has it", and what was done: the answer of a partner who was told of an alert by webhook,
// with the key of the subscription here, by the link in a webhook in answer-links.ts. It goes to the
// incidents log and is decided by the single writer of alerts. It takes the alert from nobody.
// Source: decision 0081.

import type { Principal } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { isOpen } from '@tocsin/contracts/alert/alert'
import { optional, orNull, strict, text } from '@tocsin/contracts/format/format'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { bodyInvalid, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { talkHandling } from '@tocsin/contracts/theatre/handling'
import {
  type AnswerRequest,
  type AnswerWay,
  type PartnersDeed,
  readAsker
} from '@tocsin/contracts/theatre/theatre-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { instantOrNullIn } from '../admin/control-operations.ts'
import { refusedProblem } from '../alerts/action-refusals.ts'
import type { AlertAtLevel } from '../alerts/alert-at-level.ts'
import type { AlertEntry } from '../alerts/alert-entry.ts'
import type { ActionOutcome } from '../alerts/alert-index.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { shownTo } from '../alerts/record-judging.ts'
import { findRetryKey } from '../alerts/request-headers.ts'
import { computeAudience } from '../webhook/delivery-planner.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'
import {
  type ActingDeps,
  actionStatusSchema,
  appendRequest,
  makeActionId,
  type Outcome,
  outcomeWaitMs,
  pendingAnswer,
  type Refused,
  refuse,
  sendPending
} from './asked.ts'
import { deedMembers, doneBy, lacksReason, reasonWords, whyNotThen, whyNotUntil } from './deeds.ts'

export interface AnsweringDeps extends ActingDeps {
  readonly dispatcher: Dispatcher
  readonly subscriptionOperations: SubscriptionOperations
}

export interface AnswerRoutesDeps extends AnsweringDeps {
  readonly positions: ReadPositions
}

export function addAnswerRoutes(app: FastifyInstance, deps: AnswerRoutesDeps): void {
  makeReadingRoutes(app, deps, { tag: 'Subscriptions', access: ['subscriptions:manage'] })({
    id: 'answerAlert',
    method: 'POST',
    path: '/v1/subscriptions/:id/acknowledgements',
    summary: 'Say that a human has an alert, and what was done',
    description:
      'For the key that holds the subscription, of an alert that the subscription accepted and may still see. It takes the alert from nobody: it stands beside what officers do, and only `internal` readers are told who. With `response` also of an alert that is over. Of one subscription and call the last response of each kind counts.',
    params: { id: idText('Id of the subscription.') },
    headers: ['idempotency-key of an act'],
    body: strict({
      alertId: idText('The `alertId` of the event.'),
      until: optional(orNull(text('Until when you have it: later than now.', { maxLength: 40 }))),
      // Notes of partners are stored in the state of the alert.
      note: optional(
        orNull(text('A note for the officers.', { maxLength: 500, pattern: saidTextPattern }))
      ),
      response: optional(
        orNull(
          strict(deedMembers, {
            description:
              "What was done there: its `kind`, as of an officer's response, when (`at`; now if left out), and `text`, which `none` needs. Only `internal` readers are told."
          })
        )
      )
    }),
    example: { alertId: '5b1d…', note: 'Our team in Mopti calls the village heads.' },
    answers: {
      200: answer('It is recorded.', actionStatusSchema, 'tocsin-cursor'),
      202: pendingAnswer(
        'Stored, but not decided within two seconds: query `Location`, with a key that may read alerts.'
      )
    },
    problems: ['action-refused', ...writeProblems],
    async handle(request, reply) {
      const asker = getPrincipal(request)
      const subscription = await deps.subscriptionOperations.findNow(asker, request.params.id)
      const { alertId, until, note, response } = request.body
      if (response && lacksReason(response.kind, response.text))
        throw bodyInvalid('/response/text', reasonWords)
      const said = {
        until: instantOrNullIn('/until', until),
        note: note || null,
        ...(response && {
          response: {
            kind: response.kind,
            at: instantOrNullIn('/response/at', response.at),
            text: response.text || null
          }
        })
      }
      const retryKey = findRetryKey(request)
      const once = retryKey === null ? null : `${retryKey} ${toCanonicalJson(said)}`
      const told = await findTold(deps, subscription, alertId)
      if (told === null)
        throw new ProblemError('not-found', 'The subscription was told of no such alert.')
      const ask: AnswerAsk = { via: 'key', by: asker.name, asker, ...said, once }
      const answered = await recordAnswer(deps, subscription, told, ask)
      if ('problem' in answered) throw answered.problem
      if (answered.kind === 'pending') return sendPending(reply, deps.positions, answered)
      const { actionId, at, appended } = answered
      if (appended !== null)
        reply.header(positionHeader, await deps.positions.behind(topics.incidents, appended))
      return reply.send({ actionId, state: 'done', alertId, at })
    }
  })
}

export interface AnswerAsk {
  readonly via: AnswerWay
  /** Who answers. A link identifies only the subscription. */
  readonly by: string
  readonly asker?: Principal
  /** Until when they have it, ISO 8601. */
  readonly until: string | null
  readonly note: string | null
  /** What was done; without a time: it is done when this is recorded. */
  readonly response?: PartnersDeed
  /** Repeats with the same name are one answer; null: each is another. */
  readonly once: string | null
  /** Of links: so many responses of the subscription the alert takes. Left out: any number. */
  readonly deedsMax?: number
}

/** `doneAt`: the recorded time of what was done; null: no deed, or not known any more. */
export type PartnersAnswer = Outcome<{
  readonly actionId: string
  readonly at: string
  readonly doneAt: string | null
  readonly appended: RecordPosition | null
}>

/** An alert of which a subscription was notified, as the subscription may see it. */
export interface ToldAlert {
  readonly entry: AlertEntry
  readonly shown: AlertAtLevel
}

/**
 * The alert, if the subscription still has its right, accepted an event of the alert and may see it
 * now; null in all other cases. Rejects with `projection-behind` if other instances' writes are not
 * folded here in time.
 */
export async function findTold(
  { projection, dispatcher, shared }: AnsweringDeps,
  subscription: SubscriptionRecord,
  alertId: string
): Promise<ToldAlert | null> {
  await shared.learn('control', 'incidents', 'alerts')
  await dispatcher.catchUp()
  const entry = projection.alerts.get(alertId)
  const deliveries = dispatcher.of(subscription.subscriptionId)
  if (entry === undefined || deliveries.isEnded || !dispatcher.isAuthorized(subscription))
    return null
  if (deliveries.findTrace(alertId).accepted === null) return null
  const shown = shownTo(computeAudience(subscription).view, entry)
  return shown === null ? null : { entry, shown }
}

/**
 * Records an answer and waits for the outcome, up to two seconds. Rejects with an EventLogError if
 * it could not be written.
 */
export async function recordAnswer(
  deps: AnsweringDeps,
  subscription: SubscriptionRecord,
  { entry, shown }: ToldAlert,
  ask: AnswerAsk
): Promise<PartnersAnswer> {
  const { alerts, clocks, views } = deps.projection
  const { alertId, theatre } = entry
  const { via, by, asker, until, note, response } = ask
  const { subscriptionId, handling } = subscription
  const said = ['answer', via, subscriptionId, asker?.id ?? '', alertId]
  const actionId = makeActionId(deps, ask.once, ...said)
  const conclude = (outcome: ActionOutcome, appended: RecordPosition | null): PartnersAnswer => {
    if (outcome.kind === 'refused') return refuseFor(outcome.refusal.reason)
    const request = clocks.request(actionId)?.request
    const deed = request?.action === 'answer' ? request.response : undefined
    const doneAt = deed === undefined ? null : (deed.at ?? outcome.at)
    return { kind: 'done', actionId, at: outcome.at, doneAt, appended }
  }
  const refuseFor = (reason: Parameters<typeof refusedProblem>[0]['reason']): Refused =>
    refuse(refusedProblem({ reason, operatorRevision: null }, entry, handling))
  const known = alerts.findOutcome(actionId)
  if (known !== undefined) return conclude(known, null)
  const now = deps.nowIn(theatre)
  if (clocks.request(actionId) === undefined) {
    const { firstTime } = shown
    const unfitting =
      whyNotUntil(until, now) ?? whyNotThen('/response/at', response?.at, { now, firstTime })
    if (unfitting !== null) return unfitting
    const { deeds = [] } = entry.at(handling) ?? {}
    const ownDeeds = deeds.filter(each => each.subscriptionId === subscriptionId)
    if (response !== undefined && ownDeeds.length >= (ask.deedsMax ?? Number.POSITIVE_INFINITY))
      return refuse(new ProblemError('too-many', 'As much was recorded as a link takes.'))
  }
  // What was done is often written down late: also of an alert that is over by then.
  if (response === undefined && !isOpen(shown.state)) return refuseFor('alert-closed')
  const data: AnswerRequest = {
    ...{ actionId, alertId, action: 'answer', subscriptionId, via, until, note },
    ...readAsker(asker === undefined ? { by } : { by, byId: asker.id }),
    holder: findHolder(deps, subscription),
    ...(response && { response: { ...response, at: doneBy(now, response.at) } }),
    ...{ handling: talkHandling, clearance: handling }
  }
  const appended = await appendRequest(
    deps,
    { id: actionId, theatre, cause: entry.top.last.id },
    { type: 'answer.requested', data }
  )
  await views.alerts.until(() => alerts.findOutcome(actionId) !== undefined, outcomeWaitMs)
  const outcome = alerts.findOutcome(actionId)
  return outcome === undefined
    ? { kind: 'pending', actionId, appended }
    : conclude(outcome, appended)
}

/** By what name officers know the partner. */
export function findHolder(
  { subscriptionOperations }: AnsweringDeps,
  subscription: SubscriptionRecord
): string {
  return subscriptionOperations.findHolder(subscription) ?? subscription.subscriptionId
}
