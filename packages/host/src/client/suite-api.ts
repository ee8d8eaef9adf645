// HTTP client of a running suite, for tools: key, cursor, problems, retries. It contains no routes.

import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Problem } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import { Agent, errors, request } from 'undici'

export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
  /** Send with the next call to read what this one wrote. */
  readonly cursor: string | null
  readonly problem: Problem | null
  readonly retryAfterS: number | null
  /** Maximum age of its alerts; undefined: not stated. */
  readonly ageSeconds?: number
}

export interface ApiCall {
  readonly body?: unknown
  readonly cursor?: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** How long a call is retried. */
export interface Patience {
  readonly clock: Clock
  readonly patienceMs: number
}

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  readonly contentType: string
  readonly text: string
}

/** The answer to a stream of lines: a problem, or lines as they arrive. */
export interface LinesAnswer {
  readonly problem: Problem | null
  readonly retryAfterS: number | null
  /**
   * Parsed JSON, in batches. Iterating rejects with SuiteUnreachableError when the connection is
   * lost.
   */
  readonly lines: AsyncIterable<readonly unknown[]>
}

/** The answer to a request for a file: a problem, or its bytes as they arrive. */
export interface FileAnswer {
  readonly problem: Problem | null
  /**
   * Iterating rejects with SuiteUnreachableError when the connection is lost, also by a suite that
   * cuts the file off.
   */
  readonly bytes: AsyncIterable<Uint8Array>
}

/** The suite can't be reached, or the answer is not a suite's. */
export class SuiteUnreachableError extends Error {
  override readonly name = 'SuiteUnreachableError'
  readonly code = 'suite-unreachable'
  readonly retryable = true
}

/** Idle timeout of a stream's answer, ms: the suite delays backfill while its rules are behind. */
const streamTimeoutMs = 60_000
const gzipped = promisify(gzip)

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** True for a stream of events, which ends only with its connection. */
export function isEndless({ contentType }: Pick<RawAnswer, 'contentType'>): boolean {
  return contentType.startsWith('text/event-stream')
}

export class SuiteApi {
  readonly url: string
  readonly #key: string
  readonly #agent: Agent

  constructor(options: {
    readonly url: string
    readonly key: string
    readonly timeoutMs?: number
  }) {
    this.url = options.url.replace(/\/+$/, '')
    this.#key = options.key
    const timeoutMs = options.timeoutMs ?? 10_000
    this.#agent = new Agent({
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      connect: { timeout: timeoutMs },
      connections: 8
    })
  }

  /**
   * One call; problems are answers, not errors. Rejects with SuiteUnreachableError without an
   * answer.
   */
  async call(
    method: Method,
    path: string,
    { body, cursor, headers, signal }: ApiCall = {}
  ): Promise<ApiAnswer> {
    try {
      const answer = await request(`${this.url}${path}`, {
        method,
        dispatcher: this.#agent,
        signal: signal ?? null,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(cursor ? { 'tocsin-cursor': cursor } : {}),
          ...headers
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
      return readAnswer(answer.statusCode, answer.headers, await answer.body.text())
    } catch (cause) {
      throw this.#toUnreachable(cause, signal)
    }
  }

  /**
   * Sends bytes and returns the answer as it came, problems too; the text of an endless answer is
   * empty. Rejects with SuiteUnreachableError without an answer.
   */
  async send(
    method: Method,
    path: string,
    { body, headers }: { readonly body?: Buffer; readonly headers?: ApiCall['headers'] } = {}
  ): Promise<RawAnswer> {
    try {
      const answer = await request(`${this.url}${path}`, {
        method,
        dispatcher: this.#agent,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers
        },
        ...(body === undefined ? {} : { body })
      })
      const contentType = String(answer.headers['content-type'] ?? '')
      const { statusCode: status, body: received } = answer
      if (isEndless({ contentType })) {
        received.on('error', () => {}).destroy()
        return { status, contentType, text: '' }
      }
      return { status, contentType, text: await received.text() }
    } catch (cause) {
      throw this.#toUnreachable(cause, undefined)
    }
  }

  /**
   * Posts an NDJSON body and reads the answer's lines while it is sent. Rejects with
   * SuiteUnreachableError without an answer. The body is compressed if the suite is on another
   * machine.
   */
  async postLines(
    path: string,
    body: Buffer,
    { cursor, signal }: Omit<ApiCall, 'body' | 'headers'> = {}
  ): Promise<LinesAnswer> {
    const packed = isLoopback(this.url) ? null : await gzipped(body, { level: 1 })
    try {
      const answer = await request(`${this.url}${path}`, {
        method: 'POST',
        dispatcher: this.#agent,
        signal: signal ?? null,
        headersTimeout: streamTimeoutMs,
        bodyTimeout: streamTimeoutMs,
        headers: {
          authorization: `Bearer ${this.#key}`,
          'content-type': 'application/x-ndjson',
          ...(packed === null ? {} : { 'content-encoding': 'gzip' }),
          ...(cursor ? { 'tocsin-cursor': cursor } : {})
        },
        body: packed ?? body
      })
      if (answer.statusCode === 200)
        return { problem: null, retryAfterS: null, lines: this.#readLines(answer.body) }
      const { problem, retryAfterS } = readAnswer(
        answer.statusCode,
        answer.headers,
        await answer.body.text()
      )
      if (problem === null)
        throw new SuiteUnreachableError(`status ${answer.statusCode} to a stream of lines`)
      return { problem, retryAfterS, lines: generateNone() }
    } catch (cause) {
      throw this.#toUnreachable(cause, signal)
    }
  }

  /** Reads a file of any length. Rejects with SuiteUnreachableError without an answer. */
  async getFile(path: string, { cursor, signal }: ApiCall = {}): Promise<FileAnswer> {
    try {
      const answer = await request(`${this.url}${path}`, {
        dispatcher: this.#agent,
        signal: signal ?? null,
        headersTimeout: streamTimeoutMs,
        bodyTimeout: streamTimeoutMs,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(cursor ? { 'tocsin-cursor': cursor } : {})
        }
      })
      if (answer.statusCode === 200)
        return { problem: null, bytes: this.#readBytes(answer.body, signal) }
      const { problem } = readAnswer(answer.statusCode, answer.headers, await answer.body.text())
      if (problem === null)
        throw new SuiteUnreachableError(`status ${answer.statusCode} to a request for a file`)
      return { problem, bytes: generateNone() }
    } catch (cause) {
      throw this.#toUnreachable(cause, signal)
    }
  }

  async *#readBytes(
    body: AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined
  ): AsyncIterable<Uint8Array> {
    try {
      yield* body
    } catch (cause) {
      throw this.#toUnreachable(cause, signal)
    }
  }

  async *#readLines(body: AsyncIterable<Buffer>): AsyncIterable<readonly unknown[]> {
    const decoder = new TextDecoder()
    let held = ''
    try {
      for await (const chunk of body) {
        held += decoder.decode(chunk, { stream: true })
        const lines = held.split('\n')
        held = lines.pop() as string
        if (lines.length > 0)
          yield lines.filter(line => line !== '').map(line => JSON.parse(line) as unknown)
      }
      if (held.trim() !== '') yield [JSON.parse(held)]
    } catch (cause) {
      throw this.#toUnreachable(cause, undefined)
    }
  }

  #toUnreachable(cause: unknown, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted) return cause
    return new SuiteUnreachableError(`${this.url} could not be reached: ${findReason(cause)}`, {
      cause
    })
  }

  /** Calls until the suite gives a final answer. */
  callPatiently(
    method: Method,
    path: string,
    call: ApiCall,
    patience: Patience
  ): Promise<ApiAnswer> {
    return retryPolitely(() => this.call(method, path, call), { ...patience, signal: call.signal })
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }
}

