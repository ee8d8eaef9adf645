// The Kafka log as a subject of the conformance suite: separate topics on a shared broker, or a
// separate broker to be killed, filled and damaged.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { startKafkaBroker } from '@tocsin/testing/kafka/kafka-broker'
import { kafkaPrefix } from '@tocsin/testing/kafka/kafka-for-tests'
import { waitUntil } from '../../src/conformance/reading.ts'
import type { LogSubject, OwnBroker, OwnBrokerOptions } from '../../src/conformance/subject.ts'
import { parseBroker } from '../../src/kafka/cluster/kafka-cluster.ts'
import {
  type BrokerConnection,
  type KafkaDriver,
  KafkaDriverError
} from '../../src/kafka/driver/driver.ts'
import { type KafkaLog, openKafkaLog } from '../../src/kafka/kafka-log.ts'
import { createKafkaJsDriver } from '../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { newTopic, readTopicsFile } from '../../src/kafka/topic/topic-specs.ts'
import { cleanupOf, type Topic } from '../../src/topics.ts'
import { watchAppender } from '../support/appender-process.ts'
import { endProcesses, startProcess } from '../support/child-process.ts'
import { smallDisk } from '../support/small-disk.ts'

export interface KafkaSubjectOptions {
  readonly brokers: readonly string[]
  readonly partitions: number
  /** Override ordinary settings of the topics. */
  readonly config?: Readonly<Record<string, string>>
  /** False if the cluster is thrown away afterwards anyway. */
  readonly removesTopics?: boolean
}

const physical = (prefix: string) =>
  (Object.keys(cleanupOf) as Topic[]).map(topic => `${prefix}${topic}`)
const adminMs = 30_000

/** A subject with separate topics. They are created by the first opening. */
export function kafkaSubject(options: KafkaSubjectOptions): LogSubject {
  const { brokers, partitions, config = {} } = options
  const prefix = kafkaPrefix('conformance')
  let isMade = false
  const open = (
    given: { partitions?: number } = {},
    using = createKafkaJsDriver({ clientId: 'conformance' })
  ) => {
    const wanted = given.partitions ?? (isMade ? undefined : partitions)
    isMade = true
    const wishes = { config, ...(wanted === undefined ? {} : { partitions: wanted }) }
    return openKafkaLog({
      brokers,
      driver: using,
      prefix,
      topics: readTopicsFile(),
      ...wishes,
      ...given
    })
  }
  const admin = <T>(ask: (connection: BrokerConnection) => Promise<T>) =>
    withConnection(options, ask)
  return {
    open: given => open(given),
    async recreate() {
      if (isMade) await deleteTopics(admin, physical(prefix))
      isMade = false
    },
    async trim(log, topic, partition, before) {
      await (log as KafkaLog).trim(topic, partition, before)
    },
    async dispose() {
      endProcesses()
      if (isMade && options.removesTopics !== false)
        await admin(c => c.deleteTopics(physical(prefix), adminMs))
    },
    openDoubtful: fate => open({}, doubtful(createKafkaJsDriver({ clientId: 'doubtful' }), fate)),
    processes: {
      async startAppender(asked) {
        if (!isMade) await (await open()).close()
        const args = JSON.stringify({ brokers, topicPrefix: prefix, ...asked })
        return watchAppender(startProcess([], './kafka-log-process.ts', [args]), asked.prefix)
      }
    },
    topicTool: {
      async addPartitions(topic, count) {
        const outcome = await admin(c => c.createPartitions(`${prefix}${topic}`, count, adminMs))
        if (outcome.error !== 0)
          throw new Error(`adding partitions failed: ${outcome.error} ${outcome.message}`)
      },
      deleteTopic: topic => deleteTopics(admin, [`${prefix}${topic}`]),
      async makeTopic(topic) {
        const wanted = newTopic(
          readTopicsFile(),
          topic,
          `${prefix}${topic}`,
          { partitions, config },
          1
        )
        const [outcome] = await admin(c => c.createTopics([wanted], adminMs))
        if (outcome?.error !== 0)
          throw new Error(`creating the topic failed: ${outcome?.error} ${outcome?.message}`)
      }
    },
    ownBroker: asked => ownBroker(asked)
  }
}

/** A driver that cuts off appends: after the broker has carried them out, or before they leave. */
function doubtful(driver: KafkaDriver, fate: 'written' | 'lost'): KafkaDriver {
  return {
    ...driver,
    async connect(address, deadlineMs) {
      const connection = await driver.connect(address, deadlineMs)
      const produce = connection.produce.bind(connection)
      connection.produce = async request => {
        if (fate === 'written') await produce(request)
        connection.destroy()
        throw new KafkaDriverError('disconnected', 'the connection ended before the answer')
      }
      return connection
    }
  }
}

async function withConnection<T>(
  { brokers }: KafkaSubjectOptions,
  ask: (connection: BrokerConnection) => Promise<T>
): Promise<T> {
  const driver = createKafkaJsDriver({ clientId: 'conformance-admin' })
  const connection = await driver.connect(parseBroker(brokers[0]!), adminMs)
  try {
    await connection.apiVersions()
    return await ask(connection)
  } finally {
    connection.destroy()
  }
}

/** Resolves when the topics are removed, so that topics of the same name can be created. */
async function deleteTopics(
  admin: <T>(ask: (connection: BrokerConnection) => Promise<T>) => Promise<T>,
  names: readonly string[]
): Promise<void> {
  await admin(async connection => {
    await connection.deleteTopics(names, adminMs)
    await waitUntil('the topics to be removed', async () =>
      (await connection.metadata(names)).topics.every(({ error }) => error !== 0)
    )
  })
}

async function ownBroker(options: OwnBrokerOptions): Promise<OwnBroker> {
  const disk = options.diskKib === undefined ? null : smallDisk(options.diskKib)
  const dataDir = disk === null ? {} : { dataDir: join(disk.folder, 'data') }
  const broker = await startKafkaBroker({ ...dataDir, heapMib: 256 })
  const config: Record<string, string> = options.isSynced === true ? { 'flush.messages': '1' } : {}
  const subject = kafkaSubject({
    brokers: broker.brokers,
    partitions: 1,
    config,
    removesTopics: false
  })
  return {
    subject: {
      ...subject,
      async dispose() {
        await subject.dispose()
        await broker.dispose()
        disk?.remove()
      }
    },
    kill: () => broker.kill(),
    stop: () => broker.stop(),
    start: () => broker.start(),
    pause: () => broker.pause(),
    resume: () => broker.resume(),
    segmentOf: (topic, partition) => firstSegment(broker.dataDir, `${topic}-${partition}`),
    makeRoom: () => disk?.grow()
  }
}

function firstSegment(dataDir: string, partition: string): string {
  const folder = readdirSync(dataDir).find(name => name.endsWith(partition))
  if (folder === undefined) throw new Error(`${dataDir} has no ${partition}`)
  return join(dataDir, folder, `${'0'.repeat(20)}.log`)
}
