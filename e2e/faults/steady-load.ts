// Constant-rate load over the instances in turn; each report is retried until accepted. Records
// what was acknowledged, and the latencies.

import { setTimeout as pause } from 'node:timers/promises'
import { SuiteUnreachableError } from '@tocsin/cli/client/suite-api'
import { reportIdOf } from '@tocsin/contracts/report/report-identity'
import type { RotatingApi } from '../harness/rotating-api.ts'

export interface SteadyLoadOptions {
  readonly api: RotatingApi
  readonly perSecond: number
  /** The report of a number, from 0 on; its source is `load`, its external id `load-<number>`. */
  readonly report: (number: number) => object
}

/** Maximum concurrent reports; beyond it the load falls behind its rate, and reports that. */
const underWayMax = 500
const stepMs = 10
const restMs = 50

export class SteadyLoad {
  readonly acknowledged: string[] = []
  readonly refused: string[] = []
  /** From the first try to the acknowledgement, ms. */
  readonly tookMs: number[] = []
  readonly #options: SteadyLoadOptions
  readonly #underWay = new Set<Promise<void>>()
  #gaveUp = false
  #sent = 0
  #tries = 0
  #startedMs = 0
  #endedMs = 0

  constructor(options: SteadyLoadOptions) {
    this.#options = options
  }

  /** Unanswered or refused attempts; each was repeated. */
  get repeats(): number {
    return this.#tries - this.#sent
  }

  get perSecond(): number {
    return this.acknowledged.length / ((this.#endedMs - this.#startedMs) / 1000)
  }

  /** Sends until the signal aborts; resolves when all that was sent is answered. */
  async run(signal: AbortSignal): Promise<void> {
    this.#startedMs = performance.now()
    while (!signal.aborted) {
      const due = Math.floor(
        ((performance.now() - this.#startedMs) / 1000) * this.#options.perSecond
      )
      for (; this.#sent < due && this.#underWay.size < underWayMax; this.#sent++)
        this.#begin(this.#sent)
      await pause(stepMs)
    }
    await Promise.all(this.#underWay)
    this.#endedMs = performance.now()
  }

  /** Unacknowledged reports are abandoned: the test is over. */
  giveUp(): void {
    this.#gaveUp = true
  }

  #begin(number: number): void {
    const work = this.#send(number).finally(() => this.#underWay.delete(work))
    this.#underWay.add(work)
  }

  async #send(number: number): Promise<void> {
    const externalId = `load-${number}`
    const body = { ...this.#options.report(number), source: { id: 'load' }, externalId }
    const startedMs = performance.now()
    for (;;) {
      this.#tries++
      const answer = await this.#options.api
        .call('POST', '/v1/reports', { body })
        .catch((error: unknown) => {
          if (error instanceof SuiteUnreachableError) return null
          throw error
        })
      if (answer !== null && answer.problem === null) break
      if (answer !== null && answer.status !== 503) {
        this.refused.push(`${externalId}: ${answer.status} ${answer.problem?.code}`)
        return
      }
      if (this.#gaveUp) return
      await pause(restMs)
    }
    this.tookMs.push(performance.now() - startedMs)
    this.acknowledged.push(
      reportIdOf({ sourceId: 'load', externalId, idempotencyKey: null, body: null })
    )
  }
}
