// How many pairs of reports a key may still declare in a theatre. They are kept for ever, so one
// key must not take the room of all others, and a last part is left to administrators, as of
// silences. Source: decision 0003.

import type { Principal } from '@tocsin/service-kit/access/principal'
import { declaredPairsMax, type PairDeclarations } from '../projection/pair-declarations.ts'
import { administers } from '../reader/officers-share.ts'

/** One key: years of an officer's work, which is some pairs a day. */
const keysPart = 4
/** Left to administrators. */
const administratorsPart = 10

/** What was declared in a theatre so far. */
export interface DeclaredSoFar extends Pick<PairDeclarations, 'heldBy'> {
  readonly pairs: Pick<PairDeclarations['pairs'], 'size'>
}

export interface DeclaredRoom {
  /** Of one key; the owner has no such limit. */
  readonly perKey: number
  /** Up to which keys that do not administer can fill it, whoever did so far. */
  readonly others: number
}

export const declaredRoom: DeclaredRoom = {
  perKey: Math.floor(declaredPairsMax / keysPart),
  others: declaredPairsMax - Math.floor(declaredPairsMax / administratorsPart)
}

/**
 * Why a key may not declare so many further pairs; null: it may. `heldBy`: how many each key
 * brought; `pairs`: all that stand. What only changes a pair that stands is never asked for room.
 */
export function lacksRoom(
  principal: Principal,
  added: number,
  { heldBy, pairs }: DeclaredSoFar,
  { perKey, others }: DeclaredRoom = declaredRoom
): string | null {
  if (added === 0 || principal.id === 'owner') return null
  if ((heldBy.get(principal.id) ?? 0) + added > perKey)
    return `This key has declared as many pairs of reports in this theatre as one key may, ${perKey}. Those that stand can be changed.`
  if (administers(principal) || pairs.size + added <= others) return null
  return 'The room of this theatre for further declared pairs is left to administrators.'
}
