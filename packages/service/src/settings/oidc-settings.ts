// Settings of an identity provider that issues tokens accepted in addition to keys (OpenID
// Connect), and the checks across them. See docs/oidc.md of this package.

import { handlings } from '@tocsin/contracts/theatre/handling'
import { isLoopback } from './network-names.ts'
import {
  ConfigError,
  type ConfigOf,
  choice,
  constant,
  integer,
  list,
  secretText,
  text
} from './settings.ts'

/**
 * Signature algorithms with a private key. Those with a shared secret, and `none`, are excluded.
 */
const tokenAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
]

const address = '^(https?://[^?#@\\s]+)?$'
const claimPath = '^[\\x21-\\x7e]{1,256}$'

export const oidcSettings = {
  oidc: {
    issuer: text({
      default: '',
      pattern: address,
      example: 'https://id.example.org/realms/operations',
      doc: 'Issuer of bearer tokens that are accepted beside keys, exactly as in their iss; empty = keys only. https, or http on loopback.'
    }),
    audience: text({
      default: '',
      doc: 'Required audience (aud) of a token: the name of this suite at the identity provider. Required with oidc.issuer.'
    }),
    clientId: text({
      default: '',
      example: 'tocsin-console',
      doc: "Id of this suite as a client of the issuer, by which officers sign in in a browser (code flow); empty = they can't. Its redirect address is <publicUrl>/sign-in/identity/answer."
    }),
    clientSecret: secretText({
      doc: "The client's secret, if the issuer gave it one; a public client has none (PKCE is always used)."
    }),
    signInScopes: list({
      default: ['openid', 'profile'],
      pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$',
      doc: 'Scopes asked for at a sign-in in a browser; openid among them. Some issuers give no refresh token without offline_access.'
    }),
    scopesClaim: text({
      default: 'scope',
      pattern: claimPath,
      doc: 'Claim with the scopes, a space-separated text or a list; dots for a nested claim, such as realm_access.roles.'
    }),
    /** Prefix of a scope, so that the role admin of another system is not admin here. */
    scopesPrefix: constant<string>('tocsin:'),
    theatresClaim: text({
      default: 'tocsin_theatres',
      pattern: claimPath,
      doc: 'Claim with the theatres, a list or a space-separated text; * = all.'
    }),
    theatres: list({
      default: [],
      itemsMax: 1000,
      doc: 'Theatres of a token without that claim, * = all. Default none: such a token can read and write in no theatre.'
    }),
    handlingClaim: text({
      default: 'tocsin_handling',
      pattern: claimPath,
      doc: 'Claim with the strictest handling that the holder may see.'
    }),
    handling: choice(handlings, {
      default: 'internal',
      doc: 'Handling of a token without that claim.'
    }),
    nameClaim: text({
      default: 'preferred_username',
      pattern: claimPath,
      doc: 'Claim with the name that others see on alerts which the holder took; without it, sub.'
    }),
    /** Only those with a private key. */
    algorithms: constant<readonly string[]>(tokenAlgorithms),
    clockToleranceS: integer({
      default: 30,
      min: 0,
      max: 300,
      doc: "Tolerance for the issuer's clock, seconds."
    }),
    /** A token is used for a day at most, whatever its own expiry, s. */
    tokenAgeMaxS: constant(86_400),
    /** The provider's keys are a small document, ms. */
    timeoutMs: constant(5000),
    /** Providers rotate keys with hours of overlap. */
    refreshMinutes: constant(10),
    /** A provider that is away for a day locks nobody out; after that tokens get 503. */
    staleHours: constant(24)
  }
}
export type OidcConfig = ConfigOf<typeof oidcSettings>['oidc']

/** Throws ConfigError if the settings contradict each other. */
export function checkOidc(config: OidcConfig): void {
  const { issuer, audience, clientId, clientSecret, signInScopes, algorithms } = config
  const hasIssuer = issuer !== ''
  const faults: readonly (readonly [isFault: boolean, key: keyof OidcConfig, detail: string])[] = [
    [!hasIssuer && audience !== '', 'audience', 'requires oidc.issuer: no token is accepted'],
    [!hasIssuer && clientId !== '', 'clientId', 'requires oidc.issuer: nobody could sign in'],
    [clientId === '' && clientSecret !== null, 'clientSecret', 'requires oidc.clientId'],
    [clientId !== '' && !signInScopes.includes('openid'), 'signInScopes', 'must contain openid'],
    [
      hasIssuer && audience === '',
      'audience',
      'is required: without it a token for another system would be valid here'
    ],
    [
      hasIssuer && !isSafeAddress(issuer),
      'issuer',
      'must be https: http is allowed on loopback only'
    ],
    [hasIssuer && algorithms.length === 0, 'algorithms', 'is empty: no token could be valid']
  ]
  const problems = faults.flatMap(([isFault, key, detail]) =>
    isFault ? [{ key: `oidc.${key}`, origin: 'settings', detail }] : []
  )
  if (problems.length > 0) throw new ConfigError(problems)
}

/**
 * True for https, and for http on this machine: whoever can change the keys in transit can forge
 * tokens.
 */
export function isSafeAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
}
