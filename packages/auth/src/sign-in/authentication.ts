// Authentication: a key of the control log, the owner's key, a browser session created by one of
// these, or a token of the identity provider. Authorisation is in access-guard.ts.

import { hash, timingSafeEqual } from 'node:crypto'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { type Author, scopes as allScopes } from '@tocsin/contracts/record/control-record'
import type { Clock } from '@tocsin/domain/ports'
import { type ControlState, isSessionEnded } from '@tocsin/service/control/control-state'
import {
  judgeKey,
  type KeyRefusal,
  type KeyState,
  type KeyVerdict
} from '@tocsin/service/control/key-state'
import { ownerKeyLengthMin } from '@tocsin/service/privacy/secrets'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { defaultFailureLimits } from '@tocsin/service/settings/base-settings'
import type { FastifyRequest } from 'fastify'
import { keyHash } from '../access/api-key.ts'
import { FailureLimiter } from '../access/failure-limiter.ts'
import { holdsToken, ownerId, type Principal } from '../access/principal.ts'
import {
  looksLikeToken,
  type TokenJudge,
  type TokenRefusal,
  tokenBytesMax
} from '../oidc/oidc-tokens.ts'
import {
  cookieBytesMax,
  type Maker,
  readMakerId,
  type Session,
  type SessionGrant,
  Sessions,
  SignInLinks,
  Tickets,
  ticketLifeMs
} from './session.ts'

export type Authentication =
  | { readonly kind: 'principal'; readonly principal: Principal }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly reason: AuthRefusal }
  | { readonly kind: 'throttled'; readonly retryAfterS: number }
  | { readonly kind: 'unavailable'; readonly retryAfterS: number }

/** A promise for a token that is not cached: its signature is checked. It never rejects. */
export type Answer = Authentication | Promise<Authentication>

export type AuthRefusal = KeyRefusal | TokenRefusal | 'malformed' | 'session-over' | 'ticket-over'

export interface AuthenticatorOptions extends Pick<ServiceDeps, 'clock' | 'random' | 'secrets'> {
  readonly control: { readonly state: ControlState }
  readonly sessionHours: number
  readonly signInMinutes: number
  /** Failures per address and minute. Default: that of the limiter. */
  readonly wrongKeysMax?: number
  /** Omitted: tokens are refused. */
  readonly tokens?: TokenJudge | undefined
}

export interface Credentials {
  /** The Authorization header as sent. If present, it alone decides. */
  readonly authorization: string | undefined
  readonly session: string | undefined
  /** From the address, on routes that take one. If present, it decides over the session. */
  readonly ticket?: string | undefined
  readonly address: string
}

export const owner: Principal = {
  id: ownerId,
  name: 'owner',
  scopes: new Set(allScopes),
  theatres: '*',
  handling: 'restricted',
  limits: 'none'
}
const ownerAuthenticated: Authentication = { kind: 'principal', principal: owner }
const ownersHash = 'owner'

/** Most headers of valid keys in the cache; when it is full, it is cleared. */
const headersRemembered = 1024
const keyBytesMax = 1_024

export class Authenticator {
  readonly #options: AuthenticatorOptions
  readonly clock: Clock
  readonly #ownerHash: Buffer
  readonly #ownerKeyIsGuessable: boolean
  /** Proof of the owner's key: changing the key ends the sessions created with the old one. */
  readonly #ownerProof: string
  readonly #sessionOf = new WeakMap<Principal, Session>()
  /**
   * The hash of the secret that a principal presented: of two overlapping secrets, one expires
   * first.
   */
  readonly #secretHashOf = new WeakMap<Principal, string>()
  /**
   * One principal per state of a key and secret: a new one for each request would cost more than
   * the look-up.
   */
  readonly #principals = new WeakMap<KeyState, Map<string, Principal>>()
  /**
   * Caches the hash for headers of valid keys: hashing for each request cost as much as everything
   * else here. The key itself is checked each time. Only valid headers are cached, so the response
   * time reveals no more than the answer.
   */
  readonly #hashes = new Map<string, string>()
  readonly #tokens: TokenJudge | null
  readonly sessions: Sessions
  readonly links: SignInLinks
  readonly tickets: Tickets
  readonly failures: FailureLimiter

