// Appends while partitions move between brokers, on two fake brokers.

import { describe, expect, it } from 'vitest'
import { AppendLimit } from '../../src/append-limit.ts'
import { AppendLane } from '../../src/kafka/append-lane.ts'
import { KafkaCluster } from '../../src/kafka/cluster/kafka-cluster.ts'
import { defaultKafkaLimits } from '../../src/kafka/cluster/kafka-limits.ts'
import { TopicRegistry } from '../../src/kafka/cluster/topic-registry.ts'
import {
  type ApiName,
  apiKeys,
  type BrokerAddress,
  type BrokerConnection,
  type KafkaDriver,
  type ProduceAnswer,
  type ProduceRequest
} from '../../src/kafka/driver/driver.ts'
import { speaks } from '../../src/kafka/kafkajs-driver/api-versions.ts'
import type { NewRecord } from '../../src/port.ts'
import { cleanupOf, topics } from '../../src/topics.ts'

interface Asked {
  readonly node: number
  readonly request: ProduceRequest
  answer(base: bigint): void
}

/** Two brokers whose answers to appends are set by the test. */
class TwoBrokers {
  leader = 1
  readonly asked: Asked[] = []
  readonly driver: KafkaDriver = {
    speaks,
    connect: async address => this.#connection(address)
  }

  async waitForRequest(number: number): Promise<Asked> {
    while (this.asked.length < number) await new Promise(setImmediate)
    return this.asked[number - 1]!
  }

  #connection(address: BrokerAddress): BrokerConnection {
    const closed = Promise.withResolvers<void>()
    const of: Partial<BrokerConnection> = {
      address,
      closed: closed.promise,
      destroy: () => closed.resolve(),
      apiVersions: async () =>
        new Map(
          (Object.keys(apiKeys) as ApiName[]).map(name => [apiKeys[name], { min: 0, max: 99 }])
        ),
      metadata: async () => this.metadata(),
      produce: request =>
        new Promise<readonly ProduceAnswer[]>(resolve => {
          const answer = (baseOffset: bigint) =>
            resolve(
              request.partitions.map(({ partition }) => ({ partition, error: 0, baseOffset }))
            )
          this.asked.push({ node: address.port, request, answer })
        })
    }
    return of as BrokerConnection
  }

  metadata() {
    const brokers = [1, 2].map(nodeId => ({ nodeId, host: 'broker', port: nodeId }))
    const all = Object.keys(cleanupOf).map(name => {
      const partitions = [{ partition: 0, leader: this.leader, error: 0, copies: 2 }]
      return { name, topicId: 'a'.repeat(32), error: 0, partitions, missingRights: [] }
    })
    return { clusterId: 'c', controllerId: 1, brokers, topics: all }
  }
}

async function openLane(brokers: TwoBrokers) {
  const limits = defaultKafkaLimits
  const cluster = new KafkaCluster(brokers.driver, [{ host: 'broker', port: 1 }], limits)
  const registry = new TopicRegistry(cluster, '')
  registry.adopt((await cluster.metadata([])).topics)
  const parts = {
    cluster,
    registry,
    limits,
    appendLimit: new AppendLimit(limits),
    compression: 'none' as const,
    nowMs: () => 0
  }
  return { lane: new AppendLane(parts, topics.incidents), registry }
}

const record = (id: string): NewRecord => ({ id, key: 'k', value: Buffer.from(id) })

describe('an append lane', () => {
  it('keeps the order of a partition that moves with a batch in flight, and does not take an old answer for a loss', async () => {
    const brokers = new TwoBrokers()
    const { lane, registry } = await openLane(brokers)
    const first = lane.submit([record('a')], 10)
    const sent = await brokers.waitForRequest(1)
    expect(sent.node).toBe(1)
    brokers.leader = 2
    await registry.look()
    const second = lane.submit([record('b')], 10)
    // Time enough to send it, if it did not wait for the first answer.
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
    if (brokers.asked.length > 1) brokers.asked[1]!.answer(11n)
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
    sent.answer(10n)
    expect(await first).toEqual([{ partition: 0, position: 10n }])
    const next = await brokers.waitForRequest(2)
    expect(next.node).toBe(2)
    next.answer(11n)
    expect(await second).toEqual([{ partition: 0, position: 11n }])
    expect(registry.failure).toBeNull()
  })
})
