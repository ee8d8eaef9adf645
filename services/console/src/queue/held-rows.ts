// Frozen rows while somebody reads: new ones wait behind a bar, moved or closed ones stay in place,
// with their present state. Pure.

import { type Severity, type ShownAlert, severityRank } from '../shown/shown-alert.ts'
import type { QueueRow } from './queue-rows.ts'

/** Rows as they were last let move. */
export class StandingRows {
  readonly rows: readonly QueueRow[]
  #ids: ReadonlySet<string> | null = null

  constructor(rows: readonly QueueRow[]) {
    this.rows = rows
  }

  /**
   * Made when it is first asked for: rows that move are not asked, and there may be thousands, ten
   * times a second.
   */
  get ids(): ReadonlySet<string> {
    this.#ids ??= new Set(this.rows.map(({ alert }) => alert.alertId))
    return this.#ids
  }
}

export interface HeldRows {
  /**
   * The places of the rows; `presentRow` gives the present state of each. The same array until a
   * row may no longer be seen.
   */
  readonly rows: readonly QueueRow[]
  /** Alerts that are not among the rows yet. */
  readonly waiting: number
  readonly worstWaiting: Severity | null
  /** Rows that would be elsewhere, or not in the list. */
  readonly moved: number
}

/**
 * `wanted` are the rows that would be shown; `now` gives the state of an alert, closed ones too.
 * O(rows), without allocation.
 */
export function heldRows(
  standing: StandingRows,
  wanted: readonly QueueRow[],
  now: (id: string) => ShownAlert | undefined
): HeldRows {
  const isThere = ({ alert }: QueueRow) => now(alert.alertId) !== undefined
  const rows = standing.rows.every(isThere) ? standing.rows : standing.rows.filter(isThere)
  let waiting = 0
  let worst: Severity | null = null
  for (const { alert } of wanted) {
    if (standing.ids.has(alert.alertId)) continue
    waiting += 1
    if (worst === null || severityRank(alert.severity) > severityRank(worst)) worst = alert.severity
  }
  const moved =
    waiting > 0 ? 0 : rows.filter((row, i) => wanted[i]?.alert.alertId !== row.alert.alertId).length
  return { rows, waiting, worstWaiting: worst, moved }
}

/** A row as its alert is now, under its present heading. The same object until it changes. */
export function presentRow(
  row: QueueRow,
  wanted: QueueRow | undefined,
  now: ShownAlert | undefined
): QueueRow {
  if (wanted !== undefined)
    return wanted.group === row.group ? wanted : { ...wanted, group: row.group }
  return now === undefined || now === row.alert ? row : { ...row, alert: now }
}
