// A separate process that appends batches to a Kafka log and prints what was acknowledged. Options
// as JSON in the arguments.

import { openKafkaLog } from '@tocsin/event-log/kafka/kafka-log'
import { createKafkaJsDriver } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
import { readTopicsFile } from '@tocsin/event-log/kafka/topic/topic-specs'
import { type AppendAllOptions, appendAll } from './append-all.ts'

interface Options extends AppendAllOptions {
  readonly brokers: readonly string[]
  readonly topicPrefix: string
}

const options = JSON.parse(process.argv[2]!) as Options
const driver = createKafkaJsDriver({ clientId: 'appender' })
const { brokers, topicPrefix } = options
await appendAll(
  await openKafkaLog({ brokers, driver, prefix: topicPrefix, topics: readTopicsFile() }),
  options
)
