// The authenticated caller and its permissions, the input of every route's guard; and delegation:
// keys, sessions, links and subscriptions are all created through one check, so that no creator
// grants more than their own authority. Pure. Source: decision 0003.

import type { Author, KeyLimits, Scope } from '@tocsin/contracts/record/control-record'
import { type Handling, maySee } from '@tocsin/contracts/theatre/handling'

/** The id of the owner, who has every permission. */
export const ownerId = 'owner'

/** The theatres in which a holder may act, and the highest handling. */
export interface Reach {
  readonly theatres: readonly string[] | '*'
  readonly handling: Handling
}

export interface Authority extends Reach {
  readonly scopes: Iterable<Scope>
  /**
   * When it ends, ms since the epoch: of a key, or of the replaced secret that was presented. Null or
   * omitted: never. In a session, that of its creator.
   */
  readonly expiresAtMs?: number | null
  /** Limits that differ from the settings; `none` for the owner, who could lift any. */
  readonly limits?: KeyLimits | 'none'
}

export interface Principal extends Authority {
  /**
   * Key id, `owner`, or `oidc:<subject>`; in a session, that of its creator. Old records also have
   * `session:<id>`.
   */
  readonly id: string
  readonly name: string
  readonly scopes: ReadonlySet<Scope>
}

/** A principal, as records name who requested something. */
export function getAuthor({ id, name }: Principal): Author {
  return { id, name }
}

const tokenPrefix = 'oidc:'

export function tokenHolderId(subject: string): string {
  return `${tokenPrefix}${subject}`
}

/** True for the holder of a token: its standing is known only while its token lives. */
export function holdsToken({ id }: Pick<Principal, 'id'>): boolean {
  return id.startsWith(tokenPrefix)
}

export function mayUse({ scopes }: Principal, access: readonly Scope[]): boolean {
  return scopes.has('admin') || access.some(scope => scopes.has(scope))
}

/** True for a holder of all of these theatres; `*`: all present and future ones. */
export function holdsTheatres(
  { theatres }: Pick<Reach, 'theatres'>,
  wanted: Reach['theatres']
): boolean {
  return theatres === '*' || (wanted !== '*' && wanted.every(id => theatres.includes(id)))
}

export function mayReadTheatre({ theatres }: Pick<Reach, 'theatres'>, theatre: string): boolean {
  return theatres === '*' || theatres.includes(theatre)
}

/** True if `wanted` lies within `held`: anything outside must look as if it did not exist. */
export function reaches(held: Reach, wanted: Reach): boolean {
  return holdsTheatres(held, wanted.theatres) && maySee(held.handling, wanted.handling)
}

/** True if the principal is cleared for every handling. */
export function isClearedForAll({ handling }: Pick<Reach, 'handling'>): boolean {
  return handling === 'restricted'
}

/** True if the principal is cleared for every handling in all theatres: it sees everything. */
export function seesAll(reach: Reach): boolean {
  return reach.theatres === '*' && isClearedForAll(reach)
}

/**
 * The first aspect in which `wanted` exceeds `held`; null if none does. `admin` includes every
 * scope, because it passes every scope check; any other holder has only the scopes that it names.
 */
export function findExcess(held: Authority, wanted: Authority) {
  const own = new Set(held.scopes)
  const [end, wantedEnd] = [held, wanted].map(({ expiresAtMs }) => expiresAtMs ?? Infinity)
  if (!own.has('admin') && [...wanted.scopes].some(scope => !own.has(scope))) return 'scopes'
  if (!holdsTheatres(held, wanted.theatres)) return 'theatres'
  if (!maySee(held.handling, wanted.handling)) return 'handling'
  if (!((wantedEnd as number) <= (end as number))) return 'expiry'
  return exceedsLimits(held, wanted) ? 'limits' : null
}
export type Excess = NonNullable<ReturnType<typeof findExcess>>

/**
 * A holder with its own limit cannot grant a wider one, nor omit it: the default of the settings
 * may be wider.
 */
function exceedsLimits({ limits: held = 'none' }: Authority, { limits: wanted }: Authority) {
  if (held === 'none') return false
  const named = wanted === 'none' ? {} : (wanted ?? {})
  return (Object.keys(held) as (keyof KeyLimits)[]).some(
    name => held[name] !== undefined && (named[name] ?? Infinity) > held[name]
  )
}
