// What is answered with 202 and names no act is decided: it is a replay, or a report that was taken.

import { expect, it, vi } from 'vitest'
import { type Answer, decided, isPending } from '../../src/http/answers.ts'

it('a replay that was accepted is no act that is awaited', async () => {
  const answer = { kind: 'ok', status: 202, body: { replayed: 1 } } as Answer<{ replayed: number }>
  expect(isPending(answer)).toBe(false)
  expect(await decided(answer, () => Promise.reject(new Error('it waits')))).toBe(answer)
})

it('is unknown once the suite knows no such act five times in a row', async () => {
  const stored = { kind: 'ok', status: 202, body: { actionId: 'a1' } } as Answer<unknown>
  const answers = [404, 404, 404, 404, 200, 404, 404, 404, 404, 404, 404]
  vi.stubGlobal('fetch', async () => {
    const status = answers.shift() ?? 500
    return Response.json({ state: 'pending', code: 'x', detail: 'x' }, { status })
  })
  expect(await decided(stored, async () => {})).toEqual({ kind: 'unreachable' })
  expect(answers).toEqual([404])
  vi.unstubAllGlobals()
})
