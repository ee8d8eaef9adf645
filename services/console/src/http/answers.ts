// Requests to the suite. Every outcome is a value: an answer, a refusal with its problem, or no answer at all.

import type { FieldFault, Problem } from '../shown/problem.ts'

export type { Problem } from '../shown/problem.ts'

export type Answer<T> =
  | {
      readonly kind: 'ok'
      readonly status: number
      readonly body: T
      readonly staleSince: string | null
      /** What `If-Match` takes. */
      readonly etag: string | null
    }
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'unreachable' }

/** After this long a request counts as not answered, ms. */
const answerMs = 20_000

export interface Asking {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** After this long it counts as not answered, ms. */
  readonly withinMs?: number
}

let era = new AbortController()

/** Another key is signed in: what was asked before is answered to nobody. */
export function dropQuestions(): void {
  era.abort()
  era = new AbortController()
}

/** Never rejects. */
export async function ask<T>(path: string, asking: Asking = {}): Promise<Answer<T>> {
  const { signal } = era
  const answer = await answerTo<T>(path, asking, signal)
  // Who asked is no longer there: nothing that follows from the answer may happen.
  return signal.aborted ? new Promise(() => {}) : answer
}

async function answerTo<T>(
  path: string,
  { method = 'GET', body, headers = {}, signal, withinMs = answerMs }: Asking,
  dropped: AbortSignal
): Promise<Answer<T>> {
  const timeout = AbortSignal.timeout(withinMs)
  try {
    const response = await fetch(path, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any(signal === undefined ? [dropped, timeout] : [dropped, signal, timeout])
    })
    const text = await response.text()
    if (!response.ok) return { kind: 'refused', problem: problemIn(text, response.status) }
    const staleSince = response.headers.get('tocsin-stale-since')
    const etag = response.headers.get('etag')
    return { kind: 'ok', status: response.status, body: (text === '' ? null : JSON.parse(text)) as T, staleSince, etag }
  } catch {
    // A broken connection, a time-out, or half a body: nothing is known of the outcome.
    return { kind: 'unreachable' }
  }
}

function problemIn(text: string, status: number): Problem {
  const told = parsed(text)
  return {
    code: typeof told.code === 'string' ? told.code : `status-${status}`,
    detail: typeof told.detail === 'string' ? told.detail : `status ${status}`,
    status,
    ...(typeof told.by === 'string' ? { by: told.by } : {}),
    ...(typeof told.at === 'string' ? { at: told.at } : {}),
    ...(typeof told.revision === 'number' ? { revision: told.revision } : {}),
    ...(Array.isArray(told.errors) ? { errors: told.errors.filter(isFieldFault) } : {})
  }
}

function isFieldFault(value: unknown): value is FieldFault {
  const { pointer, detail } = (value ?? {}) as Readonly<Record<string, unknown>>
  return typeof pointer === 'string' && typeof detail === 'string'
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const told: unknown = JSON.parse(text)
    return typeof told === 'object' && told !== null ? (told as Readonly<Record<string, unknown>>) : {}
  } catch {
    // A proxy's page, not the suite's problem.
    return {}
  }
}
