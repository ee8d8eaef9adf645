// What is pressed again after a lost answer goes under the same key; what was answered, or is
// another thing, under another.

import { afterEach, expect, it, vi } from 'vitest'
import { silences, watches, webhooks } from '../../src/http/requests.ts'

afterEach(() => vi.unstubAllGlobals())

/** The keys under which the suite was asked; `answers` as it answers in turn: null for none. */
function askedKeys(...answers: readonly (number | null)[]): readonly (string | null)[] {
  const asked: (string | null)[] = []
  let turn = 0
  vi.stubGlobal('fetch', async (_path: string, init: RequestInit) => {
    asked.push(new Headers(init.headers).get('idempotency-key'))
    const status = answers[Math.min(turn, answers.length - 1)] as number | null
    turn += 1
    if (status === null) throw new TypeError('no answer')
    return new Response(JSON.stringify({}), { status })
  })
  return asked
}

it.each<readonly [string, (what: number) => Promise<unknown>]>([
  ['a silence', what => silences.create({ minutes: what })],
  ['a watch', what => watches.create({ name: `desk ${what}` })],
  ['a hand-over', what => watches.handOver('wat_1', { version: what })],
  ['a subscription', what => webhooks.create({ url: `https://partner.example/${what}` })],
  ['a new secret of a subscription', what => webhooks.rotate('sub_1', what)]
])('%s that nobody answered is asked for again as the same', async (_name, ask) => {
  // No answer, too busy, taken; and another one of the same kind, for which no answer came before
  // either.
  const asked = askedKeys(null, 503, null, 201, 201)
  await ask(1)
  await ask(1)
  await ask(2)
  await ask(1)
  await ask(1)
  const [first, again, other, taken, anew] = asked
  expect(first).toMatch(/^[0-9a-f]{32}$/)
  expect([again, taken]).toEqual([first, first])
  expect(new Set([first, other, anew]).size).toBe(3)
})

it('what was refused is another request when it is sent again', async () => {
  const asked = askedKeys(422)
  await silences.create({ minutes: 7 })
  await silences.create({ minutes: 7 })
  expect(asked[0]).not.toBe(asked[1])
})
