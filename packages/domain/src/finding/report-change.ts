// The reports behind a finding's triggers, and how they differ from another finding's: indexes by
// report update only these, and a story without overlap continues alone.

import { compareText, type Incident } from '../incident/incident.ts'
import type { Finding } from './finding.ts'

export interface ReportChange {
  /** Reports that are no longer behind the triggers. */
  readonly gone: readonly string[]
  /** Reports that are newly behind the triggers. */
  readonly fresh: readonly string[]
  /** At least one report is in both. */
  readonly overlaps: boolean
}

/** Calls `visit` with each report behind a finding's triggers; twice for one behind two of them. */
export function eachReport({ triggers }: Finding, visit: (report: string) => void): void {
  for (const { reportIds } of triggers) for (const report of reportIds) visit(report)
}

/** All reports behind a finding's triggers, in order. */
export function triggerReportsOf(finding: Finding): readonly string[] {
  const known =
    triggerReports.get(finding) ??
    [...new Set(finding.triggers.flatMap(i => i.reportIds))].sort(compareText)
  triggerReports.set(finding, known)
  return known
}

const triggerReports = new WeakMap<Finding, readonly string[]>()

/** True if some report behind a finding's triggers meets a condition. */
export function someReport({ triggers }: Finding, isSo: (report: string) => boolean): boolean {
  for (const { reportIds } of triggers)
    for (const report of reportIds) if (isSo(report)) return true
  return false
}

/**
 * How the reports behind the triggers differ. Common beginnings and ends of the lists are skipped.
 * Pure.
 */
export function changeOfReports(
  { triggers: before }: Finding,
  { triggers: now }: Finding
): ReportChange {
  if (before === now) return { gone: [], fresh: [], overlaps: before.length > 0 }
  const least = Math.min(before.length, now.length)
  let from = 0
  while (from < least && before[from] === now[from]) from += 1
  let ending = 0
  while (
    ending < least - from &&
    before[before.length - 1 - ending] === now[now.length - 1 - ending]
  )
    ending += 1
  const old = reportsOf(before, from, before.length - ending)
  const fresh = reportsOf(now, from, now.length - ending)
  if (old.length === 0) return { gone: old, fresh, overlaps: from + ending > 0 }
  const gone = without(old, new Set(fresh))
  const overlaps = from + ending > 0 || gone.length < old.length
  // An incident may be in a list twice, before and after a revision: reports in the rest of the
  // list are neither gone nor fresh.
  return { gone: notIn(gone, now), fresh: without(fresh, new Set(old)), overlaps }
}

function reportsOf(list: readonly Incident[], from: number, to: number): readonly string[] {
  const reports: string[] = []
  for (let i = from; i < to; i++)
    for (const report of (list[i] as Incident).reportIds) reports.push(report)
  return reports
}

function without(reports: readonly string[], others: ReadonlySet<string>): readonly string[] {
  return reports.filter(report => !others.has(report))
}

function notIn(reports: readonly string[], list: readonly Incident[]): readonly string[] {
  if (reports.length === 0) return reports
  const left = new Set(reports)
  for (const { reportIds } of list) for (const report of reportIds) left.delete(report)
  return left.size === reports.length ? reports : [...left]
}
