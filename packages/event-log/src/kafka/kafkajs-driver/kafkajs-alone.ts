// kafkajs as its users take it, without anything of ours: what the log on Kafka is measured beside. Only the bench uses it.

import { Kafka, logLevel } from 'kafkajs'
import type { NewRecord } from '../../port.ts'

export interface KafkaJsAlone {
  /** Resolves when all in-sync replicas have it. */
  append(records: readonly NewRecord[]): Promise<unknown>
  /** Reads from the first position of all partitions on, until it has so many. The time, ms, is without that of joining its group. */
  readAll(count: number): Promise<{ readonly records: number; readonly bytes: number; readonly ms: number }>
  deleteTopics(names: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** A producer, and consumers as they are asked for. */
export async function kafkajsAlone(brokers: readonly string[], topic: string): Promise<KafkaJsAlone> {
  const kafka = new Kafka({ clientId: 'alone', brokers: [...brokers], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ idempotent: false, maxInFlightRequests: 1, allowAutoTopicCreation: false })
  await producer.connect()
  let groups = 0
  return {
    append(records) {
      const messages = records.map(({ id, key, value }) => ({ key, value: value as Buffer, partition: 0, headers: { id } }))
      return producer.send({ topic, acks: -1, messages })
    },
    async readAll(count) {
      const consumer = kafka.consumer({ groupId: `alone-${process.pid}-${Date.now()}-${groups++}`, maxWaitTimeInMs: 100 })
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
