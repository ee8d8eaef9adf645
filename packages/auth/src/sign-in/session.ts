// What a browser holds: a session, a one-use link that begins one, and a one-use ticket for the
// address of a stream, where it cannot send a header. Sessions and tickets are sealed, name the
// authority under which they were made, and never grant more: it is checked on each request. The
// control log records sessions ended early. Source: decisions 0003 and 0076.

import '@fastify/cookie'
import { createHmac } from 'node:crypto'
import { shape, text } from '@tocsin/contracts/format/format'
import type { Scope } from '@tocsin/contracts/record/control-record'

import type { Clock, Random } from '@tocsin/domain/ports'
import { SealedTokens } from '@tocsin/service/projection/sealed-cursor'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { ownerId, type Principal } from '../access/principal.ts'

export const sessionCookie = 'tocsin_session'
/** The refresh token of a sign-in by the identity provider. */
export const renewalCookie = 'tocsin_renewal'
/** Its cookies are sent to the routes that need them alone. */
export const identityPath = '/sign-in/identity'
/** Browsers accept cookies of 4,096 bytes, name and attributes included. */
export const cookieBytesMax = 3_800

/** A cookie for the suite alone, and for no script. `lax`: a link of another page may bring it back. */
export function cookieFor(
  { baseUrl }: FastifyInstance,
  path = '/',
  sameSite: 'lax' | 'strict' = 'strict'
) {
  return { path, httpOnly: true, sameSite, secure: baseUrl().startsWith('https:') }
}

export function readCookie({ headers, server }: FastifyRequest, name: string): string | undefined {
  return headers.cookie === undefined ? undefined : server.parseCookie(headers.cookie)[name]
}

/**
 * The authority under which a session, a link or a ticket was made. `proof` identifies the secret
 * without revealing it: what was made with it ends when the secret is no longer valid. The holder
 * of a token stands as the token described it: it cannot be looked up later.
 */
export type Maker =
  | { readonly kind: 'owner'; readonly proof: string }
  | { readonly kind: 'key'; readonly keyId: string; readonly proof: string }
  | {
      readonly kind: 'token'
      readonly holder: Pick<Principal, 'id' | 'name' | 'theatres' | 'handling'> & {
        readonly scopes: readonly Scope[]
      }
    }

export interface SessionGrant {
  readonly maker: Maker
  /** When the creator's own authority ends, ms since the epoch; null: never. */
  readonly untilMs: number | null
  /** The session in which a link was requested: the link opens that session. */
  readonly sessionId: string | null
}

export interface Session {
  readonly id: string
  readonly expiresAtMs: number
  readonly maker: Maker
}

/** Gives a browser its session, for as long as it lives. */
export function setSession(
  app: FastifyInstance,
  reply: FastifyReply,
  { session, cookie }: ReturnType<Sessions['begin']>
): FastifyReply {
  const maxAge = Math.floor((session.expiresAtMs - app.authenticator.clock.nowMs()) / 1000)
  return reply.setCookie(sessionCookie, cookie, { ...cookieFor(app), maxAge })
}

/** The creator's id, as principals have it. */
export function readMakerId(maker: Maker): string {
  if (maker.kind === 'key') return maker.keyId
  return maker.kind === 'token' ? maker.holder.id : ownerId
}

/** Of sessions, links and tickets: the secret is its own for each. */
export interface SessionOptions {
  readonly secret: Buffer
  readonly clock: Pick<Clock, 'nowMs'>
  readonly random: Random
  readonly lifeMs: number
}

function makeToken(random: Random, bytes: number): string {
  return Buffer.from(random.bytes(bytes)).toString('base64url')
}

/** The end of what is made now and lives so long, but no longer than its maker's authority. */
function endOf({ clock, lifeMs }: SessionOptions, { untilMs }: SessionGrant): number {
  return Math.min(clock.nowMs() + lifeMs, untilMs ?? Number.POSITIVE_INFINITY)
}

/** Sessions ended at this instance that are remembered: the control log has older ones by then. */
const endedHereMax = 1_000
/** Proofs in the cache: every browser connection is checked once a second. */
const proofsMax = 1_024

export class Sessions {
  readonly #options: SessionOptions
  readonly #sealed: SealedTokens<Session>
  readonly #endedHere = new LRUCache<string, true>({ max: endedHereMax })
  readonly #proofs = new LRUCache<string, string>({ max: proofsMax })

  constructor(options: SessionOptions) {
    this.#options = options
    this.#sealed = new SealedTokens(options.secret, '', cookieBytesMax)
  }

