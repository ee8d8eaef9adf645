// /v1/stream on real sockets: connects @fastify/websocket to the sessions. No decisions here.

import type { Socket } from 'node:net'
import websocket from '@fastify/websocket'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { sessionCookie, ticketLengthMax } from '@tocsin/auth/sign-in/session'
import { instant, optional, shape, text } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { answer, createRouteAdder, pageAnswer } from '@tocsin/service/route/definition'
import type { Logger } from '@tocsin/service/telemetry/logger'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RawData, WebSocket } from 'ws'
import { Burst } from './shared-frame.ts'
import type { StreamHub } from './stream-hub.ts'
import { makeSocketEnd, subprotocol } from './stream-protocol.ts'
import { StreamSession, type StreamSocket } from './stream-session.ts'

/**
 * Maximum fragments per message and buffered chunks per frame: a message in many small pieces costs
 * far more than its bytes. Beyond it ws closes with 1008.
 */
const piecesMax = { maxFragments: 64, maxBufferedChunks: 4_096 }
/** Time for clients to complete the close handshake while the service closes, ms. */
const farewellMs = 1_000
const farewellLookMs = 10

const ticketShown = shape('Ticket', 'A one-use ticket.', {
  ticket: text('Sent once as `?ticket=`.'),
  expiresAt: instant('When it expires, used or not.')
})

export async function addStreamRoutes(
  app: FastifyInstance,
  hub: StreamHub,
  logger: Logger
): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: hub.deps.settings.messageBytesMax,
      ...piecesMax,
      // ws would answer every ping, and buffer the answers for clients that do not read them.
      autoPong: false,
      handleProtocols: protocols => (protocols.has(subprotocol) ? subprotocol : false)
    },
    errorHandler: (error, socket) => {
      // ws has already answered protocol errors of the client; any other error is a defect here.
      const code = String((error as NodeJS.ErrnoException).code ?? '')
      if (code.startsWith('WS_ERR') || socketErrors.has(code)) return
      logger.error({ error }, 'a stream connection failed')
      socket.terminate()
    },
    // The default closes without a code, which looks like a fault to the client.
    preClose(done) {
      void farewell(app, hub).then(() => done())
    }
  })

  createRouteAdder(app, { tag: 'Streams', access: ['alerts:read'] })({
    id: 'createTicket',
    method: 'POST',
    path: '/v1/tickets',
    summary: 'Create a one-use ticket',
    description:
      'For pages, which can send no header with a stream. It counts once, as `?ticket=`, within 30 s, with the permissions of the requesting key, session or token.',
    answers: { 201: answer('The ticket.', ticketShown) },
    async handle(request, reply) {
      const { ticket, expiresAtMs } = app.authenticator.mintTicket(getPrincipal(request))
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ticket, expiresAt: new Date(expiresAtMs).toISOString() })
    }
  })

  createRouteAdder(app, { tag: 'Streams', access: 'open' })({
    id: 'openStream',
    method: 'GET',
    path: '/v1/stream',
    summary: 'Open the live stream (WebSocket)',
    description:
      'A WebSocket with the subprotocol `tocsin.v1`. Send `{"type":"authenticate","token"}` unless the request has a key or a ticket, then `{"type":"subscribe","id","filter","from","detail","heartbeatSeconds"}`. `subscribed` says whether the position was recovered; `alert` frames and heartbeats follow, each with `cursor` and `prev`. If not, it has a `snapshot` of the open alerts, most severe first; with `more`, `snapshot` frames follow.',
    query: {
      ticket: optional(
        text(
          'One-use, of a client that sends no header. A wrong one closes the connection with 4501.',
          { minLength: 1, maxLength: ticketLengthMax }
        )
      )
    },
    answers: {
      101: answer('The connection is a WebSocket now.'),
      400: pageAnswer('The request is not a WebSocket handshake.')
    },
    config: { takesTicket: true },
    options: {
      // Open, because a browser sends its token in the first message. Credentials in a header must
      // be valid. A wrong ticket is answered behind the upgrade: a page learns no status of a
      // refused one, and would try again.
      preHandler: async request => {
        if (!request.ws) throw needsUpgrade()
        const { authorization, cookie } = request.headers
        const presented =
          authorization !== undefined ||
          (cookie !== undefined && app.parseCookie(cookie)[sessionCookie] !== undefined)
        if (presented && findTicket(request) === undefined && request.principal === null)
          throw new ProblemError('not-authenticated', 'The key or session is not valid.')
      },
      wsHandler: (socket, request) => host(hub, socket, request)
    },
    // A request that is no upgrade is refused before.
    handle: () => undefined
  })
}

