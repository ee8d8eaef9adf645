// Bearer tokens of an identity provider at the edge: accepted beside keys, without affecting them.

import { secretsFrom } from '@tocsin/service/privacy/secrets'
import { IdentityProvider } from '@tocsin/testing/client/identity-provider'
import type { FastifyPluginAsync } from 'fastify'
import { describe, expect, it } from 'vitest'
import { mintKey } from '../../src/access/api-key.ts'
import { getPrincipal } from '../../src/sign-in/authentication.ts'
import {
  asOwner,
  controlOf,
  fakeService,
  repeatableRandom,
  type TestHost,
  testHost
} from '../support/fakes.ts'
import { fetchFrom, oidcSettingsOf } from '../support/token-world.ts'

const routes: FastifyPluginAsync = async app => {
  app.post('/v1/reports', { config: { access: ['reports:write'] } }, async request => {
    const { id, name, theatres, handling } = getPrincipal(request)
    return { id, name, theatres, handling }
  })
  app.get('/v1/stream', { config: { access: 'open' } }, async request => ({
    by: request.principal?.id ?? null
  }))
}

let host: TestHost
let provider: IdentityProvider

async function hosted(control = controlOf()): Promise<void> {
  provider = await IdentityProvider.start()
  host = await testHost([fakeService('notifier', routes)], {
    control,
    settings: oidcSettingsOf(provider),
    fetchJson: fetchFrom(provider)
  })
}
const token = (claims: object = {}, more: object = {}) =>
  provider.signToken(host.clock.nowMs(), {
    claims: { scope: 'tocsin:reports:write', ...claims },
    ...more
  })
const post = (secret: string, url = '/v1/reports', method: 'POST' | 'GET' = 'POST') =>
  host.app.inject({
    method,
    url,
    headers: { host: 'localhost', authorization: `Bearer ${secret}` }
  })

describe('a token at the edge', () => {
  it('gives its holder the scopes, name and reach of its claims', async () => {
    await hosted()
    const answer = await post(
      await token({
        preferred_username: 'Nora',
        tocsin_theatres: ['sahel'],
        tocsin_handling: 'partners'
      })
    )
    expect(answer.json()).toEqual({
      id: 'oidc:nora',
      name: 'Nora',
      theatres: ['sahel'],
      handling: 'partners'
    })
  })

  it('that is forged gets 401 with the reason, and too many from one address are throttled', async () => {
    await hosted()
    await provider.addKey('evil', 'ES256', false)
    const forged = await token({}, { kid: 'evil', header: { kid: 'k1' } })
    const answers: number[] = []
    for (let i = 0; i < 32; i++) answers.push((await post(forged)).statusCode)
    expect([answers.slice(0, 30), answers.slice(30)]).toEqual([Array(30).fill(401), [429, 429]])
    expect((await post(await token())).statusCode).toBe(200)
  })

  it('gets 503, not 401, while it cannot be verified; keys keep working', async () => {
    const { secret, secretHash, keyId } = mintKey(repeatableRandom(5))
    const data = {
      keyId,
      name: 'k',
      secretHash,
      scopes: ['reports:write'],
      theatres: '*',
      handling: 'public',
      expiresAt: null
    } as const
    await hosted(
      controlOf({ type: 'key.created', data, id: 'c', time: '2025-05-01T00:00:00.000Z' })
    )
    provider.isAway = true
    host.clock.advance(86_400_000)
    const fresh = await token()
    const answer = await post(fresh)
    expect([answer.statusCode, answer.json().code, answer.headers['retry-after']]).toEqual([
      503,
      'identity-unavailable',
      '30'
    ])
    expect((await post(fresh, '/v1/stream', 'GET')).statusCode).toBe(503)
    expect([
      (await post(secret)).statusCode,
      (await post(asOwner.authorization.slice(7))).statusCode
    ]).toEqual([200, 200])
    provider.isAway = false
    host.clock.advance(30_000)
    expect((await post(fresh)).statusCode).toBe(200)
  })

  it('that is too long is not parsed: 401', async () => {
    await hosted()
    const long = await token({ note: 'x'.repeat(8_192) })
    expect((await post(long)).json()).toMatchObject({
      status: 401,
      detail: 'The Authorization header must be "Bearer" and a key.'
    })
    expect(provider.asked).toBe(2)
  })

  it('is valid for a connection until it expires, and no longer', async () => {
    await hosted()
    const answer = await host.app.authenticator.authenticateBearer(await token(), '::1')
    if (answer.kind !== 'principal') throw new Error('not authenticated')
    host.clock.advance(3_600_000)
    expect(host.app.authenticator.isStillGood(answer.principal)).toBe(true)
    host.clock.advance(30_000)
    expect(host.app.authenticator.isStillGood(answer.principal)).toBe(false)
  })

  it('leaves no trace in log lines, whatever the result', async () => {
    await hosted()
    const tokens = [
      await token({ preferred_username: 'canary-name' }),
      await token({ sub: 'canary-subject', exp: 1 })
    ]
    for (const each of tokens) await post(each)
    provider.isAway = true
    host.clock.advance(86_400_000)
    await post(await token({ sub: 'canary-away' }))
    expect(host.log.lines.length).toBeGreaterThan(2)
    for (const word of ['eyJ', 'canary', ...tokens]) expect(host.log.text).not.toContain(word)
    expect(host.log.text).toContain("the identity provider's keys could not be fetched")
    expect(host.log.text).not.toMatch(/jose|JWT|JWK/)
  })

  it('is counted by reason of refusal', async () => {
    await hosted()
    await post(await token({ exp: 1 }))
    const figures = await host.metrics.metrics()
    expect(figures).toContain('tocsin_auth_failures_total{reason="token-stale"} 1')
    expect(figures).toContain('tocsin_auth_identity_fetches_total{outcome="ok"} 1')
  })
})

