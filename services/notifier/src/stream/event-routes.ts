// GET /v1/events: the stream as server-sent events, one subscription a connection. The session, its
// limits and its subscription are those of the WebSocket; here are the request, the answer and its
// refusals.

import type { ServerResponse } from 'node:http'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { ticketLengthMax } from '@tocsin/auth/sign-in/session'
import { detailSchema, heartbeatSchema } from '@tocsin/contracts/answer/stream-frames'
import { optional, ref, text, type ValuesOf } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { answer, createRouteAdder } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { cursorText, filterParameters, readFilter } from '../alerts/list-queries.ts'
import { refuseWhileStale } from '../alerts/liveness.ts'
import type { SharedFrame } from './shared-frame.ts'
import type { StreamHub } from './stream-hub.ts'
import { eventForm } from './stream-protocol.ts'
import { StreamSession, type StreamSocket } from './stream-session.ts'

const eventsQuery = {
  ...filterParameters,
  cursor: optional(cursorText('`earliest`, `latest` (the default), or a cursor of any transport.')),
  'Last-Event-ID': optional(
    cursorText('The same, before `cursor`. The header of that name comes before both.')
  ),
  detail: detailSchema,
  heartbeatSeconds: optional(heartbeatSchema),
  ticket: optional(
    text('A one-use ticket, of a client that sends no header.', {
      minLength: 1,
      maxLength: ticketLengthMax
    })
  )
}
type EventsRequest = FastifyRequest<{ Querystring: ValuesOf<typeof eventsQuery> }>

/** No proxy may keep or gather events. */
const eventHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no'
} as const

export function addEventRoutes(app: FastifyInstance, hub: StreamHub): void {
  createRouteAdder(app, { tag: 'Streams', access: ['alerts:read'] })({
    id: 'readEvents',
    method: 'GET',
    path: '/v1/events',
    summary: 'Follow alert events (server-sent events)',
    description:
      'The frames of the stream as server-sent events, one subscription a connection: `id` is the cursor, `event` the type, `data` the rest. `Last-Event-ID`, as header or in the query, is the position; without one it begins at the end, with the open alerts. A `notice` says why the server ends the stream.',
    query: eventsQuery,
    answers: {
      200: {
        ...answer(
          'Events, until either side ends it. The schema is that of each event.',
          ref('ServerSentEvent')
        ),
        mediaType: 'text/event-stream'
      }
    },
    config: { takesTicket: true, isEndless: true },
    // No HEAD: it would begin a stream without an end.
    options: { exposeHeadRoute: false },
    handle: (request, reply) => stream(hub, request, reply)
  })
}

function stream(hub: StreamHub, request: EventsRequest, reply: FastifyReply): FastifyReply {
  const { query } = request
  const filter = readFilter(query)
  const from = positionIn(request)
  refuseWhileStale(hub.deps.stale())
  const opened = from === 'latest' || from === 'earliest' ? null : hub.deps.cursors.open(from)
  if (opened?.kind === 'forged')
    throw new ProblemError('cursor-invalid', `The cursor ${opened.fault}.`)
  const socket = new EventSocket(reply.raw, bytes => hub.deps.metrics.bytes.add('events', bytes))
  const session = new StreamSession(hub, {
    socket,
    principal: getPrincipal(request),
    address: request.ip,
    form: eventForm
  })
  socket.onPing = () => session.pong()
  // It runs until it first waits: a refusal before that has ended the session.
  if (session.isOpen)
    void session.subscribe({
      type: 'subscribe',
      id: 'events',
      filter,
      from,
      detail: query.detail,
      heartbeatSeconds: query.heartbeatSeconds ?? null
    })
  if (socket.closed !== null) throw makeRefusal(socket.closed)
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

/** A browser that connects again sends the header; it is newer than the position in the address. */
function positionIn({ headers, query }: EventsRequest): string {
  const header = headers['last-event-id']
  if (typeof header === 'string' && header !== '') return header
  return query['Last-Event-ID'] ?? query.cursor ?? 'latest'
}

function makeRefusal({ code, reason }: NonNullable<EventSocket['closed']>): ProblemError {
  const isLimit = code === 4029
  const closing = 'The service is shutting down. Try another instance, or again later.'
  const detail = isLimit ? `Refused: ${reason}.` : closing
  return new ProblemError(isLimit ? 'too-many' : 'shutting-down', detail, { retryAfterS: 5 })
}

/** A comment, which clients pass over: proxies and networks see that the connection is in use. */
const keepAlive = ':\n\n'

/**
 * The response as the session's socket. What is sent before it begins is buffered: a connection that
 * is refused immediately gets a plain HTTP answer.
 */
class EventSocket implements StreamSocket {
  /** Why the session ended it; null while it is open. */
  closed: { readonly code: number; readonly reason: string } | null = null
  readonly #response: ServerResponse
  readonly #count: (bytes: number) => void
  #held: (string | Uint8Array)[] | null = []
  #isCorked = false
  #sent = 0
  /**
   * Called for each keep-alive: the client does not answer them, and what it leaves unread shows
   * that it is gone.
   */
  onPing: () => void = () => {}

  /** `count` gets the bytes of each event. */
  constructor(response: ServerResponse, count: (bytes: number) => void) {
    this.#response = response
    this.#count = count
  }

  /** Begins the answer with the buffered frames. */
  begin(headers: Readonly<Record<string, string | number | readonly string[] | undefined>>): void {
    const held = this.#held ?? []
    this.#held = null
    this.#response.writeHead(200, { ...headers } as Record<string, string>)
    this.#response.flushHeaders()
    for (const content of held) this.#write(content)
    if (this.closed !== null) this.#response.end()
  }

  send(text: string, shared?: SharedFrame): void {
    const content = shared?.plainBytes ?? text
    if (this.#held !== null) this.#held.push(content)
    else this.#write(content)
  }

  bufferedBytes(): number {
    return this.#response.writableLength
  }

  sentBytes(): number {
    return this.#sent
  }

  ping(): void {
    this.send(keepAlive)
    this.onPing()
  }

  /** No client of this transport pings. */
  pong(): void {}

  close(code: number, reason: string): void {
    this.closed = { code, reason }
    if (this.#held === null) this.#response.end()
  }

  /** No client of this transport sends anything. */
  stopReading(): void {}

  terminate(): void {
    if (this.#held === null) this.#response.destroy()
  }

  #write(content: string | Uint8Array): void {
    if (this.#response.writableEnded) return
    this.#cork()
    const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.length
    this.#sent += bytes
    this.#count(bytes)
    this.#response.write(content)
  }

  /**
   * All events of one turn go out in one write. The connection is corked: a corked response would
   * write its end first.
   */
  #cork(): void {
    const { socket } = this.#response
    if (this.#isCorked || socket === null) return
    this.#isCorked = true
    socket.cork()
    process.nextTick(() => {
      this.#isCorked = false
      socket.uncork()
    })
  }
}
