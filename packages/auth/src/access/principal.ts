// The authenticated caller and its permissions: the input of every route's guard.

import type { Author, KeyLimits, Scope } from '@tocsin/contracts/record/control-record'
import type { Handling } from '@tocsin/contracts/theatre/handling'

/** The id of the owner, who has every permission. */
export const ownerId = 'owner'

export interface Principal {
  /**
   * Key id, `owner`, or `oidc:<subject>`; in a session, that of its creator. Old records also have
   * `session:<id>`.
   */
  readonly id: string
  readonly name: string
  readonly scopes: ReadonlySet<Scope>
  readonly theatres: readonly string[] | '*'
  readonly handling: Handling
  /** Limits that differ from the settings; `none` for the owner, who could lift any. */
  readonly limits?: KeyLimits | 'none'
  /**
   * When its authority ends, ms since the epoch: that of the key, or of the replaced secret that
   * was presented. Null or omitted: never. In a session, that of its creator.
   */
  readonly expiresAtMs?: number | null
}

/** A principal, as records name who requested something. */
export function getAuthor({ id, name }: Principal): Author {
  return { id, name }
}

const tokenPrefix = 'oidc:'

/** The id of the holder of an identity provider's token. */
export function tokenHolderId(subject: string): string {
  return `${tokenPrefix}${subject}`
}

/** True for the holder of a token: its standing is known only while its token lives. */
export function holdsToken(principal: Pick<Principal, 'id'>): boolean {
  return principal.id.startsWith(tokenPrefix)
}

export function mayUse(principal: Principal, access: readonly Scope[]): boolean {
  return principal.scopes.has('admin') || access.some(scope => principal.scopes.has(scope))
}

/**
 * True if the principal has all of these theatres; `undefined` means all present and future ones.
 */
export function holdsTheatres(
  principal: Principal,
  theatres: readonly string[] | undefined
): boolean {
  const held = principal.theatres
  return held === '*' || theatres?.every(theatre => held.includes(theatre)) === true
}

export function mayReadTheatre(principal: Pick<Principal, 'theatres'>, theatre: string): boolean {
  return principal.theatres === '*' || principal.theatres.includes(theatre)
}

/** True if the principal is cleared for every handling. */
export function isClearedForAll({ handling }: Pick<Principal, 'handling'>): boolean {
  return handling === 'restricted'
}

/** True if the principal is cleared for every handling in all theatres: it sees everything. */
export function seesAll(reach: Pick<Principal, 'theatres' | 'handling'>): boolean {
  return reach.theatres === '*' && isClearedForAll(reach)
}
