// Sessions of browsers: a signed cookie of bounded life that says on whose authority it was begun, and never has more. A session is begun by a one-use
// link. What may be done in it is asked of its maker each time; that it was ended before its time stands in the control log. Source: decision 0030.

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Scope } from '@tocsin/domain/control/control-record'
import type { Random } from '@tocsin/domain/ports'
import type { Handling } from '@tocsin/domain/report/handling'
import { LRUCache } from 'lru-cache'

export const sessionCookie = 'tocsin_session'

/** The holder of a token, as the token said: nobody can be asked later. */
export interface TokenHolder {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly theatres: readonly string[] | '*'
  readonly handling: Handling
}

/**
 * On whose authority a session or a link was made. `proof` says with which secret, and nothing of the secret: what was made with one that is no longer
 * good is over.
 */
export type Maker =
  | { readonly kind: 'owner'; readonly proof: string }
  | { readonly kind: 'key'; readonly keyId: string; readonly proof: string }
  | { readonly kind: 'token'; readonly holder: TokenHolder }

/** What a link or a session is made for. */
export interface SessionGrant {
  readonly maker: Maker
  /** The end of the maker's own authority, ms since the epoch; null: never. */
  readonly untilMs: number | null
  /** Of the session in which it was asked for: then it is another door to that one. */
  readonly sessionId: string | null
}

export interface Session {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number
  readonly maker: Maker
}

/** The id of who made a session, as principals have it. */
export function makerIdOf(maker: Maker): string {
  if (maker.kind === 'key') return maker.keyId
  return maker.kind === 'token' ? maker.holder.id : ownerId
}

const ownerId = 'owner'

/** Sessions ended here that are remembered until the control log has told of them. Beyond it the oldest goes: the log has it by then. */
const endedHereMax = 1_000
/** How many unused links are remembered; beyond that the oldest of who has most is forgotten, the owner's only where more than half are the owner's. */
export const signInLinksMax = 16
/** Proofs that are remembered; when there are more, all are made anew. */
const proofsRemembered = 1_024
/** Browsers take cookies of 4,096 bytes, name and attributes among them. */
export const cookieBytesMax = 3_800

const version = 'v2'
const cookiePattern = new RegExp(`^(${version}\\.([A-Za-z0-9_-]{1,${cookieBytesMax}}))\\.([A-Za-z0-9_-]{43})$`)

export class Sessions {
  readonly #secret: Buffer
  readonly #random: Random
  readonly #lifeMs: number
  readonly #endedHere = new LRUCache<string, true>({ max: endedHereMax })
  /** By the hash of a secret: every connection of a browser is looked at each second. */
  readonly #proofs = new Map<string, string>()

  constructor(secret: Buffer, random: Random, lifeMs: number) {
    this.#secret = secret
    this.#random = random
    this.#lifeMs = lifeMs
  }

  /** A new session with the value of its cookie, or another cookie of the session in which it was asked for. It ends no later than its maker. */
  begin({ maker, untilMs, sessionId }: SessionGrant, nowMs: number): { readonly session: Session; readonly cookie: string } {
    const id = sessionId ?? Buffer.from(this.#random.bytes(12)).toString('base64url')
    const session = { id, expiresAtMs: Math.min(nowMs + this.#lifeMs, untilMs ?? Number.POSITIVE_INFINITY), maker }
    const content = `${version}.${Buffer.from(JSON.stringify(session)).toString('base64url')}`
    return { session, cookie: `${content}.${this.#macOf(content).toString('base64url')}` }
  }

  /** The session of a cookie; null for one that is forged, of an earlier form, or over by time. Constant time in what the cookie claims. */
  open(cookie: string, nowMs: number): Session | null {
    const [, content = '', payload = '', mac = ''] = cookiePattern.exec(cookie) ?? []
    if (mac === '' || !timingSafeEqual(this.#macOf(content), Buffer.from(mac, 'base64url'))) return null
    // It carries our MAC, so its shape is ours.
    const session = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Session
    return nowMs < session.expiresAtMs ? session : null
  }

  /** Ends a session at once in this process, whatever the control log has of it. */
  endHere({ id }: Session): void {
    this.#endedHere.set(id, true)
  }

  isEndedHere({ id }: Session): boolean {
    return this.#endedHere.has(id)
  }

  /** What proves later that something was made with this secret, given by its hash. */
  proofOf(secretHash: string): string {
    const known = this.#proofs.get(secretHash)
    if (known !== undefined) return known
    const proof = createHmac('sha256', this.#secret).update(`proof ${secretHash}`).digest('base64url').slice(0, 22)
    if (this.#proofs.size >= proofsRemembered) this.#proofs.clear()
    this.#proofs.set(secretHash, proof)
    return proof
  }

  #macOf(content: string): Buffer {
    return createHmac('sha256', this.#secret).update(content).digest()
  }
}

interface Link {
  readonly grant: SessionGrant
  readonly expiresAtMs: number
}

/** One-use links by which people sign in without typing a key. Only hashes are kept, in memory: a restart ends all links. */
export class SignInLinks {
  readonly #random: Random
  readonly #lifeMs: number
  readonly #hashSecret: Buffer
  readonly #links = new Map<string, Link>()

  constructor(random: Random, lifeMs: number) {
    this.#random = random
    this.#lifeMs = lifeMs
    this.#hashSecret = Buffer.from(random.bytes(32))
  }

  get unusedCount(): number {
    return this.#links.size
  }

  /** A new token. */
  mint(grant: SessionGrant, nowMs: number): string {
    const token = Buffer.from(this.#random.bytes(32)).toString('base64url')
    for (const [hash, { expiresAtMs }] of this.#links) if (expiresAtMs <= nowMs) this.#links.delete(hash)
    if (this.#links.size >= signInLinksMax) this.#makeRoom()
    const expiresAtMs = Math.min(nowMs + this.#lifeMs, grant.untilMs ?? Number.POSITIVE_INFINITY)
    this.#links.set(this.#hashOf(token), { grant, expiresAtMs })
    return token
  }

  /** What the link was made for, once for each token, before its time is over; else null. */
  redeem(token: string, nowMs: number): SessionGrant | null {
    const hash = this.#hashOf(token)
    const link = this.#links.get(hash)
    // What is compared is a keyed hash, so the time that the look-up takes says nothing of the token.
    this.#links.delete(hash)
    return link !== undefined && nowMs < link.expiresAtMs ? link.grant : null
  }

  /**
   * The oldest link of who has most goes, so that nobody's links push out all of another's. The owner's stay as long as half are others': who may make
   * keys could make links with many.
   */
  #makeRoom(): void {
    const counts = new Map<string, number>()
    for (const { grant } of this.#links.values()) {
      const id = makerIdOf(grant.maker)
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    if ((counts.get(ownerId) ?? 0) <= signInLinksMax / 2) counts.delete(ownerId)
    const most = Math.max(...counts.values())
    for (const [hash, { grant }] of this.#links) {
      if (counts.get(makerIdOf(grant.maker)) !== most) continue
      this.#links.delete(hash)
      return
    }
  }

  #hashOf(token: string): string {
    return createHmac('sha256', this.#hashSecret).update(token).digest('hex')
  }
}
