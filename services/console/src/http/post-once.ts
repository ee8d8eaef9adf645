// Requests that make something: pressed again after a lost answer they make it once.

import { type Answer, type Asking, ask } from './answers.ts'

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
