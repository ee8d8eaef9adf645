// Identity: which alert goes on with which finding. Per rule, whatever the group. Source: core-idea.md#from-findings-to-alerts; decision 0038.

import type { Finding } from '../finding/finding.ts'
import type { FindingChange } from '../finding/finding-continuity.ts'
import { someReport } from '../finding/report-change.ts'
import { type Claimant, MatchCandidates, reportSetOf, type SeenFinding } from './match-candidates.ts'

export interface Matching {
  readonly taken: ReadonlyMap<string, SeenFinding>
  readonly left: readonly SeenFinding[]
}

/** In which order alerts choose: open ones, then those that hold a finding, then retracted ones; of each the elder first. */
export function byTurn(a: Claimant, b: Claimant): number {
  return Number(b.open) - Number(a.open) || Number(b.holds) - Number(a.holds) || a.firstSeq - b.firstSeq
}

/**
 * Gives each alert the untaken finding with which it shares most trigger reports; then one that is the same situation by the pattern's own identity, or
 * that the record put into the place of its own. Of several that with most time in common, then the earlier. Open alerts choose in order of first seq,
 * after them resolved and retracted ones; but what shares no report takes nothing that another alert shares reports with, and of what is closed one whose
 * finding still stands keeps it. Pure; O(what alerts and findings have in common). Source: decision 0038.
 */
export function matchAlerts(
  claimants: readonly Claimant[],
  findings: readonly SeenFinding[],
  changed: FindingChange = nothingChanged
): Matching {
  const steps = matchingInSteps(claimants, findings, changed)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** The same with a pause after each alert. */
export function* matchingInSteps(
  claimants: readonly Claimant[],
  findings: readonly SeenFinding[],
  changed: FindingChange
): Generator<void, Matching> {
  const candidates = new MatchCandidates(findings, changed)
  const taken = new Map<string, SeenFinding>()
  const inTurn = [...claimants].sort(byTurn)
  const open = inTurn.filter(claimant => claimant.open)
  const closed = inTurn.filter(claimant => !claimant.open)
  const turns: readonly (readonly [readonly Claimant[], (claimant: Claimant) => SeenFinding | null])[] = [
    [open, claimant => candidates.sharingMost(claimant)],
    [closed, claimant => candidates.stillStanding(claimant)],
    [closed, claimant => candidates.sharingMost(claimant)],
    [inTurn, claimant => candidates.sameSituation(claimant)]
  ]
  for (const [choosers, choice] of turns) {
    for (const claimant of choosers) {
      const found = taken.has(claimant.alertId) ? null : choice(claimant)
      yield
      if (found === null) continue
      taken.set(claimant.alertId, found)
      candidates.take(found)
    }
  }
  return { taken, left: candidates.left }
}

const nothingChanged: FindingChange = { removed: [], added: [] }

/** The alerts that held some report of a finding until now: one that is new has split from them. */
export function claimantsOf(finding: Finding, claimants: readonly Claimant[]): string[] {
  const reports = reportSetOf(finding)
  return claimants.flatMap(c => (someReport(c.finding, report => reports.has(report)) ? [c.alertId] : []))
}

/** The first alert whose finding now holds some report of one that was left over; undefined for none. O(reports of those that were taken), once. */
export function takersOf(taken: ReadonlyMap<string, SeenFinding>): (leftOver: Claimant) => string | undefined {
  const byReport = new Map<string, number>()
  const takers = [...taken.keys()]
  for (const [turn, { finding }] of [...taken.values()].entries()) {
    for (const report of reportSetOf(finding)) if (!byReport.has(report)) byReport.set(report, turn)
  }
  return ({ finding }) => {
    const turns = [...reportSetOf(finding)].flatMap(report => byReport.get(report) ?? [])
    return turns.length === 0 ? undefined : takers[Math.min(...turns)]
  }
}
