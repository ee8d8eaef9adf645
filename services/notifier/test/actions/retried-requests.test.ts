// A request that makes something, sent again under its Idempotency-Key after a lost answer, is
// answered as the first was and does nothing again.

import { beforeEach, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})
const path = '/v1/keys'
const body = { name: 'field office', scopes: ['alerts:read'] }
const make = (more: object = {}, key = suite.owner) =>
  suite.ask('POST', path, {
    body: { ...body, ...more },
    headers: { 'idempotency-key': 'try-1' },
    key
  })
const count = async () => (await suite.ask('GET', path)).body.items.length

it('gives the same answer, and its secret, to the same caller alone', async () => {
  const other = await suite.key(['admin'])
  const before = await count()
  const [first, together] = await Promise.all([make(), make()])
  await suite.h.clock.advance(5_000)
  const again = await make()
  expect([first.status, together.body, again.status, again.body, await count()]).toEqual([
    ...[201, first.body, 201, first.body, before + 1]
  ])
  expect(again.headers['tocsin-cursor']).toBe(first.headers['tocsin-cursor'])
  expect((await make({}, other)).body.secret).not.toBe(first.body.secret)
})

it('refuses another body under the same key', async () => {
  await make()
  expect(await make({ name: 'other' })).toMatchObject({
    status: 400,
    body: { code: 'header-invalid', errors: [{ pointer: 'idempotency-key' }] }
  })
})

it('does what was refused before', async () => {
  const silence = { reason: 'exercise', minutes: 60, alertId: 'a1' }
  const ask = () =>
    suite.ask('POST', '/v1/silences', { body: silence, headers: { 'idempotency-key': 'try-1' } })
  expect((await ask()).status).toBe(404)
  await suite.h.alerts.write('raised', 'a1')
  expect((await ask()).status).toBe(201)
})
