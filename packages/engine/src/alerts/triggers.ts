// Compares the triggers of a finding with those that its alert has published, and publishes the
// difference.

import type { Incidents } from '../data/incidents.ts'
import { evicted } from '../data/reports.ts'
import type { Finding } from '../rules/finding.ts'
import type { Alert } from './alert.ts'
import { countShared, hasNumber, insertNumber, removeNumber, sortNumbers } from './sorted-list.ts'

/** Most reports that one event adds. The next events of the alert add the rest. */
export const maxNamedReports = 5000

/** A finding that knows which rows changed since its alert was published. Clusters do. */
export interface RowTracker {
  readonly isFullyChanged: boolean
  readonly changedRows: ReadonlySet<number> | null
  hasTrigger(row: number): boolean
  markAllChanged(): void
  clearChanges(): void
}

export function tracksRows(finding: Finding): finding is Finding & RowTracker {
  return 'changedRows' in finding
}

/** Compares all rows with those published, because the finding has another alert than before. */
export function markAllChanged(finding: Finding): void {
  if (tracksRows(finding)) finding.markAllChanged()
}

export interface TriggerChange {
  /** Report numbers. */
  readonly added: number[]
  readonly removed: number[]
  /** True if the event has no room for more. */
  isCut: boolean
}

/** Updates the published triggers. Returns what changed. */
export function updateTriggers(
  incidents: Incidents,
  alert: Alert,
  finding: Finding
): TriggerChange {
  const change: TriggerChange = { added: [], removed: [], isCut: false }
  if (tracksRows(finding) && !finding.isFullyChanged)
    updateChanged(incidents, alert, finding, change)
  else updateAll(incidents, alert, finding, change)
  if (tracksRows(finding)) finding.clearChanges()
  if (change.isCut) markAllChanged(finding)
  return change
}

function updateChanged(
  incidents: Incidents,
  alert: Alert,
  finding: RowTracker,
  change: TriggerChange
): void {
  for (const row of sortNumbers([...(finding.changedRows ?? [])]))
    if (finding.hasTrigger(row)) addTrigger(incidents, alert, row, change)
    else removeTrigger(incidents, alert, row, change)
}

function updateAll(
  incidents: Incidents,
  alert: Alert,
  finding: Finding,
  change: TriggerChange
): void {
  const rows = new Set(sortNumbers(finding.listTriggers()))
  for (const row of rows) addTrigger(incidents, alert, row, change)
  if (alert.triggers.length <= rows.size && !change.isCut) return
  for (const row of [...alert.triggers])
    if (!rows.has(row)) removeTrigger(incidents, alert, row, change)
}

function addTrigger(
  { reports }: Incidents,
  { triggers }: Alert,
  row: number,
  change: TriggerChange
): void {
  if (change.added.length === maxNamedReports) change.isCut ||= !hasNumber(triggers, row)
  else if (insertNumber(triggers, row)) change.added.push(reports.columns.number[row]!)
}

/** A trigger stays published after its report is evicted. */
function removeTrigger(
  { reports }: Incidents,
  { triggers }: Alert,
  row: number,
  change: TriggerChange
): void {
  if (reports.columns.present[row] === evicted) return
  if (removeNumber(triggers, row)) change.removed.push(reports.columns.number[row]!)
}

/** The finding that shares most triggers with these rows, which are sorted; null if none does. */
export function findMostShared(
  triggers: readonly number[],
  findings: readonly Finding[]
): Finding | null {
  let [best, most] = [null as Finding | null, 0]
  for (const finding of findings) {
    const shared = countShared(triggers, sortNumbers(finding.listTriggers()))
    if (shared > most) [best, most] = [finding, shared]
  }
  return best
}

/** Rank of the strictest handling of the triggers. */
export function computeHandling({ columns }: Incidents, triggers: readonly number[]): number {
  let strictest = 0
  for (const row of triggers)
    if (columns.handling[row]! > strictest) strictest = columns.handling[row]!
  return strictest
}

/** Id of the report of the first trigger in time: it does not depend on row numbers. */
export function findFirstTrigger({ columns, reports }: Incidents, rows: readonly number[]): string {
  let first = -1
  for (const row of rows) {
    const order =
      first < 0
        ? -1
        : columns.fromDay[row]! - columns.fromDay[first]! ||
          columns.minute[row]! - columns.minute[first]!
    if (order < 0 || (order === 0 && reports.ids[row]! < reports.ids[first]!)) first = row
  }
  return first < 0 ? '' : reports.ids[first]!
}
