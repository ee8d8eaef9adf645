// The driver on kafkajs 2.2.4: its connection (framing, TLS, SASL) and its request formats, without
// its cluster, producer, consumer and retries, whose bugs are no longer fixed. wire-formats.ts has
// what kafkajs has no format for (topic ids) or decodes too far (unchecked batches).

import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import Connection from 'kafkajs/src/network/connection.js'
import {
  type BrokerAddress,
  type BrokerConnection,
  type DriverOptions,
  type DriverSasl,
  type KafkaDriver,
  KafkaDriverError
} from '../driver/driver.ts'
import { speaks } from './api-versions.ts'
import { createBearerAuthenticator } from './bearer-authenticator.ts'
import { KafkaJsConnection } from './kafkajs-connection.ts'

type Wanted = Parameters<ConstructorParameters<typeof Connection>[0]['socketFactory']>[0]

const silent = { namespace: () => silent, error() {}, warn() {}, info() {}, debug() {} }
/** Callers set the deadlines: kafkajs' own timeout would leave the socket open. */
const neverMs = 2 ** 31 - 1

/** A driver on kafkajs. Opens no connection by itself. */
export function createKafkaJsDriver(options: DriverOptions): KafkaDriver {
  return {
    speaks,
    connect: (address, deadlineMs) => open(options, address, deadlineMs)
  }
}

async function open(
  options: DriverOptions,
  address: BrokerAddress,
  deadlineMs: number
): Promise<BrokerConnection> {
  const closed = Promise.withResolvers<void>()
  let socket: Socket | null = null
  const inner = new Connection({
    ...address,
    logger: silent,
    socketFactory(wanted) {
      socket = openSocket(wanted)
      socket.once('close', () => closed.resolve())
      return socket
    },
    clientId: options.clientId,
    ssl: options.tls ?? null,
    sasl: options.sasl === undefined ? null : buildSasl(options.sasl, address),
    requestTimeout: neverMs,
    enforceRequestTimeout: false,
    connectionTimeout: neverMs
  })
  quietQueue(inner)
  const connection = new KafkaJsConnection(inner, address, closed.promise, () => socket?.destroy())
  const late = timer(deadlineMs)
  try {
    await Promise.race([
      ready(inner, connection, options),
      ended(closed.promise, address),
      late.passed(address, deadlineMs)
    ])
    return connection
  } catch (error) {
    connection.destroy()
    throw error instanceof KafkaDriverError ? error : connectFailed(address, error)
  } finally {
    late.stop()
  }
}

async function ready(
  inner: Connection,
  connection: KafkaJsConnection,
  options: DriverOptions
): Promise<void> {
  await inner.connect()
  if (options.sasl === undefined) return
  const ranges = await connection.apiVersions()
  inner.setVersions(
    Object.fromEntries(
      [...ranges].map(([key, { min, max }]) => [key, { minVersion: min, maxVersion: max }])
    )
  )
  inner.setSupportAuthenticationProtocol(true)
  try {
    await inner.authenticate()
  } catch (error) {
    throw asAuthError(connection.address, error as Error)
  }
}

/** A copy, because kafkajs stores its authenticator in it. */
function buildSasl(sasl: DriverSasl, address: BrokerAddress): object {
  if (sasl.mechanism !== 'oauthbearer') return { ...sasl }
  const authenticationProvider = createBearerAuthenticator(sasl.tokens, address)
  return { mechanism: sasl.mechanism, authenticationProvider }
}

function openSocket({ host, port, ssl, onConnect }: Wanted): Socket {
  const name = isIP(host) === 0 ? { servername: host } : {}
  const socket =
    ssl === null ? connectTcp({ host, port }) : connectTls({ host, port, ...name, ...ssl })
  socket.once(ssl === null ? 'connect' : 'secureConnect', onConnect)
  socket.setNoDelay(true)
  socket.setKeepAlive(true, 30_000)
  return socket
}

/**
 * After every answer kafkajs schedules a check of its queue with a negative delay, of which Node
 * warns (`TimeoutNegativeWarning`). The check is needed only while requests are throttled, and then
 * the delay is positive.
 */
function quietQueue(inner: Connection): void {
  const queue = inner.requestQueue
  const check = queue.scheduleCheckPendingRequests.bind(queue)
  queue.scheduleCheckPendingRequests = () => {
    if (queue.pending.length > 0) check()
  }
}

function timer(deadlineMs: number) {
  let handle: NodeJS.Timeout | undefined
  return {
    passed: ({ host, port }: BrokerAddress, ms: number) =>
      new Promise<never>((_, reject) => {
        const error = () =>
          new KafkaDriverError('connect-failed', `${host}:${port}: no connection within ${ms} ms`)
        handle = setTimeout(() => reject(error()), deadlineMs)
      }),
    stop: () => clearTimeout(handle)
  }
}

async function ended(closed: Promise<void>, address: BrokerAddress): Promise<never> {
  await closed
  throw connectFailed(address, new Error('the broker closed the connection'))
}

function connectFailed({ host, port }: BrokerAddress, cause: unknown): KafkaDriverError {
  return new KafkaDriverError('connect-failed', `${host}:${port}: ${(cause as Error).message}`, {
    cause
  })
}

function asAuthError({ host, port }: BrokerAddress, cause: Error): KafkaDriverError {
  if (cause instanceof KafkaDriverError) return cause
  const refused =
    cause.name === 'KafkaJSSASLAuthenticationError' ||
    (cause as { type?: string }).type === 'SASL_AUTHENTICATION_FAILED'
  return refused
    ? new KafkaDriverError('auth-failed', `${host}:${port}: ${cause.message}`, { cause })
    : connectFailed({ host, port }, cause)
}
