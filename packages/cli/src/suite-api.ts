// A client of a running suite's HTTP routes, for the commands and the player: key, cursor, problems, patience. It knows no route by name.

import type { Problem } from '@tocsin/contracts/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import { Agent, errors, request } from 'undici'

export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
  /** What to send with the next call to read what this one wrote. */
  readonly cursor: string | null
  readonly problem: Problem | null
  readonly retryAfterS: number | null
}

export interface ApiCall {
  readonly body?: unknown
  readonly cursor?: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** The suite can't be reached, or answers with something that is not its own. */
export class SuiteUnreachableError extends Error {
  override readonly name = 'SuiteUnreachableError'
  readonly code = 'suite-unreachable'
  readonly retryable = true
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export class SuiteApi {
  readonly url: string
  readonly #key: string
  readonly #agent: Agent

  constructor(options: { readonly url: string; readonly key: string; readonly timeoutMs?: number }) {
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

  /** One call; problems are answers, not errors. Rejects with SuiteUnreachableError when nothing answered. */
  async call(method: Method, path: string, { body, cursor, headers, signal }: ApiCall = {}): Promise<ApiAnswer> {
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
      if (signal?.aborted) throw cause
      throw new SuiteUnreachableError(`${this.url} could not be reached: ${reasonOf(cause)}`, { cause })
    }
  }

  /**
   * Calls until the suite can say something: no connection and 429, 503, 507 are tried again for `patienceMs`. Every route here is safe to
   * repeat: reports and ticks have ids that derive from what they say.
   */
  async callPatiently(
    method: Method,
    path: string,
    call: ApiCall,
    { clock, patienceMs }: { clock: Clock; patienceMs: number }
  ): Promise<ApiAnswer> {
    const deadline = clock.monotonicMs() + patienceMs
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.call(method, path, call).catch((error: unknown) => {
        if (error instanceof SuiteUnreachableError) return error
        throw error
      })
      const passing = outcome instanceof SuiteUnreachableError || [429, 503, 507].includes(outcome.status)
      if (!passing) return outcome
      if (call.signal?.aborted || clock.monotonicMs() >= deadline) {
        if (outcome instanceof SuiteUnreachableError) throw outcome
        return outcome
      }
      const askedMs = outcome instanceof SuiteUnreachableError ? 0 : (outcome.retryAfterS ?? 0) * 1000
      await clock.sleep(Math.max(askedMs, Math.min(50 * 2 ** attempt, 1000)), call.signal)
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }
}

/** One line for people: what a problem says, field by field. */
export function problemLine(problem: Problem): string {
  const fields = (problem.errors ?? []).map(error => `${error.pointer} ${error.detail}`).join('; ')
  return `${problem.code}: ${fields || problem.detail}`
}

function readAnswer(status: number, headers: Record<string, string | string[] | undefined>, text: string): ApiAnswer {
  const type = String(headers['content-type'] ?? '')
  const body: unknown = text !== '' && /[/+]json/.test(type) ? JSON.parse(text) : text
  const cursor = headers['tocsin-cursor']
  const retryAfter = Number(headers['retry-after'])
  return {
    status,
    body,
    cursor: typeof cursor === 'string' ? cursor : null,
    problem: status >= 400 ? problemOf(status, body) : null,
    retryAfterS: Number.isFinite(retryAfter) ? retryAfter : null
  }
}

function problemOf(status: number, body: unknown): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body) return body as Problem
  throw new SuiteUnreachableError(`status ${status} without a problem: this is not the suite's own answer`)
}

function reasonOf(cause: unknown): string {
  if (cause instanceof SuiteUnreachableError) return cause.message
  if (cause instanceof errors.UndiciError) return cause.message
  const code = (cause as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : String((cause as Error)?.message ?? cause)
}
