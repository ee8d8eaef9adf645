import {
  applyControl,
  type ControlState,
  emptyControlState
} from '@tocsin/service/control/control-state'
import { secretsFrom } from '@tocsin/service/privacy/secrets'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyHash } from '../../src/access/api-key.ts'
import { FailureLimiter } from '../../src/access/failure-limiter.ts'
import { Authenticator, owner } from '../../src/sign-in/authentication.ts'
import {
  Sessions,
  SignInLinks,
  signInLinksMax,
  type Ticket,
  Tickets,
  ticketLifeMs,
  usedTicketsMax
} from '../../src/sign-in/session.ts'
import { controlOf, repeatableRandom } from '../support/fakes.ts'

const secret = Buffer.alloc(32, 3)
const grantBy = (keyId: string, untilMs: number | null = null, sessionId: string | null = null) =>
  ({ maker: { kind: 'key', keyId, proof: 'of its secret' }, untilMs, sessionId }) as const

/** On a clock that begins at 0. */
function makeOptions(lifeMs = 1000, ofSecret = secret) {
  let nowMs = 0
  const clock = {
    nowMs: () => nowMs,
    set: (ms: number) => {
      nowMs = ms
    }
  }
  return { secret: ofSecret, clock, random: repeatableRandom(), lifeMs }
}

describe('sessions', () => {
  it('open to the session until they expire', () => {
    const options = makeOptions()
    const sessions = new Sessions(options)
    options.clock.set(500)
    const { session, cookie } = sessions.begin(grantBy('k1'))
    expect(sessions.open(cookie)).toEqual(session)
    options.clock.set(1499)
    expect(sessions.open(cookie)).toEqual(session)
    options.clock.set(1500)
    expect(sessions.open(cookie)).toBeNull()
  })

  it('are refused if the cookie is changed anywhere, and under another secret', () => {
    const sessions = new Sessions(makeOptions())
    const { cookie } = sessions.begin(grantBy('k1'))
    fc.assert(
      fc.property(
        fc.nat({ max: cookie.length - 1 }),
        fc.constantFrom('A', 'B', '0', '9', '.', '-'),
        (i, other) => {
          const changed = cookie.slice(0, i) + other + cookie.slice(i + 1)
          if (changed !== cookie) expect(sessions.open(changed)).toBeNull()
        }
      )
    )
    expect(new Sessions(makeOptions(1000, Buffer.alloc(32, 4))).open(cookie)).toBeNull()
    fc.assert(fc.property(fc.string(), text => void expect(sessions.open(text)).toBeNull()))
  })

  it('end no later than their creator; one requested in a session is that session', () => {
    const options = makeOptions()
    options.clock.set(500)
    const begin = (...given: Parameters<typeof grantBy>) =>
      new Sessions(options).begin(grantBy(...given)).session
    expect(begin('k1', 900).expiresAtMs).toBe(900)
    expect(begin('k1', 9000).expiresAtMs).toBe(1500)
    expect(begin('k1', 900, 'first')).toMatchObject({ id: 'first', expiresAtMs: 900 })
  })
})

describe('sign-in links', () => {
  it('work once each, and the newest replaces the oldest', () => {
    const grant = grantBy('k1')
    const links = new SignInLinks(makeOptions())
    const tokens = Array.from({ length: signInLinksMax + 1 }, () => links.mint(grant).token)
    expect(new Set(tokens).size).toBe(tokens.length)
    expect(links.unusedCount).toBe(signInLinksMax)
    expect(tokens.map(token => links.redeem(token))).toEqual([
      null,
      ...Array(signInLinksMax).fill(grant)
    ])
    expect(tokens.some(token => links.redeem(token) !== null)).toBe(false)
  })

  it('end with their creator', () => {
    const options = makeOptions()
    const links = new SignInLinks(options)
    const { token } = links.mint(grantBy('k1', 500))
    options.clock.set(500)
    expect(links.redeem(token)).toBeNull()
  })
})

