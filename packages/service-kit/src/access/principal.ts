// Who is asking, and what they may do: what every route's guard decides from.

import type { Author, KeyLimits, Scope } from '@tocsin/domain/control/control-record'
import type { Handling } from '@tocsin/domain/report/handling'

export interface Principal {
  /** Key id, `owner`, or `oidc:<subject>`; in a session, that of who made it. Old records also have `session:<id>`. */
  readonly id: string
  readonly name: string
  readonly scopes: ReadonlySet<Scope>
  readonly theatres: readonly string[] | '*'
  readonly handling: Handling
  /** Where they differ from what the settings say; `none` for the owner, who could lift any. */
  readonly limits?: KeyLimits | 'none'
  /** When its authority ends, ms since the epoch: the key, or the replaced secret that it came with. Null or left out: never. In a session, that of its maker. */
  readonly expiresAtMs?: number | null
}

/** A principal as records name who asked for something. */
export function authorOf({ id, name }: Pick<Principal, 'id' | 'name'>): Author {
  return { id, name }
}

const tokenPrefix = 'oidc:'

/** The id of who holds a token of the identity provider. */
export function tokenHolderId(subject: string): string {
  return `${tokenPrefix}${subject}`
}

/** True for the holder of a token: whether it is still in good standing is known only while its token lives. */
export function holdsToken(principal: Pick<Principal, 'id'>): boolean {
  return principal.id.startsWith(tokenPrefix)
}

/** What a route states of itself, in Fastify's `config`. A route without one of the two is refused at start. */
export type RouteAccess =
  | { readonly access: 'open' }
  /** Any one of these scopes is enough; `admin` always is. */
  | { readonly access: readonly Scope[] }

export function mayUse(principal: Principal, access: readonly Scope[]): boolean {
  return principal.scopes.has('admin') || access.some(scope => principal.scopes.has(scope))
}

/** True where all of these theatres are the principal's; `undefined` stands for all that there are and will be. */
export function holdsTheatres(principal: Pick<Principal, 'theatres'>, theatres: readonly string[] | undefined): boolean {
  const held = principal.theatres
  return held === '*' || theatres?.every(theatre => held.includes(theatre)) === true
}

export function mayReadTheatre(principal: Pick<Principal, 'theatres'>, theatre: string): boolean {
  return principal.theatres === '*' || principal.theatres.includes(theatre)
}

/** True for who is cleared for reports and alerts of every handling. */
export function isClearedForAll({ handling }: Pick<Principal, 'handling'>): boolean {
  return handling === 'restricted'
}

/** True for who is cleared for all, in all theatres: nothing is hidden from them. */
export function seesAll(reach: Pick<Principal, 'theatres' | 'handling'>): boolean {
  return reach.theatres === '*' && isClearedForAll(reach)
}
