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
  IdentityProviderError,
  type KeySet
} from './oidc-keys.ts'

/**
 * `token-forged`: not signed by the issuer, or not a token; `token-stale`: expired, too old or not
 * yet valid; `token-foreign`: for another audience or issuer.
 */
export type TokenRefusal = 'token-forged' | 'token-stale' | 'token-foreign'

type TokenHolder = Principal & { readonly expiresAtMs: number }

export type TokenVerdict =
  /** Its authority ends when the token expires, the clock tolerance included. */
  | { readonly kind: 'principal'; readonly principal: TokenHolder }
  | { readonly kind: 'refused'; readonly reason: TokenRefusal }
  | { readonly kind: 'unavailable'; readonly retryAfterS: number }

/** Longest token that is parsed, bytes. */
export const tokenBytesMax = 8_192
/**
 * Most valid tokens in the cache; beyond that the oldest entry is dropped and verified again on its
 * next use.
 */
export const tokensRememberedMax = 1_000

const forged: TokenVerdict = { kind: 'refused', reason: 'token-forged' }

/** True for the form of a signed JWT, which keys of the suite never have. Pure. */
export function looksLikeToken(secret: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(secret)
}

export class TokenJudge {
  readonly #options: IdentityKeysOptions
  readonly #keys: IdentityKeys
  /** Holders of valid tokens, and the keys by which these were verified. */
  readonly #good = new LRUCache<string, { readonly keys: KeySet; readonly holder: TokenHolder }>({
    maxSize: tokensRememberedMax,
    sizeCalculation: () => 1
  })

  constructor(options: IdentityKeysOptions) {
    this.#options = options
    this.#keys = new IdentityKeys(options)
  }

  get keysAgeS(): number {
    return this.#keys.ageS
  }

  /** Fetches the provider's keys, so that the first token need not wait. */
  warm(): void {
    void this.#keys.current
  }

  /**
   * The cached holder of a token, if it is still valid and the keys are not too old; null if not.
   * Synchronous: most requests end here.
   */
  remembered(token: string): TokenHolder | null {
    const name = findName(token)
    const found = this.#good.peek(name)
    const keys = found && this.#keys.current
    // Stays cached while the keys are too old: unchanged ones give the same result.
    if (!keys) return null
    if (found.keys === keys && this.#options.clock.nowMs() < found.holder.expiresAtMs)
      return found.holder
    this.#good.delete(name)
    return null
  }

  /** Verifies a token. Never rejects. */
  async judge(token: string): Promise<TokenVerdict> {
    if (token.length > tokenBytesMax) return forged
    const { config, clock } = this.#options
    try {
      // If the keys change meanwhile, the token is verified again on its next use.
      const keys = await this.#keys.load()
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
      const principal = { ...holder, expiresAtMs: (endS + config.clockToleranceS) * 1000 }
      this.#good.set(findName(token), { keys, holder: principal })
      return { kind: 'principal', principal }
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
