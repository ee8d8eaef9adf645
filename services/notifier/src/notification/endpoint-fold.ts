// State of an endpoint, from the deliveries log: its health, how long it is left alone, how often
// each delivery was tried since it was last healthy, and its recent attempts. Pure.

import { AttemptTally, type AttemptTallyRow } from './attempt-tally.ts'
import type { OutcomeData } from './delivery-record.ts'
import {
  afterAcceptance,
  afterFailure,
  type EndpointHealth,
  healthyEndpoint,
  isOut,
  urgentGapMs
} from './endpoint-health.ts'

/** No attempt before a time. A new object for each wait. */
export interface Wait {
  /** Wall clock, ms. */
  readonly untilMs: number
  /** The intended wait, ms: an upper limit if the wall clock was wrong. */
  readonly afterMs: number
}

interface EndpointWait extends Wait {
  /** The attempt before it. */
  readonly attemptedMs: number
  /** By Retry-After. */
  readonly isAsked: boolean
}

interface Attempted {
  readonly time: string
  readonly data: Extract<OutcomeData, { outcome: 'failed' | 'ended' }>
}

/** A notice as earlier versions had it in rows. */
export type EarlierNotice = Readonly<Record<string, unknown>> & { readonly at: string }

/** Of a snapshot: plain data. */
export interface EndpointRow {
  readonly health: EndpointHealth
  readonly wait: EndpointWait | null
  readonly durationMs: number | null
  /** Left out by earlier versions. */
  readonly tally?: AttemptTallyRow
  /** Of earlier versions. */
  readonly notices?: { readonly notice: EarlierNotice | null }
  readonly bulletins?: readonly EarlierNotice[]
}

/** Per delivery: tries, what earlier versions had, its wait. */
export type TryRow = readonly [sequence: number, tries: number, earlier: 0 | 1, wait: Wait | null]

export class EndpointFold {
  #health: EndpointHealth = healthyEndpoint
  #wait: EndpointWait | null = null
  #durationMs: number | null = null
  readonly tally = new AttemptTally()
  /** Tries by sequence; a try that only tested the endpoint is not counted. */
  readonly #tries = new Map<number, number>()
  readonly #waits = new Map<number, Wait>()

  get health(): EndpointHealth {
    return this.#health
  }

  get wait(): Wait | null {
    return this.#wait
  }

  /** How long its last attempt took, ms; null before the first. */
  get durationMs(): number | null {
    return this.#durationMs
  }

  capture(): EndpointRow {
    const tally = this.tally.capture()
    return { health: this.#health, wait: this.#wait, durationMs: this.#durationMs, tally }
  }

  captureTries(): TryRow[] {
    const sequences = new Set([...this.#tries.keys(), ...this.#waits.keys()])
    return [...sequences].map(each => [each, this.findTries(each), 0, this.computeWait(each)])
  }

  restore({ health, wait, durationMs, tally }: EndpointRow): void {
    if (tally !== undefined) this.tally.restore(tally)
    this.#health = health
    this.#wait = wait
    this.#durationMs = durationMs
  }

  restoreTry([sequence, tries, , wait]: TryRow): void {
    if (tries > 0) this.#tries.set(sequence, tries)
    if (wait !== null) this.#waits.set(sequence, wait)
  }

  findTries(sequence: number): number {
    return this.#tries.get(sequence) ?? 0
  }

  /**
   * How long a delivery waits after its own failure, in addition to its endpoint; null: no wait.
   */
  computeWait(sequence: number): Wait | null {
    return this.#waits.get(sequence) ?? null
  }

  /** A 410 does not count for the health: it ends the subscription. */
  failed({ time, data }: Attempted): void {
    this.tally.note(Date.parse(time), data.durationMs, data)
    if (data.outcome === 'ended') return
    const { sequence, afterMs, endpointAfterMs = afterMs, isExhausted, isAsked, isTrial } = data
    const atMs = Date.parse(time)
    this.#durationMs = data.durationMs
    this.#health = afterFailure(this.#health, {
      ...{ atMs, durationMs: data.durationMs, isExhausted: isExhausted === true },
      ...{ isRefusal: data.isRefusal === true, isPermanent: data.isPermanent === true }
    })
    const untilMs = atMs + endpointAfterMs
    this.#wait = { untilMs, afterMs: endpointAfterMs, attemptedMs: atMs, isAsked: isAsked === true }
    if (isTrial) return
    this.#waits.set(sequence, { untilMs: atMs + afterMs, afterMs })
    this.#tries.set(sequence, this.findTries(sequence) + 1)
  }

  accepted({
    time,
    data
  }: {
    readonly time: string
    readonly data: { readonly sequence: number; readonly durationMs: number }
  }): void {
    this.#durationMs = data.durationMs
    this.tally.note(Date.parse(time), data.durationMs, null)
    this.done(data.sequence)
    // What failed during an outage did not fail by itself.
    if (isOut(this.#health)) this.#startAgain()
    this.#health = afterAcceptance(this.#health, Date.parse(time))
    this.#wait = null
  }

  /** A delivery is pending no longer. */
  done(sequence: number): void {
    this.#tries.delete(sequence)
    this.#waits.delete(sequence)
  }

  /** A page waits: the endpoint is tried immediately, unless it asked for the wait. */
  hurry(): void {
    if (this.#wait === null || this.#wait.isAsked) return
    const { untilMs, afterMs, attemptedMs, isAsked } = this.#wait
    if (attemptedMs + urgentGapMs >= untilMs) return
    this.#wait = {
      untilMs: attemptedMs + urgentGapMs,
      afterMs: Math.min(afterMs, urgentGapMs),
      attemptedMs,
      isAsked
    }
  }

  /** The endpoint is tried immediately, and all schedules start again. */
  resume(): void {
    this.#wait = null
    this.#startAgain()
  }

  /** What is counted by sequence belongs to another epoch. */
  beginEpoch(): void {
    this.#startAgain()
  }

  /** Clears everything known. */
  forget(): void {
    this.#health = healthyEndpoint
    this.#durationMs = null
    this.resume()
  }

  #startAgain(): void {
    this.#tries.clear()
    this.#waits.clear()
  }
}
