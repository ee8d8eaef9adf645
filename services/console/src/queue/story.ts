// One story of the queue: an alert with its parts, and its place among others. Pure.

import { knownFromMs, type ShownAlert, severityRank } from '../shown/shown-alert.ts'
import { words } from '../words/words.ts'

export const sorts = ['grave', 'waiting', 'newest', 'oldest', 'place'] as const
export type Sort = (typeof sorts)[number]

/** An alert with its parts. */
export interface Story {
  readonly whole: ShownAlert
  readonly parts: readonly ShownAlert[]
  /**
   * The gravest of them all: a part that is graver than its whole must not be hidden below milder
   * stories.
   */
  readonly rank: number
  readonly changedAt: string
  readonly place: string
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Gravest first, then latest change, then id: the same for any order of arrival. */
function compareGrave(a: ShownAlert, b: ShownAlert): number {
  return (
    severityRank(b.severity) - severityRank(a.severity) ||
    compareText(b.times.detectedAt, a.times.detectedAt) ||
    compareText(a.alertId, b.alertId)
  )
}

const comparisons: Readonly<Record<Sort, (a: Story, b: Story) => number>> = {
  grave: (a, b) => b.rank - a.rank || compareText(b.changedAt, a.changedAt),
  waiting: (a, b) => b.rank - a.rank || knownFromMs(a.whole) - knownFromMs(b.whole),
  newest: (a, b) => compareText(b.changedAt, a.changedAt),
  oldest: (a, b) => compareText(a.whole.times.firstReportedAt, b.whole.times.firstReportedAt),
  place: (a, b) => a.place.localeCompare(b.place, words.language) || b.rank - a.rank
}

/** A total order: no two stories are the same to it. */
export function compareStories(sort: Sort): (a: Story, b: Story) => number {
  return (a, b) => comparisons[sort](a, b) || compareText(a.whole.alertId, b.whole.alertId)
}

export function makeStory(
  whole: ShownAlert,
  parts: readonly ShownAlert[],
  placeOf: (alert: ShownAlert) => string
): Story {
  let rank = severityRank(whole.severity)
  let changedAt = whole.times.detectedAt
  for (const { severity, times } of parts) {
    rank = Math.max(rank, severityRank(severity))
    if (times.detectedAt > changedAt) changedAt = times.detectedAt
  }
  return {
    whole,
    parts: parts.length < 2 ? parts : parts.toSorted(compareGrave),
    rank,
    changedAt,
    place: placeOf(whole)
  }
}
