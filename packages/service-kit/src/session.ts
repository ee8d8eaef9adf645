// Sessions of the owner's browser: a signed cookie of bounded life, begun by a one-use link. Nothing of a session is stored but the ids of
// those that were ended before their time.

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Random } from '@tocsin/domain/ports'

export const sessionCookie = 'tocsin_session'

export interface Session {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number
}

/** How many ended sessions and unused links are remembered; beyond that the oldest is forgotten. */
export const endedSessionsMax = 10_000
export const signInLinksMax = 16

export class Sessions {
  readonly #secret: Buffer
  readonly #random: Random
  readonly #lifeMs: number
  readonly #ended = new Map<string, number>()

  constructor(secret: Buffer, random: Random, lifeMs: number) {
    this.#secret = secret
    this.#random = random
    this.#lifeMs = lifeMs
  }

  get endedCount(): number {
    return this.#ended.size
  }

  /** A new session with the value of its cookie. */
  begin(nowMs: number): { readonly session: Session; readonly cookie: string } {
    const session = { id: Buffer.from(this.#random.bytes(12)).toString('base64url'), expiresAtMs: nowMs + this.#lifeMs }
    const content = `v1.${session.id}.${session.expiresAtMs}`
    return { session, cookie: `${content}.${this.#macOf(content).toString('base64url')}` }
  }

  /** The session of a cookie; null for one that is forged, over, or ended. Constant time in what the cookie claims. */
  open(cookie: string, nowMs: number): Session | null {
    const match = /^(v1\.([A-Za-z0-9_-]{16})\.([0-9]{1,16}))\.([A-Za-z0-9_-]{43})$/.exec(cookie)
    if (!match) return null
    const [, content = '', id = '', expiresAt = '', mac = ''] = match
    if (!timingSafeEqual(this.#macOf(content), Buffer.from(mac, 'base64url'))) return null
    const session = { id, expiresAtMs: Number(expiresAt) }
    return this.isLive(session, nowMs) ? session : null
  }

  isLive(session: Session, nowMs: number): boolean {
    return nowMs < session.expiresAtMs && !this.#ended.has(session.id)
  }

  /** Ends a session before its time, in this process. */
  end(session: Session, nowMs: number): void {
    if (this.#ended.size >= endedSessionsMax) this.#forgetThoseOver(nowMs)
    if (this.#ended.size >= endedSessionsMax) this.#ended.delete(this.#ended.keys().next().value!)
    this.#ended.set(session.id, session.expiresAtMs)
  }

  #forgetThoseOver(nowMs: number): void {
    for (const [id, expiresAtMs] of this.#ended) if (expiresAtMs <= nowMs) this.#ended.delete(id)
  }

  #macOf(content: string): Buffer {
    return createHmac('sha256', this.#secret).update(content).digest()
  }
}

/** One-use links by which the owner signs in without typing a key. Only hashes are kept, in memory: a restart ends all links. */
export class SignInLinks {
  readonly #random: Random
  readonly #lifeMs: number
  readonly #hashSecret: Buffer
  readonly #links = new Map<string, number>()

  constructor(random: Random, lifeMs: number) {
    this.#random = random
    this.#lifeMs = lifeMs
    this.#hashSecret = Buffer.from(random.bytes(32))
  }

  get unusedCount(): number {
    return this.#links.size
  }

  /** A new token. */
  mint(nowMs: number): string {
    const token = Buffer.from(this.#random.bytes(32)).toString('base64url')
    if (this.#links.size >= signInLinksMax) this.#links.delete(this.#links.keys().next().value!)
    this.#links.set(this.#hashOf(token), nowMs + this.#lifeMs)
    return token
  }

  /** True once for each token, before its time is over. */
  redeem(token: string, nowMs: number): boolean {
    const hash = this.#hashOf(token)
    const expiresAtMs = this.#links.get(hash)
    // What is compared is a keyed hash, so the time that the look-up takes says nothing of the token.
    this.#links.delete(hash)
    return expiresAtMs !== undefined && nowMs < expiresAtMs
  }

  #hashOf(token: string): string {
    return createHmac('sha256', this.#hashSecret).update(token).digest('hex')
  }
}
