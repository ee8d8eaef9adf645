// A separate process that joins a group and prints its partitions whenever they change. Options as
// JSON in the arguments.

import { openKafkaLog } from '@tocsin/event-log/kafka/kafka-log'
import { createKafkaJsDriver } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
import { readTopicsFile } from '@tocsin/event-log/kafka/topic/topic-specs'
import { topics } from '@tocsin/event-log/topics'

const { brokers, prefix, sessionMs } = JSON.parse(process.argv[2]!) as {
  brokers: string[]
  prefix: string
  sessionMs: number
}
const driver = createKafkaJsDriver({ clientId: 'member' })
const log = await openKafkaLog({
  brokers,
  driver,
  prefix,
  topics: readTopicsFile(),
  limits: { sessionMs }
})
const member = await log.join('workers', topics.incidents)
const say = (partitions: readonly number[]) =>
  process.stdout.write(`${JSON.stringify(partitions)}\n`)
member.onChange(say)
say(member.partitions)
