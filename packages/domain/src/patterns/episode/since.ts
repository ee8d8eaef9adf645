// What a state keeps of its past: lists without what ended, the very same ones where nothing did.

import type { Finding } from '../../finding/finding.ts'

/** Those of a list that are still of use; the very same list where all are. */
export function stillOfUse<T>(list: readonly T[], isOfUse: (item: T) => boolean): readonly T[] {
  return list.every(isOfUse) ? list : list.filter(isOfUse)
}

/** Findings that had not ended before a moment; the very same list where none had, so that a state need not be made anew. Pure. */
export function endedSince(closed: readonly Finding[], beforeMs: number): readonly Finding[] {
  return stillOfUse(closed, f => f.toMs === null || f.toMs >= beforeMs)
}
