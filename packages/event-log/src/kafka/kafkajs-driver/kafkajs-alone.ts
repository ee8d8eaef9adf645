// Plain kafkajs as its users call it, the baseline for the Kafka log. Only benchmarks use it.

import { Kafka, logLevel } from 'kafkajs'
import type { NewRecord } from '../../port.ts'

export interface KafkaJsAlone {
  /** Resolves when all in-sync replicas have the records. */
  append(records: readonly NewRecord[]): Promise<unknown>
  /**
   * Reads all partitions from their first positions until `count` records have come. The time, ms,
   * excludes joining the group.
   */
  readAll(
    count: number
  ): Promise<{ readonly records: number; readonly bytes: number; readonly ms: number }>
  deleteTopics(names: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** A producer, and a new consumer for each read. */
export async function createPlainKafkaJs(
  brokers: readonly string[],
  topic: string
): Promise<KafkaJsAlone> {
  const kafka = new Kafka({ clientId: 'alone', brokers: [...brokers], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({
    idempotent: false,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false
  })
  await producer.connect()
  let groups = 0
  return {
    append(records) {
      const messages = records.map(({ id, key, value }) => ({
        key,
        value: value as Buffer,
        partition: 0,
        headers: { id }
      }))
      return producer.send({ topic, acks: -1, messages })
    },
    async readAll(count) {
      const consumer = kafka.consumer({
        groupId: `alone-${process.pid}-${Date.now()}-${groups++}`,
        maxWaitTimeInMs: 100
      })
      await consumer.connect()
      await consumer.subscribe({ topics: [topic], fromBeginning: true })
      const done = Promise.withResolvers<void>()
      const got = { records: 0, bytes: 0 }
      let startMs = 0
      consumer.on(consumer.events.GROUP_JOIN, () => {
        startMs = performance.now()
      })
      await consumer.run({
        autoCommit: false,
        async eachBatch({ batch: { messages } }) {
          got.records += messages.length
          for (const { value } of messages) got.bytes += value?.length ?? 0
          if (got.records >= count) done.resolve()
        }
      })
      await done.promise
      const ms = performance.now() - startMs
      await consumer.disconnect()
      return { ...got, ms }
    },
    async deleteTopics(names) {
      const admin = kafka.admin()
      await admin.connect()
      await admin.deleteTopics({ topics: [...names] })
      await admin.disconnect()
    },
    close: () => producer.disconnect()
  }
}
