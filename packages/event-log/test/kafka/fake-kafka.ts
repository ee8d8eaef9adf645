// A cluster in memory behind the driver's interface: brokers that lead partitions, return any
// error, stay silent, or end a connection at a chosen moment. For situations that a real broker
// reaches only by chance.

import { once } from 'node:events'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { vi } from 'vitest'
import {
  type ApiName,
  apiKeys,
  type BrokerAddress,
  type BrokerConnection,
  type ClusterMetadata,
  type KafkaDriver,
  KafkaDriverError,
  type ProduceAnswer,
  type ProduceRequest
} from '../../src/kafka/driver/driver.ts'
import { type KafkaLog, type KafkaLogOptions, openKafkaLog } from '../../src/kafka/kafka-log.ts'
import { readTopicsFile } from '../../src/kafka/topic/topic-specs.ts'

export type ProduceFate =
  | { readonly kind: 'write' }
  | {
      readonly kind: 'refuse' | 'write-and-refuse'
      readonly code: number
      readonly partitions?: readonly number[]
    }
  | { readonly kind: 'write-and-cut' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'silence' }

interface FakeTopic {
  id: string
  copies: number
  config: Map<string, string>
  partitions: { leader: number; batches: Buffer[]; end: bigint }[]
}

export class FakeKafka {
  readonly topics = new Map<string, FakeTopic>()
  readonly brokers: number[]
  /** Brokers that cannot be reached. */
  readonly away = new Set<number>()
  /** Brokers that refuse our credentials. */
  readonly refusing = new Set<number>()
  /** Whether our user may create topics. */
  mayCreate = true
  /** Topics to which we have no access. */
  readonly denied = new Set<string>()
  /** True if no topic may be written. */
  readOnly = false
  /** The outcome of each append, in order; further ones are written. */
  readonly fates: ProduceFate[] = []
  readonly produced: { readonly node: number; readonly partitions: readonly number[] }[] = []
  metadataMax = 13
  /** Number of requests for settings of topics. */
  looks = 0
  /** Errors for the next requests for settings, in order; then none. */
  readonly unsettled: number[] = []
  readonly #connections = new Set<{ node: number; end: () => void }>()
  #ids = 0
  /** Appends received and not yet answered, now and at most, by broker and topic. */
  readonly underWay = new Map<string, { now: number; most: number }>()
  produceDelayMs = 0

  constructor(brokers = 1) {
    this.brokers = Array.from({ length: brokers }, (_, i) => i + 1)
  }

