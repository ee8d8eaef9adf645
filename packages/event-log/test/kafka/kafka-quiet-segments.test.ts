// When a filler is appended after an erasure, and when not: on a cluster in memory, with a clock
// that the test advances.

import { systemClock } from '@tocsin/event-log/system-clock'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readStored, record } from '../../src/conformance/reading.ts'
import type { KafkaLogOptions } from '../../src/kafka/kafka-log.ts'
import { makeFillerKey, stageAfter } from '../../src/kafka/quiet-segments.ts'
import { getSegmentMs, readTopicsFile } from '../../src/kafka/topic/topic-specs.ts'
import { assignPartition } from '../../src/partitioner.ts'
import { topics } from '../../src/topics.ts'
import { FakeKafka, openOn, quick, skipWaits } from './fake-kafka.ts'

beforeEach(skipWaits)
afterEach(() => void vi.useRealTimers())

const hourMs = 60 * 60_000
const limits = { ...quick, quietLookMs: 30 }
let nowMs = 1_750_000_000_000
const clock = { ...systemClock, nowMs: () => nowMs }

const openQuiet = (kafka: FakeKafka, options: Partial<KafkaLogOptions> = {}) =>
  openOn(kafka, { partitions: 3, limits, clock, closesQuietSegments: true, ...options })

/** Time for several checks. */
async function looks(kafka: FakeKafka): Promise<void> {
  const before = kafka.looks
  await expect.poll(() => kafka.looks - before, { timeout: 60_000 }).toBeGreaterThan(12)
}

describe('after the last record of a compacted topic', () => {
  it('exactly two fillers are appended: one at once, one when its segment may be closed', async () => {
    const kafka = new FakeKafka()
    const log = await openQuiet(kafka)
    await log.append(topics.keys, [
      record('made', 'report/1'),
      { id: 'erased', key: 'report/1', value: null }
    ])
    const partition = await log.findPartition(topics.keys, 'report/1')
    const ids = async () => (await readStored(log, topics.keys)).map(({ id }) => id)
    await expect
      .poll(ids, { timeout: 60_000 })
      .toEqual(['made', 'erased', `tocsin.filler/first/${nowMs}`])
    await looks(kafka)
    expect(await ids()).toHaveLength(3)
    nowMs += 6 * hourMs
    await looks(kafka)
    expect(await ids(), 'Kafka would not close the segment yet').toHaveLength(3)
    nowMs += hourMs
    await expect.poll(ids, { timeout: 60_000 }).toHaveLength(4)
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

  it('a process that started later appends them too', async () => {
    const kafka = new FakeKafka()
    const first = await openQuiet(kafka, { closesQuietSegments: false })
    await first.append(topics.snapshots, [record('a', 'sahel/0/1')])
    await first.close()
    for (const count of [2, 3]) {
      const log = await openQuiet(kafka)
      await expect
        .poll(async () => (await readStored(log, topics.snapshots)).length, { timeout: 60_000 })
        .toBe(count)
      await log.close()
      nowMs += 7 * hourMs
    }
  })

  it('nothing is appended without the option, to topics that are not compacted, or to empty partitions', async () => {
    const kafka = new FakeKafka()
    const quiet = await openQuiet(kafka, { closesQuietSegments: false })
    await quiet.append(topics.keys, [record('a', 'report/1')])
    await quiet.append(topics.incidents, [record('a')])
    await new Promise(resolve => setTimeout(resolve, 5 * limits.quietLookMs))
    expect(await readStored(quiet, topics.keys)).toHaveLength(1)
    const log = await openQuiet(kafka)
    await expect
      .poll(async () => (await readStored(log, topics.keys)).length, { timeout: 60_000 })
      .toBe(2)
    expect(await readStored(log, topics.incidents)).toHaveLength(1)
    expect(await readStored(log, topics.snapshots)).toEqual([])
  })
})

it('a filler is due at once after a record, after the first filler once its segment is old enough, never after the last', () => {
  expect(stageAfter({ id: 'anything' }, 0, hourMs)).toBe('first')
  expect(stageAfter({ id: 'tocsin.filler/first/1000' }, 1000 + hourMs, hourMs)).toBeNull()
  expect(stageAfter({ id: 'tocsin.filler/first/1000' }, 1001 + hourMs + 60_000, hourMs)).toBe(
    'last'
  )
  expect(stageAfter({ id: 'tocsin.filler/last/1000' }, 1000 * hourMs, hourMs)).toBeNull()
})

it('the key of a filler belongs to its partition', () => {
  for (const topic of [topics.keys, topics.snapshots])
    for (let partition = 0; partition < 24; partition++)
      expect(assignPartition(topic, makeFillerKey(topic, partition, 24), 24)).toBe(partition)
})

it('a segment is closed at its maximum age or compaction lag, whichever is less', () => {
  const file = readTopicsFile()
  expect(getSegmentMs(null, file, topics.keys)).toBe(6 * hourMs)
  expect(getSegmentMs(new Map([['max.compaction.lag.ms', '5000']]), file, topics.keys)).toBe(5_000)
  expect(getSegmentMs(new Map([['segment.ms', '7000']]), file, topics.keys)).toBe(7_000)
})