/**
 * Calls until an answer is final: connection errors and 429, 503, 507 are retried for `patienceMs`.
 * Every route here is safe to repeat: ids of reports and ticks derive from their content.
 */
export async function retryPolitely(
  call: () => Promise<ApiAnswer>,
  { clock, patienceMs, signal }: Patience & { readonly signal?: AbortSignal | undefined }
): Promise<ApiAnswer> {
  const deadlineMs = clock.monotonicMs() + patienceMs
  for (let attempt = 0; ; attempt++) {
    const outcome = await call().catch((error: unknown) => {
      if (error instanceof SuiteUnreachableError) return error
      throw error
    })
    const isLost = outcome instanceof SuiteUnreachableError
    if (!isLost && ![429, 503, 507].includes(outcome.status)) return outcome
    if (signal?.aborted || clock.monotonicMs() >= deadlineMs) {
      if (isLost) throw outcome
      return outcome
    }
    const askedMs = isLost ? 0 : (outcome.retryAfterS ?? 0) * 1000
    await clock.sleep(Math.max(askedMs, Math.min(50 * 2 ** attempt, 1000)), signal)
  }
}

/** A problem as one line for people, field by field. */
export function formatProblem(problem: Problem): string {
  const fields = (problem.errors ?? []).map(error => `${error.pointer} ${error.detail}`).join('; ')
  return `${problem.code}: ${fields || problem.detail}`
}

function readAnswer(
  status: number,
  headers: Record<string, string | string[] | undefined>,
  text: string
): ApiAnswer {
  const type = String(headers['content-type'] ?? '')
  const body: unknown = text !== '' && /[/+]json/.test(type) ? JSON.parse(text) : text
  const cursor = headers['tocsin-cursor']
  const retryAfter = Number(headers['retry-after'])
  const age = Number(headers['tocsin-age-seconds'])
  return {
    status,
    body,
    cursor: typeof cursor === 'string' ? cursor : null,
    problem: status >= 400 ? readProblem(status, body) : null,
    retryAfterS: Number.isFinite(retryAfter) ? retryAfter : null,
    ...(Number.isFinite(age) ? { ageSeconds: age } : {})
  }
}

function readProblem(status: number, body: unknown): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body) return body as Problem
  throw new SuiteUnreachableError(
    `status ${status} without a problem: this is not the suite's own answer`
  )
}

function findReason(cause: unknown): string {
  if (cause instanceof SuiteUnreachableError) return cause.message
  if (cause instanceof errors.UndiciError) return cause.message
  const code = (cause as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : String((cause as Error)?.message ?? cause)
}

async function* generateNone(): AsyncIterable<never> {}

function isLoopback(url: string): boolean {
  return /^(?:127\.|\[::1\]|localhost$)/.test(new URL(url).hostname)
}