describe('a session from a link requested by the holder of a token', () => {
  const linkOf = async (claims: object) => {
    const made = await post(await token({ scope: 'tocsin:admin', ...claims }), '/v1/sign-in-links')
    return { made, path: made.json().url?.slice(made.json().url.indexOf('/sign-in')) }
  }
  const open = (url: string) =>
    host.app.inject({ method: 'POST', url, headers: { host: 'localhost' } })
  const postWith = (answer: { headers: Record<string, unknown> }) =>
    host.app.inject({
      method: 'POST',
      url: '/v1/reports',
      headers: { host: 'localhost', cookie: String(answer.headers['set-cookie']).split(';')[0] }
    })

  it('has the permissions of the token and ends with it, as does an unused link', async () => {
    await hosted()
    const { path, made } = await linkOf({
      preferred_username: 'Nora',
      tocsin_theatres: ['sahel'],
      tocsin_handling: 'partners'
    })
    expect(made.statusCode).toBe(201)
    const signedIn = await open(path)
    const { path: unused } = await linkOf({})
    expect((await postWith(signedIn)).json()).toEqual({
      id: 'oidc:nora',
      name: 'Nora',
      theatres: ['sahel'],
      handling: 'partners'
    })
    host.clock.advance(3_600_000 + 30_000)
    expect((await postWith(signedIn)).json().detail).toContain('session has ended')
    expect((await open(unused)).statusCode).toBe(401)
  })

  it('is refused if its cookie would be longer than browsers accept', async () => {
    await hosted()
    const names = Array.from({ length: 150 }, (_, i) => `theatre-of-operations-${i}`)
    const { made } = await linkOf({ tocsin_theatres: names })
    expect(made.json()).toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining('cookie')
    })
  })
})

describe("the owner's key", () => {
  it('is accepted in any form, even in that of a token', async () => {
    const key = 'eyJhbGciOiJFUzI1NiJ9.b3duZXI.a2V5LW9mLXRoZS1vd25lcg'
    provider = await IdentityProvider.start()
    host = await testHost([fakeService('notifier', routes)], {
      secrets: secretsFrom(new Uint8Array(32).fill(7), key),
      settings: oidcSettingsOf(provider),
      fetchJson: fetchFrom(provider)
    })
    expect((await post(key)).json().id).toBe('owner')
    expect((await post(`${key}A`)).statusCode).toBe(401)
  })
})

describe('without an identity provider', () => {
  it('a token is an unknown key', async () => {
    await hosted()
    const fresh = await token()
    await host.close()
    host = await testHost([fakeService('notifier', routes)])
    expect((await post(fresh)).json().detail).toContain('unknown')
  })
})
