// Near misses of a rule, as a reader may see them, from the theatres that this instance folds.

import { mayReadTheatre, type Principal } from '@tocsin/auth/access/principal'
import { listNearMisses } from '@tocsin/engine/theatre/near-misses'
import type { RulesEngine } from '../partition/rules-engine.ts'
import type { NearAnswer, TheatreNearMiss } from '../rule/fold-answers.ts'

/** Maximum of near misses listed, the nearest. */
const listedMax = 500

/** Near misses of a rule; `canSay` is false if its pattern measures none. */
export function findNearMisses(
  { owners }: RulesEngine,
  ruleId: string,
  principal: Principal
): NearAnswer {
  const items: TheatreNearMiss[] = []
  let canSay = false
  for (const { theatre, engine } of owners) {
    if (engine === null || !mayReadTheatre(principal, theatre)) continue
    const near = listNearMisses(engine.getFold(principal.handling).engine, ruleId)
    if (near === null) continue
    canSay = true
    items.push(...near.map(one => ({ theatre, ...one })))
  }
  return selectNearest(items, canSay)
}

export function selectNearest(items: readonly TheatreNearMiss[], canSay: boolean): NearAnswer {
  const sorted = items.toSorted((a, b) => computeShare(b) - computeShare(a))
  return { items: sorted.slice(0, listedMax), next: null, canSay }
}

function computeShare({ measure: { value, threshold } }: TheatreNearMiss): number {
  return threshold === 0 ? 1 : value / threshold
}