  constructor(options: AuthenticatorOptions) {
    const { ownerKey } = options.secrets
    this.#options = options
    this.clock = options.clock
    this.#ownerHash = Buffer.from(keyHash(ownerKey), 'hex')
    this.#ownerKeyIsGuessable = ownerKey.length < ownerKeyLengthMin
    this.#tokens = options.tokens ?? null
    const { secrets, sessionHours, signInMinutes } = options
    const make = (secret: Buffer, lifeMs: number) => ({ ...options, secret, lifeMs })
    const linkSecret = Buffer.from(options.random.bytes(32))
    this.sessions = new Sessions(make(secrets.derive('session'), sessionHours * 3_600_000))
    this.links = new SignInLinks(make(linkSecret, signInMinutes * 60_000))
    this.tickets = new Tickets(make(secrets.derive('ticket'), ticketLifeMs))
    this.failures = new FailureLimiter({
      ...defaultFailureLimits,
      failuresMax: options.wrongKeysMax ?? defaultFailureLimits.failuresMax
    })
    this.#ownerProof = this.sessions.computeProof(this.#ownerHash.toString('hex'))
  }

  /** Authenticates a request. Never throws. */
  authenticate({ authorization, ticket, session: cookie, address }: Credentials): Answer {
    if (authorization !== undefined) {
      const known = this.#remembered(authorization)
      if (known !== null) return known
      const secret = readBearer(authorization)
      if (secret === undefined) return this.#refuse('malformed', address)
      const answer = this.authenticateBearer(secret, address)
      if ('principal' in answer) this.#remember(authorization, answer.principal)
      return answer
    }
    if (ticket !== undefined) return this.#useTicket(ticket, address)
    if (cookie === undefined) return { kind: 'none' }
    const session = this.sessions.open(cookie)
    const principal = session === null ? null : this.#makeSessionPrincipal(session)
    return principal === null
      ? { kind: 'refused', reason: 'session-over' }
      : { kind: 'principal', principal }
  }

