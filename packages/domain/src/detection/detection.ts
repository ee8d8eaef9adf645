// Detection: one rule's folds over all its scopes, with a scope fold for each. It gives the
// findings at a moment, those added and removed since the last call, and the next change by time
// alone.

import type { Finding } from '../finding/finding.ts'
import { type FindingChange, FindingContinuity } from '../finding/finding-continuity.ts'
import { Deadlines } from '../fold/deadlines.ts'
import { isSameMoment, type Moment } from '../fold/moment.ts'
import { type Trim, turnOf, turnsCount } from '../fold/trim-schedule.ts'
import type { Incident } from '../incident/incident.ts'
import { SharedReports } from '../incident/shared-reports.ts'
import {
  bothFailures,
  noFailures,
  type PredicateFailures
} from '../predicate/predicate-failures.ts'
import type { Severity } from '../record/severity.ts'
import type { RuleVersion } from '../record/theatre-record.ts'
import { type Handling, strictest } from '../report/handling.ts'
import { dayMs } from '../space-time/event-time.ts'
import type { NearMiss } from './near-miss.ts'
import { ownParameters } from './own-parameters.ts'
import { type AnyPattern, hasAbsenceLevels, knowsNearMisses } from './pattern.ts'
import { RuleScope } from './rule-scope.ts'
import {
  ScopeFold,
  type ScopeFoldSnapshot,
  type SharedByFolds,
  sharedByNone
} from './scope-fold.ts'
import type { FindingsView } from './standing-findings.ts'

