// Verifies bearer tokens of the identity provider: signature, then audience, then time. Results are
// cached while the token is valid and the keys are unchanged. Errors of the library end here, so
// that no part of a token reaches the log.

import { hash } from 'node:crypto'
import { errors, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Principal } from '../access/principal.ts'
import { readHolder } from './oidc-claims.ts'
import {
  fetchCooldownMs,
  IdentityKeys,
  type IdentityKeysOptions,
  IdentityProviderError
} from './oidc-keys.ts'

/**
 * `token-forged`: not signed by the issuer, or not a token; `token-stale`: expired, too old or not
 * yet valid; `token-foreign`: for another audience or issuer.
 */
const tokenRefusals = ['token-forged', 'token-stale', 'token-foreign'] as const
export type TokenRefusal = (typeof tokenRefusals)[number]

export type TokenVerdict =
  /** `untilMs`: when it expires, ms since the epoch, the clock tolerance included. */
  | { readonly kind: 'good'; readonly principal: Principal; readonly untilMs: number }
  | { readonly kind: 'refused'; readonly reason: TokenRefusal }
  /** The identity provider's keys cannot be fetched. */
  | { readonly kind: 'unavailable'; readonly retryAfterS: number }

/** Longest token that is parsed, bytes. */
export const tokenBytesMax = 8_192
/**
 * Most valid tokens in the cache; beyond that the oldest entry is dropped and verified again on its
 * next use.
 */
export const tokensRememberedMax = 1_000

type Good = Extract<TokenVerdict, { kind: 'good' }>
const forged: TokenVerdict = { kind: 'refused', reason: 'token-forged' }

/** True for the form of a signed JWT, which keys of the suite never have. Pure. */
export function looksLikeToken(secret: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(secret)
}

export class TokenJudge {
  readonly #options: IdentityKeysOptions
  readonly #keys: IdentityKeys
  readonly #good = new LRUCache<string, { readonly version: number; readonly verdict: Good }>({
    maxSize: tokensRememberedMax,
    sizeCalculation: () => 1
  })

  constructor(options: IdentityKeysOptions) {
    this.#options = options
    this.#keys = new IdentityKeys(options)
  }

  /** Age of the provider's keys, seconds; -1 before the first fetch. */
  get keysAgeS(): number {
    return this.#keys.ageS ?? -1
  }

  /** Fetches the provider's keys, so that the first token need not wait. */
  warm(): void {
    this.#keys.keepFresh()
  }

  /**
   * The cached result for a token, if it is still valid and the keys are not too old; null if not.
   * Synchronous: most requests end here.
   */
  remembered(token: string): Good | null {
    const name = findName(token)
    const found = this.#good.peek(name)
    if (found === undefined) return null
    this.#keys.keepFresh()
    // Stays cached: refreshed but unchanged keys give the same result.
    if (!this.#keys.isUsable) return null
    if (found.version === this.#keys.version && this.#options.clock.nowMs() < found.verdict.untilMs)
      return found.verdict
    this.#good.delete(name)
    return null
  }

  /** Verifies a token. Never rejects. */
  async judge(token: string): Promise<TokenVerdict> {
    if (token.length > tokenBytesMax) return forged
    const { config, clock } = this.#options
    try {
      // If the keys change meanwhile, the token is verified again on its next use.
      const version = await this.#keys.load()
      const { payload } = await jwtVerify(token, this.#keys.find, {
        algorithms: [...config.algorithms],
        issuer: config.issuer,
        audience: config.audience,
        requiredClaims: ['sub', 'exp', 'iat'],
        maxTokenAge: config.tokenAgeMaxS,
        clockTolerance: config.clockToleranceS,
        currentDate: new Date(clock.nowMs())
      })
      const holder = readHolder(payload, config)
      if (holder === null) return { kind: 'refused', reason: 'token-foreign' }
      // Both are numbers: jwtVerify has checked that.
      const endS = Math.min(payload.exp as number, (payload.iat as number) + config.tokenAgeMaxS)
      const untilMs = (endS + config.clockToleranceS) * 1000
      const principal = { ...holder, expiresAtMs: untilMs }
      const verdict = { kind: 'good', principal, untilMs } as const
      this.#good.set(findName(token), { version, verdict })
      return verdict
    } catch (error) {
      if (error instanceof IdentityProviderError)
        return { kind: 'unavailable', retryAfterS: fetchCooldownMs / 1000 }
      return describeRefusal(error)
    }
  }
}

/** A hash, not the token: memory can be read from a core dump. */
function findName(token: string): string {
  return hash('sha256', token, 'base64')
}

/** Any error other than a claim's means that this issuer did not make the token. */
function describeRefusal(error: unknown): TokenVerdict {
  if (error instanceof errors.JWTExpired) return { kind: 'refused', reason: 'token-stale' }
  if (!(error instanceof errors.JWTClaimValidationFailed)) return forged
  const isOfTime =
    (error.claim === 'nbf' || error.claim === 'iat') && error.reason === 'check_failed'
  return { kind: 'refused', reason: isOfTime ? 'token-stale' : 'token-foreign' }
}
