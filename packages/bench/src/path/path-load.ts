// A process that posts ordinary reports at a steady rate until it is told to stop, and then prints
// how many were accepted. Started by path-bench.ts.

import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { quietReport } from './path-reports.ts'

const [url, key, perSecond] = process.argv.slice(2) as [string, string, string]
const pool = new Pool(url, { connections: 16 })
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
const tally = { taken: 0, refused: 0, sent: 0 }
let stopped = false
process.on('message', () => {
  stopped = true
})

const startedMs = performance.now()
while (!stopped) {
  const due = Math.floor(((performance.now() - startedMs) / 1000) * Number(perSecond))
  for (; tally.sent < due; tally.sent++) void post(tally.sent)
  await sleep(5)
}
const seconds = (performance.now() - startedMs) / 1000
process.send?.({ ...tally, perSecond: tally.taken / seconds })
await pool.destroy()
process.disconnect()

async function post(number: number): Promise<void> {
  try {
    const answer = await pool.request({
      method: 'POST',
      path: '/v1/reports',
      headers,
      body: JSON.stringify(quietReport(number))
    })
    await answer.body.dump()
    if (answer.statusCode === 202) tally.taken++
    else tally.refused++
  } catch (error) {
    if (!stopped) throw error
  }
}
