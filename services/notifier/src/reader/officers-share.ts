// How many silences or watches a key may still make. A share is left to officers: partners, who make them for themselves, must
// not be able to keep those from it who act for all. Source: decision 0083.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { ControlState } from '@tocsin/domain/control/control-state'
import { mayUse, type Principal } from '@tocsin/service-kit/access/principal'

export interface ShareOf {
  /** In the plural, as people call them. */
  readonly noun: string
  /** Of the suite. */
  readonly all: number
  /** Of these, what keys can fill that neither act on alerts nor administer. */
  readonly partners: number
  /** Of one key. The owner has no such limit. */
  readonly perKey: number
}

/**
 * Throws `too-many` beyond a limit. `standing`: those that there are. Partners are told of their own only: how many others have
 * made, also those that they may not know of, is not for them.
 */
export function checkShare(
  principal: Principal,
  standing: readonly { readonly ownerKeyId: string }[],
  { noun, all, partners, perKey }: ShareOf,
  keys: Pick<ControlState['keys'], 'get'>
): void {
  const own = standing.filter(({ ownerKeyId }) => ownerKeyId === principal.id).length
  if (principal.id !== 'owner' && own >= perKey)
    throw new ProblemError('too-many', `This key has ${perKey} ${noun}, which is the limit of one key.`)
  if (isOfficers(principal)) {
    if (standing.length < all) return
    throw new ProblemError('too-many', `There are already ${all} ${noun}, which is the limit.`)
  }
  const theirs = standing.filter(({ ownerKeyId }) => !isOfficersKey(ownerKeyId, keys)).length
  if (standing.length >= all || theirs >= partners)
    throw new ProblemError('too-many', `No more ${noun} are taken with this key now.`)
}

function isOfficers(principal: Principal): boolean {
  return principal.id === 'owner' || mayUse(principal, ['alerts:operate'])
}

/** Who is not known any more, or by a token alone, counts among partners: else these could fill what is left to officers. */
function isOfficersKey(keyId: string, keys: Pick<ControlState['keys'], 'get'>): boolean {
  const scopes = keys.get(keyId)?.scopes ?? []
  return keyId === 'owner' || scopes.includes('admin') || scopes.includes('alerts:operate')
}
