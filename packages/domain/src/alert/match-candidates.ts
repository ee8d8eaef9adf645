// The findings of one matching that no alert has taken yet, indexed by what they share with alerts, to find the best fit without
// a scan.

import type { Finding } from '../finding/finding.ts'
import type { FindingChange } from '../finding/finding-continuity.ts'
import { saysTheSame } from '../finding/finding-difference.ts'
import { areOfOneGroup, groupKeyOf } from '../finding/finding-group.ts'
import { FindingIndex, storyKeyOf } from '../finding/finding-index.ts'
import { eachReport } from '../finding/report-change.ts'
import { isExercise, togetherMs } from '../finding/situation.ts'
import { KeyedValues } from '../fold/keyed-values.ts'
import { compareText } from '../incident/incident.ts'
import type { Severity } from '../record/severity.ts'
import { overlapMs } from '../space-time/event-time.ts'

export interface SeenFinding {
  readonly finding: Finding
  /** The version of the rule that made it. */
  readonly ruleVersion: number
  /** Severity of the rule's levels 1, 2, …; the last holds for all further ones. */
  readonly severities: readonly Severity[]
}

/** What matching needs of an alert. */
export interface Claimant {
  readonly alertId: string
  readonly firstSeq: number
  /** Provisional or confirmed: such alerts choose first. */
  readonly open: boolean
  /** True if its finding is current; false if it was its last one. */
  readonly holds: boolean
  readonly finding: Finding
}

export class MatchCandidates {
  readonly #untaken: Map<Finding, SeenFinding>
  readonly #places: ReadonlyMap<Finding, number>
  readonly #removed: ReadonlySet<Finding>
  readonly #index = new FindingIndex()
  /** Findings that are new in this record, by group. */
  readonly #cameInGroup = new KeyedValues<Finding>()
  readonly #byStory = new KeyedValues<Finding>()

  constructor(findings: readonly SeenFinding[], { removed, added }: FindingChange) {
    this.#untaken = new Map(findings.map(found => [found.finding, found]))
    this.#places = new Map(findings.map(({ finding }, i) => [finding, i]))
    this.#removed = new Set(removed)
    this.#index.change({ removed: [], added: findings.map(({ finding }) => finding) })
    for (const { finding } of findings) this.#byStory.put(storyKeyOf(finding), finding)
    for (const finding of added) if (this.#untaken.has(finding)) this.#cameInGroup.put(groupKeyOf(finding), finding)
  }

  get left(): SeenFinding[] {
    return [...this.#untaken.values()]
  }

  take({ finding }: SeenFinding): void {
    this.#untaken.delete(finding)
  }

  /** The finding with which an alert shares most trigger reports; null if none. */
  sharingMost({ finding }: Claimant): SeenFinding | null {
    const shared = new Map<Finding, number>()
    for (const report of reportSetOf(finding))
      this.#index.eachWith(report, other => {
        if (mayGoOn(finding, other)) shared.set(other, (shared.get(other) ?? 0) + 1)
      })
    return this.#best(shared, other => timeTogether(finding, other))
  }

  /** The finding that is still the one an alert holds; null if none. */
  stillStanding({ holds, finding }: Claimant): SeenFinding | null {
    if (!holds) return null
    for (const other of this.#byStory.of(storyKeyOf(finding))) {
      const found = this.#untaken.get(other)
      if (found !== undefined && saysTheSame(other, finding)) return found
    }
    return null
  }

  /** The finding with the same situation as an alert; for an open alert whose finding just went, also one that replaced it. */
  sameSituation({ open, finding }: Claimant): SeenFinding | null {
    const together = new Map<Finding, number>()
    this.#index.eachAlike(finding, other => {
      if (other.layer === finding.layer) together.set(other, togetherMs(finding, other))
    })
    if (open && this.#removed.has(finding)) {
      for (const other of this.#cameInGroup.of(groupKeyOf(finding))) {
        const ms = continuedMs(finding, other)
        if (ms > 0 && other.layer === finding.layer && !together.has(other)) together.set(other, ms)
      }
    }
    return this.#best(together, () => 0)
  }

  /** The finding with the greatest value; ties by the second value, then the earlier, then by group. */
  #best(values: ReadonlyMap<Finding, number>, second: (finding: Finding) => number): SeenFinding | null {
    let best: Finding | null = null
    for (const finding of values.keys()) {
      if (!this.#untaken.has(finding)) continue
      if (best === null || this.#compare(finding, best, values, second) < 0) best = finding
    }
    return best === null ? null : (this.#untaken.get(best) as SeenFinding)
  }

  #compare(a: Finding, b: Finding, values: ReadonlyMap<Finding, number>, second: (finding: Finding) => number): number {
    return (
      (values.get(b) as number) - (values.get(a) as number) ||
      second(b) - second(a) ||
      a.fromMs - b.fromMs ||
      compareText(groupKeyOf(a), groupKeyOf(b)) ||
      (this.#places.get(a) as number) - (this.#places.get(b) as number)
    )
  }
}

/**
 * True if an alert may go on with another finding. Never between drills and the world, whatever reports they share: a mark was
 * a mistake then, and who was told of a drill was told of nothing real.
 */
export function mayGoOn(before: Finding, now: Finding): boolean {
  return now.layer === before.layer && isExercise(now) === isExercise(before)
}

/** All reports behind a finding's triggers, once each. */
export function reportSetOf(finding: Finding): ReadonlySet<string> {
  const known = reportSets.get(finding)
  if (known !== undefined) return known
  const reports = new Set<string>()
  eachReport(finding, report => reports.add(report))
  reportSets.set(finding, reports)
  return reports
}

const reportSets = new WeakMap<Finding, ReadonlySet<string>>()

/** Overlap of a new finding with one that went in the same record, in the same group, ms; else 0. */
export function continuedMs(before: Finding, now: Finding): number {
  return isExercise(before) === isExercise(now) ? timeTogether(before, now) : 0
}

/** Overlap in time of two findings of one group, ms; 0 in different groups. */
function timeTogether(a: Finding, b: Finding): number {
  if (!areOfOneGroup(a, b)) return 0
  const endless = Number.MAX_SAFE_INTEGER
  return overlapMs({ fromMs: a.fromMs, toMs: a.toMs ?? endless }, { fromMs: b.fromMs, toMs: b.toMs ?? endless })
}
