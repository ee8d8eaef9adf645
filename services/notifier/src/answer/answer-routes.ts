// "A human has it", and what was done, over HTTP: by the holder of a webhook subscription that was told of the alert. Source:
// decisions 0082 and 0094.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { topics } from '@tocsin/event-log/topics'
import { positionHeader, type ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { SubscriptionRecord } from '@tocsin/domain/control/control-record'
import type { ResponseKind } from '@tocsin/domain/record/theatre-record'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { instantOrNullIn } from '../administration/control-operations.ts'
import { reach } from '../cursor/position-headers.ts'
import { retryKeyOf } from '../cursor/request-headers.ts'
import { untilDaysMax } from '../officer/alert-operations.ts'
import type { Projection } from '../projection/projection.ts'
import { refusedProblem, refusedReader } from '../refusal/action-refusals.ts'
import { deedMembers, lacksReason, reasonWords } from '../response/deed-body.ts'
import { untimelyWords } from '../response/deed-times.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'
import type { AnswerOperations, PartnersAnswer } from './answer-operations.ts'

export interface AnswerRoutesDeps {
  readonly answers: Pick<AnswerOperations, 'answer'>
  readonly subscriptionOperations: Pick<SubscriptionOperations, 'findNow'>
  readonly projection: Projection
  readonly positions: ReadPositions
}

/** Characters: notes of partners stand in the state of the alert. */
export const noteLengthMax = 500

const id = { type: 'string', minLength: 1, maxLength: 128 } as const
const schema = {
  params: { type: 'object', required: ['id'], properties: { id } },
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['alertId'],
    properties: {
      alertId: id,
      until: { anyOf: [{ type: 'string', maxLength: 40 }, { type: 'null' }] },
      note: { type: ['string', 'null'], maxLength: noteLengthMax, pattern: saidTextPattern },
      response: { type: ['object', 'null'], additionalProperties: false, required: ['kind'], properties: deedMembers }
    }
  }
} as const

interface Body {
  readonly alertId: string
  readonly until?: string | null
  readonly note?: string | null
  readonly response?: { readonly kind: ResponseKind; readonly at?: string | null; readonly text?: string | null } | null
}

export function addAnswerRoutes(app: FastifyInstance, deps: AnswerRoutesDeps): void {
  app.post<{ Params: { id: string }; Body: Body }>(
    '/v1/subscriptions/:id/acknowledgements',
    { config: { access: ['subscriptions:manage'] }, schema },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
      const subscription = await deps.subscriptionOperations.findNow(principal, request.params.id)
      const { alertId, until, note, response } = request.body
      const ends = instantOrNullIn('/until', until)
      if (response && lacksReason(response)) throw bodyRefused('/response/text', reasonWords)
      const at = instantOrNullIn('/response/at', response?.at)
      const answer = await deps.answers.answer(subscription, alertId, {
        ...{ via: 'key', by: principal.name, byId: principal.id, once: retryKeyOf(request) },
        ...(ends === null ? {} : { until: ends }),
        ...(note ? { note } : {}),
        ...(response ? { response: { kind: response.kind, at, text: response.text || null } } : {})
      })
      return sendAnswer(reply, deps, subscription, alertId, answer)
    }
  )
}

async function sendAnswer(
  reply: FastifyReply,
  { positions, projection }: AnswerRoutesDeps,
  subscription: SubscriptionRecord,
  alertId: string,
  answer: PartnersAnswer
): Promise<FastifyReply> {
  switch (answer.kind) {
    case 'unknown-alert':
      throw new ProblemError('not-found', 'The subscription was told of no such alert.')
    case 'key-taken': {
      const detail = 'was used for another answer on this alert: use a new key for another answer'
      throw new ProblemError('header-invalid', `Idempotency-Key ${detail}.`, { errors: [{ pointer: 'idempotency-key', detail }] })
    }
    case 'over-already':
      throw bodyRefused('/until', `must be later than now, which is ${answer.now} in this theatre`)
    case 'too-far':
      throw bodyRefused('/until', `must be at most ${untilDaysMax} days after now, which is ${answer.now} in this theatre`)
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
        refusedReader(projection, subscription, answer.entry)
      )
    case 'done': {
      const { actionId, at, appended } = answer
      if (appended !== null) reply.header(positionHeader, await positions.behind(topics.incidents, appended))
      return reply.send({ actionId, state: 'done', alertId, at })
    }
    case 'pending': {
      const { actionId, appended } = answer
      return reply
        .code(202)
        .header('location', `/v1/actions/${actionId}`)
        .header(positionHeader, await positions.behind(topics.incidents, appended))
        .send({ actionId, state: 'pending' })
    }
    default:
      return answer satisfies never
  }
}

function bodyRefused(pointer: string, detail: string): ProblemError {
  return new ProblemError('body-invalid', `${pointer} ${detail}.`, { errors: [{ pointer, detail }] })
}
