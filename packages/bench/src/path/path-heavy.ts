// Part of the bench `path`: how long others wait while the suite folds the heaviest reports, one
// for each of the abducted of one village and day. Requests that need no fold are sent at a steady
// rate: what they wait for is the thread that serves them.

import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { type Quantiles, quantilesOf } from '../measure/quantiles.ts'
import { abductionReport } from './path-reports.ts'

const abducted = 400
const requests = 8
const everyMs = 20
/** Time limit for folding all, ms. */
const foldingMaxMs = 300_000

export interface HeavyFold {
  readonly reports: number
  /**
   * Answers to `GET /livez` and `GET /v1/alerts` in turn, from the first report until the last is
   * folded.
   */
  readonly answered: Quantiles
  /** From the first report until the last is folded. */
  readonly foldedS: number
}

export async function measureBesideFold(url: string, key: string): Promise<HeavyFold> {
  const pool = new Pool(url, { connections: 2 * requests })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const call = async (method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> => {
    const answer = await pool.request({
      method,
      path,
      headers,
      body: body === undefined ? null : JSON.stringify(body)
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }
  const samplesMs: number[] = []
  let isFolded = false
  const asking = async () => {
    for (let n = 0; !isFolded; n++) {
      const beganMs = performance.now()
      await call('GET', n % 2 === 0 ? '/livez' : '/v1/alerts?limit=1')
      samplesMs.push(performance.now() - beganMs)
      await delay(everyMs)
    }
  }
  const folding = async () => {
    let next = 0
    let last = ''
    const lane = async () => {
      while (next < abducted)
        last = (
          (await call('POST', '/v1/reports', abductionReport(next++))) as { reportId: string }
        ).reportId
    }
    await Promise.all(Array.from({ length: requests }, lane))
    const untilMs = performance.now() + foldingMaxMs
    while (
      ((await call('GET', `/v1/reports/${last}?wait=10`)) as { assembled?: boolean }).assembled !==
      true
    )
      if (performance.now() > untilMs)
        throw new Error('the reports of the abducted were not folded')
  }
  try {
    const beganMs = performance.now()
    await Promise.all([
      asking(),
      folding().finally(() => {
        isFolded = true
      })
    ])
    return {
      reports: abducted,
      answered: quantilesOf(samplesMs),
      foldedS: (performance.now() - beganMs) / 1000
    }
  } finally {
    await pool.destroy()
  }
}
