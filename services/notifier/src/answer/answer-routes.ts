// "A human has it", and what was done, over HTTP: by the holder of a webhook subscription that was
// told of the alert. Source: decision 0081.

import { ProblemError, problems } from '@tocsin/contracts/problem/problem-catalogue'
import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { topics } from '@tocsin/event-log/topics'
import { problemBody, problemOf } from '@tocsin/service-kit/http/http-problems'
import { positionHeader, type ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import { admitActs } from '@tocsin/service-kit/sign-in/usage-guard'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { ResponseKind } from '@tocsin/contracts/theatre/theatre-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { instantOrNullIn } from '../administration/control-operations.ts'
import { reach } from '../cursor/position-headers.ts'
import { retryKeyOf } from '../cursor/request-headers.ts'
import { untilDaysMax } from '../officer/alert-operations.ts'
import { bulkMax, inTurns } from '../officer/in-turns.ts'
import type { Projection } from '../projection/projection.ts'
import { refusedProblem, refusedReader } from '../refusal/action-refusals.ts'
import { deedMembers, lacksReason, reasonWords } from '../response/deed-body.ts'
import { untimelyWords } from '../response/deed-times.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'
import type { AnswerAsk, AnswerOperations, PartnersAnswer } from './answer-operations.ts'

export interface AnswerRoutesDeps {
  readonly answers: Pick<AnswerOperations, 'answer'>
  readonly subscriptionOperations: Pick<SubscriptionOperations, 'findNow'>
  readonly projection: Projection
  readonly positions: ReadPositions
}

/** Characters: notes of partners stand in the state of the alert. */
export const noteLengthMax = 500

const id = { type: 'string', minLength: 1, maxLength: 128 } as const
/** What is said of one alert or of several. */
const said = {
  until: { anyOf: [{ type: 'string', maxLength: 40 }, { type: 'null' }] },
  note: { type: ['string', 'null'], maxLength: noteLengthMax, pattern: saidTextPattern },
  response: {
    type: ['object', 'null'],
    additionalProperties: false,
    required: ['kind'],
    properties: deedMembers
  }
} as const
const params = { type: 'object', required: ['id'], properties: { id } } as const
const schema = {
  params,
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['alertId'],
    properties: { alertId: id, ...said }
  }
} as const
/**
 * Of several each is named once: the second word on one alert would take the place of the first.
 */
const alertIds = {
  type: 'array',
  minItems: 1,
  maxItems: bulkMax,
  uniqueItems: true,
  items: id
} as const
const severalSchema = {
  params,
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['alertIds'],
    properties: { alertIds, ...said }
  }
} as const

interface Said {
  readonly until?: string | null
  readonly note?: string | null
  readonly response?: {
    readonly kind: ResponseKind
    readonly at?: string | null
    readonly text?: string | null
  } | null
}
type Body = Said & { readonly alertId: string }
type SeveralBody = Said & { readonly alertIds: readonly string[] }
const config = { access: ['subscriptions:manage'] } as const

export function addAnswerRoutes(app: FastifyInstance, deps: AnswerRoutesDeps): void {
  app.post<{ Params: { id: string }; Body: Body }>(
    '/v1/subscriptions/:id/acknowledgements',
    { config, schema },
    async (request, reply) => {
      await reach(deps, request)
      const subscription = await deps.subscriptionOperations.findNow(
        principalOf(request),
        request.params.id
      )
      const { alertId } = request.body
      const answer = await deps.answers.answer(subscription, alertId, askOf(request))
      return sendAnswer(reply, deps, subscription, alertId, answer)
    }
  )
  app.post<{ Params: { id: string }; Body: SeveralBody }>(
    '/v1/subscriptions/:id/answers',
    { config, schema: severalSchema },
    async (request, reply) => {
      const named = request.body.alertIds
      admitActs(request, reply, named.length, '/alertIds')
      await reach(deps, request)
      const subscription = await deps.subscriptionOperations.findNow(
        principalOf(request),
        request.params.id
      )
      const ask = askOf(request)
      const outcomes = await inTurns(named, async (alertId, waitMs) => {
        const one = await outcomeOf(
          deps,
          { subscription, ask, requestId: request.id },
          alertId,
          waitMs
        )
        return { answer: one, isPending: one.item.status === 202 }
      })
      const appended = outcomes.flatMap(each => each.appended ?? [])
      const position = await deps.positions.behindAll(topics.incidents, appended)
      if (position !== null) reply.header(positionHeader, position)
      return reply.send({ items: outcomes.map(({ item }) => item) })
    }
  )
}

/** Throws a ProblemError that names what cannot be said of any alert. */
function askOf(request: FastifyRequest<{ Body: Said }>): AnswerAsk {
  const { until, note, response } = request.body
  const asker = principalOf(request)
  const ends = instantOrNullIn('/until', until)
  if (response && lacksReason(response)) throw bodyRefused('/response/text', reasonWords)
  const at = instantOrNullIn('/response/at', response?.at)
  return {
    ...{ via: 'key', by: asker.name, asker, once: retryKeyOf(request) },
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
 * What became of one of several, as the route of one would have answered. What fails for one is
 * told of that one alone.
 */
async function outcomeOf(
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
    const { actionId, appended } = takenOf(answer, deps.projection, subscription)
    const told =
      answer.kind === 'done' ? { status: 200, actionId, at: answer.at } : { status: 202, actionId }
    return { item: { alertId, ...told }, appended }
  } catch (error) {
    const problem = problemOf(error)
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
  const { actionId, appended } = takenOf(answer, projection, subscription)
  if (appended !== null)
    reply.header(positionHeader, await positions.behind(topics.incidents, appended))
  if (answer.kind === 'done') return reply.send({ actionId, state: 'done', alertId, at: answer.at })
  return reply
    .code(202)
    .header('location', `/v1/actions/${actionId}`)
    .send({ actionId, state: 'pending' })
}

/** Throws a ProblemError that says why it was not taken. */
function takenOf(
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
