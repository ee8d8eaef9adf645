// What the Kafka driver promises, tested on a real broker: each request and its answer, and the
// outcome of requests when a connection ends.

import { randomUUID } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type ApiName,
  apiKeys,
  type BrokerAddress,
  type BrokerConnection
} from '../../../src/kafka/driver/driver.ts'
import { createKafkaJsDriver } from '../../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { encodeBatch as encodeRecords } from '../../../src/kafka/record/record-batch.ts'
import {
  afterHead,
  byPartition,
  codeOf,
  coordinatorOf,
  deadlineMs,
  fetchAll,
  fetchOnce,
  frame,
  idOf,
  join,
  kindOf,
  lastsOf,
  produce,
  proxyTo
} from './kafka-driver-asking.ts'

const offsetOutOfRange = 1
const unknownTopic = 3
const illegalGeneration = 22
const topicExists = 36

/** A batch of values whose keys and ids do not matter. */
function encodeBatch(values: readonly string[]): Buffer {
  return encodeRecords(
    values.map(value => ({ id: 'any', key: 'any', value: Buffer.from(value) })),
    0
  )
}

/**
 * Declares the tests. The broker must be disposable: topics are created under a random prefix and
 * removed.
 */
export function testDriver(broker: () => BrokerAddress): void {
  const driver = createKafkaJsDriver({ clientId: 'driver-suite' })
  const prefix = `driver-${randomUUID()}`
  const made = new Set<string>()
  const open: BrokerConnection[] = []

  async function connect(address = broker()): Promise<BrokerConnection> {
    const connection = await driver.connect(address, deadlineMs)
    open.push(connection)
    return connection
  }

  /** A connection that has requested API versions, as the adapter always does. */
  async function connectAndAsk(): Promise<BrokerConnection> {
    const connection = await connect()
    await connection.apiVersions()
    return connection
  }

  async function makeTopic(
    connection: BrokerConnection,
    partitions = 1,
    config: Record<string, string> = {}
  ) {
    const topic = `${prefix}-${made.size}`
    made.add(topic)
    const [outcome] = await connection.createTopics(
      [{ name: topic, partitions, replicationFactor: 1, config }],
      deadlineMs
    )
    expect(outcome).toEqual({ name: topic, error: 0, message: null })
    return { topic, topicId: await idOf(connection, topic) }
  }

  afterEach(() => {
    for (const connection of open.splice(0)) connection.destroy()
  })

  afterAll(async () => {
    const connection = await driver.connect(broker(), deadlineMs)
    await connection.deleteTopics([...made], deadlineMs)
    connection.destroy()
  })

  describe('requests of the driver', () => {
    it('use versions that the broker supports', async () => {
      const ranges = await (await connect()).apiVersions()
      for (const api of Object.keys(apiKeys) as ApiName[]) {
        const range = ranges.get(apiKeys[api])
        expect(range, api).toBeDefined()
        expect(driver.speaks[api], api).toBeGreaterThanOrEqual(range!.min)
        expect(driver.speaks[api], api).toBeLessThanOrEqual(range!.max)
      }
    })

    it('create topics, list them, and report what is wrong with one', async () => {
      const connection = await connect()
      const { topic, topicId } = await makeTopic(connection, 3, { 'retention.ms': '123456789' })
      expect(topicId).toMatch(/^[0-9a-f]{32}$/)
      expect((await connection.topicConfig(topic)).get('retention.ms')).toBe('123456789')
      const again = await connection.createTopics(
        [{ name: topic, partitions: 3, replicationFactor: 1, config: {} }],
        deadlineMs
      )
      expect(again[0]).toMatchObject({ name: topic, error: topicExists })
      const known = await connection.metadata([topic, `${topic}-none`])
      expect(known.clusterId).toMatch(/./)
      expect(known.brokers.length).toBeGreaterThan(0)
      expect(
        known.topics
          .find(each => each.name === topic)!
          .partitions.map(each => each.partition)
          .sort()
      ).toEqual([0, 1, 2])
      expect(known.topics.find(each => each.name !== topic)).toMatchObject({
        error: unknownTopic,
        topicId: '0'.repeat(32)
      })
      expect(
        known.topics.find(each => each.name === topic)!.partitions.map(each => each.copies)
      ).toEqual([1, 1, 1])
      expect((await connection.metadata(null)).topics.map(each => each.name)).toContain(topic)
      expect((await connection.metadata([])).topics).toEqual([])
      expect(await codeOf(connection.topicConfig(`${topic}-none`))).toBe(unknownTopic)
    })

    it('return the bytes that were written, by partition', async () => {
      const connection = await connectAndAsk()
      const { topic, topicId } = await makeTopic(connection, 2)
      const records = [encodeBatch(['a', 'b', 'c']), encodeBatch(['d'])]
      const written = await produce(connection, topic, topicId, records)
      expect([...written].sort(byPartition)).toEqual([
        { partition: 0, error: 0, baseOffset: 0n },
        { partition: 1, error: 0, baseOffset: 0n }
      ])
      expect((await produce(connection, topic, topicId, [encodeBatch(['e'])]))[0]).toMatchObject({
        baseOffset: 3n
      })
      const answers = await fetchAll(connection, topic, topicId, [0n, 0n])
      expect(
        answers.map(({ error, highWatermark, logStart }) => ({ error, highWatermark, logStart }))
      ).toEqual([
        { error: 0, highWatermark: 4n, logStart: 0n },
        { error: 0, highWatermark: 1n, logStart: 0n }
      ])
      expect(lastsOf(answers[0]!.records)).toEqual([2n, 3n])
      expect(afterHead(answers[1]!.records)).toEqual(afterHead(records[1]!))
    })

    it('carry messages that span many network packets', async () => {
      const connection = await connectAndAsk()
      const { topic, topicId } = await makeTopic(connection)
      const batch = encodeBatch(['x'.repeat(900_000)])
      for (let i = 0; i < 4; i++) await produce(connection, topic, topicId, [batch])
      const [answer] = await fetchAll(connection, topic, topicId, [0n])
      expect(lastsOf(answer!.records)).toEqual([0n, 1n, 2n, 3n])
      expect(answer!.records.length).toBe(4 * batch.length)
    })

    it('report a position out of range, and a recreated topic, in the answer', async () => {
      const connection = await connectAndAsk()
      const { topic, topicId } = await makeTopic(connection)
      expect((await fetchOnce(connection, topic, topicId, [7n]))[0]!.error).toBe(offsetOutOfRange)
      await connection.deleteTopics([topic], deadlineMs)
      await waitFor(
        async () => (await connection.metadata([topic])).topics[0]!.error === unknownTopic,
        {
          what: 'end of the topic'
        }
      )
      const [outcome] = await connection.createTopics(
        [{ name: topic, partitions: 1, replicationFactor: 1, config: {} }],
        deadlineMs
      )
      expect(outcome!.error).toBe(0)
      expect(await idOf(connection, topic)).not.toBe(topicId)
    })

    it('wait for new records, and return with them', async () => {
      const reading = await connectAndAsk()
      const writing = await connectAndAsk()
      const { topic, topicId } = await makeTopic(writing)
      await produce(writing, topic, topicId, [encodeBatch(['first'])])
      const began = performance.now()
      const [none] = await fetchOnce(reading, topic, topicId, [1n], 200)
      expect(none!.records.length).toBe(0)
      expect(performance.now() - began).toBeGreaterThan(150)
      const news = fetchOnce(reading, topic, topicId, [1n], 10_000)
      await produce(writing, topic, topicId, [encodeBatch(['second'])])
      expect(lastsOf((await news)[0]!.records)).toEqual([1n])
      expect(performance.now() - began).toBeLessThan(5_000)
    })

    it('return the first and the next position, remove records, and add partitions', async () => {
      const connection = await connectAndAsk()
      const { topic, topicId } = await makeTopic(connection)
      await produce(connection, topic, topicId, [encodeBatch(['a', 'b', 'c'])])
      expect(await connection.listOffsets(topic, [0], 'latest')).toEqual([
        { partition: 0, error: 0, position: 3n }
      ])
      expect(
        await connection.deleteRecords(topic, [{ partition: 0, position: 2n }], deadlineMs)
      ).toEqual([{ partition: 0, error: 0 }])
      expect(await connection.listOffsets(topic, [0], 'earliest')).toEqual([
        { partition: 0, error: 0, position: 2n }
      ])
      expect((await connection.listOffsets(`${topic}-none`, [0], 'latest'))[0]!.error).toBe(
        unknownTopic
      )
      expect(await connection.createPartitions(topic, 4, deadlineMs)).toMatchObject({
        name: topic,
        error: 0
      })
      await waitFor(
        async () => (await connection.metadata([topic])).topics[0]!.partitions.length === 4,
        { what: 'partitions' }
      )
    })

    it('store offsets of a group without members', async () => {
      const connection = await connect()
      const { topic } = await makeTopic(connection, 2)
      const group = `${prefix}-offsets`
      const coordinator = await connect(await coordinatorOf(driver, connection, group))
      expect(await coordinator.offsetFetch(group, topic, [0, 1])).toEqual([
        { partition: 0, error: 0, position: -1n, metadata: '' },
        { partition: 1, error: 0, position: -1n, metadata: '' }
      ])
      const kept = { partition: 1, position: 12_345_678_901n, metadata: 'of a life' }
      expect(await coordinator.offsetCommit(group, topic, [kept])).toEqual([
        { partition: 1, error: 0 }
      ])
      expect((await coordinator.offsetFetch(group, topic, [0, 1]))[1]).toEqual({
        ...kept,
        error: 0
      })
    })

    it('divide among the members of a group', async () => {
      const group = `${prefix}-members`
      const connection = await connect()
      const address = await coordinatorOf(driver, connection, group)
      const first = await join(await connect(address), group, 'one')
      expect(first.answer.leader).toBe(first.answer.memberId)
      expect(first.answer.members.map(each => Buffer.from(each.metadata).toString())).toEqual([
        'one'
      ])
      const part = Buffer.from('all of it')
      expect(
        Buffer.from(
          await first.sync([{ memberId: first.answer.memberId, assignment: part }])
        ).equals(part),
        'the assignment of the one that leads'
      ).toBe(true)
      await first.connection.heartbeat(group, first.answer.generation, first.answer.memberId)
      expect(
        await codeOf(
          first.connection.heartbeat(group, first.answer.generation + 7, first.answer.memberId)
        )
      ).toBe(illegalGeneration)
      await first.connection.leaveGroup(group, first.answer.memberId)
    })
  })

  describe('connections of the driver', () => {
    it('reject with connect-failed where nothing listens', async () => {
      expect(await kindOf(driver.connect({ host: '127.0.0.1', port: 1 }, deadlineMs))).toBe(
        'connect-failed'
      )
      expect(
        await kindOf(driver.connect({ host: 'no-such-host.invalid', port: 9092 }, deadlineMs))
      ).toBe('connect-failed')
    })

    it('that end distinguish outstanding requests from those not sent', async () => {
      const proxy = await proxyTo(broker())
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
      const proxy = await proxyTo(broker())
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
      const proxy = await proxyTo(broker())
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
        await waitFor(
          () => [...sockets].every(socket => socket.destroyed || socket.readableEnded),
          { what: 'end of the socket' }
        )
      })
    })
  })
}
