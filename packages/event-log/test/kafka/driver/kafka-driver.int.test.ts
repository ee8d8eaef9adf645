// How connections of the Kafka driver end: to nobody, to a broker that goes away, to something that
// is no broker. Each request and its answer is asserted by the conformance suite on Kafka.

import { createServer, type Server, type Socket } from 'node:net'
import { kafkaForTests } from '@tocsin/testing/kafka/kafka-for-tests'
import { TcpProxy } from '@tocsin/testing/process/tcp-proxy'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type BrokerAddress,
  type BrokerConnection,
  type DriverErrorKind,
  KafkaDriverError
} from '../../../src/kafka/driver/driver.ts'
import { createKafkaJsDriver } from '../../../src/kafka/kafkajs-driver/kafkajs-driver.ts'

const kafka = await kafkaForTests()
const deadlineMs = 5_000
const driver = createKafkaJsDriver({ clientId: 'driver-suite' })
const open: BrokerConnection[] = []

async function connect(address: BrokerAddress): Promise<BrokerConnection> {
  const connection = await driver.connect(address, deadlineMs)
  open.push(connection)
  return connection
}

/** A proxy to the broker, and its address. */
async function openProxy(): Promise<TcpProxy & { readonly at: BrokerAddress }> {
  const proxy = await TcpProxy.listen({ target: kafka.brokers![0]! })
  return Object.assign(proxy, { at: { host: '127.0.0.1', port: proxy.port } })
}

function frame(correlationId: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE(4 + body.length, 0)
  head.writeInt32BE(correlationId, 4)
  return Buffer.concat([head, body])
}

async function kindOf(asked: Promise<unknown>): Promise<DriverErrorKind> {
  const outcome = await asked.then(
    () => 'the promise resolved',
    error => error
  )
  expect(outcome, String(outcome)).toBeInstanceOf(KafkaDriverError)
  return (outcome as KafkaDriverError).kind
}

describe.skipIf(kafka.skipped !== undefined)('connections of the driver', () => {
  afterEach(() => {
    for (const connection of open.splice(0)) connection.destroy()
  })

  it('reject with connect-failed where nothing listens', async () => {
    expect(await kindOf(driver.connect({ host: '127.0.0.1', port: 1 }, deadlineMs))).toBe(
      'connect-failed'
    )
    expect(
      await kindOf(driver.connect({ host: 'no-such-host.invalid', port: 9092 }, deadlineMs))
    ).toBe('connect-failed')
  })

  it('that end distinguish outstanding requests from those not sent', async () => {
    const proxy = await openProxy()
    try {
      const connection = await connect(proxy.at)
      await connection.apiVersions()
      proxy.blackhole(['answers'])
      const outstanding = kindOf(connection.metadata([]))
      await new Promise(setImmediate)
      proxy.cut()
      expect(await outstanding).toBe('disconnected')
      await connection.closed
      expect(await kindOf(connection.metadata([]))).toBe('not-sent')
      connection.destroy()
    } finally {
      await proxy.close()
    }
  })

  it('end at once on destroy, with answers outstanding and an unresponsive peer', async () => {
    const proxy = await openProxy()
    try {
      const connection = await connect(proxy.at)
      proxy.blackhole()
      const outstanding = [connection.metadata([]), connection.apiVersions()].map(kindOf)
      await new Promise(setImmediate)
      const began = performance.now()
      connection.destroy()
      expect(await Promise.all(outstanding)).toEqual(['disconnected', 'disconnected'])
      await connection.closed
      expect(performance.now() - began).toBeLessThan(1_000)
    } finally {
      await proxy.close()
    }
  })

  it('end when the broker half-closes them', async () => {
    const proxy = await openProxy()
    try {
      const connection = await connect(proxy.at)
      proxy.blackhole(['answers'])
      const outstanding = kindOf(connection.metadata([]))
      await new Promise(setImmediate)
      proxy.halfClose('answers')
      expect(await outstanding).toBe('disconnected')
      await connection.closed
    } finally {
      await proxy.close()
    }
  })

  describe('to something that is not a broker', () => {
    let server: Server
    let reply: (request: Buffer, socket: Socket) => void
    const sockets = new Set<Socket>()

    beforeAll(async () => {
      server = createServer(socket => {
        sockets.add(socket)
        socket.on('error', () => {})
        socket.on('data', request => reply(request, socket))
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    })

    afterAll(async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    })

    const here = () => ({ host: '127.0.0.1', port: (server.address() as { port: number }).port })

    it.each([
      [
        'with another correlation id',
        (request: Buffer) => frame(request.readInt32BE(8) + 1_000, Buffer.alloc(40))
      ],
      [
        'that are truncated',
        (request: Buffer) => frame(request.readInt32BE(8), Buffer.from([0, 0]))
      ],
      [
        'that are shorter than their content claims',
        (request: Buffer) => frame(request.readInt32BE(8), Buffer.alloc(64, 0x7f))
      ]
    ])('neither hang nor crash on answers %s', async (_, answer) => {
      reply = (request, socket) => {
        socket.write(answer(request))
        socket.end()
      }
      const connection = await connect(here())
      expect(['protocol', 'disconnected']).toContain(await kindOf(connection.metadata([])))
      await connection.closed
    })

    it('that does not answer are closed after the deadline during authentication', async () => {
      reply = () => {}
      const careful = createKafkaJsDriver({
        clientId: 'x',
        sasl: { mechanism: 'plain', username: 'u', password: 'p' }
      })
      const began = performance.now()
      expect(await kindOf(careful.connect(here(), 300))).toBe('connect-failed')
      expect(performance.now() - began).toBeLessThan(2_000)
      await waitFor(() => [...sockets].every(socket => socket.destroyed || socket.readableEnded), {
        what: 'end of the socket'
      })
    })
  })
})
