// One-use tickets: what a browser puts into the address of a stream, where it cannot send a header.
// A ticket is sealed, names the authority that asked for it, and lives for seconds: an address may
// end up in a proxy's log. Any process with the same secret takes it, each at most once. Source:
// decision 0076.

import type { Random } from '@tocsin/domain/ports'
import { SealedTokens } from '@tocsin/service/projection/sealed-token'
import { Quota } from '../access/quota.ts'
import { readMakerId, type SessionGrant } from './session.ts'

export interface Ticket {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number
  readonly grant: SessionGrant
}

/** Long enough to open a connection over a bad link, short enough to be worthless in a log. */
export const ticketLifeMs = 30_000
/**
 * Used tickets that are remembered until they expire, at each process; one more is refused for the
 * moment.
 */
export const usedTickets = { total: 10_000, perKey: 5_000 }

/** A token holder with many theatres makes a long ticket; it must fit into an address. */
export const ticketLengthMax = 8_192

export type TicketUse = 'used' | 'over' | 'full'

export class Tickets {
  readonly #sealed: SealedTokens<Ticket>
  readonly #random: Random
  /** By id: the holder and when the ticket expires. Oldest use first. */
  readonly #used = new Map<string, { readonly holder: string; readonly expiresAtMs: number }>()
  readonly #quota = new Quota(usedTickets)

  constructor(secret: Buffer, random: Random) {
    this.#sealed = new SealedTokens(secret, 'tt_', ticketLengthMax)
    this.#random = random
  }

  /** Used tickets that are remembered. */
  get usedCount(): number {
    return this.#used.size
  }

  /** A new ticket. It ends no later than its holder's authority. */
  mint(
    grant: SessionGrant,
    nowMs: number
  ): { readonly ticket: string; readonly expiresAtMs: number } {
    const id = Buffer.from(this.#random.bytes(12)).toString('base64url')
    const expiresAtMs = Math.min(nowMs + ticketLifeMs, grant.untilMs ?? Number.POSITIVE_INFINITY)
    return { ticket: this.#sealed.seal({ id, expiresAtMs, grant }), expiresAtMs }
  }

  /** What a ticket says; null if it is forged or expired. Used ones open as well. */
  open(text: string, nowMs: number): Ticket | null {
    return this.#sealed.open(text, nowMs)
  }

  /**
   * Uses it up: `used` once, then `over`. `full`: too many were used just now, and this one was
   * not.
   */
  use({ id, expiresAtMs, grant }: Ticket, nowMs: number): TicketUse {
    this.#forget(nowMs)
    if (this.#used.has(id)) return 'over'
    const holder = readMakerId(grant.maker)
    if (this.#quota.acquire(holder) !== null) return 'full'
    this.#used.set(id, { holder, expiresAtMs })
    return 'used'
  }

  /**
   * Those that have expired. Stops at the first that has not: with clocks that differ, some stay a
   * little longer.
   */
  #forget(nowMs: number): void {
    for (const [id, { holder, expiresAtMs }] of this.#used) {
      if (expiresAtMs > nowMs) return
      this.#used.delete(id)
      this.#quota.release(holder)
    }
  }
}
