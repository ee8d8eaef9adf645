// Delegation: keys, sessions, links and subscriptions are all created through this one check, so
// that no creator grants more than their own authority. Pure. Source: decision 0003.

import type { KeyLimits, Scope } from '@tocsin/contracts/record/control-record'
import { type Handling, maySee } from '@tocsin/contracts/theatre/handling'

/** The theatres in which a holder may act, and the highest handling. */
export interface Reach {
  readonly theatres: readonly string[] | '*'
  readonly handling: Handling
}

/** Everything that a holder may do, and until when. */
export interface Authority extends Reach {
  readonly scopes: Iterable<Scope>
  /** Milliseconds since the epoch; null or omitted: no end. */
  readonly expiresAtMs?: number | null
  /** Its own limits; omitted ones are those of the settings. */
  readonly limits?: KeyLimits | 'none'
}

/** The aspect in which an authority exceeds its creator's. */
const excesses = ['scopes', 'theatres', 'handling', 'expiry', 'limits'] as const
export type Excess = (typeof excesses)[number]

/** True if `wanted` lies within `held`: anything outside must look as if it did not exist. */
export function reaches(held: Reach, wanted: Reach): boolean {
  return coversTheatres(held, wanted) && maySee(held.handling, wanted.handling)
}

/**
 * The first aspect in which `wanted` exceeds `held`; null if none does. `admin` includes every
 * scope, because it passes every scope check; any other holder has only the scopes that it names.
 */
export function findExcess(held: Authority, wanted: Authority): Excess | null {
  if (!coversScopes(held, wanted)) return 'scopes'
  if (!coversTheatres(held, wanted)) return 'theatres'
  if (!maySee(held.handling, wanted.handling)) return 'handling'
  if (!lastsAsLong(held, wanted)) return 'expiry'
  return coversLimits(held, wanted) ? null : 'limits'
}

function coversScopes(held: Authority, wanted: Authority): boolean {
  const own = new Set(held.scopes)
  return own.has('admin') || [...wanted.scopes].every(scope => own.has(scope))
}

function coversTheatres({ theatres }: Reach, wanted: Reach): boolean {
  if (theatres === '*') return true
  return wanted.theatres !== '*' && wanted.theatres.every(id => theatres.includes(id))
}

function lastsAsLong(
  { expiresAtMs: end = null }: Authority,
  { expiresAtMs: wantedEnd = null }: Authority
): boolean {
  return end === null || (wantedEnd !== null && wantedEnd <= end)
}

/**
 * A holder with its own limit cannot grant a wider one, nor omit it: the default of the settings
 * may be wider.
 */
function coversLimits({ limits: held }: Authority, { limits: wanted }: Authority): boolean {
  if (held === undefined || held === 'none') return true
  const named = wanted === 'none' ? {} : (wanted ?? {})
  return limitNames.every(
    name => held[name] === undefined || (named[name] ?? Number.POSITIVE_INFINITY) <= held[name]
  )
}

const limitNames = [
  'perMinute',
  'perDay',
  'bodyBytes'
] as const satisfies readonly (keyof KeyLimits)[]
