// Checks at opening, on a cluster in memory: missing topics, topics that would lose records, too
// few replicas, refused credentials.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { getErrorCode, record } from '../../src/conformance/reading.ts'
import { asEventLogError } from '../../src/kafka/cluster/retrying.ts'
import { KafkaDriverError } from '../../src/kafka/driver/driver.ts'
import type { KafkaLogOptions } from '../../src/kafka/kafka-log.ts'
import { type Topic, topics } from '../../src/topics.ts'
import { FakeKafka, openOn, quick, skipWaits } from './fake-kafka.ts'

beforeEach(skipWaits)
afterEach(() => void vi.useRealTimers())

it.each([
  [29, 'positions of tocsin.alerts', /^positions of tocsin.alerts: .*READ, WRITE and DESCRIBE/],
  [
    30,
    'taking part in tocsin-members-rules',
    /^taking part in tocsin-members-rules: .*READ the group/
  ]
])('names the right that the user lacks: error %i', (kafkaCode, what, words) => {
  const error = new KafkaDriverError('broker', `Kafka answered error ${kafkaCode}`, { kafkaCode })
  expect(asEventLogError(error, what).message).toMatch(words)
})

const topic = topics.incidents
const allTopics = Object.values(topics)
describe('topics that are missing', () => {
  it.each([topics.alerts, topics.keys])(
    'are not created beside others that have records: %s',
    async gone => {
      const kafka = new FakeKafka()
      const log = await openOn(kafka)
      await log.append(topic, [record('a')])
      kafka.topics.delete(gone)
      for (const createTopics of [true, false])
        await expect(openOn(kafka, { createTopics })).rejects.toMatchObject({
          code: 'log-replaced',
          retryable: false,
          message: expect.stringMatching(
            `the cluster has no topic ${gone}, and there are records in ${topic}: .*Restore the cluster from a backup`
          )
        })
      expect(kafka.topics.has(gone)).toBe(false)
    }
  )

  it('are not created beside others whose records were all removed', async () => {
    const kafka = new FakeKafka()
    await openOn(kafka)
    Object.assign(kafka.topics.get(topics.deliveries)!.partitions[1]!, { end: 7n })
    kafka.topics.delete(topic)
    expect(await getErrorCode(openOn(kafka))).toBe('log-replaced')
  })

  it('are created after an interrupted creation, when no topic has a record', async () => {
    const kafka = new FakeKafka()
    await openOn(kafka)
    const kept = kafka.topics.get(topics.alerts)!.id
    for (const gone of [topic, topics.keys, topics.control]) kafka.topics.delete(gone)
    const log = await openOn(kafka)
    expect([...kafka.topics.keys()].sort()).toEqual([...allTopics].sort())
    expect(await log.epoch(topics.alerts)).toBe(kept)
  })

  it('are created, and a broker that does not know them yet is asked again for their settings', async () => {
    const kafka = new FakeKafka(3)
    kafka.unsettled.push(3, 3)
    const log = await openOn(kafka)
    expect((await log.append(topic, [record('a')]))[0]?.position).toBe(0n)
    expect(kafka.looks).toBeGreaterThanOrEqual(allTopics.length + 2)
    kafka.unsettled.push(40)
    expect(await getErrorCode(openOn(kafka))).toBe('log-unavailable')
  })

  it('that our user may not create are named at once, with the right', async () => {
    const kafka = new FakeKafka()
    kafka.mayCreate = false
    await expect(openOn(kafka)).rejects.toMatchObject({
      code: 'config-invalid',
      retryable: false,
      message: expect.stringMatching(
        `may not CREATE the topics .*${topics.alerts}.*make them from infra/kafka/topics.json`
      )
    })
  })

  it('that another process creates meanwhile are accepted', async () => {
    const kafka = new FakeKafka()
    const first = await openOn(kafka)
    await first.append(topic, [record('a')])
    const held = kafka.topics.get(topics.alerts)!
    kafka.topics.delete(topics.alerts)
    const opening = openOn(kafka)
    setTimeout(() => kafka.topics.set(topics.alerts, held), 10)
    expect(await (await opening).epoch(topics.alerts)).toBe(held.id)
  })
})

