// Keys over HTTP: rotation, limits, last use, and that no key can create one with more rights.

import { beforeEach, describe, expect, it } from 'vitest'
import { rotateKey } from '../../src/admin/key-routes.ts'
import { Suite } from '../support/http-suite.ts'
import { aPrincipal } from '../support/notifier-harness.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const hourMs = 3_600_000
const make = async (more: object = {}) =>
  (
    await suite.ask('POST', '/v1/keys', {
      body: { name: 'desk', scopes: ['alerts:read'], ...more }
    })
  ).body
const rotate = (id: string, body: object = {}, key?: string) =>
  suite.ask('POST', `/v1/keys/${id}/rotation`, { body, ...(key === undefined ? {} : { key }) })
const read = async (key: string) => (await suite.ask('GET', '/v1/alerts', { key })).status

describe('rotation', () => {
  it('gives a new secret for the same key; the old one is valid until the overlap ends', async () => {
    const made = await make({ handling: 'partners' })
    const answer = await rotate(made.keyId, { overlapHours: 2 })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        keyId: made.keyId,
        handling: 'partners',
        secret: expect.stringMatching(/^tk_/),
        overlapsUntil: '2026-03-01T14:00:00.000Z'
      }
    })
    expect(answer.headers['tocsin-cursor']).toBeDefined()
    expect([await read(made.secret), await read(answer.body.secret)]).toEqual([200, 200])
    suite.h.clock.jump(2 * hourMs)
    expect([await read(made.secret), await read(answer.body.secret)]).toEqual([401, 200])
    expect((await suite.ask('GET', '/v1/keys')).body.items[0]).toMatchObject({
      rotatedAt: '2026-03-01T12:00:00.000Z',
      overlapsUntil: null
    })
  })

  it('has an overlap of a day by default; 0 hours end all earlier secrets at once, and revoking ends all', async () => {
    const made = await make()
    const second = (await rotate(made.keyId)).body
    expect(second.overlapsUntil).toBe('2026-03-02T12:00:00.000Z')
    const third = (await rotate(made.keyId, { overlapHours: 0 })).body
    expect(await Promise.all([made.secret, second.secret, third.secret].map(read))).toEqual([
      401, 401, 200
    ])
    const fourth = (await rotate(made.keyId)).body
    await suite.ask('DELETE', `/v1/keys/${made.keyId}`)
    expect(await Promise.all([third.secret, fourth.secret].map(read))).toEqual([401, 401])
  })

  it('is refused for an expired or revoked key, and while too many secrets overlap', async () => {
    const ended = await make()
    await suite.ask('DELETE', `/v1/keys/${ended.keyId}`)
    expect((await rotate(ended.keyId)).body).toMatchObject({
      code: 'action-refused',
      detail: expect.stringContaining('revoked')
    })
    const short = await make({ expiresAt: '2026-03-01T13:00:00Z' })
    suite.h.clock.jump(hourMs)
    expect((await rotate(short.keyId)).body).toMatchObject({
      code: 'action-refused',
      detail: expect.stringContaining('expired')
    })
    const many = await make()
    for (let i = 0; i < 4; i++) expect((await rotate(many.keyId)).status).toBe(200)
    expect((await rotate(many.keyId)).body).toMatchObject({
      code: 'action-refused',
      detail: expect.stringContaining('overlapHours 0')
    })
    expect((await rotate(many.keyId, { overlapHours: 0 })).status).toBe(200)
    expect((await rotate('none')).status).toBe(404)
  })

  it.each([
    [{ overlapHours: -1 }],
    [{ overlapHours: 721 }],
    [{ overlapHours: '1' }],
    [{ hours: 1 }]
  ])('%j is refused', async body => {
    const made = await make()
    expect((await rotate(made.keyId, body)).status).toBe(422)
  })
})

describe('the rights of a key', () => {
  it('are at most those of the key that creates or rotates it', async () => {
    const local = await suite.key(['admin'], { theatres: ['sahel'], handling: 'partners' })
    const as = (body: object) =>
      suite.ask('POST', '/v1/keys', {
        body: { name: 'x', scopes: ['alerts:read'], ...body },
        key: local
      })
    expect((await as({ theatres: ['sahel'], handling: 'public' })).status).toBe(201)
    for (const body of [
      {},
      { theatres: '*', handling: 'public' },
      { theatres: ['sahel', 'coast'], handling: 'public' },
      { theatres: ['sahel'] }
    ]) {
      expect((await as(body)).body.code).toBe('forbidden')
    }
    const wide = await make({ theatres: '*' })
    expect((await rotate(wide.keyId, {}, local)).body.code).toBe('not-found')
    expect(await read(wide.secret)).toBe(200)
  })
})

