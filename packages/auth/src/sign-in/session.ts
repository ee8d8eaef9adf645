// Browser sessions: a sealed cookie of limited lifetime that names the authority under which it was
// created, and never grants more. A one-use link starts a session. The authority of its creator is
// checked on each request; the control log records sessions ended early. Source: decision 0003.

import { createHmac } from 'node:crypto'
import type { Scope } from '@tocsin/contracts/record/control-record'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Random } from '@tocsin/domain/ports'
import { SealedTokens } from '@tocsin/service/projection/sealed-token'
import { LRUCache } from 'lru-cache'
import { ownerId } from '../access/principal.ts'

export const sessionCookie = 'tocsin_session'

/** The holder of a token, as the token described it: it cannot be looked up later. */
export interface TokenHolder {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly theatres: readonly string[] | '*'
  readonly handling: Handling
}

/**
 * The authority under which a session or a link was created. `proof` identifies the secret without
 * revealing it: a session ends when the secret it was created with is no longer valid.
 */
export type Maker =
  | { readonly kind: 'owner'; readonly proof: string }
  | { readonly kind: 'key'; readonly keyId: string; readonly proof: string }
  | { readonly kind: 'token'; readonly holder: TokenHolder }

/** The authority granted by a link or a session. */
export interface SessionGrant {
  readonly maker: Maker
  /** When the creator's own authority ends, ms since the epoch; null: never. */
  readonly untilMs: number | null
  /** The session in which a link was requested: the link opens that session. */
  readonly sessionId: string | null
}

export interface Session {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number
  readonly maker: Maker
}

/** The creator's id, as principals have it. */
export function readMakerId(maker: Maker): string {
  if (maker.kind === 'key') return maker.keyId
  return maker.kind === 'token' ? maker.holder.id : ownerId
}

/**
 * Sessions ended at this instance that are remembered until the control log shows the end. Beyond
 * that the oldest is dropped: the log has it by then.
 */
const endedHereMax = 1_000
/** Number of unused links that are remembered; beyond that the oldest is dropped. */
export const signInLinksMax = 16
/**
 * How long the browser that used a link may use it again, ms: the answer may have been lost on a
 * bad line, or the button pressed twice. Source: decision 0076.
 */
export const pressedAgainMs = 60_000
/** Number of proofs in the cache; when it is full, it is cleared. */
const proofsRemembered = 1_024
/** Browsers accept cookies of 4,096 bytes, name and attributes included. */
export const cookieBytesMax = 3_800

