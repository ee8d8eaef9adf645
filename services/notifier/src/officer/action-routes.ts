// Officers' actions over HTTP: acknowledge, assign, comment, respond, resolve, each with the revision that the officer has seen.
// The outcome is decided by the single writer of alerts, not here.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { saidLinePattern } from '@tocsin/contracts/report/posted-text'
import type { ActionRefused } from '@tocsin/domain/alert/alert'
import { dispositions, type ResponseKind } from '@tocsin/domain/record/theatre-record'
import { type Handling, handlings } from '@tocsin/domain/report/handling'
import { topics } from '@tocsin/event-log/topics'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import { positionHeader, type ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { instantOrNullIn } from '../administration/control-operations.ts'
import { sendAlert, shownState } from '../alert-http/shown-alert.ts'
import { reach } from '../cursor/position-headers.ts'
import { readIfMatch, retryKeyOf } from '../cursor/request-headers.ts'
import type { Projection } from '../projection/projection.ts'
import { firstInView, refusalInView } from '../reader/officers-talk.ts'
import { type ReaderView, viewOf } from '../reader/reader-view.ts'
import { deedMembers, lacksReason, reasonWords, written } from '../response/deed-body.ts'
import { untimelyWords } from '../response/deed-times.ts'
import { refusedProblem, refusedReader, staleProblem } from './action-refusals.ts'
import { type AlertAnswer, type AlertOperations, type OperatorAsk, untilDaysMax } from './alert-operations.ts'
import type { IncidentOperations } from './incident-operations.ts'

export interface ActionRoutesDeps {
  readonly operations: AlertOperations
  readonly incidentOperations: IncidentOperations
  readonly projection: Projection
  readonly positions: ReadPositions
}

const noteText = { type: ['string', 'null'], ...written } as const
const instant = { type: 'string', maxLength: 40 } as const
const nameOrNobody = { type: ['string', 'null'], minLength: 1, maxLength: 200, pattern: saidLinePattern } as const
const handling = { enum: handlings } as const

const actions = {
  acknowledgement: {
    action: 'acknowledge',
    body: { properties: { until: { anyOf: [instant, { type: 'null' }] }, note: noteText, handling }, required: [] }
  },
  assignment: {
    action: 'assign',
    // To nobody: given back. It must be said, so that a body with a misspelt member gives nothing back.
    body: { properties: { to: nameOrNobody, note: noteText, handling }, required: ['to'] }
  },
  comment: {
    action: 'comment',
    body: { properties: { text: { type: 'string', minLength: 1, ...written }, handling }, required: ['text'] }
  },
  response: {
    action: 'respond',
    body: {
      properties: {
        ...deedMembers,
        corrects: { type: 'string', minLength: 1, maxLength: 128 },
        withdrawn: { type: 'boolean' },
        handling
      },
      required: []
    }
  },
  resolution: {
    action: 'resolve',
    // The disposition `true` is a string; the JSON literal true is accepted as well.
    body: { properties: { disposition: { enum: [...dispositions, true] }, note: noteText, handling }, required: ['disposition'] }
  }
} as const

interface Body {
  readonly until?: string | null
  readonly note?: string | null
  readonly to?: string | null
  readonly text?: string | null
  readonly kind?: ResponseKind
  readonly at?: string | null
  readonly corrects?: string
  readonly withdrawn?: boolean
  readonly disposition?: (typeof dispositions)[number] | true
  readonly handling?: Handling
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
      const { alertId, kind: state } = status
      if (status.kind === 'pending') return { actionId: request.params.id, state, alertId, requestedAt: status.requestedAt }
      if (status.kind === 'done') return { actionId: request.params.id, state, alertId, at: status.at }
      const shown = refusalShown(deps.projection, viewOf(principalOf(request)), status.refusal)
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

function askOf(action: OperatorAsk['action'], body: Body): OperatorAsk {
  const { until, note, to, text, disposition, kind, at, corrects, withdrawn, handling } = body
  if (action === 'respond') refuseUnclear(body)
  if (lacksReason({ kind, text })) throw bodyRefused('/text', reasonWords)
  const [ends, doneAt] = [instantOrNullIn('/until', until), instantOrNullIn('/at', at)]
  return {
    action,
    ...(ends === null ? {} : { until: ends }),
    ...(note ? { note } : {}),
    ...(to ? { to } : {}),
    ...(text ? { text } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(doneAt === null ? {} : { at: doneAt }),
    ...(corrects === undefined ? {} : { corrects }),
    ...(withdrawn === undefined ? {} : { withdrawn }),
    ...(disposition === undefined ? {} : { disposition: disposition === true ? ('true' as const) : disposition }),
    ...(handling === undefined ? {} : { handling })
  }
}

/** What was done is said, unless it was said before and is corrected; what is withdrawn is nothing else instead. */
function refuseUnclear({ kind, at, corrects, withdrawn }: Body): void {
  if (corrects === undefined && kind === undefined) throw bodyRefused('/kind', 'is required: what was done')
  if (corrects === undefined && withdrawn !== undefined)
    throw bodyRefused('/corrects', 'is required: which response is withdrawn')
  if (withdrawn !== true) return
  const more = kind === undefined ? (at == null ? null : '/at') : '/kind'
  if (more !== null) throw bodyRefused(more, 'must be left out: what is withdrawn was not done')
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
    case 'over-already':
      throw bodyRefused('/until', `must be later than now, which is ${answer.now} in this theatre`)
    case 'too-far':
      throw bodyRefused('/until', `must be at most ${untilDaysMax} days after now, which is ${answer.now} in this theatre`)
    case 'not-yet':
    case 'too-early':
      throw bodyRefused('/at', untimelyWords(answer))
    case 'not-correctable':
      throw bodyRefused('/corrects', answer.detail)
    case 'no-reason':
      throw bodyRefused('/text', reasonWords)
    case 'stale':
      throw staleProblem(answer, refusedReader(projection, view, answer.entry))
    case 'refused':
      throw refusedProblem(
        refusalShown(projection, view, answer.refusal),
        answer.entry,
        refusedReader(projection, view, answer.entry)
      )
    case 'done':
      reply.header(positionHeader, await positions.behind(topics.incidents, answer.appended))
      return sendAlert(reply, shownState(projection, view, answer.entry))
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

/** A refusal as a reader may read it, under the reader's own numbers. */
function refusalShown({ alerts }: Projection, { handling }: ReaderView, refusal: ActionRefused): Omit<ActionRefused, 'seq'> {
  const { alertId, operatorRevision: standing } = refusal
  const shown = standing === null ? null : alerts.numbering(alertId, handling).operatorNumberOf(standing)
  return refusalInView(handling, refusal, shown)
}

function bodyRefused(pointer: string, detail: string): ProblemError {
  return new ProblemError('body-invalid', `${pointer} ${detail}.`, { errors: [{ pointer, detail }] })
}
