// The driver over @platformatic/kafka. Only this file and its neighbours of the same name import
// the library. Only its connections and codecs are used: they neither retry nor batch.

import { isIP } from 'node:net'
import { Connection, type ConnectionOptions, SASLMechanisms } from '@platformatic/kafka'
import type {
  BrokerAddress,
  BrokerConnection,
  DriverOptions,
  DriverSasl,
  DriverTls,
  KafkaDriver
} from './driver.ts'
import { PlatformaticConnection, speaks } from './platformatic-driver-connection.ts'
import { notConnected } from './platformatic-driver-errors.ts'

/** The longest time that a timer accepts: callers set the deadlines for answers. */
const neverMs = 2 ** 31 - 1
/**
 * The library queues requests beyond this limit. Few are outstanding here, and each must be sent
 * before the call returns.
 */
const inflightMax = 1024

const mechanisms = {
  plain: SASLMechanisms.PLAIN,
  'scram-sha-256': SASLMechanisms.SCRAM_SHA_256,
  'scram-sha-512': SASLMechanisms.SCRAM_SHA_512
} as const

export function platformaticDriver(options: DriverOptions): KafkaDriver {
  return {
    name: 'platformatic',
    speaks,
    connect: (address, deadlineMs) => connect(options, address, deadlineMs)
  }
}

async function connect(
  options: DriverOptions,
  address: BrokerAddress,
  deadlineMs: number
): Promise<BrokerConnection> {
  const connection = new Connection(
    options.clientId,
    connectionOptions(options, address, deadlineMs)
  )
  // The end is reported by `close`; an `error` event without a listener would end the process.
  connection.on('error', () => {})
  try {
    await connection.connect(address.host, address.port)
  } catch (error) {
    connection.socket?.destroy()
    throw notConnected(`${address.host}:${address.port}`, error)
  }
  return new PlatformaticConnection(address, connection)
}

function connectionOptions(
  { tls, sasl }: DriverOptions,
  { host }: BrokerAddress,
  deadlineMs: number
): ConnectionOptions {
  return {
    connectTimeout: deadlineMs,
    requestTimeout: neverMs,
    maxInflights: inflightMax,
    // SNI lets one port serve several certificates; an IP address must not be sent.
    ...(tls === undefined ? {} : { tls: tlsOptions(tls), tlsServerName: isIP(host) === 0 }),
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl) })
  }
}

function tlsOptions({ ca, cert, key }: DriverTls): NonNullable<ConnectionOptions['tls']> {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key })
  }
}

function saslOptions({
  mechanism,
  username,
  password
}: DriverSasl): NonNullable<ConnectionOptions['sasl']> {
  return { mechanism: mechanisms[mechanism], username, password }
}
