// Settings of an identity provider whose tokens are taken beside keys (OpenID Connect), and what they must be together. How to set one up stands in
// docs/oidc.md of this package.

import { handlings } from '@tocsin/domain/report/handling'
import { isLoopback } from '../access/network-names.ts'
import { ConfigError, type ConfigProblem } from './config.ts'
import { type ConfigOf, integer, list, oneOf, text } from './settings.ts'

/** Signatures that are made with a private key. Those with a shared secret, and none, are not among them. */
export const tokenAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519'
] as const

const address = '^(https?://[^?#@\\s]+)?$'
const claimPath = '^[\\x21-\\x7e]{1,256}$'

export const oidcSettings = {
  oidc: {
    issuer: text({
      default: '',
      pattern: address,
      example: 'https://id.example.org/realms/operations',
      doc: 'Issuer of bearer tokens that are taken beside keys, exactly as it stands in their iss; empty = keys alone. https, or http on loopback.'
    }),
    audience: text({
      default: '',
      doc: 'What must stand in the aud of a token: the name of this suite at the identity provider. Needed with oidc.issuer.'
    }),
    jwksUrl: text({
      default: '',
      pattern: address,
      doc: "Where the issuer's keys are; empty = where its /.well-known/openid-configuration says."
    }),
    scopesClaim: text({
      default: 'scope',
      pattern: claimPath,
      doc: 'Claim that holds the scopes, a text with spaces or a list; with dots for a claim inside another, such as realm_access.roles.'
    }),
    scopesPrefix: text({
      default: 'tocsin:',
      pattern: '^[\\x21-\\x7e]{0,64}$',
      doc: 'What stands before a scope in that claim, so that a role admin of something else is not admin here.'
    }),
    theatresClaim: text({
      default: 'tocsin_theatres',
      pattern: claimPath,
      doc: 'Claim that holds the theatres, a list or a text with spaces; * = all.'
    }),
    theatres: list({
      default: [],
      itemsMax: 1000,
      doc: 'Theatres of a token without that claim, * = all. Default none: it can read and write in none.'
    }),
    handlingClaim: text({
      default: 'tocsin_handling',
      pattern: claimPath,
      doc: 'Claim that holds the strictest handling that the holder may see.'
    }),
    handling: oneOf(handlings, { default: 'internal', doc: 'Handling of a token without that claim.' }),
    nameClaim: text({
      default: 'preferred_username',
      pattern: claimPath,
      doc: 'Claim by which others are told who took an alert; sub where there is none.'
    }),
    algorithms: list({
      default: tokenAlgorithms,
      pattern: `^(?:${tokenAlgorithms.join('|')})$`,
      doc: 'Signature algorithms that are taken. Only those with a private key can be named.'
    }),
    clockToleranceS: integer({ default: 30, min: 0, max: 300, doc: "How far the issuer's clock may be off, seconds." }),
    tokenAgeMaxS: integer({
      default: 86_400,
      min: 60,
      max: 2_592_000,
      doc: 'Longest time since a token was issued, whatever it says of its own end, seconds.'
    }),
    timeoutMs: integer({
      default: 5000,
      min: 100,
      max: 60_000,
      doc: 'How long the identity provider may take to give its keys, ms.'
    }),
    refreshMinutes: integer({ default: 10, min: 1, max: 1440, doc: 'Age at which its keys are fetched anew, minutes.' }),
    staleHours: integer({
      default: 24,
      min: 1,
      max: 720,
      doc: 'How long keys that were fetched are used while the identity provider is away, hours; then tokens are answered 503.'
    })
  }
}
export type OidcConfig = ConfigOf<typeof oidcSettings>['oidc']

/** Throws ConfigError where the settings do not go together. */
export function checkOidc({ issuer, audience, jwksUrl, algorithms }: OidcConfig): void {
  const problems: ConfigProblem[] = []
  const wrong = (key: string, detail: string) => problems.push({ key: `oidc.${key}`, origin: 'settings', detail })
  if (issuer === '' && audience !== '') wrong('audience', 'needs oidc.issuer: without it no token is taken')
  if (issuer === '' && jwksUrl !== '') wrong('jwksUrl', 'needs oidc.issuer: without it no token is taken')
  if (issuer !== '' && audience === '') wrong('audience', 'is needed: without it a token for anything else would be good here')
  if (issuer !== '' && !isSafeAddress(issuer)) wrong('issuer', 'must be https: http is for loopback alone')
  if (jwksUrl !== '' && !isSafeAddress(jwksUrl)) wrong('jwksUrl', 'must be https: http is for loopback alone')
  if (issuer !== '' && algorithms.length === 0) wrong('algorithms', 'is empty: no token could be good')
  if (problems.length > 0) throw new ConfigError(problems)
}

/** True for https, and for http that does not leave this machine: who can change the keys on their way can make any token. */
export function isSafeAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
}
