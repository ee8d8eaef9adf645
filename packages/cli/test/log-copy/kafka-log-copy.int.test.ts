// `log copy` from a data folder to a real Kafka and back; and the output of `log inspect` and
// `log verify`.

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { openKafkaLog } from '@tocsin/event-log/kafka/kafka-log'
import { createKafkaJsDriver } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
import { readTopicsFile } from '@tocsin/event-log/kafka/topic/topic-specs'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { kafkaForTests, kafkaPrefix } from '@tocsin/testing/kafka/kafka-for-tests'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { describe, expect, it } from 'vitest'

const kafka = await kafkaForTests()
const mainFile = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const time = '2025-06-01T00:00:00.000Z'
const ticks = 2_000

/** Runs `tocsin log …`. */
async function logCommand(
  args: readonly string[]
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [mainFile, 'log', ...args], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => (output += String(chunk)))
  const ended = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)))
  return { code: await ended, output }
}

function tick(n: number) {
  const theatre = `theatre-${n % 5}`
  const id = digest('tick', theatre, String(n))
  const to = new Date(Date.parse(time) + n * 60_000).toISOString()
  const value = encodeRecord(
    { id, source: '/tocsin/test', time: to, cause: null, theatre },
    { type: 'clock.ticked', data: { to, gap: false } }
  )
  return { id, key: theatre, value }
}

async function fill(dataDir: string): Promise<void> {
  await using log = await openEmbeddedLog({ dataDir, partitions: 3 })
  for (let from = 0; from < ticks; from += 1000)
    await log.append(
      topics.incidents,
      Array.from({ length: 1000 }, (_, i) => tick(from + i))
    )
  const wrapped = { iv: 'aa==', ciphertext: 'aa==', tag: 'aa==' }
  for (const reportId of ['r1', 'r2', 'r3']) {
    const data = { reportId, keyId: `k-${reportId}`, wrapped }
    const value = encodeRecord(
      { id: `key-${reportId}`, source: '/tocsin/test', time, cause: null },
      { type: 'data-key.created', data }
    )
    await log.append(topics.keys, [{ id: `key-${reportId}`, key: reportId, value }])
  }
  await log.append(topics.keys, [{ id: 'erase-r2', key: 'r2', value: null }])
  await log.commit('rules', await log.cursorAt(topics.incidents, 'latest'))
}

async function onKafka<T>(prefix: string, use: (log: EventLog) => Promise<T>): Promise<T> {
  const driver = createKafkaJsDriver({ clientId: 'tocsin-test' })
  const log = await openKafkaLog({
    brokers: kafka.brokers!,
    prefix,
    driver,
    topics: readTopicsFile(),
    createTopics: false
  })
  try {
    return await use(log)
  } finally {
    await log.close()
  }
}

describe.skipIf(kafka.skipped)('a log that moves to Kafka and back', () => {
  it('makes the topics of a log, for services that may not, and finds them again', async () => {
    const location = kafka.brokers!.join(',')
    process.env.TOCSIN_KAFKA_PREFIX = kafkaPrefix('topics')
    try {
      for (let run = 0; run < 2; run++) {
        const { code, output } = await logCommand(['topics', '--brokers', location])
        expect(output).toContain('every topic is there')
        expect(code).toBe(0)
      }
    } finally {
      delete process.env.TOCSIN_KAFKA_PREFIX
    }
  }, 120_000)

  it('is intact, and has the same positions', async () => {
    await withTempDir(async dir => {
      const [here, back] = [join(dir, 'here'), join(dir, 'back')]
      const prefix = kafkaPrefix('copy')
      const there = `kafka:${kafka.brokers!.join(',')}/${prefix}`
      await fill(here)
      const args = ['copy', '--from', `embedded:${here}`, '--to', there]
      const copied = await logCommand(args)
      expect(copied).toMatchObject({ code: 0 })
      expect(copied.output).toContain('cursors of clients stay valid')
      const committed = await onKafka(prefix, log => log.committed('rules', topics.incidents))
      expect(committed?.positions.reduce((sum, position) => sum + Number(position), 0)).toBe(ticks)

      const environment = ['--log', 'kafka', '--brokers', kafka.brokers!.join(',')]
      process.env.TOCSIN_KAFKA_PREFIX = prefix
      const inspected = await logCommand(['inspect', ...environment])
      const verified = await logCommand(['verify', ...environment, '--json'])
      delete process.env.TOCSIN_KAFKA_PREFIX
      expect(inspected.output).toMatch(/rules +tocsin\.incidents\.v1 +[\d,]+ +0/)
      expect(JSON.parse(verified.output)).toMatchObject({ whole: true, faults: [] })

      const returned = await logCommand(['copy', '--from', there, '--to', `embedded:${back}`])
      expect(returned).toMatchObject({ code: 0 })
      expect((await logCommand(['verify', '--data', back])).output).toContain('the log is intact')
      await using log = await openEmbeddedLog({ dataDir: back })
      expect(
        (await log.state(topics.incidents)).reduce((sum, { end }) => sum + Number(end), 0)
      ).toBe(ticks)
    })
  }, 240_000)

  it('names missing topics instead of creating them', async () => {
    await withTempDir(async dir => {
      const none = `kafka:${kafka.brokers!.join(',')}/${kafkaPrefix('none')}`
      const refused = await logCommand(['copy', '--from', none, '--to', `embedded:${dir}`])
      expect(refused.code).toBe(1)
      expect(refused.output).toContain('tocsin.incidents.v1')
    })
  })
})
