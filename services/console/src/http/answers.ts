// Requests to the suite. Every outcome is a value: an answer, a refusal with its problem, or no answer
// at all.

import type { Problem } from '../shown/answers.ts'
import { noteSuiteClock } from './page-time.ts'

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

/** Never rejects. */
export async function ask<T>(
  path: string,
  { method = 'GET', body, content, read = JSON.parse, ...asking }: Asking = {}
): Promise<Answer<T>> {
  const { headers = {}, signal, withinMs = answerMs } = asking
  const timeout = AbortSignal.timeout(withinMs)
  const sentMs = Date.now()
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
    if (path.startsWith('/v1/')) noteSuiteClock(response.headers.get('date'), sentMs)
    const text = await response.text()
    if (!response.ok) return { kind: 'refused', problem: problemIn(text, response.status) }
    return { kind: 'ok', status: response.status, body: (text === '' ? null : read(text)) as T }
  } catch {
    // A broken connection, a time-out, or half a body: the outcome is unknown.
    return { kind: 'unreachable' }
  }
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

/** Unanswered requests as they were sent, by their content. */
const unanswered = new Map<string, Asking>()

/**
 * Posts a body. The same one again, after no answer came, is sent as it was, byte for byte and under
 * its key: it may have gone through, and have moved what `headers` state. `what` tells whether it is
 * the same. Never rejects.
 */
export async function postOnce<T>(
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
  what = JSON.stringify(body)
): Promise<Answer<T>> {
  const key = `${path} ${what}`
  const asking = unanswered.get(key) ?? {
    ...{ method: 'POST', body, headers: { ...headers, 'idempotency-key': newRetryKey() } }
  }
  unanswered.set(key, asking)
  const answer = await ask<T>(path, asking)
  if (isAnswered(answer)) unanswered.delete(key)
  return answer
}

/**
 * A proxy that gives up, or a suite that is too busy, does not say whether the request was taken.
 */
function isAnswered(answer: Answer<unknown>): boolean {
  return (
    answer.kind === 'ok' ||
    (answer.kind === 'refused' && answer.problem.status < 500 && answer.problem.status !== 429)
  )
}

/** 128 random bits: no other request has it. */
function newRetryKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('')
}
