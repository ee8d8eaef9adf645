// Part of the bench `path`: reports at a steady rate, of which every third raises an alert, while
// one client or many have the stream. They are sent when they are due, whether or not those before
// are answered, as the world does.

import { setTimeout as delay } from 'node:timers/promises'
import { StreamClient } from '@tocsin/testing/client/stream-client'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { Pool, request } from 'undici'
import { cpuMsOf } from '../measure/process-cpu.ts'
import { type Quantiles, quantilesOf } from '../measure/quantiles.ts'
import { Clients } from '../stream/client-process.ts'
import {
  benchTheatre,
  openingReport,
  quietReport,
  tellingReport,
  villageName,
  villagesMax
} from './path-reports.ts'

/** Requests under way at once; one more report that is due waits. */
const connections = 32
/**
 * Before it is measured a suite has raised some alerts: one that has just begun is not what runs by
 * day.
 */
const warmUpAlerts = 300
const warmUpPerSecond = 150
/** After which a report that was refused with 503 is sent again, ms. */
const againMs = 100
/** Time limit for the last frames after the last report, ms. */
const lastFramesMs = 120_000

export interface RaisingLoad {
  readonly perSecond: number
  /** Clients of the stream, the one that measures among them. */
  readonly clients: number
  readonly seconds: number
}

export interface RaisingFigure {
  readonly perSecond: number
  readonly clients: number
  readonly alerts: number
  /** How often a report was refused with 503, and sent again. */
  readonly refused: number
  /** From when the report was due until the client has the frame of its alert. */
  readonly sentToFrame: Quantiles
  /**
   * CPU time of the suite, all threads, in cores, until the last frame; null if the system does not
   * tell.
   */
  readonly cores: number | null
}

/** Where the suite is, and who asks. */
export interface RaisingSuite {
  readonly intake: string
  readonly notifier: string
  readonly pids: readonly number[]
  readonly key: string
}

/**
 * Each alert is of a village of its own, so a load ends with the villages. Throws if a report or a
 * frame is lost.
 */
export async function measureRaising(
  suite: RaisingSuite,
  load: RaisingLoad
): Promise<RaisingFigure> {
  const alerts = Math.min(
    villagesMax - warmUpAlerts,
    Math.floor((load.perSecond * load.seconds) / 3)
  )
  const headers = { authorization: `Bearer ${suite.key}` }
  const arrivals = new Map<string, number>()
  const pool = new Pool(suite.intake, { connections })
  const stream = new StreamClient({
    url: suite.notifier,
    key: suite.key,
    checksSchemas: false,
    onAlert: ({ event }) => {
      const { settlement } = event.data.group
      if (event.data.revision === 1 && settlement !== undefined)
        arrivals.set(settlement, performance.now())
    }
  })
  const others = load.clients > 1 ? await Clients.start() : null
  try {
    await putTheatre(suite)
    await stream.open()
    const url = `${suite.notifier.replace('http', 'ws')}/v1/stream`
    await others?.connect({ url, headers, count: load.clients - 1, detail: 'full' })
    let refused = 0
    const post = async (body: object) => {
      for (;;) {
        const answer = await pool.request({
          method: 'POST',
          path: '/v1/reports',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body)
        })
        const text = await answer.body.text()
        if (answer.statusCode === 202) return
        if (answer.statusCode !== 503)
          throw new Error(`a report was not taken: ${answer.statusCode} ${text}`)
        refused++
        await delay(againMs)
      }
    }
    const send = async (first: number, count: number, perSecond: number) => {
      const beganMs = performance.now()
      const dueMs = new Map<string, number>()
      const posts: Promise<void>[] = []
      for (let n = 0; n < 3 * count; n++) {
        const atMs = beganMs + (n * 1000) / perSecond
        while (performance.now() < atMs) await delay(1)
        const village = first + Math.floor(n / 3)
        if (n % 3 === 2) dueMs.set(villageName(village), atMs)
        posts.push(post(reportOf(n, village)))
      }
      await Promise.all(posts)
      const what = `the frames of ${count} alerts`
      await waitFor(() => [...dueMs.keys()].every(name => arrivals.has(name)), {
        what,
        timeoutMs: lastFramesMs
      })
      const delaysMs = [...dueMs].map(([name, atMs]) => (arrivals.get(name) as number) - atMs)
      return { delaysMs, tookMs: performance.now() - beganMs }
    }
    await send(0, warmUpAlerts, Math.min(warmUpPerSecond, load.perSecond))
    refused = 0
    const cpuBefore = cpuOf(suite.pids)
    const { delaysMs, tookMs } = await send(warmUpAlerts, alerts, load.perSecond)
    const cpuAfter = cpuOf(suite.pids)
    if (stream.violations.length > 0) throw new Error(stream.violations[0])
    return {
      perSecond: load.perSecond,
      clients: load.clients,
      alerts,
      refused,
      sentToFrame: quantilesOf(delaysMs),
      cores: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / tookMs
    }
  } finally {
    stream.close()
    await others?.close()
    others?.end()
    await pool.destroy()
  }
}

async function putTheatre({ notifier, key }: RaisingSuite): Promise<void> {
  const answer = await request(`${notifier}/v1/theatres/${benchTheatre}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ countries: ['ML'], clock: 'wall' })
  })
  const text = await answer.body.text()
  if (answer.statusCode >= 300)
    throw new Error(`the theatre was not made: ${answer.statusCode} ${text}`)
}

/** The report before a siege, one that no pattern uses, and the one that raises the siege. */
function reportOf(n: number, village: number): object {
  const step = n % 3
  if (step === 0) return openingReport(village)
  return step === 1 ? quietReport(n) : tellingReport(village, 1)
}

function cpuOf(pids: readonly number[]): number | null {
  let sum = 0
  for (const pid of pids) {
    const ms = cpuMsOf(pid)
    if (ms === null) return null
    sum += ms
  }
  return sum
}
