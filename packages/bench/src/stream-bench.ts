// Bench `stream`: deliveries per CPU-second of the notifier to WebSocket clients, one by one and in
// bursts, compared with a bare `ws` server with frames of the same size; and memory of idle
// connections.

import { setTimeout as delay } from 'node:timers/promises'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { residentMiB } from '@tocsin/testing/process/resident-memory'
import { AlertLog } from './load/alert-log.ts'
import type { BareCalls } from './load/bare-servers.ts'
import type { StreamCalls } from './load/stream-crowd.ts'
import { type BenchSuite, openSuite } from './load/suite.ts'
import { readCpuMs } from './runner/clocks.ts'
import type { Figure } from './runner/figures.ts'
import { Helper } from './runner/helper-process.ts'
import type { Bench, BenchOptions } from './runner/run-bench.ts'
import { measureByTurns, type Side } from './runner/turns.ts'

const clientCount = 1000
const idleCount = 10_000
/** Clients that come and go before the idle ones, so that code and buffers are warm. */
const warmUpCount = 5000
const burst = 50
/** Two heartbeats: what connecting left behind is collected, and buffers have their usual size. */
const settleMs = 20_000
const many = '25000'
/** No limit on connections stops one process with all clients. */
const manyConnections = {
  TOCSIN_CONNECTIONS_MAX: many,
  TOCSIN_STREAM_CONNECTIONS_MAX: many
}

export const bench: Bench = {
  name: 'stream',
  what: `WebSocket deliveries per CPU-second to ${clientCount} clients, beside bare ws`,
  cases: [
    { name: 'deliveries', measure: measureDeliveries },
    { name: 'idle', measure: measureIdle }
  ]
}

function openNotifier(): Promise<BenchSuite> {
  return openSuite({ roles: ['notifier'], env: manyConnections })
}

function startCrowd(): Helper<StreamCalls> {
  return new Helper<StreamCalls>('load/stream-crowd.ts')
}

function connect(clients: Helper<StreamCalls>, suite: BenchSuite, count: number, detail: string) {
  const { streamUrl: url, headers } = suite
  return clients.call('connect', { url, headers, count, detail })
}

/** Frames of about 400 bytes; published and delivered by rounds, by turns with the bare server. */
async function measureDeliveries({ seconds }: BenchOptions): Promise<readonly Figure[]> {
  await using suite = await openNotifier()
  await using log = await openEmbeddedLog({ dataDir: suite.dataDir })
  const alerts = new AlertLog(log)
  using clients = startCrowd()
  using bareClients = startCrowd()
  using bare = new Helper<BareCalls>('load/bare-servers.ts')
  const url = `ws://127.0.0.1:${await bare.call('serveStream')}/`
  await connect(clients, suite, clientCount, 'headline')
  await bareClients.call('connect', { url, headers: {}, count: clientCount, detail: '' })
  const publish = (count: number) => alerts.publish(count)
  await publish(1)
  const { bytes } = await clients.call('waitForFrames', 1)
  const head = '{"type":"alert","cursor":"c1","x":"'
  const text = `${head}${'x'.repeat(bytes / clientCount - head.length - 2)}"}`
  const sendBare = (count: number) => bare.call('sendTexts', new Array<string>(count).fill(text))
  const rates = await measureByTurns(
    {
      single: deliver(suite.pid, clients, 1, publish),
      bareSingle: deliver(bare.pid, bareClients, 1, sendBare),
      burst: deliver(suite.pid, clients, burst, publish),
      bareBurst: deliver(bare.pid, bareClients, burst, sendBare)
    },
    { seconds, sliceSeconds: Math.min(1, seconds / 2) }
  )
  const [single, bursts] = [rates.single.perCpuSecond, rates.burst.perCpuSecond]
  return [
    {
      what: `${Math.round(text.length)} bytes, one by one`,
      unit: '/s',
      value: single,
      ceiling: rates.bareSingle.perCpuSecond,
      target: { atLeast: 130_000 },
      ratioTarget: { atLeast: 0.75 }
    },
    {
      what: `bursts of ${burst}`,
      unit: '/s',
      value: bursts,
      ceiling: rates.bareBurst.perCpuSecond,
      target: { atLeast: 600_000 }
    },
    { what: 'bursts to one by one', value: bursts / single, target: { atLeast: 5 } }
  ]
}

/** Publishes `count`, waits until all clients have them, and again until the time is over. */
function deliver(
  pid: number,
  clients: Helper<StreamCalls>,
  count: number,
  publish: (count: number) => Promise<unknown>
): Side {
  return async seconds => {
    const beganMs = performance.now()
    const cpuMs = readCpuMs(pid)
    let frames = 0
    while (performance.now() < beganMs + seconds * 1000) {
      const received = clients.call('waitForFrames', count)
      await publish(count)
      frames += (await received).frames
    }
    return { count: frames, ms: performance.now() - beganMs, cpuMs: readCpuMs(pid) - cpuMs }
  }
}

async function measureIdle(): Promise<readonly Figure[]> {
  await using suite = await openNotifier()
  using clients = startCrowd()
  await connect(clients, suite, warmUpCount, 'ids')
  await clients.call('close')
  await delay(settleMs)
  const beforeMiB = residentMiB(suite.pid)
  await connect(clients, suite, idleCount, 'ids')
  await delay(settleMs)
  const kB = ((residentMiB(suite.pid) - beforeMiB) * 1024) / idleCount
  return [
    { what: `an idle connection of ${idleCount}`, unit: 'kB', value: kB, target: { below: 20 } }
  ]
}
