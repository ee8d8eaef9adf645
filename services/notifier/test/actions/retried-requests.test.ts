// A request that is sent again after a lost answer does nothing again.

import { beforeEach, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})
const retried = { 'idempotency-key': 'try-1' }
const inMinutes = (minutes: number) =>
  new Date(suite.h.clock.nowMs() + minutes * 60_000).toISOString()

it('a silence is made once, and another one needs another key', async () => {
  const body = { reason: 'exercise', minutes: 60, filter: { severity: ['minor'] } }
  const make = (more: object = {}, headers: Record<string, string> = retried) =>
    suite.ask('POST', '/v1/silences', { body: { ...body, ...more }, headers })
  const first = await make()
  await suite.h.clock.advance(5_000)
  const again = await make()
  expect([first.status, again.status, again.body.id, again.body.endsAt]).toEqual([
    201,
    201,
    first.body.id,
    first.body.endsAt
  ])
  for (const more of [{ reason: 'other' }, { minutes: 61 }, { filter: { severity: ['moderate'] } }])
    expect(await make(more)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: 'idempotency-key' }] }
    })
  expect((await suite.ask('GET', '/v1/silences')).body.items).toHaveLength(1)
  const admin = await suite.key(['admin'])
  expect(
    (await suite.ask('POST', '/v1/silences', { body, headers: retried, key: admin })).status
  ).toBe(201)
  expect((await make({}, {})).body.id).not.toBe(first.body.id)
  expect((await suite.ask('GET', '/v1/silences')).body.items).toHaveLength(3)
})

it('a watch is handed over once, and somebody else who takes it at once is still refused', async () => {
  const { id: line } = (
    await suite.ask('POST', '/v1/subscriptions', { body: { url: 'https://partner.example/hook' } })
  ).body
  const { id } = (await suite.ask('POST', '/v1/watches', { body: { name: 'desk' } })).body
  const until = inMinutes(60)
  const taken = { status: 400, body: { errors: [{ pointer: 'idempotency-key' }] } }
  const take = (officer: string, headers: Record<string, string> = retried, key = suite.owner) =>
    suite.ask('POST', `/v1/watches/${id}/hand-over`, {
      body: { version: 1, officer, until, lines: [line] },
      headers,
      key
    })
  const first = await take('Kofi')
  await suite.h.clock.advance(5_000)
  const again = await take('Kofi')
  expect([first.status, again.status, again.body.version]).toEqual([200, 200, 2])
  expect(again.body.shifts).toEqual(first.body.shifts)
  expect(await take('Esi')).toMatchObject(taken)
  expect((await take('Esi', { 'idempotency-key': 'try-2' })).status).toBe(409)
  // The same words of another caller, or under another key, are another hand-over: they came
  // second.
  expect((await take('Kofi', { 'idempotency-key': 'try-2' })).status).toBe(409)
  expect((await take('Kofi', retried, await suite.key(['admin']))).status).toBe(409)
  expect((await take('Kofi', {})).status).toBe(409)
})
