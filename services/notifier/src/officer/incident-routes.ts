// Split and merge of incidents over HTTP. The outcome is decided by incident-operations.ts and by
// the rules.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { type Handling, handlings, talkHandling } from '@tocsin/contracts/theatre/handling'
import { topics } from '@tocsin/event-log/topics'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { positionHeader, type ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type EvidenceReading, type PrivateReader, readerOf } from '../alert-http/evidence.ts'
import { reach } from '../cursor/position-headers.ts'
import { readIfMatch, retryKeyOf } from '../cursor/request-headers.ts'
import { firstInView } from '../reader/officers-talk.ts'
import type { IncidentAnswer, IncidentAsk, IncidentOperations } from './incident-operations.ts'

export interface IncidentRoutesDeps {
  readonly positions: ReadPositions
  readonly evidence: EvidenceReading
  readonly openPrivate: PrivateReader
  readonly incidentOperations: IncidentOperations
}

const id = { type: 'string', minLength: 1, maxLength: 128 } as const
const idParameter = { type: 'object', required: ['id'], properties: { id } } as const
const note = { type: ['string', 'null'], maxLength: 500, pattern: saidTextPattern } as const
const handling = { enum: handlings } as const
const reportsMax = 200

const splitBody = {
  type: 'object',
  additionalProperties: false,
  required: ['reports'],
  properties: {
    reports: { type: 'array', minItems: 1, maxItems: reportsMax, items: id },
    note,
    handling
  }
} as const
const mergeBody = {
  type: 'object',
  additionalProperties: false,
  required: ['with'],
  properties: { with: id, note, handling }
} as const

interface Said {
  readonly note?: string | null
  readonly handling?: Handling
}
interface SplitBody extends Said {
  readonly reports: readonly string[]
}
interface MergeBody extends Said {
  readonly with: string
}

export function addIncidentRoutes(app: FastifyInstance, deps: IncidentRoutesDeps): void {
  const config = { access: ['alerts:operate'] } as const

  app.post<{ Params: { id: string }; Body: SplitBody }>(
    '/v1/incidents/:id/split',
    { config, schema: { params: idParameter, body: splitBody } },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
      const { reports } = request.body
      const answer = await deps.incidentOperations.split(
        principal,
        request.params.id,
        reports,
        askOf(request, request.body)
      )
      return sendAnswer(reply, deps, principal, answer)
    }
  )

  app.post<{ Params: { id: string }; Body: MergeBody }>(
    '/v1/incidents/:id/merge',
    { config, schema: { params: idParameter, body: mergeBody } },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
      const { with: other } = request.body
      const answer = await deps.incidentOperations.merge(
        principal,
        request.params.id,
        other,
        askOf(request, request.body)
      )
      return sendAnswer(reply, deps, principal, answer)
    }
  )
}

function askOf(
  request: FastifyRequest,
  { note, handling: said = talkHandling }: Said
): IncidentAsk {
  const header = request.headers['if-match']
  const ifMatch = header === undefined ? null : readIfMatch(header)
  return { ifMatch, note: note || null, handling: said, retryKey: retryKeyOf(request) }
}

async function sendAnswer(
  reply: FastifyReply,
  deps: IncidentRoutesDeps,
  principal: Principal,
  answer: IncidentAnswer
): Promise<FastifyReply> {
  switch (answer.kind) {
    case 'unknown-incident':
      throw new ProblemError('not-found', 'There is no such incident.')
    case 'unfit': {
      const { pointer, detail } = answer
      throw new ProblemError('body-invalid', `${pointer} ${detail}.`, {
        errors: [{ pointer, detail }]
      })
    }
    case 'key-taken': {
      const detail =
        'was used for a different action on this incident: use a new key for another action'
      throw new ProblemError('header-invalid', `Idempotency-Key ${detail}.`, {
        errors: [{ pointer: 'idempotency-key', detail }]
      })
    }
    case 'refused': {
      const { reason, revision, detail } = answer
      const first = firstInView(principal.handling, answer.first)
      const who = first === null ? '' : ` ${first.by ?? 'A report'} came first, at ${first.at}.`
      const members = {
        reason,
        revision,
        by: first?.by ?? null,
        byId: first?.byId ?? null,
        at: first?.at ?? null
      }
      throw new ProblemError('action-refused', `${detail}${who}`, { members })
    }
    case 'done': {
      reply.header(positionHeader, await deps.positions.behind(topics.incidents, answer.appended))
      const reader = readerOf(deps, principal)
      return reply.send({
        actionId: answer.actionId,
        incidents: await deps.evidence.incidentsOf(answer.incidents, reader)
      })
    }
    case 'pending':
      return reply
        .code(202)
        .header('location', `/v1/actions/${answer.actionId}`)
        .header(positionHeader, await deps.positions.behind(topics.incidents, answer.appended))
        .send({ actionId: answer.actionId, state: 'pending' })
    default:
      return answer satisfies never
  }
}
