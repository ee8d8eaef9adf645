// A slow reader follows many partitions with answers that are too small for all of them.

import { kafkaForTests, kafkaPrefix } from '@tocsin/testing/kafka/kafka-for-tests'
import { describe, expect, it } from 'vitest'
import { openKafkaLog } from '../../src/kafka/kafka-log.ts'
import { createKafkaJsDriver } from '../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { readTopicsFile } from '../../src/kafka/topic/topic-specs.ts'
import { topics } from '../../src/topics.ts'

const kafka = await kafkaForTests()
const topic = topics.incidents
const partitions = 8
const count = 800

describe.skipIf(kafka.skipped !== undefined)(
  'a tail whose answers hold only some of its partitions',
  () => {
    it('serves all of them in turn, and does not take a full answer for a stuck broker', async () => {
      const driver = createKafkaJsDriver({ clientId: 'tail' })
      const limits = { fetchBytesMax: 64 * 1024, batchBytesMax: 64 * 1024, stuckMsMax: 100 }
      const place = {
        brokers: kafka.brokers!,
        prefix: kafkaPrefix('tail'),
        topics: readTopicsFile()
      }
      const log = await openKafkaLog({ ...place, driver, partitions, replication: 1, limits })
      const value = Buffer.alloc(2_000, 'x')
      const records = Array.from({ length: count }, (_, i) => ({
        id: `id-${i}`,
        key: `key-${i}`,
        value
      }))
      for (let i = 0; i < count; i += 100) await log.append(topic, records.slice(i, i + 100))
      const stop = new AbortController()
      const order: number[] = []
      let seen = 0
      for await (const page of log.tail(await log.cursorAt(topic, 'earliest'), {
        signal: stop.signal
      })) {
        order.push(page.partition)
        seen += page.records.length
        // Longer than the stuck limit: every answer leaves other partitions waiting.
        await new Promise(resolve => setTimeout(resolve, 60))
        if (seen === count) stop.abort()
      }
      expect(new Set(order.slice(0, 2 * partitions)).size, `${order}`).toBe(partitions)
      await log.close()
    })
  }
)