  get driver(): KafkaDriver {
    const speaks = Object.fromEntries(Object.keys(apiKeys).map(name => [name, 1])) as Record<
      ApiName,
      number
    >
    return { speaks, connect: address => this.#connect(address) }
  }

  /** Ends all connections to a broker, or to all. */
  cut(node?: number): void {
    for (const connection of this.#connections)
      if (node === undefined || connection.node === node) connection.end()
  }

  make(
    name: string,
    partitions: number,
    copies = 1,
    config: Readonly<Record<string, string>> = {}
  ): void {
    const id = (++this.#ids).toString(16).padStart(32, 'f')
    const leader = (p: number) => this.brokers[p % this.brokers.length]!
    this.topics.set(name, {
      id,
      copies,
      config: new Map(Object.entries({ 'max.message.bytes': '10000000', ...config })),
      partitions: Array.from({ length: partitions }, (_, p) => ({
        leader: leader(p),
        batches: [],
        end: 0n
      }))
    })
  }

  async #connect({ port }: BrokerAddress): Promise<BrokerConnection> {
    const node = port
    if (this.away.has(node)) throw new KafkaDriverError('connect-failed', `broker ${node} is away`)
    if (this.refusing.has(node))
      throw new KafkaDriverError('auth-failed', `broker ${node} refuses our credentials`)
    const ended = new AbortController()
    const entry = { node, end: () => ended.abort() }
    this.#connections.add(entry)
    ended.signal.addEventListener('abort', () => this.#connections.delete(entry))
    const closed = once(ended.signal, 'abort').then(() => {})
    const answered = async <T>(run: () => T | Promise<T>): Promise<T> => {
      if (ended.signal.aborted) throw new KafkaDriverError('not-sent', 'the connection has ended')
      return Promise.race([
        Promise.resolve().then(run),
        closed.then((): never => {
          throw new KafkaDriverError('disconnected', 'the connection ended before the answer')
        })
      ])
    }
    return {
      address: { host: 'fake', port },
      closed,
      destroy: entry.end,
      apiVersions: () =>
        answered(
          () =>
            new Map(
              Object.entries(apiKeys).map(([name, key]) => [
                key,
                { min: 0, max: name === 'Metadata' ? this.metadataMax : 9 }
              ])
            )
        ),
      metadata: names => answered(() => this.#metadata(names)),
      createTopics: topics =>
        answered(() =>
          topics.map(({ name, partitions, replicationFactor, config }) => {
            if (this.topics.has(name)) return { name, error: 36, message: null }
            if (!this.mayCreate) return { name, error: 29, message: null }
            this.make(name, partitions, replicationFactor, config)
            return { name, error: 0, message: null }
          })
        ),
      topicConfig: topic =>
        answered(() => {
          this.looks++
          const code = this.unsettled.shift()
          if (code !== undefined)
            throw new KafkaDriverError('broker', `DescribeConfigs: error ${code}`, {
              kafkaCode: code
            })
          return this.topics.get(topic)?.config ?? new Map()
        }),
      listOffsets: (topic, partitions, at) =>
        answered(() =>
          partitions.map(partition => {
            const held = this.topics.get(topic)?.partitions[partition]
            if (held === undefined) return { partition, error: 3, position: -1n }
            return {
              partition,
              error: held.leader === node ? 0 : 6,
              position: at === 'earliest' ? 0n : held.end
            }
          })
        ),
      produce: request => answered(() => this.#produce(node, request, entry.end)),
      fetch: ({ topic, from }) =>
        answered(() =>
          from.map(({ partition, position }) => {
            const held = this.topics.get(topic)!.partitions[partition]!
            const records = Buffer.concat(
              held.batches.filter(b => b.readBigInt64BE(0) + BigInt(b.readInt32BE(23)) >= position)
            )
            return {
              partition,
              error: held.leader === node ? 0 : 6,
              highWatermark: held.end,
              logStart: 0n,
              records
            }
          })
        ),
      deleteTopics: unused,
      createPartitions: unused,
      deleteRecords: unused,
      findCoordinator: unused,
      offsetCommit: unused,
      offsetFetch: unused,
      joinGroup: unused,
      syncGroup: unused,
      heartbeat: unused,
      leaveGroup: unused
    }
  }

  #metadata(names: readonly string[] | null): ClusterMetadata {
    const alive = this.brokers.filter(node => !this.away.has(node))
    const missingRights = this.readOnly ? (['WRITE'] as const) : []
    const topics = (names ?? [...this.topics.keys()]).map(name => {
      const topic = this.topics.get(name)
      const none = { name, topicId: '0'.repeat(32), partitions: [], missingRights: [] }
      if (topic === undefined) return { ...none, error: 3 }
      if (this.denied.has(name)) return { ...none, error: 29 }
      const { copies } = topic
      const partitions = topic.partitions.map(({ leader }, partition) => ({
        partition,
        leader,
        error: 0,
        copies
      }))
      return { name, topicId: topic.id, error: 0, partitions, missingRights }
    })
    return {
      clusterId: 'fake',
      controllerId: alive[0]!,
      brokers: alive.map(nodeId => ({ nodeId, host: 'fake', port: nodeId })),
      topics
    }
  }

  async #produce(
    node: number,
    request: ProduceRequest,
    cut: () => void
  ): Promise<readonly ProduceAnswer[]> {
    const name = `${node}/${request.topic}`
    const count = this.underWay.get(name) ?? { now: 0, most: 0 }
    this.underWay.set(name, { now: count.now + 1, most: Math.max(count.most, count.now + 1) })
    this.produced.push({ node, partitions: request.partitions.map(p => p.partition) })
    const fate = this.fates.shift() ?? { kind: 'write' }
    if (fate.kind === 'silence') await new Promise(() => {})
    if (this.produceDelayMs > 0)
      await new Promise(resolve => setTimeout(resolve, this.produceDelayMs))
    const current = this.underWay.get(name)!
    this.underWay.set(name, { ...current, now: current.now - 1 })
    if (fate.kind === 'cut') cut()
    const answers =
      fate.kind === 'cut'
        ? []
        : request.partitions.map(part => this.#store(node, request.topic, part, fate))
    if (fate.kind === 'write-and-cut') {
      cut()
      await new Promise(() => {})
    }
    return answers
  }

  #store(
    node: number,
    topic: string,
    { partition, records }: { partition: number; records: Buffer },
    fate: ProduceFate
  ): ProduceAnswer {
    const held = this.topics.get(topic)?.partitions[partition]
    if (held === undefined) return { partition, error: 3, baseOffset: -1n }
    if (held.leader !== node) return { partition, error: 6, baseOffset: -1n }
    const code =
      'code' in fate && (fate.partitions ?? [partition]).includes(partition) ? fate.code : 0
    if (fate.kind === 'refuse' && code !== 0) return { partition, error: code, baseOffset: -1n }
    const batch = Buffer.from(records)
    batch.writeBigInt64BE(held.end, 0)
    held.batches.push(batch)
    const baseOffset = held.end
    held.end += BigInt(batch.readInt32BE(57))
    return { partition, error: code, baseOffset: code === 0 ? baseOffset : -1n }
  }
}

async function unused(): Promise<never> {
  throw new KafkaDriverError('protocol', 'the fake does not implement this')
}

/**
 * Runs the test on fake timers: whenever the log waits, the next timer fires at once, in the order
 * of their times. Reads and writes of the fake cluster take no time of their own.
 */
export function skipWaits(): void {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance']
  })
  vi.setTimerTickMode('nextTimerAsync')
}

/** Limits with which a log gives up soon. */
export const quick = {
  appendMsMax: 400,
  answerMsMax: 300,
  retryMsMax: 400,
  guardMs: 50,
  recheckMs: 50
}

/** Opens a log on the cluster. It is closed when the test ends. */
export async function openOn(
  kafka: FakeKafka,
  options: Partial<KafkaLogOptions> = {}
): Promise<KafkaLog> {
  const brokers = kafka.brokers.map(port => `fake:${port}`)
  const place = {
    brokers,
    driver: kafka.driver,
    topics: readTopicsFile(),
    partitions: 2,
    limits: quick
  }
  return closedAfterTest(await openKafkaLog({ ...place, ...options }))
}
