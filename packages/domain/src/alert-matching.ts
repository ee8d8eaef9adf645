// Identity: which alert goes on with which finding. Per rule, whatever the group. Source: design, section 3.

import type { Severity } from './alert.ts'
import { overlapMs } from './event-time.ts'
import { saysTheSame } from './finding-difference.ts'
import { groupKeyOf } from './finding-group.ts'
import { compareText } from './incident.ts'
import type { Finding } from './pattern.ts'
import { eachReport, someReport } from './report-change.ts'

export interface SeenFinding {
  readonly finding: Finding
  /** The version of the rule that sees it. */
  readonly ruleVersion: number
  /** Severity of the rule's levels 1, 2, …; the last holds for all further ones. */
  readonly severities: readonly Severity[]
}

/** What matching needs to know of an alert. */
export interface Claimant {
  readonly alertId: string
  readonly firstSeq: number
  /** Provisional or confirmed: such alerts choose first. */
  readonly open: boolean
  /** It states its finding now; false where that was its last one. */
  readonly holds: boolean
  readonly finding: Finding
}

export interface Matching {
  readonly taken: ReadonlyMap<string, SeenFinding>
  readonly left: readonly SeenFinding[]
}

/** Every report behind a finding's triggers, once. */
export function reportSetOf(finding: Finding): ReadonlySet<string> {
  const known = reportSets.get(finding)
  if (known !== undefined) return known
  const reports = new Set<string>()
  eachReport(finding, report => reports.add(report))
  reportSets.set(finding, reports)
  return reports
}

const reportSets = new WeakMap<Finding, ReadonlySet<string>>()

/** In which order alerts choose: open ones, then those that hold a finding, then retracted ones; of each the elder first. */
export function byTurn(a: Claimant, b: Claimant): number {
  return Number(b.open) - Number(a.open) || Number(b.holds) - Number(a.holds) || a.firstSeq - b.firstSeq
}

/**
 * Gives each alert the untaken finding with which it shares most trigger reports; then most time in its group; then the earlier. Open alerts choose in order
 * of first seq, after them resolved and retracted ones; of these, one whose finding still stands keeps it. An alert takes nothing with which it shares
 * neither a trigger report nor time in its group. Pure; O(alerts × findings) of what is given.
 */
export function matchAlerts(claimants: readonly Claimant[], findings: readonly SeenFinding[]): Matching {
  const untaken = new Set(findings)
  const taken = new Map<string, SeenFinding>()
  const take = ({ alertId }: Claimant, found: SeenFinding) => {
    taken.set(alertId, found)
    untaken.delete(found)
  }
  const inTurn = [...claimants].sort(byTurn)
  const choose = (claimant: Claimant) => {
    let best: Fit | null = null
    for (const candidate of untaken) {
      const fit = fitOf(claimant, candidate)
      if (fit !== null && (best === null || isBetter(fit, best))) best = fit
    }
    if (best !== null) take(claimant, best.candidate)
  }
  for (const claimant of inTurn) if (claimant.open) choose(claimant)
  for (const claimant of inTurn) {
    if (claimant.open || !claimant.holds) continue
    const kept = findings.find(found => untaken.has(found) && saysTheSame(found.finding, claimant.finding))
    if (kept !== undefined) take(claimant, kept)
  }
  for (const claimant of inTurn) if (!claimant.open && !taken.has(claimant.alertId)) choose(claimant)
  return { taken, left: [...untaken] }
}

function fitOf(claimant: Claimant, candidate: SeenFinding): Fit | null {
  const shared = sharedReports(claimant.finding, candidate.finding)
  const together = timeTogether(claimant.finding, candidate.finding)
  return shared === 0 && together === 0 ? null : { candidate, shared, together }
}

/** How many reports are behind the triggers of both. */
function sharedReports(a: Finding, b: Finding): number {
  if (a === b) return reportSetOf(a).size
  return reportSetOf(a).intersection(reportSetOf(b)).size
}

/** How long two findings are one story, ms; 0 in different groups. */
export function timeTogether(a: Finding, b: Finding): number {
  if (groupKeyOf(a) !== groupKeyOf(b)) return 0
  const endless = Number.MAX_SAFE_INTEGER
  return overlapMs({ fromMs: a.fromMs, toMs: a.toMs ?? endless }, { fromMs: b.fromMs, toMs: b.toMs ?? endless })
}

interface Fit {
  readonly candidate: SeenFinding
  readonly shared: number
  readonly together: number
}

function isBetter(a: Fit, b: Fit): boolean {
  const order =
    b.shared - a.shared ||
    b.together - a.together ||
    a.candidate.finding.fromMs - b.candidate.finding.fromMs ||
    compareText(groupKeyOf(a.candidate.finding), groupKeyOf(b.candidate.finding))
  return order < 0
}

/** The alerts that held some report of a finding until now: one that is new has split from them. */
export function claimantsOf(finding: Finding, claimants: readonly Claimant[]): string[] {
  const reports = reportSetOf(finding)
  return claimants.flatMap(c => (someReport(c.finding, report => reports.has(report)) ? [c.alertId] : []))
}

/** The alert whose finding now holds some report of one that was left over; undefined for none. */
export function takerOf({ finding }: Claimant, taken: ReadonlyMap<string, SeenFinding>): string | undefined {
  const reports = reportSetOf(finding)
  return [...taken].find(([, theirs]) => someReport(theirs.finding, report => reports.has(report)))?.[0]
}
