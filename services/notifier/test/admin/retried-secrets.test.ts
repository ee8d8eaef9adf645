// A request for a secret that is sent again after a lost answer is answered with the same secret,
// to the same caller alone.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})
const retried = { 'idempotency-key': 'try-1' }
const taken = {
  status: 400,
  body: { code: 'header-invalid', errors: [{ pointer: 'idempotency-key' }] }
}
const url = 'https://partner.example/hook'

/** The first answer was lost, and the same was asked again. */
async function twice<T>(ask: () => Promise<T>): Promise<readonly [T, T]> {
  const first = await ask()
  await suite.h.clock.advance(5_000)
  return [first, await ask()]
}

const post = (
  path: string,
  body: object,
  more: { headers?: Record<string, string>; key?: string } = {}
) => suite.ask('POST', path, { body, headers: retried, ...more })
const count = async (path: string) => (await suite.ask('GET', path)).body.items.length

describe('a key', () => {
  const body = { name: 'field office', scopes: ['alerts:read'] }
  const make = (more: object = {}, as: object = {}) => post('/v1/keys', { ...body, ...more }, as)

  it('is made once, and its secret told again', async () => {
    const [first, again] = await twice(make)
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body])
    expect(await count('/v1/keys')).toBe(1)
    expect((await suite.ask('GET', '/v1/alerts', { key: again.body.secret })).status).toBe(200)
  })

  it('is another one for another caller with the same retry key', async () => {
    const other = await suite.key(['admin'])
    const [first, others] = [await make(), await make({}, { key: other })]
    expect(others.status).toBe(201)
    expect(others.body.secret).not.toBe(first.body.secret)
    expect(others.body.id).not.toBe(first.body.id)
  })

  it('that was rotated or revoked since tells no secret', async () => {
    const first = await make()
    await suite.ask('POST', `/v1/keys/${first.body.id}/rotation`, { body: {} })
    expect(await make()).toMatchObject(taken)
    await suite.ask('DELETE', `/v1/keys/${first.body.id}`)
    expect(await make()).toMatchObject({ status: 409, body: { code: 'action-refused' } })
  })

  it.each([24, 0])('is rotated once, with an overlap of %i hours', async overlapHours => {
    const made = await make()
    const rotate = (more: object = {}, as: object = {}) =>
      post(`/v1/keys/${made.body.id}/rotation`, { overlapHours, ...more }, as)
    const [first, again] = await twice(rotate)
    expect([first.status, again.status, again.body.secret]).toEqual([200, 200, first.body.secret])
    expect(again.body.rotatedAt).toBe(first.body.rotatedAt)
    expect(await rotate({ overlapHours: 1 })).toMatchObject(taken)
    const others = await rotate({}, { key: await suite.key(['admin']) })
    expect(others.body.secret).not.toBe(first.body.secret)
  })
})

describe('a subscription', () => {
  const make = (more: object = {}, as: object = {}) =>
    post('/v1/subscriptions', { url, ...more }, as)

  it('is made once, and its secret told again', async () => {
    const [first, again] = await twice(make)
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body])
    expect(again.body.secret).toMatch(/^whsec_/)
    expect(await count('/v1/subscriptions')).toBe(1)
  })

  it('is another one for another caller with the same retry key', async () => {
    const other = await suite.key(['subscriptions:manage', 'alerts:read'])
    const [first, others] = [await make(), await make({}, { key: other })]
    expect(others.status).toBe(201)
    expect([others.body.secret, others.body.id]).not.toEqual([first.body.secret, first.body.id])
    expect(others.body.secret).not.toBe(first.body.secret)
  })

  it.each([24, 0])(
    'has its secret replaced once, with an overlap of %i hours',
    async overlapHours => {
      const { id } = (await make()).body
      const rotate = (more: object = {}, as: object = {}) =>
        post(`/v1/subscriptions/${id}/rotation`, { overlapHours, ...more }, as)
      const [first, again] = await twice(rotate)
      expect([first.status, again.status, again.body.secret]).toEqual([200, 200, first.body.secret])
      expect(again.body.version).toBe(first.body.version)
      // A change of something else leaves the secret as it is.
      await suite.ask('PATCH', `/v1/subscriptions/${id}`, {
        body: { filter: { minSeverity: 'severe' } }
      })
      expect((await rotate()).body.secret).toBe(first.body.secret)
      expect(await rotate({ overlapHours: 1 })).toMatchObject(taken)
      expect(await make()).toMatchObject(taken)
      const other = await suite.key(['admin', 'subscriptions:manage', 'alerts:read'], {
        handling: 'restricted'
      })
      expect((await rotate({}, { key: other })).body.secret).not.toBe(first.body.secret)
    }
  )

  it('stores its secret sealed alone, and no retry key', async () => {
    const { body } = await make()
    const { control } = suite.h
    const stored = JSON.stringify([...control.state.subscriptions.values()])
    expect(stored).toContain(body.id)
    expect(stored).not.toContain(body.secret.slice('whsec_'.length))
    expect(stored).not.toContain('try-1')
  })
})
