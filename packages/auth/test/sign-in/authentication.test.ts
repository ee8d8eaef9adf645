import { applyControl, emptyControlState } from '@tocsin/service/control/control-state'
import { secretsFrom } from '@tocsin/service/privacy/secrets'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyHash } from '../../src/access/api-key.ts'
import { FailureLimiter } from '../../src/access/failure-limiter.ts'
import { Authenticator } from '../../src/sign-in/authentication.ts'
import { Sessions, SignInLinks, signInLinksMax } from '../../src/sign-in/session.ts'
import { controlOf, repeatableRandom } from '../support/fakes.ts'

const secret = Buffer.alloc(32, 3)
const sessions = (lifeMs = 1000) => new Sessions(secret, repeatableRandom(), lifeMs)
const grantBy = (keyId: string, untilMs: number | null = null, sessionId: string | null = null) =>
  ({ maker: { kind: 'key', keyId, proof: 'of its secret' }, untilMs, sessionId }) as const

describe('sessions', () => {
  it('open to the session until they expire', () => {
    const { session, cookie } = sessions().begin(grantBy('k1'), 500)
    expect([sessions().open(cookie, 500), sessions().open(cookie, 1499)]).toEqual([
      session,
      session
    ])
    expect(sessions().open(cookie, 1500)).toBeNull()
  })

  it('are refused if the cookie is changed anywhere, and under another secret', () => {
    const { cookie } = sessions().begin(grantBy('k1'), 0)
    fc.assert(
      fc.property(
        fc.nat({ max: cookie.length - 1 }),
        fc.constantFrom('A', 'B', '0', '9', '.', '-'),
        (i, other) => {
          const changed = cookie.slice(0, i) + other + cookie.slice(i + 1)
          if (changed !== cookie) expect(sessions().open(changed, 1)).toBeNull()
        }
      )
    )
    expect(new Sessions(Buffer.alloc(32, 4), repeatableRandom(), 1000).open(cookie, 1)).toBeNull()
  })

  it('never throw on what a client sends', () => {
    fc.assert(fc.property(fc.string(), text => void expect(sessions().open(text, 0)).toBeNull()))
  })

  it('end no later than their creator; one requested in a session is that session', () => {
    expect(sessions().begin(grantBy('k1', 900), 500).session.expiresAtMs).toBe(900)
    expect(sessions().begin(grantBy('k1', 9000), 500).session.expiresAtMs).toBe(1500)
    expect(sessions().begin(grantBy('k1', 900, 'first'), 500).session).toMatchObject({
      id: 'first',
      expiresAtMs: 900
    })
  })
})

describe('sign-in links', () => {
  const grant = grantBy('k1')
  it('work once each, and the newest replaces the oldest', () => {
    const links = new SignInLinks(repeatableRandom(), 1000)
    const tokens = Array.from({ length: signInLinksMax + 1 }, () => links.mint(grant, 0).token)
    expect(new Set(tokens).size).toBe(tokens.length)
    expect(links.unusedCount).toBe(signInLinksMax)
    expect(tokens.map(token => links.redeem(token, 1))).toEqual([
      null,
      ...Array(signInLinksMax).fill(grant)
    ])
    expect(tokens.some(token => links.redeem(token, 1) !== null)).toBe(false)
  })

  it('end with their creator', () => {
    const links = new SignInLinks(repeatableRandom(), 1000)
    const { token } = links.mint(grantBy('k1', 500), 0)
    expect(links.redeem(token, 500)).toBeNull()
  })
})

describe('failed attempts', () => {
  const limits = { failuresMax: 3, windowMs: 1000, addressesMax: 4 }

  it('throttle an address for the rest of its window', () => {
    const limiter = new FailureLimiter(limits)
    for (const at of [0, 100, 200]) limiter.note('10.0.0.1', at)
    expect([
      limiter.waitMs('10.0.0.1', 400),
      limiter.waitMs('10.0.0.1', 1000),
      limiter.waitMs('10.0.0.2', 400)
    ]).toEqual([600, 0, 0])
    limiter.note('10.0.0.1', 1000)
    expect(limiter.waitMs('10.0.0.1', 1000)).toBe(0)
  })

  it('count an IPv6 network as one address', () => {
    const limiter = new FailureLimiter(limits)
    for (const address of ['2001:db8::1', '2001:db8:0:0:ffff::2', '2001:db8:0:0:1:2:3:4'])
      limiter.note(address, 0)
    expect([
      limiter.waitMs('2001:db8::9', 1),
      limiter.waitMs('2001:db8:0:1::9', 1),
      limiter.waitMs('::1', 1)
    ]).toEqual([999, 0, 0])
  })
})

