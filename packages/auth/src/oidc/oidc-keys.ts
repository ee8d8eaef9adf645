// The keys of the identity provider: fetched on first use, refreshed as they age or when a token
// names an unknown key, and used further while the provider is away. oidc-tokens.ts verifies
// signatures with them.
//
// The remote key set of jose has no pause after a failed fetch, has no event when its keys have
// changed, and reads the wall clock.

import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '@tocsin/domain/ports'
import { isSafeAddress, type OidcConfig } from '@tocsin/service/settings/oidc-settings'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'

/** Why a document could not be fetched. A closed set, so that it can be a label. */
export type FetchFault =
  | 'unreachable'
  | 'timeout'
  | 'status'
  | 'too-large'
  | 'malformed'
  | 'issuer-differs'
  | 'address-refused'

/** The identity provider did not return its keys. The message does not quote the response. */
export class IdentityProviderError extends Error {
  override readonly name = 'IdentityProviderError'
  readonly code = 'identity-provider-unavailable'
  readonly retryable = true
  readonly fault: FetchFault

  constructor(fault: FetchFault, options: { cause?: unknown } = {}) {
    super(`the identity provider did not provide its keys: ${fault}`, options)
    this.fault = fault
  }
}

/** The network as OIDC needs it. Rejects with IdentityProviderError. */
export type FetchJson = (url: string, timeoutMs: number) => Promise<unknown>

/** Largest document that is read, bytes. */
const documentBytesMax = 262_144

/** Fetches a document: no redirects, no cookies, bounded in time and size. */
export const fetchJson: FetchJson = async (url, timeoutMs) => {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    const { status, body } = await fetch(url, {
      redirect: 'error',
      credentials: 'omit',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs)
    })
    // To leave the loop cancels the rest.
    for await (const chunk of body ?? []) {
      size += chunk.byteLength
      if (status !== 200) throw new IdentityProviderError('status')
      if (size > documentBytesMax) throw new IdentityProviderError('too-large')
      chunks.push(chunk)
    }
    if (status !== 200) throw new IdentityProviderError('status')
  } catch (cause) {
    if (cause instanceof IdentityProviderError) throw cause
    const isLate = cause instanceof Error && cause.name === 'TimeoutError'
    throw new IdentityProviderError(isLate ? 'timeout' : 'unreachable', { cause })
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
  } catch {
    // Without the cause: engines quote the text that they could not parse.
    throw new IdentityProviderError('malformed')
  }
}

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

export type KeySet = ReturnType<typeof createLocalJWKSet>

export class IdentityKeys {
  readonly #options: IdentityKeysOptions
  #held: KeySet | null = null
  #fetchedMs = Number.NEGATIVE_INFINITY
  #triedMs = Number.NEGATIVE_INFINITY
  /** The latest fetch; true: it gave keys. */
  #fetch: Promise<boolean> = Promise.resolve(false)

  constructor(options: IdentityKeysOptions) {
    this.#options = options
  }

  /** Age of the keys, seconds; -1 before the first fetch. */
  get ageS(): number {
    return this.#held === null ? -1 : this.#sinceMs(this.#fetchedMs) / 1000
  }

  /**
   * The keys, if they are not too old: another set when they have changed, and tokens verified with
   * an earlier one must be verified again. Refreshes old keys in the background.
   */
  get current(): KeySet | null {
    const { refreshMinutes, staleHours } = this.#options.config
    const ageMs = this.#sinceMs(this.#fetchedMs)
    if (ageMs >= refreshMinutes * 60_000) void this.#renew()
    return ageMs < staleHours * 3_600_000 ? this.#held : null
  }

  /**
   * Keys that are not too old; fetched if necessary. Rejects with IdentityProviderError if the
   * provider cannot be reached.
   */
  async load(): Promise<KeySet> {
    const held = this.current ?? ((await this.#fetch) ? this.#held : null)
    if (held === null) throw new IdentityProviderError('unreachable')
    return held
  }

  /**
   * After `load`, the key that a token names; fetched if it is not known. Rejects with
   * IdentityProviderError if the provider cannot be reached for it, and with the verifier's own error
   * if there is no such key.
   */
  readonly find: JWTVerifyGetKey = async (...asked) => {
    const held = this.#held!
    try {
      return await held(...asked)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      if (!(await this.#renew())) throw new IdentityProviderError('unreachable')
      if (this.#held === held) throw error
      return this.#held!(...asked)
    }
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
      const keys = readKeys(await fetchJson(await this.#discover(), config.timeoutMs))
      if (!isDeepStrictEqual(this.#held?.jwks(), keys)) this.#held = createLocalJWKSet(keys)
      this.#fetchedMs = this.#options.clock.monotonicMs()
      onFetch('ok')
      return true
    } catch (error) {
      onFetch(error instanceof IdentityProviderError ? error.fault : 'malformed')
      return false
    }
  }

  async #discover(): Promise<string> {
    const { config, fetchJson } = this.#options
    const address = `${config.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const document = await fetchJson(address, config.timeoutMs)
    const { issuer, jwks_uri: url } = (document ?? {}) as Readonly<Record<string, unknown>>
    // Source: OpenID Connect Discovery 1.0, 4.3. Otherwise one tenant of a provider could
    // impersonate another.
    if (issuer !== config.issuer) throw new IdentityProviderError('issuer-differs')
    if (typeof url !== 'string' || !isSafeAddress(url))
      throw new IdentityProviderError('address-refused')
    return url
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
