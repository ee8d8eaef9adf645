// Requests that make something: pressed again after a lost answer they make it once.

import { type Answer, ask } from './answers.ts'

/** By what was asked, the key under which it was: kept until it is answered. */
const unanswered = new Map<string, string>()

/**
 * Posts a body. The same one again, after no answer came, goes under the same key: the suite
 * answers as it did, or would have done. Never rejects.
 */
export async function postOnce<T>(
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {}
): Promise<Answer<T>> {
  const what = `${path} ${JSON.stringify(body)}`
  const retryKey = unanswered.get(what) ?? newRetryKey()
  unanswered.set(what, retryKey)
  const answer = await ask<T>(path, {
    method: 'POST',
    body,
    headers: { ...headers, 'idempotency-key': retryKey }
  })
  if (isAnswered(answer)) unanswered.delete(what)
  return answer
}

/**
 * A proxy that gives up, or a suite that is too busy, does not say whether the request was taken.
 */
export function isAnswered(answer: Answer<unknown>): boolean {
  return (
    answer.kind === 'ok' ||
    (answer.kind === 'refused' && answer.problem.status < 500 && answer.problem.status !== 429)
  )
}

/** 128 random bits: no other request has it. */
export function newRetryKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('')
}
