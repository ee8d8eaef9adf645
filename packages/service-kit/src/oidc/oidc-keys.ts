// The keys of the identity provider: fetched when first needed, fetched anew as they age or when a token names one that is not known, and used on
// while the provider is away. What they sign is oidc-tokens.ts's business.

import type { Clock } from '@tocsin/domain/ports'
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { isSafeAddress, type OidcConfig } from '../settings/oidc-settings.ts'
import { type FetchFault, type FetchJson, IdentityProviderError } from './oidc-fetch.ts'

export interface IdentityKeysOptions {
  readonly config: Pick<OidcConfig, 'issuer' | 'jwksUrl' | 'timeoutMs' | 'refreshMinutes' | 'staleHours'>
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly fetchJson: FetchJson
  /** Told of each fetch: `ok`, or why it failed. */
  readonly onFetch: (outcome: 'ok' | FetchFault) => void
}

/** Least time between two fetches, ms: who sends tokens with made-up key ids can't make us ask for each. */
export const fetchCooldownMs = 30_000
/** Keys of one provider that are looked at. */
const keysMax = 100
/** Kinds of key that have a private half. */
const asymmetric: ReadonlySet<unknown> = new Set(['RSA', 'EC', 'OKP'])

/** Keys of one version: what was verified with them holds for as long as the version stays. */
export interface KeySet {
  readonly find: JWTVerifyGetKey
  readonly version: number
}

interface Held extends KeySet {
  /** What they came from, so that the same keys again are no change. */
  readonly text: string
  readonly fetchedMs: number
}

export class IdentityKeys {
  readonly #options: IdentityKeysOptions
  #held: Held | null = null
  #triedMs = Number.NEGATIVE_INFINITY
  #lastTry: 'ok' | 'failed' = 'ok'
  #fetching: Promise<void> | null = null

  constructor(options: IdentityKeysOptions) {
    this.#options = options
  }

  /** Changes whenever the keys do: what was verified with those before must be verified again. */
  get version(): number {
    return this.#held?.version ?? 0
  }

  /** Since when they were fetched, seconds; null before the first time. */
  get ageS(): number | null {
    return this.#held === null ? null : this.#sinceMs(this.#held.fetchedMs) / 1000
  }

  /** True where there are keys that may be used now: `current` would not have to fetch them. */
  get isUsable(): boolean {
    return this.#held !== null && !this.#isStale(this.#held)
  }

  /** Keys that may be used now. Rejects with IdentityProviderError where there are none, or none young enough. */
  async current(): Promise<KeySet> {
    this.keepFresh()
    if (this.#held === null || this.#isStale(this.#held)) await this.#fetch()
    return this.#usable()
  }

  /**
   * Keys after a look at the provider, for a token that names one that is not known; null where that look was a moment ago and found nothing new.
   * Rejects with IdentityProviderError when it can't be known now.
   */
  async renewed(): Promise<KeySet | null> {
    const before = this.version
    if (this.#isCoolingDown() && this.#fetching === null) {
      if (this.#lastTry === 'ok') return null
      throw new IdentityProviderError('unreachable')
    }
    await this.#fetch()
    return this.version === before ? null : this.#usable()
  }

  /** Fetches them in the background once they are old enough. Nobody waits for it. */
  keepFresh(): void {
    const isOld = this.#held === null || this.#sinceMs(this.#held.fetchedMs) >= this.#options.config.refreshMinutes * 60_000
    if (isOld && !this.#isCoolingDown()) void this.#fetch().catch(() => {})
  }

  #usable(): KeySet {
    if (this.#held === null || this.#isStale(this.#held)) throw new IdentityProviderError('unreachable')
    return this.#held
  }

  /** One fetch for all who need it at the same time; in the cooldown after one that failed, its failure is the answer. */
  #fetch(): Promise<void> {
    if (this.#fetching !== null) return this.#fetching
    if (this.#isCoolingDown()) return Promise.reject(new IdentityProviderError('unreachable'))
    this.#triedMs = this.#options.clock.monotonicMs()
    this.#fetching = this.#load().finally(() => {
      this.#fetching = null
    })
    return this.#fetching
  }

  async #load(): Promise<void> {
    const { config, fetchJson, onFetch } = this.#options
    try {
      const url = config.jwksUrl === '' ? await this.#discover() : config.jwksUrl
      this.#take(readKeys(await fetchJson(url, config.timeoutMs)))
      this.#lastTry = 'ok'
      onFetch('ok')
    } catch (error) {
      this.#lastTry = 'failed'
      const failure = error instanceof IdentityProviderError ? error : new IdentityProviderError('malformed', { cause: error })
      onFetch(failure.fault)
      throw failure
    }
  }

  async #discover(): Promise<string> {
    const { config, fetchJson } = this.#options
    const document = await fetchJson(`${config.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, config.timeoutMs)
    if (typeof document !== 'object' || document === null) throw new IdentityProviderError('malformed')
    const { issuer, jwks_uri: url } = document as Readonly<Record<string, unknown>>
    // Source: OpenID Connect Discovery 1.0, 4.3. Else one tenant of a provider could speak for another.
    if (issuer !== config.issuer) throw new IdentityProviderError('issuer-differs')
    if (typeof url !== 'string' || !isSafeAddress(url)) throw new IdentityProviderError('address-refused')
    return url
  }

  #take(keys: JSONWebKeySet): void {
    const fetchedMs = this.#options.clock.monotonicMs()
    const text = JSON.stringify(keys)
    if (this.#held?.text === text) {
      this.#held = { ...this.#held, fetchedMs }
      return
    }
    this.#held = { find: createLocalJWKSet(keys), version: this.version + 1, text, fetchedMs }
  }

  #isStale({ fetchedMs }: Held): boolean {
    return this.#sinceMs(fetchedMs) >= this.#options.config.staleHours * 3_600_000
  }

  #isCoolingDown(): boolean {
    return this.#sinceMs(this.#triedMs) < fetchCooldownMs
  }

  #sinceMs(thenMs: number): number {
    return this.#options.clock.monotonicMs() - thenMs
  }
}

/** The keys of a set that can verify what a private key has signed. Throws IdentityProviderError for what is no set. */
function readKeys(document: unknown): JSONWebKeySet {
  const listed = typeof document === 'object' && document !== null ? (document as { keys?: unknown }).keys : undefined
  if (!Array.isArray(listed)) throw new IdentityProviderError('malformed')
  const keys = listed.slice(0, keysMax).filter(key => typeof key === 'object' && key !== null && asymmetric.has(key.kty))
  return { keys } as JSONWebKeySet
}
