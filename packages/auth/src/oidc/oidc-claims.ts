// The permissions of a token's holder, from the claims of a verified token. Pure. Unknown values in
// a claim grant nothing.

import { scopes as ownScopes, type Scope } from '@tocsin/contracts/record/control-record'
import { type Handling, handlings } from '@tocsin/contracts/theatre/handling'
import type { OidcConfig } from '@tocsin/service/settings/oidc-settings'
import { type Principal, tokenHolderId } from '../access/principal.ts'

export type Claims = Readonly<Record<string, unknown>>
export type ClaimMapping = Pick<
  OidcConfig,
  | 'scopesClaim'
  | 'scopesPrefix'
  | 'theatresClaim'
  | 'theatres'
  | 'handlingClaim'
  | 'handling'
  | 'nameClaim'
>

/** Longest subject that OpenID Connect allows. Characters. */
const subjectLengthMax = 255
const nameLengthMax = 200
const theatresMax = 1000

/** The holder of a token; null if its subject is invalid. Never throws. */
export function readHolder(claims: Claims, mapping: ClaimMapping): Principal | null {
  const { sub } = claims
  if (typeof sub !== 'string' || sub.length > subjectLengthMax || !/^[\x21-\x7e]+$/.test(sub))
    return null
  return {
    id: tokenHolderId(sub),
    name: findName(claimAt(claims, mapping.nameClaim)) ?? sub,
    scopes: readScopes(claimAt(claims, mapping.scopesClaim), mapping.scopesPrefix),
    theatres: readTheatres(claims, mapping),
    handling: readHandling(claims, mapping)
  }
}

/** A claim by its name, or by a dotted path for nested claims. */
function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  let value: unknown = claims
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Claims)[name]
  }
  return value
}

/** The words of a space-separated text, or the texts of a list; otherwise none. */
function splitWords(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(/\s+/).filter(word => word !== '')
  return Array.isArray(value) ? value.filter(word => typeof word === 'string') : []
}

function readScopes(value: unknown, prefix: string): ReadonlySet<Scope> {
  const named = new Set(splitWords(value))
  return new Set(ownScopes.filter(scope => named.has(`${prefix}${scope}`)))
}

function readTheatres(
  claims: Claims,
  { theatresClaim, theatres }: ClaimMapping
): Principal['theatres'] {
  const claimed = claimAt(claims, theatresClaim)
  const named = claimed === undefined ? theatres : splitWords(claimed)
  return named.includes('*') ? '*' : named.slice(0, theatresMax)
}

/** An unknown level counts as the most open one, which gives the least access. */
function readHandling(claims: Claims, { handlingClaim, handling }: ClaimMapping): Handling {
  const claimed = claimAt(claims, handlingClaim)
  if (claimed === undefined) return handling
  return handlings.find(level => level === claimed) ?? 'public'
}

/** Control characters do not belong in a name: they could steer a terminal or forge log lines. */
function findName(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const tidy = value.replace(/\p{C}/gu, '').trim().slice(0, nameLengthMax)
  return tidy === '' ? null : tidy
}
