// Officers' actions over HTTP: acknowledge, assign, comment, resolve, each with the revision that the officer has seen. The
// outcome is decided by the single writer of alerts, not here.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { dispositions } from '@tocsin/domain/record/theatre-record'
import { topics } from '@tocsin/event-log/topics'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import { positionHeader, type ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { instantIn } from '../administration/control-operations.ts'
import { sendAlert, shownState } from '../alert-http/shown-alert.ts'
import { reach } from '../cursor/position-headers.ts'
import type { Projection } from '../projection/projection.ts'
import { type ReaderView, viewOf } from '../reader/reader-view.ts'
import { readIfMatch, retryKeyOf } from './action-headers.ts'
import type { AlertAnswer, AlertOperations, OperatorAsk } from './alert-operations.ts'
import type { IncidentOperations } from './incident-operations.ts'

export interface ActionRoutesDeps {
  readonly operations: AlertOperations
  readonly incidentOperations: IncidentOperations
  readonly projection: Projection
  readonly positions: ReadPositions
}

const noteText = { type: ['string', 'null'], maxLength: 4000 } as const
const instant = { type: 'string', maxLength: 40 } as const
const name = { type: 'string', minLength: 1, maxLength: 200 } as const

const actions = {
  acknowledgement: {
    action: 'acknowledge',
    body: { properties: { until: { anyOf: [instant, { type: 'null' }] }, note: noteText }, required: [] }
  },
  assignment: { action: 'assign', body: { properties: { to: name }, required: ['to'] } },
  comment: {
    action: 'comment',
    body: { properties: { text: { type: 'string', minLength: 1, maxLength: 4000 } }, required: ['text'] }
  },
  resolution: {
    action: 'resolve',
    // The disposition `true` is a string; the JSON literal true is accepted as well.
    body: { properties: { disposition: { enum: [...dispositions, true] }, note: noteText }, required: ['disposition'] }
  }
} as const

interface Body {
  readonly until?: string | null
  readonly note?: string | null
  readonly to?: string
  readonly text?: string
  readonly disposition?: (typeof dispositions)[number] | true
}

export function addActionRoutes(app: FastifyInstance, deps: ActionRoutesDeps): void {
  for (const [path, { action, body }] of Object.entries(actions)) {
    app.post<{ Params: { id: string }; Body: Body | undefined }>(
      `/v1/alerts/:id/${path}`,
      {
        config: { access: ['alerts:operate'] },
        schema: { params: idParameter, body: { type: 'object', additionalProperties: false, ...body } },
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
      const { kind: state, ...rest } = status
      if (status.kind !== 'refused') return { actionId: request.params.id, state, ...rest }
      const { reason, standingBy, standingById, standingAt, operatorRevision } = status.refusal
      return {
        actionId: request.params.id,
        state,
        alertId: status.alertId,
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
  const { kind: state, incidentId, at, reason, first } = status
  const [by, byId, since] = [first?.by ?? null, first?.byId ?? null, first?.at ?? null]
  return { actionId: id, state, incidentId, at, reason, by, byId, since }
}

const idParameter = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', minLength: 1, maxLength: 128 } }
} as const

function askOf(action: OperatorAsk['action'], { until, note, to, text, disposition }: Body): OperatorAsk {
  return {
    action,
    ...(until ? { until: instantIn('/until', until) } : {}),
    ...(note ? { note } : {}),
    ...(to === undefined ? {} : { to }),
    ...(text === undefined ? {} : { text }),
    ...(disposition === undefined ? {} : { disposition: disposition === true ? ('true' as const) : disposition })
  }
}

async function sendAnswer(
  reply: FastifyReply,
  { positions, projection }: ActionRoutesDeps,
  view: ReaderView,
  answer: AlertAnswer
): Promise<FastifyReply> {
  switch (answer.kind) {
    case 'unknown-alert':
      throw new ProblemError('not-found', 'There is no such alert.')
    case 'key-taken': {
      const detail = `was used to ${answer.action} this alert with a different body: use a new key for another action`
      throw new ProblemError('header-invalid', `Idempotency-Key ${detail}.`, { errors: [{ pointer: 'idempotency-key', detail }] })
    }
    case 'over-already': {
      const detail = `must be later than now, which is ${answer.now} in this theatre`
      throw new ProblemError('body-invalid', `/until ${detail}.`, { errors: [{ pointer: '/until', detail }] })
    }
    case 'stale': {
      const { state, lastOperator } = answer.entry
      const { by = null, byId = null, at = null } = lastOperator ?? {}
      throw refused('stale-revision', state.operatorRevision, { by, byId, at })
    }
    case 'refused': {
      const { reason, operatorRevision, standingBy: by, standingById: byId = null, standingAt: at } = answer.refusal
      throw refused(reason, operatorRevision, { by, byId, at })
    }
    case 'done':
      reply.header(positionHeader, await positions.behind(topics.incidents, answer.appended))
      return sendAlert(reply, answer.entry, shownState(projection, view, answer.entry))
    case 'pending':
      return reply
        .code(202)
        .header('location', `/v1/actions/${answer.actionId}`)
        .header(positionHeader, await positions.behind(topics.incidents, answer.appended))
        .send({ actionId: answer.actionId, state: 'pending' })
    default:
      return answer satisfies never
  }
}

const refusals = {
  'stale-revision': 'The alert has changed since you saw it.',
  'unknown-alert': 'The theatre does not know this alert.',
  'alert-closed': 'The alert is closed.',
  invalid: 'The action does not fit the alert.'
} as const

/** Names the assignee and the time, so that the loser of a race can see who won. */
function refused(
  reason: keyof typeof refusals,
  operatorRevision: number | null,
  { by, byId, at }: Readonly<Record<'by' | 'byId' | 'at', string | null>>
): ProblemError {
  const who = by === null ? '' : ` ${by} came first${at === null ? '' : `, at ${at}`}.`
  return new ProblemError('action-refused', `${refusals[reason]}${who}`, { members: { reason, operatorRevision, by, byId, at } })
}
