// What is answered with 202 and names no act is decided: it is a replay, or a report that was taken.

import { expect, it } from 'vitest'
import { type Answer, decided, isPending } from '../../src/http/answers.ts'

it('a replay that was accepted is no act that is awaited', async () => {
  const answer = { kind: 'ok', status: 202, body: { replayed: 1 } } as Answer<{ replayed: number }>
  expect(isPending(answer)).toBe(false)
  expect(await decided(answer, () => Promise.reject(new Error('it waits')))).toBe(answer)
})
