// Which rules can't fire because the file's places are too coarse, and for how many reports. Pure.

import { makePlaceCheck } from '@tocsin/engine/theatre/place-needs'
import type { BacktestPlan } from './backtest-records.ts'

/** Reports that would count for a rule if their places were known more precisely. */
export interface TooCoarse {
  readonly rule: string
  readonly reports: number
  /**
   * In words: `a point known to within 20 km`. Of several, by category, the one with most reports.
   */
  readonly needs: string
}

/** By rule, alphabetical. */
export function findTooCoarse({ items, rules, reliability }: BacktestPlan): readonly TooCoarse[] {
  const checkPlaces = makePlaceCheck(rules)
  const counts = new Map<string, Map<string, number>>()
  for (const item of items) {
    if (item.kind !== 'report') continue
    for (const { needs, rules: ruleIds } of checkPlaces(item.revision, reliability)) {
      for (const rule of ruleIds) {
        const byNeeds = counts.get(rule) ?? new Map<string, number>()
        counts.set(rule, byNeeds.set(needs, (byNeeds.get(needs) ?? 0) + 1))
      }
    }
  }
  return [...counts]
    .map(([rule, byNeeds]) => sumNeeds(rule, byNeeds))
    .sort((a, b) => (a.rule < b.rule ? -1 : 1))
}

function sumNeeds(rule: string, byNeeds: ReadonlyMap<string, number>): TooCoarse {
  const [most] = [...byNeeds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const reports = [...byNeeds.values()].reduce((sum, count) => sum + count, 0)
  return { rule, reports, needs: most?.[0] ?? '' }
}
