// What befalls a broker: killed, its disk full, its topics deleted, partitions added by mistake. Each is noticed and named, and loses nothing that was
// acknowledged, or the suite refuses to go on and says why. Liveness stays: a restart of the suite mends nothing of it.

import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SuiteApi } from '@tocsin/cli/suite-api'
import { parseBroker } from '@tocsin/event-log/kafka/kafka-cluster'
import { openKafkaLog } from '@tocsin/event-log/kafka/kafka-log'
import { kafkajsDriver } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
import { readTopicsFile } from '@tocsin/event-log/kafka/topic-specs'
import { topics } from '@tocsin/event-log/topics'
import { freePort } from '@tocsin/testing/free-port'
import type { KafkaBroker, KafkaBrokerOptions } from '@tocsin/testing/kafka-broker'
import { ownBrokers } from '@tocsin/testing/kafka-for-tests'
import { ownerKeyOf, SuiteProcess } from '@tocsin/testing/suite-process'
import { makeTempDir, removeDir } from '@tocsin/testing/temp-dir'
import { waitFor } from '@tocsin/testing/wait-for'
import { describe, expect, it } from 'vitest'
import { SteadyLoad } from './faults/steady-load.ts'
import { theatreRecordsIn } from './harness/logs.ts'
import { RotatingApi } from './harness/rotating-api.ts'

const kafka = await ownBrokers()
const partitions = 3
const perSecond = 100
const canMount = process.platform === 'linux' && process.getuid?.() === 0

class SuiteOnKafka {
  readonly broker: KafkaBroker
  readonly suite: SuiteProcess
  readonly api: SuiteApi
  readonly load: SteadyLoad
  readonly #dataDir: string
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  readonly #rotating: RotatingApi

