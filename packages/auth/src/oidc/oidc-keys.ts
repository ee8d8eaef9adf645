// The keys of the identity provider: fetched on first use, refreshed as they age or when a token
// names an unknown key, and used further while the provider is away. oidc-tokens.ts verifies
// signatures with them.

import type { Clock } from '@tocsin/domain/ports'
import { isSafeAddress, type OidcConfig } from '@tocsin/service/settings/oidc-settings'
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { type FetchFault, type FetchJson, IdentityProviderError } from './oidc-fetch.ts'

export interface IdentityKeysOptions {
  readonly config: OidcConfig
  readonly clock: Clock
  readonly fetchJson: FetchJson
  /** Called for each fetch: `ok`, or why it failed. */
  readonly onFetch: (outcome: 'ok' | FetchFault) => void
}

/**
 * Minimum interval between fetches, ms: tokens with made-up key ids must not cause one fetch each.
 */
export const fetchCooldownMs = 30_000
/** Most keys of a provider that are used. */
const keysMax = 100
/** Kinds of key that have a private half. */
const asymmetric: ReadonlySet<unknown> = new Set(['RSA', 'EC', 'OKP'])

/** Keys with a version: a verification result stays valid as long as the version does. */
export interface KeySet {
  readonly find: JWTVerifyGetKey
  readonly version: number
}

interface Held extends KeySet {
  /** The source document, to detect unchanged keys. */
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

  /** Changes with the keys: tokens verified with earlier keys must be verified again. */
  get version(): number {
    return this.#held?.version ?? 0
  }

  /** Age of the keys, seconds; null before the first fetch. */
  get ageS(): number | null {
    return this.#held === null ? null : this.#sinceMs(this.#held.fetchedMs) / 1000
  }

  /** True if `current` would return without a fetch. */
  get isUsable(): boolean {
    return this.#held !== null && !this.#isStale(this.#held)
  }

  /**
   * The keys, fetched if necessary. Rejects with IdentityProviderError if there are none, or only
   * too old ones.
   */
  async current(): Promise<KeySet> {
    this.keepFresh()
    if (this.#held === null || this.#isStale(this.#held)) await this.#fetch()
    return this.#usable()
  }

  /**
   * The keys after a fetch, for a token that names an unknown key; null if a recent fetch found
   * nothing new. Rejects with IdentityProviderError if the provider cannot be reached.
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

  /** Refreshes old keys in the background, without a wait. */
  keepFresh(): void {
    const isOld =
      this.#held === null ||
      this.#sinceMs(this.#held.fetchedMs) >= this.#options.config.refreshMinutes * 60_000
    if (isOld && !this.#isCoolingDown()) void this.#fetch().catch(() => {})
  }

  #usable(): KeySet {
    if (this.#held === null || this.#isStale(this.#held))
      throw new IdentityProviderError('unreachable')
    return this.#held
  }

  /**
   * One fetch for all concurrent callers; during the cooldown after a failed one, its error is
   * returned.
   */
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
      this.#take(readKeys(await fetchJson(await this.#discover(), config.timeoutMs)))
      this.#lastTry = 'ok'
      onFetch('ok')
    } catch (error) {
      this.#lastTry = 'failed'
      const failure =
        error instanceof IdentityProviderError
          ? error
          : new IdentityProviderError('malformed', { cause: error })
      onFetch(failure.fault)
      throw failure
    }
  }

  async #discover(): Promise<string> {
    const { config, fetchJson } = this.#options
    const document = await fetchJson(
      `${config.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
      config.timeoutMs
    )
    if (typeof document !== 'object' || document === null)
      throw new IdentityProviderError('malformed')
    const { issuer, jwks_uri: url } = document as Readonly<Record<string, unknown>>
    // Source: OpenID Connect Discovery 1.0, 4.3. Otherwise one tenant of a provider could
    // impersonate another.
    if (issuer !== config.issuer) throw new IdentityProviderError('issuer-differs')
    if (typeof url !== 'string' || !isSafeAddress(url))
      throw new IdentityProviderError('address-refused')
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

/** The public keys of a key set. Throws IdentityProviderError if the document is not a key set. */
function readKeys(document: unknown): JSONWebKeySet {
  const listed =
    typeof document === 'object' && document !== null
      ? (document as { keys?: unknown }).keys
      : undefined
  if (!Array.isArray(listed)) throw new IdentityProviderError('malformed')
  const keys = listed
    .slice(0, keysMax)
    .filter(key => typeof key === 'object' && key !== null && asymmetric.has(key.kty))
  return { keys } as JSONWebKeySet
}
