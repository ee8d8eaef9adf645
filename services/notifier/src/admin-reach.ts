// How far an administrator reaches: whose key is for some theatres administers those, and nothing that holds for others. All scopes are in its hands;
// theatres, handling and time are not. Source: decision 0012.

import { canonicalJson } from '@tocsin/contracts/canonical-json'
import { ProblemError } from '@tocsin/contracts/problem-catalogue'
import type { KeyRecord } from '@tocsin/domain/control-record'
import { maySee } from '@tocsin/domain/handling'
import type { TheatreConfig } from '@tocsin/domain/theatre-record'
import { holdsToken, mayReadTheatre, type Principal } from '@tocsin/service-kit/principal'

/** Throws `forbidden` where a principal does not administer a theatre, whether there is one of this id or not. */
export function checkTheatre(principal: Principal, theatre: string): void {
  if (!mayReadTheatre(principal, theatre)) throw forbidden('The key administers other theatres than this one.')
}

/** Throws `forbidden` where a principal is not for all theatres, as what it changes is. */
export function checkAllTheatres(principal: Principal): void {
  if (principal.theatres !== '*') throw forbidden('What holds for all theatres needs a key for all theatres.')
}

/** Throws `forbidden` where a theatre would take ground that was not its own, and the principal is not for all theatres. `known`: as it stands. */
export function checkGround(principal: Principal, wanted: TheatreConfig, known: TheatreConfig | undefined): void {
  if (principal.theatres === '*' || (known !== undefined && liesWithin(wanted, known))) return
  throw forbidden('A theatre takes new ground by a key for all theatres: this key can only take countries away.')
}

/** Polygons are not compared: one that is the same stays. */
function liesWithin(wanted: TheatreConfig, known: TheatreConfig): boolean {
  if (wanted.countries !== null) return wanted.countries.every(country => known.countries?.includes(country))
  return known.countries === null && canonicalJson(wanted.polygon) === canonicalJson(known.polygon)
}

/** Throws `forbidden` where a key sees more than the principal does. */
export function checkKeyWithin(principal: Principal, key: Pick<KeyRecord, 'theatres' | 'handling'>): void {
  const { theatres } = principal
  const isWithin = theatres === '*' || (key.theatres !== '*' && key.theatres.every(id => theatres.includes(id)))
  if (isWithin && maySee(principal.handling, key.handling)) return
  throw forbidden(
    'A key may not reach further than the one that makes, rotates or revokes it: theatres and handling must lie within its own.'
  )
}

/**
 * Throws `forbidden` where a key, ISO 8601 or null for never, ends later than what its secret is asked for with: a token, which ends soon, or the
 * principal's own key; null or undefined for one that has no end.
 */
export function checkKeyEnd(principal: Principal, ownEnd: string | null | undefined, end: string | null): void {
  if (holdsToken(principal)) throw forbidden('A key outlives a token: make and rotate keys with a key.')
  if (!ownEnd || (end !== null && Date.parse(end) <= Date.parse(ownEnd))) return
  throw forbidden(`The key that asks ends at ${ownEnd}: one that it makes or rotates must not end later.`)
}

function forbidden(detail: string): ProblemError {
  return new ProblemError('forbidden', detail)
}
