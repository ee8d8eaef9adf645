// Measures calls: answers per second, and the longest time without an answer.

import type { SuiteApi } from '@tocsin/host/client/suite-api'

type Calls = Pick<SuiteApi, 'call'>

export class Timed implements Calls {
  readonly #calls: Calls
  readonly #beganMs = performance.now()
  #answered = 0
  #lastMs = performance.now()
  #longestMs = 0

  constructor(calls: Calls) {
    this.#calls = calls
  }

  async call(...given: Parameters<Calls['call']>): ReturnType<Calls['call']> {
    const answer = await this.#calls.call(...given)
    if (answer.problem === null) this.#note(performance.now())
    return answer
  }

  /** For people: the rate up to the last answer, and the longest silence. */
  figures(): string {
    const seconds = (this.#lastMs - this.#beganMs) / 1000
    return `${(this.#answered / seconds).toFixed(0)}/s, longest silence ${this.#longestMs.toFixed(0)} ms`
  }

  #note(nowMs: number): void {
    this.#answered++
    this.#longestMs = Math.max(this.#longestMs, nowMs - this.#lastMs)
    this.#lastMs = nowMs
  }
}
