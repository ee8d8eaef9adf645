// What the officer has selected in the queue for an act on many: each alert with the revision that was
// seen when it was selected.

import { computed, signal } from '@preact/signals'
import type { QueueRow } from '../queue/queue-rows.ts'
import type { ShownAlert } from '../shown/shown-alert.ts'

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

export const selection = signal<Selection>(new Map())
export const isSelecting = computed(() => selection.value.size > 0)

/** The row that was selected last: a range begins there. */
let lastId: string | null = null

/**
 * Turns a row; with `isRange` all from the one before to this become as this one. `now` gives a row
 * as its alert is now: what the officer sees of it.
 */
export function pick(
  rows: readonly QueueRow[],
  id: string,
  isRange: boolean,
  now: (row: QueueRow) => QueueRow
): void {
  const row = rows.find(({ alert }) => alert.alertId === id)
  if (row === undefined) return
  const isOn = !isSelected(selection.value, now(row))
  selection.value = selecting(
    selection.value,
    (isRange ? rowsBetween(rows, lastId, id) : [row]).map(now),
    isOn
  )
  lastId = id
}

export function pickAll(rows: readonly QueueRow[]): void {
  selection.value = selecting(selection.value, rows, true)
}

export function unpick(ids: readonly string[]): void {
  const left = new Map(selection.value)
  for (const id of ids) left.delete(id)
  selection.value = left
}

export function pickNone(): void {
  selection.value = new Map()
  lastId = null
}