describe('an owner key that could be guessed', () => {
  const authenticator = (ownerKey: string, wrongKeysMax?: number) =>
    new Authenticator({
      ...(wrongKeysMax === undefined ? {} : { wrongKeysMax }),
      secrets: secretsFrom(secret, ownerKey),
      control: controlOf(),
      clock: new ManualClock(),
      random: repeatableRandom(),
      sessionHours: 1,
      signInMinutes: 1
    })

  it('cannot be found by brute force: after too many failures even the right one must wait', () => {
    const weak = authenticator('1234')
    const guesses = Array.from(
      { length: 100 },
      (_, i) => weak.authenticateKey(String(1200 + i), '10.0.0.1').kind
    )
    expect(guesses.filter(kind => kind === 'refused')).toHaveLength(30)
    expect(guesses).not.toContain('principal')
    expect(weak.authenticateKey('1234', '10.0.0.1').kind).toBe('throttled')
    expect(weak.authenticateKey('1234', '10.0.0.2').kind).toBe('principal')
  })

  it('does not affect a strong owner key, which always passes', () => {
    const strong = authenticator('tk_0123456789abcdef0123456789')
    for (let i = 0; i < 100; i++) strong.authenticateKey(String(i), '10.0.0.1')
    expect(strong.authenticateKey('tk_0123456789abcdef0123456789', '10.0.0.1').kind).toBe(
      'principal'
    )
  })
})

describe('a header with a valid key', () => {
  const secret = 'tk_a-key-that-is-asked-for-again-and-again'
  const made = {
    type: 'key.created',
    id: 'made',
    time: '2025-05-01T00:00:00.000Z',
    data: {
      keyId: 'k1',
      name: 'feed',
      secretHash: keyHash(secret),
      scopes: ['reports:write'],
      theatres: '*',
      handling: 'internal',
      expiresAt: '2025-06-02T00:00:00.000Z'
    }
  } as const
  const asking = () => {
    const control = { state: applyControl(emptyControlState, made) }
    const clock = new ManualClock()
    const authenticator = new Authenticator({
      secrets: secretsFrom(Buffer.alloc(32, 1), 'tk_0123456789abcdef0123456789'),
      control,
      clock,
      random: repeatableRandom(),
      sessionHours: 1,
      signInMinutes: 1
    })
    const ask = (key = secret) =>
      authenticator.authenticate({
        authorization: `Bearer ${key}`,
        session: undefined,
        address: '10.0.0.1'
      })
    return { control, clock, ask }
  }

  it('is recognised, as the same principal', () => {
    const { ask } = asking()
    expect(ask()).toMatchObject({ kind: 'principal', principal: { id: 'k1' } })
    expect(ask()).toEqual(ask())
    const owners = 'tk_0123456789abcdef0123456789'
    expect([ask(owners), ask(owners)]).toMatchObject([
      { principal: { id: 'owner' } },
      { principal: { id: 'owner' } }
    ])
  })

  it('is refused from the moment its key is revoked or expires', () => {
    const one = asking()
    expect(one.ask().kind).toBe('principal')
    one.control.state = applyControl(one.control.state, {
      type: 'key.revoked',
      data: { keyId: 'k1' },
      id: 'r',
      time: made.time
    })
    expect(one.ask()).toEqual({ kind: 'refused', reason: 'revoked' })
    const other = asking()
    expect(other.ask().kind).toBe('principal')
    other.clock.advance(2 * 86_400_000)
    expect(other.ask()).toEqual({ kind: 'refused', reason: 'expired' })
  })
})
