// What is new in an alert since somebody looked at it; to who has not, what its last change of
// content was. Pure.

import type { ShownRevision } from '../shown/shown-alert.ts'
import { type HistoryItem, isRegrouping, listHistory, type PieceName } from './alert-changes.ts'

export interface News {
  /** Newest first. */
  readonly items: readonly HistoryItem[]
  /** The entry that changed its content last. */
  readonly last: ShownRevision | null
}

/** `seenId`: the newest entry that was seen; null: none was. */
export function collectNews(
  revisions: readonly ShownRevision[],
  omitted: number,
  seenId: string | null,
  nameOf: PieceName
): News {
  const all = listHistory(revisions, omitted, nameOf).filter(item => !isRegrouping(item))
  const last = all[0]?.revision ?? null
  if (seenId === null) return { items: all.slice(0, 1), last }
  const seen = revisions.findIndex(({ id }) => id === seenId)
  const newIds = new Set(revisions.slice(seen + 1).map(({ id }) => id))
  return { items: all.filter(({ revision }) => newIds.has(revision.id)), last }
}
