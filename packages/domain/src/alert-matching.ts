// Identity: which alert goes on with which finding. Per rule, whatever the group. Source: design, section 3.

import type { Severity } from './alert.ts'
import { triggerReportsOf } from './alert-content.ts'
import { overlapMs } from './event-time.ts'
import { compareText } from './incident.ts'
import type { Finding } from './pattern.ts'

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
  readonly triggerReports: readonly string[]
  readonly groupKey: string
  readonly fromMs: number
  readonly toMs: number | null
}

export interface Matching {
  readonly taken: ReadonlyMap<string, SeenFinding>
  readonly left: readonly SeenFinding[]
}

/** One text for the group of a finding, whatever the order of its names. */
export function groupKeyOf(finding: Finding): string {
  const known = groupKeys.get(finding) ?? JSON.stringify(Object.entries(finding.group).sort((a, b) => compareText(a[0], b[0])))
  groupKeys.set(finding, known)
  return known
}

const groupKeys = new WeakMap<Finding, string>()

/**
 * Gives each alert the untaken finding with which it shares most trigger reports; then most time in its group; then the earlier.
 * Open alerts choose in order of first seq, after them resolved and retracted ones. An alert takes nothing with which it shares
 * neither a trigger report nor time in its group. Pure; O(alerts × findings) of what is given.
 */
export function matchAlerts(claimants: readonly Claimant[], findings: readonly SeenFinding[]): Matching {
  const reports = new Map(findings.map(f => [f, new Set(triggerReportsOf(f.finding))]))
  const untaken = new Set(findings)
  const taken = new Map<string, SeenFinding>()
  for (const claimant of [...claimants].sort((a, b) => Number(b.open) - Number(a.open) || a.firstSeq - b.firstSeq)) {
    let best: { candidate: SeenFinding; shared: number; together: number } | null = null
    for (const candidate of untaken) {
      const shared = claimant.triggerReports.filter(id => reports.get(candidate)?.has(id)).length
      const together = timeTogether(claimant, candidate.finding)
      if (shared === 0 && together === 0) continue
      if (!best || isBetter({ candidate, shared, together }, best)) best = { candidate, shared, together }
    }
    if (!best) continue
    taken.set(claimant.alertId, best.candidate)
    untaken.delete(best.candidate)
  }
  return { taken, left: [...untaken] }
}

/** How long a claimant and a finding are one story, ms; 0 in different groups. */
export function timeTogether(claimant: Pick<Claimant, 'groupKey' | 'fromMs' | 'toMs'>, finding: Finding): number {
  if (claimant.groupKey !== groupKeyOf(finding)) return 0
  const endless = Number.MAX_SAFE_INTEGER
  return overlapMs(
    { fromMs: claimant.fromMs, toMs: claimant.toMs ?? endless },
    { fromMs: finding.fromMs, toMs: finding.toMs ?? endless }
  )
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
