// The Kafka log on three brokers with three replicas: what happens to appends, tails, cursors and
// memberships when the leader is killed, when too few brokers are left, and when all are back.

import { type KafkaBrokers, startKafkaCluster } from '@tocsin/testing/kafka/kafka-cluster'
import { kafkaPrefix, ownBrokers } from '@tocsin/testing/kafka/kafka-for-tests'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readStored, selectFirsts, waitUntil } from '../../src/conformance/reading.ts'
import { parseBroker } from '../../src/kafka/cluster/kafka-cluster.ts'
import type { BrokerConnection } from '../../src/kafka/driver/driver.ts'
import { type KafkaLog, openKafkaLog } from '../../src/kafka/kafka-log.ts'
import { createKafkaJsDriver } from '../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { readTopicsFile } from '../../src/kafka/topic/topic-specs.ts'
import type { Membership } from '../../src/port.ts'
import { topics } from '../../src/topics.ts'
import { ReplicaLoad } from './kafka-replica-load.ts'

const kafka = await ownBrokers()
const partitions = 3
const topic = topics.incidents
const consumer = 'rules'
const waitMs = 60_000

interface World {
  readonly prefix: string
  readonly log: KafkaLog
  readonly load: ReplicaLoad
  readonly member: Membership
}

describe.skipIf(kafka.skipped)('three brokers', { timeout: 180_000 }, () => {
  let cluster: KafkaBrokers
  const worlds: World[] = []

  beforeAll(async () => {
    cluster = await startKafkaCluster({ nodes: 3 })
    worlds.push(await openWorld())
  }, 120_000)
  afterAll(async () => {
    for (const { load, log } of worlds) {
      await load.stop()
      await log.close()
    }
    await cluster?.dispose()
  })

  async function openWorld(): Promise<World> {
    const prefix = kafkaPrefix('replicas')
    const log = await openKafkaLog({
      brokers: cluster.brokers,
      driver: createKafkaJsDriver({ clientId: 'replicas' }),
      prefix,
      topics: readTopicsFile(),
      partitions,
      replication: 3
    })
    const member = await log.join('workers', topic)
    await member.divided
    return { prefix, log, member, load: await new ReplicaLoad(log, topic).start() }
  }

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
  const leaders = async ({ log }: World) =>
    ask(async c =>
      (await c.metadata([log.names!.topic(topic)])).topics[0]!.partitions.map(
        ({ leader }) => leader
      )
    )
  const coordinator = async ({ log }: World) =>
    (await ask(c => c.findCoordinator(log.names!.group(consumer)))).nodeId
  const eachWorld = (use: (world: World) => Promise<void>) => Promise.all(worlds.map(use))
  const committed = async ({ log }: World) =>
    (await log.committed(consumer, topic))?.positions.reduce((sum, p) => sum + p, 0n) ?? 0n
  const commit = async ({ log, load }: World) => log.commit(consumer, load.cursor)

  it('keep three replicas, of which two must have an acknowledged record', async () => {
    await eachWorld(async ({ log, load }) => {
      const config = await ask(c => c.topicConfig(log.names!.topic(topic)))
      expect(config.get('min.insync.replicas')).toBe('2')
      await waitUntil('each key is acknowledged twenty times', () => load.eachHas(20), waitMs)
    })
    for (const world of worlds)
      expect(new Set(await leaders(world)).size, 'every partition to have a leader').toBe(3)
  })

  it('continue when the leader and coordinator is killed: no loss, order kept, tails and cursors continue', async () => {
    await eachWorld(commit)
    const before = new Map(
      await Promise.all(worlds.map(async world => [world, await committed(world)] as const))
    )
    const victim = await coordinator(worlds[0]!)
    await cluster.nodes.get(victim)!.kill()
    const killedMs = performance.now()
    await eachWorld(async world => {
      const { load, member, log } = world
      const had = load.counts()
      await waitUntil('every key is acknowledged again', () => load.eachHas(20, had), waitMs)
      const againMs = performance.now() - killedMs
      await waitUntil('the tail has read everything', () => load.tailHasAcknowledged(), waitMs)
      await waitUntil(
        'a cursor is committed again',
        () =>
          commit(world).then(
            () => true,
            () => false
          ),
        waitMs
      )
      expect(await committed(world)).toBeGreaterThan(before.get(world)!)
      await waitUntil(
        'the member has its partitions',
        () => member.partitions.length === partitions && member.isCurrent?.() === true,
        waitMs
      )
      await waitUntil('the log is healthy', () => log.health().ok, waitMs)
      console.log(
        `${world.prefix} node ${victim} killed: all keys acknowledged 20 times more after ${Math.round(againMs)} ms`
      )
    })
    for (const world of worlds) {
      expect(await leaders(world)).not.toContain(victim)
      expect(await coordinator(world)).not.toBe(victim)
      expect(world.load.wrong).toEqual([])
    }
  })

  it('acknowledge nothing while two of them are down, report it, and lose no acknowledged record', async () => {
    const [next] = [...cluster.nodes.values()].filter(({ running }) => running)
    await next!.kill()
    await eachWorld(async ({ prefix, load, log }) => {
      await waitUntil('the log reports that it is unhealthy', () => !log.health().ok, waitMs)
      console.log(`${prefix} two killed: ${log.health().detail}`)
      const acknowledged = load.acknowledged.length
      const outcomes = await Promise.all(
        load.keys.map(key =>
          log.append(topic, [{ id: `refused-${key}`, key, value: Buffer.from('x') }]).then(
            () => 'acknowledged',
            error => String((error as { code?: unknown }).code)
          )
        )
      )
      for (const outcome of outcomes)
        expect(['log-unavailable', 'append-unknown']).toContain(outcome)
      expect(load.acknowledged).toHaveLength(acknowledged)
    })
    await Promise.all(
      [...cluster.nodes.values()].filter(({ running }) => !running).map(broker => broker.start())
    )
    await eachWorld(async world => {
      const { load, log } = world
      const had = load.counts()
      await waitUntil('every key is acknowledged again', () => load.eachHas(20, had), waitMs)
      await waitUntil('the log is healthy', () => log.health().ok, waitMs)
      await load.stopWriting()
      await waitUntil('the tail has read everything', () => load.tailHasAcknowledged(), waitMs)
      await commit(world)
      const stored = await readStored(log, topic)
      expect(load.lostFrom(stored)).toEqual([])
      expect(load.disorderIn(selectFirsts(stored))).toEqual([])
      expect(load.wrong).toEqual([])
      console.log(
        `${world.prefix} ${load.acknowledged.length} acknowledged, 0 lost, ${stored.length} stored; ` +
          [...load.errors].map(([code, count]) => `${count} × ${code}`).join(', ')
      )
    })
  })
})
