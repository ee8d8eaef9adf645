// What nearly fired, as a reader may see it: from the theatres that this instance folds.

import { formatTime } from '@tocsin/domain/event-time'
import { maySee } from '@tocsin/domain/handling'
import { type NearMiss, roundMeasure } from '@tocsin/domain/pattern'
import { mayReadTheatre, type Principal } from '@tocsin/service-kit/principal'
import type { RulesEngine } from './rules-engine.ts'

/** Near misses that are listed; the nearest of more. */
const listedMax = 500

/** Of one rule; `canSay` is false where its pattern can't tell. What rests on an incident above the reader's level leaves no trace. */
export function nearMisses(engine: RulesEngine, ruleId: string, principal: Principal) {
  const told = engine.owners.flatMap(({ fold }) => {
    const misses = mayReadTheatre(principal, fold.id) ? fold.nearly(ruleId) : null
    return misses === null ? [] : [{ theatre: fold.id, misses }]
  })
  const items = told.flatMap(({ theatre, misses }) =>
    misses.filter(miss => isVisible(miss, principal)).map(miss => shown(theatre, miss))
  )
  const nearest = items.sort((a, b) => shareOf(b.measure) - shareOf(a.measure)).slice(0, listedMax)
  return { items: nearest, next: null, canSay: told.length > 0 }
}

function isVisible({ incidents }: NearMiss, principal: Principal): boolean {
  return incidents.every(({ handling }) => maySee(principal.handling, handling))
}

function shown(theatre: string, { group, measure, lacks, incidents }: NearMiss) {
  return {
    theatre,
    group,
    measure: { ...measure, value: roundMeasure(measure.value), threshold: roundMeasure(measure.threshold) },
    lacks,
    incidents: incidents.length,
    lastAt: formatTime(Math.max(...incidents.map(({ toMs }) => toMs)))
  }
}

function shareOf({ value, threshold }: NearMiss['measure']): number {
  return threshold === 0 ? 1 : value / threshold
}