describe('a ticket', () => {
  const ticketOf = (id: string, expiresAtMs = ticketLifeMs): Ticket => ({
    ...{ id, expiresAtMs, grant: grantBy('k1') }
  })

  it('opens until it expires, at any process with the secret, and ends with its maker', () => {
    const options = makeOptions(ticketLifeMs)
    options.clock.set(1_000)
    const { ticket, expiresAtMs } = new Tickets(options).mint(grantBy('k1'))
    expect(expiresAtMs).toBe(1_000 + ticketLifeMs)
    options.clock.set(expiresAtMs - 1)
    expect(new Tickets(options).open(ticket)?.grant).toEqual(grantBy('k1'))
    options.clock.set(expiresAtMs)
    expect(new Tickets(options).open(ticket)).toBeNull()
    expect(new Tickets(makeOptions(1000, Buffer.alloc(32, 6))).open(ticket)).toBeNull()
    options.clock.set(1_000)
    expect(new Tickets(options).mint(grantBy('k1', 5_000)).expiresAtMs).toBe(5_000)
  })

  it('is used once, and refused for the moment while too many others are remembered', () => {
    const options = makeOptions()
    const tickets = new Tickets(options)
    expect([tickets.use(ticketOf('0')), tickets.use(ticketOf('0'))]).toEqual(['used', 'over'])
    for (let i = 1; i < usedTicketsMax; i++) tickets.use(ticketOf(String(i)))
    expect(tickets.use(ticketOf('more'))).toBe('full')
    options.clock.set(ticketLifeMs)
    expect(tickets.use(ticketOf('more', ticketLifeMs + 1))).toBe('used')
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

function makeAuthenticator(
  ownerKey = 'tk_owner_of_the_tests_0123456789',
  control: { readonly state: ControlState } = controlOf()
) {
  const clock = new ManualClock()
  const authenticator = new Authenticator({
    ...{ clock, control, random: repeatableRandom(), sessionHours: 1, signInMinutes: 1 },
    secrets: secretsFrom(secret, ownerKey)
  })
  return { authenticator, clock }
}

describe('an owner key that could be guessed', () => {
  const authenticator = (ownerKey: string) => makeAuthenticator(ownerKey).authenticator

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
    const { authenticator, clock } = makeAuthenticator('tk_0123456789abcdef0123456789', control)
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
    expect(one.ask()).toMatchObject({ kind: 'principal' })
    one.control.state = applyControl(one.control.state, {
      type: 'key.revoked',
      data: { keyId: 'k1' },
      id: 'r',
      time: made.time
    })
    expect(one.ask()).toEqual({ kind: 'refused', reason: 'revoked' })
    const other = asking()
    expect(other.ask()).toMatchObject({ kind: 'principal' })
    other.clock.advance(2 * 86_400_000)
    expect(other.ask()).toEqual({ kind: 'refused', reason: 'expired' })
  })
})

describe('authentication with a ticket', () => {
  const judge = (at: Authenticator, ticket: string) =>
    at.authenticate({ authorization: undefined, session: undefined, ticket, address: '192.0.2.1' })
  const over = { kind: 'refused', reason: 'ticket-over' }

  it('gives the authority of its maker, once', async () => {
    const { authenticator } = makeAuthenticator()
    const { ticket } = authenticator.mintTicket(owner)
    const first = await judge(authenticator, ticket)
    expect(first).toMatchObject({ kind: 'principal', principal: { id: 'owner' } })
    expect(first.kind === 'principal' && authenticator.isStillGood(first.principal)).toBe(true)
    expect(judge(authenticator, ticket)).toEqual(over)
  })

  it('is worthless under another owner key', () => {
    const { ticket } = makeAuthenticator().authenticator.mintTicket(owner)
    const { authenticator } = makeAuthenticator('tk_another-owner-key-0123456789')
    expect(judge(authenticator, ticket)).toEqual(over)
  })
})
