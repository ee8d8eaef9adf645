// Judges bearer tokens of the identity provider: signature first, then who it is for, then when it holds. What was found good is remembered for as
// long as it holds and the keys stay the same. Errors of the library end here, so that nothing of a token reaches a log line.

import { hash } from 'node:crypto'
import type { Clock } from '@tocsin/domain/ports'
import { errors, type JWTVerifyResult, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Principal } from '../access/principal.ts'
import type { OidcConfig } from '../settings/oidc-settings.ts'
import { holderOf } from './oidc-claims.ts'
import { type FetchJson, IdentityProviderError } from './oidc-fetch.ts'
import { fetchCooldownMs, IdentityKeys, type IdentityKeysOptions, type KeySet } from './oidc-keys.ts'

/** `token-forged`: not signed by the issuer, or not a token; `token-stale`: over, too old or not yet good; `token-foreign`: for something else. */
export const tokenRefusals = ['token-forged', 'token-stale', 'token-foreign'] as const
export type TokenRefusal = (typeof tokenRefusals)[number]

export type TokenVerdict =
  /** `untilMs`: when it ends, ms since the epoch, the tolerance included. */
  | { readonly kind: 'good'; readonly principal: Principal; readonly untilMs: number }
  | { readonly kind: 'refused'; readonly reason: TokenRefusal }
  /** The identity provider's keys can't be had. */
  | { readonly kind: 'unavailable'; readonly retryAfterS: number }

export interface TokenJudgeOptions {
  readonly config: OidcConfig
  readonly clock: Clock
  readonly fetchJson: FetchJson
  readonly onFetch: IdentityKeysOptions['onFetch']
}

/** Longest token that is looked at, bytes. */
export const tokenBytesMax = 8_192
/** Good tokens that are remembered; beyond that the one that came first is verified anew when it comes again. */
export const tokensRememberedMax = 1_000

/** A token that its issuer signed, and the version of the keys that say so. */
interface Verified {
  readonly result: JWTVerifyResult
  readonly version: number
}

type Good = Extract<TokenVerdict, { kind: 'good' }>
const forged: TokenVerdict = { kind: 'refused', reason: 'token-forged' }

/** True for what has the form of a signed JWT. Keys of the suite never have it. Pure. */
export function looksLikeToken(secret: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(secret)
}

export class TokenJudge {
  readonly #options: TokenJudgeOptions
  readonly #keys: IdentityKeys
  readonly #good = new LRUCache<string, { readonly version: number; readonly verdict: Good }>({ max: tokensRememberedMax })

  constructor(options: TokenJudgeOptions) {
    this.#options = options
    this.#keys = new IdentityKeys(options)
  }

  get rememberedCount(): number {
    return this.#good.size
  }

  /** Age of the provider's keys, seconds; -1 before the first. */
  get keysAgeS(): number {
    return this.#keys.ageS ?? -1
  }

  /** Fetches the provider's keys, so that the first token need not wait. */
  warm(): void {
    this.#keys.keepFresh()
  }

  /** What was found of a token before, while that still holds and the keys are not too old to say so; null where it must be judged. Synchronous: most requests end here. */
  remembered(token: string): Good | null {
    const name = nameOf(token)
    const found = this.#good.peek(name)
    if (found === undefined) return null
    this.#keys.keepFresh()
    // Kept: the same keys, fetched again, say the same of it.
    if (!this.#keys.isUsable) return null
    if (found.version === this.#keys.version && this.#options.clock.nowMs() < found.verdict.untilMs) return found.verdict
    this.#good.delete(name)
    return null
  }

  /** Judges a token. Never rejects. */
  async judge(token: string): Promise<TokenVerdict> {
    if (token.length > tokenBytesMax) return forged
    try {
      const { result, version } = await this.#verify(token)
      const verdict = this.#verdictOf(result)
      if (verdict.kind === 'good') this.#remember(token, version, verdict)
      return verdict
    } catch (error) {
      if (error instanceof IdentityProviderError) return { kind: 'unavailable', retryAfterS: fetchCooldownMs / 1000 }
      return refusalOf(error)
    }
  }

  /** Once with the keys at hand; once more where the token names one that may be new. */
  async #verify(token: string): Promise<Verified> {
    try {
      return await this.#verifyWith(await this.#keys.current(), token)
    } catch (error) {
      const renewed = error instanceof errors.JWKSNoMatchingKey ? await this.#keys.renewed() : null
      if (renewed === null) throw error
      return this.#verifyWith(renewed, token)
    }
  }

  async #verifyWith({ find, version }: KeySet, token: string): Promise<Verified> {
    const { config, clock } = this.#options
    const result = await jwtVerify(token, find, {
      algorithms: [...config.algorithms],
      issuer: config.issuer,
      audience: config.audience,
      requiredClaims: ['sub', 'exp', 'iat'],
      maxTokenAge: config.tokenAgeMaxS,
      clockTolerance: config.clockToleranceS,
      currentDate: new Date(clock.nowMs())
    })
    return { result, version }
  }

  #verdictOf({ payload }: JWTVerifyResult): TokenVerdict {
    const { config } = this.#options
    const principal = holderOf(payload, config)
    if (principal === null) return { kind: 'refused', reason: 'token-foreign' }
    // Both are numbers: jwtVerify has seen to it.
    const endS = Math.min(payload.exp as number, (payload.iat as number) + config.tokenAgeMaxS)
    const untilMs = (endS + config.clockToleranceS) * 1000
    return { kind: 'good', principal: { ...principal, expiresAtMs: untilMs }, untilMs }
  }

  #remember(token: string, version: number, verdict: Good): void {
    this.#good.set(nameOf(token), { version, verdict })
  }
}

/** The token itself is not kept: what is in memory can be read from a core dump. */
function nameOf(token: string): string {
  return hash('sha256', token, 'base64')
}

/** Anything but a claim is a token that this issuer did not make. */
function refusalOf(error: unknown): TokenVerdict {
  if (error instanceof errors.JWTExpired) return { kind: 'refused', reason: 'token-stale' }
  if (!(error instanceof errors.JWTClaimValidationFailed)) return forged
  const isOfTime = (error.claim === 'nbf' || error.claim === 'iat') && error.reason === 'check_failed'
  return { kind: 'refused', reason: isOfTime ? 'token-stale' : 'token-foreign' }
}
