// "A human has it", and what was done, over HTTP: by the owner of a webhook subscription that was
// notified of the alert. Source: decision 0081.

import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { admitActs } from '@tocsin/auth/sign-in/usage-guard'
import {
  listOf,
  optional,
  orNull,
  strict,
  text,
  type ValuesOf
} from '@tocsin/contracts/format/format'
import { ProblemError, problems } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import type { RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { makeProblem, problemBody } from '@tocsin/service/http/http-problems'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { instantOrNullIn } from '../admin/control-operations.ts'
import { refusedProblem, refusedReader } from '../alerts/action-refusals.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import type { Projection } from '../alerts/projection.ts'
import { findRetryKey } from '../alerts/request-headers.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'
import {
  actionPendingSchema,
  actionStatusSchema,
  alertAnswerResultsSchema
} from './action-answers.ts'
import { untilDaysMax } from './alert-operations.ts'
import type { AnswerAsk, AnswerOperations, PartnersAnswer } from './answer-operations.ts'
import { deedMembers, lacksReason, reasonWords } from './deed-body.ts'
import { untimelyWords } from './deed-times.ts'
import { bulkMax, inTurns } from './in-turns.ts'

export interface AnswerRoutesDeps {
  readonly answers: Pick<AnswerOperations, 'answer'>
  readonly subscriptionOperations: Pick<SubscriptionOperations, 'findNow'>
  readonly projection: Projection
  readonly positions: ReadPositions
}

/** Characters: notes of partners are stored in the state of the alert. */
export const noteLengthMax = 500

/** The body for one alert or several. */
const said = {
  until: optional(orNull(text('Until when you have it: later than now.', { maxLength: 40 }))),
  note: optional(
    orNull(text('A note for the officers.', { maxLength: noteLengthMax, pattern: saidTextPattern }))
  ),
  response: optional(
    orNull(
      strict(deedMembers, {
        description:
          "What was done there: its `kind`, as of an officer's response, when (`at`; now if left out), and `text`, which `none` needs. Only `internal` readers are told."
      })
    )
  )
}
type Said = ValuesOf<typeof said>
const params = { id: idText('Id of the subscription.') }

export function addAnswerRoutes(app: FastifyInstance, deps: AnswerRoutesDeps): void {
  const add = makeReadingRoutes(app, deps, {
    tag: 'Subscriptions',
    access: ['subscriptions:manage']
  })
  const subscriptionFor = (request: FastifyRequest, id: string) =>
    deps.subscriptionOperations.findNow(getPrincipal(request), id)
  add({
    id: 'answerAlert',
    method: 'POST',
    path: '/v1/subscriptions/:id/acknowledgements',
    summary: 'Say that a human has an alert, and what was done',
    description:
      'For the key that holds the subscription, of an alert that the subscription accepted and may still see. It takes the alert from nobody: it stands beside what officers do, and only `internal` readers are told who. With `response` also of an alert that is over. Of one subscription and call the last response of each kind counts.',
    params,
    headers: ['idempotency-key'],
    body: strict({ alertId: idText('The `alertId` of the event.'), ...said }),
    example: { alertId: '5b1d…', note: 'Our team in Mopti calls the village heads.' },
    answers: {
      200: answer('It is recorded.', actionStatusSchema, 'tocsin-cursor'),
      202: answer(
        'Stored, but not decided within two seconds: query `Location`, with a key that may read alerts.',
        actionPendingSchema,
        ...['location', 'tocsin-cursor']
      )
    },
    problems: ['action-refused', ...writeProblems],
    async handle(request, reply) {
      const subscription = await subscriptionFor(request, request.params.id)
      const { alertId } = request.body
      const answered = await deps.answers.answer(
        subscription,
        alertId,
        readAsk(request, request.body)
      )
      return sendAnswer(reply, deps, subscription, alertId, answered)
    }
  })
  add({
    id: 'answerAlerts',
    method: 'POST',
    path: '/v1/subscriptions/:id/answers',
    summary: 'Say of up to 100 alerts that a human has them, and what was done',
    description:
      'The same answer about each alert that is named. Each is decided for itself, as the route of one alert would. It counts as so many requests as it names alerts.',
    params,
    headers: ['idempotency-key'],
    body: strict({
      // Of several each is named once: the second word on one alert would take the place of the
      // first.
      alertIds: listOf(
        text({ minLength: 1, maxLength: 128 }),
        'The `alertId` of events that the subscription accepted, each once.',
        { minItems: 1, maxItems: bulkMax, uniqueItems: true }
      ),
      ...said
    }),
    example: { alertIds: ['5b1d…', '77c0…'], note: 'Our team in Mopti calls the village heads.' },
    answers: {
      200: answer(
        'What became of each, in the order of the request.',
        alertAnswerResultsSchema,
        'tocsin-cursor'
      )
    },
    problems: ['log-unavailable'],
    async handle(request, reply) {
      const named = request.body.alertIds
      admitActs(request, reply, named.length, '/alertIds')
      const subscription = await subscriptionFor(request, request.params.id)
      const asked = { subscription, ask: readAsk(request, request.body), requestId: request.id }
      const outcomes = await inTurns(named, async (alertId, waitMs) => {
        const one = await findOutcome(deps, asked, alertId, waitMs)
        return { answer: one, isPending: one.item.status === 202 }
      })
      const appended = outcomes.flatMap(each => each.appended ?? [])
      const position = await deps.positions.behindAll(topics.incidents, appended)
      if (position !== null) reply.header(positionHeader, position)
      return reply.send({ items: outcomes.map(({ item }) => item) })
    }
  })
}

/** Throws a ProblemError that names what is invalid for every alert. */
function readAsk(request: FastifyRequest, { until, note, response }: Said): AnswerAsk {
  const asker = getPrincipal(request)
  const ends = instantOrNullIn('/until', until)
  if (response && lacksReason(response)) throw bodyRefused('/response/text', reasonWords)
  const at = instantOrNullIn('/response/at', response?.at)
  return {
    ...{ via: 'key', by: asker.name, asker, once: findRetryKey(request) },
    ...(ends === null ? {} : { until: ends }),
    ...(note ? { note } : {}),
    ...(response ? { response: { kind: response.kind, at, text: response.text || null } } : {})
  }
}

interface Outcome {
  readonly item: { readonly alertId: string; readonly status: number }
  readonly appended: RecordPosition | null
}

/**
 * The outcome for one of several, as the route of one would have answered. A failure for one does
 * not affect the others.
 */
async function findOutcome(
  deps: AnswerRoutesDeps,
  {
    subscription,
    ask,
    requestId
  }: { subscription: SubscriptionRecord; ask: AnswerAsk; requestId: string },
  alertId: string,
  waitMs: number
): Promise<Outcome> {
  try {
    const answer = await deps.answers.answer(subscription, alertId, ask, waitMs)
    const { actionId, appended } = describeTaken(answer, deps.projection, subscription)
    const told =
      answer.kind === 'done' ? { status: 200, actionId, at: answer.at } : { status: 202, actionId }
    return { item: { alertId, ...told }, appended }
  } catch (error) {
    const problem = makeProblem(error)
    if (problem.code === 'internal') throw error
    const { status } = problems[problem.code]
    return {
      item: { alertId, status, ...{ problem: problemBody(problem, requestId) } },
      appended: null
    }
  }
}

async function sendAnswer(
  reply: FastifyReply,
  { positions, projection }: AnswerRoutesDeps,
  subscription: SubscriptionRecord,
  alertId: string,
  answer: PartnersAnswer
): Promise<FastifyReply> {
  const { actionId, appended } = describeTaken(answer, projection, subscription)
  if (appended !== null)
    reply.header(positionHeader, await positions.behind(topics.incidents, appended))
  if (answer.kind === 'done') return reply.send({ actionId, state: 'done', alertId, at: answer.at })
  return reply
    .code(202)
    .header('location', `/v1/actions/${actionId}`)
    .send({ actionId, state: 'pending' })
}

/** Throws a ProblemError that gives the reason for a refusal. */
function describeTaken(
  answer: PartnersAnswer,
  projection: Projection,
  subscription: SubscriptionRecord
): Extract<PartnersAnswer, { kind: 'done' | 'pending' }> {
  switch (answer.kind) {
    case 'done':
    case 'pending':
      return answer
    case 'unknown-alert':
      throw new ProblemError('not-found', 'The subscription was told of no such alert.')
    case 'key-taken': {
      const detail = 'was used for another answer on this alert: use a new key for another answer'
      throw new ProblemError('header-invalid', `Idempotency-Key ${detail}.`, {
        errors: [{ pointer: 'idempotency-key', detail }]
      })
    }
    case 'over-already':
      throw bodyRefused('/until', `must be later than now, which is ${answer.now} in this theatre`)
    case 'too-far':
      throw bodyRefused(
        '/until',
        `must be at most ${untilDaysMax} days after now, which is ${answer.now} in this theatre`
      )
    case 'not-yet':
    case 'too-early':
      throw bodyRefused('/response/at', untimelyWords(answer))
    case 'enough':
      // Of links alone: a key has its rate.
      throw new ProblemError('too-many', 'As much was recorded as a link takes.')
    case 'refused':
      throw refusedProblem(
        { reason: answer.reason, operatorRevision: null },
        answer.entry,
        refusedReader(projection, subscription)
      )
    default:
      return answer satisfies never
  }
}

function bodyRefused(pointer: string, detail: string): ProblemError {
  return new ProblemError('body-invalid', `${pointer} ${detail}.`, {
    errors: [{ pointer, detail }]
  })
}
