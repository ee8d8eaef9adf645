// The difference between two lists of evidence, and the list that it makes of the first. Pure.

import type { EvidenceChange, EvidenceItem } from '../alert/alert.ts'

type Evidence = readonly EvidenceItem[]

interface Draft {
  readonly at: number
  readonly removed: string[]
  readonly added: EvidenceItem[]
}

/**
 * The changes that make the second list of the first. Not always the fewest: an item that has moved
 * is removed and added. O(items between the first and the last difference).
 */
export function changesBetween(before: Evidence, now: Evidence): readonly EvidenceChange[] {
  const least = Math.min(before.length, now.length)
  let from = 0
  while (from < least && isSameItem(before[from] as EvidenceItem, now[from] as EvidenceItem))
    from += 1
  let [beforeEnd, nowEnd] = [before.length, now.length]
  while (
    beforeEnd > from &&
    nowEnd > from &&
    isSameItem(before[beforeEnd - 1] as EvidenceItem, now[nowEnd - 1] as EvidenceItem)
  ) {
    beforeEnd -= 1
    nowEnd -= 1
  }
  if (from === beforeEnd && from === nowEnd) return []
  if (from === beforeEnd || from === nowEnd)
    return [
      { at: from, removed: before.slice(from, beforeEnd).map(idOf), added: now.slice(from, nowEnd) }
    ]
  return changesWithin(before.slice(from, beforeEnd), now.slice(from, nowEnd), from)
}

/** `offset`: where the first list begins in the whole one. */
function changesWithin(before: Evidence, now: Evidence, offset: number): readonly EvidenceChange[] {
  const [beforeAt, nowAt] = [placesOf(before), placesOf(now)]
  const walk = new Walk(offset)
  for (
    let [old, fresh] = [before[0], now[0]];
    old ?? fresh;
    old = before[walk.i], fresh = now[walk.j]
  ) {
    if (old === undefined) walk.add(fresh as EvidenceItem)
    else if (fresh === undefined) walk.remove(old)
    else if (isSameItem(old, fresh)) walk.keep()
    else if (old.incidentId === fresh.incidentId) {
      walk.remove(old)
      walk.add(fresh)
    } else {
      const [oldNow, freshBefore] = [
        nowAt.get(old.incidentId) ?? -1,
        beforeAt.get(fresh.incidentId) ?? -1
      ]
      if (oldNow < walk.j) walk.remove(old)
      else if (freshBefore < walk.i) walk.add(fresh)
      // Both are in both lists: the one that is further from its place has moved.
      else if (freshBefore - walk.i > oldNow - walk.j) walk.add(fresh)
      else walk.remove(old)
    }
  }
  return walk.changes
}

/** A walk along both lists, and the changes on its way. */
class Walk {
  readonly changes: Draft[] = []
  readonly #offset: number
  /** Items of each list that were passed. */
  i = 0
  j = 0
  #open: Draft | null = null

  constructor(offset: number) {
    this.#offset = offset
  }

  keep(): void {
    this.#open = null
    this.i += 1
    this.j += 1
  }

  remove({ incidentId }: EvidenceItem): void {
    this.#change().removed.push(incidentId)
    this.i += 1
  }

  add(item: EvidenceItem): void {
    this.#change().added.push(item)
    this.j += 1
  }

  #change(): Draft {
    if (this.#open !== null) return this.#open
    this.#open = { at: this.#offset + this.i, removed: [], added: [] }
    this.changes.push(this.#open)
    return this.#open
  }
}

/**
 * The list that changes make of another; null if they are not changes of it. Items that stay are
 * the same objects.
 */
export function changedBy(before: Evidence, changes: readonly EvidenceChange[]): Evidence | null {
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

export function isSameItem(a: EvidenceItem, b: EvidenceItem): boolean {
  return (
    a === b ||
    (a.incidentId === b.incidentId &&
      a.revision === b.revision &&
      a.role === b.role &&
      a.handling === b.handling)
  )
}

/** Where each incident stands last. */
function placesOf(items: Evidence): ReadonlyMap<string, number> {
  return new Map(items.map(({ incidentId }, i) => [incidentId, i]))
}

function idOf({ incidentId }: EvidenceItem): string {
  return incidentId
}
