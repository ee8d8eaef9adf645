// How many pairs of reports a key may still declare in a theatre. They are kept for ever, so one key must not take the room of
// all others, and a last part is left to administrators, as of silences. Source: decision 0121.

import { declaredPairsMax } from '@tocsin/domain/assembly/pair-declarations'
import type { ControlState } from '@tocsin/domain/control/control-state'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { administers, isAdministratorsKey } from '../reader/officers-share.ts'

/** One key: years of an officer's work, which is some pairs a day. */
const keysPart = 4
/** Left to administrators. */
const administratorsPart = 10

export interface DeclaredRoom {
  /** Of one key; the owner has no such limit. */
  readonly perKey: number
  /** What keys can fill together that do not administer. */
  readonly others: number
}

export const declaredRoom: DeclaredRoom = {
  perKey: Math.floor(declaredPairsMax / keysPart),
  others: declaredPairsMax - Math.floor(declaredPairsMax / administratorsPart)
}

/**
 * Why a key may not declare so many further pairs; null: it may. `heldBy`: how many stand by each key. What only changes a pair
 * that stands is never asked for room.
 */
export function lacksRoom(
  principal: Principal,
  added: number,
  heldBy: ReadonlyMap<string, number>,
  keys: Pick<ControlState['keys'], 'get'>,
  { perKey, others }: DeclaredRoom = declaredRoom
): string | null {
  if (added === 0 || principal.id === 'owner') return null
  if ((heldBy.get(principal.id) ?? 0) + added > perKey)
    return `This key has declared as many pairs of reports in this theatre as one key may, ${perKey}. Those that stand can be changed.`
  if (administers(principal)) return null
  let held = 0
  for (const [id, count] of heldBy) if (!isAdministratorsKey(id, keys)) held += count
  return held + added > others ? 'The room of this theatre for further declared pairs is left to administrators.' : null
}
