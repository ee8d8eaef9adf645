// How many silences, watches or subscriptions a key may still make. A share is left to officers:
// partners, who make them for themselves, must not be able to keep those from it who act for all. A
// last one is left to administrators, who make room: four keys are a quarter each. Source: decision
// 0079.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { mayUse, type Principal } from '@tocsin/service-kit/access/principal'
import type { ControlState } from '@tocsin/service-kit/control/control-state'

export interface ShareOf {
  /** In the plural, as people call them. */
  readonly noun: string
  /** Of the suite. */
  readonly all: number
  /** Of these, what keys can fill that do not administer. */
  readonly officers: number
  /** What keys can fill that neither act on alerts nor administer. */
  readonly partners: number
  /** Of one key. The owner has no such limit. */
  readonly perKey: number
}

/**
 * A key may make one of so many parts of all subscriptions: it must not take the places of all
 * others.
 */
const keysPartOfSubscriptions = 4
/** And one of so many parts is left to administrators. */
const administratorsPartOfSubscriptions = 10

/** Subscriptions are made by partners above all: none are kept from them for officers. */
export function shareOfSubscriptions(all: number): ShareOf {
  const others = all - Math.floor(all / administratorsPartOfSubscriptions)
  const perKey = Math.max(1, Math.floor(all / keysPartOfSubscriptions))
  return { noun: 'subscriptions', all, officers: others, partners: others, perKey }
}

/**
 * Throws `too-many` beyond a limit. `standing`: those that there are. Partners are told of their
 * own only: how many others have made, also those that they may not know of, is not for them.
 */
export function checkShare(
  principal: Principal,
  standing: readonly { readonly ownerKeyId: string }[],
  { noun, all, officers, partners, perKey }: ShareOf,
  keys: Pick<ControlState['keys'], 'get'>
): void {
  const countOf = (isCounted: (keyId: string) => boolean) =>
    standing.filter(each => isCounted(each.ownerKeyId)).length
  if (principal.id !== 'owner' && countOf(keyId => keyId === principal.id) >= perKey)
    throw new ProblemError(
      'too-many',
      `This key has ${perKey} ${noun}, which is the limit of one key.`
    )
  const isFull = standing.length >= all
  const isLeftToAdministrators =
    !administers(principal) && countOf(keyId => !isAdministratorsKey(keyId, keys)) >= officers
  if (isOfficers(principal)) {
    if (isFull)
      throw new ProblemError('too-many', `There are already ${all} ${noun}, which is the limit.`)
    if (!isLeftToAdministrators) return
    const detail = `Keys without admin have ${officers} ${noun}, which is their limit: the rest is left to administrators.`
    throw new ProblemError('too-many', detail)
  }
  if (isFull || isLeftToAdministrators || countOf(keyId => !isOfficersKey(keyId, keys)) >= partners)
    throw new ProblemError('too-many', `No more ${noun} are taken with this key now.`)
}

export function administers({ id, scopes }: Principal): boolean {
  return id === 'owner' || scopes.has('admin')
}

function isOfficers(principal: Principal): boolean {
  return principal.id === 'owner' || mayUse(principal, ['alerts:operate'])
}

function isAdministratorsKey(keyId: string, keys: Pick<ControlState['keys'], 'get'>): boolean {
  return keyId === 'owner' || (keys.get(keyId)?.scopes ?? []).includes('admin')
}

/**
 * Who is not known any more, or by a token alone, counts among partners: else these could fill what
 * is left to officers.
 */
function isOfficersKey(keyId: string, keys: Pick<ControlState['keys'], 'get'>): boolean {
  return (
    isAdministratorsKey(keyId, keys) || (keys.get(keyId)?.scopes ?? []).includes('alerts:operate')
  )
}
