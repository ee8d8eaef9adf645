import { Readable } from 'node:stream'
import type { Key, Scope } from '@tocsin/contracts/record/control-record'
import { scopes } from '@tocsin/contracts/record/control-record'
import { pagePolicy } from '@tocsin/testing/client/page-policy'
import type { FastifyPluginAsync } from 'fastify'
import { describe, expect, it } from 'vitest'
import { getPrincipal, owner } from '../../src/sign-in/authentication.ts'
import { sessionCookie } from '../../src/sign-in/session.ts'
import {
  asOwner,
  controlOf,
  fakeService,
  keyWith,
  repeatableRandom,
  type TestHost,
  testHost
} from '../support/fakes.ts'

const ok = async () => ({ ok: true })

/** A route of every method and kind of access. */
const routes: FastifyPluginAsync = async app => {
  app.get('/', { config: { access: 'open' } }, ok)
  app.get('/page', { config: { access: 'open' } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send('<p>')
  )
  app.get('/v1/reports/:id', { config: { access: ['reports:read'] } }, ok)
  app.post('/v1/reports', { config: { access: ['reports:write'] } }, ok)
  app.put('/v1/rules/:id', { config: { access: ['rules:manage'] } }, ok)
  app.delete('/v1/keys/:id', { config: { access: ['admin'] } }, ok)
  app.get(
    '/v1/alerts',
    { config: { access: ['alerts:read', 'alerts:operate'] } },
    async request => ({
      by: getPrincipal(request).name,
      handling: getPrincipal(request).handling
    })
  )
  app.route({
    method: ['GET', 'POST'],
    url: '/v1/subscriptions',
    config: { access: ['subscriptions:manage'] },
    handler: ok
  })
}

const random = repeatableRandom(9)
const keyOf = (granted: readonly Scope[], more: Partial<Key> = {}) =>
  keyWith(random, { scopes: granted, handling: 'partners', ...more })

let host: TestHost

async function hostWith(keys: readonly ReturnType<typeof keyOf>[], settings = {}) {
  host = await testHost([fakeService('notifier', routes)], {
    control: controlOf(...keys.map(key => key.record)),
    settings
  })
  return host
}

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
const call = (method: string, url: string, headers: Record<string, string> = {}) =>
  host.app.inject({
    method: method as Method,
    url: url.replace(':id', 'x1'),
    headers: { host: 'localhost:8080', ...headers }
  })
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

describe('closed by default', () => {
  it('refuses to start with a route that states no access', async () => {
    const careless = fakeService('intake', async app => void app.get('/v1/secret', ok))
    await expect(testHost([careless])).rejects.toThrow('GET /v1/secret states no access')
  })

  it('answers every closed route with 401 without a key, with 403 for wrong scopes, and neither for a right one', async () => {
    const byScope = new Map(scopes.map(scope => [scope, keyOf([scope])]))
    await hostWith([...byScope.values()])
    const closed = host.routes.routes.filter(route => route.access !== 'open')
    expect(closed.length).toBeGreaterThan(8)
    for (const { method, url, access } of closed) {
      if (access === 'open') throw new Error('unreachable')
      const anonymous = await call(method, url)
      expect([method, url, anonymous.statusCode]).toEqual([method, url, 401])
      expect(anonymous.headers['www-authenticate']).toMatch(/^Bearer/)
      for (const [scope, key] of byScope) {
        const answer = await call(method, url, bearer(key.secret))
        const may = scope === 'admin' || access.includes(scope)
        if (may) expect([method, url, scope, answer.statusCode]).not.toContain(403)
        else expect([method, url, scope, answer.statusCode]).toEqual([method, url, scope, 403])
      }
    }
  })

  it('closes all of /v1', async () => {
    await hostWith([])
    expect(
      host.routes.routes.filter(route => route.url.startsWith('/v1') && route.access === 'open')
    ).toEqual([])
  })

  it('opens /livez and /readyz, and /metrics on loopback only', async () => {
    await hostWith([])
    for (const url of ['/livez', '/readyz', '/metrics'])
      expect((await call('GET', url)).statusCode).toBe(200)
    await host.close()
    for (const settings of [
      { host: '0.0.0.0' },
      { publicUrl: 'https://tocsin.example.org' },
      { metricsAccess: 'admin' }
    ]) {
      await hostWith([], settings)
      expect((await call('GET', '/metrics')).statusCode).toBe(401)
      expect((await call('GET', '/metrics', asOwner)).statusCode).toBe(200)
      await host.close()
    }
    await hostWith([], { host: '0.0.0.0', metricsAccess: 'open' })
    expect((await call('GET', '/metrics')).statusCode).toBe(200)
  })

  it('answers metrics only to keys with metrics:read or admin and all of the suite', async () => {
    const all = { handling: 'restricted' } as const
    const whole = [keyOf(['admin'], all), keyOf(['metrics:read'], all)]
    const parts = [
      keyOf(['metrics:read']),
      keyOf(['alerts:read', 'audit:read'], all),
      keyOf(['admin']),
      keyOf(['admin'], { ...all, theatres: ['sahel'] })
    ]
    await hostWith([...whole, ...parts], { metricsAccess: 'admin' })
    for (const { secret } of parts) {
      const answer = await call('GET', '/metrics', bearer(secret))
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'forbidden'])
      expect(answer.json().detail).toContain('metrics:read')
    }
    for (const { secret } of whole)
      expect((await call('GET', '/metrics', bearer(secret))).statusCode).toBe(200)
  })
})

