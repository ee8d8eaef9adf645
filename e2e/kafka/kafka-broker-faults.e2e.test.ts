// Broker faults: killed, disk full, topics deleted, partitions added by mistake. Each is detected
// and named and loses nothing acknowledged, or the suite refuses to continue and says why. Liveness
// stays up, since restarting the suite would not help. A kill runs in every build, the other faults
// in the long form.

import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseBroker } from '@tocsin/event-log/kafka/cluster/kafka-cluster'
import type { BrokerConnection } from '@tocsin/event-log/kafka/driver/driver'
import { createKafkaJsDriver } from '@tocsin/event-log/kafka/kafkajs-driver/kafkajs-driver'
import { assignPartition } from '@tocsin/event-log/partitioner'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { SuiteApi } from '@tocsin/host/client/suite-api'
import { ReportPoster } from '@tocsin/testing/client/report-poster'
import { StreamClient } from '@tocsin/testing/client/stream-client'
import type { KafkaBroker, KafkaBrokerOptions } from '@tocsin/testing/kafka/kafka-broker'
import { ownBrokers } from '@tocsin/testing/kafka/kafka-for-tests'
import { freePort } from '@tocsin/testing/process/free-port'
import { readOwnerKey, SuiteProcess } from '@tocsin/testing/process/suite-process'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { allStored } from '@tocsin/testing/report/stored-records'
import { describe, expect, it } from 'vitest'
import { loadIdentity, loadReportId } from '../faults/load-reports.ts'
import { theatreRecordsIn, withLog } from '../harness/logs.ts'
import { fullRun } from '../harness/test-size.ts'

const kafka = await ownBrokers()
const partitions = 3
const perSecond = 100
/** That of the suite. */
const heartbeatMs = 10_000
const staleAfterMs = 3_000
const canMount = process.platform === 'linux' && process.getuid?.() === 0
if (!canMount)
  console.warn(
    `${'!'.repeat(100)}\n!! SKIPPED: a full disk of a broker needs root on Linux, for a small file system\n${'!'.repeat(100)}`
  )

class SuiteOnKafka {
  readonly broker: KafkaBroker
  readonly suite: SuiteProcess
  readonly api: SuiteApi
  readonly load: ReportPoster
  readonly key: string
  readonly #dataDir: string
  readonly #stop = new AbortController()
  readonly #running: Promise<unknown>

  private constructor(broker: KafkaBroker, suite: SuiteProcess, dataDir: string, key: string) {
    this.broker = broker
    this.suite = suite
    this.#dataDir = dataDir
    this.key = key
    this.api = new SuiteApi({ url: suite.url, key })
    this.load = new ReportPoster({ urls: [suite.url], key, retryMs: 50, timeoutMs: 5_000 })
    const { signal } = this.#stop
    this.#running = this.load.postAtRate({ perSecond, body: loadReport, signal })
  }

  static async start(options: KafkaBrokerOptions = {}): Promise<SuiteOnKafka> {
    const broker = await kafka.start!(options)
    const dataDir = await makeTempDir()
    const suite = new SuiteProcess({
      role: 'up',
      dataDir,
      port: await freePort(),
      args: ['--log', 'kafka', '--brokers', broker.brokers.join(',')],
      env: {
        TOCSIN_PARTITIONS: String(partitions),
        TOCSIN_LOG_LEVEL: 'warn',
        TOCSIN_STREAM_STALE_AFTER_MS: String(staleAfterMs)
      }
    })
    await suite.ready(60_000)
    return new SuiteOnKafka(broker, suite, dataDir, await readOwnerKey(dataDir))
  }

  async taken(count: number): Promise<void> {
    const before = this.load.accepted.length
    await waitFor(() => this.load.accepted.length >= before + count, {
      what: `${count} more reports`,
      timeoutMs: 60_000
    })
  }

