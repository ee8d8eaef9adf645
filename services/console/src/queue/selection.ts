// What is selected for an act on many: each alert with the revision that the officer saw when it
// was selected. Pure.

import type { ShownAlert } from '../shown/shown-alert.ts'
import type { QueueRow } from './queue-rows.ts'

/**
 * Alerts by id, with the revision that their acts will state: an act on an alert that changed since
 * is refused, and the refusal is shown.
 */
export type Selection = ReadonlyMap<string, number>

/** Maximum of alerts in one act: they are sent one by one while somebody waits. */
export const selectedMax = 200

/** The alerts of a row, including those that are folded under it, since the row represents them. */
export function listAlerts({ alert, folded }: QueueRow): readonly ShownAlert[] {
  return [alert, ...folded]
}

/** All of a row's alerts. */
export function isSelected(selection: Selection, row: QueueRow): boolean {
  return listAlerts(row).every(({ alertId }) => selection.has(alertId))
}

/** With or without these rows, up to the maximum. */
export function selecting(
  selection: Selection,
  rows: readonly QueueRow[],
  isOn: boolean
): Selection {
  const next = new Map(selection)
  for (const { alertId, operatorRevision } of rows.flatMap(listAlerts)) {
    if (!isOn) next.delete(alertId)
    else if (next.size < selectedMax && !next.has(alertId)) next.set(alertId, operatorRevision)
  }
  return next
}

/** The rows from one to another, in either order; only the latter if the former is missing. */
export function rowsBetween(
  rows: readonly QueueRow[],
  fromId: string | null,
  toId: string
): readonly QueueRow[] {
  const indexOf = (id: string | null) => rows.findIndex(({ alert }) => alert.alertId === id)
  const to = indexOf(toId)
  if (to < 0) return []
  const from = indexOf(fromId)
  return from < 0 ? rows.slice(to, to + 1) : rows.slice(Math.min(from, to), Math.max(from, to) + 1)
}

/**
 * Ids of selected alerts that are in no row: another filter, preset or time is shown since, or the
 * alert has changed. O(rows).
 */
export function listUnlisted(selection: Selection, rows: readonly QueueRow[]): readonly string[] {
  if (selection.size === 0) return []
  const unlisted = new Set(selection.keys())
  for (const row of rows) {
    for (const { alertId } of listAlerts(row)) unlisted.delete(alertId)
    if (unlisted.size === 0) break
  }
  return [...unlisted]
}
