// Which logs on a real Kafka a suite and `log copy` accept: one in use, one from a copy, one with
// changed topics.

import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseBroker } from '@tocsin/event-log/kafka/cluster/kafka-cluster'
import type { BrokerConnection } from '@tocsin/event-log/kafka/driver/driver'
import { createKafkaJsDriver } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
import { topics } from '@tocsin/event-log/topics'
import { kafkaForTests, kafkaPrefix } from '@tocsin/testing/kafka/kafka-for-tests'
import { freePort } from '@tocsin/testing/process/free-port'
import { SuiteProcess } from '@tocsin/testing/process/suite-process'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const kafka = await kafkaForTests()
const mainFile = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url))
const patientMs = 60_000

let dir: string
let prefix: string
const running: SuiteProcess[] = []
const commands: ChildProcess[] = []

beforeEach(async () => {
  dir = await makeTempDir()
  prefix = kafkaPrefix('claim')
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(suite => suite.kill9()))
  for (const command of commands.splice(0)) command.kill('SIGKILL')
  await removeDir(dir)
})

/** Starts a suite on Kafka, with its keys in the folder `there`. */
async function onKafka(
  role: 'up' | 'intake',
  env: Readonly<Record<string, string>> = {}
): Promise<SuiteProcess> {
  return start(role, 'there', { TOCSIN_KAFKA_PREFIX: prefix, TOCSIN_PARTITIONS: '2', ...env }, [
    ...['--log', 'kafka', '--brokers', kafka.brokers!.join(',')]
  ])
}

async function start(
  role: 'up' | 'intake',
  folder: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = []
) {
  const suite = new SuiteProcess({
    role,
    dataDir: join(dir, folder),
    port: await freePort(),
    args,
    env
  })
  running.push(suite)
  return suite
}

const there = () => `kafka:${kafka.brokers!.join(',')}/${prefix}`

async function log(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env, TOCSIN_KAFKA_PREFIX: prefix }
  const child = spawn(process.execPath, [mainFile, 'log', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env
  })
  commands.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => (output += String(chunk)))
  const code = await new Promise<number | null>(resolve => child.once('exit', resolve))
  return { code, output }
}

async function onBroker(work: (connection: BrokerConnection) => Promise<unknown>): Promise<void> {
  const connection = await createKafkaJsDriver({ clientId: 'tocsin-test' }).connect(
    parseBroker(kafka.brokers![0]!),
    10_000
  )
  try {
    await work(connection)
  } finally {
    connection.destroy()
  }
}

describe.skipIf(kafka.skipped)('a log on Kafka', () => {
  it('is not copied while even an idle suite runs on it, and is once that has stopped; the target needs the key of the source', async () => {
    const suite = await onKafka('up')
    await suite.ready(patientMs)
    const args = ['copy', '--from', there(), '--to', `embedded:${join(dir, 'here')}`]
    const refused = await log(args)
    expect(refused).toMatchObject({
      code: 1,
      output: expect.stringContaining('not copied: source-in-use: a suite runs on the source')
    })
    await suite.stop()
    const copied = await log(args)
    expect(copied).toMatchObject({ code: 0 })
    expect(
      copied.output.split('\n').filter(line => line.startsWith('tocsin.')).length
    ).toBeLessThan(8)

    const forgetful = await start('up', 'here', {})
    expect(await forgetful.exited).toEqual({ code: 1, signal: null })
    expect(forgetful.output).toContain(
      'it could not start: this log was created with another master key'
    )
    const masterKey = (await readFile(join(dir, 'there', 'master.key'), 'utf8')).trim()
    const advised = await start('up', 'here', { TOCSIN_MASTER_KEY: masterKey })
    await advised.ready(patientMs)
    expect(await advised.stop()).toEqual({ code: 0, signal: null })
  }, 180_000)

  it('is refused with advice if one of its topics was recreated', async () => {
    const suite = await onKafka('up')
    await suite.ready(patientMs)
    await suite.stop()
    const name = `${prefix}${topics.assembly}`
    await onBroker(connection => connection.deleteTopics([name], 10_000))
    await waitFor(
      async () => {
        let made = 1
        await onBroker(async connection => {
          const topic = {
            name,
            partitions: 2,
            replicationFactor: 1,
            config: { 'max.message.bytes': '2097152', 'retention.ms': '-1' }
          }
          const [outcome] = await connection.createTopics([topic], 10_000)
          made = outcome!.error
        })
        return made === 0
      },
      { what: 'the recreated topic', timeoutMs: 60_000, intervalMs: 200 }
    )
    const again = await onKafka('intake')
    expect(await again.exited).toEqual({ code: 1, signal: null })
    expect(again.output).toContain(
      'it could not start: tocsin.assembly.v1 is not the topic that this log was created with'
    )
  }, 180_000)
})
