// The findings of one matching that no alert has taken yet, indexed by what they share with alerts,
// to find the best fit without a scan.

import type { Finding } from '../finding/finding.ts'
import type { FindingChange } from '../finding/finding-continuity.ts'
import { saysTheSame } from '../finding/finding-difference.ts'
import { areOfOneGroup, groupKeyOf } from '../finding/finding-group.ts'
import { storyKeyOf } from '../finding/finding-index.ts'
import { eachReport, triggerReportsOf } from '../finding/report-change.ts'
import { isExercise, namesOf, togetherMs } from '../finding/situation.ts'
import { KeyedValues } from '../fold/keyed-values.ts'
import { ReportIndex } from '../fold/report-index.ts'
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
  readonly #places: Map<Finding, number>
  readonly #removed: ReadonlySet<Finding>
  readonly #byReport = new ReportIndex<Finding>()
  /** Findings that are new in this record, by group. */
  readonly #cameInGroup = new KeyedValues<Finding>()
  readonly #byOpening = new KeyedValues<Finding>()
  /**
   * The untaken ones by situation; null until one is sought so: most alerts find theirs by its
   * reports.
   */
  #bySituation: KeyedValues<Finding> | null = null
  #pairs = 0

  constructor(findings: readonly SeenFinding[], { removed, added }: FindingChange) {
    this.#untaken = new Map(findings.map(found => [found.finding, found]))
    this.#places = new Map(findings.map(({ finding }, i) => [finding, i]))
    this.#removed = new Set(removed)
    for (const { finding } of findings) {
      eachReport(finding, report => this.#byReport.add(report, finding))
      this.#byOpening.put(openingKeyOf(finding), finding)
    }
    for (const finding of added)
      if (this.#untaken.has(finding)) this.#cameInGroup.put(groupKeyOf(finding), finding)
  }

  /** Pairs of alert and finding that were looked at. */
  get pairs(): number {
    return this.#pairs
  }

  /** Adds findings that are taken by situation alone. */
  addAlike(findings: readonly SeenFinding[]): void {
    for (const found of findings) {
      const { finding } = found
      if (this.#places.has(finding)) continue
      this.#places.set(finding, this.#places.size)
      this.#untaken.set(finding, found)
      if (this.#bySituation !== null)
        for (const name of namesOf(finding)) this.#bySituation.put(name, finding)
    }
  }

  get isEmpty(): boolean {
    return this.#untaken.size === 0
  }

  get left(): SeenFinding[] {
    return [...this.#untaken.values()]
  }

  has({ finding }: SeenFinding): boolean {
    return this.#untaken.has(finding)
  }

  take({ finding }: SeenFinding): void {
    this.#untaken.delete(finding)
    if (this.#bySituation !== null)
      for (const name of namesOf(finding)) this.#bySituation.take(name, finding)
  }

  /** The finding with which an alert shares most trigger reports; null if none. */
  sharingMost({ finding }: Claimant): SeenFinding | null {
    const shared = new Map<Finding, number>()
    for (const report of reportSetOf(finding))
      this.#byReport.each(report, other => {
        this.#pairs += 1
        if (mayGoOn(finding, other)) shared.set(other, (shared.get(other) ?? 0) + 1)
      })
    return this.#best(shared, other => timeTogether(finding, other))
  }

  /** The finding that is still the one an alert holds; null if none. */
  stillStanding({ holds, finding }: Claimant): SeenFinding | null {
    if (!holds) return null
    for (const other of this.#byOpening.of(openingKeyOf(finding))) {
      const found = this.#untaken.get(other)
      this.#pairs += 1
      if (found !== undefined && saysTheSame(other, finding)) return found
    }
    return null
  }

  /**
   * The finding with the same situation as an alert; for an open alert whose finding just went,
   * also one that replaced it.
   */
  sameSituation({ open, finding }: Claimant): SeenFinding | null {
    const together = new Map<Finding, number>()
    for (const name of namesOf(finding))
      for (const other of this.#untakenBySituation().of(name)) {
        this.#pairs += 1
        const ms = other.layer === finding.layer ? togetherMs(finding, other) : 0
        if (ms > 0) together.set(other, ms)
      }
    if (open && this.#removed.has(finding)) {
      for (const other of this.#cameInGroup.of(groupKeyOf(finding))) {
        this.#pairs += 1
        const ms = continuedMs(finding, other)
        if (ms > 0 && other.layer === finding.layer && !together.has(other)) together.set(other, ms)
      }
    }
    return this.#best(together, () => 0)
  }

  #untakenBySituation(): KeyedValues<Finding> {
    if (this.#bySituation !== null) return this.#bySituation
    this.#bySituation = new KeyedValues()
    for (const finding of this.#untaken.keys())
      for (const name of namesOf(finding)) this.#bySituation.put(name, finding)
    return this.#bySituation
  }

  /**
   * The finding with the greatest value; ties by the second value, then the earlier, then by
   * content.
   */
  #best(
    values: ReadonlyMap<Finding, number>,
    second: (finding: Finding) => number
  ): SeenFinding | null {
    let best: Finding | null = null
    for (const finding of values.keys()) {
      if (!this.#untaken.has(finding)) continue
      if (best === null || this.#compare(finding, best, values, second) < 0) best = finding
    }
    return best === null ? null : (this.#untaken.get(best) as SeenFinding)
  }

  #compare(
    a: Finding,
    b: Finding,
    values: ReadonlyMap<Finding, number>,
    second: (finding: Finding) => number
  ): number {
    return (
      (values.get(b) as number) - (values.get(a) as number) ||
      second(b) - second(a) ||
      a.fromMs - b.fromMs ||
      byContent(a, b) ||
      (this.#places.get(a) as number) - (this.#places.get(b) as number)
    )
  }
}

/**
 * The order of findings that begin together, whatever was looked at first: by group, then by their
 * reports, then by end.
 */
export function byContent(a: Finding, b: Finding): number {
  return (
    compareText(groupKeyOf(a), groupKeyOf(b)) ||
    compareText(triggerReportsOf(a).join(), triggerReportsOf(b).join()) ||
    (a.toMs ?? Number.MAX_SAFE_INTEGER) - (b.toMs ?? Number.MAX_SAFE_INTEGER)
  )
}

/**
 * True if an alert may go on with another finding. Never between drills and the world, whatever
 * reports they share: a mark was a mistake then, and who was told of a drill was told of nothing
 * real.
 */
export function mayGoOn(before: Finding, now: Finding): boolean {
  return now.layer === before.layer && isExercise(now) === isExercise(before)
}

/**
 * Equal for findings that say the same. A village and day may have hundreds, but few that begin
 * with the same incident.
 */
function openingKeyOf(finding: Finding): string {
  return `${storyKeyOf(finding)}|${finding.triggers[0]?.contentKey}`
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

/**
 * Overlap of a new finding with one that went in the same record, in the same group, ms; else 0.
 */
export function continuedMs(before: Finding, now: Finding): number {
  return isExercise(before) === isExercise(now) ? timeTogether(before, now) : 0
}

/** Overlap in time of two findings of one group, ms; 0 in different groups. */
function timeTogether(a: Finding, b: Finding): number {
  if (!areOfOneGroup(a, b)) return 0
  const endless = Number.MAX_SAFE_INTEGER
  return overlapMs(
    { fromMs: a.fromMs, toMs: a.toMs ?? endless },
    { fromMs: b.fromMs, toMs: b.toMs ?? endless }
  )
}
