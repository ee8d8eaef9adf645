// Officers' actions over HTTP: acknowledge, assign, comment, respond, resolve, reopen, each with the
// revision that the officer has seen. The outcome is decided by the single writer of alerts, not
// here.

import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { ref } from '@tocsin/contracts/answer/answer-format'
import { type Members, strict } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { topics } from '@tocsin/event-log/topics'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { firstInView, refusalInView } from '../alerts/officers-talk.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import type { Projection } from '../alerts/projection.ts'
import { makeView, type ReaderView } from '../alerts/reader-view.ts'
import { findRetryKey, readIfMatch } from '../alerts/request-headers.ts'
import { sendAlert, shownState } from '../alerts/shown-alert.ts'
import { actionPendingSchema, actionStatusSchema } from './action-answers.ts'
import type { AlertAnswer, AlertOperations } from './alert-operations.ts'
import { type ActionBody, actions, problemIn, readAsk } from './asked-action.ts'
import type { IncidentOperations } from './incident-operations.ts'

export interface ActionRoutesDeps {
  readonly operations: AlertOperations
  readonly incidentOperations: IncidentOperations
  readonly projection: Projection
  readonly positions: ReadPositions
}

const pending = answer(
  'Stored, but not decided within two seconds: query `Location`.',
  actionPendingSchema,
  ...['location', 'tocsin-cursor']
)

export function addActionRoutes(app: FastifyInstance, deps: ActionRoutesDeps): void {
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:operate'] })
  for (const [path, { action, body, description, ...words }] of Object.entries(actions))
    add({
      ...words,
      method: 'POST',
      path: `/v1/alerts/:id/${path}`,
      description: `${description} Of two concurrent actions the first succeeds; the other is told who came first, or by \`change\` what became of the alert.`,
      params: { id: idText('The `alertId`.') },
      headers: ['if-match', 'idempotency-key'],
      body: strict<Members>(body),
      reads: { required: !['acknowledge', 'reopen'].includes(action) },
      answers: {
        200: answer('The alert after the action.', ref('Alert'), 'etag', 'tocsin-cursor'),
        202: pending
      },
      problems: ['precondition-required', 'action-refused', ...writeProblems],
      options: {
        // The body is optional: an acknowledgement needs no text.
        preValidation: async request => {
          if (request.body === undefined) request.body = {}
        }
      },
      async handle(request, reply) {
        const principal = getPrincipal(request)
        const ifMatch = readIfMatch(request.headers['if-match'])
        const answered = await deps.operations.ask(
          principal,
          request.params.id,
          ifMatch,
          readAsk(action, request.body as ActionBody),
          findRetryKey(request)
        )
        return sendAnswer(reply, deps, makeView(principal), answered)
      }
    })

  add({
    id: 'getAction',
    method: 'GET',
    path: '/v1/actions/:id',
    access: ['alerts:operate', 'alerts:read'],
    summary: 'Read the outcome of an action',
    params: { id: idText('The `actionId`.') },
    answers: { 200: answer('Pending, done, or refused with a reason.', actionStatusSchema) },
    problems: ['log-unavailable'],
    async handle(request) {
      const { id: actionId } = request.params
      const status = await deps.operations.status(getPrincipal(request), actionId)
      if (status.kind === 'unknown') return makeIncidentAction(deps, request)
      const { alertId, kind: state } = status
      if (status.kind === 'pending')
        return { actionId, state, alertId, requestedAt: status.requestedAt }
      if (status.kind === 'done') return { actionId, state, alertId, at: status.at }
      const shown = refusalInView(getPrincipal(request).handling, status.refusal)
      const { reason, standingBy: by, standingById, standingAt, operatorRevision } = shown
      return {
        ...{ actionId, state, alertId, at: status.at, reason, by },
        ...{ byId: standingById ?? null, since: standingAt, operatorRevision }
      }
    }
  })
}

async function makeIncidentAction(
  { incidentOperations }: ActionRoutesDeps,
  request: FastifyRequest<{ Params: { id: string } }>
): Promise<unknown> {
  const { id } = request.params
  const status = await incidentOperations.status(getPrincipal(request), id)
  if (status.kind === 'unknown') throw new ProblemError('not-found', 'There is no such action.')
  if (status.kind !== 'refused') {
    const { kind: state, ...rest } = status
    return { actionId: id, state, ...rest }
  }
  const { kind: state, incidentId, at, reason } = status
  const first = firstInView(getPrincipal(request).handling, status.first)
  const [by, byId, since] = [first?.by ?? null, first?.byId ?? null, first?.at ?? null]
  return { actionId: id, state, incidentId, at, reason, by, byId, since }
}

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
