// Requests to the suite. Every outcome is a value: an answer, a refusal with its problem, or no answer
// at all. Answers set the clock of the page; an act that is stored and not decided yet is followed.

import { signal } from '@preact/signals'
import type { Problem } from '../shown/answers.ts'
import { words } from '../words/words.ts'

/** Clocks of machines that differ by less are taken for the same, ms. */
export const sameClockMs = 60_000
/** Answers give the time to the second, and some take seconds. */
const slackMs = 10_000

/** How far the suite's clock is ahead of this machine's, ms; 0 for a difference nobody notices. */
export const clockAheadMs = signal(0)

/** Now by the suite's clock, ms since 1970: what others read at another machine goes by it. */
export function pageNow(): number {
  return Date.now() + clockAheadMs.peek()
}

/** `date`: as an answer of the suite has it, to a question that was sent at `sentMs` of this machine. */
export function noteSuiteClock(date: string | null, sentMs: number): void {
  const tookMs = Date.now() - sentMs
  // A slow answer shows little about the time.
  if (date === null || tookMs < 0 || tookMs > slackMs / 2) return
  const aheadMs = Date.parse(date) - (sentMs + tookMs / 2)
  const told = Math.abs(aheadMs) < sameClockMs ? 0 : aheadMs
  if (Math.abs(told - clockAheadMs.peek()) > slackMs) clockAheadMs.value = told
}

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

/** A proxy that gives up, or a busy suite, does not say whether the request was taken. */
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

interface ActionStatus {
  readonly state: 'pending' | 'done' | 'refused'
  readonly reason?: string
  readonly by?: string | null
  readonly since?: string | null
}

/** Waits between two questions, ms: the last one again and again. */
const waitsMs = [1_000, 2_000, 5_000, 15_000] as const
/** Consecutive questions to which the suite knows no such act: then the outcome is unknown. */
const unknownMax = 5

/** The act that is stored and not decided yet; undefined for an answer that decides, as of a replay. */
function pendingIn(answer: Answer<unknown>): string | undefined {
  if (answer.kind !== 'ok' || answer.status !== 202) return undefined
  return (answer.body as { readonly actionId?: string }).actionId
}

export function isPending(answer: Answer<unknown>): boolean {
  return pendingIn(answer) !== undefined
}

/** The outcome of an act once it is decided, however long that takes. `pause` waits, ms. */
export async function decided<T>(
  answer: Answer<T>,
  pause: (ms: number) => Promise<void>
): Promise<Answer<T>> {
  const actionId = pendingIn(answer)
  if (answer.kind !== 'ok' || actionId === undefined) return answer
  for (let asked = 0, unknown = 0; unknown < unknownMax; asked += 1) {
    await pause(waitsMs[Math.min(asked, waitsMs.length - 1)] as number)
    const status = await ask<ActionStatus>(`/v1/actions/${encodeURIComponent(actionId)}`)
    unknown = status.kind === 'refused' && status.problem.status === 404 ? unknown + 1 : 0
    if (status.kind !== 'ok' || status.body.state === 'pending') continue
    return status.body.state === 'done'
      ? { ...answer, status: 200 }
      : { kind: 'refused', problem: readRefusal(status.body) }
  }
  return { kind: 'unreachable' }
}

function readRefusal({ reason = '', by, since }: ActionStatus) {
  const { reasons, cameFirst } = words.acts
  const known = Object.entries(reasons).find(([code]) => code === reason)?.[1] ?? reason
  const who = by === undefined || by === null ? '' : ` ${cameFirst(by, since ?? null)}`
  return { code: 'action-refused', detail: `${known}${who}`, status: 409 }
}
