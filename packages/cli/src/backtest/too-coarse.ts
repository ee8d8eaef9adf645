// Which rules the places of a file are too coarse for, and for how many of its reports: why a rule that never fired could not. Pure.

import { assembleIncident, viewOf } from '@tocsin/domain/incident/incident'
import { placeBarring } from '@tocsin/domain/rule/trigger-bars'
import type { BacktestPlan } from './backtest-records.ts'

/** Reports that would count for a rule if their places were known better. */
export interface TooCoarse {
  readonly rule: string
  readonly reports: number
  /** In words: `a point known to 20 km`. Of several, by category, those of most reports. */
  readonly needs: string
}

/** By rule, in order of text. */
export function tooCoarseFor({
  items,
  rules,
  reliability
}: Pick<BacktestPlan, 'items' | 'rules' | 'reliability'>): readonly TooCoarse[] {
  const barsOf = placeBarring(rules)
  const counts = new Map<string, Map<string, number>>()
  for (const item of items) {
    if (item.kind !== 'report') continue
    for (const { needs, rules: barred } of barsOf(assembleIncident([viewOf(item.revision, 0, reliability)]))) {
      for (const rule of barred) {
        const byNeeds = counts.get(rule) ?? new Map<string, number>()
        counts.set(rule, byNeeds.set(needs, (byNeeds.get(needs) ?? 0) + 1))
      }
    }
  }
  return [...counts].map(([rule, byNeeds]) => summed(rule, byNeeds)).sort((a, b) => (a.rule < b.rule ? -1 : 1))
}

function summed(rule: string, byNeeds: ReadonlyMap<string, number>): TooCoarse {
  const [most] = [...byNeeds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const reports = [...byNeeds.values()].reduce((sum, count) => sum + count, 0)
  return { rule, reports, needs: most?.[0] ?? '' }
}