export class RuleDetection {
  #rule: RuleVersion
  readonly pattern: AnyPattern
  readonly #parameters: Readonly<Record<string, unknown>>
  readonly #ruleScope: RuleScope
  readonly #hasAbsenceLevels: boolean
  readonly #shared: SharedByFolds
  readonly #scopeFolds = new Map<string, ScopeFold>()
  readonly #byTurn: readonly Set<ScopeFold>[] = Array.from(
    { length: turnsCount },
    () => new Set<ScopeFold>()
  )
  /** Scope folds with incidents deferred within their moment. */
  readonly #unsettled = new Set<ScopeFold>()
  /** When a scope changes by time alone, and by the watermark for a pattern with absence levels. */
  readonly #changes = new Deadlines()
  readonly #absences = new Deadlines()
  readonly #view: FindingsView = {
    continuity: new FindingContinuity(),
    worded: findings => findings,
    isSeen: finding => this.#isSeen(finding)
  }
  readonly #baselineMs: number
  /** Length of the past that can speak against an entry. */
  readonly pastMs: number
  #change: { readonly removed: Finding[]; readonly added: Finding[] } | null = null
  #moment: Moment
  #boundaryMs: number

  constructor(
    rule: RuleVersion,
    pattern: AnyPattern,
    moment: Moment,
    boundaryMs: number,
    shared = sharedByNone()
  ) {
    this.#shared = shared
    this.#rule = rule
    this.pattern = pattern
    this.#parameters = ownParameters(pattern, rule)
    this.#ruleScope = new RuleScope(rule, pattern, this.#parameters)
    this.#hasAbsenceLevels = hasAbsenceLevels(pattern)
    this.#baselineMs = (pattern.baselineDays?.(this.#parameters) ?? 0) * dayMs
    this.pastMs = (pattern.pastDays?.(this.#parameters) ?? 0) * dayMs || this.#baselineMs
    this.#moment = moment
    this.#boundaryMs = boundaryMs
  }

  get rule(): RuleVersion {
    return this.#rule
  }

  /** Severity of levels 1, 2, …; the last holds for all further levels. */
  get severities(): readonly Severity[] {
    return this.rule.severities ?? this.pattern.severities ?? usualSeverities
  }

  /**
   * What is open is there now, whatever was before it entered: no baseline says so, or one that has
   * moved on since.
   */
  get isThereWhileOpen(): boolean {
    return this.#baselineMs === 0 || this.pattern.endsByBaseline === true
  }

  /**
   * The theatre's past is shorter than this rule's baseline requires: nothing happening now can
   * enter.
   */
  get isWarming(): boolean {
    return this.isWarmingSince(this.#moment.past.restricted)
  }

  /** As `isWarming`, for a past that began at a moment; null: no past. */
  isWarmingSince(earliestMs: number | null): boolean {
    return (
      this.#baselineMs > 0 &&
      (earliestMs === null || earliestMs > this.#moment.horizonMs - this.#baselineMs)
    )
  }

  /** Failures of the rule's predicates: `where`, and those among its parameters. */
  get failures(): PredicateFailures {
    return bothFailures(
      this.#ruleScope.failures,
      this.pattern.failuresOf?.(this.#parameters) ?? noFailures
    )
  }

  /** All current findings, except those that ended before the boundary. */
  get findings(): Finding[] {
    return [...this.#scopeFolds.values()].flatMap(scopeFold =>
      scopeFold.findings.filter(f => this.#isRetained(f))
    )
  }

  /** Near misses in all scopes; null if the pattern cannot report them. */
  nearly(): readonly NearMiss[] | null {
    const { pattern } = this
    if (!knowsNearMisses(pattern)) return null
    return [...this.#scopeFolds].flatMap(([scope, { machine }]) =>
      this.#ruleScope.near(scope, machine.nearly?.(this.#moment) ?? [])
    )
  }

  /** Findings removed and added since the last call. An unchanged finding is the same object. */
  takeChange(): FindingChange {
    const change = this.#change ?? noChange
    this.#change = null
    return change
  }

  /** Removes and adds incidents. */
  apply(removed: readonly Incident[], added: readonly Incident[], shared?: SharedReports): void {
    if (removed.length === 0 && added.length === 1) {
      const incident = added[0] as Incident
      for (const scope of this.#ruleScope.scopesOf(incident)) {
        const scopeFold = this.#scopeFoldFor(scope, incident)
        if (scopeFold) this.#fold(scopeFold, scopeFold.insert(incident))
      }
    } else this.#applyAll(removed, added, shared ?? new SharedReports(removed))
  }

  #applyAll(removed: readonly Incident[], added: readonly Incident[], shared: SharedReports): void {
    const lowest = new Map<ScopeFold, number>()
    const touch = (scopeFold: ScopeFold, index: number) =>
      lowest.set(scopeFold, Math.min(index, lowest.get(scopeFold) ?? index))
    const folded = new Map<ScopeFold, Set<Incident>>()
    for (const incident of removed) {
      for (const scope of this.#ruleScope.scopesOf(incident)) {
        const scopeFold = this.#scopeFolds.get(scope)
        const index = scopeFold?.remove(incident) ?? null
        if (!scopeFold || index === null) continue
        touch(scopeFold, index)
        const known = folded.get(scopeFold)
        if (known === undefined) folded.set(scopeFold, new Set([incident]))
        else known.add(incident)
      }
    }
    for (const incident of added) {
      for (const scope of this.#ruleScope.scopesOf(incident)) {
        // A revised incident that was still folded stays in its fold, even if the base has passed
        // its place. If it merges with one in the base, the base has counted that one already: it
        // does not know its incidents individually.
        const held = this.#scopeFolds.get(scope)
        const before = held && folded.get(held)
        const goesOn = before !== undefined && !before.isDisjointFrom(shared.parentsOf(incident))
        const scopeFold = goesOn ? held : this.#scopeFoldFor(scope, incident)
        if (scopeFold) touch(scopeFold, scopeFold.insert(incident))
      }
    }
    for (const [scopeFold, index] of lowest) this.#fold(scopeFold, index)
  }

  /**
   * Goes on as another version of its rule that finds the same (`findTheSame`). Throws RangeError
   * if its words can't be read.
   */
  reword(rule: RuleVersion): void {
    this.#ruleScope.reword(rule)
    this.#rule = rule
    for (const { scope, standing } of this.#scopeFolds.values())
      this.#noteAll(standing.reword(this.#viewOf(scope)))
  }

  /** Sorts, in all scopes, incidents that were deferred within their moment. */
  settle(): void {
    if (this.#unsettled.size === 0) return
    for (const scopeFold of this.#unsettled) {
      const index = scopeFold.settle()
      if (index !== null) this.#fold(scopeFold, index)
    }
    this.#unsettled.clear()
  }

  /** Advances time: windows close, ages are reached, baselines become long enough. */
  advance(moment: Moment): void {
    const before = this.#moment
    if (isSameMoment(before, moment)) return
    const beforeMs = this.#nowMs
    this.#moment = moment
    const nowMs = this.#nowMs
    // The watermark may step back when a source that is further behind comes alive; a counted
    // silence is then not one yet.
    const isLookedAtAgain =
      nowMs < beforeMs ||
      (this.#hasAbsenceLevels &&
        (moment.watermarkMs ?? 0) < (before.watermarkMs ?? Number.NEGATIVE_INFINITY)) ||
      (this.#baselineMs > 0 && before.past !== moment.past) ||
      (this.pattern.clock === 'watermark' && before.unheard !== moment.unheard)
    if (isLookedAtAgain) {
      for (const scopeFold of this.#scopeFolds.values()) this.#evaluate(scopeFold)
      return
    }
    if (moment.watermarkMs !== null) this.#evaluateAll(this.#absences.reachedAt(moment.watermarkMs))
    if (nowMs !== beforeMs) this.#evaluateAll(this.#changes.reachedAt(nowMs))
  }

  /** True if a movement of the watermark, and nothing earlier, may change something. */
  get waitsForWatermark(): boolean {
    return this.pattern.clock === 'watermark' ? this.#changes.size > 0 : this.#absences.size > 0
  }

  /** The next moment at which a tick would change something; null = never. */
  nextChangeMs(): number | null {
    return this.pattern.clock === 'watermark' ? null : this.#changes.earliestMs()
  }

  /**
   * Moves the boundary: findings that ended before it are no longer published. Folds whose turn it
   * is fold what ended before it into their bases; scope folds without memory, or long without
   * findings, are removed.
   */
  trim({ boundaryMs, quietMs, turns }: Trim): void {
    this.#boundaryMs = boundaryMs
    for (const turn of turns) {
      const scopeFolds = this.#byTurn[turn] as Set<ScopeFold>
      if (scopeFolds.size === 0) continue
      for (const scopeFold of scopeFolds) {
        if (!scopeFold.isOld(boundaryMs)) continue
        scopeFold.trim(boundaryMs)
        if (scopeFold.saysNothing() || this.#isQuiet(scopeFold, quietMs)) this.#letGo(scopeFold)
      }
    }
  }

  #isQuiet(scopeFold: ScopeFold, sinceMs: number): boolean {
    if (this.pattern.remembersForGood || !scopeFold.isQuietSince(sinceMs)) return false
    const { scope, findings } = scopeFold
    return (
      !this.#changes.has(scope) &&
      !this.#absences.has(scope) &&
      !findings.some(f => this.#isRetained(f))
    )
  }

  /** It is removed with all that it folds. */
  letGo(): void {
    for (const scopeFold of this.#scopeFolds.values()) scopeFold.letGo()
  }

  /** The states of all scope folds; they never change afterwards. */
  snapshot(): ScopeFoldSnapshot[] {
    return [...this.#scopeFolds.values()].map(scopeFold => scopeFold.snapshot(this.#boundaryMs))
  }

  /**
   * Restores a snapshot. `incidents`: all present ones, in order of the fold. A fold whose last
   * state does not match them is refolded from its base.
   */
  restore(scopeFolds: readonly ScopeFoldSnapshot[], incidents: readonly Incident[]): void {
    const held = new Map(scopeFolds.map(scopeFold => [scopeFold.scope, new Set(scopeFold.held)]))
    for (const { scope, base, through } of scopeFolds)
      this.#newScopeFold(scope, through === null ? undefined : base, through)
    for (const incident of incidents) {
      for (const scope of this.#ruleScope.scopesOf(incident)) {
        // An incident that ended before the boundary is in a base, or forgotten with its fold,
        // unless that one holds it.
        if (incident.toMs < this.#boundaryMs && !held.get(scope)?.has(incident.id)) continue
        const scopeFold = this.#scopeFolds.get(scope) ?? this.#newScopeFold(scope, undefined, null)
        scopeFold.insert(incident)
      }
    }
    const saved = new Map(scopeFolds.map(scopeFold => [scopeFold.scope, scopeFold]))
    for (const scopeFold of this.#scopeFolds.values()) {
      const { states = [], outOfPlace } = saved.get(scopeFold.scope) ?? {}
      scopeFold.restore(states, outOfPlace)
      this.#folded(scopeFold, true)
    }
    this.takeChange()
  }

  #newScopeFold(scope: string, base: unknown, through: ScopeFoldSnapshot['through']): ScopeFold {
    const folding = { pattern: this.pattern, parameters: this.#parameters, ...this.#shared }
    const scopeFold = new ScopeFold(
      folding,
      this.#ruleScope.named(scope),
      turnOf(this.rule.ruleId, scope),
      base,
      through
    )
    this.#scopeFolds.set(scope, scopeFold)
    this.#byTurn[scopeFold.turn]?.add(scopeFold)
    return scopeFold
  }

  /** The scope fold that takes an incident; undefined if its base holds it. */
  #scopeFoldFor(scope: string, incident: Incident): ScopeFold | undefined {
    const scopeFold = this.#scopeFolds.get(scope)
    if (scopeFold === undefined) return this.#newScopeFold(scope, undefined, null)
    return scopeFold.isInBase(incident, this.#boundaryMs) ? undefined : scopeFold
  }

  #fold(scopeFold: ScopeFold, index: number): void {
    this.#folded(scopeFold, scopeFold.fold(index))
  }

  /** `isChanged`: false if the machine gives what it gave before. */
  #folded(scopeFold: ScopeFold, isChanged: boolean): void {
    if (scopeFold.isUnsettled) this.#unsettled.add(scopeFold)
    if (scopeFold.isBlank) {
      for (const finding of scopeFold.findings) this.#note(finding, 'removed')
      this.#letGo(scopeFold)
      return
    }
    if (isChanged || scopeFold.seenUnheard !== this.#moment.unheard) this.#evaluate(scopeFold)
  }

  #letGo(scopeFold: ScopeFold): void {
    const { scope } = scopeFold
    this.#scopeFolds.delete(scope)
    this.#byTurn[scopeFold.turn]?.delete(scopeFold)
    this.#unsettled.delete(scopeFold)
    this.#changes.set(scope, null)
    this.#absences.set(scope, null)
  }

  #isRetained(finding: Finding): boolean {
    return finding.toMs === null || finding.toMs >= this.#boundaryMs
  }

  get #nowMs(): number {
    const { horizonMs, watermarkMs } = this.#moment
    return this.pattern.clock === 'watermark'
      ? (watermarkMs ?? Number.NEGATIVE_INFINITY)
      : horizonMs
  }

  /** A layer has the past that its readers know of. */
  #hasBaselineAt(ms: number, layer: Handling = strictest): boolean {
    const earliestMs = this.#moment.past[layer]
    return earliestMs !== null && earliestMs <= ms - this.#baselineMs
  }

  #viewOf(scope: string): FindingsView {
    if (this.#ruleScope.hasNoWords) return this.#view
    return { ...this.#view, worded: findings => this.#ruleScope.worded(scope, findings) }
  }

  #isSeen(finding: Finding): boolean {
    if (!this.#isRetained(finding)) return false
    return (
      this.#baselineMs === 0 ||
      this.#hasBaselineAt(finding.levels[0]?.atMs ?? finding.fromMs, finding.layer)
    )
  }

  #evaluateAll(scopes: readonly string[]): void {
    for (const scope of scopes) this.#evaluate(this.#scopeFolds.get(scope) as ScopeFold)
  }

  #evaluate(scopeFold: ScopeFold): void {
    const { machine, scope } = scopeFold
    const { unheard, watermarkMs, past } = this.#moment
    const view = this.#viewOf(scope)
    const { removed, added } = scopeFold.standing.update(
      machine.findings(this.#moment),
      view,
      this.#boundaryMs,
      past
    )
    this.#noteAll({ removed, added })
    scopeFold.seenUnheard = unheard
    this.#changes.set(scope, machine.nextChangeMs(this.#moment))
    if (this.#hasAbsenceLevels)
      this.#absences.set(scope, machine.nextAbsenceMs?.(watermarkMs) ?? null)
  }

  #noteAll({ removed, added }: FindingChange): void {
    for (const finding of removed) this.#note(finding, 'removed')
    for (const finding of added) this.#note(finding, 'added')
  }

  /**
   * Notes that a finding was added or removed. One record may evaluate a scope twice: a finding
   * added and removed in between was neither. Removing one that ended before the boundary is not a
   * change.
   */
  #note(finding: Finding, which: 'removed' | 'added'): void {
    if (which === 'removed' && !this.#isRetained(finding)) return
    this.#change ??= { removed: [], added: [] }
    const there = this.#change[which === 'removed' ? 'added' : 'removed']
    const index = there.indexOf(finding)
    if (index === -1) this.#change[which].push(finding)
    else there.splice(index, 1)
  }
}

const noChange: FindingChange = { removed: [], added: [] }

/** Default of rules and patterns. Source: patterns.md#common-ground. */
export const usualSeverities: readonly Severity[] = ['moderate', 'severe', 'extreme']
