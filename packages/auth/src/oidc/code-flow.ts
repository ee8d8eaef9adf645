// Sign-in of a person in a browser by the identity provider: the authorization code flow with PKCE,
// state and nonce, by openid-client. What its access token grants is judged as for every other
// token (oidc-tokens.ts).

import type { Clock, Random } from '@tocsin/domain/ports'
import { isSafeAddress, type OidcConfig } from '@tocsin/service/settings/oidc-settings'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientError,
  type Configuration,
  calculatePKCECodeChallenge,
  clockTolerance,
  discovery,
  None,
  refreshTokenGrant,
  type TokenEndpointResponse
} from 'openid-client'

export interface CodeFlowOptions {
  readonly config: OidcConfig
  readonly clock: Clock
  readonly random: Random
}

/** What the browser keeps between its way out and its way back. */
export interface PendingSignIn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface GrantedTokens {
  readonly accessToken: string
  /** Null: the provider gave none, so that the session ends with the access token. */
  readonly refreshToken: string | null
}

/**
 * `refused`: the provider, or the check of its answer, refused: the same request would be refused
 * again. `unavailable`: no answer, or one that does not decide about the person.
 */
export type CodeFlowFault = 'refused' | 'unavailable'

/** The message names no token, code or secret. */
export class CodeFlowError extends Error {
  override readonly name = 'CodeFlowError'
  readonly code = 'identity-sign-in-failed'
  readonly fault: CodeFlowFault
  readonly retryable: boolean

  constructor(fault: CodeFlowFault, detail: string) {
    super(`the sign-in by the identity provider failed: ${detail}`)
    this.fault = fault
    this.retryable = fault === 'unavailable'
  }
}

/** After a failed discovery the provider is left alone for this long, ms. */
const restMs = 10_000

export class CodeFlow {
  readonly #options: CodeFlowOptions
  #known: { readonly configuration: Promise<Configuration>; readonly sinceMs: number } | null = null
  #failedMs = Number.NEGATIVE_INFINITY

  constructor(options: CodeFlowOptions) {
    this.#options = options
  }

  /** The host of the provider, which may be shown to people. */
  get providerHost(): string {
    return new URL(this.#options.config.issuer).host
  }

  /** Where to send the browser, and what it has to keep. Rejects with CodeFlowError. */
  async begin(
    redirectUri: string
  ): Promise<{ readonly url: URL; readonly pending: PendingSignIn }> {
    const configuration = await this.#configuration()
    const [state, nonce, verifier] = [this.#word(), this.#word(), this.#word()]
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: this.#options.config.signInScopes.join(' '),
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256'
    })
    return { url, pending: { state, nonce, verifier } }
  }

  /**
   * The tokens for the address that the browser came back to, and their holder. Rejects with
   * CodeFlowError.
   */
  async finish(
    cameTo: URL,
    pending: PendingSignIn
  ): Promise<GrantedTokens & { readonly subject: string }> {
    const configuration = await this.#configuration()
    const answer = await told(() =>
      authorizationCodeGrant(configuration, cameTo, {
        pkceCodeVerifier: pending.verifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true
      })
    )
    return { ...readTokens(answer), subject: answer.claims()?.sub ?? '' }
  }

  /** New tokens for a refresh token. Rejects with CodeFlowError. */
  async renew(refreshToken: string): Promise<GrantedTokens> {
    const configuration = await this.#configuration()
    const { accessToken, refreshToken: next } = readTokens(
      await told(() => refreshTokenGrant(configuration, refreshToken))
    )
    return { accessToken, refreshToken: next ?? refreshToken }
  }

  #word(): string {
    return Buffer.from(this.#options.random.bytes(32)).toString('base64url')
  }

  /** One discovery for all callers, repeated as it ages. */
  #configuration(): Promise<Configuration> {
    const { clock, config } = this.#options
    const nowMs = clock.monotonicMs()
    if (this.#known !== null && nowMs - this.#known.sinceMs < config.refreshMinutes * 60_000)
      return this.#known.configuration
    if (nowMs - this.#failedMs < restMs)
      return Promise.reject(new CodeFlowError('unavailable', 'it was not reachable just now'))
    const configuration = this.#discover()
    this.#known = { configuration, sinceMs: nowMs }
    configuration.catch(() => {
      this.#known = null
      this.#failedMs = nowMs
    })
    return configuration
  }

  async #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret, timeoutMs, clockToleranceS } = this.#options.config
    const metadata = {
      ...(clientSecret === null ? {} : { client_secret: clientSecret }),
      [clockTolerance]: clockToleranceS
    }
    const configuration = await told(() =>
      discovery(new URL(issuer), clientId, metadata, clientSecret === null ? None() : undefined, {
        timeout: timeoutMs / 1000,
        // The settings take http on loopback alone.
        ...(issuer.startsWith('http:') ? { execute: [allowInsecureRequests] } : {})
      })
    )
    const { authorization_endpoint: asking, token_endpoint: giving } =
      configuration.serverMetadata()
    if (!isSafe(asking) || !isSafe(giving))
      throw new CodeFlowError('unavailable', 'its document names no safe addresses')
    return configuration
  }
}

function isSafe(address: string | undefined): boolean {
  return address !== undefined && isSafeAddress(address)
}

function readTokens({
  access_token: accessToken,
  refresh_token: refreshToken
}: TokenEndpointResponse): GrantedTokens {
  return { accessToken, refreshToken: refreshToken ?? null }
}

/** Errors of the library quote what they were given: only their codes go on. */
async function told<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw new CodeFlowError(makeFault(error), readCode(error))
  }
}

/**
 * Errors of the protocol that are about the person or the code; all others are about the provider
 * or our settings.
 */
const refusals: ReadonlySet<string> = new Set([
  'access_denied',
  'invalid_grant',
  'login_required',
  'interaction_required',
  'consent_required'
])

function makeFault(error: unknown): CodeFlowFault {
  if (refusals.has(String((error as { readonly error?: unknown }).error))) return 'refused'
  return error instanceof ClientError && /^OAUTH_(JWT|INVALID_RESPONSE)/.test(String(error.code))
    ? 'refused'
    : 'unavailable'
}

function readCode(error: unknown): string {
  const { error: ofProtocol, code } = error as { readonly error?: unknown; readonly code?: unknown }
  const word = typeof ofProtocol === 'string' ? ofProtocol : code
  return typeof word === 'string' && /^[\w.-]{1,64}$/.test(word) ? word : 'no answer'
}
