// What changed last on the board, alert by alert: what a wall shows. Pure.

import { isNewer, type Severity, type ShownAlert } from '../shown/shown-alert.ts'

export interface LastChange {
  readonly alert: ShownAlert
  /** When it came to be as it is, ms. */
  readonly atMs: number
  /** What it was before, where it was seen. */
  readonly severityBefore: Severity | null
}

export const changesMax = 10

/** Null: it is not visible yet. O(alerts). */
export function lastChanges(
  before: readonly LastChange[] | null,
  alerts: Iterable<ShownAlert>,
  nowMs: number
): readonly LastChange[] {
  const known = new Map((before ?? []).map(change => [change.alert.alertId, change]))
  const all = [...alerts].map((alert): LastChange => {
    const last = known.get(alert.alertId)
    if (last !== undefined && !isNewer(alert, last.alert)) return last
    const changed = last === undefined ? null : last.alert.severity
    return {
      alert,
      // An act of an officer has no time in the list: it is seen as it comes.
      atMs:
        last !== undefined && alert.revision === last.alert.revision
          ? nowMs
          : Date.parse(alert.times.detectedAt),
      severityBefore: changed === alert.severity ? (last?.severityBefore ?? null) : changed
    }
  })
  // Of one moment in the order of ids: a wall that is loaded again shows the same ten.
  return all.sort((a, b) => b.atMs - a.atMs || (a.alert.alertId < b.alert.alertId ? -1 : 1))
}
