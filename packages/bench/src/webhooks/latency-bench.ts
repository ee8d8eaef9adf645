// Part of the bench `webhooks`: from an accepted report until its alert event is at an endpoint,
// the suite in one process.

import { freePort } from '@tocsin/testing/process/free-port'
import { ownerKeyOf, spawnSuite } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { Client } from 'undici'
import { type Quantiles, quantilesOf } from '../measure/quantiles.ts'
import { benchTheatre, openingReport, tellingReport, villageName } from '../path/path-reports.ts'
import { Arrivals, monotonicMs } from './arrivals.ts'
import { onLoopback, subscribe } from './one-dispatcher.ts'
import { Receivers } from './receiver-process.ts'

const perSecond = 20
const stepsPerVillage = 8
const warmUpReports = 40
const arrivalMaxMs = 20_000

export function measureLatency(seconds: number): Promise<Quantiles> {
  return withTempDir(async dataDir => {
    const suite = await spawnSuite({ role: 'up', dataDir, port: await freePort(), env: onLoopback })
    const receivers = await Receivers.start(1)
    const client = new Client(suite.url)
    try {
      const key = await ownerKeyOf(dataDir)
      const call = callWith(client, key)
      await call('PUT', `/v1/theatres/${benchTheatre}`, { countries: ['ML'], clock: 'wall' })
      await subscribe(suite.url, key, receivers.urls, 'newest-state')
      return await latencyOf(
        call,
        new Arrivals(receivers, 1),
        warmUpReports + Math.ceil(seconds * perSecond)
      )
    } finally {
      receivers.end()
      await client.destroy()
      await suite.stop()
    }
  })
}

type Call = (method: 'PUT' | 'POST', path: string, body: unknown) => Promise<void>

function callWith(client: Client, key: string): Call {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  return async (method, path, body) => {
    const answer = await client.request({ method, path, headers, body: JSON.stringify(body) })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
  }
}

/** Reports at a steady rate, each of which changes an alert. */
async function latencyOf(call: Call, arrivals: Arrivals, count: number): Promise<Quantiles> {
  const villages = Math.ceil(count / stepsPerVillage)
  for (let village = 0; village < villages; village++)
    await call('POST', '/v1/reports', openingReport(village))
  const acceptedMs = new Map<string, number>()
  const startMs = performance.now()
  for (let i = 0; i < count; i++) {
    await until(startMs + (i * 1000) / perSecond)
    const [village, step] = [Math.floor(i / stepsPerVillage), (i % stepsPerVillage) + 1]
    await call('POST', '/v1/reports', tellingReport(village, step))
    acceptedMs.set(`${villageName(village)}#${step}`, monotonicMs())
  }
  await arrivals.all([...acceptedMs.keys()], arrivalMaxMs)
  const measured = [...acceptedMs].slice(warmUpReports)
  return quantilesOf(measured.flatMap(([name, sinceMs]) => arrivals.delaysMs(name, sinceMs)))
}

export function until(atMs: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, Math.max(0, atMs - performance.now())))
}