  private constructor(broker: KafkaBroker, suite: SuiteProcess, dataDir: string, key: string) {
    this.broker = broker
    this.suite = suite
    this.#dataDir = dataDir
    this.api = new SuiteApi({ url: suite.url, key })
    this.#rotating = new RotatingApi([suite.url], key)
    this.load = new SteadyLoad({ api: this.#rotating, perSecond, report })
    this.#running = this.load.run(this.#stop.signal)
  }

  static async start(options: KafkaBrokerOptions = {}): Promise<SuiteOnKafka> {
    const broker = await kafka.start!(options)
    const dataDir = await makeTempDir()
    const suite = new SuiteProcess({
      role: 'up',
      dataDir,
      port: await freePort(),
      args: ['--log', 'kafka', '--brokers', broker.brokers.join(',')],
      env: { TOCSIN_PARTITIONS: String(partitions), TOCSIN_LOG_LEVEL: 'warn' }
    })
    await suite.ready(60_000)
    return new SuiteOnKafka(broker, suite, dataDir, await ownerKeyOf(dataDir))
  }

  async taken(count: number): Promise<void> {
    const before = this.load.acknowledged.length
    await waitFor(() => this.load.acknowledged.length >= before + count, { what: `${count} more reports`, timeoutMs: 60_000 })
  }

  async probe(path: '/livez' | '/readyz'): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${this.suite.url}${path}`, { signal: AbortSignal.timeout(5_000) })
    return { status: answer.status, text: await answer.text() }
  }

  /** Waits until readiness says no, in words that match. */
  async notReady(words: RegExp): Promise<string> {
    return waitFor(
      async () => {
        const { status, text } = await this.probe('/readyz')
        return status === 503 && words.test(text) ? text : null
      },
      { what: `readiness that says ${words}`, timeoutMs: 30_000 }
    )
  }

  /** Ends the load; resolves with the acknowledged reports that the log lacks. */
  async lost(): Promise<readonly string[]> {
    this.#stop.abort()
    await this.#running
    const log = await openKafkaLog({
      brokers: this.broker.brokers,
      driver: kafkajsDriver({ clientId: 'test' }),
      topics: readTopicsFile(),
      createTopics: false
    })
    try {
      const records = await theatreRecordsIn(log, null)
      const there = new Set(records.flatMap(record => (record.type === 'report.received' ? [record.data.reportId] : [])))
      return this.load.acknowledged.filter(id => !there.has(id))
    } finally {
      await log.close()
    }
  }

  async end(): Promise<void> {
    this.#stop.abort()
    await this.suite.kill9()
    await this.api.close()
    await this.broker.dispose()
    await removeDir(this.#dataDir)
  }
}

/** The suite runs on a Kafka of its own while `use` does its worst; what the suite printed is shown when that fails. */
async function withSuite(options: KafkaBrokerOptions, use: (it: SuiteOnKafka) => Promise<void>): Promise<void> {
  const running = await SuiteOnKafka.start(options)
  try {
    await use(running)
  } catch (error) {
    console.error(running.suite.output.slice(-6_000))
    throw error
  } finally {
    await running.end()
  }
}

function report(number: number): object {
  const day = new Date().toISOString().slice(0, 10)
  const location = { country: 'BF', lat: 11.5 + (number % 200) * 0.01, lon: -2 + (number % 90) * 0.01, radiusKm: 5 }
  return { occurred: { from: day, to: day }, category: 'protest', location, credibility: 3, handling: 'partners' }
}

function fillDisk(file: string): void {
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=64k'], { stdio: 'ignore' })
  } catch (error) {
    // dd ends with an error when there is no more room, which is what was wanted.
    if (!(error instanceof Error && 'status' in error)) throw error
  }
}

async function residentMib(pid: number): Promise<number> {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) / 1024
}

describe.skipIf(kafka.skipped)('a broker in trouble', { timeout: 240_000 }, () => {
  it('is killed and comes back: 503 with Retry-After meanwhile, nothing acknowledged is lost, nothing grows', async () => {
    await withSuite({}, async running => {
      await running.taken(100)
      const before = await residentMib(running.suite.pid)
      await running.broker.kill()
      expect(await running.notReady(/"log":"for/)).toContain('ECONNREFUSED')
      expect((await running.probe('/livez')).status).toBe(200)
      const saidAfterMs = await timesOfRefusals(running, 25)
      // One request in a while is let through, to see whether the log is there again; the others are refused at once.
      expect(saidAfterMs[12]).toBeLessThan(500)
      const during = await residentMib(running.suite.pid)
      await running.broker.start()
      const comesBackMs = performance.now()
      await running.taken(200)
      const backAfterMs = performance.now() - comesBackMs
      expect((await running.probe('/readyz')).status).toBe(200)
      expect(await running.lost()).toEqual([])
      expect(during - before).toBeLessThan(100)
      console.log(
        `broker killed: 503 after p50 ${saidAfterMs[12]!.toFixed(0)}, longest ${saidAfterMs.at(-1)!.toFixed(0)} ms, resident ${before.toFixed(0)} → ${during.toFixed(0)} MiB while it was away, ` +
          `200 reports taken ${backAfterMs.toFixed(0)} ms after it served; ${running.load.acknowledged.length} acknowledged, 0 lost`
      )
    })
  })

  it.skipIf(!canMount)('has a full disk: refused by name until there is room, nothing acknowledged is lost', async () => {
    const dataDir = await makeTempDir()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', dataDir])
    try {
      await withSuite({ dataDir, properties: { 'log.segment.bytes': '4194304' } }, async running => {
        await running.taken(50)
        const ballast = join(dataDir, 'ballast')
        fillDisk(ballast)
        const said = await running.notReady(/"log":"for/)
        expect((await running.probe('/livez')).status).toBe(200)
        const refused = await running.api.call('POST', '/v1/reports', { body: { ...report(1), source: { id: 'hand' } } })
        expect(refused).toMatchObject({ status: 503, problem: { code: 'log-unavailable' } })
        expect(refused.retryAfterS).toBeGreaterThan(0)
        await rm(ballast)
        // A broker whose disk was full has ended itself: somebody makes room and starts it again.
        await running.broker.restart()
        await running.taken(200)
        expect(await running.lost()).toEqual([])
        console.log(`disk full: ${said}; after room was made ${running.load.acknowledged.length} acknowledged, 0 lost`)
      })
    } finally {
      execFileSync('umount', ['-l', dataDir])
      await removeDir(dataDir)
    }
  })

  it('has a topic deleted: it is named, and nothing goes on as if nothing were', async () => {
    await withSuite({}, async running => {
      await running.taken(50)
      const connection = await kafkajsDriver({ clientId: 'test' }).connect(parseBroker(running.broker.brokers[0]!), 5_000)
      await connection.deleteTopics([topics.alerts], 5_000)
      connection.destroy()
      const said = await saidOfIt(running, /tocsin\.alerts\.v1/)
      console.log(`alerts deleted: ${said}`)
    })
  })

  it('has partitions added by mistake: it is named, and nothing is written to the wrong place', async () => {
    await withSuite({}, async running => {
      await running.taken(50)
      const connection = await kafkajsDriver({ clientId: 'test' }).connect(parseBroker(running.broker.brokers[0]!), 5_000)
      await connection.createPartitions(topics.incidents, partitions + 1, 5_000)
      connection.destroy()
      const said = await saidOfIt(running, /partition/)
      console.log(`partitions added: ${said}`)
    })
  })
})

/** How long each of so many posts took to be refused, ms, ascending. */
async function timesOfRefusals(running: SuiteOnKafka, count: number): Promise<readonly number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const startedMs = performance.now()
    const refused = await running.api.call('POST', '/v1/reports', { body: { ...report(i), source: { id: 'hand' } } })
    expect(refused).toMatchObject({ status: 503, problem: { code: 'log-unavailable' } })
    expect(refused.retryAfterS).toBeGreaterThan(0)
    times.push(performance.now() - startedMs)
    await new Promise(resolve => setTimeout(resolve, 150))
  }
  return times.sort((a, b) => a - b)
}

/** What readiness, or the last words of a process that ended, say of it. */
async function saidOfIt(running: SuiteOnKafka, words: RegExp): Promise<string> {
  return waitFor(
    async () => {
      if (!running.suite.running) return words.test(running.suite.output) ? `ended: ${lastLines(running.suite.output)}` : null
      const { status, text } = await running.probe('/readyz').catch(() => ({ status: 0, text: '' }))
      return status === 503 && words.test(text) ? text : null
    },
    { what: `words on ${words}: ${lastLines(running.suite.output)}`, timeoutMs: 30_000 }
  )
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-3).join(' | ')
}