export class Sessions {
  readonly #secret: Buffer
  readonly #sealed: SealedTokens<Session>
  readonly #random: Random
  readonly #lifeMs: number
  readonly #endedHere = new LRUCache<string, true>({
    maxSize: endedHereMax,
    sizeCalculation: () => 1
  })
  /** By the hash of a secret: every browser connection is checked once a second. */
  readonly #proofs = new Map<string, string>()

  constructor(secret: Buffer, random: Random, lifeMs: number) {
    this.#secret = secret
    this.#sealed = new SealedTokens(secret, '', cookieBytesMax)
    this.#random = random
    this.#lifeMs = lifeMs
  }

  /**
   * A new session with its cookie, or another cookie of the session in which it was requested. It
   * ends no later than its creator's authority.
   */
  begin(
    { maker, untilMs, sessionId }: SessionGrant,
    nowMs: number
  ): { readonly session: Session; readonly cookie: string } {
    const id = sessionId ?? newSessionId(this.#random)
    const session = {
      id,
      expiresAtMs: Math.min(nowMs + this.#lifeMs, untilMs ?? Number.POSITIVE_INFINITY),
      maker
    }
    return { session, cookie: this.#sealed.seal(session) }
  }

  /** The session of a cookie; null if the cookie is forged, of an older format, or expired. */
  open(cookie: string, nowMs: number): Session | null {
    return this.#sealed.open(cookie, nowMs)
  }

  /** Ends a session immediately in this process, independently of the control log. */
  endHere({ id }: Session): void {
    this.#endedHere.set(id, true)
  }

  isEndedHere({ id }: Session): boolean {
    return this.#endedHere.has(id)
  }

  /** The proof that a session was created with the secret of this hash. */
  computeProof(secretHash: string): string {
    const known = this.#proofs.get(secretHash)
    if (known !== undefined) return known
    const proof = createHmac('sha256', this.#secret)
      .update(`proof ${secretHash}`)
      .digest('base64url')
      .slice(0, 22)
    if (this.#proofs.size >= proofsRemembered) this.#proofs.clear()
    this.#proofs.set(secretHash, proof)
    return proof
  }
}

function newSessionId(random: Random): string {
  return Buffer.from(random.bytes(12)).toString('base64url')
}

interface Link {
  readonly grant: SessionGrant
  readonly expiresAtMs: number
}

interface UsedLink {
  /** It names the session that the link opened. */
  readonly grant: SessionGrant
  /** Hash of the browser's secret when it used the link. */
  readonly press: string
  readonly untilMs: number
}

/**
 * One-use links to sign in without typing a key. Only hashes are stored, in memory: a restart ends
 * all links.
 */
export class SignInLinks {
  readonly #random: Random
  readonly #lifeMs: number
  readonly #hashSecret: Buffer
  readonly #links = new Map<string, Link>()
  /** No more than can be unused; beyond that the oldest is dropped. */
  readonly #used = new Map<string, UsedLink>()

  constructor(random: Random, lifeMs: number) {
    this.#random = random
    this.#lifeMs = lifeMs
    this.#hashSecret = Buffer.from(random.bytes(32))
  }

  get unusedCount(): number {
    return this.#links.size
  }

  mint(
    grant: SessionGrant,
    nowMs: number
  ): { readonly token: string; readonly expiresAtMs: number } {
    const token = Buffer.from(this.#random.bytes(32)).toString('base64url')
    for (const [hash, { expiresAtMs }] of this.#links)
      if (expiresAtMs <= nowMs) this.#links.delete(hash)
    const [oldest] = this.#links.keys()
    if (oldest !== undefined && this.#links.size >= signInLinksMax) this.#links.delete(oldest)
    const expiresAtMs = Math.min(nowMs + this.#lifeMs, grant.untilMs ?? Number.POSITIVE_INFINITY)
    this.#links.set(this.#computeHash(token), { grant, expiresAtMs })
    return { token, expiresAtMs }
  }

  /**
   * The grant of a link, once per token and before it expires; null after that. `press` is known to
   * the browser alone: it gets the same session again for a while.
   */
  redeem(token: string, nowMs: number, press: string | null = null): SessionGrant | null {
    const hash = this.#computeHash(token)
    const link = this.#links.get(hash)
    // The look-up compares a keyed hash, so that its duration does not reveal the token.
    this.#links.delete(hash)
    if (link === undefined) return this.#usedBefore(hash, press, nowMs)
    if (nowMs >= link.expiresAtMs) return null
    if (press === null) return link.grant
    const grant = { ...link.grant, sessionId: link.grant.sessionId ?? newSessionId(this.#random) }
    for (const oldest of [...this.#used.keys()].slice(
      0,
      Math.max(0, this.#used.size + 1 - signInLinksMax)
    ))
      this.#used.delete(oldest)
    this.#used.set(hash, {
      grant,
      press: this.#computeHash(press),
      untilMs: nowMs + pressedAgainMs
    })
    return grant
  }

  /** Whether this browser has just used this link. */
  isPressedAgain(token: string, nowMs: number, press: string | null): boolean {
    return this.#usedBefore(this.#computeHash(token), press, nowMs) !== null
  }

  #usedBefore(hash: string, press: string | null, nowMs: number): SessionGrant | null {
    const used = this.#used.get(hash)
    return used !== undefined &&
      press !== null &&
      nowMs < used.untilMs &&
      used.press === this.#computeHash(press)
      ? used.grant
      : null
  }

  #computeHash(token: string): string {
    return createHmac('sha256', this.#hashSecret).update(token).digest('hex')
  }
}
