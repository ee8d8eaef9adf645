// Lists without the items that are no longer needed; the same list object if nothing is removed.

import type { Finding } from '../../finding/finding.ts'

/** The items that are still needed; the same list if all are. */
export function itemsNeeded<T>(list: readonly T[], isOfUse: (item: T) => boolean): readonly T[] {
  return list.every(isOfUse) ? list : list.filter(isOfUse)
}

/**
 * Findings that had not ended before a moment; the same list if all had not, so that a state need
 * not be copied. Pure.
 */
export function notEndedBefore(closed: readonly Finding[], beforeMs: number): readonly Finding[] {
  return itemsNeeded(closed, f => f.toMs === null || f.toMs >= beforeMs)
}