  /**
   * Authenticates a single key or token, as sent in a WebSocket message. Asynchronous only for a
   * token that is not cached.
   */
  authenticateBearer(secret: string, address: string): Answer {
    const tokens = this.#tokens
    // The owner's key may have any form, including that of a token.
    const isOwner = () => this.#isOwnerKey(hash('sha256', secret, 'buffer'))
    if (tokens === null || !looksLikeToken(secret) || isOwner())
      return this.authenticateKey(secret, address)
    const known = tokens.remembered(secret)
    if (known !== null) return { kind: 'principal', principal: known }
    return tokens
      .judge(secret)
      .then(each => (each.kind === 'refused' ? this.#refuse(each.reason, address) : each))
  }

  /**
   * Checks a key. A valid key always passes, even if its address has failures. Every secret is
   * hashed once, compared with the owner's and looked up by hash: the time taken does not reveal
   * how close a guess was.
   */
  authenticateKey(secret: string, address: string): Authentication {
    if (secret.length > keyBytesMax) return this.#refuse('malformed', address)
    const digest = hash('sha256', secret, 'buffer')
    const isOwner = this.#isOwnerKey(digest)
    const secretHash = digest.toString('hex')
    const verdict = this.#judge(secretHash)
    if (verdict.kind === 'good')
      return { kind: 'principal', principal: this.#makeKeyPrincipal(verdict.key, secretHash) }
    const waitMs = this.failures.waitMs(address, this.clock.monotonicMs())
    // A short owner key could be found by brute force, so failed attempts are limited.
    if (waitMs > 0 && this.#ownerKeyIsGuessable) return throttled(waitMs)
    return isOwner ? { kind: 'principal', principal: owner } : this.#refuse(verdict.reason, address)
  }

  /** True if the header names a key in the control log, valid or not. Counts no failure. */
  knows(authorization: string | undefined): boolean {
    const secret = readBearer(authorization)
    if (secret === undefined) return false
    const verdict = this.#judge(keyHash(secret))
    return verdict.kind === 'good' || verdict.reason !== 'unknown'
  }

  /** True if a principal could authenticate again now: for long-lived connections. */
  isStillGood(principal: Principal): boolean {
    const nowMs = this.clock.nowMs()
    const session = this.#sessionOf.get(principal)
    if (session) return nowMs < session.expiresAtMs && this.#makeSessionPrincipal(session) !== null
    if (holdsToken(principal)) return nowMs < (principal.expiresAtMs ?? Infinity)
    const secretHash = this.#secretHashOf.get(principal)
    return secretHash === undefined || this.#judge(secretHash).kind === 'good'
  }

  /**
   * The grant for a link or session of a principal: exactly its own authority. In a session, that
   * session again. Throws ProblemError `forbidden` for a token with more theatres than fit in a
   * cookie.
   */
  makeGrant(principal: Principal): SessionGrant {
    const session = this.#sessionOf.get(principal)
    if (session)
      return { maker: session.maker, untilMs: session.expiresAtMs, sessionId: session.id }
    const untilMs = principal.expiresAtMs ?? null
    const grant = { maker: this.#findMaker(principal), untilMs, sessionId: null }
    if (this.sessions.begin(grant).cookie.length <= cookieBytesMax) return grant
    throw new ProblemError(
      'forbidden',
      'The token names more theatres than fit into a browser cookie. Use a key.'
    )
  }

  /**
   * The grant to sign in as the holder of a key: the key's authority with its newest secret. Null
   * if it has none now.
   */
  findKeyGrant(keyId: string): SessionGrant | null {
    const key = this.#options.control.state.keys.get(keyId)
    return key === undefined || this.#judge(key.secretHash).kind !== 'good'
      ? null
      : this.makeGrant(this.#makeKeyPrincipal(key, key.secretHash))
  }

  /**
   * Creates a session; null if its creator is no longer valid. `cookie`: the value of its cookie.
   */
  beginSession(grant: SessionGrant): { readonly session: Session; readonly cookie: string } | null {
    const begun = this.sessions.begin(grant)
    return this.#makeSessionPrincipal(begun.session) === null ? null : begun
  }

  /** True if the key behind a session or a ticket is unknown here: another process may know it. */
  isMakerUnknown({ session, ticket }: Credentials): boolean {
    const held =
      ticket === undefined ? this.sessions.open(session) : this.tickets.open(ticket)?.grant
    return held?.maker.kind === 'key' && !this.#options.control.state.keys.has(held.maker.keyId)
  }

  /** The authority under which a session was created, as named in records. */
  getAuthor({ maker }: Session): Author {
    const id = readMakerId(maker)
    const { name = id } =
      maker.kind === 'token' ? maker.holder : (this.#options.control.state.keys.get(id) ?? {})
    return { id, name }
  }

  isEnded(session: Session): boolean {
    return this.sessions.isEndedHere(session) || this.isEndedForAll(session)
  }

  /** True if the control log records the end of a session. */
  isEndedForAll({ id, maker }: Session): boolean {
    return isSessionEnded(this.#options.control.state, { id, maker: readMakerId(maker) })
  }

  mintTicket(principal: Principal): ReturnType<Tickets['mint']> {
    return this.tickets.mint(this.makeGrant(principal))
  }

  /** A ticket of an authority that is over is worthless; it is used up only if it is good. */
  #useTicket(text: string, address: string): Authentication {
    const ticket = this.tickets.open(text)
    if (ticket === null) return this.#refuse('ticket-over', address)
    const { maker, untilMs, sessionId } = ticket.grant
    const expiresAtMs = untilMs ?? Number.POSITIVE_INFINITY
    const principal = this.#makeSessionPrincipal({ id: sessionId ?? ticket.id, expiresAtMs, maker })
    const use = principal === null ? 'over' : this.tickets.use(ticket)
    if (use === 'full') return throttled(ticketLifeMs)
    return use === 'over' || principal === null
      ? { kind: 'refused', reason: 'ticket-over' }
      : { kind: 'principal', principal }
  }

  #remembered(authorization: string): Authentication | null {
    const secretHash = this.#hashes.get(authorization)
    if (secretHash === undefined) return null
    if (secretHash === ownersHash) return ownerAuthenticated
    const verdict = this.#judge(secretHash)
    return verdict.kind === 'good'
      ? { kind: 'principal', principal: this.#makeKeyPrincipal(verdict.key, secretHash) }
      : null
  }

  /**
   * Holders of tokens are cached elsewhere; a short owner's key is never cached, so that attempts
   * stay limited.
   */
  #remember(authorization: string, principal: Principal): void {
    const secretHash =
      principal === owner && !this.#ownerKeyIsGuessable
        ? ownersHash
        : this.#secretHashOf.get(principal)
    if (secretHash === undefined) return
    if (this.#hashes.size >= headersRemembered) this.#hashes.clear()
    this.#hashes.set(authorization, secretHash)
  }

  #isOwnerKey(digest: Buffer): boolean {
    return timingSafeEqual(digest, this.#ownerHash)
  }

  #judge(secretHash: string): KeyVerdict {
    return judgeKey(this.#options.control.state, secretHash, this.clock.nowMs())
  }

  #refuse(reason: AuthRefusal, address: string): Authentication {
    const nowMs = this.clock.monotonicMs()
    const waitMs = this.failures.waitMs(address, nowMs)
    if (waitMs > 0) return throttled(waitMs)
    this.failures.note(address, nowMs)
    return { kind: 'refused', reason }
  }

  #makeKeyPrincipal(key: KeyState, secretHash: string): Principal {
    const ofKey = this.#principals.get(key) ?? new Map<string, Principal>()
    const known = ofKey.get(secretHash)
    if (known) return known
    const principal = principalWith(key, secretHash)
    this.#secretHashOf.set(principal, secretHash)
    this.#principals.set(key, ofKey.set(secretHash, principal))
    return principal
  }

  #findMaker(principal: Principal): Maker {
    const { id, name, scopes, theatres, handling } = principal
    if (holdsToken(principal))
      return { kind: 'token', holder: { id, name, scopes: [...scopes], theatres, handling } }
    const secretHash = this.#secretHashOf.get(principal)
    if (secretHash !== undefined)
      return { kind: 'key', keyId: id, proof: this.sessions.computeProof(secretHash) }
    if (principal === owner) return { kind: 'owner', proof: this.#ownerProof }
    throw new Error('the principal was not authenticated here')
  }

  /**
   * The principal of a session: its creator's current authority, under its own id. Null if the
   * session was ended or its creator is no longer valid.
   */
  #makeSessionPrincipal(session: Session): Principal | null {
    const maker = this.isEnded(session) ? null : this.#findAuthority(session)
    if (maker === null) return null
    const principal = { ...maker }
    this.#sessionOf.set(principal, session)
    return principal
  }

  /**
   * The current authority of a session's creator; null if the key, or the secret used, is no longer
   * valid. A token's session ends with the token.
   */
  #findAuthority({ maker, expiresAtMs }: Session): Principal | null {
    if (maker.kind === 'owner') return maker.proof === this.#ownerProof ? owner : null
    if (maker.kind === 'token')
      return { ...maker.holder, scopes: new Set(maker.holder.scopes), expiresAtMs }
    const key = this.#options.control.state.keys.get(maker.keyId)
    const secret = [key ?? [], ...(key?.replaced ?? [])]
      .flat()
      .find(({ secretHash }) => this.sessions.computeProof(secretHash) === maker.proof)
    if (secret === undefined) return null
    const verdict = this.#judge(secret.secretHash)
    return verdict.kind === 'good' ? this.#makeKeyPrincipal(verdict.key, secret.secretHash) : null
  }
}

/** A key's authority with this secret: a replaced secret expires after its overlap. */
function principalWith(key: KeyState, secretHash: string): Principal {
  const { keyId: id, name, scopes: held, theatres, handling, limits, expiresAt } = key
  const until = key.replaced.find(one => one.secretHash === secretHash)?.until
  const ends = [expiresAt, until].flatMap(end => (typeof end === 'string' ? [Date.parse(end)] : []))
  const expiresAtMs = ends.length === 0 ? null : Math.min(...ends)
  const scopes = new Set(held)
  return { id, name, scopes, theatres, handling, expiresAtMs, ...(limits && { limits }) }
}

/** The caller. Only for routes that are not open: the guard sets it before any handler runs. */
export function getPrincipal(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Error('the route is open: nobody was authenticated')
  return request.principal
}

const bearerPattern = new RegExp(`^bearer +(\\S{1,${tokenBytesMax}}) *$`, 'i')

function readBearer(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : bearerPattern.exec(authorization)?.[1]
}

function throttled(waitMs: number): Authentication {
  return { kind: 'throttled', retryAfterS: Math.max(1, Math.ceil(waitMs / 1000)) }
}
