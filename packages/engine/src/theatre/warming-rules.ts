// Rules that are silent for now, because the theatre's past is shorter than their baselines.

import type { Rule } from '../rules/definition.ts'
import type { Engine } from './engine.ts'
import { isOverlapRule } from './rule-set.ts'

/** The ids of these rules, for incidents of today. */
export function listWarmingRules({ rules, today, earliestDay }: Engine): readonly string[] {
  return [...rules.byId].flatMap(([id, { rule }]) => {
    const warmUpDays = computeWarmUpDays(rule)
    return warmUpDays > 0 && today - warmUpDays < earliestDay ? [id] : []
  })
}

function computeWarmUpDays(rule: Rule): number {
  const own = isOverlapRule(rule) ? rule.ownRules : []
  return Math.max(...[rule, ...own].map(({ warmUpDays = 0 }) => warmUpDays))
}
