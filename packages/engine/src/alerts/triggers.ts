// Compares the triggers of a finding with those that its alert has published, and publishes the
// difference.

import type { Incidents } from '../data/incidents.ts'
import { evicted } from '../data/reports.ts'
import { hasNumber, insertNumber, removeNumber, sortNumbers } from '../data/sorted-list.ts'
import { never } from '../data/time.ts'
import type { Finding } from '../rules/finding.ts'
import type { Alert } from './alert.ts'
import type { ChangeDraft } from './change-draft.ts'

/** Most reports that one event adds. The next events of the alert add the rest. */
export const maxNamedReports = 5000

/** A finding that knows which rows changed since its alert was published. Clusters do. */
export interface RowTracker {
  /** Null: any may have changed. */
  changedRows: Set<number> | null
  hasTrigger(row: number): boolean
}

export function tracksRows(finding: Finding): finding is Finding & RowTracker {
  return 'changedRows' in finding
}

/** Compares all rows with those published, because the finding has another alert than before. */
export function markAllChanged(finding: Finding): void {
  if (tracksRows(finding)) finding.changedRows = null
}

export function hasNewTrigger({ triggers }: Alert, finding: Finding): boolean {
  const isNew = (row: number) => !hasNumber(triggers, row)
  if (!tracksRows(finding) || finding.changedRows === null)
    return finding.listTriggers().some(isNew)
  for (const row of finding.changedRows) if (finding.hasTrigger(row) && isNew(row)) return true
  return false
}

/** Updates the published triggers, and adds the difference to an event. True if it has no room for more. */
export function updateTriggers(
  incidents: Incidents,
  alert: Alert,
  finding: Finding,
  draft: ChangeDraft
): boolean {
  const difference: Difference = { added: [], removed: [], isCut: false }
  if (tracksRows(finding) && finding.changedRows !== null)
    updateChanged(incidents, alert, finding, difference)
  else updateAll(incidents, alert, finding, difference)
  if (tracksRows(finding)) finding.changedRows = difference.isCut ? null : new Set()
  if (difference.added.length > 0) draft.added = difference.added
  if (difference.removed.length > 0) draft.removed = difference.removed
  return difference.isCut
}

interface Difference {
  readonly added: number[]
  readonly removed: number[]
  isCut: boolean
}

function updateChanged(
  { reports }: Incidents,
  { triggers }: Alert,
  finding: RowTracker,
  difference: Difference
): void {
  const { added, removed } = difference
  const { number, present } = reports.columns
  for (const row of sortNumbers([...finding.changedRows!]))
    if (!finding.hasTrigger(row)) {
      if (present[row] !== evicted && removeNumber(triggers, row)) removed.push(number[row]!)
    } else if (added.length === maxNamedReports) difference.isCut ||= !hasNumber(triggers, row)
    else if (insertNumber(triggers, row)) added.push(number[row]!)
}

/** Both lists are in order. A trigger stays published after its report is evicted. */
function updateAll(
  { reports }: Incidents,
  alert: Alert,
  finding: Finding,
  difference: Difference
): void {
  const { number, present } = reports.columns
  const { added, removed } = difference
  const before = alert.triggers
  const after: number[] = []
  let i = 0
  const passBefore = (row: number) => {
    for (; i < before.length && before[i]! < row; i++)
      if (present[before[i]!] === evicted) after.push(before[i]!)
      else removed.push(number[before[i]!]!)
  }
  for (const row of listSortedTriggers(finding)) {
    passBefore(row)
    if (before[i] === row) i += 1
    else if (added.length < maxNamedReports) added.push(number[row]!)
    else {
      difference.isCut = true
      continue
    }
    after.push(row)
  }
  passBefore(never)
  alert.triggers = after
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

export function listSortedTriggers(finding: Finding): readonly number[] {
  return sortNumbers(finding.listTriggers())
}
