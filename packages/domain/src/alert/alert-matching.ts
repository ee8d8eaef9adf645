// Identity: which alert continues with which finding. Per rule, whatever the group. Source:
// core-idea.md#from-findings-to-alerts; decision 0038.

import type { Finding } from '../finding/finding.ts'
import type { FindingChange } from '../finding/finding-continuity.ts'
import { someReport } from '../finding/report-change.ts'
import { isExercise } from '../finding/situation.ts'
import {
  type Claimant,
  MatchCandidates,
  reportSetOf,
  type SeenFinding
} from './match-candidates.ts'

export interface Matching {
  readonly taken: ReadonlyMap<string, SeenFinding>
  readonly left: readonly SeenFinding[]
  /** Retracted alerts that took a finding of their situation. */
  readonly joined: readonly Claimant[]
  /** Pairs of alert and finding that were looked at. */
  readonly pairs: number
}

/** What has the same situation as a finding, beside the claimants and findings of a matching. */
interface Beside {
  /** Retracted alerts. */
  bereftAlike(finding: Finding): readonly Claimant[]
  /** Findings that no alert holds: they raise none. */
  unclaimedAlike(finding: Finding): readonly SeenFinding[]
}

const nothingBeside: Beside = { bereftAlike: () => [], unclaimedAlike: () => [] }

/**
 * Order in which alerts choose: open ones, then those that hold a finding, then retracted ones;
 * within each the older first.
 */
export function byTurn(a: Claimant, b: Claimant): number {
  return (
    Number(b.open) - Number(a.open) || Number(b.holds) - Number(a.holds) || a.firstSeq - b.firstSeq
  )
}

/**
 * Gives each alert the untaken finding with which it shares most trigger reports; failing that, one
 * with the same situation by the pattern's identity, or one that replaced its own in this record.
 * Ties: most time in common, then the earlier, then by content. Open alerts choose first, in order
 * of seq, then resolved and retracted ones. A match without shared reports never takes a finding
 * that shares reports with another alert, and a closed alert whose finding still stands keeps it.
 * Pure; O(shared reports and situations). Source: decision 0038.
 */
export function matchAlerts(
  claimants: readonly Claimant[],
  findings: readonly SeenFinding[],
  changed: FindingChange = nothingChanged,
  beside = nothingBeside
): Matching {
  const steps = matchingInSteps(claimants, findings, changed, beside)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** The same, pausing after each alert. */
export function* matchingInSteps(
  claimants: readonly Claimant[],
  findings: readonly SeenFinding[],
  changed: FindingChange,
  { bereftAlike, unclaimedAlike } = nothingBeside
): Generator<void, Matching> {
  const candidates = new MatchCandidates(findings, changed)
  const taken = new Map<string, SeenFinding>()
  const inTurn = [...claimants].sort(byTurn)
  const open = inTurn.filter(claimant => claimant.open)
  const closed = inTurn.filter(claimant => !claimant.open)
  const turns: readonly (readonly [
    readonly Claimant[],
    (claimant: Claimant) => SeenFinding | null
  ])[] = [
    [open, claimant => candidates.sharingMost(claimant)],
    [closed, claimant => candidates.stillStanding(claimant)],
    [closed, claimant => candidates.sharingMost(claimant)]
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
  // What is left is for those of the same situation. Most often nothing is.
  const known = new Set(claimants.map(({ alertId }) => alertId))
  const { left } = candidates
  const bereft = new Map(
    left
      .flatMap(({ finding }) => bereftAlike(finding))
      .map(claimant => [claimant.alertId, claimant])
  )
  const late = [...bereft.values()].filter(({ alertId }) => !known.has(alertId))
  for (const { alertId, finding } of inTurn)
    if (!taken.has(alertId)) candidates.addAlike(unclaimedAlike(finding))
  const joined: Claimant[] = []
  for (const claimant of [...inTurn, ...late].sort(byTurn)) {
    if (candidates.isEmpty) break
    const found = taken.has(claimant.alertId) ? null : candidates.sameSituation(claimant)
    yield
    if (found === null) continue
    taken.set(claimant.alertId, found)
    candidates.take(found)
    if (!known.has(claimant.alertId)) joined.push(claimant)
  }
  return {
    taken,
    left: left.filter(found => candidates.has(found)),
    joined,
    pairs: candidates.pairs
  }
}

const nothingChanged: FindingChange = { removed: [], added: [] }

/** The alerts that held a report of a finding until now: a new alert has split from them. */
export function claimantsOf(finding: Finding, claimants: readonly Claimant[]): string[] {
  const reports = reportSetOf(finding)
  return claimants.flatMap(c =>
    someReport(c.finding, report => reports.has(report)) ? [c.alertId] : []
  )
}

/**
 * The first alert whose finding now holds a report of a leftover one; undefined for none. One of a
 * drill and one of the world take nothing from each other. O(reports of the taken findings), once.
 */
export function takersOf(
  taken: ReadonlyMap<string, SeenFinding>
): (leftOver: Claimant) => string | undefined {
  const byReport = { world: new Map<string, number>(), drills: new Map<string, number>() }
  const ofKind = (finding: Finding) => (isExercise(finding) ? byReport.drills : byReport.world)
  const takers = [...taken.keys()]
  for (const [turn, { finding }] of [...taken.values()].entries()) {
    const turns = ofKind(finding)
    for (const report of reportSetOf(finding)) if (!turns.has(report)) turns.set(report, turn)
  }
  return ({ finding }) => {
    const turns = [...reportSetOf(finding)].flatMap(report => ofKind(finding).get(report) ?? [])
    return turns.length === 0 ? undefined : takers[Math.min(...turns)]
  }
}
