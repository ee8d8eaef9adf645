import { constants, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { looksLikeToken, tokenBytesMax } from '../../src/oidc/oidc-tokens.ts'
import { tokenWorld } from '../support/token-world.ts'

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const forged = { kind: 'refused', reason: 'token-forged' }
const stale = { kind: 'refused', reason: 'token-stale' }
const foreign = { kind: 'refused', reason: 'token-foreign' }
const unavailable = { kind: 'unavailable', retryAfterS: 30 }

describe('a token', () => {
  it('of the issuer, for this suite and within its time, is valid until it expires', async () => {
    const { judge, token, clock } = await tokenWorld()
    const verdict = await judge.judge(await token({ claims: { scope: 'tocsin:reports:write' } }))
    expect(verdict).toMatchObject({
      kind: 'principal',
      principal: { id: 'oidc:nora', theatres: '*', handling: 'internal' }
    })
    expect(verdict).toHaveProperty('principal.expiresAtMs', clock.nowMs() + 3_630_000)
  })

  it.each([
    ['that has expired', { claims: { exp: 1 } }, stale],
    ['that was issued too long ago, whatever its expiry', { claims: { iat: 1, exp: 9e9 } }, stale],
    ['that was issued in the future', { claims: { iat: 9e9, exp: 9.1e9 } }, stale],
    ['that is not valid yet', { claims: { nbf: 9e9 } }, stale],
    ['of another issuer', { claims: { iss: 'https://id.example.org/realms/other' } }, foreign],
    [
      'with a prefix of the issuer',
      { claims: { iss: 'https://id.example.org/realms/operations/' } },
      foreign
    ],
    ['for another audience', { claims: { aud: 'another-suite' } }, foreign],
    ['for other audiences', { claims: { aud: ['a', 'b'] } }, foreign],
    ['without an audience', { without: ['aud'] }, foreign],
    ['without an expiry', { without: ['exp'] }, foreign],
    ['without a subject', { without: ['sub'] }, foreign],
    ['without the time of issue', { without: ['iat'] }, foreign],
    ['with an expiry that is not a number', { claims: { exp: 'never' } }, foreign],
    ['with an invalid subject', { claims: { sub: { toString: 'x' } } }, foreign]
  ])('%s is refused', async (_what, ask, verdict) => {
    const { judge, token } = await tokenWorld()
    expect(await judge.judge(await token(ask))).toEqual(verdict)
  })

  it('that has expired is accepted within the clock tolerance, and no longer', async () => {
    const { judge, token, clock } = await tokenWorld({ clockToleranceS: 30 })
    const fresh = await token()
    clock.advance(3_600_000 + 29_000)
    expect((await judge.judge(fresh)).kind).toBe('principal')
    clock.advance(1_000)
    expect(judge.remembered(fresh)).toBeNull()
    expect(await judge.judge(fresh)).toEqual(stale)
  })
})

describe('a token signed by another library', () => {
  it.each([
    [
      'RS256',
      () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
      { padding: constants.RSA_PKCS1_PADDING }
    ],
    [
      'PS256',
      () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
      { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    ],
    [
      'ES256',
      () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      { dsaEncoding: 'ieee-p1363' }
    ],
    ['EdDSA', () => generateKeyPairSync('ed25519'), null]
  ] as const)('with %s is valid, and no other signature under its name', async (alg, make, how) => {
    const { judge, provider, clock } = await tokenWorld()
    const [pair, other] = [make(), make()]
    Object.defineProperty(provider, 'keys', {
      get: () => [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'own' }]
    })
    const nowS = clock.nowMs() / 1000
    const claims = { iss: provider.issuer, aud: 'tocsin', sub: 'nora', iat: nowS, exp: nowS + 60 }
    const content = `${part({ alg, kid: 'own' })}.${part(claims)}`
    const signed = ({ privateKey: key }: typeof pair) =>
      `${content}.${sign(how === null ? null : 'sha256', Buffer.from(content), how === null ? key : { key, ...how }).toString('base64url')}`
    expect((await judge.judge(signed(pair))).kind).toBe('principal')
    expect(await judge.judge(signed(other))).toEqual(forged)
  })
})

describe('a forged token', () => {
  it('that differs from a valid one in any letter is refused', async () => {
    const { judge, token } = await tokenWorld()
    const good = await token()
    const bytesOf = (text: string) =>
      text.split('.').map(each => Buffer.from(each, 'base64url').toString('hex'))
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: good.length - 1 }),
        fc.constantFrom('A', 'z', '0', '-', '.', '=', '\u0000'),
        async (i, other) => {
          const changed = good.slice(0, i) + other + good.slice(i + 1)
          // The last letter of a part has spare bits: text that decodes to the same bytes is the
          // same token.
          fc.pre(String(bytesOf(changed)) !== String(bytesOf(good)))
          expect((await judge.judge(changed)).kind).toBe('refused')
        }
      )
    )
  })

  it('signed with an unpublished key is refused, also under the key id of a published one', async () => {
    const { judge, token, provider } = await tokenWorld()
    await provider.addKey('k2', 'ES256', false)
    expect(await judge.judge(await token({ kid: 'k2' }))).toEqual(forged)
    expect(await judge.judge(await token({ kid: 'k2', header: { kid: 'k1' } }))).toEqual(forged)
  })

  it('without a signature, or signed with the public key as a shared secret, is refused', async () => {
    const { judge, token, provider } = await tokenWorld()
    const [, claims = ''] = (await token()).split('.')
    for (const alg of ['none', 'None', 'HS256', 'HS512']) {
      const content = `${part({ alg, kid: 'k1' })}.${claims}`
      const mac = createHmac('sha256', JSON.stringify(provider.keys[0]))
        .update(content)
        .digest('base64url')
      expect([alg, await judge.judge(`${content}.${mac}`)]).toEqual([alg, forged])
      expect([alg, await judge.judge(`${content}.`)]).toEqual([alg, forged])
    }
  })

  it('that contains its own key, or the address of one, is refused', async () => {
    const { judge, token, provider } = await tokenWorld()
    await provider.addKey('evil', 'ES256', false)
    const jwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }
    for (const header of [
      { jwk },
      { jku: 'https://evil.example/certs' },
      { x5u: 'https://evil.example/x' }
    ]) {
      expect(
        await judge.judge(await token({ kid: 'evil', header: { ...header, kid: 'k1' } }))
      ).toEqual(forged)
    }
    expect(provider.asked).toBe(2)
  })

  it('with an algorithm that is not accepted is refused, although its key is valid', async () => {
    const { judge, token, provider } = await tokenWorld({ algorithms: ['RS256'] })
    await provider.addKey('k2', 'RS256')
    expect([
      await judge.judge(await token()),
      (await judge.judge(await token({ kid: 'k2' }))).kind
    ]).toEqual([forged, 'principal'])
  })

  it('of any other form is refused without an exception', async () => {
    const { judge } = await tokenWorld()
    for (const text of [
      '',
      '.',
      'a.b.c',
      'eyJ.eyJ.x',
      'eyJhbGciOiJFUzI1NiJ9.e30.',
      '\u0000',
      'x'.repeat(tokenBytesMax + 1)
    ]) {
      expect([text.slice(0, 20), await judge.judge(text)]).toEqual([text.slice(0, 20), forged])
    }
  })
})