describe('keys', () => {
  it('gives a request the name and the permissions of its key', async () => {
    const key = keyOf(['alerts:read'])
    await hostWith([key])
    expect((await call('GET', '/v1/alerts', bearer(key.secret))).json()).toEqual({
      by: 'desk',
      handling: 'partners'
    })
    expect((await call('GET', '/v1/alerts', asOwner)).json()).toEqual({
      by: 'owner',
      handling: 'restricted'
    })
  })

  it.each([
    ['no key of ours', () => bearer('tk_nobody'), 'unknown'],
    [
      'the hash of a key',
      (key: ReturnType<typeof keyOf>) => bearer(key.record.data.secretHash),
      'unknown'
    ],
    [
      'another scheme',
      (key: ReturnType<typeof keyOf>) => ({ authorization: `Basic ${key.secret}` }),
      '"Bearer"'
    ],
    [
      'two keys',
      (key: ReturnType<typeof keyOf>) => ({ authorization: `Bearer ${key.secret} ${key.secret}` }),
      '"Bearer"'
    ],
    ['an empty key', () => ({ authorization: 'Bearer ' }), '"Bearer"']
  ])('refuses %s', async (_name, headers, says) => {
    const key = keyOf(['admin'])
    await hostWith([key])
    const answer = await call('GET', '/v1/alerts', headers(key))
    expect(answer.statusCode).toBe(401)
    expect(answer.json()).toMatchObject({
      code: 'not-authenticated',
      detail: expect.stringContaining(says)
    })
  })

  it('throttles an address with too many wrong keys, but still admits a valid key', async () => {
    const key = keyOf(['alerts:read'])
    await hostWith([key])
    const wrong = async () => (await call('GET', '/v1/alerts', bearer('tk_wrong'))).statusCode
    const answers: number[] = []
    for (let i = 0; i < 40; i++) answers.push(await wrong())
    expect(answers.filter(status => status === 401)).toHaveLength(30)
    expect(answers.slice(30)).toEqual(Array(10).fill(429))
    expect((await call('GET', '/v1/alerts', bearer('tk_wrong'))).headers['retry-after']).toBe('60')
    expect((await call('GET', '/v1/alerts', bearer(key.secret))).statusCode).toBe(200)
    expect((await call('GET', '/v1/alerts', asOwner)).statusCode).toBe(200)
    host.clock.advance(60_000)
    expect(await wrong()).toBe(401)
  })
})