/** For a client that asks by plain HTTP. */
function needsUpgrade(): ProblemError {
  const detail = 'must ask for a websocket'
  return new ProblemError(
    'header-invalid',
    'This is a WebSocket endpoint: the request must ask for an upgrade.',
    { errors: [{ pointer: 'upgrade', detail }] }
  )
}

const socketErrors: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ECONNABORTED'
])

/** Listeners are attached before the first await: an early message must not be lost. */
function host(hub: StreamHub, socket: WebSocket, request: FastifyRequest): void {
  const session = new StreamSession(hub, {
    socket: computePort(socket, request.raw.socket, bytes =>
      hub.deps.metrics.bytes.add('websocket', bytes)
    ),
    principal: request.principal,
    address: request.ip
  })
  if (request.principal === null && findTicket(request) !== undefined)
    session.end(4501, 'the ticket is used, expired or invalid')
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (isBinary) session.end(4500, 'messages are text')
    else session.receive(String(data))
  })
  socket.on('ping', (data: Buffer) => session.pinged(data))
  socket.on('pong', () => session.pong())
  let complaint: string | null = null
  socket.on('error', (error: NodeJS.ErrnoException) => {
    complaint = error.code ?? null
  })
  socket.on('close', code => session.closed(makeSocketEnd(code, complaint)))
}

/** It counts only without a header. */
function findTicket({ headers, query }: FastifyRequest): string | undefined {
  return headers.authorization === undefined
    ? (query as { readonly ticket?: string }).ticket
    : undefined
}

/**
 * What goes out at the end of this turn: the burst that all connections begin with, and what writes
 * each connection's.
 */
let turn: { readonly beginning: Burst; readonly flushes: (() => void)[] } | null = null

function thisTurn(): NonNullable<typeof turn> {
  if (turn === null) {
    turn = { beginning: Burst.begin(), flushes: [] }
    process.nextTick(() => {
      const flushes = turn?.flushes ?? []
      turn = null
      for (const flush of flushes) flush()
    })
  }
  return turn
}

/**
 * All frames of one turn go out in one write: writes dominate the cost of a fan-out. They go
 * directly to the wire, because ws would make the same messages again for every client. They
 * overtake no frame of ws, which queues none as it does not compress.
 */
function computePort(
  socket: WebSocket,
  wire: Socket,
  count: (bytes: number) => void
): StreamSocket {
  let burst: Burst | null = null
  let sent = 0
  const flush = () => {
    if (burst !== null && socket.readyState === socket.OPEN) {
      sent += burst.length
      count(burst.length)
      wire.write(burst.bytes)
    }
    burst = null
  }
  return {
    send(text, shared) {
      if (socket.readyState !== socket.OPEN) return
      const { beginning, flushes } = thisTurn()
      if (burst === null) flushes.push(flush)
      const before = burst ?? beginning
      burst = shared === undefined ? before.withOwn(text) : before.with(shared)
    },
    bufferedBytes: () => (burst?.length ?? 0) + wire.writableLength,
    sentBytes: () => sent + (burst?.length ?? 0),
    ping: () => {
      if (socket.readyState === socket.OPEN) socket.ping()
    },
    pong: data => {
      if (socket.readyState === socket.OPEN) socket.pong(data)
    },
    close(code, reason) {
      flush()
      socket.close(code, reason)
    },
    stopReading: () => socket.pause(),
    terminate: () => socket.terminate()
  }
}

/** Notifies every client and gives it a moment to close from its side. */
async function farewell(app: FastifyInstance, hub: StreamHub): Promise<void> {
  const { clock } = hub.deps
  await hub.close()
  const endMs = clock.monotonicMs() + farewellMs
  while (app.websocketServer.clients.size > 0 && clock.monotonicMs() < endMs)
    await clock.sleep(farewellLookMs)
  for (const client of app.websocketServer.clients) client.terminate()
}
