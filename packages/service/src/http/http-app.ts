// The bare HTTP server below the host: timeouts for slow clients, limits of size and number,
// shutdown. No routes, no access control.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '@tocsin/domain/ports'
import { Ajv, type ValidateFunction } from 'ajv'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifySchemaValidationError,
  type FastifyServerOptions,
  fastify,
  LogController
} from 'fastify'
import { LRUCache } from 'lru-cache'
import type { BaseConfig } from '../settings/base-settings.ts'
import { computeNetwork } from '../settings/network-names.ts'
import type { Logger } from '../telemetry/logger.ts'
import { requestLogger } from '../telemetry/request-logger.ts'

/** Interval between checks for overdue connections, ms: the precision of the timeouts. */
const overdueCheckMs = 1_000
const headerBytesMax = 16_384
const headersMax = 100
/** Longest path segment that can be a name. */
const paramLengthMax = 256

/** An app that accepts no requests yet. */
export function createApp(
  config: BaseConfig,
  logger: Logger,
  answers: FastifyServerOptions
): FastifyInstance {
  const app = fastify({
    ...answers,
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId'
    }),
    genReqId: newRequestId,
    childLoggerFactory: (_parent, bindings) => requestLogger(logger, bindings),
    bodyLimit: config.bodyBytesMax,
    requestTimeout: config.requestTimeoutMs,
    keepAliveTimeout: config.idleTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: paramLengthMax },
    http: { connectionsCheckingInterval: overdueCheckMs, maxHeaderSize: headerBytesMax }
  })
  app.server.headersTimeout = Math.min(config.headersTimeoutMs, config.requestTimeoutMs)
  app.server.maxHeadersCount = headersMax
  app.server.maxConnections = config.connectionsMax
  useStrictSchemas(app)
  return app
}

const shared = {
  ...{ strictSchema: true, strictTypes: true, allowUnionTypes: true },
  // Tests of the published interface show that they are schemas: here it would be a tenth of the
  // start.
  validateSchema: false,
  removeAdditional: false,
  useDefaults: true,
  allErrors: true,
  formats: fullFormats
} as const
const compilers = {
  body: new Ajv({ ...shared, coerceTypes: false }),
  // A number beyond all numbers, such as 1e999, has to meet `maximum` too.
  text: new Ajv({ ...shared, coerceTypes: true, strictNumbers: false })
} as const

/** Several times the schemas of all routes. */
const compiledMax = 2_000
/**
 * By compiler and text: compiling is most of what an app costs, and tests make thousands in one
 * process.
 */
const compiled = new LRUCache<string, ValidateFunction>({
  maxSize: compiledMax,
  sizeCalculation: () => 1
})

/**
 * Route schemas reject unknown fields instead of dropping them. Bodies are not coerced; query texts
 * are converted to numbers. Each is compiled for its first request: all together would be an eighth
 * of the start. That all compile is shown by a test.
 */
function useStrictSchemas(app: FastifyInstance): void {
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const by = httpPart === 'body' ? 'body' : 'text'
    let known: ValidateFunction | null = null
    const validate = (data: unknown) => {
      known ??= compiledBy(by, schema as object)
      const isValid = known(data)
      validate.errors = (known.errors ?? null) as FastifySchemaValidationError[] | null
      return isValid
    }
    validate.errors = null as FastifySchemaValidationError[] | null
    return validate
  })
}

/** The check of a schema. Throws if it is none. */
export function compiledBy(by: keyof typeof compilers, schema: object): ValidateFunction {
  const text = `${by} ${JSON.stringify(schema)}`
  const known = compiled.get(text) ?? compilers[by].compile(schema)
  compiled.set(text, known)
  return known
}

/**
 * Ends connections that the server does not. A refused WebSocket upgrade is answered on a detached
 * socket, and one that is answered during shutdown would stay open for its next request.
 */
export function endConnections(app: FastifyInstance, isClosing: () => boolean): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing()) reply.header('connection', 'close')
    done(null, payload)
  })
  app.addHook('onResponse', (request, _reply, done) => {
    if (request.raw.headers.upgrade !== undefined) request.raw.socket.destroySoon()
    done()
  })
}

/**
 * Tracks the server's connections, and immediately closes new ones of an address that has three
 * quarters of all: no address takes all connections. `onDropped` is called for each connection
 * closed for a limit.
 */
export function watchConnections(
  app: FastifyInstance,
  connectionsMax: number,
  onDropped: () => void
) {
  const perAddressMax = Math.ceil(connectionsMax * 0.75)
  const sockets = new Set<Socket>()
  const byNetwork = new Map<string, number>()
  app.server.on('drop', onDropped)
  app.server.on('connection', socket => {
    const network = computeNetwork(socket.remoteAddress ?? '')
    const count = (byNetwork.get(network) ?? 0) + 1
    byNetwork.set(network, count)
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      const left = (byNetwork.get(network) ?? 1) - 1
      if (left > 0) byNetwork.set(network, left)
      else byNetwork.delete(network)
    })
    if (count <= perAddressMax) return
    onDropped()
    socket.destroy()
  })
  return {
    count: () => sockets.size,
    cutAll: () => {
      for (const socket of sockets) socket.destroy()
    }
  }
}

/** Stops accepting, lets requests finish for `patienceMs`, then cuts off the rest. */
export async function closeHttp(
  app: FastifyInstance,
  connections: ReturnType<typeof watchConnections>,
  patienceMs: number,
  clock: Clock
): Promise<void> {
  const ended = new AbortController()
  void clock.sleep(patienceMs, ended.signal).then(() => connections.cutAll())
  try {
    await app.close()
  } finally {
    ended.abort()
  }
}

/**
 * The address that a browser on this machine can open; the configured one before the server
 * listens.
 */
export function localUrl(app: FastifyInstance, config: BaseConfig): string {
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : config.port
  const host = ['0.0.0.0', '::', '[::]'].includes(config.host) ? '127.0.0.1' : config.host
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`
}

/** For every answer. Data opened as a page may load and do nothing, and no page may frame it. */
const dataHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  // Answers depend on the reader, so no shared cache may keep them. Routes of public files override
  // this.
  'cache-control': 'no-store'
} as const

/** For answers of type text/html, in addition. */
const pageHeaders = {
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin'
} as const

/** For those that do not state their own (plain-page.ts). */
const consoleHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer'
} as const

/** Adds them, and the request's id, to every answer of the app. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(dataHeaders).header('x-request-id', request.id)
    done()
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    const type = reply.getHeader('content-type')
    if (typeof type === 'string' && type.startsWith('text/html')) {
      reply.headers(pageHeaders)
      if (!reply.hasHeader('referrer-policy')) reply.headers(consoleHeaders)
    }
    done(null, payload)
  })
}

/** Form of client ids that may appear in our log lines. */
const callersId = /^[A-Za-z0-9_-]{8,64}$/

/**
 * The client's `X-Request-Id` if it is well-formed, otherwise a random id. Not a counter, which
 * would reveal how many requests others have sent.
 */
function newRequestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && callersId.test(given) ? given : randomUUID()
}
