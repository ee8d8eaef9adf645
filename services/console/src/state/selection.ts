// What the officer has selected in the queue.

import { computed, signal } from '@preact/signals'
import type { QueueRow } from '../queue/queue-rows.ts'
import { isSelected, rowsBetween, type Selection, selecting } from '../queue/selection.ts'

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
