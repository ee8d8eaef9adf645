// Retention on the logs themselves: what is left is enough for a start, there is less of it, and
// the next start folds the same.

import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { openKafkaLog } from '@tocsin/event-log/kafka/kafka-log'
import { createKafkaJsDriver } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
import { readTopicsFile } from '@tocsin/event-log/kafka/topic/topic-specs'
import type { EventLog } from '@tocsin/event-log/port'
import { systemClock } from '@tocsin/event-log/system-clock'
import { topics } from '@tocsin/event-log/topics'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { kafkaForTests, kafkaPrefix } from '@tocsin/testing/kafka/kafka-for-tests'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { DeliveryFold } from '../../src/notification/delivery-fold.ts'
import { DeliveryLog } from '../../src/notification/delivery-log.ts'
import { DeliveryRetention } from '../../src/notification/delivery-retention.ts'
import { createNotifierMetrics } from '../../src/wiring/notifier-metrics.ts'
import { heardAt, Story } from '../support/delivery-story.ts'
import { countingRandom } from '../support/notifier-harness.ts'

const kafka = await kafkaForTests()
const dayMs = 24 * 3_600_000
const forever = { withinMs: null }

async function opened(log: EventLog, nowMs: () => number) {
  const fold = new DeliveryFold()
  const registry = new Registry()
  const deps = {
    log,
    clock: { ...systemClock, nowMs },
    logger: createLogger({ level: 'silent', name: 'test' })
  }
  const metrics = createNotifierMetrics(registry)
  const deliveries = new DeliveryLog({ ...deps, registry }, fold, () => {})
  await deliveries.start()
  const partitions = await log.partitionCount(topics.deliveries)
  const places = new Map<string, number>()
  for (const id of fold.subscriptionIds)
    places.set(id, await log.findPartition(topics.deliveries, id))
  const ownership = {
    isCurrent: async () => true,
    owns: () => true,
    partitions: new Set(Array.from({ length: partitions }, (_, i) => i)),
    makePartition: (id: string) => places.get(id) ?? 0
  }
  const shared = { ...deps, metrics, fold, deliveryLog: deliveries, ownership }
  const retention = new DeliveryRetention(
    {
      ...{ ...shared, random: countingRandom() },
      retention: { deliveriesDays: 7, pendingDays: 30 }
    },
    new AbortController().signal
  )
  return { fold, deliveries, retention }
}

async function checkOn(open: () => Promise<EventLog>): Promise<void> {
  const stories = ['sub_1', 'sub_2', 'sub_3'].map(id => new Story(id))
  const log = await open()
  let nowMs = (stories[0] as Story).nowMs
  const first = await opened(log, () => nowMs)
  for (const story of stories) {
    story.isUp = story.subscription.subscriptionId === 'sub_1'
    for (let i = 0; i < 40; i++) story.plan(i, { pages: false, closes: false })
    story.run(40)
    story.nowMs += 2 * 3_600_000
    story.plan(99, { pages: false, closes: false })
    const { subscriptionId } = story.subscription
    const own = (id: string) => `${subscriptionId}-${id}`
    const records = story.log.map(record => ({
      ...record,
      id: own(record.id),
      cause: record.cause && own(record.cause)
    }))
    await first.deliveries.write(records, forever)
  }
  nowMs += 8 * dayMs
  await first.deliveries.write([heardAt(new Date(nowMs).toISOString())], forever)
  await first.deliveries.close()
  first.deliveries.closeTables()
  await log.close()
  const again = await open()
  const second = await opened(again, () => nowMs)
  const before = await again.state(topics.deliveries)
  await second.retention.look()
  const after = await again.state(topics.deliveries)
  expect(after.some(({ start }, i) => start > (before[i]?.start ?? 0n))).toBe(true)
  const known = (fold: DeliveryFold) =>
    stories.map(({ subscription: { subscriptionId: id } }) => fold.of(id).listRows())
  expect(second.fold.of('sub_2').table.pendingCount).toBe(41)
  await second.deliveries.close()
  await again.close()
  const last = await open()
  const third = await opened(last, () => nowMs)
  expect(known(third.fold)).toEqual(known(second.fold))
  await third.deliveries.close()
  await last.close()
}

it('on the embedded log', async () => {
  await withTempDir(dataDir => checkOn(() => openEmbeddedLog({ dataDir })))
})

it.skipIf(kafka.skipped !== undefined)('on Kafka', async () => {
  const prefix = kafkaPrefix('retention')
  const driver = createKafkaJsDriver({ clientId: 'retention' })
  const brokers = kafka.brokers ?? []
  await checkOn(() =>
    openKafkaLog({ brokers, driver, prefix, topics: readTopicsFile(), partitions: 2 })
  )
})
