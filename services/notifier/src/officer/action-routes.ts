// Officers' actions over HTTP: acknowledge, assign, comment, respond, resolve, reopen, each with the
// revision that the officer has seen. The outcome is decided by the single writer of alerts, not
// here.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { topics } from '@tocsin/event-log/topics'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import { positionHeader, type ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendAlert, shownState } from '../alert-http/shown-alert.ts'
import { reach } from '../cursor/position-headers.ts'
import { readIfMatch, retryKeyOf } from '../cursor/request-headers.ts'
import type { Projection } from '../projection/projection.ts'
import { firstInView, refusalInView } from '../reader/officers-talk.ts'
import { type ReaderView, viewOf } from '../reader/reader-view.ts'
import type { AlertAnswer, AlertOperations } from './alert-operations.ts'
import { type ActionBody, actions, askOf, problemIn } from './asked-action.ts'
import type { IncidentOperations } from './incident-operations.ts'

export interface ActionRoutesDeps {
  readonly operations: AlertOperations
  readonly incidentOperations: IncidentOperations
  readonly projection: Projection
  readonly positions: ReadPositions
}

export function addActionRoutes(app: FastifyInstance, deps: ActionRoutesDeps): void {
  for (const [path, { action, body }] of Object.entries(actions)) {
    app.post<{ Params: { id: string }; Body: ActionBody | undefined }>(
      `/v1/alerts/:id/${path}`,
      {
        config: { access: ['alerts:operate'] },
        schema: {
          params: idParameter,
          body: { type: 'object', additionalProperties: false, ...body }
        },
        // The body is optional: an acknowledgement needs no text.
        preValidation: async request => {
          if (request.body === undefined) request.body = {}
        }
      },
      async (request, reply) => {
        await reach(deps, request)
        const principal = principalOf(request)
        const ifMatch = readIfMatch(request.headers['if-match'])
        const answer = await deps.operations.ask(
          principal,
          request.params.id,
          ifMatch,
          askOf(action, request.body ?? {}),
          retryKeyOf(request)
        )
        return sendAnswer(reply, deps, viewOf(principal), answer)
      }
    )
  }

  app.get<{ Params: { id: string } }>(
    '/v1/actions/:id',
    { config: { access: ['alerts:operate', 'alerts:read'] }, schema: { params: idParameter } },
    async request => {
      await reach(deps, request)
      const status = await deps.operations.status(principalOf(request), request.params.id)
      if (status.kind === 'unknown') return incidentActionOf(deps, request)
      const { alertId, kind: state } = status
      if (status.kind === 'pending')
        return { actionId: request.params.id, state, alertId, requestedAt: status.requestedAt }
      if (status.kind === 'done')
        return { actionId: request.params.id, state, alertId, at: status.at }
      const shown = refusalInView(principalOf(request).handling, status.refusal)
      const { reason, standingBy, standingById, standingAt, operatorRevision } = shown
      return {
        actionId: request.params.id,
        state,
        alertId,
        at: status.at,
        reason,
        by: standingBy,
        byId: standingById ?? null,
        since: standingAt,
        operatorRevision
      }
    }
  )
}

async function incidentActionOf(
  { incidentOperations }: ActionRoutesDeps,
  request: FastifyRequest<{ Params: { id: string } }>
): Promise<unknown> {
  const { id } = request.params
  const status = await incidentOperations.status(principalOf(request), id)
  if (status.kind === 'unknown') throw new ProblemError('not-found', 'There is no such action.')
  if (status.kind !== 'refused') {
    const { kind: state, ...rest } = status
    return { actionId: id, state, ...rest }
  }
  const { kind: state, incidentId, at, reason } = status
  const first = firstInView(principalOf(request).handling, status.first)
  const [by, byId, since] = [first?.by ?? null, first?.byId ?? null, first?.at ?? null]
  return { actionId: id, state, incidentId, at, reason, by, byId, since }
}

const idParameter = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', minLength: 1, maxLength: 128 } }
} as const

async function sendAnswer(
  reply: FastifyReply,
  { positions, projection }: ActionRoutesDeps,
  view: ReaderView,
  answer: AlertAnswer
): Promise<FastifyReply> {
  if (answer.kind === 'done') {
    reply.header(positionHeader, await positions.behind(topics.incidents, answer.appended))
    return sendAlert(reply, shownState(projection, view, answer.entry))
  }
  if (answer.kind !== 'pending') throw problemIn(projection, view, answer)
  return reply
    .code(202)
    .header('location', `/v1/actions/${answer.actionId}`)
    .header(positionHeader, await positions.behind(topics.incidents, answer.appended))
    .send({ actionId: answer.actionId, state: 'pending' })
}