describe('the keys of the identity provider', () => {
  it('are fetched once for all tokens, and refreshed when they are old', async () => {
    const { judge, token, provider, clock, fetches } = await tokenWorld({ refreshMinutes: 10 })
    for (let i = 0; i < 5; i++) await judge.judge(await token({ claims: { jti: i } }))
    expect([provider.asked, fetches]).toEqual([2, ['ok']])
    clock.advance(600_000)
    await judge.judge(await token())
    expect(fetches).toEqual(['ok', 'ok'])
  })

  it('that are new are found at once when a token names one', async () => {
    const { judge, token, provider, clock } = await tokenWorld()
    await judge.judge(await token())
    await provider.addKey('k2', 'RS256')
    clock.advance(30_000)
    expect((await judge.judge(await token({ kid: 'k2' }))).kind).toBe('principal')
  })

  it('are not fetched for every token with an invented key id', async () => {
    const { judge, token, provider, fetches } = await tokenWorld()
    await provider.addKey('k2', 'ES256', false)
    for (let i = 0; i < 50; i++)
      expect(
        await judge.judge(await token({ kid: 'k2', header: { kid: `made-up-${i}` } }))
      ).toEqual(forged)
    expect(fetches).toEqual(['ok'])
  })

  it('that were withdrawn verify no token, not even one that was valid before', async () => {
    const { judge, token, provider, clock } = await tokenWorld({ refreshMinutes: 10 })
    const old = await token()
    await judge.judge(old)
    expect(judge.remembered(old)?.id).toBe('oidc:nora')
    await provider.addKey('k2')
    provider.withdrawKey('k1')
    clock.advance(600_000)
    await judge.judge(await token({ kid: 'k2' }))
    expect(judge.remembered(old)).toBeNull()
    expect(await judge.judge(old)).toEqual(forged)
  })

  it('are used further while the provider is unreachable, for the configured time', async () => {
    const { judge, token, provider, clock } = await tokenWorld({ staleHours: 2 })
    await judge.judge(await token())
    provider.isAway = true
    clock.advance(7_199_000)
    expect((await judge.judge(await token())).kind).toBe('principal')
    clock.advance(1_000)
    expect(await judge.judge(await token())).toEqual(unavailable)
    provider.isAway = false
    clock.advance(30_000)
    expect((await judge.judge(await token())).kind).toBe('principal')
  })

  it('that are unavailable give neither valid nor forged', async () => {
    const { judge, token, provider, clock, fetches } = await tokenWorld()
    provider.isAway = true
    const fresh = await token()
    for (let i = 0; i < 5; i++) expect(await judge.judge(fresh)).toEqual(unavailable)
    expect(fetches).toEqual(['unreachable'])
    clock.advance(30_000)
    await judge.judge(fresh)
    expect(fetches).toEqual(['unreachable', 'unreachable'])
  })

  it('of a provider that names another issuer are refused', async () => {
    const { provider, fetches, judge, token } = await tokenWorld({
      issuer: 'https://id.example.org/realms/other'
    })
    expect(
      await judge.judge(await token({ claims: { iss: 'https://id.example.org/realms/other' } }))
    ).toEqual(unavailable)
    expect([fetches, provider.asked]).toEqual([['issuer-differs'], 1])
  })

  it('that are shared secrets are ignored', async () => {
    const { provider, judge, token } = await tokenWorld()
    const honest = await token()
    Object.defineProperty(provider, 'keys', {
      get: () => [{ kty: 'oct', k: 'c2VjcmV0', kid: 'k1', alg: 'ES256' }]
    })
    expect(await judge.judge(honest)).toEqual(forged)
  })
})

describe('the form of a token', () => {
  it('is never that of a key', async () => {
    const { token } = await tokenWorld()
    expect(looksLikeToken(await token())).toBe(true)
    expect(
      ['tk_abc', 'tk_a.b.c', '1234', 'eyJ', 'eyJhbGciOiJub25lIn0.e30.'].map(looksLikeToken)
    ).toEqual(Array(5).fill(false))
  })
})
