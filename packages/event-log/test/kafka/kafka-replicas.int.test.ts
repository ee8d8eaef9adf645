// The Kafka log on three brokers with three replicas: what happens to appends, tails, cursors and
// memberships when the leader is killed, when too few brokers are left, and when all are back.

import { type KafkaBrokers, startKafkaCluster } from '@tocsin/testing/kafka/kafka-cluster'
import { kafkaPrefix, ownBrokers } from '@tocsin/testing/kafka/kafka-for-tests'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readStored, waitUntil } from '../../src/conformance/reading.ts'
import { parseBroker } from '../../src/kafka/cluster/kafka-cluster.ts'
import type { BrokerConnection } from '../../src/kafka/driver/driver.ts'
import { type KafkaLog, openKafkaLog } from '../../src/kafka/kafka-log.ts'
import { createKafkaJsDriver } from '../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { readTopicsFile } from '../../src/kafka/topic/topic-specs.ts'
import type { Membership } from '../../src/port.ts'
import { topics } from '../../src/topics.ts'
import { judge } from './chaos/kafka-chaos-judge.ts'
import { ChaosLoad } from './chaos/kafka-chaos-load.ts'

const kafka = await ownBrokers()
const partitions = 3
const writers = 2
const topic = topics.incidents
/** The reader of the load, which commits its cursor. */
const consumer = 'load-r'
const waitMs = 60_000

describe.skipIf(kafka.skipped)('three brokers', { timeout: 180_000 }, () => {
  let cluster: KafkaBrokers
  let log: KafkaLog
  let load: ChaosLoad
  let member: Membership

  beforeAll(async () => {
    cluster = await startKafkaCluster({ nodes: 3 })
    log = await openKafkaLog({
      brokers: cluster.brokers,
      driver: createKafkaJsDriver({ clientId: 'replicas' }),
      prefix: kafkaPrefix('replicas'),
      topics: readTopicsFile(),
      partitions,
      replication: 3
    })
    load = new ChaosLoad({ pauseMs: 30 })
    await load.start('load', log, writers)
    member = load.memberships[0]!
    await member.divided
  }, 120_000)
  afterAll(async () => {
    load?.abandon()
    await log?.close()
    await cluster?.dispose()
  })

  /** Sends a request to the first broker that is alive. */
  async function ask<T>(question: (connection: BrokerConnection) => Promise<T>): Promise<T> {
    const living = [...cluster.nodes.values()].find(({ running }) => running)!
    const connection = await createKafkaJsDriver({ clientId: 'admin' }).connect(
      parseBroker(living.brokers[0]!),
      5_000
    )
    try {
      await connection.apiVersions()
      return await question(connection)
    } finally {
      connection.destroy()
    }
  }

  /** The leading node of each partition. */
  const leaders = async () =>
    ask(async c =>
      (await c.metadata([log.names!.topic(topic)])).topics[0]!.partitions.map(
        ({ leader }) => leader
      )
    )
  const coordinator = async () =>
    (await ask(c => c.findCoordinator(log.names!.group(consumer)))).nodeId
  const committed = async () =>
    (await log.committed(consumer, topic))?.positions.reduce((sum, p) => sum + p, 0n) ?? 0n

  /** Resolves when each key has twenty more acknowledged records than now. */
  async function waitForWrites(): Promise<void> {
    const had = load.countByKey()
    const isWritten = () => {
      const counts = [...load.countByKey()]
      return counts.length === 3 * writers && counts.every(([k, n]) => n >= (had.get(k) ?? 0) + 20)
    }
    await waitUntil('each key is acknowledged twenty times more', isWritten, waitMs)
  }

  it('keep three replicas, of which two must have an acknowledged record', async () => {
    const config = await ask(c => c.topicConfig(log.names!.topic(topic)))
    expect(config.get('min.insync.replicas')).toBe('2')
    await waitForWrites()
    expect(new Set(await leaders()).size, 'every partition to have a leader').toBe(3)
  })

  it('continue when the leader and coordinator is killed: tails and cursors continue', async () => {
    await waitUntil('a cursor is committed', async () => (await committed()) > 0n, waitMs)
    const victim = await coordinator()
    const before = await committed()
    await cluster.nodes.get(victim)!.kill()
    // Until another coordinator has loaded the offsets nobody answers a question about them.
    await waitForWrites()
    await waitUntil('a cursor is committed again', async () => (await committed()) > before, waitMs)
    await waitUntil(
      'the member has its partitions',
      () => member.partitions.length === partitions && member.isCurrent?.() === true,
      waitMs
    )
    await waitUntil('the log is healthy', () => log.health().ok, waitMs)
    expect(await leaders()).not.toContain(victim)
    expect(await coordinator()).not.toBe(victim)
    expect(load.wrong).toEqual([])
  })

  it('acknowledge nothing while two of them are down, report it, and lose no acknowledged record', async () => {
    const [next] = [...cluster.nodes.values()].filter(({ running }) => running)
    await next!.kill()
    await waitUntil('the log reports that it is unhealthy', () => !log.health().ok, waitMs)
    const acknowledged = load.acked
    // On a topic of their own: whether they are written is not known.
    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map(key =>
        log.append(topics.alerts, [{ id: key, key, value: Buffer.from('x') }]).then(
          () => 'acknowledged',
          error => String((error as { code?: unknown }).code)
        )
      )
    )
    for (const outcome of outcomes) expect(['log-unavailable', 'append-unknown']).toContain(outcome)
    expect(load.acked).toBe(acknowledged)
    await Promise.all(
      [...cluster.nodes.values()].filter(({ running }) => !running).map(broker => broker.start())
    )
    await waitForWrites()
    await waitUntil('the log is healthy', () => log.health().ok, waitMs)
    await load.stopWriting()
    await load.stopReading(await log.cursorAt(topic, 'latest'), waitMs)
    const stored = await readStored(log, topic)
    const { attempts, readers } = load
    expect([...load.wrong, ...judge({ attempts, readers, stored, partitions })]).toEqual([])
    console.log(
      `${load.acked} acknowledged, 0 lost, ${stored.length} stored; ` +
        [...load.errors].map(([what, count]) => `${count} × ${what}`).join(', ')
    )
  })
})
