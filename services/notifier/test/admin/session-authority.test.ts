// No principal can delegate more rights than it has, over HTTP: links, sessions, keys and
// subscriptions requested by an administrator of one theatre.

import { sessionCookie } from '@tocsin/auth/sign-in/session'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Answer, Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const local = { theatres: ['sahel'], handling: 'public' } as const
const minuteMs = 60_000

interface Minted {
  readonly keyId: string
  readonly secret: string
}
const mint = async (scopes: readonly string[], more: object = {}): Promise<Minted> =>
  (await suite.ask('POST', '/v1/keys', { body: { name: 'district', scopes, ...more } })).body

const linkOf = async (key: string): Promise<string> => {
  const { pathname, search } = new URL(
    (await suite.ask('POST', '/v1/sign-in-links', { key })).body.url
  )
  return `${pathname}${search}`
}
const redeem = (link: string) => suite.host.app.inject({ method: 'POST', url: link })
const cookieOf = (answer: { headers: Record<string, unknown> }) =>
  `${sessionCookie}=${/=([^;]*)/.exec(String(answer.headers['set-cookie']))?.[1]}`
const signIn = async (key: string) => cookieOf(await redeem(await linkOf(key)))

async function as(
  cookie: string,
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  body?: object
): Promise<Pick<Answer, 'status' | 'body'>> {
  const answer = await suite.host.app.inject({
    method,
    url,
    headers: { cookie },
    ...(body === undefined ? {} : { payload: body })
  })
  return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() }
}

describe('a session by a link that a limited administrator made', () => {
  it('creates no key and no subscription with more rights than that administrator', async () => {
    const cookie = await signIn((await mint(['admin'], local)).secret)
    for (const more of [
      {},
      { theatres: '*' },
      { theatres: ['sahel'] },
      { theatres: ['coast'], handling: 'public' }
    ]) {
      const answer = await as(cookie, 'POST', '/v1/keys', { name: 'x', scopes: ['admin'], ...more })
      expect([more, answer.status]).toEqual([more, 403])
    }
    const made = await as(cookie, 'POST', '/v1/keys', { name: 'x', scopes: ['admin'], ...local })
    expect([made.status, made.body.theatres, made.body.handling]).toEqual([
      201,
      ['sahel'],
      'public'
    ])
    const subscribed = await as(cookie, 'POST', '/v1/subscriptions', {
      url: 'https://partner.example/hook'
    })
    expect([subscribed.status, subscribed.body.theatres, subscribed.body.handling]).toEqual([
      201,
      ['sahel'],
      'public'
    ])
  })

  it('ends when its key is revoked, as do unused links', async () => {
    const { keyId, secret } = await mint(['admin'], local)
    const [cookie, unused] = [await signIn(secret), await linkOf(secret)]
    expect((await as(cookie, 'GET', '/v1/alerts')).status).toBe(200)
    await suite.ask('DELETE', `/v1/keys/${keyId}`)
    expect((await as(cookie, 'GET', '/v1/alerts')).status).toBe(401)
    expect((await redeem(unused)).statusCode).toBe(401)
  })

  it('expires with its key, and so do links', async () => {
    const end = new Date(suite.h.clock.nowMs() + 10 * minuteMs).toISOString()
    const { secret } = await mint(['admin'], { ...local, expiresAt: end })
    const link = await redeem(await linkOf(secret))
    expect(String(link.headers['set-cookie'])).toContain('Max-Age=600;')
    const cookie = cookieOf(link)
    const unused = await linkOf(secret)
    expect((await as(cookie, 'GET', '/v1/alerts')).status).toBe(200)
    suite.h.clock.jump(10 * minuteMs)
    expect((await as(cookie, 'GET', '/v1/alerts')).status).toBe(401)
    expect((await redeem(unused)).statusCode).toBe(401)
  })

  it('is made for no key that has more than its maker, or that has ended', async () => {
    const { secret: key } = await mint(['admin'], local)
    const linkFor = async (keyId: string, maker?: string) => {
      const answer = await suite.ask(
        'POST',
        `/v1/keys/${keyId}/sign-in-links`,
        maker === undefined ? {} : { key: maker }
      )
      return [answer.status, answer.body.code]
    }
    const wider = await mint(['alerts:read'], { theatres: ['sahel', 'coast'], handling: 'public' })
    const clearer = await mint(['alerts:read'], { ...local, handling: 'restricted' })
    const own = await mint(['alerts:read'], local)
    const lasting = await mint(['admin'], {
      ...local,
      expiresAt: new Date(suite.h.clock.nowMs() + 10 * minuteMs).toISOString()
    })
    expect(await linkFor(wider.keyId, key)).toEqual([404, 'not-found'])
    expect(await linkFor(clearer.keyId, key)).toEqual([404, 'not-found'])
    expect(await linkFor('no-such-key', key)).toEqual([404, 'not-found'])
    expect((await linkFor(own.keyId, key))[0]).toBe(201)
    expect(await linkFor(own.keyId, lasting.secret)).toEqual([403, 'forbidden'])
    expect((await linkFor(own.keyId, own.secret))[0]).toBe(403)
    suite.h.clock.jump(10 * minuteMs)
    expect(await linkFor(lasting.keyId)).toEqual([409, 'action-refused'])
    await suite.ask('DELETE', `/v1/keys/${own.keyId}`)
    expect(await linkFor(own.keyId)).toEqual([409, 'action-refused'])
  })

  it('loses its streams when the key is revoked', async () => {
    const { keyId, secret } = await mint(['admin'], local)
    const { authenticator } = suite.host.app
    const judged = await authenticator.authenticate({
      authorization: undefined,
      session: (await signIn(secret)).split('=')[1],
      address: '::1'
    })
    if (judged.kind !== 'principal') throw new Error('not signed in')
    const { socket } = suite.h.connect(judged.principal)
    await suite.ask('DELETE', `/v1/keys/${keyId}`)
    await settle()
    expect(socket.closed?.code).toBe(4504)
  })
})

describe('a secret that was replaced', () => {
  it('creates no keys, subscriptions or sessions beyond its overlap, and no newer secret', async () => {
    const { keyId, secret } = await mint(['admin'])
    const rotation = `/v1/keys/${keyId}/rotation`
    const { secret: newer } = (await suite.ask('POST', rotation, { body: { overlapHours: 1 } }))
      .body
    const until = new Date(suite.h.clock.nowMs() + 60 * minuteMs).toISOString()
    const forbidden = {
      status: 403,
      body: { code: 'forbidden', detail: expect.stringContaining(until) }
    }
    const keyBody = { name: 'x', scopes: ['alerts:read'] }
    const hook = { url: 'https://partner.example/hook' }
    expect(await suite.ask('POST', rotation, { key: secret, body: {} })).toMatchObject(forbidden)
    expect(await suite.ask('POST', '/v1/keys', { key: secret, body: keyBody })).toMatchObject(
      forbidden
    )
    expect(await suite.ask('POST', '/v1/subscriptions', { key: secret, body: hook })).toMatchObject(
      forbidden
    )
    expect((await as(await signIn(secret), 'POST', rotation, {})).status).toBe(403)
    expect(
      (await suite.ask('POST', '/v1/keys', { key: secret, body: { ...keyBody, expiresAt: until } }))
        .status
    ).toBe(201)
    expect((await suite.ask('POST', '/v1/subscriptions', { key: newer, body: hook })).status).toBe(
      201
    )
    expect((await suite.ask('POST', rotation, { key: newer, body: {} })).status).toBe(200)
  })
})
