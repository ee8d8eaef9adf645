// Requests to the suite. Every outcome is a value: an answer, a refusal with its problem, or no
// answer at all.

import type { FieldFault, Problem } from '../shown/answers.ts'
import { pageNow } from './page-time.ts'

export type { Problem } from '../shown/answers.ts'

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
  /** Sent as it is, in place of a body in JSON. */
  readonly content?: { readonly type: string; readonly body: Blob }
  /** Of an answer that is no JSON. */
  readonly read?: (text: string) => unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** After this long it counts as not answered, ms. */
  readonly withinMs?: number
}

let tellClock: (aheadMs: number) => void = () => {}

/**
 * `tell` gets from then on, with each answer, by how much the suite's clock is ahead of this
 * page's, ms, to some seconds.
 */
export function onSuiteClock(tell: (aheadMs: number) => void): void {
  tellClock = tell
}

let era = new AbortController()

/** The last answer with an ETag, by path. */
const known = new Map<string, { readonly etag: string; readonly body: unknown }>()

/** Another key is signed in: answers to earlier questions are dropped. */
export function dropQuestions(): void {
  era.abort()
  era = new AbortController()
  known.clear()
}

/**
 * For what is asked every few seconds: the suite sends it only if it has changed. If not, the
 * answer has the body of the last one. Never rejects.
 */
export async function askAgain<T>(path: string): Promise<Answer<T>> {
  const last = known.get(path)
  const answer = await ask<T>(path, last ? { headers: { 'if-none-match': last.etag } } : {})
  if (answer.kind !== 'ok') return answer
  if (answer.status === 304 && last) return { ...answer, body: last.body as T }
  if (answer.etag !== null) known.set(path, { etag: answer.etag, body: answer.body })
  return answer
}

/** Never rejects. */
export async function ask<T>(path: string, asking: Asking = {}): Promise<Answer<T>> {
  const { signal } = era
  const answer = await answerTo<T>(path, asking, signal)
  // The asker is gone: the answer must have no effect.
  return signal.aborted ? new Promise(() => {}) : answer
}

async function answerTo<T>(
  path: string,
  { method = 'GET', body, content, read = JSON.parse, ...asking }: Asking,
  dropped: AbortSignal
): Promise<Answer<T>> {
  const { headers = {}, signal, withinMs = answerMs } = asking
  const timeout = AbortSignal.timeout(withinMs)
  const [sentMs, sentAt] = [performance.now(), pageNow()]
  try {
    const response = await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(content === undefined ? {} : { 'content-type': content.type }),
        ...headers
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(content === undefined ? {} : { body: content.body }),
      signal: AbortSignal.any(
        signal === undefined ? [dropped, timeout] : [dropped, signal, timeout]
      )
    })
    // A cached answer has an old time: answers about alerts are never cached.
    if (path.startsWith('/v1/'))
      noteClock(response.headers.get('date'), sentAt, performance.now() - sentMs)
    const text = await response.text()
    if (!response.ok && response.status !== 304)
      return { kind: 'refused', problem: problemIn(text, response.status) }
    const staleSince = response.headers.get('tocsin-stale-since')
    const etag = response.headers.get('etag')
    return {
      kind: 'ok',
      status: response.status,
      body: (text === '' ? null : read(text)) as T,
      staleSince,
      etag
    }
  } catch {
    // A broken connection, a time-out, or half a body: the outcome is unknown.
    return { kind: 'unreachable' }
  }
}

/**
 * A slow answer shows little about the time, and an answer during which the clock was set is
 * useless.
 */
const quickMs = 5_000

function noteClock(date: string | null, sentAt: number, tookMs: number): void {
  const toldMs = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(toldMs) || tookMs > quickMs || Math.abs(pageNow() - sentAt - tookMs) > quickMs)
    return
  tellClock(toldMs - (sentAt + tookMs / 2))
}

function problemIn(text: string, status: number): Problem {
  const told = parsed(text)
  return {
    code: typeof told.code === 'string' ? told.code : `status-${status}`,
    detail: typeof told.detail === 'string' ? told.detail : `HTTP ${status}`,
    status,
    ...(typeof told.by === 'string' ? { by: told.by } : {}),
    ...(typeof told.at === 'string' ? { at: told.at } : {}),
    ...(typeof told.revision === 'number' ? { revision: told.revision } : {}),
    ...(typeof told.operatorRevision === 'number'
      ? { operatorRevision: told.operatorRevision }
      : {}),
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
    return typeof told === 'object' && told !== null
      ? (told as Readonly<Record<string, unknown>>)
      : {}
  } catch {
    // A proxy's page, not the suite's problem.
    return {}
  }
}
