// A token verifier on a manual clock, with an identity provider in memory that can become
// unreachable.

import { baseSettings } from '@tocsin/service/settings/base-settings'
import type { OidcConfig } from '@tocsin/service/settings/oidc-settings'
import { defaultConfig } from '@tocsin/service/settings/settings'
import { IdentityProvider } from '@tocsin/testing/client/identity-provider'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import { type FetchFault, IdentityProviderError } from '../../src/oidc/oidc-keys.ts'
import { TokenJudge } from '../../src/oidc/oidc-tokens.ts'

export interface TokenWorld {
  readonly provider: IdentityProvider
  readonly clock: ManualClock
  readonly judge: TokenJudge
  /** Outcomes of fetches, in order. */
  readonly fetches: ('ok' | FetchFault)[]
  /** A token issued now. */
  token(ask?: Parameters<IdentityProvider['signToken']>[1]): Promise<string>
}

export async function tokenWorld(
  settings: Readonly<Record<string, unknown>> = {}
): Promise<TokenWorld> {
  const provider = await IdentityProvider.start()
  const clock = new ManualClock()
  const fetches: ('ok' | FetchFault)[] = []
  const judge = new TokenJudge({
    config: oidcConfig(provider, settings),
    clock,
    fetchJson: fetchFrom(provider),
    onFetch: outcome => fetches.push(outcome)
  })
  return { provider, clock, judge, fetches, token: ask => provider.signToken(clock.nowMs(), ask) }
}

/** The settings for a provider; `settings` override them by their keys below `oidc`. */
export function oidcConfig(
  provider: IdentityProvider,
  settings: Readonly<Record<string, unknown>> = {}
): OidcConfig {
  return defaultConfig(baseSettings, oidcSettingsOf(provider, settings)).oidc
}

export function oidcSettingsOf(
  provider: IdentityProvider,
  settings: Readonly<Record<string, unknown>> = {}
) {
  const given = {
    issuer: provider.issuer,
    audience: provider.audience,
    theatres: ['*'],
    ...settings
  }
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [`oidc.${name}`, value]))
}

/** The network to a provider in memory. */
export function fetchFrom(provider: IdentityProvider) {
  return async (url: string): Promise<unknown> => {
    provider.asked++
    if (provider.isAway) throw new IdentityProviderError('unreachable')
    const document = provider.serveDocument(new URL(url).pathname)
    if (document === undefined) throw new IdentityProviderError('status')
    return structuredClone(document)
  }
}