  async probe(path: '/livez' | '/readyz'): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${this.suite.url}${path}`, { signal: AbortSignal.timeout(5_000) })
    return { status: answer.status, text: await answer.text() }
  }

  /** Waits until the suite is not ready, with a matching reason. */
  async notReady(words: RegExp): Promise<string> {
    return waitFor(
      async () => {
        const { status, text } = await this.probe('/readyz')
        return status === 503 && words.test(text) ? text : null
      },
      { what: `readiness that says ${words}`, timeoutMs: 60_000 }
    )
  }

  /** What readiness, or the final output of an ended process, says about the fault. */
  async saidOfIt(words: RegExp): Promise<string> {
    const said = async () => {
      if (!this.suite.running) return words.exec(this.suite.output)?.[0] ?? null
      const { status, text } = await this.probe('/readyz').catch(() => ({ status: 0, text: '' }))
      return status === 503 ? (words.exec(text)?.[0] ?? null) : null
    }
    return waitFor(said, { what: `words on ${words}`, timeoutMs: 60_000 })
  }

  /**
   * Stops the suite and starts it again; resolves with its output if it refuses. Rejects if it
   * runs.
   */
  async refusedToStart(words: RegExp, env: Readonly<Record<string, string>> = {}): Promise<string> {
    await this.suite.kill9()
    const { options } = this.suite
    const again = new SuiteProcess({ ...options, env: { ...options.env, ...env } })
    try {
      const outcome = await Promise.race([again.exited, again.ready(30_000).then(() => 'it runs')])
      expect(outcome, again.output).toMatchObject({ code: 1 })
      expect(again.output).toMatch(words)
      return words.exec(again.output)?.[0] ?? ''
    } finally {
      await again.kill9()
    }
  }

  /** Passes an administrative connection to the broker to `use`. */
  async administer(use: (connection: BrokerConnection) => Promise<unknown>): Promise<void> {
    const connection = await createKafkaJsDriver({ clientId: 'test' }).connect(
      parseBroker(this.broker.brokers[0]!),
      5_000
    )
    await use(connection)
    connection.destroy()
  }

  /** Ends the load; resolves with the acknowledged reports that the log lacks. */
  async lost(opened?: EventLog): Promise<readonly string[]> {
    this.#stop.abort()
    // If the suite has ended, or refuses permanently, pending requests never finish.
    const given = setTimeout(() => this.load.stopRetrying(), 10_000)
    await this.#running
    clearTimeout(given)
    const lacking = async (log: EventLog) => {
      const records = await theatreRecordsIn(log, null)
      const there = new Set(
        records.flatMap(record => (record.type === 'report.received' ? [record.data.reportId] : []))
      )
      return this.load.accepted
        .map(({ number }) => loadReportId(number))
        .filter(id => !there.has(id))
    }
    return opened === undefined ? this.withLog(lacking) : lacking(opened)
  }

  withLog<T>(use: (log: EventLog) => Promise<T>): Promise<T> {
    return withLog({ brokers: this.broker.brokers, prefix: '' }, use)
  }

  async end(): Promise<void> {
    this.#stop.abort()
    this.load.stopRetrying()
    await this.suite.kill9()
    await this.#running
    await Promise.all([this.api.close(), this.load.close()])
    await this.broker.dispose()
    await removeDir(this.#dataDir)
  }
}

/**
 * Runs the suite on its own Kafka while `use` causes faults; shows the suite's output on failure.
 */
async function withSuite(
  options: KafkaBrokerOptions,
  use: (it: SuiteOnKafka) => Promise<void>
): Promise<void> {
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

function loadReport(number: number): object {
  return { ...report(number), ...loadIdentity(number) }
}

function report(number: number): object {
  const day = new Date().toISOString().slice(0, 10)
  const location = {
    country: 'BF',
    lat: 11.5 + (number % 200) * 0.01,
    lon: -2 + (number % 90) * 0.01,
    radiusKm: 5
  }
  return {
    occurred: { from: day, to: day },
    category: 'protest',
    location,
    credibility: 3,
    handling: 'partners'
  }
}

async function declareTheatre({ api }: SuiteOnKafka): Promise<void> {
  const answer = await api.call('PUT', '/v1/theatres/mali', {
    body: { countries: ['ML'], clock: 'wall' }
  })
  expect(answer.status).toBeLessThan(300)
}

/** Attacks far apart: the first three raise an alert (widening-arc), and the others are part of it. */
const arc = [
  { admin1: 'ML-5', lat: 14.83, lon: -5.25 },
  { admin1: 'ML-2', lat: 13.29, lon: -7.57 },
  { admin1: 'ML-5', lat: 14.44, lon: -0.67 },
  { admin1: 'ML-7', lat: 16.27, lon: -0.04 },
  { admin1: 'ML-6', lat: 16.77, lon: -3.0 },
  { admin1: 'ML-1', lat: 14.45, lon: -11.43 }
]

const massacre = {
  category: 'attack-on-civilians',
  fatalities: { low: 30, best: 30, high: 30 }
}

async function attack({ api }: SuiteOnKafka, places: typeof arc, more: object = {}): Promise<void> {
  const day = new Date().toISOString().slice(0, 10)
  for (const place of places) {
    const what = {
      occurred: { from: day, to: day },
      category: 'attack',
      credibility: 2,
      handling: 'partners'
    }
    const body = {
      ...what,
      ...more,
      source: { id: 'hand' },
      location: { country: 'ML', ...place, radiusKm: 2 }
    }
    const answer = await api.call('POST', '/v1/reports', { body })
    expect(answer, JSON.stringify(answer)).toMatchObject({ status: 202 })
  }
}

function fillDisk(file: string): void {
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=64k'], { stdio: 'ignore' })
  } catch (error) {
    // dd fails when the disk is full, as intended.
    if (!(error instanceof Error && 'status' in error)) throw error
  }
}

async function residentMib(pid: number): Promise<number> {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) / 1024
}

describe.skipIf(kafka.skipped)('a failing broker', { timeout: 240_000 }, () => {
  it('is killed and restarted: 503 with Retry-After meanwhile, nothing acknowledged is lost, memory is bounded', async () => {
    await withSuite({}, async running => {
      await running.taken(100)
      await declareTheatre(running)
      await attack(running, arc.slice(0, 3))
      const stream = await new StreamClient({
        url: running.suite.url,
        key: running.key,
        from: 'earliest'
      }).open()
      await stream.waitForAlert('alert', () => true, 20_000)
      await waitFor(() => stream.heartbeatsMs.length > 0, { what: 'heartbeat', timeoutMs: 60_000 })
      const told = stream.frames.length
      const before = await residentMib(running.suite.pid)
      await running.broker.kill()
      const killedMs = performance.now()
      // A connection refused, reset, or closed under a request: which of them comes first is
      // chance.
      expect(await running.notReady(/"log":"for/)).toMatch(/ECONN(REFUSED|RESET)|Closed connection/)
      expect((await running.probe('/livez')).status).toBe(200)
      const saidAfterMs = await timesOfRefusals(running, 25)
      // The broker is known to be away by now: requests fail fast.
      expect(saidAfterMs[12]).toBeLessThan(500)
      expect(saidAfterMs.at(-1)).toBeLessThan(3_000)
      const during = await residentMib(running.suite.pid)
      await waitFor(() => stream.notices.length > 1, {
        what: 'notice that nothing is live, again after coming back',
        timeoutMs: 60_000
      })
      expect(stream.notices[0]).toMatchObject({
        code: 4000,
        reconnect: true,
        staleSince: expect.any(String)
      })
      // The check may be as old as the limit; it runs once per heartbeat.
      expect(stream.heartbeatsMs.at(-1)! - killedMs).toBeLessThan(staleAfterMs + 2 * heartbeatMs)
      const subscriptions = stream.subscriptions
      await running.broker.start()
      const comesBackMs = performance.now()
      await running.taken(200)
      const backAfterMs = performance.now() - comesBackMs
      await waitFor(async () => (await running.probe('/readyz')).status === 200, {
        what: 'readiness',
        timeoutMs: 60_000
      })
      await waitFor(() => stream.subscriptions > subscriptions, {
        what: 'live stream',
        timeoutMs: 60_000
      })
      // More attacks alone would be told at a tick.
      await attack(running, arc.slice(3), massacre)
      await waitFor(() => stream.frames.length > told, {
        what: 'alert events after the broker came back',
        timeoutMs: 60_000
      })
      await missesNothing(running, stream)
      expect(await running.lost()).toEqual([])
      // Uncollected garbage: in two minutes without a broker it levels off at 160 MiB more.
      expect(during - before).toBeLessThan(200)
      console.log(
        `broker killed: 503 after p50 ${saidAfterMs[12]!.toFixed(0)}, longest ${saidAfterMs.at(-1)!.toFixed(0)} ms, resident ${before.toFixed(0)} → ${during.toFixed(0)} MiB while it was away, ` +
          `200 reports taken ${backAfterMs.toFixed(0)} ms after it served; ${running.load.accepted.length} acknowledged, 0 lost`
      )
    })
  })

  it.skipIf(!canMount || !fullRun)(
    'has a full disk: reports are refused by name until there is space, nothing acknowledged is lost',
    async () => {
      const dataDir = await makeTempDir()
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', dataDir])
      try {
        await withSuite(
          { dataDir, properties: { 'log.segment.bytes': '4194304' } },
          async running => {
            await running.taken(50)
            const ballast = join(dataDir, 'ballast')
            fillDisk(ballast)
            const said = await running.notReady(/"log":"for/)
            expect((await running.probe('/livez')).status).toBe(200)
            const refused = await running.api.call('POST', '/v1/reports', {
              body: { ...report(1), source: { id: 'hand' } }
            })
            expect(refused).toMatchObject({ status: 503, problem: { code: 'log-unavailable' } })
            expect(refused.retryAfterS).toBeGreaterThan(0)
            await rm(ballast)
            // A broker with a full disk has shut down: free space and restart it.
            await running.broker.restart()
            await running.taken(200)
            expect(await running.lost()).toEqual([])
            console.log(
              `disk full: ${said}; after room was made ${running.load.accepted.length} acknowledged, 0 lost`
            )
          }
        )
      } finally {
        execFileSync('umount', ['-l', dataDir])
        await removeDir(dataDir)
      }
    }
  )

  it.skipIf(!fullRun)(
    'loses a topic: it is named, nothing acknowledged is lost, and a restart refuses to start empty',
    async () => {
      await withSuite({}, async running => {
        await running.taken(50)
        // Opened before: a log with a missing topic is refused.
        await running.withLog(async log => {
          await running.administer(connection => connection.deleteTopics([topics.alerts], 5_000))
          const said = await running.saidOfIt(/no tocsin\.alerts\.v1 any more/)
          expect(await running.lost(log)).toEqual([])
          const again = await running.refusedToStart(
            /the cluster has no topic tocsin\.alerts\.v1[^"]*/
          )
          console.log(`alerts deleted: ${said}; started again: ${again}`)
        })
      })
    }
  )

  it.skipIf(!fullRun)(
    'gets partitions added by mistake: it is named, nothing is in the wrong place, and a restart is refused',
    async () => {
      await withSuite({}, async running => {
        await running.taken(50)
        await running.administer(connection =>
          connection.createPartitions(topics.incidents, partitions + 1, 5_000)
        )
        const said = await running.saidOfIt(/tocsin\.incidents\.v1 has 4 partitions now and had 3/)
        expect(await running.lost()).toEqual([])
        const places = await running.withLog(async log =>
          (await allStored(log, topics.incidents)).map(({ key, partition }) => [key, partition])
        )
        expect(
          places.filter(
            ([key, partition]) =>
              partition !== assignPartition(topics.incidents, String(key), partitions)
          )
        ).toEqual([])
        // No counts are configured: the log itself knows its initial partition counts.
        const again = await running.refusedToStart(/tocsin\.incidents\.v1 has 4 partitions[^"]*/, {
          TOCSIN_PARTITIONS: '0'
        })
        console.log(`partitions added: ${said}; started again: ${again}`)
      })
    }
  )
})

/**
 * The stream has brought, without a gap, every alert event in the feed, including some from after
 * the fault.
 */
async function missesNothing({ api }: SuiteOnKafka, stream: StreamClient): Promise<void> {
  const events: string[] = []
  for (let cursor = ''; ; ) {
    const page = await api.call(
      'GET',
      `/v1/feed?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`
    )
    const { items, next } = page.body as {
      items: readonly { event: { id: string } }[]
      next: string
    }
    events.push(...items.map(({ event }) => event.id))
    cursor = next
    if (items.length === 0) break
  }
  expect(events.length).toBeGreaterThan(1)
  await waitFor(() => events.every(id => stream.chain.seen.has(id)), {
    what: `all of ${events.length} events`,
    timeoutMs: 60_000
  })
  expect(stream.violations).toEqual([])
  stream.close()
}

/** Latencies of a number of refused posts, ms, ascending. */
async function timesOfRefusals(running: SuiteOnKafka, count: number): Promise<readonly number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const startedMs = performance.now()
    const refused = await running.api.call('POST', '/v1/reports', {
      body: { ...report(i), source: { id: 'hand' } }
    })
    expect(refused).toMatchObject({ status: 503, problem: { code: 'log-unavailable' } })
    expect(refused.retryAfterS).toBeGreaterThan(0)
    times.push(performance.now() - startedMs)
    await new Promise(resolve => setTimeout(resolve, 150))
  }
  return times.sort((a, b) => a - b)
}
