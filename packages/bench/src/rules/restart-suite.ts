// A suite in one process on the embedded log, for bench `restart`: started and timed, called, and
// its log read while it is down.

import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { EventLog } from '@tocsin/event-log/port'
import { freePort } from '@tocsin/testing/process/free-port'
import { ownerKeyOf, SuiteProcess } from '@tocsin/testing/process/suite-process'
import { Client } from 'undici'
import { cpuMsOf } from '../measure/process-cpu.ts'

/** A suite in one process, from its start until it is ready. */
export async function started(
  dataDir: string,
  timeoutMs = 120_000
): Promise<{ suite: SuiteProcess; startMs: number; readyS: number; cpuS: number | null }> {
  const port = await freePort()
  const startMs = performance.now()
  const suite = new SuiteProcess({ role: 'up', dataDir, port, env: { TOCSIN_LOG_LEVEL: 'warn' } })
  await suite.ready(timeoutMs)
  const readyS = (performance.now() - startMs) / 1000
  const cpuMs = cpuMsOf(suite.pid)
  return { suite, startMs, readyS, cpuS: cpuMs === null ? null : cpuMs / 1000 }
}

export type Call = (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown
) => Promise<unknown>

/** Calls with the owner's key; rejects unless the answer is 2xx. */
export async function withClient(
  suite: SuiteProcess,
  dataDir: string,
  use: (call: Call) => Promise<void>
): Promise<void> {
  const client = new Client(suite.url)
  const headers = {
    authorization: `Bearer ${await ownerKeyOf(dataDir)}`,
    'content-type': 'application/json'
  }
  try {
    await use(async (method, path, body) => {
      const answer = await client.request({
        method,
        path,
        headers,
        body: body === undefined ? null : JSON.stringify(body)
      })
      const text = await answer.body.text()
      if (answer.statusCode >= 300)
        throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
      return JSON.parse(text) as unknown
    })
  } finally {
    await client.close()
  }
}

export async function withEmbedded<T>(
  dataDir: string,
  use: (log: EventLog) => Promise<T>
): Promise<T> {
  const log = await openEmbeddedLog({ dataDir })
  try {
    return await use(log)
  } finally {
    await log.close()
  }
}
