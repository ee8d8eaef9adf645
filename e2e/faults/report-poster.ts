// Posts reports without end, one after the other, into a suite that may die at any moment; keeps what was acknowledged. Its attacks cluster, so
// that alerts are raised, revised and retracted all the time; some reports are corrected, some withdrawn.

import { type SuiteApi, SuiteUnreachableError } from '@tocsin/cli/suite-api'
import { reportIdOf } from '@tocsin/contracts/report-identity'

export interface Acknowledged {
  readonly reportId: string
  readonly action: 'POST' | 'PUT' | 'DELETE'
}

export interface PosterOptions {
  readonly api: SuiteApi
  /** The replay theatre's now: all that is posted happened in the weeks before. ISO 8601. */
  readonly now: string
  readonly random: () => number
}

const dayMs = 86_400_000
/** Reports fall on a grid of so many cells of half a degree, few enough that attacks in one cell often make a front. */
const cells = { rows: 12, columns: 20, south: 12, west: -9 } as const
/** Between two reports, ms: a long run must not make clusters so large that all time goes into them. */
const pauseMs = 5

export class ReportPoster {
  readonly acknowledged: Acknowledged[] = []
  /** Answers that say no although the suite was there: none is expected. */
  readonly refused: string[] = []
  #unanswered = 0
  #count = 0
  readonly #options: PosterOptions
  readonly #live: { externalId: string; body: object }[] = []

  constructor(options: PosterOptions) {
    this.#options = options
  }

  /** Calls that nobody answered; each was sent again until it was. */
  get unanswered(): number {
    return this.#unanswered
  }

  /** Posts until the signal aborts; then finishes the call that is under way. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#step()
      await pause(pauseMs)
    }
  }

  async #step(): Promise<void> {
    const chance = this.#options.random()
    const known = this.#live[Math.floor(this.#options.random() * this.#live.length)]
    if (known && chance < 0.1) return this.#withdraw(known)
    if (known && chance < 0.25) return this.#correct(known)
    const externalId = `K-${++this.#count}`
    const body = this.#report(externalId)
    await this.#send('POST', '/v1/reports', externalId, body)
    this.#live.push({ externalId, body })
    if (this.#live.length > 60) this.#live.shift()
  }

  async #correct(known: { externalId: string; body: object }): Promise<void> {
    const body = { ...this.#report(known.externalId), credibility: 1 }
    await this.#send('PUT', `/v1/reports/${idOf(known.externalId)}`, known.externalId, body)
    known.body = body
  }

  async #withdraw(known: { externalId: string }): Promise<void> {
    await this.#send('DELETE', `/v1/reports/${idOf(known.externalId)}`, known.externalId, { reason: 'sent in error' })
    this.#live.splice(
      this.#live.findIndex(report => report.externalId === known.externalId),
      1
    )
  }

  /** Sends until there is an answer: after a crash nobody knows whether the first try was taken, and sending again is harmless. */
  async #send(action: Acknowledged['action'], path: string, externalId: string, body: object): Promise<void> {
    for (;;) {
      try {
        const answer = await this.#options.api.call(action, path, { body })
        if (answer.status === 202) {
          this.acknowledged.push({ reportId: idOf(externalId), action })
          return
        }
        if (answer.status !== 503) {
          this.refused.push(`${action} ${externalId}: ${answer.status} ${answer.problem?.code}`)
          return
        }
      } catch (error) {
        if (!(error instanceof SuiteUnreachableError)) throw error
      }
      this.#unanswered++
      await pause(20)
    }
  }

  #report(externalId: string): object {
    const { random, now } = this.#options
    const lat = cells.south + Math.floor(random() * cells.rows) / 2 + random() * 0.2
    const lon = cells.west + Math.floor(random() * cells.columns) / 2 + random() * 0.2
    const day = new Date(Date.parse(now) - Math.floor(random() * 40) * dayMs).toISOString().slice(0, 10)
    return {
      source: { id: 'poster' },
      externalId,
      occurred: { from: day, to: day },
      category: 'attack',
      location: { country: 'ML', lat: round(lat), lon: round(lon), radiusKm: 2 },
      credibility: 2,
      handling: 'partners'
    }
  }
}

function idOf(externalId: string): string {
  return reportIdOf({ sourceId: 'poster', externalId, idempotencyKey: null, body: null })
}

function round(degrees: number): number {
  return Math.round(degrees * 1e4) / 1e4
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
