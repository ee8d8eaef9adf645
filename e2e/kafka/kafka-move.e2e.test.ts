// A suite that outgrows its machine: started on the embedded log, moved to Kafka in the middle of
// the scenario, and back. The alerts equal those of a suite that never moved, partners and
// readers continue without a gap.

import { spawn } from 'node:child_process'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FeedPage } from '@tocsin/cli/client/follow-alerts'
import { SuiteApi } from '@tocsin/host/client/suite-api'
import type { PatientApi } from '@tocsin/host/scenario/player'
import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import { kafkaForTests, kafkaPrefix } from '@tocsin/testing/kafka/kafka-for-tests'
import { freePort } from '@tocsin/testing/process/free-port'
import { readOwnerKey, SuiteProcess } from '@tocsin/testing/process/suite-process'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alertsOf, type LogPosition, settled } from '../harness/logs.ts'
import { play } from '../harness/play.ts'
import { masterKeyOfTests } from '../harness/same-secrets.ts'
import { readScenario, type Scenario } from '../harness/scenario-files.ts'
import { logOptions, WholeSuite, webhooksHere } from '../harness/whole-suite.ts'

const kafka = await kafkaForTests()
const mainFile = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))
const tickEveryDays = 28
const patientMs = 90_000

class Enough extends Error {}

/**
 * An API that stops after this many answered writes: the player stops there, and another continues
 * later.
 */
function until(api: PatientApi, writesMax: number): PatientApi {
  let writes = 0
  return {
    async callPatiently(method, path, call, patience) {
      if (method !== 'GET' && ++writes > writesMax) throw new Enough()
      return api.callPatiently(method, path, call, patience)
    }
  }
}

/** A suite that changes logs; its data folder keeps its keys. */
class MovingSuite {
  readonly dataDir: string
  log: LogPosition
  #process: SuiteProcess | null = null
  #api: SuiteApi | null = null

  constructor(dataDir: string) {
    this.dataDir = dataDir
    this.log = dataDir
  }

  get api(): SuiteApi {
    if (this.#api === null) throw new Error('the suite is not running')
    return this.#api
  }

  async start(): Promise<void> {
    const { args, env } = logOptions(this.log)
    const dataDir = typeof this.log === 'string' ? this.log : this.dataDir
    this.#process = new SuiteProcess({
      role: 'up',
      dataDir,
      port: await freePort(),
      args,
      env: { ...webhooksHere, ...env }
    })
    await this.#process.ready(patientMs)
    this.#api = new SuiteApi({ url: this.#process.url, key: await readOwnerKey(this.dataDir) })
  }

  async stop(): Promise<void> {
    await this.#api?.close()
    const exit = await this.#process?.stop()
    if (exit && exit.code !== 0)
      throw new Error(`the suite ended with ${JSON.stringify(exit)}\n${this.#process?.output}`)
  }

  async moveTo(place: LogPosition): Promise<void> {
    if (typeof place === 'string') await takeKeys(this.dataDir, place)
    const args = ['log', 'copy', '--from', named(this.log), '--to', named(place)]
    const child = spawn(process.execPath, [mainFile, ...args], {
      stdio: ['ignore', 'pipe', 'pipe']
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => (output += String(chunk)))
    const code = await new Promise(resolve => child.once('exit', resolve))
    if (code !== 0) throw new Error(`log copy ended with ${code}\n${output}`)
    this.log = place
  }

  kill(): Promise<void> | undefined {
    return this.#process?.kill9()
  }
}

function named(place: LogPosition): string {
  return typeof place === 'string'
    ? `embedded:${place}`
    : `kafka:${place.brokers.join(',')}/${place.prefix}`
}

async function takeKeys(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const file of ['master.key', 'owner.key']) await copyFile(join(from, file), join(to, file))
}

async function feed(api: SuiteApi, cursor: string): Promise<FeedPage> {
  const answer = await api.call('GET', `/v1/feed?limit=500&cursor=${encodeURIComponent(cursor)}`)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer.body as FeedPage
}

