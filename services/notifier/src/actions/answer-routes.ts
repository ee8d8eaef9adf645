// "A human has it", and what was done, over HTTP: by the owner of a webhook subscription that was
// notified of the alert. Source: decision 0081.

import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { admitActs } from '@tocsin/auth/sign-in/usage-guard'
import {
  instant,
  listOf,
  optional,
  orNull,
  ref,
  shape,
  strict,
  text,
  type ValuesOf
} from '@tocsin/contracts/format/format'
import { bodyInvalid } from '@tocsin/contracts/problem/problem-catalogue'
import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { topics } from '@tocsin/event-log/topics'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { instantOrNullIn } from '../admin/control-operations.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { findRetryKey } from '../alerts/request-headers.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'
import type { AnswerAsk, AnswerOperations } from './answer-operations.ts'
import { actionStatusSchema, bulkMax, pendingAnswer, sendEach, sendPending } from './asked.ts'
import { deedMembers, lacksReason, reasonWords } from './deeds.ts'

const alertAnswerResultSchema = shape(
  'AlertAnswerResult',
  'What became of it for one alert.',
  {
    alertId: text(),
    status: {
      description: 'As the route of one alert: 200 done, 202 stored.',
      type: 'integer'
    },
    actionId: text('Of 200 and 202.'),
    at: instant('Of 200: when it was recorded.'),
    problem: ref('Problem')
  },
  ['actionId', 'at', 'problem']
)

const alertAnswerResultsSchema = shape(
  'AlertAnswerResults',
  'What became of an answer to several alerts.',
  {
    items: listOf(alertAnswerResultSchema, 'In the order of the request.')
  }
)

export interface AnswerRoutesDeps {
  readonly answers: AnswerOperations
  readonly subscriptionOperations: SubscriptionOperations
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
      202: pendingAnswer(
        'Stored, but not decided within two seconds: query `Location`, with a key that may read alerts.'
      )
    },
    problems: ['action-refused', ...writeProblems],
    async handle(request, reply) {
      const subscription = await subscriptionFor(request, request.params.id)
      const { alertId } = request.body
      const ask = readAsk(request, request.body)
      const answered = await deps.answers.answer(subscription, alertId, ask)
      if ('problem' in answered) throw answered.problem
      if (answered.kind === 'pending') return sendPending(reply, deps.positions, answered)
      const { actionId, at, appended } = answered
      if (appended !== null)
        reply.header(positionHeader, await deps.positions.behind(topics.incidents, appended))
      return reply.send({ actionId, state: 'done', alertId, at })
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
      const ask = readAsk(request, request.body)
      return sendEach(
        reply,
        deps.positions,
        named.map(alertId => ({ alertId })),
        ({ alertId }, waitMs) => deps.answers.answer(subscription, alertId, ask, waitMs),
        ({ actionId, at }) => ({ actionId, at })
      )
    }
  })
}

/** Throws a ProblemError that names what is invalid for every alert. */
function readAsk(request: FastifyRequest, { until, note, response }: Said): AnswerAsk {
  const asker = getPrincipal(request)
  const ends = instantOrNullIn('/until', until)
  if (response && lacksReason(response)) throw bodyInvalid('/response/text', reasonWords)
  const at = instantOrNullIn('/response/at', response?.at)
  return {
    ...{ via: 'key', by: asker.name, asker, once: findRetryKey(request) },
    ...(ends === null ? {} : { until: ends }),
    ...(note ? { note } : {}),
    ...(response ? { response: { kind: response.kind, at, text: response.text || null } } : {})
  }
}
