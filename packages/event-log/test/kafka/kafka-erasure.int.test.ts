// An erased key leaves the broker's disk although nothing else is written, on a separate broker
// with times of seconds instead of hours.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startKafkaBroker } from '@tocsin/testing/kafka/kafka-broker'
import { ownBrokers } from '@tocsin/testing/kafka/kafka-for-tests'
import { expect, it } from 'vitest'
import { readStored, record, waitUntil } from '../../src/conformance/reading.ts'
import { openKafkaLog } from '../../src/kafka/kafka-log.ts'
import { createKafkaJsDriver } from '../../src/kafka/kafkajs-driver/kafkajs-driver.ts'
import { readTopicsFile } from '../../src/kafka/topic/topic-specs.ts'
import { topics } from '../../src/topics.ts'

const own = await ownBrokers()
const segmentMs = 2_000
const quick = {
  'segment.ms': String(segmentMs),
  'max.compaction.lag.ms': String(segmentMs),
  'file.delete.delay.ms': '100'
}
const cleaner = { 'log.cleaner.backoff.ms': '200', 'log.initial.task.delay.ms': '100' }

/** The keys' values found on the broker's disk. */
function onDisk(dataDir: string): string {
  const folders = readdirSync(dataDir).filter(name => name.startsWith(topics.keys))
  const files = folders.flatMap(folder =>
    readdirSync(join(dataDir, folder)).map(name => join(dataDir, folder, name))
  )
  return files.map(readWhatIsThere).join('')
}

/** The text of a file; empty if the broker has deleted it since the folder was listed. */
function readWhatIsThere(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

it.skipIf(own.start === undefined)(
  'an erased key leaves the disk of a quiet broker, and the remaining records stay readable',
  async () => {
    const broker = await startKafkaBroker({ heapMib: 256, properties: cleaner })
    const place = {
      brokers: broker.brokers,
      driver: createKafkaJsDriver({ clientId: 'erasure' }),
      topics: readTopicsFile()
    }
    const open = (closesQuietSegments: boolean) =>
      openKafkaLog({
        ...place,
        partitions: 1,
        replication: 1,
        config: quick,
        closesQuietSegments,
        limits: { quietLookMs: 300 }
      })
    try {
      const first = await open(false)
      await first.append(topics.keys, [record('kept', 'report/2', 'the key that stays')])
      await first.append(topics.keys, [record('made', 'report/1', 'the key that is to be erased')])
      await first.append(topics.keys, [{ id: 'erased', key: 'report/1', value: null }])
      expect(onDisk(broker.dataDir)).toContain('the key that is to be erased')
      await first.close()
      // Kafka alone would not remove it: the segment is not closed.
      const log = await open(true)
      await waitUntil(
        'the erased key to leave the disk',
        () => !onDisk(broker.dataDir).includes('the key that is to be erased'),
        30_000
      )
      expect(onDisk(broker.dataDir)).toContain('the key that stays')
      const left = (await readStored(log, topics.keys)).filter(({ value }) => value !== null)
      expect(left.map(({ id, value }) => [id, String(value)])).toEqual([
        ['kept', 'the key that stays']
      ])
      await log.close()
    } finally {
      await broker.dispose()
    }
  },
  90_000
)
