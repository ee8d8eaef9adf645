// Part of the bench `webhooks`: deliveries per CPU-second of the notifier, with all that it does
// for them: alerts folded, plans, signatures and outcomes in the log, nothing left out. Beside it a
// bare loop posts what the endpoints got.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { cpuMsOf } from '../measure/process-cpu.ts'
import type { LoopAnswer, LoopAsk } from './bare-post-loop.ts'
import { type Endpoints, type OneDispatcher, withDispatcher } from './one-dispatcher.ts'
import type { Receivers } from './receiver-process.ts'

export interface DeliveriesFigure extends Required<Pick<Endpoints, 'count' | 'order'>> {
  readonly bodyBytes: number
  readonly perCpuSecond: number
  /** Of the clock on the wall. */
  readonly perSecond: number
  /** Posts per CPU-second of the bare loop. */
  readonly barePerCpuSecond: number
}

/** Alerts that become visible at once. */
const burst = 100
const warmUpRounds = 5
/** By turns with the bare loop: what else the machine does meets both. */
const turns = 5
/** Outcomes are logged a little later than they are had, ms. */
const loggedWithinMs = 100

export function measureDeliveries(
  endpoints: Endpoints,
  seconds: number
): Promise<DeliveriesFigure> {
  return withDispatcher(endpoints, async one => {
    const { count, order } = endpoints
    for (let i = 0; i < warmUpRounds; i++) await round(one, count)
    const { sample } = await round(one, count)
    if (sample === null) throw new Error('no request came')
    const loop = fork(fileURLToPath(new URL('./bare-post-loop.ts', import.meta.url)))
    try {
      const ours = { requests: 0, bodyBytes: 0, cpuMs: 0, ms: 0 }
      const bare = { posts: 0, cpuMs: 0 }
      for (let turn = 0; turn < turns; turn++) {
        add(ours, await delivered(one, count, seconds / turns))
        add(
          bare,
          await bareLoop(loop, one.receivers, {
            urls: one.receivers.urls,
            ...sample,
            seconds: seconds / turns
          })
        )
      }
      const { requests, bodyBytes, cpuMs, ms } = ours
      const rates = { perCpuSecond: (requests / cpuMs) * 1000, perSecond: (requests / ms) * 1000 }
      const barePerCpuSecond = (bare.posts / bare.cpuMs) * 1000
      return {
        count,
        order,
        bodyBytes: Math.round(bodyBytes / requests),
        ...rates,
        barePerCpuSecond
      }
    } finally {
      loop.kill()
    }
  })
}

function add<Sums extends Record<string, number>>(sums: Sums, more: Readonly<Sums>): void {
  for (const name of Object.keys(sums) as (keyof Sums & string)[])
    Object.assign(sums, { [name]: sums[name]! + more[name]! })
}

/** Bursts one after the other, each as soon as all of the one before have arrived. */
async function delivered({ notifier, ...one }: OneDispatcher, endpoints: number, seconds: number) {
  const startMs = performance.now()
  const beforeMs = cpuMsOf(notifier.pid) ?? 0
  let [requests, bodyBytes] = [0, 0]
  while (performance.now() < startMs + seconds * 1000) {
    const received = await round(one, endpoints)
    requests += received.requests
    bodyBytes += received.bodyBytes
  }
  // What is yet to be logged is counted too.
  await new Promise(resolve => setTimeout(resolve, loggedWithinMs))
  const cpuMs = (cpuMsOf(notifier.pid) ?? 0) - beforeMs
  return { requests, bodyBytes, cpuMs, ms: performance.now() - startMs - loggedWithinMs }
}

/** Resolves when each endpoint has had each of the alerts. */
async function round(
  { alerts, receivers }: Pick<OneDispatcher, 'alerts' | 'receivers'>,
  endpoints: number
) {
  const received = receivers.received(burst * endpoints)
  await alerts.raise(burst)
  return received
}

async function bareLoop(
  loop: ChildProcess,
  receivers: Receivers,
  ask: LoopAsk
): Promise<LoopAnswer> {
  loop.send(ask)
  const [answer] = (await once(loop, 'message')) as [LoopAnswer]
  // What the loop posted is not of the next round.
  await receivers.received(0)
  return answer
}
