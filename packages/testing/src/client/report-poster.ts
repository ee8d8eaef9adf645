// Posts reports to a suite, by one of several instances, and records what was answered. With a
// retry interval it repeats what an unavailable suite did not accept: after a crash it is unknown
// whether the first try was accepted, and repeating is harmless.

import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'

export interface PosterOptions {
  /** Instances of intake; each try goes to the next one. */
  readonly urls: readonly string[]
  readonly key: string
  /** Interval between two tries, ms. Null: each report is sent once. */
  readonly retryMs: number | null
  /** Limit of concurrent connections; default 32. */
  readonly connections?: number
  /** Limit of one try, ms; default 60 s. */
  readonly timeoutMs?: number
}

export interface PostOutcome {
  /** Number of the report in its load, from 0. */
  readonly number: number
  /** HTTP status; 0: no answer. */
  readonly status: number
  /** Code of the problem, or of the broken connection. Null if accepted. */
  readonly code: string | null
  readonly retryAfter: string | null
  readonly tries: number
  /** When the report was due, ms of `performance.now()`. */
  readonly dueMs: number
  /** From the first try to the last answer. */
  readonly tookMs: number
}

export interface PostRate {
  readonly perSecond: number
  /** Body of the report with this number; numbers rise over all loads of a poster. */
  readonly body: (number: number) => object | string
  /** Ends the load. */
  readonly signal: AbortSignal
  /**
   * Limit of reports under way. Beyond it a poster that retries falls behind, and one that does not
   * drops what is due.
   */
  readonly inFlightMax?: number
}

type Answer = Pick<PostOutcome, 'status' | 'code' | 'retryAfter'>

const stepMs = 5

export class ReportPoster {
  readonly outcomes: PostOutcome[] = []
  readonly #options: PosterOptions
  readonly #agent: Agent
  #next = 0
  #turn = 0
  #gaveUp = false

  constructor(options: PosterOptions) {
    this.#options = options
    const { connections = 32, timeoutMs = 60_000 } = options
    this.#agent = new Agent({ connections, headersTimeout: timeoutMs, bodyTimeout: timeoutMs })
  }

  get accepted(): readonly PostOutcome[] {
    return this.outcomes.filter(({ status }) => status < 300 && status > 0)
  }

  /** Tries beyond the first of each report. */
  get repeats(): number {
    return this.outcomes.reduce((sum, { tries }) => sum + tries - 1, 0)
  }

  /** Opens all connections first: a busy server accepts new ones slowly between requests. */
  async connect(): Promise<void> {
    const { urls, connections = 32 } = this.#options
    const ask = async (url: string) =>
      (await request(`${url}/livez`, { dispatcher: this.#agent })).body.dump()
    await Promise.all(urls.flatMap(url => Array.from({ length: connections }, () => ask(url))))
  }

  /** Posts one report. */
  async post(body: object | string): Promise<PostOutcome> {
    return this.#send(this.#next++, performance.now(), body)
  }

  /**
   * Posts at a constant rate, independent of earlier answers, until the signal aborts. Resolves
   * with the outcomes of this load once all are answered.
   */
  async postAtRate({
    perSecond,
    body,
    signal,
    inFlightMax = 500
  }: PostRate): Promise<readonly PostOutcome[]> {
    const inFlight = new Set<Promise<void>>()
    const outcomes: PostOutcome[] = []
    const startMs = performance.now()
    const isPatient = this.#options.retryMs !== null
    for (let due = 0; !signal.aborted; ) {
      const dueNow = Math.floor(((performance.now() - startMs) / 1000) * perSecond)
      while (due < dueNow && (inFlight.size < inFlightMax || !isPatient)) {
        const dueMs = startMs + (due++ * 1000) / perSecond
        if (inFlight.size >= inFlightMax) continue
        const number = this.#next++
        const sent = this.#send(number, dueMs, body(number)).then(outcome => {
          outcomes.push(outcome)
          inFlight.delete(sent)
        })
        inFlight.add(sent)
      }
      await sleep(stepMs)
    }
    await Promise.all(inFlight)
    return outcomes
  }

  /** Abandons what is still refused. */
  stopRetrying(): void {
    this.#gaveUp = true
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  async #send(number: number, dueMs: number, body: object | string): Promise<PostOutcome> {
    const { retryMs } = this.#options
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const startMs = performance.now()
    for (let tries = 1; ; tries++) {
      const answer = await this.#try(text)
      const isFinal = answer.status !== 0 && answer.status !== 503
      if (isFinal || retryMs === null || this.#gaveUp) {
        const outcome = { number, dueMs, tries, tookMs: performance.now() - startMs, ...answer }
        this.outcomes.push(outcome)
        return outcome
      }
      await sleep(retryMs)
    }
  }

  async #try(body: string): Promise<Answer> {
    const { urls, key } = this.#options
    const url = urls[this.#turn++ % urls.length]
    try {
      const {
        statusCode,
        headers,
        body: answer
      } = await request(`${url}/v1/reports`, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body
      })
      const { code } = (await answer.json()) as { readonly code?: string }
      const retryAfter = headers['retry-after']
      return {
        status: statusCode,
        code: code ?? null,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : null
      }
    } catch (error) {
      // A broken connection is an outcome, not an error of the test.
      return { status: 0, code: String((error as { code?: unknown }).code), retryAfter: null }
    }
  }
}
