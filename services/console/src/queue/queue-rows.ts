// The rows of the queue: stories in order, each part under the alert that it stands under, under
// headings if asked for. Pure.

import { type ShownAlert, severityRank } from '../shown/shown-alert.ts'
import type { Grouping } from './queue-filter.ts'
import { type Group, grouped } from './queue-groups.ts'
import type { Story } from './story.ts'

export interface QueueRow {
  readonly alert: ShownAlert
  /** 1 for a part that stands below its whole. */
  readonly depth: 0 | 1
  /** The listed alerts that stand below it. */
  readonly parts: readonly ShownAlert[]
  /** Of these, those that are folded away: none is graver than the alert of the row. */
  readonly folded: readonly ShownAlert[]
  readonly isUnfolded: boolean
  /** Stands above the row: it is the first of its group. */
  readonly group: Group | null
}

/** Most stories are folded and head no group: one row for as long as the story is the same. */
const foldedRows = new WeakMap<Story, QueueRow>()

function foldedRowOf(story: Story): QueueRow {
  const known = foldedRows.get(story)
  if (known !== undefined) return known
  const { whole, parts } = story
  const folded = parts.filter(part => !isGraver(part, whole))
  const row: QueueRow = { alert: whole, depth: 0, parts, folded, isUnfolded: false, group: null }
  foldedRows.set(story, row)
  return row
}

function isGraver(part: ShownAlert, whole: ShownAlert): boolean {
  return severityRank(part.severity) > severityRank(whole.severity)
}

function partRow(alert: ShownAlert): QueueRow {
  return { alert, depth: 1, parts: [], folded: [], isUnfolded: false, group: null }
}

/**
 * The row of an alert of a story, as it stands among `rowsOf` but for the heading; undefined where
 * it is folded away.
 */
export function rowIn(
  story: Story,
  id: string,
  unfolded: ReadonlySet<string>
): QueueRow | undefined {
  return rowsIn([story], unfolded).find(({ alert }) => alert.alertId === id)
}

/**
 * Rows of stories. Of those that are not unfolded the parts that are graver than their whole: these
 * are never folded away.
 */
export function rowsOf(
  stories: readonly Story[],
  unfolded: ReadonlySet<string>,
  by: Grouping = 'none'
): readonly QueueRow[] {
  if (by === 'none') return rowsIn(stories, unfolded)
  return grouped(stories, by).flatMap(({ group, stories: members }) =>
    rowsIn(members, unfolded).map((row, i) => (i === 0 ? { ...row, group } : row))
  )
}

function rowsIn(stories: readonly Story[], unfolded: ReadonlySet<string>): readonly QueueRow[] {
  const rows: QueueRow[] = []
  for (const story of stories) {
    const { whole, parts } = story
    const isUnfolded = unfolded.has(whole.alertId) && parts.length > 0
    const row = foldedRowOf(story)
    rows.push(isUnfolded ? { ...row, folded: [], isUnfolded } : row)
    for (const part of parts) if (isUnfolded || isGraver(part, whole)) rows.push(partRow(part))
  }
  return rows
}
