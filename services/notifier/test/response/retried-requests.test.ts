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

it.each(['by its time', 'by somebody'])(
  'a silence that is over %s is not told as one that was made',
  async how => {
    const body = { reason: 'exercise', minutes: 60, filter: { severity: ['minor'] } }
    const make = (key = 'try-1') =>
      suite.ask('POST', '/v1/silences', { body, headers: { 'idempotency-key': key } })
    const { id } = (await make()).body
    if (how === 'by somebody') await suite.ask('DELETE', `/v1/silences/${id}`)
    await suite.h.clock.advance(how === 'by somebody' ? 60_000 : 3 * 3_600_000)
    const again = await make()
    expect(again).toMatchObject({
      status: 409,
      body: { code: 'action-refused', detail: expect.stringContaining('is over since') }
    })
    expect((await make('try-2')).body).toMatchObject({ standing: 'holding' })
    expect((await suite.ask('GET', '/v1/silences')).body.items).toHaveLength(1)
  }
)

it('a watch is declared once', async () => {
  const declare = (name: string) =>
    suite.ask('POST', '/v1/watches', { body: { name }, headers: retried })
  const [first, again] = [await declare('desk'), await declare('desk')]
  expect([again.status, again.body.id, again.body.version]).toEqual([201, first.body.id, 1])
  expect((await declare('other')).status).toBe(400)
  expect((await suite.ask('GET', '/v1/watches')).body.items).toHaveLength(1)
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

it('a hand-over is known again after the watch was changed and handed on', async () => {
  const { id: line } = (
    await suite.ask('POST', '/v1/subscriptions', { body: { url: 'https://partner.example/hook' } })
  ).body
  const { id } = (await suite.ask('POST', '/v1/watches', { body: { name: 'desk' } })).body
  const until = inMinutes(60)
  const take = (officer: string, version: number, key: string) =>
    suite.ask('POST', `/v1/watches/${id}/hand-over`, {
      body: { version, officer, until, lines: [line] },
      headers: { 'idempotency-key': key }
    })
  expect((await take('Kofi', 1, 'try-1')).status).toBe(200)
  expect(
    (await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 2, name: 'night desk' } }))
      .status
  ).toBe(200)
  await suite.h.clock.advance(60_000)
  expect((await take('Esi', 3, 'try-2')).status).toBe(200)
  const again = await take('Kofi', 1, 'try-1')
  expect(again).toMatchObject({ status: 200, body: { version: 4, onWatch: [{ officer: 'Esi' }] } })
  expect(again.body.shifts).toHaveLength(2)
})
