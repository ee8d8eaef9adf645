// One-use tickets: what opens, what is used up, and what ends with its maker.

import { secretsFrom } from '@tocsin/service/privacy/secrets'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Authenticator, owner } from '../../src/sign-in/authentication.ts'
import { type Ticket, Tickets, ticketLifeMs, usedTickets } from '../../src/sign-in/ticket.ts'
import { controlOf, repeatableRandom } from '../support/fakes.ts'

const secret = Buffer.alloc(32, 5)
const grantBy = (keyId: string, untilMs: number | null = null) =>
  ({ maker: { kind: 'key', keyId, proof: 'of its secret' }, untilMs, sessionId: null }) as const
const tickets = (start = 0) => new Tickets(secret, repeatableRandom(start))
const ticketOf = (id: string, keyId: string, expiresAtMs = ticketLifeMs): Ticket => ({
  id,
  expiresAtMs,
  grant: grantBy(keyId)
})

describe('a ticket', () => {
  it('opens until it expires, at any process with the secret', () => {
    const { ticket, expiresAtMs } = tickets().mint(grantBy('k1'), 1_000)
    expect(expiresAtMs).toBe(1_000 + ticketLifeMs)
    expect(tickets().open(ticket, expiresAtMs - 1)?.grant).toEqual(grantBy('k1'))
    expect(tickets().open(ticket, expiresAtMs)).toBeNull()
    expect(new Tickets(Buffer.alloc(32, 6), repeatableRandom()).open(ticket, 1_000)).toBeNull()
  })

  it('ends with the authority of its maker', () => {
    expect(tickets().mint(grantBy('k1', 5_000), 1_000).expiresAtMs).toBe(5_000)
  })

  it('is refused if it is changed anywhere, and whatever else is sent', () => {
    const { ticket } = tickets().mint(grantBy('k1'), 0)
    fc.assert(
      fc.property(
        fc.nat({ max: ticket.length - 1 }),
        fc.constantFrom('A', 'b', '-', '_'),
        (i, other) => {
          const changed = ticket.slice(0, i) + other + ticket.slice(i + 1)
          if (changed !== ticket) expect(tickets().open(changed, 1)).toBeNull()
        }
      )
    )
    fc.assert(
      fc.property(fc.string(), text => void expect(tickets().open(`tt_${text}`, 0)).toBeNull())
    )
  })

  it('is used once', () => {
    const used = tickets()
    expect([used.use(ticketOf('a', 'k1'), 0), used.use(ticketOf('a', 'k1'), 1)]).toEqual([
      'used',
      'over'
    ])
  })

  it('is refused for the moment beyond the limits of a holder and of all, and not used up', () => {
    const used = tickets()
    for (let i = 0; i < usedTickets.perKey; i++) used.use(ticketOf(`a${i}`, 'k1'), 0)
    expect([used.use(ticketOf('x', 'k1'), 0), used.use(ticketOf('y', 'k2'), 0)]).toEqual([
      'full',
      'used'
    ])
    for (let i = 0; i < usedTickets.perKey; i++) used.use(ticketOf(`b${i}`, 'k2'), 0)
    expect(used.usedCount).toBe(usedTickets.total)
    expect([
      used.use(ticketOf('z', 'k3'), 0),
      used.use(ticketOf('x', 'k1', ticketLifeMs + 1), ticketLifeMs)
    ]).toEqual(['full', 'used'])
  })
})

describe('authentication with a ticket', () => {
  const authenticator = (ownerKey = 'tk_owner_of_the_tests_0123456789') =>
    new Authenticator({
      clock: new ManualClock(),
      random: repeatableRandom(),
      secrets: secretsFrom(new Uint8Array(32).fill(7), ownerKey),
      control: controlOf(),
      sessionHours: 1,
      signInMinutes: 1
    })
  const judge = (at: Authenticator, ticket: string) =>
    at.authenticate({ authorization: undefined, session: undefined, ticket, address: '192.0.2.1' })

  it('gives the authority of its maker, once', () => {
    const at = authenticator()
    const { ticket } = at.mintTicket(owner)
    const first = judge(at, ticket)
    expect(first).toMatchObject({ kind: 'principal', principal: { id: 'owner' } })
    expect(first.kind === 'principal' && at.isStillGood(first.principal)).toBe(true)
    expect(judge(at, ticket)).toEqual({ kind: 'refused', reason: 'ticket-over' })
  })

  it('is worthless under another owner key', () => {
    const { ticket } = authenticator().mintTicket(owner)
    expect(judge(authenticator('tk_another-owner-key-0123456789'), ticket)).toEqual({
      kind: 'refused',
      reason: 'ticket-over'
    })
  })
})
