// The bare HTTP server below the host: timeouts for slow clients, limits of size and number,
// shutdown. No routes, no access control.

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
import { computeNetwork, isLoopback } from '../settings/network-names.ts'
import type { Logger } from '../telemetry/logger.ts'
import { requestLogger } from '../telemetry/request-logger.ts'
import { newRequestId } from './request-id.ts'

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
  answers: Required<Pick<FastifyServerOptions, 'frameworkErrors' | 'clientErrorHandler'>>
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

// That they are schemas at all is shown by the tests of the published interface: here it would be a
// tenth of the start.
const strict = {
  strictSchema: true,
  strictTypes: true,
  allowUnionTypes: true,
  validateSchema: false
} as const
const shared = {
  ...strict,
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

/** The server's connections: counted, and cut off if shutdown takes too long. */
export interface Connections {
  readonly count: () => number
  readonly cutAll: () => void
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
): Connections {
  const perAddressMax = Math.ceil(connectionsMax * 0.75)
  const sockets = new Set<import('node:net').Socket>()
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
  connections: Connections,
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
  const host = isLoopback(config.host) || !isWildcard(config.host) ? config.host : '127.0.0.1'
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || host === '[::]'
}
