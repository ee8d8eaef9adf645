// What an administrator may change. One of some theatres administers only those, and no settings for
// all theatres: it may use every scope, but is limited in theatres, handling, time and limits.
// Source: decision 0003.

import { type Authority, findExcess } from '@tocsin/auth/access/authority'
import {
  holdsToken,
  isClearedForAll,
  mayReadTheatre,
  type Principal
} from '@tocsin/auth/access/principal'
import { forbidden } from '@tocsin/contracts/problem/problem-catalogue'

/**
 * Throws `forbidden` if the principal may not change the theatre, whether or not one of this id
 * exists. A theatre's area, clock and retention decide what its rules see, in reports of every
 * handling: a refusal that depended on the theatre's content would reveal it.
 */
export function checkTheatreChange(principal: Principal, theatre: string): void {
  if (!mayReadTheatre(principal, theatre))
    throw forbidden('The key does not administer this theatre.')
  if (!isClearedForAll(principal))
    throw forbidden(
      'A theatre holds reports of every handling: changing it needs a key cleared for `restricted`.'
    )
}

/** Throws `forbidden` unless the principal covers all theatres and all handling levels. */
export function checkAllTheatres(principal: Principal): void {
  if (principal.theatres !== '*')
    throw forbidden('A change that applies to all theatres needs a key for all theatres.')
  if (!isClearedForAll(principal))
    throw forbidden(
      'A change that applies to reports of every handling needs a key cleared for `restricted`.'
    )
}

/**
 * Throws `forbidden` if the new key or link would exceed the principal's own rights. Tokens cannot
 * create anything that outlives them: later it would be unknown whether the holder is still known
 * to the identity provider.
 */
export function checkMinted(
  principal: Principal,
  what: 'key' | 'subscription',
  wanted: Authority
): void {
  const isKey = what === 'key'
  if (holdsToken(principal))
    throw forbidden(
      `A ${what} would outlive the token: ${isKey ? 'create and rotate keys' : 'create it'} with a key.`
    )
  const excess = findExcess(principal, wanted)
  if (excess === null) return
  const reach = `A ${what} may not see more than the key that creates it: its theatres and handling must lie within those of that key.`
  const end = new Date(principal.expiresAtMs ?? 0).toISOString()
  const why = {
    scopes: isKey
      ? 'The key lacks a scope that the new key would have.'
      : 'A subscription needs a key that may read alerts.',
    theatres: reach,
    handling: reach,
    expiry: `The requesting key, or its replaced secret, expires at ${end}: what it creates or rotates must not expire later.`,
    limits:
      'The requesting key has limits of its own: a key that it creates or rotates needs the same limits or lower ones.'
  }
  throw forbidden(why[excess])
}
