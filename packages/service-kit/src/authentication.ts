// Who asks: a key of the control log, the owner's key, or a session of the owner's browser. What they may do then is the guard's question
// (access-guard.ts).

import { hash, timingSafeEqual } from 'node:crypto'
import { scopes } from '@tocsin/domain/control-record'
import { type ControlState, judgeKey, type KeyRefusal, type KeyState } from '@tocsin/domain/control-state'
import type { Clock, Random } from '@tocsin/domain/ports'
import type { FastifyRequest } from 'fastify'
import { keyHash } from './api-key.ts'
import { FailureLimiter } from './failure-limiter.ts'
import type { Principal } from './principal.ts'
import { ownerKeyLengthMin, type Secrets } from './secrets.ts'
import { type Session, Sessions, SignInLinks } from './session.ts'

export type Authentication =
  | { readonly kind: 'principal'; readonly principal: Principal }
  /** Nothing was presented. */
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly reason: AuthRefusal }
  | { readonly kind: 'throttled'; readonly retryAfterS: number }

export type AuthRefusal = KeyRefusal | 'malformed' | 'session-over'
export const authRefusals = [
  'unknown',
  'revoked',
  'expired',
  'malformed',
  'session-over'
] as const satisfies readonly AuthRefusal[]

export interface AuthenticatorOptions {
  readonly secrets: Secrets
  /** The control log as folded: where keys stand. */
  readonly control: { readonly state: ControlState }
  readonly clock: Clock
  readonly random: Random
  readonly sessionHours: number
  readonly signInMinutes: number
}

/** What a request presents. */
export interface Credentials {
  /** The Authorization header as sent. Where there is one, it decides alone. */
  readonly authorization: string | undefined
  readonly session: string | undefined
  readonly address: string
}

const ownerRights = { name: 'owner', scopes: new Set(scopes), theatres: '*', handling: 'restricted' } as const
export const owner: Principal = { id: 'owner', ...ownerRights }

export class Authenticator {
  readonly #options: AuthenticatorOptions
  readonly #ownerHash: Buffer
  readonly #ownerKeyIsGuessable: boolean
  readonly #sessionOf = new WeakMap<Principal, Session>()
  readonly #keyOf = new WeakMap<Principal, KeyState>()
  /** One principal for each state of a key: a new one for each request would cost more than the look-up. */
  readonly #principals = new WeakMap<KeyState, Principal>()
  readonly sessions: Sessions
  readonly links: SignInLinks
  readonly failures = new FailureLimiter()

  constructor(options: AuthenticatorOptions) {
    this.#options = options
    this.#ownerHash = digestOf(options.secrets.ownerKey)
    this.#ownerKeyIsGuessable = options.secrets.ownerKey.length < ownerKeyLengthMin
    this.sessions = new Sessions(options.secrets.derive('session'), options.random, options.sessionHours * 3_600_000)
    this.links = new SignInLinks(options.random, options.signInMinutes * 60_000)
  }

  /** Judges what a request presents. Never throws. */
  authenticate(credentials: Credentials): Authentication {
    if (credentials.authorization !== undefined) {
      const secret = bearerOf(credentials.authorization)
      return secret === undefined
        ? this.#refuse('malformed', credentials.address)
        : this.authenticateKey(secret, credentials.address)
    }
    if (credentials.session === undefined) return { kind: 'none' }
    const session = this.sessions.open(credentials.session, this.#options.clock.nowMs())
    return session === null
      ? { kind: 'refused', reason: 'session-over' }
      : { kind: 'principal', principal: this.#principalOfSession(session) }
  }

  /** Judges a key by itself, as it comes in a message of a WebSocket. A good key always passes, whatever failed from its address before. */
  authenticateKey(secret: string, address: string): Authentication {
    const verdict = judgeKey(this.#options.control.state, keyHash(secret), this.#options.clock.nowMs())
    if (verdict.kind === 'good') return { kind: 'principal', principal: this.#principalOfKey(verdict.key) }
    const waitMs = this.failures.waitMs(address, this.#options.clock.monotonicMs())
    // A short owner key could be found by trying, so the trying is what is limited.
    if (waitMs > 0 && this.#ownerKeyIsGuessable) return throttled(waitMs)
    if (timingSafeEqual(digestOf(secret), this.#ownerHash)) return { kind: 'principal', principal: owner }
    return this.#refuse(verdict.reason, address)
  }

  /** True where the header names a key that the control log has, good or not. Notes no failure. */
  knows(authorization: string | undefined): boolean {
    const secret = bearerOf(authorization)
    if (secret === undefined) return false
    const verdict = judgeKey(this.#options.control.state, keyHash(secret), this.#options.clock.nowMs())
    return verdict.kind === 'good' || verdict.reason !== 'unknown'
  }

  /** Whether a principal could be authenticated again now: for connections that outlive their first request. */
  isStillGood(principal: Principal): boolean {
    const nowMs = this.#options.clock.nowMs()
    const session = this.#sessionOf.get(principal)
    if (session) return this.sessions.isLive(session, nowMs)
    const key = this.#keyOf.get(principal)
    return key === undefined || judgeKey(this.#options.control.state, key.secretHash, nowMs).kind === 'good'
  }

  /** Begins a session of the owner; returns the value of its cookie. */
  beginSession(): string {
    return this.sessions.begin(this.#options.clock.nowMs()).cookie
  }

  endSession(principal: Principal): void {
    const session = this.#sessionOf.get(principal)
    if (session) this.sessions.end(session, this.#options.clock.nowMs())
  }

  /** A token for one sign-in. */
  mintLink(): string {
    return this.links.mint(this.#options.clock.nowMs())
  }

  redeemLink(token: string): boolean {
    return this.links.redeem(token, this.#options.clock.nowMs())
  }

  #refuse(reason: AuthRefusal, address: string): Authentication {
    const nowMs = this.#options.clock.monotonicMs()
    const waitMs = this.failures.waitMs(address, nowMs)
    if (waitMs > 0) return throttled(waitMs)
    this.failures.note(address, nowMs)
    return { kind: 'refused', reason }
  }

  #principalOfKey(key: KeyState): Principal {
    const known = this.#principals.get(key)
    if (known) return known
    const { keyId: id, name, theatres, handling } = key
    const principal = { id, name, scopes: new Set(key.scopes), theatres, handling }
    this.#keyOf.set(principal, key)
    this.#principals.set(key, principal)
    return principal
  }

  #principalOfSession(session: Session): Principal {
    const principal = { id: `session:${session.id}`, ...ownerRights }
    this.#sessionOf.set(principal, session)
    return principal
  }
}

/** Who asks. Only for routes that are not open: the guard has set it before any handler runs. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Error('the route is open: nobody was authenticated')
  return request.principal
}

function bearerOf(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : /^bearer +(\S{1,1024}) *$/i.exec(authorization)?.[1]
}

function throttled(waitMs: number): Authentication {
  return { kind: 'throttled', retryAfterS: Math.max(1, Math.ceil(waitMs / 1000)) }
}

function digestOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}
