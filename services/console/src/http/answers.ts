// Requests to the suite. Every outcome is a value: an answer, a refusal with its problem, or no
// answer at all.

import type { Problem } from '../shown/answers.ts'
import { pageNow } from './page-time.ts'

export type { Problem } from '../shown/answers.ts'

export type Answer<T> =
  | {
      readonly kind: 'ok'
      readonly status: number
      readonly body: T
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

/** Never rejects. */
export async function ask<T>(
  path: string,
  { method = 'GET', body, content, read = JSON.parse, ...asking }: Asking = {}
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
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout])
    })
    // A cached answer has an old time: answers about alerts are never cached.
    if (path.startsWith('/v1/'))
      noteClock(response.headers.get('date'), sentAt, performance.now() - sentMs)
    const text = await response.text()
    if (!response.ok) return { kind: 'refused', problem: problemIn(text, response.status) }
    return { kind: 'ok', status: response.status, body: (text === '' ? null : read(text)) as T }
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
  return { code: `status-${status}`, detail: `HTTP ${status}`, ...parsed(text), status }
}

function parsed(text: string): Partial<Problem> {
  try {
    return JSON.parse(text) as Partial<Problem>
  } catch {
    // A proxy's page, not the suite's problem.
    return {}
  }
}
