// Bench `preview`: how long other requests wait while a suite previews all of its rules over what a
// theatre retains, compared with the same requests before. Reports, alerts and readiness are asked
// for at a steady rate.

import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { ownerKeyOf } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { Pool } from 'undici'
import { type Quantiles, quantilesOf, quantilesText } from '../measure/quantiles.ts'
import { fill, foldingMaxMs } from './restart-bench.ts'
import { started } from './restart-suite.ts'
import { theatre } from './rules-load.ts'

/** Of ten years; the rules' retention keeps a fifth. */
const reportsDefault = 36_520
const perSecond = 50
/** Source: speed.md#preview. */
const reachP99Ms = 50

export interface PreviewBench {
  readonly bench: 'preview'
  readonly reports: number
  readonly rules: number
  readonly previews: number
  /** Of the previews that were given up, because they took longer than a preview may. */
  readonly givenUp: number
  /** Of one preview of all rules, mean. */
  readonly previewSeconds: number
  readonly before: Quantiles
  readonly beside: Quantiles
  /**
   * The machine's one-minute load average at the start: above the number of processors, other work
   * was running.
   */
  readonly loadBefore: number
  readonly reached: boolean
}

export interface PreviewBenchOptions {
  readonly json: boolean
  /** Of each of the two measurements; previews under way are awaited. */
  readonly seconds: number
  readonly reports?: number
}

/** Measures and prints. Resolves with the figures. */
export async function benchPreview({
  json,
  seconds,
  reports = reportsDefault
}: PreviewBenchOptions): Promise<PreviewBench> {
  const loadBefore = loadavg()[0] as number
  const figures = await withTempDir(async dataDir => {
    const { lastDay } = await fill(dataDir, reports)
    const { suite } = await started(dataDir, foldingMaxMs)
    const client = new SuiteClient(suite.url, await ownerKeyOf(dataDir), lastDay)
    try {
      const rules = await client.rules()
      // Warm-up.
      await client.during(delay(1000))
      const before = await client.during(delay(seconds * 1000))
      const beside = await client.during(client.previews(rules, seconds))
      return {
        rules: rules.length,
        before: before.latency,
        beside: beside.latency,
        ...beside.result
      }
    } finally {
      await client.close()
      await suite.stop()
    }
  })
  const reached = figures.beside.p99Ms < reachP99Ms
  const result: PreviewBench = { bench: 'preview', reports, ...figures, loadBefore, reached }
  console.log(json ? JSON.stringify(result) : renderPreviewBench(result))
  return result
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

interface ListedRule {
  readonly ruleId: string
  readonly pattern: string
  readonly parameters: object
}

class SuiteClient {
  readonly #pool: Pool
  readonly #headers: Readonly<Record<string, string>>
  readonly #day: string
  #asked = 0

  constructor(url: string, key: string, day: string) {
    this.#pool = new Pool(url, { connections: 64, pipelining: 1 })
    this.#headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    this.#day = day
  }

  /** As a body of previews takes them. */
  async rules(): Promise<readonly object[]> {
    const { items } = (await this.#call('GET', '/v1/rules')).body as {
      items: readonly ListedRule[]
    }
    return items.map(({ ruleId: id, pattern, parameters }) => ({ id, pattern, parameters }))
  }

  /** Previews one after the other, for at least that long. */
  async previews(rules: readonly object[], seconds: number) {
    const beganMs = performance.now()
    let [previews, givenUp] = [0, 0]
    do {
      const { status, body } = await this.#call('POST', '/v1/rules/preview', {
        rules,
        theatres: [theatre]
      })
      if (status !== 200 && status !== 503)
        throw new Error(`a preview was answered ${status}: ${JSON.stringify(body)}`)
      previews += 1
      if (status === 503) givenUp += 1
    } while (performance.now() - beganMs < seconds * 1000)
    return { previews, givenUp, previewSeconds: (performance.now() - beganMs) / 1000 / previews }
  }

  /**
   * Latencies of other requests during `work`, ms. Each is timed by itself: a slow one does not
   * delay the others.
   */
  async during<T>(work: Promise<T>): Promise<{ latency: Quantiles; result: T }> {
    const asked: Promise<number>[] = []
    const timer = setInterval(() => {
      const one = this.#other()
      // It is awaited with the others.
      one.catch(() => {})
      asked.push(one)
    }, 1000 / perSecond)
    const result = await work.finally(() => clearInterval(timer))
    return { latency: quantilesOf(await Promise.all(asked)), result }
  }

  async close(): Promise<void> {
    await this.#pool.close()
  }

  async #other(): Promise<number> {
    const nth = this.#asked++
    const beganMs = performance.now()
    const { status, body } = await this.#ask(nth)
    if (status >= 300)
      throw new Error(`request ${nth} was answered ${status}: ${JSON.stringify(body)}`)
    return performance.now() - beganMs
  }

  #ask(nth: number): Promise<Answer> {
    if (nth % 3 === 0) return this.#call('GET', '/v1/alerts?limit=10')
    if (nth % 3 === 1) return this.#call('GET', '/v1/theatres')
    return this.#call('POST', '/v1/reports', {
      source: { id: 'wire-1' },
      externalId: `beside-${nth}`,
      occurred: { from: this.#day, to: this.#day },
      category: 'other',
      location: {
        country: 'ML',
        admin1: 'ML-5',
        lat: 12 + (nth % 50) * 0.1,
        lon: -5.2547,
        radiusKm: 2
      }
    })
  }

  async #call(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
    const sent = body === undefined ? null : JSON.stringify(body)
    const answer = await this.#pool.request({ method, path, headers: this.#headers, body: sent })
    const text = await answer.body.text()
    return { status: answer.statusCode, body: text === '' ? null : JSON.parse(text) }
  }
}

/** The figures as text. Pure. */
function renderPreviewBench(result: PreviewBench): string {
  const { reports, rules, previews, givenUp, previewSeconds, before, beside, loadBefore, reached } =
    result
  return [
    `preview: ${rules} rules over a theatre of ${reports.toLocaleString('en')} reports of ten years: ${previews} previews, ${previewSeconds.toFixed(1)} s each${givenUp > 0 ? `, ${givenUp} given up` : ''}`,
    `other requests, ${perSecond}/s, until their answer`,
    `  before   ${quantilesText(before)}`,
    `  beside   ${quantilesText(beside)}`,
    ...(loadBefore > availableParallelism() / 2
      ? [`other work was running on the machine: load ${loadBefore.toFixed(1)}`]
      : []),
    `p99 beside it < ${reachP99Ms} ms: ${reached ? 'reached' : 'SHORT'}`
  ].join('\n')
}
