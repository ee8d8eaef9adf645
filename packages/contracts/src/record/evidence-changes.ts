// The list that changes of evidence make of another. Pure.

import type { EvidenceChange, EvidenceItem } from '../alert/alert.ts'

type Evidence = readonly EvidenceItem[]

/**
 * The list that changes make of another; null if they are not changes of it. Items that stay are
 * the same objects.
 */
export function applyChanges(
  before: Evidence,
  changes: readonly EvidenceChange[]
): Evidence | null {
  if (changes.length === 0) return before
  const now: EvidenceItem[] = []
  let from = 0
  for (const { at, removed, added } of changes) {
    if (at < from || at + removed.length > before.length) return null
    if (removed.some((id, i) => before[at + i]?.incidentId !== id)) return null
    for (let i = from; i < at; i++) now.push(before[i] as EvidenceItem)
    for (const item of added) now.push(item)
    from = at + removed.length
  }
  for (let i = from; i < before.length; i++) now.push(before[i] as EvidenceItem)
  return now
}