describe.skipIf(kafka.skipped)('a suite that moves', () => {
  let scenario: Scenario
  let whole: readonly unknown[]

  beforeAll(async () => {
    scenario = await readScenario('sahel')
    const suite = await WholeSuite.start()
    try {
      await play(suite.api, scenario, { tickEveryDays })
      await settled(suite.log)
      whole = await eventsIn(suite.log)
    } finally {
      await suite.end()
    }
    expect(whole.length).toBeGreaterThan(15)
  }, 300_000)

  const dirs: string[] = []
  const receivers: WebhookReceiver[] = []
  afterAll(async () => {
    for (const receiver of receivers) await receiver.close()
    for (const dir of dirs) await removeDir(dir)
  })

  async function begin(): Promise<{ suite: MovingSuite; receiver: WebhookReceiver; dir: string }> {
    const dir = await makeTempDir()
    dirs.push(dir)
    const data = join(dir, 'data')
    await mkdir(data, { mode: 0o700 })
    await writeFile(join(data, 'master.key'), masterKeyOfTests, { mode: 0o600 })
    const suite = new MovingSuite(data)
    await suite.start()
    const receiver = await WebhookReceiver.listen()
    receivers.push(receiver)
    const answer = await suite.api.call('POST', '/v1/subscriptions', {
      body: { url: receiver.url, filter: {}, order: 'strict' }
    })
    receiver.useSecret((answer.body as { secret: string }).secret)
    return { suite, receiver, dir }
  }

  /**
   * Continues the scenario for a number of writes, and waits until rules and partner have
   * everything.
   */
  async function playOn(
    { suite, receiver }: { suite: MovingSuite; receiver: WebhookReceiver },
    writesMax: number
  ) {
    await play(until(suite.api, writesMax), scenario, {
      tickEveryDays,
      patienceMs: patientMs
    }).catch(error => {
      if (!(error instanceof Enough)) throw error
    })
    await settled(suite.log)
    const events = await alertsOf(suite.log, 'sahel')
    const told = events.filter(({ event }) => event.type !== 'alert.action-refused')
    const last = told.at(-1)?.id
    if (last)
      await waitFor(() => receiver.events.some(({ id }) => id === last), {
        what: 'the last event at the partner',
        timeoutMs: patientMs
      })
  }

  it('to Kafka and back makes the same alerts, and cursors and webhooks continue', async () => {
    const { suite, receiver, dir } = await begin()
    try {
      const { next: start } = await feed(suite.api, 'earliest')
      await playOn({ suite, receiver }, 40)
      const first = await feed(suite.api, start)
      await suite.stop()
      await suite.moveTo({ brokers: kafka.brokers!, prefix: kafkaPrefix('move') })
      await suite.start()
      await playOn({ suite, receiver }, 40)
      const second = await feed(suite.api, first.next)
      await suite.stop()
      await suite.moveTo(join(dir, 'back'))
      await suite.start()
      await playOn({ suite, receiver }, Number.POSITIVE_INFINITY)
      const third = await feed(suite.api, second.next)
      await suite.stop()

      expect(await eventsIn(suite.log)).toEqual(whole)
      const rows = [first, second, third].flatMap(page => page.items)
      expect([first, second, third].map(page => page.recovered)).toEqual([true, true, true])
      expect(rows.map(row => row.event.id)).toEqual(
        whole.map(event => (event as { id: string }).id)
      )
      expect(second.items.length).toBeGreaterThan(0)
      expect(receiver.violations).toEqual([])
      const notified = rows.filter(row => row.event.data.notify !== 'quiet')
      expect(receiver.events.map(event => event.id)).toEqual(notified.map(row => row.event.id))
    } finally {
      await suite.kill()
    }
  }, 600_000)
})

async function eventsIn(place: LogPosition): Promise<readonly { id: string }[]> {
  return (await alertsOf(place, 'sahel')).map(({ id, event }) => ({ id, event }))
}
