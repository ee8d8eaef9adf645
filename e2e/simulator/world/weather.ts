// Fault rates of a run: which faults occur and how often. Every seed picks its own mix, so that a rare fault is not always hidden
// behind a common one. At the end all rates become zero, and everything must come to rest.

import { EventLogError, type EventLogErrorCode } from '@tocsin/event-log/errors'
import type { AppendFate } from '@tocsin/event-log/memory-log'
import type { Chance } from './chance.ts'

/** Probabilities, per operation. */
export interface FaultMix {
  /** The log refuses: nothing is written. */
  readonly appendRefused: number
  /** The log writes, and the answer is lost. */
  readonly appendDoubtful: number
  /** Nothing is written, and the outcome is unknown. */
  readonly appendDropped: number
  /** An append to several partitions is written partly, and the outcome is unknown, as with a broker. */
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
  /** A stream breaks off at a frame. */
  readonly streamBroken: number
  /** A stream's frames come late. */
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

const refusals: readonly EventLogErrorCode[] = ['disk-full', 'log-busy', 'append-overloaded', 'log-unavailable']

export class Weather {
  readonly #chance: Chance
  readonly #storm: FaultMix
  #mix = calm

  constructor(chance: Chance) {
    this.#chance = chance
    const names = Object.keys(worst) as (keyof FaultMix)[]
    // A third of the kinds is off in each run, the others at some share of the worst.
    const shares = names.map(name => [name, chance.happens(0.33) ? 0 : worst[name] * chance.next()] as const)
    this.#storm = Object.fromEntries(shares) as unknown as FaultMix
  }

  get mix(): FaultMix {
    return this.#mix
  }

  begin(): void {
    this.#mix = this.#storm
  }

  clear(): void {
    this.#mix = calm
  }

  strikes(kind: keyof FaultMix): boolean {
    const probability = this.#mix[kind]
    return probability > 0 && this.#chance.happens(probability)
  }

  /** How long one operation of the log takes, ms. */
  logDelayMs(): number {
    if (this.strikes('logStalls')) return this.#chance.integer(100, 4_000)
    return this.#chance.integer(0, 4) * this.#chance.next()
  }

  appendFate(): AppendFate {
    if (this.strikes('appendRefused')) return { kind: 'refuse', error: this.#refusal() }
    if (this.strikes('appendDoubtful')) return { kind: 'doubt' }
    return this.strikes('appendDropped') ? { kind: 'drop' } : { kind: 'write' }
  }

  readError(): EventLogError | null {
    return this.strikes('readRefused') ? new EventLogError('log-unavailable', 'the simulated log does not answer') : null
  }

  #refusal(): EventLogError {
    const code = this.#chance.pick(refusals)
    return new EventLogError(code, `the simulated log says ${code}`)
  }
}
