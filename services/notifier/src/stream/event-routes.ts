// GET /v1/events: the stream as server-sent events, one subscription a connection. The session, its
// limits and its subscription are those of the WebSocket; here are the request, the answer and its
// refusals.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import { ticketLengthMax } from '@tocsin/service-kit/sign-in/ticket'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  cursorText,
  filterParameters,
  query as queryOf,
  readFilter
} from '../alert-http/list-queries.ts'
import { refuseWhileStale } from '../projection/stale-answers.ts'
import { type Detail, details } from '../reader/detail.ts'
import { removedStreamPolicy } from '../removed/removed.ts'
import { eventFrames } from './event-protocol.ts'
import { EventSocket } from './event-socket.ts'
import type { StreamHub } from './stream-hub.ts'
import { heartbeatSecondsMax, heartbeatSecondsMin } from './stream-protocol.ts'
import { StreamSession } from './stream-session.ts'

interface EventsQuery extends Readonly<Record<string, unknown>> {
  readonly cursor?: string
  readonly 'Last-Event-ID'?: string
  readonly detail: Detail
  readonly heartbeatSeconds?: number
  readonly policy?: string
}

const querystring = queryOf({
  ...filterParameters,
  cursor: cursorText,
  'Last-Event-ID': cursorText,
  detail: { type: 'string', enum: details, default: 'full' },
  heartbeatSeconds: { type: 'integer', minimum: heartbeatSecondsMin, maximum: heartbeatSecondsMax },
  policy: { type: 'string' },
  ticket: { type: 'string', minLength: 1, maxLength: ticketLengthMax }
})

/** No proxy may keep or gather events. */
const eventHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no'
} as const

export function addEventRoutes(app: FastifyInstance, hub: StreamHub): void {
  // No HEAD: it would begin a stream without an end.
  app.get<{ Querystring: EventsQuery }>(
    '/v1/events',
    {
      config: { access: ['alerts:read'], takesTicket: true, isEndless: true },
      exposeHeadRoute: false,
      schema: { querystring }
    },
    (request, reply) => stream(hub, request, reply)
  )
}

function stream(
  hub: StreamHub,
  request: FastifyRequest<{ Querystring: EventsQuery }>,
  reply: FastifyReply
): FastifyReply {
  const { query } = request
  const filter = readFilter(query)
  const from = positionIn(request)
  if (query.policy !== undefined) throw new ProblemError('removed', removedStreamPolicy)
  refuseWhileStale(hub.deps.stale())
  const opened = from === 'latest' || from === 'earliest' ? null : hub.deps.cursors.open(from)
  if (opened?.kind === 'forged')
    throw new ProblemError('cursor-invalid', `The cursor ${opened.fault}.`)
  const socket = new EventSocket(reply.raw, bytes => hub.deps.metrics.bytes.add('events', bytes))
  const session = new StreamSession(hub, {
    socket,
    principal: principalOf(request),
    address: request.ip,
    frames: eventFrames
  })
  socket.onPing = () => session.pong()
  // It runs until it first waits: whatever refuses it at once has ended the session.
  if (session.isOpen)
    void session.subscribe({
      type: 'subscribe',
      id: 'events',
      filter,
      from,
      detail: query.detail,
      heartbeatSeconds: query.heartbeatSeconds ?? null
    })
  if (socket.closed !== null) throw refusalOf(socket.closed)
  reply.raw.on('close', () => session.closed())
  reply.hijack()
  // Who left while its token was verified has closed already.
  if (reply.raw.destroyed || reply.raw.socket?.destroyed !== false) {
    session.closed()
    return reply
  }
  socket.begin({ ...reply.getHeaders(), ...eventHeaders })
  return reply
}

/** A browser that connects again sends the header; it is newer than what the address says. */
function positionIn({ headers, query }: FastifyRequest<{ Querystring: EventsQuery }>): string {
  const header = headers['last-event-id']
  if (typeof header === 'string' && header !== '') return header
  return query['Last-Event-ID'] ?? query.cursor ?? 'latest'
}

function refusalOf({
  code,
  reason
}: {
  readonly code: number
  readonly reason: string
}): ProblemError {
  if (code === 4029) return new ProblemError('too-many', `Refused: ${reason}.`, { retryAfterS: 5 })
  return new ProblemError(
    'shutting-down',
    'The service is shutting down. Try another instance, or again later.',
    {
      retryAfterS: 5
    }
  )
}
