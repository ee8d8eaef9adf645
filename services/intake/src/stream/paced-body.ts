// Reads a request body of unlimited length with backpressure, and aborts it when its sender stalls
// or the stream must end.

import type { Readable } from 'node:stream'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import {
  type BodyEncoding,
  type ExpansionCheck,
  expanded
} from '@tocsin/service/http/body-encoding'

/**
 * Minimum pace of the sender: bytes as sent per ms while a read is pending. Time without a pending
 * read does not count.
 */
export interface Pace {
  readonly bytesMin: number
  readonly periodMs: number
}

/** The sender disconnected before the end of the body. No answer can be sent. */
export class SenderGoneError extends Error {
  override readonly name = 'SenderGoneError'
}

export class PacedBody implements AsyncIterable<Buffer> {
  readonly #body: Readable
  readonly #clock: Clock
  readonly #pace: Pace
  #held: Buffer[] = []
  #ended = false
  #failure: Error | null = null
  #wake: (() => void) | null = null
  #waitedMs = 0
  #bytesInPeriod = 0

  constructor(body: Readable, clock: Clock, pace: Pace) {
    this.#body = body
    this.#clock = clock
    this.#pace = pace
    body.on('data', (chunk: Buffer) => this.#came(chunk))
    body.once('end', () => this.#over(null))
    body.once('error', () => this.#over(new SenderGoneError('the sender is gone')))
    body.once('close', () => this.#over(new SenderGoneError('the sender is gone')))
    body.pause()
    if (body.destroyed) this.#over(new SenderGoneError('the sender was gone before'))
  }

  /** Ends the reading: pending and later reads reject with this error. */
  stop(problem: Error): void {
    this.#failure ??= problem
    this.#wake?.()
  }

  /**
   * Chunks as they arrive; the next is read on demand. Rejects `request-timeout` below the pace,
   * and with SenderGoneError.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = this.#held.shift()
      if (this.#failure !== null) throw this.#failure
      if (chunk !== undefined) yield chunk
      else if (this.#ended) return
      else await this.#more()
    }
  }

  /** The text of the body. Rejects as reading it does, and as `expanded` does. */
  text(encoding: BodyEncoding, check: ExpansionCheck): AsyncIterable<Buffer> {
    return encoding === 'identity' ? this : expanded(this, encoding, check)
  }

  /**
   * Reads and discards the rest, so that a sender that reads only after sending gets the answer;
   * true if the body ended within the time, ms.
   */
  async discard(timeoutMs: number): Promise<boolean> {
    this.#body.removeAllListeners('data')
    this.#held = []
    this.#body.resume()
    const over = new AbortController()
    this.#wake = () => over.abort('over')
    if (!this.#ended && !this.#body.destroyed) await this.#clock.sleep(timeoutMs, over.signal)
    this.#wake = null
    return this.#ended
  }

  async #more(): Promise<void> {
    const { bytesMin, periodMs } = this.#pace
    const beganMs = this.#clock.monotonicMs()
    const came = new AbortController()
    const wake = () => came.abort('came')
    this.#wake = wake
    this.#body.resume()
    await this.#clock.sleep(Math.max(1, periodMs - this.#waitedMs), came.signal)
    // A caller that discards the rest may be waiting by now.
    if (this.#wake === wake) this.#wake = null
    this.#waitedMs += this.#clock.monotonicMs() - beganMs
    if (this.#waitedMs < periodMs) return
    if (this.#bytesInPeriod < bytesMin && this.#failure === null && !this.#ended) {
      const detail = `Fewer than ${bytesMin} bytes arrived in ${Math.round(periodMs / 1000)} s.`
      this.#failure = new ProblemError('request-timeout', detail)
    }
    this.#waitedMs = 0
    this.#bytesInPeriod = 0
  }

  #came(chunk: Buffer): void {
    this.#body.pause()
    this.#bytesInPeriod += chunk.length
    this.#held.push(chunk)
    this.#wake?.()
  }

  #over(failure: Error | null): void {
    if (failure === null) this.#ended = true
    else if (!this.#ended) this.#failure ??= failure
    this.#wake?.()
  }
}