  /** A new session with its cookie, or another cookie of the session in which it was requested. */
  begin(grant: SessionGrant): { readonly session: Session; readonly cookie: string } {
    const id = grant.sessionId ?? makeToken(this.#options.random, 12)
    const session = { id, expiresAtMs: endOf(this.#options, grant), maker: grant.maker }
    return { session, cookie: this.#sealed.seal(session) }
  }

  /** The session of a cookie, ended or not; null if it is forged, of an older format, or expired. */
  open(cookie: string | undefined): Session | null {
    return this.#sealed.open(cookie, this.#options.clock.nowMs())
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
    const proof = createHmac('sha256', this.#options.secret)
      .update(`proof ${secretHash}`)
      .digest('base64url')
      .slice(0, 22)
    this.#proofs.set(secretHash, proof)
    return proof
  }
}

interface Link {
  readonly grant: SessionGrant
  readonly expiresAtMs: number
  /** Hash of the secret of the browser that has used it; null: it is unused. */
  readonly press: string | null
}

export const signInLinksMax = 16
/**
 * How long the browser that used a link may use it again, ms: the answer may have been lost on a
 * bad line, or the button pressed twice.
 */
const pressedAgainMs = 60_000

/**
 * One-use links to sign in without typing a key. Only keyed hashes are stored, in memory: a look-up
 * takes no less time for a near guess, and a restart ends all links.
 */
export class SignInLinks {
  readonly #options: SessionOptions
  readonly #links = new LRUCache<string, Link>({ max: signInLinksMax })

  constructor(options: SessionOptions) {
    this.#options = options
  }

  get unusedCount(): number {
    return [...this.#links.values()].filter(({ press }) => press === null).length
  }

  mint(grant: SessionGrant): { readonly token: string; readonly expiresAtMs: number } {
    const token = makeToken(this.#options.random, 32)
    const expiresAtMs = endOf(this.#options, grant)
    this.#links.set(this.#hash(token), { grant, expiresAtMs, press: null })
    return { token, expiresAtMs }
  }

  /** A new secret of a browser that is about to use a link. */
  newPress(): string {
    return makeToken(this.#options.random, 18)
  }

  /**
   * The grant of a link, once per token and before it expires; null after that. `press` is known to
   * the browser alone: it gets the same session again for a while.
   */
  redeem(token: string, press: string | null = null): SessionGrant | null {
    const used = this.#findUsed(token, press)
    if (used !== null) return used
    const hash = this.#hash(token)
    const link = this.#links.get(hash)
    if (link === undefined || link.press !== null) return null
    this.#links.delete(hash)
    const nowMs = this.#options.clock.nowMs()
    if (nowMs >= link.expiresAtMs) return null
    if (press === null) return link.grant
    const sessionId = link.grant.sessionId ?? makeToken(this.#options.random, 12)
    const grant = { ...link.grant, sessionId }
    const expiresAtMs = nowMs + pressedAgainMs
    this.#links.set(hash, { grant, expiresAtMs, press: this.#hash(press) })
    return grant
  }

  /** Whether this browser has just used this link. */
  isPressedAgain(token: string, press: string | null): boolean {
    return this.#findUsed(token, press) !== null
  }

  #findUsed(token: string, press: string | null): SessionGrant | null {
    const link = this.#links.peek(this.#hash(token))
    if (link === undefined || press === null || link.press !== this.#hash(press)) return null
    return this.#options.clock.nowMs() < link.expiresAtMs ? link.grant : null
  }

  #hash(token: string): string {
    return createHmac('sha256', this.#options.secret).update(token).digest('hex')
  }
}

export interface Ticket {
  readonly id: string
  readonly expiresAtMs: number
  readonly grant: SessionGrant
}

/** Long enough to open a connection over a bad link, short enough to be worthless in a log. */
export const ticketLifeMs = 30_000
/** Used tickets that each process remembers until they expire; one more is refused for the moment. */
export const usedTicketsMax = 10_000
/** A token holder with many theatres makes a long ticket; it must fit into an address. */
export const ticketLengthMax = 8_192

/** Any process with the same secret takes a ticket, each at most once. */
export class Tickets {
  readonly #options: SessionOptions
  readonly #sealed: SealedTokens<Ticket>
  /** When each used one expires, by id; oldest use first. */
  readonly #used = new Map<string, number>()

  constructor(options: SessionOptions) {
    this.#options = options
    this.#sealed = new SealedTokens(options.secret, 'tt_', ticketLengthMax)
  }

  mint(grant: SessionGrant): { readonly ticket: string; readonly expiresAtMs: number } {
    const id = makeToken(this.#options.random, 12)
    const expiresAtMs = endOf(this.#options, grant)
    return { ticket: this.#sealed.seal({ id, expiresAtMs, grant }), expiresAtMs }
  }

  /** What a ticket says; null if it is forged or expired. Used ones open as well. */
  open(text: string): Ticket | null {
    return this.#sealed.open(text, this.#options.clock.nowMs())
  }

  /** Uses it up: `used` once, then `over`. `full`: too many were used just now; this one was not. */
  use({ id, expiresAtMs }: Ticket): 'used' | 'over' | 'full' {
    const nowMs = this.#options.clock.nowMs()
    for (const [known, endMs] of this.#used) {
      // With clocks that differ, some stay a little longer.
      if (endMs > nowMs) break
      this.#used.delete(known)
    }
    if (this.#used.has(id)) return 'over'
    if (this.#used.size >= usedTicketsMax) return 'full'
    this.#used.set(id, expiresAtMs)
    return 'used'
  }
}

export const signInLink = shape('SignInLink', 'A link for one sign-in.', {
  url: text(),
  expiresInMinutes: { type: 'number' }
})

export function makeSignInLink(
  { authenticator, baseUrl }: FastifyInstance,
  grant: SessionGrant
): { readonly url: string; readonly expiresInMinutes: number } {
  const { token, expiresAtMs } = authenticator.links.mint(grant)
  const leftMs = expiresAtMs - authenticator.clock.nowMs()
  const url = `${baseUrl()}/sign-in?token=${token}`
  return { url, expiresInMinutes: Math.floor(leftMs / 60_000) }
}
