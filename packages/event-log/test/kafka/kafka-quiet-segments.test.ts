// When a filler is appended behind what was erased, and when nothing is: on a cluster in memory, with a clock that the test moves.

import { systemClock } from '@tocsin/event-log/system-clock'
import { afterEach, describe, expect, it } from 'vitest'
import { readStored, record } from '../../src/conformance/reading.ts'
import { type KafkaLog, type KafkaLogOptions, openKafkaLog } from '../../src/kafka/kafka-log.ts'
import { fillerKey, stageAfter } from '../../src/kafka/quiet-segments.ts'
import { readTopicsFile, segmentMsOf } from '../../src/kafka/topic/topic-specs.ts'
import { partitionIn } from '../../src/partitioner.ts'
import { topics } from '../../src/topics.ts'
import { FakeKafka } from './fake-kafka.ts'

const hourMs = 60 * 60_000
const limits = { appendMsMax: 400, answerMsMax: 300, retryMsMax: 400, guardMs: 50, quietLookMs: 30 }
let open: KafkaLog[] = []
let nowMs = 1_750_000_000_000
const clock = { ...systemClock, nowMs: () => nowMs }

async function openOn(kafka: FakeKafka, options: Partial<KafkaLogOptions> = {}): Promise<KafkaLog> {
  const given = { brokers: ['fake:1'], driver: kafka.driver, topics: readTopicsFile(), partitions: 3, limits, clock, ...options }
  const log = await openKafkaLog({ closesQuietSegments: true, ...given })
  open.push(log)
  return log
}

/** Long enough for some looks. */
async function looks(kafka: FakeKafka): Promise<void> {
  const before = kafka.looks
  await expect.poll(() => kafka.looks - before, { timeout: 5_000 }).toBeGreaterThan(12)
}

afterEach(async () => {
  for (const log of open) await log.close()
  open = []
})

describe('behind what was written last to a compacted topic', () => {
  it('two fillers stand in the end: one now, one when its segment may be closed; and no more', async () => {
    const kafka = new FakeKafka()
    const log = await openOn(kafka)
    await log.append(topics.keys, [record('made', 'report/1'), { id: 'erased', key: 'report/1', value: null }])
    const partition = await log.partitionOf(topics.keys, 'report/1')
    const ids = async () => (await readStored(log, topics.keys)).map(({ id }) => id)
    await expect.poll(ids, { timeout: 5_000 }).toEqual(['made', 'erased', `tocsin.filler/first/${nowMs}`])
    await looks(kafka)
    expect(await ids()).toHaveLength(3)
    nowMs += 6 * hourMs
    await looks(kafka)
    expect(await ids(), 'Kafka would not close the segment yet').toHaveLength(3)
    nowMs += hourMs
    await expect.poll(ids, { timeout: 5_000 }).toHaveLength(4)
    nowMs += 100 * hourMs
    await looks(kafka)
    const stored = await readStored(log, topics.keys)
    expect(stored.map(({ id }) => id.replace(/\d+$/, ''))).toEqual([
      'made',
      'erased',
      'tocsin.filler/first/',
      'tocsin.filler/last/'
    ])
    expect(stored.every(each => each.partition === partition)).toBe(true)
    expect(stored.slice(2).map(({ value }) => value)).toEqual([null, null])
  })

  it('they come also from who was not there when it was written', async () => {
    const kafka = new FakeKafka()
    const first = await openOn(kafka, { closesQuietSegments: false })
    await first.append(topics.snapshots, [record('a', 'sahel/0/1')])
    await first.close()
    for (const count of [2, 3]) {
      const log = await openOn(kafka)
      await expect.poll(async () => (await readStored(log, topics.snapshots)).length, { timeout: 5_000 }).toBe(count)
      await log.close()
      nowMs += 7 * hourMs
    }
  })

  it('nothing comes from who was not told to, nor to topics that are not compacted, nor to empty partitions', async () => {
    const kafka = new FakeKafka()
    const quiet = await openOn(kafka, { closesQuietSegments: false })
    await quiet.append(topics.keys, [record('a', 'report/1')])
    await quiet.append(topics.incidents, [record('a')])
    await new Promise(resolve => setTimeout(resolve, 5 * limits.quietLookMs))
    expect(await readStored(quiet, topics.keys)).toHaveLength(1)
    const log = await openOn(kafka)
    await expect.poll(async () => (await readStored(log, topics.keys)).length, { timeout: 5_000 }).toBe(2)
    expect(await readStored(log, topics.incidents)).toHaveLength(1)
    expect(await readStored(log, topics.snapshots)).toEqual([])
  })
})

it('a filler is due behind a record at once, behind the first one when a segment is full of age, behind the last one never', () => {
  expect(stageAfter({ id: 'anything' }, 0, hourMs)).toBe('first')
  expect(stageAfter({ id: 'tocsin.filler/first/1000' }, 1000 + hourMs, hourMs)).toBeNull()
  expect(stageAfter({ id: 'tocsin.filler/first/1000' }, 1001 + hourMs + 60_000, hourMs)).toBe('last')
  expect(stageAfter({ id: 'tocsin.filler/last/1000' }, 1000 * hourMs, hourMs)).toBeNull()
})

it('a key of a filler is of the partition that it is for', () => {
  for (const topic of [topics.keys, topics.snapshots])
    for (let partition = 0; partition < 24; partition++)
      expect(partitionIn(topic, fillerKey(topic, partition, 24), 24)).toBe(partition)
})

it('a segment is closed at its age or at the lag of compaction, whichever is less', () => {
  const file = readTopicsFile()
  expect(segmentMsOf(null, file, topics.keys)).toBe(6 * hourMs)
  expect(segmentMsOf(new Map([['max.compaction.lag.ms', '5000']]), file, topics.keys)).toBe(5_000)
  expect(segmentMsOf(new Map([['segment.ms', '7000']]), file, topics.keys)).toBe(7_000)
})
