// The reach of an administrator. An administrator of some theatres administers only those, and no
// settings for all theatres. It may use every scope, but is limited in theatres, handling, time and
// limits. What it may delegate is decided by the service kit's authority. Source: decision 0003.

import { type Authority, type Excess, findExcess } from '@tocsin/auth/access/authority'
import {
  holdsToken,
  isClearedForAll,
  mayReadTheatre,
  type Principal
} from '@tocsin/auth/access/principal'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { forbidden } from '@tocsin/contracts/problem/problem-catalogue'
import type { TheatreConfig } from '@tocsin/contracts/theatre/theatre-record'

/**
 * Throws `forbidden` if the principal does not administer the theatre, whether or not a theatre of
 * this id exists.
 */
function checkTheatre(principal: Principal, theatre: string): void {
  if (!mayReadTheatre(principal, theatre))
    throw forbidden('The key does not administer this theatre.')
}

/**
 * Throws `forbidden` if the principal may not change the theatre. A theatre's area, clock and
 * retention decide what its rules see, in reports of every handling, so the highest clearance is
 * always required: a refusal that depended on the theatre's content would reveal it.
 */
export function checkTheatreChange(principal: Principal, theatre: string): void {
  checkTheatre(principal, theatre)
  if (!isClearedForAll(principal))
    throw forbidden(
      'A theatre holds reports of every handling: changing it needs a key cleared for `restricted`.'
    )
}

/**
 * Throws `forbidden` unless the principal covers all theatres and all handling levels: the change
 * affects how every report of a source is handled.
 */
export function checkAllTheatres(principal: Principal): void {
  if (principal.theatres !== '*')
    throw forbidden('A change that applies to all theatres needs a key for all theatres.')
  if (!isClearedForAll(principal))
    throw forbidden(
      'A change that applies to reports of every handling needs a key cleared for `restricted`.'
    )
}

/**
 * Throws `forbidden` if a theatre would grow beyond its area and the principal does not cover all
 * theatres. `known`: the current theatre.
 */
export function checkGround(
  principal: Principal,
  wanted: TheatreConfig,
  known: TheatreConfig | undefined
): void {
  if (principal.theatres === '*' || (known !== undefined && liesWithin(wanted, known))) return
  throw forbidden(
    'Extending a theatre needs a key for all theatres: this key can only remove countries.'
  )
}

/** Polygons are not compared geometrically: only an identical one counts as unchanged. */
function liesWithin(wanted: TheatreConfig, known: TheatreConfig): boolean {
  if (wanted.countries !== null)
    return wanted.countries.every(country => known.countries?.includes(country))
  return (
    known.countries === null && toCanonicalJson(wanted.polygon) === toCanonicalJson(known.polygon)
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
  if (holdsToken(principal))
    throw forbidden(`A ${what} would outlive the token: ${tokenWords[what]} with a key.`)
  const excess = findExcess(principal, wanted)
  if (excess !== null) throw forbidden(excessWords(principal, what)[excess])
}

const tokenWords = { key: 'create and rotate keys', subscription: 'create it' } as const

function excessWords(
  { expiresAtMs }: Principal,
  what: 'key' | 'subscription'
): Readonly<Record<Excess, string>> {
  const end = new Date(expiresAtMs ?? 0).toISOString()
  const reach = `A ${what} may not see more than the key that creates it: its theatres and handling must lie within those of that key.`
  return {
    scopes:
      what === 'key'
        ? 'The key lacks a scope that the new key would have.'
        : 'A subscription needs a key that may read alerts.',
    theatres: reach,
    handling: reach,
    expiry: `The requesting key, or its replaced secret, expires at ${end}: what it creates or rotates must not expire later.`,
    limits:
      'The requesting key has limits of its own: a key that it creates or rotates needs the same limits or lower ones.'
  }
}
