// The keys of the identity provider: fetched on first use, refreshed as they age or when a token
// names an unknown key, and used further while the provider is away. oidc-tokens.ts verifies
// signatures with them.
//
// The remote key set of jose has no pause after a failed fetch, has no event when its keys have
// changed, and reads the wall clock.

import type { Clock } from '@tocsin/domain/ports'
import { isSafeAddress, type OidcConfig } from '@tocsin/service/settings/oidc-settings'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
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

interface FoundKey {
  readonly key: Awaited<ReturnType<JWTVerifyGetKey>>
  readonly version: number
}

interface Held {
  readonly find: JWTVerifyGetKey
  /** The source document, to detect unchanged keys. */
  readonly text: string
  readonly fetchedMs: number
}

export class IdentityKeys {
  readonly #options: IdentityKeysOptions
  #held: Held | null = null
  #version = 0
  #triedMs = Number.NEGATIVE_INFINITY
  /** The latest fetch; true: it gave keys. */
  #fetch: Promise<boolean> = Promise.resolve(false)

  constructor(options: IdentityKeysOptions) {
    this.#options = options
  }

  /** Changes with the keys: tokens verified with earlier keys must be verified again. */
  get version(): number {
    return this.#version
  }

  /** Age of the keys, seconds; null before the first fetch. */
  get ageS(): number | null {
    return this.#held === null ? null : this.#sinceMs(this.#held.fetchedMs) / 1000
  }

  /** True if there are keys that are not too old. */
  get isUsable(): boolean {
    return this.#held !== null && !this.#isOlder(this.#options.config.staleHours * 3_600_000)
  }

  /**
   * The key that a token names, and the version of the keys; fetched if necessary. Rejects with
   * IdentityProviderError if the provider cannot be reached and its keys are missing or too old, or
   * do not have this one; with the verifier's own error if there is no such key.
   */
  async find(...asked: Parameters<JWTVerifyGetKey>): Promise<FoundKey> {
    this.keepFresh()
    if (!this.isUsable) await this.#fetch
    if (!this.isUsable) throw new IdentityProviderError('unreachable')
    try {
      return await this.#findHere(asked)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      const before = this.#version
      if (!(await this.#renew())) throw new IdentityProviderError('unreachable')
      if (this.#version === before) throw error
      return this.#findHere(asked)
    }
  }

  async #findHere(asked: Parameters<JWTVerifyGetKey>): Promise<FoundKey> {
    const version = this.#version
    return { key: await this.#held!.find(...asked), version }
  }

  /** Refreshes old keys in the background, without a wait. */
  keepFresh(): void {
    if (this.#isOlder(this.#options.config.refreshMinutes * 60_000)) void this.#renew()
  }

  /** One fetch for all who ask within the cooldown; true if it gave keys. Never rejects. */
  #renew(): Promise<boolean> {
    if (this.#sinceMs(this.#triedMs) < fetchCooldownMs) return this.#fetch
    this.#triedMs = this.#options.clock.monotonicMs()
    this.#fetch = this.#load()
    return this.#fetch
  }

  async #load(): Promise<boolean> {
    const { config, fetchJson, onFetch } = this.#options
    try {
      this.#take(readKeys(await fetchJson(await this.#discover(), config.timeoutMs)))
      onFetch('ok')
      return true
    } catch (error) {
      onFetch(error instanceof IdentityProviderError ? error.fault : 'malformed')
      return false
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
    this.#held = { find: createLocalJWKSet(keys), text, fetchedMs }
    this.#version++
  }

  #isOlder(ms: number): boolean {
    return this.#held === null || this.#sinceMs(this.#held.fetchedMs) >= ms
  }

  #sinceMs(thenMs: number): number {
    return this.#options.clock.monotonicMs() - thenMs
  }
}

/** The public keys of a key set. Throws IdentityProviderError if the document is not a key set. */
function readKeys(document: unknown): JSONWebKeySet {
  const listed = (document as { readonly keys?: unknown } | null)?.keys
  if (!Array.isArray(listed)) throw new IdentityProviderError('malformed')
  const keys = listed
    .slice(0, keysMax)
    .filter(key => typeof key === 'object' && key !== null && asymmetric.has(key.kty))
  return { keys } as JSONWebKeySet
}
