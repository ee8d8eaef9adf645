// Near misses of a rule, as a reader may see them, from the theatres that this instance folds.

import type { NearMiss } from '@tocsin/domain/detection/near-miss'
import { roundMeasure } from '@tocsin/domain/finding/finding'
import { isExercise } from '@tocsin/domain/finding/situation'
import { formatTime } from '@tocsin/domain/space-time/event-time'
import {
  isClearedForAll,
  mayReadTheatre,
  type Principal
} from '@tocsin/service-kit/access/principal'
import type { RulesEngine } from '../partition/rules-engine.ts'
import type { NearAnswer, TheatreNearMiss } from '../rule/fold-answers.ts'
import { selectNearest } from './near-answers.ts'
import type { PreviewOperations } from './preview-operations.ts'

/**
 * Near misses of one rule; `canSay` is false if its pattern cannot report them. For a principal
 * without full clearance the visible incidents are folded anew, because the measures of the running
 * fold include hidden ones. Throws as `preview` does.
 */
export async function nearMisses(
  engine: RulesEngine,
  operations: Pick<PreviewOperations, 'near'>,
  ruleId: string,
  principal: Principal,
  isGone: () => boolean
): Promise<NearAnswer> {
  const told: { readonly theatre: string; readonly misses: readonly NearMiss[] }[] = []
  for (const { fold } of engine.owners) {
    if (fold === null || !mayReadTheatre(principal, fold.id)) continue
    const misses = isClearedForAll(principal)
      ? fold.nearly(ruleId)
      : await operations.near(fold.id, ruleId, principal, isGone)
    if (misses !== null) told.push({ theatre: fold.id, misses })
  }
  const items = told.flatMap(({ theatre, misses }) => misses.map(miss => shown(theatre, miss)))
  return selectNearest(items, told.length > 0)
}

function shown(theatre: string, { group, measure, lacks, incidents }: NearMiss): TheatreNearMiss {
  return {
    theatre,
    group,
    measure: {
      ...measure,
      value: roundMeasure(measure.value),
      threshold: roundMeasure(measure.threshold)
    },
    lacks,
    ...(isExercise({ triggers: incidents }) ? { drill: true as const } : {}),
    incidents: incidents.length,
    lastAt: formatTime(Math.max(...incidents.map(({ toMs }) => toMs)))
  }
}