describe('sessions', () => {
  const cookieOf = (answer: { headers: Record<string, unknown> }) =>
    String(answer.headers['set-cookie'])
  const presented = (cookie: string) => ({
    cookie: `${sessionCookie}=${/=([^;]*)/.exec(cookie)?.[1]}`
  })
  const signIn = async () => {
    const link = new URL(host.signInLink())
    return call('POST', `${link.pathname}${link.search}`)
  }

  it('creates one session per link, with a cookie that scripts and other sites cannot use', async () => {
    await hostWith([])
    const link = new URL(host.signInLink())
    const answer = await call('POST', `${link.pathname}${link.search}`)
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/'])
    expect(cookieOf(answer)).toMatch(
      /^tocsin_session=[A-Za-z0-9_-]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/
    )
    expect((await call('GET', '/v1/alerts', presented(cookieOf(answer)))).json()).toEqual({
      by: 'owner',
      handling: 'restricted'
    })
    const again = await call('POST', `${link.pathname}${link.search}`)
    expect([again.statusCode, again.headers['set-cookie']]).toEqual([401, undefined])
  })

  it('marks the cookie Secure if the public address is https', async () => {
    await hostWith([], { publicUrl: 'https://tocsin.example.org/' })
    expect(host.signInLink()).toMatch(/^https:\/\/tocsin\.example\.org\/sign-in\?token=/)
    expect(cookieOf(await signIn())).toContain('; Secure')
  })

  it('creates another link for an admin', async () => {
    await hostWith([])
    const { url, expiresInMinutes } = (await call('POST', '/v1/sign-in-links', asOwner)).json()
    expect(expiresInMinutes).toBe(60)
    const link = new URL(url)
    expect((await call('POST', `${link.pathname}${link.search}`)).statusCode).toBe(303)
  })

  it('ends a session on sign-out, on expiry and after a change of the secret, and refuses a modified cookie', async () => {
    await hostWith([])
    const first = presented(cookieOf(await signIn()))
    const second = presented(cookieOf(await signIn()))
    const out = await call('POST', '/sign-out', first)
    expect([out.statusCode, cookieOf(out)]).toEqual([
      204,
      expect.stringMatching(/^tocsin_session=; Max-Age=0/)
    ])
    expect((await call('GET', '/v1/alerts', first)).json().detail).toContain('session has ended')
    expect((await call('GET', '/v1/alerts', second)).statusCode).toBe(200)
    const longer = { cookie: `${second.cookie.slice(0, -9)}AAAA${second.cookie.slice(-5)}` }
    expect(longer).not.toEqual(second)
    expect((await call('GET', '/v1/alerts', longer)).statusCode).toBe(401)
    host.clock.advance(12 * 3_600_000)
    expect((await call('GET', '/v1/alerts', second)).statusCode).toBe(401)
  })

  it('does not read the body of a sign-out', async () => {
    await hostWith([])
    const payload = Readable.from(
      (async function* () {
        yield Buffer.from('[')
        await new Promise(() => {})
      })(),
      { objectMode: false }
    )
    for (const type of ['application/json', 'text/plain']) {
      const headers = { host: 'localhost', 'content-type': type, 'transfer-encoding': 'chunked' }
      const out = await host.app.inject({ method: 'POST', url: '/sign-out', headers, payload })
      expect([out.statusCode, out.headers.connection]).toEqual([204, 'close'])
    }
    expect(
      (await host.app.inject({ method: 'POST', url: '/sign-out', headers: { host: 'localhost' } }))
        .statusCode
    ).toBe(204)
  })
})

describe('a body that comes slowly', () => {
  const settle = async () => {
    for (let i = 0; i < 10; i++) await new Promise(done => setImmediate(done))
  }

  /** The status of an act whose body comes in two parts, with something between them. */
  async function act(headers: Record<string, string>, between: () => void) {
    const body = new Readable({ read() {} })
    const answer = host.app.inject({
      ...{ method: 'POST', url: '/v1/reports', payload: body },
      headers: { host: 'localhost:8080', 'content-type': 'application/json', ...headers }
    })
    body.push('{"a":')
    await settle()
    between()
    body.push('1}')
    body.push(null)
    const { statusCode, body: text } = await answer
    return [statusCode, statusCode === 200 ? null : JSON.parse(text).code]
  }

  it('is not acted on once its key has expired, or its session has ended', async () => {
    const key = keyOf(['reports:write'], { expiresAt: '2025-06-01T00:01:00.000Z' })
    await hostWith([key])
    const { authenticator } = host.app
    const begun = authenticator.beginSession(authenticator.makeGrant(owner))
    if (begun === null) throw new Error('no session')
    const cookie = { cookie: `${sessionCookie}=${begun.cookie}`, origin: 'http://localhost:8080' }
    expect(await act(cookie, () => {})).toEqual([200, null])
    expect(await act(cookie, () => authenticator.sessions.endHere(begun.session))).toEqual([
      401,
      'not-authenticated'
    ])
    expect(await act(bearer(key.secret), () => {})).toEqual([200, null])
    expect(await act(bearer(key.secret), () => host.clock.advance(60_000))).toEqual([
      401,
      'not-authenticated'
    ])
  })
})

