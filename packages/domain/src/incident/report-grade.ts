// Grades of reports: the reliability of the source (A to F) and the credibility of what it says (1
// to 6). Pure.

import type { Reliability, ReportRevision } from '../report/report.ts'

interface GradedReport {
  readonly reliability: Reliability
  readonly revision: Pick<ReportRevision, 'credibility' | 'actors' | 'tactics'>
}

/** Unknown (F, 6) stands between C3 and D4: it is not the worst. */
export const reliabilityRank: Readonly<Record<Reliability, number>> = {
  A: 0,
  B: 1,
  C: 2,
  F: 3,
  D: 4,
  E: 5
}
export const credibilityRank: Readonly<Record<number, number>> = {
  1: 0,
  2: 1,
  3: 2,
  6: 3,
  4: 4,
  5: 5
}

/** C or better, or unknown. */
export function isGood(reliability: Reliability): boolean {
  return reliabilityRank[reliability] <= 3
}

/** C3 or better, or unknown. */
export function passesGrade(r: GradedReport): boolean {
  return isGood(r.reliability) && (credibilityRank[r.revision.credibility] ?? 6) <= 3
}

/** Neither F nor 6. */
export function gradeKnown(r: GradedReport): boolean {
  return r.reliability !== 'F' && r.revision.credibility !== 6
}

/**
 * Actors and tactics that the reports of known grade name, in order; null unless there are reports
 * of both kinds. A report that joins one of known grade adds its names to the incident, but not the
 * grade to its names.
 */
export function gradedNamesOf(reports: readonly GradedReport[]): readonly string[] | null {
  const graded = reports.filter(gradeKnown)
  if (graded.length === 0 || graded.length === reports.length) return null
  const names = graded.flatMap(({ revision }) => [
    ...revision.actors.map(actor => actor.name),
    ...revision.tactics
  ])
  return [...new Set(names)].sort()
}