describe('topics created by somebody else', () => {
  const wrong: readonly (readonly [Topic, Record<string, string>, number, string])[] = [
    [
      topics.keys,
      { 'cleanup.policy': 'delete', 'retention.ms': '604800000' },
      1,
      'is not compacted'
    ],
    [topics.snapshots, { 'cleanup.policy': 'delete', 'retention.ms': '-1' }, 1, 'is not compacted'],
    [
      topics.keys,
      { 'cleanup.policy': 'compact,delete', 'retention.ms': '604800000' },
      1,
      'set both to -1'
    ],
    [topics.deliveries, { 'retention.ms': '3600000' }, 1, 'set both to -1'],
    [topics.deliveries, { 'retention.bytes': '1000000' }, 1, 'set both to -1'],
    [topic, { 'retention.ms': '3600000' }, 1, 'set both to -1'],
    [topic, { 'cleanup.policy': 'compact' }, 1, 'which removes events'],
    [
      topic,
      { 'unclean.leader.election.enable': 'true' },
      1,
      'unclean.leader.election.enable=false'
    ],
    [
      topics.keys,
      { 'unclean.leader.election.enable': 'true' },
      3,
      'unclean.leader.election.enable=false'
    ],
    [topic, { 'min.insync.replicas': '1' }, 3, 'set min.insync.replicas=2'],
    [topic, { 'min.insync.replicas': '3' }, 3, 'refuses writes while one of them is unavailable'],
    [topic, { 'max.message.bytes': '1000000' }, 1, 'set max.message.bytes=']
  ]
  it.each(wrong)('are refused: %s with %o and %i replicas', async (of, config, copies, why) => {
    const kafka = new FakeKafka(3)
    await openOn(kafka)
    const found = kafka.topics.get(of)!
    found.copies = copies
    for (const [name, value] of Object.entries(config)) found.config.set(name, value)
    await expect(openOn(kafka)).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(why)
    })
    await expect(openOn(kafka)).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining(of)
    })
  })

  it('are accepted if they lose nothing', async () => {
    const kafka = new FakeKafka(3)
    await openOn(kafka)
    kafka.topics.get(topics.quarantine)!.config.set('retention.ms', '604800000')
    kafka.topics
      .get(topics.keys)!
      .config.set('cleanup.policy', 'compact,delete')
      .set('retention.ms', '-1')
    // A cluster-wide default may require more replicas than exist: then Kafka requires as many as
    // exist.
    for (const { config } of kafka.topics.values()) config.set('min.insync.replicas', '2')
    for (const found of kafka.topics.values()) found.copies = 1
    await openOn(kafka)
    for (const found of kafka.topics.values()) found.copies = 5
    await openOn(kafka)
  })
})

describe('copies', () => {
  async function warningsOn(
    kafka: FakeKafka,
    options: Partial<KafkaLogOptions> = {}
  ): Promise<string[]> {
    const warnings: string[] = []
    await openOn(kafka, { ...options, onWarning: warning => warnings.push(warning) })
    return warnings
  }

  it('in the configured number give no warning', async () => {
    const kafka = new FakeKafka(3)
    expect(await warningsOn(kafka)).toEqual([])
    expect([...kafka.topics.values()].map(({ copies }) => copies)).toEqual(allTopics.map(() => 3))
  })

  it('in a smaller number give a warning at each opening, also when the cluster has grown', async () => {
    const kafka = new FakeKafka(3)
    kafka.away.add(2).add(3)
    const said = [
      'the topics have 1 replica, 3 are configured: the loss of a disk loses acknowledged records. Set kafka.replication=1 if this is intended.'
    ]
    expect(await warningsOn(kafka)).toEqual(said)
    expect(await warningsOn(kafka)).toEqual(said)
    kafka.away.clear()
    const [warning, ...others] = await warningsOn(kafka)
    expect(others).toEqual([])
    expect(warning).toContain('1 replica, 3 are configured')
    expect(warning).toContain(
      'The cluster has 3 brokers now: add replicas with kafka-reassign-partitions.'
    )
  })

  it('in an intended smaller number give no warning', async () => {
    expect(await warningsOn(new FakeKafka(3), { replication: 1 })).toEqual([])
    expect(await warningsOn(new FakeKafka(), { replication: 1 })).toEqual([])
  })

  it('of single topics are reported', async () => {
    const kafka = new FakeKafka(3)
    await openOn(kafka)
    kafka.topics.get(topics.keys)!.copies = 2
    expect((await warningsOn(kafka))[0]).toContain(
      `${topics.keys} have 2 replicas, 3 are configured: while one broker is down`
    )
  })
})

describe('refused credentials', () => {
  it('while the log is open make it unhealthy, with the duration, until they are accepted again', async () => {
    const kafka = new FakeKafka(2)
    const log = await openOn(kafka)
    kafka.refusing.add(1).add(2)
    kafka.cut()
    await expect
      .poll(() => log.health())
      .toMatchObject({ ok: false, detail: expect.stringContaining('refuse our credentials') })
    const since = () => Number(/^for (\d+) s/.exec(log.health().detail)![1])
    await expect.poll(since, { timeout: 60_000 }).toBeGreaterThan(0)
    // All brokers have refused us for longer than an append may wait: it is refused at once.
    const began = performance.now()
    await expect(log.append(topic, [record('a')])).rejects.toMatchObject({
      code: 'log-unavailable',
      message: expect.stringContaining('refuse our credentials')
    })
    expect(performance.now() - began).toBeLessThan(quick.appendMsMax)
    kafka.refusing.clear()
    await expect.poll(() => log.health().ok, { timeout: 60_000 }).toBe(true)
    await log.append(topic, [record('b')])
  })

  it('at one broker do not make the log unhealthy while another accepts them', async () => {
    const kafka = new FakeKafka(2)
    const log = await openOn(kafka)
    kafka.refusing.add(1)
    kafka.cut(1)
    for (const partition of kafka.topics.get(topic)!.partitions) partition.leader = 2
    expect(await log.append(topic, [record('a')])).toHaveLength(1)
    expect(log.health().ok).toBe(true)
  })

  it('for a topic make the log unhealthy', async () => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka)
    kafka.denied.add(topics.keys)
    await expect
      .poll(() => log.health())
      .toEqual({
        ok: false,
        detail: `the Kafka user may not DESCRIBE the topics ${topics.keys}: give it that right`
      })
    kafka.denied.clear()
    await expect.poll(() => log.health().ok).toBe(true)
  })

  it('to write make the log unhealthy before anything is written', async () => {
    const kafka = new FakeKafka()
    kafka.readOnly = true
    const log = await openOn(kafka)
    expect(log.health()).toEqual({
      ok: false,
      detail: expect.stringMatching(/may not WRITE the topics tocsin\.\S+, .*: give it that right$/)
    })
  })
})
