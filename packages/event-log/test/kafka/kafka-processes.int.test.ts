// The Kafka log in separate processes: their stderr, and what happens to a member's partitions when
// it is killed or stopped.

import { kafkaForTests, kafkaPrefix } from '@tocsin/testing/kafka/kafka-for-tests'
import { afterEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../../src/conformance/reading.ts'
import type { LogSubject } from '../../src/conformance/subject.ts'
import { parseBroker } from '../../src/kafka/cluster/kafka-cluster.ts'
import { openKafkaLog } from '../../src/kafka/kafka-log.ts'
import { createKafkaJsDriver } from '../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { readTopicsFile } from '../../src/kafka/topic/topic-specs.ts'
import { cleanupOf, type Topic, topics } from '../../src/topics.ts'
import { endProcesses, startProcess } from '../support/child-process.ts'
import { kafkaSubject } from './kafka-subject.ts'

const kafka = await kafkaForTests()
/** The minimum that brokers accept by default. */
const sessionMs = 6_000
const subjects: LogSubject[] = []

afterEach(async () => {
  endProcesses()
  for (const subject of subjects.splice(0)) await subject.dispose()
})

describe.skipIf(kafka.skipped !== undefined)('a process on the Kafka log', () => {
  it('prints no warning, neither its own nor of its library', async () => {
    const subject = kafkaSubject({
      brokers: kafka.brokers!,
      partitions: 1
    })
    subjects.push(subject)
    await (await subject.open()).close()
    const asked = { topic: topics.incidents, prefix: 'quiet', batch: 1, count: 20, pauseMs: 1 }
    const writer = await subject.processes!.startAppender(asked)
    await writer.waitForAcked(20)
    writer.signal('SIGTERM')
    await writer.exited
    expect(writer.complaints()).toBe('')
  })

  it('loses its partitions when it is killed or stopped, and gets some again when it continues', {
    timeout: 120_000
  }, async () => {
    const brokers = kafka.brokers!
    const prefix = kafkaPrefix('members')
    const log = await openKafkaLog({
      brokers,
      prefix,
      driver: createKafkaJsDriver({ clientId: 'members' }),
      topics: readTopicsFile(),
      partitions: 4,
      limits: { sessionMs }
    })
    try {
      const mine = await log.join('workers', topics.incidents)
      await waitUntil('the first member has all partitions', () => mine.partitions.length === 4)
      const args = [JSON.stringify({ brokers, prefix, sessionMs })]
      const other = startProcess([], './kafka-member-process.ts', args)
      const said = lines(other)
      await waitUntil(
        'both members have partitions',
        () => mine.partitions.length === 2 && said.at(-1)?.length === 2,
        30_000
      )
      other.kill('SIGSTOP')
      await waitUntil(
        'the stopped member has lost its partitions',
        () => mine.partitions.length === 4,
        30_000
      )
      other.kill('SIGCONT')
      await waitUntil(
        'both members have partitions again',
        () => mine.partitions.length === 2 && said.at(-1)?.length === 2,
        30_000
      )
      expect([...mine.partitions, ...said.at(-1)!].toSorted()).toEqual([0, 1, 2, 3])
      const killedMs = performance.now()
      other.kill('SIGKILL')
      await waitUntil(
        'the killed member has lost its partitions',
        () => mine.partitions.length === 4,
        30_000
      )
      expect(performance.now() - killedMs).toBeLessThan(3 * sessionMs)
    } finally {
      await log.close()
      const admin = await createKafkaJsDriver({ clientId: 'members' }).connect(
        parseBroker(brokers[0]!),
        5_000
      )
      await admin.deleteTopics(
        (Object.keys(cleanupOf) as Topic[]).map(topic => `${prefix}${topic}`),
        5_000
      )
      admin.destroy()
    }
  })
})

function lines(child: ReturnType<typeof startProcess>): number[][] {
  const said: number[][] = []
  let rest = ''
  child.stdout.on('data', (text: Buffer) => {
    const whole = (rest + text).split('\n')
    rest = whole.pop()!
    said.push(...whole.map(line => JSON.parse(line) as number[]))
  })
  return said
}
