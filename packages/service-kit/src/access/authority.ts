// What one may pass on: keys, sessions, links and subscriptions are all minted by this one judgement, so that nobody gives more than they hold.
// Pure. Source: decision 0030.

import type { KeyLimits, Scope } from '@tocsin/domain/control/control-record'
import { type Handling, maySee } from '@tocsin/domain/report/handling'

/** Where one may act, and up to which level. */
export interface Reach {
  readonly theatres: readonly string[] | '*'
  readonly handling: Handling
}

/** Everything that one may do, and until when. */
export interface Authority extends Reach {
  readonly scopes: Iterable<Scope>
  /** Milliseconds since the epoch; null or left out: for ever. */
  readonly expiresAtMs?: number | null
  /** Limits of its own; what is left out is as the settings say. */
  readonly limits?: KeyLimits | 'none'
}

/** In what an authority is more than the one that would mint it. */
export const excesses = ['scopes', 'theatres', 'handling', 'expiry', 'limits'] as const
export type Excess = (typeof excesses)[number]

/** True where all that lies in `wanted` lies in `held`: what is out of it must look as if it were not there. */
export function reaches(held: Reach, wanted: Reach): boolean {
  return coversTheatres(held, wanted) && maySee(held.handling, wanted.handling)
}

/**
 * The first thing in which `wanted` is more than `held`; null where it is not. `admin` holds every scope, because it passes every check of one;
 * nothing else holds a scope that it does not name.
 */
export function excessOf(held: Authority, wanted: Authority): Excess | null {
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

function lastsAsLong({ expiresAtMs: end = null }: Authority, { expiresAtMs: wantedEnd = null }: Authority): boolean {
  return end === null || (wantedEnd !== null && wantedEnd <= end)
}

/** What has a limit of its own passes on none that is wider, nor leaves it to the settings, which may be. */
function coversLimits({ limits: held }: Authority, { limits: wanted }: Authority): boolean {
  if (held === undefined || held === 'none') return true
  const named = wanted === 'none' ? {} : (wanted ?? {})
  return limitNames.every(name => held[name] === undefined || (named[name] ?? Number.POSITIVE_INFINITY) <= held[name])
}

const limitNames = ['perMinute', 'perDay', 'bodyBytes'] as const satisfies readonly (keyof KeyLimits)[]
