// Open-loop load: reports at a constant rate, each sent once, independent of earlier answers, like
// independent reporters. What the machine can't send in time is dropped, so that the suite is
// measured and not a client queue.

import { Agent, request } from 'undici'

export interface OpenLoadOptions {
  readonly url: string
  readonly key: string
  /** The body of a number, from 0 on. */
  readonly body: (number: number) => string
}

export interface Outcome {
  readonly number: number
  /** 0: no answer came. */
  readonly status: number
  /** Of a problem, or of what ended the connection. */
  readonly code: string | null
  readonly retryAfter: string | null
  readonly tookMs: number
}

const stepMs = 5
/** Maximum concurrent reports: more than the suite writes at once. */
const underWayMax = 1200

export class OpenLoad {
  readonly outcomes: Outcome[] = []
  readonly #options: OpenLoadOptions
  readonly #agent = new Agent({
    connections: underWayMax,
    headersTimeout: 60_000,
    bodyTimeout: 60_000
  })
  readonly #underWay = new Set<Promise<void>>()
  #sent = 0

  constructor(options: OpenLoadOptions) {
    this.#options = options
  }

  /** Opens all connections first: a busy server accepts new ones slowly between requests. */
  async connect(): Promise<void> {
    const { url } = this.#options
    const ask = async () => (await request(`${url}/livez`, { dispatcher: this.#agent })).body.dump()
    await Promise.all(Array.from({ length: underWayMax }, ask))
  }

  /** Sends at a rate for a time, ms; resolves with the outcomes once everything is answered. */
  async run(perSecond: number, forMs: number): Promise<readonly Outcome[]> {
    const first = this.outcomes.length
    const startedMs = performance.now()
    for (let due = 0; ; ) {
      const sinceMs = performance.now() - startedMs
      if (sinceMs >= forMs) break
      const dueNow = Math.floor((sinceMs / 1000) * perSecond)
      for (; due < dueNow; due++) if (this.#underWay.size < underWayMax) this.#begin(this.#sent++)
      await new Promise(resolve => setTimeout(resolve, stepMs))
    }
    await Promise.all(this.#underWay)
    return this.outcomes.slice(first)
  }

  /** Sends one more. */
  async one(): Promise<Outcome> {
    return this.#send(this.#sent++)
  }

  async end(): Promise<void> {
    await this.#agent.destroy()
  }

  #begin(number: number): void {
    const work = this.#send(number).then(() => {
      this.#underWay.delete(work)
    })
    this.#underWay.add(work)
  }

  async #send(number: number): Promise<Outcome> {
    const { url, key, body } = this.#options
    const startedMs = performance.now()
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }
    const outcome = await request(`${url}/v1/reports`, {
      method: 'POST',
      dispatcher: this.#agent,
      headers,
      body: body(number)
    })
      .then(async answer => {
        const said = (await answer.body.json()) as { code?: string }
        return {
          status: answer.statusCode,
          code: said.code ?? null,
          retryAfter: (answer.headers['retry-after'] as string) ?? null
        }
      })
      .catch((error: { code?: string }) => ({
        status: 0,
        code: error.code ?? 'no answer',
        retryAfter: null
      }))
    const done = { number, ...outcome, tookMs: performance.now() - startedMs }
    this.outcomes.push(done)
    return done
  }
}
