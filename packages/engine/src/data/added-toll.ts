// Deaths that an incident adds to those of others, where it may be the same as another.

import type { Incidents } from './incidents.ts'

/**
 * Low and best less those of the incidents that it may be and that are counted too; the best is
 * never below the low. The high is added in full: they may be two. -1: unknown.
 */
export function computeAddedToll(
  incidents: Incidents,
  row: number,
  isCounted: (other: number) => boolean
): readonly [low: number, best: number, high: number] {
  const { columns, mayBe } = incidents
  const [low, best, high] = [columns.low[row]!, columns.best[row]!, columns.high[row]!]
  const counted = mayBe.get(row)?.filter(isCounted) ?? []
  if (counted.length === 0) return [low, best, high]
  const getMost = (bounds: readonly Int32Array[]) =>
    Math.max(0, ...counted.flatMap(other => bounds.map(bound => bound[other]!)))
  const addedLow = low < 0 ? -1 : Math.max(0, low - getMost([columns.low]))
  const mostBest = getMost([columns.low, columns.best])
  return [addedLow, best < 0 ? -1 : Math.max(0, addedLow, best - mostBest), high]
}