describe('the expiry of a key', () => {
  const ends = '2026-03-02T12:00:00.000Z'
  it('is no later than that of the key that creates or rotates it', async () => {
    const passing = await make({ scopes: ['admin'], expiresAt: ends })
    const as = (more: object) =>
      suite.ask('POST', '/v1/keys', {
        body: { name: 'x', scopes: ['admin'], ...more },
        key: passing.secret
      })
    for (const more of [{}, { expiresAt: null }, { expiresAt: '2026-03-02T12:00:01Z' }])
      expect((await as(more)).body).toMatchObject({
        code: 'forbidden',
        detail: expect.stringContaining(ends)
      })
    expect(await as({ expiresAt: ends })).toMatchObject({ status: 201, body: { expiresAt: ends } })
    expect((await rotate((await make()).keyId, {}, passing.secret)).body.code).toBe('forbidden')
    expect((await rotate(passing.keyId, {}, passing.secret)).status).toBe(200)
  })
})

describe('a secret that is stored but not folded in time', () => {
  const depsBehind = (): Parameters<typeof rotateKey>[0] => {
    const { notifier } = suite.h
    const { controlOperations } = notifier
    return {
      ...notifier,
      random: { bytes: length => new Uint8Array(length).fill(9), next: () => 0 },
      controlOperations: Object.assign(Object.create(controlOperations), {
        change: async <T>(step: () => T | Promise<T>) => step(),
        append: async (...given: Parameters<typeof controlOperations.append>) => ({
          ...(await controlOperations.append(...given)),
          isFolded: false
        })
      })
    }
  }
  const secret = `tk_${Buffer.alloc(32, 9).toString('base64url')}`

  it('is answered all the same, since it cannot be shown later', async () => {
    const made = await make()
    const rotated = await rotateKey(depsBehind(), aPrincipal(), made.keyId, 0)
    expect(rotated).toMatchObject({
      secret,
      key: { keyId: made.keyId, rotatedAt: '2026-03-01T12:00:00.000Z' }
    })
    expect([await read(made.secret), await read(rotated.secret)]).toEqual([401, 200])
  })
})

describe('the limits of a key', () => {
  it('are stored with it, shown and enforced', async () => {
    const made = await make({ limits: { perMinute: 2, bodyBytes: 1000 } })
    expect(made.limits).toEqual({ perMinute: 2, bodyBytes: 1000 })
    expect(await Promise.all([1, 2, 3].map(() => read(made.secret)))).toEqual([200, 200, 429])
    expect((await suite.ask('GET', '/v1/keys')).body.items[0].limits).toEqual({
      perMinute: 2,
      bodyBytes: 1000
    })
  })

  it.each([[{ perMinute: 0 }], [{ perMinute: 1.5 }], [{ perHour: 5 }], [{}]])(
    '%j are refused',
    async limits => {
      const answer = await suite.ask('POST', '/v1/keys', {
        body: { name: 'x', scopes: ['alerts:read'], limits }
      })
      expect(answer.body.errors[0].pointer).toMatch(/^\/limits/)
    }
  )
})

describe('the last use of a key', () => {
  it('is shown as recorded in the log', async () => {
    const made = await make()
    expect((await suite.ask('GET', '/v1/keys')).body.items[0].lastUsedAt).toBeNull()
    await suite.h.declare({
      type: 'keys.used',
      data: { at: '2026-03-01T11:00:00.000Z', keyIds: [made.keyId] }
    })
    await expect
      .poll(async () => (await suite.ask('GET', '/v1/keys')).body.items[0].lastUsedAt)
      .toBe('2026-03-01T11:00:00.000Z')
  })
})

describe('a sign-in link of the owner', () => {
  it('is made with the key of the owner alone', async () => {
    const { secret } = await make({ scopes: ['admin'] })
    const path = '/v1/keys/owner/sign-in-links'
    expect(await suite.ask('POST', path)).toMatchObject({
      status: 201,
      body: { url: expect.stringMatching(/\/sign-in\?token=/), expiresInMinutes: 60 }
    })
    expect((await suite.ask('POST', path, { key: secret })).status).toBe(404)
  })
})