describe('hosts and origins', () => {
  it('answers 421 for a foreign host name, on every route, before anything else', async () => {
    await hostWith([])
    for (const { method, url } of host.routes.routes) {
      expect((await call(method, url, { ...asOwner, host: 'evil.example' })).statusCode).toBe(421)
    }
    expect((await call('GET', '/v1/nothing', { host: 'evil.example' })).json()).toMatchObject({
      code: 'host-refused'
    })
  })

  it('answers 403 for a page of another origin, on every route, whatever its credentials', async () => {
    await hostWith([])
    for (const origin of [
      'https://evil.example',
      'http://localhost:3000',
      'null',
      'file://',
      'http://localhost:8080.evil.example'
    ]) {
      for (const { method, url } of host.routes.routes) {
        expect([origin, (await call(method, url, { ...asOwner, origin })).statusCode]).toEqual([
          origin,
          403
        ])
      }
    }
    expect(
      (await call('GET', '/v1/alerts', { ...asOwner, origin: 'http://localhost:8080' })).statusCode
    ).toBe(200)
  })

  it('lets pages of an allowed origin call with a key, never with the cookie', async () => {
    await hostWith([], { allowedOrigins: ['https://desk.example'] })
    const origin = 'https://desk.example'
    const preflight = await call('OPTIONS', '/v1/alerts', {
      origin,
      'access-control-request-method': 'GET'
    })
    expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([
      204,
      origin
    ])
    const answer = await call('GET', '/v1/alerts', { ...asOwner, origin })
    expect([
      answer.statusCode,
      answer.headers['access-control-allow-origin'],
      answer.headers.vary
    ]).toEqual([200, origin, 'origin'])
    const { authenticator } = host.app
    const session = {
      cookie: `${sessionCookie}=${authenticator.beginSession(authenticator.makeGrant(owner))?.cookie}`
    }
    expect((await call('GET', '/v1/alerts', session)).statusCode).toBe(200)
    expect((await call('GET', '/v1/alerts', { ...session, origin })).statusCode).toBe(401)
  })

  it('sends the security headers with every answer, refusals included', async () => {
    await hostWith([])
    for (const answer of [
      await call('GET', '/'),
      await call('GET', '/v1/alerts'),
      await call('GET', '/nothing')
    ]) {
      expect(answer.headers).toMatchObject({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'x-request-id': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      })
    }
    expect((await call('GET', '/page')).headers).toMatchObject({
      'content-security-policy': pagePolicy,
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer'
    })
  })
})

describe('an unknown key', () => {
  const call = (key: string) =>
    host.app.inject({ url: '/v1/alerts', headers: { host: 'localhost:8080', ...bearer(key) } })
  async function hostThat(catchUp: () => Promise<boolean>, control = controlOf()) {
    host = await testHost([fakeService('notifier', routes)], {
      control: Object.assign(control, { catchUp })
    })
  }

  it('is looked up in the log before it is refused; a known one is not', async () => {
    const made = keyOf(['alerts:read'])
    const control = controlOf()
    let looks = 0
    await hostThat(async () => {
      looks++
      Object.assign(control, { state: controlOf(made.record).state })
      return true
    }, control)
    expect((await call('tk_another')).statusCode).toBe(401)
    Object.assign(control, { state: controlOf().state })
    expect((await call(made.secret)).statusCode).toBe(200)
    expect((await call(made.secret)).statusCode).toBe(200)
    expect(looks).toBe(2)
  })

  it('is not refused while the log is unreachable', async () => {
    for (const catchUp of [
      async () => false,
      () => Promise.reject(new Error('no broker answers'))
    ]) {
      await hostThat(catchUp)
      const answer = await call('tk_another')
      expect(answer.json()).toMatchObject({ status: 503, code: 'projection-behind' })
      await host.close()
    }
  })
})
