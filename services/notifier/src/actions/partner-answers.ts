// "A human has it", and what was done: the answer of a partner who was notified of an alert by
// webhook, with the key of the subscription here, by the link in a webhook in answer-links.ts. It
// takes the alert from nobody. Source: decision 0081.

import type { Principal } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { isOpen } from '@tocsin/contracts/alert/alert'
import { optional, orNull, strict, text } from '@tocsin/contracts/format/format'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { talkHandling } from '@tocsin/contracts/theatre/handling'
import type { AnswerRequest, PartnersDeed } from '@tocsin/contracts/theatre/theatre-record'
import { textPattern } from '@tocsin/contracts/theatre/written-text'
import type { RecordPosition } from '@tocsin/event-log/port'
import { answer, idText, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { instantOrNullIn } from '../admin/control-operations.ts'
import { refusedProblem } from '../alerts/action-refusals.ts'
import type { AlertAtLevel, AlertEntry } from '../alerts/alert-entry.ts'
import type { ActionOutcome } from '../alerts/alert-index.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { shownTo } from '../alerts/record-judging.ts'
import { findRetryKey } from '../alerts/request-headers.ts'
import { subscriberDeedsMax } from '../alerts/subscriber-calls.ts'
import { computeAudience } from '../webhook/subscription-record.ts'
import {
  type ActingDeps,
  actionStatusSchema,
  checkDoneAt,
  checkReason,
  checkUntil,
  doneBy,
  makeActionId,
  type Outcome,
  pendingAnswer,
  requestOutcome,
  responseMembers,
  sendOutcome
} from './acts.ts'

export function addAnswerRoutes(app: FastifyInstance, deps: ActingDeps): void {
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
        orNull(text('A note for the officers.', { maxLength: 500, pattern: textPattern }))
      ),
      response: optional(
        orNull(
          strict(responseMembers, {
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
      checkReason(response?.kind, response?.text, '/response/text')
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
      const notified = await findNotified(deps, subscription, alertId)
      if (notified === null)
        throw new ProblemError('not-found', 'The subscription was told of no such alert.')
      const answered = await recordAnswer(deps, notified, { asker, ...said, once })
      return sendOutcome(deps, reply, answered, ({ actionId, at }) =>
        reply.send({ actionId, state: 'done', alertId, at })
      )
    }
  })
}

interface PartnerAnswer {
  /** Left out: the holder of a link, which names the subscription alone. */
  readonly asker?: Principal
  /** Until when they have it, ISO 8601. */
  readonly until: string | null
  readonly note: string | null
  /** What was done; without a time: it is done when this is recorded. */
  readonly response?: PartnersDeed
  /** Repeats with the same name are one answer; null: each is another. */
  readonly once: string | null
}

/** An alert of which a subscription was notified, as the subscription may see it. */
export interface NotifiedAlert {
  readonly subscription: SubscriptionRecord
  readonly entry: AlertEntry
  readonly shown: AlertAtLevel
}

/**
 * The alert, if the subscription still has its right, accepted an event of the alert and may see it
 * now; null in all other cases. Rejects with `projection-behind` if other instances' writes are not
 * folded here in time.
 */
export async function findNotified(
  { projection, dispatcher, shared }: ActingDeps,
  subscription: SubscriptionRecord,
  alertId: string
): Promise<NotifiedAlert | null> {
  await shared.learn('control', 'incidents', 'alerts')
  await dispatcher.catchUp()
  const entry = projection.alerts.get(alertId)
  const deliveries = dispatcher.of(subscription.subscriptionId)
  if (entry === undefined || deliveries.isEnded || !dispatcher.isAuthorized(subscription))
    return null
  if (deliveries.findTrace(alertId).accepted === null) return null
  const shown = shownTo(computeAudience(subscription).view, entry)
  return shown === null ? null : { subscription, entry, shown }
}

/**
 * Records an answer and waits for the outcome, up to two seconds. `doneAt`: the recorded time of
 * what was done; null: nothing, or not known any more. Throws the ProblemError of a refusal, by a
 * link also `too-many` if the subscription recorded as much as a link takes. Rejects with an
 * EventLogError if it could not be written.
 */
export async function recordAnswer(
  deps: ActingDeps,
  { subscription, entry, shown }: NotifiedAlert,
  { asker, until, note, response, once }: PartnerAnswer
): Promise<
  Outcome<{ readonly actionId: string; readonly at: string; readonly doneAt: string | null }>
> {
  const { alerts, clocks, views } = deps.projection
  const { alertId, theatre } = entry
  const { subscriptionId, handling } = subscription
  const via = asker === undefined ? 'link' : 'key'
  const said = ['answer', via, subscriptionId, asker?.id ?? '', alertId]
  const actionId = makeActionId(deps, once, ...said)
  const refuse = (reason: Parameters<typeof refusedProblem>[0]['reason']) =>
    refusedProblem({ reason, operatorRevision: null }, entry, handling)
  const conclude = (outcome: ActionOutcome, appended: RecordPosition | null) => {
    if (outcome.kind === 'refused') throw refuse(outcome.refusal.reason)
    const asked = clocks.request(actionId)?.request
    const done = asked?.action === 'answer' ? asked.response : undefined
    const doneAt = done === undefined ? null : (done.at ?? outcome.at)
    return { kind: 'done', actionId, at: outcome.at, doneAt, appended } as const
  }
  const known = alerts.findOutcome(actionId)
  if (known !== undefined) return conclude(known, null)
  const now = deps.nowIn(theatre)
  if (clocks.request(actionId) === undefined) {
    checkUntil(until, now)
    if (response !== undefined) checkDoneAt('/response/at', response.at, now, shown.firstTime)
    const own = (entry.at(handling)?.deeds ?? []).filter(
      each => each.subscriptionId === subscriptionId
    )
    if (via === 'link' && response !== undefined && own.length >= subscriberDeedsMax)
      throw new ProblemError('too-many', 'As much was recorded as a link takes.')
  }
  // What was done is often written down late: also of an alert that is over by then.
  if (response === undefined && !isOpen(shown.state)) throw refuse('alert-closed')
  const holder = deps.subscriptionOperations.findHolder(subscription) ?? subscriptionId
  const data: AnswerRequest = {
    ...{ actionId, alertId, action: 'answer', subscriptionId, via, until, note, holder },
    ...(asker === undefined ? { by: holder } : { by: asker.name, byId: asker.id }),
    ...(response && { response: { ...response, at: doneBy(now, response.at) } }),
    ...{ handling: talkHandling, clearance: handling }
  }
  const { appended, outcome } = await requestOutcome(
    deps,
    { id: actionId, theatre, cause: entry.top.last.id },
    { type: 'answer.requested', data },
    views.alerts,
    () => alerts.findOutcome(actionId)
  )
  return outcome === undefined
    ? { kind: 'pending', actionId, appended }
    : conclude(outcome, appended)
}
