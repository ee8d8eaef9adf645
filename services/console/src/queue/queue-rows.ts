// The rows of the queue: stories in order, each part under its whole, under headings if asked for.
// Pure.

import { type Severity, type ShownAlert, severities } from '../shown/shown-alert.ts'
import type { Grouping } from './queue-filter.ts'
import { type Group, grouped } from './queue-groups.ts'
import type { Story } from './story.ts'

export interface QueueRow {
  readonly alert: ShownAlert
  /** Of the first row of a story the gravest in it: a grave part is never hidden by a mild whole. */
  readonly severity: Severity
  /** The last change of the alert; of the first row of a story the last in it, ISO 8601. */
  readonly changedAt: string
  /** 1 for a part below its whole. */
  readonly depth: 0 | 1
  /** The listed alerts below it. */
  readonly parts: readonly ShownAlert[]
  /** Of these, those that are folded away. */
  readonly folded: readonly ShownAlert[]
  readonly isUnfolded: boolean
  /** Of the last part that is shown: the parts that come after it, and are not. */
  readonly rest: readonly ShownAlert[]
  /** Shown above the row: the first row in its group. */
  readonly group: Group | null
}

/** Parts shown of a story that is unfolded once; its gravest. */
const partsFirst = 4

/** Among what is unfolded: all parts of a story. */
export function makeWhole(alertId: string): string {
  return `${alertId}/all`
}

/** Most stories are folded and head no group: one row for as long as the story is the same. */
const foldedRows = new WeakMap<Story, QueueRow>()

function makeFoldedRow(story: Story): QueueRow {
  const known = foldedRows.get(story)
  if (known !== undefined) return known
  const { whole, parts, rank, changedAt } = story
  const row: QueueRow = {
    alert: whole,
    severity: severities[severities.length - 1 - rank] as Severity,
    changedAt,
    depth: 0,
    parts,
    folded: parts,
    isUnfolded: false,
    rest: [],
    group: null
  }
  foldedRows.set(story, row)
  return row
}

function partRow(alert: ShownAlert, rest: readonly ShownAlert[]): QueueRow {
  return {
    alert,
    severity: alert.severity,
    changedAt: alert.times.detectedAt,
    depth: 1,
    parts: [],
    folded: [],
    isUnfolded: false,
    rest,
    group: null
  }
}

/**
 * The row of an alert of a story, as in `listRows` but without the heading; undefined where it is
 * folded away.
 */
export function rowIn(
  story: Story,
  id: string,
  unfolded: ReadonlySet<string>
): QueueRow | undefined {
  return rowsIn([story], unfolded).find(({ alert }) => alert.alertId === id)
}

/** Rows of stories: an unfolded one shows its gravest parts, or all on request. */
export function listRows(
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
    const row = makeFoldedRow(story)
    if (parts.length === 0 || !unfolded.has(whole.alertId)) {
      rows.push(row)
      continue
    }
    rows.push({ ...row, folded: [], isUnfolded: true })
    const count = unfolded.has(makeWhole(whole.alertId)) ? parts.length : partsFirst
    const shown = parts.slice(0, count)
    for (const [i, part] of shown.entries())
      rows.push(partRow(part, i === shown.length - 1 ? parts.slice(count) : []))
  }
  return rows
}
