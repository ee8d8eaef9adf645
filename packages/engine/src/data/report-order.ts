// Orders of the reports of an incident. All end with the id: row numbers depend on the order of
// arrival.

import type { Reports } from './reports.ts'
import { credibilityRank, maxUsableRank } from './vocabulary.ts'

const unknownKm = 1e9

/** C3 or better, or of unknown grade. */
export function hasUsableGrade({ columns }: Reports, row: number): boolean {
  return (
    columns.reliability[row]! <= maxUsableRank &&
    credibilityRank[columns.credibility[row]!]! <= maxUsableRank
  )
}

export function compareIds({ ids }: Reports, a: number, b: number): number {
  return ids[a]! < ids[b]! ? -1 : ids[a]! > ids[b]! ? 1 : 0
}

/** The earliest first: the first report gives an incident its id and its row. */
export function compareFirstReported(reports: Reports, a: number, b: number): number {
  const { firstReportedMs } = reports.columns
  return firstReportedMs[a]! - firstReportedMs[b]! || compareIds(reports, a, b)
}

/** The best reliability first, then the best credibility. */
function compareGrades({ columns }: Reports, a: number, b: number): number {
  const { reliability, credibility } = columns
  return (
    reliability[a]! - reliability[b]! ||
    credibilityRank[credibility[a]!]! - credibilityRank[credibility[b]!]!
  )
}

function compareLatest(reports: Reports, a: number, b: number): number {
  const { reportedMs } = reports.columns
  return reportedMs[b]! - reportedMs[a]! || compareIds(reports, a, b)
}

/** The best grade first; then the shorter interval, the more precise place, the later report. */
export function compareQuality(reports: Reports, a: number, b: number): number {
  return (
    compareGrades(reports, a, b) ||
    getLengthMs(reports, a) - getLengthMs(reports, b) ||
    getPrecisionKm(reports, a) - getPrecisionKm(reports, b) ||
    compareLatest(reports, a, b)
  )
}

/** The best grade first, then the later report: figures are updated for days. */
export function compareUpdates(reports: Reports, a: number, b: number): number {
  return compareGrades(reports, a, b) || compareLatest(reports, a, b)
}

function getLengthMs({ columns }: Reports, row: number): number {
  return columns.toMs[row]! - columns.fromMs[row]!
}

/** An unknown one comes last. */
function getPrecisionKm({ columns }: Reports, row: number): number {
  const km = columns.km[row]!
  return Number.isNaN(km) ? unknownKm : km
}
