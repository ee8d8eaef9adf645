// The answer to one attempt, as undici's dispatcher hands it over: status, headers, and the start
// of the body. Without streams and composed signals, which cost more than the request itself.

import type { Dispatcher } from 'undici'

export interface AnswerLimits {
  /** Covers the whole attempt. */
  readonly timeoutMs: number
  /** How long the body is waited for after the status, ms. */
  readonly bodyMs: number
  readonly responseBytesMax: number
  readonly excerptCharsMax: number
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly excerpt: string
}

/** Why there is no answer. */
export type NoAnswer =
  | { readonly by: 'signal' }
  | { readonly by: 'deadline' }
  | { readonly by: 'error'; readonly error: unknown }

type Controller = Dispatcher.DispatchController

/**
 * Settles once: with the first of an answer, an error, the deadline, or the abort of the signal.
 */
export class AttemptAnswer implements Dispatcher.DispatchHandler {
  readonly settled: Promise<Answer | NoAnswer>
  readonly #limits: AnswerLimits
  readonly #signal: AbortSignal
  readonly #resolve: (how: Answer | NoAnswer) => void
  readonly #deadline: NodeJS.Timeout
  #late: NodeJS.Timeout | null = null
  #controller: Controller | null = null
  #head: Pick<Answer, 'status' | 'headers'> | null = null
  readonly #chunks: Buffer[] = []
  #bytes = 0
  #isSettled = false

  constructor(limits: AnswerLimits, signal: AbortSignal) {
    const { promise, resolve } = Promise.withResolvers<Answer | NoAnswer>()
    this.settled = promise
    this.#resolve = resolve
    this.#limits = limits
    this.#signal = signal
    this.#deadline = setTimeout(() => this.#cutConnection({ by: 'deadline' }), limits.timeoutMs)
    if (signal.aborted) this.#cutConnection({ by: 'signal' })
    else signal.addEventListener('abort', this.#onAbort)
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    // Meanwhile no one waits for it any more: it was queued.
    if (this.#isSettled) controller.abort(cutOff)
  }

  onResponseStart(_controller: Controller, status: number, headers: Answer['headers']): void {
    // 1xx: the answer is yet to come.
    if (status < 200 || this.#isSettled) return
    this.#head = { status, headers }
    this.#late = setTimeout(() => this.#cutConnection({ by: 'deadline' }), this.#limits.bodyMs)
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (this.#isSettled) return
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes > this.#limits.responseBytesMax) this.#cutConnection({ by: 'deadline' })
  }

  onResponseEnd(): void {
    this.#settle({ by: 'deadline' })
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.fail(error)
  }

  fail(error: unknown): void {
    this.#settle({ by: 'error', error })
  }

  readonly #onAbort = () => this.#cutConnection({ by: 'signal' })

  #cutConnection(why: NoAnswer): void {
    if (this.#isSettled) return
    this.#settle(why)
    // Closes the connection: later bytes on it are ignored.
    this.#controller?.abort(cutOff)
  }

  /**
   * The status alone decides: a body that is long, slow or broken is cut off, so that dripping it
   * delays no one.
   */
  #settle(otherwise: NoAnswer): void {
    if (this.#isSettled) return
    this.#isSettled = true
    clearTimeout(this.#deadline)
    if (this.#late !== null) clearTimeout(this.#late)
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#resolve(this.#head === null ? otherwise : { ...this.#head, excerpt: this.#readText() })
  }

  #readText(): string {
    if (this.#bytes === 0) return ''
    const { excerptCharsMax } = this.#limits
    // No character takes more than four bytes.
    const start = Buffer.concat(this.#chunks).subarray(0, excerptCharsMax * 4)
    const text = new TextDecoder().decode(start, { stream: start.length < this.#bytes })
    return text.replace(controls, '\ufffd').slice(0, excerptCharsMax).toWellFormed()
  }
}

/**
 * Characters that control a terminal. Also a return without a line end, which goes back to the beginning of the line, and what turns
 * the direction of the text.
 */
const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for; tabs and line ends stay.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|\r(?!\n)/g

const cutOff = new Error('cut off')
