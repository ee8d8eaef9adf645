// How far an administrator reaches: whose key is for some theatres administers those, and nothing that holds for others. All scopes are in its hands;
// theatres, handling, time and limits are not. What may be passed on is judged by the service kit's authority. Source: decisions 0012 and 0030.

import { canonicalJson } from '@tocsin/contracts/json/canonical-json'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { TheatreConfig } from '@tocsin/domain/record/theatre-record'
import { type Authority, type Excess, excessOf } from '@tocsin/service-kit/access/authority'
import { holdsToken, isClearedForAll, mayReadTheatre, type Principal } from '@tocsin/service-kit/access/principal'

/** Throws `forbidden` where a principal does not administer a theatre, whether there is one of this id or not. */
function checkTheatre(principal: Principal, theatre: string): void {
  if (!mayReadTheatre(principal, theatre)) throw forbidden('The key administers other theatres than this one.')
}

/**
 * Throws `forbidden` where a principal may not change a theatre: its ground, its time and what it retains decide what its rules see, reports of every
 * handling among it. The clearance is asked for whatever lies there: a refusal that depended on that would tell of it.
 */
export function checkTheatreChange(principal: Principal, theatre: string): void {
  checkTheatre(principal, theatre)
  if (!isClearedForAll(principal))
    throw forbidden('A theatre holds reports of every handling: to change it needs a key that is cleared for `restricted`.')
}

/** Throws `forbidden` where a principal is not for all theatres and cleared for all, as what it changes is: how every report of a source is held. */
export function checkAllTheatres(principal: Principal): void {
  if (principal.theatres !== '*') throw forbidden('What holds for all theatres needs a key for all theatres.')
  if (!isClearedForAll(principal))
    throw forbidden('What holds for reports of every handling needs a key that is cleared for `restricted`.')
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

/**
 * Throws `forbidden` where what is to be minted is more than the principal has itself. With a token nothing that
 * lasts is minted: nobody could tell later whether its holder is still known to the identity provider.
 */
export function checkMinted(principal: Principal, what: 'key' | 'subscription', wanted: Authority): void {
  if (holdsToken(principal)) throw forbidden(`A ${what} outlives a token: ${tokenWords[what]} with a key.`)
  const excess = excessOf(principal, wanted)
  if (excess !== null) throw forbidden(excessWords(principal)[excess])
}

const tokenWords = { key: 'make and rotate keys', subscription: 'make it' } as const

function excessWords({ expiresAtMs }: Principal): Readonly<Record<Excess, string>> {
  const end = new Date(expiresAtMs ?? 0).toISOString()
  const reach =
    'A key may not reach further than the one that makes or rotates it: theatres and handling must lie within its own.'
  return {
    scopes: 'The key lacks a scope that this would pass on.',
    theatres: reach,
    handling: reach,
    expiry: `The key that asks, or the replaced secret of it, ends at ${end}: what it makes or rotates must not end later.`,
    limits: 'The key that asks has limits of its own: a key that it makes or rotates needs the same limits or lower ones.'
  }
}

function forbidden(detail: string): ProblemError {
  return new ProblemError('forbidden', detail)
}
