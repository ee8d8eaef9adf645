// Bench `webhooks`: durable signed deliveries per CPU-second of the notifier, with all that it does
// for them (alerts folded, plans, signatures, outcomes in the log), compared with a bare undici loop that
// posts the same bytes; and how late healthy endpoints are while others hang.

import { setTimeout as delay } from 'node:timers/promises'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { AlertLog } from './load/alert-log.ts'
import type { BareCalls } from './load/bare-servers.ts'
import { type BenchSuite, loopbackWebhooks, withSuite } from './load/suite.ts'
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

interface Dispatcher {
  readonly suite: BenchSuite
  readonly alerts: AlertLog
  readonly endpoints: Helper<EndpointCalls>
  readonly urls: readonly string[]
}

/** A notifier with a subscription for each endpoint. */
function withDispatcher<T>(
  { count, hung }: { readonly count: number; readonly hung: number },
  use: (one: Dispatcher) => Promise<T>
): Promise<T> {
  return withSuite({ roles: ['notifier'], env: loopbackWebhooks }, async suite => {
    const log = await openEmbeddedLog({ dataDir: suite.dataDir })
    const endpoints = new Helper<EndpointCalls>(
      new URL('./load/webhook-endpoints.ts', import.meta.url)
    )
    try {
      const urls = await endpoints.call('listen', { count, hung })
      for (const url of urls)
        await suite.call('POST', '/v1/subscriptions', { url, order: 'strict' })
      return await use({ suite, alerts: new AlertLog(log), endpoints, urls })
    } finally {
      endpoints.stop()
      await log.close()
    }
  })
}

/** Bursts one after the other, each as soon as all of the one before have arrived. */
function measureDeliveries({ seconds }: BenchOptions, count: number): Promise<readonly Figure[]> {
  return withDispatcher({ count, hung: 0 }, async ({ suite, alerts, endpoints, urls }) => {
    const deliverBurst = async () => {
      const received = endpoints.call('waitForRequests', burst * count)
      await alerts.raise(burst)
      return received
    }
    const { sample, requests, bodyBytes } = await deliverBurst()
    if (sample === null) throw new Error('no request came')
    const bare = new Helper<BareCalls>(new URL('./load/bare-servers.ts', import.meta.url))
    try {
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
    } finally {
      bare.stop()
    }
  })
}

/** By turns with as many endpoints of which none hangs. */
function measureHung({ seconds }: BenchOptions): Promise<readonly Figure[]> {
  const { count, hung } = hungEndpoints
  return withDispatcher({ count, hung }, one =>
    withDispatcher({ count, hung: 0 }, async other => {
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
    })
  )
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
