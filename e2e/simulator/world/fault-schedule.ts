// Fault rates of a run: which faults occur and how often. Every seed picks its own mix, so that a
// rare fault is not always hidden behind a common one. At the end all rates become zero, and
// everything must come to rest.

import { EventLogError, type EventLogErrorCode } from '@tocsin/event-log/errors'
import type { AppendFate } from '@tocsin/event-log/memory-log'
import type { RandomSource } from './random-source.ts'

/** Probabilities, per operation. */
export interface FaultMix {
  /** The log refuses: nothing is written. */
  readonly appendRefused: number
  /** The log writes, and the answer is lost. */
  readonly appendDoubtful: number
  /** Nothing is written, and the outcome is unknown. */
  readonly appendDropped: number
  /**
   * An append to several partitions is written partly, and the outcome is unknown, as with a
   * broker.
   */
  readonly appendTorn: number
  /** The process dies while the log writes. */
  readonly appendDeadly: number
  readonly readRefused: number
  /** The log takes seconds instead of milliseconds. */
  readonly logStalls: number
  /** A request of a reporter or the answer to it gets lost, or comes late. */
  readonly requestLost: number
  /** A webhook is answered 500, hangs, is lost on the way there or back, or arrives twice. */
  readonly webhookTroubled: number
  /** A stream disconnects at a frame. */
  readonly streamBroken: number
  /** A stream's frames are delayed. */
  readonly streamSlow: number
}

const calm: FaultMix = {
  appendRefused: 0,
  appendDoubtful: 0,
  appendDropped: 0,
  appendDeadly: 0,
  appendTorn: 0,
  readRefused: 0,
  logStalls: 0,
  requestLost: 0,
  webhookTroubled: 0,
  streamBroken: 0,
  streamSlow: 0
}

/** The maximum rates of a run. */
const worst: FaultMix = {
  appendRefused: 0.06,
  appendDoubtful: 0.06,
  appendDropped: 0.04,
  appendDeadly: 0.01,
  appendTorn: 0.3,
  readRefused: 0.02,
  logStalls: 0.03,
  requestLost: 0.2,
  webhookTroubled: 0.4,
  streamBroken: 0.03,
  streamSlow: 0.3
}

const refusals: readonly EventLogErrorCode[] = [
  'disk-full',
  'log-busy',
  'append-overloaded',
  'log-unavailable'
]

export class FaultSchedule {
  readonly #random: RandomSource
  readonly #rates: FaultMix
  #mix = calm

  constructor(random: RandomSource) {
    this.#random = random
    const names = Object.keys(worst) as (keyof FaultMix)[]
    // In each run a third of the kinds is off, the others have a share of the maximum.
    const shares = names.map(
      name => [name, random.happens(0.33) ? 0 : worst[name] * random.next()] as const
    )
    this.#rates = Object.fromEntries(shares) as unknown as FaultMix
  }

  get mix(): FaultMix {
    return this.#mix
  }

  begin(): void {
    this.#mix = this.#rates
  }

  end(): void {
    this.#mix = calm
  }

  occurs(kind: keyof FaultMix): boolean {
    const probability = this.#mix[kind]
    return probability > 0 && this.#random.happens(probability)
  }

  /** Latency of one operation of the log, ms. */
  logDelayMs(): number {
    if (this.occurs('logStalls')) return this.#random.integer(100, 4_000)
    return this.#random.integer(0, 4) * this.#random.next()
  }

  appendFate(): AppendFate {
    if (this.occurs('appendRefused')) return { kind: 'refuse', error: this.#refusal() }
    if (this.occurs('appendDoubtful')) return { kind: 'doubt' }
    return this.occurs('appendDropped') ? { kind: 'drop' } : { kind: 'write' }
  }

  readError(): EventLogError | null {
    return this.occurs('readRefused')
      ? new EventLogError('log-unavailable', 'the simulated log does not answer')
      : null
  }

  #refusal(): EventLogError {
    const code = this.#random.pick(refusals)
    return new EventLogError(code, `the simulated log says ${code}`)
  }
}
