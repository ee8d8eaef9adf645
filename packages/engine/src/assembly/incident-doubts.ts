// Incidents that may be others, by their reports. One of two gives way: its deaths are not added
// to those of the other.

import type { Incidents } from '../data/incidents.ts'
import { compareFirstReported } from '../data/report-order.ts'
import { flag } from '../data/vocabulary.ts'
import { areDaysDoubtful } from './pair-score.ts'

/** The incidents that one may be and gives way to, by their rows, in order of id. */
export function listMayBe(
  incidents: Incidents,
  incident: number,
  doubted: ReadonlySet<number>
): readonly number[] {
  const { ids } = incidents.reports
  const { fromDay, toDay } = incidents.columns
  const found = [...doubted].filter(
    other =>
      areDaysDoubtful(fromDay[incident]!, toDay[incident]!, fromDay[other]!, toDay[other]!) &&
      givesWay(incidents, incident, other)
  )
  return found.sort((a, b) => (ids[a]! < ids[b]! ? -1 : 1))
}

/**
 * An incident that may trigger never gives way to one that may not. Of equals the one of unknown
 * grade gives way, then the longer interval, then the later report.
 */
function givesWay(incidents: Incidents, incident: number, other: number): boolean {
  const { flags, fromDay, toDay } = incidents.columns
  const has = (row: number, bit: number) => Number((flags[row]! & bit) !== 0)
  const getLength = (row: number) => toDay[row]! - fromDay[row]!
  return (
    (has(other, flag.usableGrade) - has(incident, flag.usableGrade) ||
      has(other, flag.gradeKnown) - has(incident, flag.gradeKnown) ||
      getLength(incident) - getLength(other) ||
      compareFirstReported(incidents.reports, incident, other)) > 0
  )
}

/** The doubts of an incident with the deaths that depend on them, for comparison. */
export function formatMayBe({ columns }: Incidents, mayBe: readonly number[]): string {
  return mayBe
    .map(row => `${row} ${columns.low[row]} ${columns.best[row]} ${columns.high[row]}`)
    .join()
}
