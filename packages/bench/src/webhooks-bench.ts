// Bench `webhooks`: durable signed deliveries per CPU-second of the notifier, with all that it does
// for them (alerts folded, plans, signatures, outcomes in the log), compared with a bare undici loop that
// posts the same bytes; and how late healthy endpoints are while others hang.

import { setTimeout as delay } from 'node:timers/promises'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { EventLog } from '@tocsin/event-log/port'
import { AlertLog } from './load/alert-log.ts'
import type { BareCalls } from './load/bare-servers.ts'
import { type BenchSuite, loopbackWebhooks, openSuite } from './load/suite.ts'
import type { EndpointCalls } from './load/webhook-endpoints.ts'
import { readCpuMs, readSharedMs } from './runner/clocks.ts'
import type { Figure } from './runner/figures.ts'
import { Helper } from './runner/helper-process.ts'
import { computeQuantiles, describeLatency } from './runner/quantiles.ts'
import type { Bench, BenchOptions } from './runner/run-bench.ts'
import { measureByTurns, startAtRate } from './runner/turns.ts'

/** Alerts that become visible in one append. */
const burst = 100
/** Outcomes are logged a little later than they are known, ms. */
const loggedWithinMs = 100
const hungEndpoints = { count: 40, hung: 4 }
const hungAlertsPerSecond = 10
const hungTurns = 4

export const bench: Bench = {
  name: 'webhooks',
  what: 'durable signed deliveries per CPU-second, beside a bare undici loop',
  cases: [
    { name: 'deliveries', measure: options => measureDeliveries(options, 10) },
    { name: 'one-endpoint', measure: options => measureDeliveries(options, 1) },
    { name: 'hung', measure: measureHung }
  ]
}

/** A notifier with a subscription for each of its endpoints. */
class Dispatcher implements AsyncDisposable {
  readonly endpoints = new Helper<EndpointCalls>('load/webhook-endpoints.ts')
  readonly suite: BenchSuite
  readonly alerts: AlertLog
  readonly #log: EventLog

  private constructor(suite: BenchSuite, log: EventLog) {
    this.suite = suite
    this.alerts = new AlertLog(log)
    this.#log = log
  }

  static async open(): Promise<Dispatcher> {
    const suite = await openSuite({ roles: ['notifier'], env: loopbackWebhooks })
    return new Dispatcher(suite, await openEmbeddedLog({ dataDir: suite.dataDir }))
  }

  /** Resolves with the addresses of the endpoints, of which the first `hung` never answer. */
  async subscribe(count: number, hung = 0): Promise<readonly string[]> {
    const urls = await this.endpoints.call('listen', { count, hung })
    for (const url of urls)
      await this.suite.call('POST', '/v1/subscriptions', { url, order: 'strict' })
    return urls
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.endpoints[Symbol.dispose]()
    await this.#log.close()
    await this.suite[Symbol.asyncDispose]()
  }
}

/** Bursts one after the other, each as soon as all of the one before have arrived. */
async function measureDeliveries(
  { seconds }: BenchOptions,
  count: number
): Promise<readonly Figure[]> {
  await using dispatcher = await Dispatcher.open()
  const { suite, alerts, endpoints } = dispatcher
  const urls = await dispatcher.subscribe(count)
  const deliverBurst = async () => {
    const received = endpoints.call('waitForRequests', burst * count)
    await alerts.raise(burst)
    return received
  }
  const { sample, requests, bodyBytes } = await deliverBurst()
  if (sample === null) throw new Error('no request came')
  using bare = new Helper<BareCalls>('load/bare-servers.ts')
  const rates = await measureByTurns(
    {
      notifier: async turn => {
        const [beganMs, cpuMs] = [performance.now(), readCpuMs(suite.pid)]
        let delivered = 0
        while (performance.now() < beganMs + turn * 1000)
          delivered += (await deliverBurst()).requests
        const ms = performance.now() - beganMs
        await delay(loggedWithinMs)
        return { count: delivered, ms, cpuMs: readCpuMs(suite.pid) - cpuMs }
      },
      bare: async turn => {
        await endpoints.call('setCounting', false)
        const slice = await bare.call('postRequests', { ...sample, urls, seconds: turn })
        await endpoints.call('setCounting', true)
        return slice
      }
    },
    { seconds, sliceSeconds: Math.min(1, seconds / 2) }
  )
  return [
    {
      what: `${count} endpoints, ${Math.round(bodyBytes / requests)} bytes`,
      unit: '/s',
      value: rates.notifier.perCpuSecond,
      ceiling: rates.bare.perCpuSecond,
      target: count === 1 ? undefined : { atLeast: 4500 }
    },
    { what: 'on the wall clock', unit: '/s', value: rates.notifier.perSecond }
  ]
}

/** By turns with as many endpoints of which none hangs. */
async function measureHung({ seconds }: BenchOptions): Promise<readonly Figure[]> {
  const { count, hung } = hungEndpoints
  await using one = await Dispatcher.open()
  await using other = await Dispatcher.open()
  await one.subscribe(count, hung)
  await other.subscribe(count)
  const samples = { beside: [] as number[], alone: [] as number[] }
  const alerts = Math.max(3, Math.ceil((seconds * hungAlertsPerSecond) / hungTurns))
  // The first of unknown endpoints, and code that is not compiled yet, are of no turn.
  await timeAlerts(one, 10, count - hung)
  await timeAlerts(other, 10, count)
  for (let turn = 0; turn < hungTurns; turn++) {
    samples.beside.push(...(await timeAlerts(one, alerts, count - hung)))
    samples.alone.push(...(await timeAlerts(other, alerts, count)))
  }
  const ratio = computeQuantiles(samples.beside).p99Ms / computeQuantiles(samples.alone).p99Ms
  return [
    ...describeLatency(`append → endpoint, ${hung} of ${count} hang`, samples.beside),
    ...describeLatency('append → endpoint, none hangs', samples.alone),
    { what: 'p99 beside hung ones to p99 without', value: ratio, target: { below: 2 } }
  ]
}

/** Raises so many alerts at a steady rate; resolves with the delays at endpoints that answer. */
async function timeAlerts(
  { alerts, endpoints }: Dispatcher,
  count: number,
  healthy: number
): Promise<readonly number[]> {
  const received = endpoints.call('waitForRequests', count * healthy)
  const raised = new Map<string, number>()
  await startAtRate({ perSecond: hungAlertsPerSecond, count }, async () => {
    const atMs = readSharedMs()
    const [settlement] = await alerts.raise(1)
    raised.set(settlement!, atMs)
  })
  await received
  const arrivals = await endpoints.call('takeArrivals')
  return arrivals.map(([settlement, atMs]) => atMs - raised.get(settlement)!)
}
