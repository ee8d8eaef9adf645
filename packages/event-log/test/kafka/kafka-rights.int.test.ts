// Topics that somebody else made, for a user with few rights, on a broker with access lists.

import type { KafkaBroker } from '@tocsin/testing/kafka/kafka-broker'
import { makeCertificates } from '@tocsin/testing/kafka/kafka-certificates'
import { ownBrokers } from '@tocsin/testing/kafka/kafka-for-tests'
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KafkaLog, openKafkaLog } from '../../src/kafka/kafka-log.ts'
import { createKafkaJsDriver } from '../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { readTopicsFile } from '../../src/kafka/topic/topic-specs.ts'
import { topics } from '../../src/topics.ts'

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, ResourcePatternTypes } =
  kafkajs
const [username, password] = ['tocsin', 'correct-horse']
const topic = topics.alerts
const sasl = { mechanism: 'plain', username, password } as const
const kafka = await ownBrokers()
let broker: KafkaBroker
let admin: ReturnType<InstanceType<typeof Kafka>['admin']>

beforeAll(async () => {
  if (kafka.skipped) return
  const security = { certificates: makeCertificates(), username, password, accessLists: true }
  broker = await kafka.start!({ security })
  admin = new Kafka({ brokers: [...broker.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
})
afterAll(async () => {
  await admin?.disconnect()
  await broker?.dispose()
})

/** Brokers learn of a right some milliseconds after it was granted. */
function grant(
  type: 'TOPIC' | 'GROUP',
  prefix: string,
  ...rights: ('READ' | 'WRITE' | 'DESCRIBE')[]
) {
  return admin.createAcls({
    acl: rights.map(right => ({
      resourceType: AclResourceTypes[type],
      resourceName: prefix,
      resourcePatternType: ResourcePatternTypes.PREFIXED,
      principal: `User:${username}`,
      host: '*',
      operation: AclOperationTypes[right],
      permissionType: AclPermissionTypes.ALLOW
    }))
  })
}

function open(prefix: string, as: 'somebody else' | 'us'): Promise<KafkaLog> {
  return openKafkaLog({
    brokers: as === 'us' ? broker.secured.saslPlain : broker.brokers,
    driver: createKafkaJsDriver({ clientId: 'rights', ...(as === 'us' ? { sasl } : {}) }),
    prefix,
    topics: readTopicsFile()
  })
}

const make = async (prefix: string) => (await open(prefix, 'somebody else')).close()
const refusal = (prefix: string) =>
  open(prefix, 'us').then(
    async log => {
      await log.close()
      return 'opened'
    },
    (error: Error) => error.message
  )

describe.skipIf(kafka.skipped)('a log on topics that somebody else made', () => {
  it('opens without CREATE and DESCRIBE_CONFIGS, and does all its work', async () => {
    await make('enough.')
    await grant('TOPIC', 'enough.', 'READ', 'WRITE')
    await grant('GROUP', 'enough.', 'READ')
    await expect.poll(() => refusal('enough.')).toBe('opened')
    const log = await open('enough.', 'us')
    const record = { id: 'a', key: 'k', value: Buffer.from('x') }
    const [at] = await log.append(topic, [record])
    const limits = { recordsMax: 1, bytesMax: 1000 }
    expect((await log.read(topic, at!.partition, 0n, limits)).records).toHaveLength(1)
    await log.commit('rules', await log.cursorAt(topic, 'latest'))
    const member = await log.join('rules', topic)
    await member.divided
    expect(member.partitions).toHaveLength(await log.partitionCount(topic))
    expect(log.health().ok).toBe(true)
    await log.close()
  })

  it('refuses to open and names the topics without DESCRIBE, and without CREATE if they lack', async () => {
    await make('hidden.')
    expect(await refusal('hidden.')).toMatch(
      /^the Kafka user may not DESCRIBE the topics .*hidden\.tocsin\.alerts\.v1.*: give it that right$/
    )
    await grant('TOPIC', 'absent.', 'DESCRIBE')
    await expect
      .poll(() => refusal('absent.'))
      .toMatch(
        /^the Kafka user may not CREATE the topics .*absent\.tocsin\.alerts\.v1.*: give it that right, or make them/
      )
  })

  it('names the topics that it may not read or write, and is healthy once it may', async () => {
    await make('closed.')
    await grant('TOPIC', 'closed.', 'DESCRIBE')
    await expect.poll(() => refusal('closed.')).toBe('opened')
    const log = await open('closed.', 'us')
    const names = Object.values(topics).map(name => `closed.${name}`)
    const lacks = () => log.health().detail.split('; ')
    expect(lacks()).toEqual([
      expect.stringMatching(/^the Kafka user may not READ the topics .*: give it that right$/),
      expect.stringMatching(/^the Kafka user may not WRITE the topics .*: give it that right$/)
    ])
    for (const name of names) expect(log.health().detail).toContain(name)
    await grant('TOPIC', 'closed.', 'READ')
    await expect
      .poll(lacks, { timeout: 10_000 })
      .toEqual([expect.stringContaining('may not WRITE the topics')])
    await grant('TOPIC', 'closed.', 'WRITE')
    await expect.poll(() => log.health().ok, { timeout: 10_000 }).toBe(true)
    await log.close()
  })

  it('names the group without READ', async () => {
    await make('lonely.')
    await grant('TOPIC', 'lonely.', 'READ', 'WRITE')
    await expect.poll(() => refusal('lonely.')).toBe('opened')
    const log = await open('lonely.', 'us')
    const member = await log.join('rules', topic)
    expect((await member.failed).message).toMatch(
      /^taking part in lonely\.tocsin-members-rules: the Kafka user may not READ the group/
    )
    await log.close()
  })
})
