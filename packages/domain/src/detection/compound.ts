// Level 1: rules that read the findings of level-0 rules, never operator state. They run after
// level 0, once a record. If such a rule needs incidents, it has a level-0 pattern of its own: it
// reads only findings. pattern-catalogue.ts lists them.

import type { Finding } from '../finding/finding.ts'
import { type FindingChange, FindingContinuity } from '../finding/finding-continuity.ts'
import { Deadlines } from '../fold/deadlines.ts'
import type { Moment } from '../fold/moment.ts'
import { type Trim, turnOf, turnsCount } from '../fold/trim-schedule.ts'
import { compareText, type Incident } from '../incident/incident.ts'
import type { SharedReports } from '../incident/shared-reports.ts'
import { noFailures, type PredicateFailures } from '../predicate/predicate-failures.ts'
import type { Severity } from '../record/severity.ts'
import type { RuleVersion } from '../record/theatre-record.ts'
import { dayMs, type Span } from '../space-time/event-time.ts'
import { CompoundScope, type Input, type View } from './compound-scope.ts'
import { RuleDetection, usualSeverities } from './detection.ts'
import { ownParameters } from './own-parameters.ts'
import type {
  AnyPattern,
  LookBack,
  ParameterFault,
  ParameterTable,
  PatternExample,
  PatternWords
} from './pattern.ts'
import { FindingWords } from './rule-scope.ts'
import { type ScopeFoldSnapshot, sharedByNone } from './scope-fold.ts'

export interface CompoundPattern<P = never> {
  readonly id: string
  /** Left out for a building block over findings: it has those of its namesake. */
  readonly words?: PatternWords
  readonly parameters: ParameterTable<P>
  readonly examples: readonly PatternExample[]
  /** Severity of levels 1, 2, …; default: moderate, severe, extreme. */
  readonly severities?: readonly Severity[]
  /** As of a pattern of level 0. */
  readonly outlastsSilence?: true
  /** As of a pattern of level 0. */
  readonly clock?: 'horizon' | 'watermark'
  /**
   * A fold over incidents whose findings only this pattern reads, under the fold's own id. Its
   * parameters have the same names here.
   */
  readonly own?: AnyPattern
  /** As of a pattern of level 0. */
  failuresOf?(parameters: P): PredicateFailures
  /** As of a pattern of level 0. */
  faultsOf?(parameters: P): readonly ParameterFault[]
  /** As of a pattern of level 0, of the findings that it reads; those have their own rules. */
  looksBack?(parameters: P): LookBack
  /** How long a finding that has ended can still contribute to a new one, days. */
  lookbackDays(parameters: P): number
  /**
   * False if no finding of a rule is relevant: its changes are not looked at. Left out: any may be.
   */
  reads?(of: { readonly ruleId: string; readonly pattern: string }, parameters: P): boolean
  /** The scopes that take this finding; none if it is irrelevant. */
  scopesOf(input: Input, parameters: P): readonly string[]
  /**
   * True if a finding and its next version, in the same place of the same scopes, give the same
   * findings at the same moments: their scopes are not evaluated again. Left out: none do.
   */
  tellsSame?(before: Finding, now: Finding): boolean
  /**
   * The findings of a scope at the horizon. Pure. A later horizon alone changes levels and ends,
   * never evidence or measure.
   */
  findings(
    view: View,
    horizonMs: number,
    parameters: P,
    unheard: readonly Span[]
  ): readonly Finding[]
  /**
   * The first moment after the horizon at which `findings` changes while the view does not; null =
   * never.
   */
  nextChangeMs(
    view: View,
    horizonMs: number,
    parameters: P,
    unheard: readonly Span[]
  ): number | null
}

/** A level-1 pattern with any parameters, as detection handles it. */
export type AnyCompoundPattern = CompoundPattern<Readonly<Record<string, unknown>>>

/** How a level-0 rule's findings differ from before. */
export interface InputChange extends FindingChange {
  readonly ruleId: string
  readonly pattern: string
}

/**
 * Maximum number of findings per scope that ended before the boundary but are kept because a
 * current story began with them; the oldest are dropped. One scope of one story does not come near
 * it.
 */
export const remnantsMax = 10_000

/**
 * One level-1 rule. A record costs what its changes touch: only the views of their scopes are
 * evaluated again.
 */
export class CompoundDetection {
  #rule: RuleVersion
  readonly #pattern: AnyCompoundPattern
  readonly #parameters: Readonly<Record<string, unknown>>
  readonly #own: RuleDetection | null
  #words: FindingWords
  readonly #scopes = new Map<string, CompoundScope>()
  readonly #byTurn: readonly Set<string>[] = Array.from(
    { length: turnsCount },
    () => new Set<string>()
  )
  readonly #placed = new Map<Finding, { readonly input: Input; readonly scopes: Set<string> }>()
  /** When a scope changes by time alone. */
  readonly #changes = new Deadlines()
  readonly #dirty = new Set<string>()
  readonly #continuity = new FindingContinuity()
  #moment: Moment
  #boundaryMs: number

  constructor(
    rule: RuleVersion,
    pattern: AnyCompoundPattern,
    moment: Moment,
    boundaryMs: number,
    shared = sharedByNone()
  ) {
    this.#rule = rule
    this.#pattern = pattern
    this.#parameters = ownParameters(pattern, rule)
    this.#words = wordsOf(rule)
    this.#own = pattern.own
      ? new RuleDetection(ownRule(rule, pattern.own), pattern.own, moment, boundaryMs, shared)
      : null
    this.#moment = moment
    this.#boundaryMs = boundaryMs
  }

  get rule(): RuleVersion {
    return this.#rule
  }

  get severities(): readonly Severity[] {
    return this.rule.severities ?? this.#pattern.severities ?? usualSeverities
  }

  /** Failures of predicates among its parameters, or in its own fold of incidents. */
  get failures(): PredicateFailures {
    return this.#own?.failures ?? this.#pattern.failuresOf?.(this.#parameters) ?? noFailures
  }

  /** True if its own fold of incidents needs a longer past than the theatre has. */
  get isWarming(): boolean {
    return this.#own?.isWarming ?? false
  }

  isWarmingSince(earliestMs: number | null): boolean {
    return this.#own?.isWarmingSince(earliestMs) ?? false
  }

  get findings(): Finding[] {
    return [...this.#scopes.values()].flatMap(scope => scope.findings)
  }

  /** Sets all level-0 findings at the start; `update` then makes its own. */
  begin(
    level0: readonly {
      readonly ruleId: string
      readonly pattern: string
      readonly findings: readonly Finding[]
    }[]
  ): void {
    for (const { ruleId, pattern, findings } of level0) {
      for (const finding of findings) this.#place({ ruleId, pattern, finding })
    }
    for (const finding of this.#own?.findings ?? []) this.#place(this.#ownInput(finding))
  }

  /** Removes and adds incidents: they affect only its own fold. */
  apply(removed: readonly Incident[], added: readonly Incident[], shared?: SharedReports): void {
    this.#own?.apply(removed, added, shared)
  }

  /** Sorts incidents of its own fold that were deferred within their moment. */
  settle(): void {
    this.#own?.settle()
  }

  /**
   * Applies changes of level 0 and of time; gives removed and added findings. An unchanged finding
   * stays the same object.
   */
  update(changes: readonly InputChange[], moment: Moment): FindingChange {
    this.#own?.advance(moment)
    for (const change of changes) if (this.reads(change)) this.#take(change)
    const own = this.#own?.takeChange()
    if (own && own.removed.length + own.added.length > 0)
      this.#take({ ...own, ruleId: this.rule.ruleId, pattern: this.#ownPattern })
    this.#moveTime(moment)
    if (this.#dirty.size === 0) return noChange
    const change = { removed: [] as Finding[], added: [] as Finding[] }
    for (const scope of [...this.#dirty].sort(compareText)) this.#evaluate(scope, change)
    this.#dirty.clear()
    return change
  }

  /** False if no finding of a rule of level 0 is relevant. */
  reads(of: Pick<RuleVersion, 'ruleId' | 'pattern'>): boolean {
    return this.#pattern.reads?.(of, this.#parameters) !== false
  }

  /** Discards a level-0 rule's findings: it was removed or replaced. */
  forgetRule(ruleId: string): void {
    for (const [finding, { input }] of this.#placed) {
      if (input.ruleId === ruleId && input.pattern !== this.#own?.pattern.id)
        this.#displace(finding)
    }
  }

  /** As of `RuleDetection`; `update` must follow. */
  reword(rule: RuleVersion): void {
    this.#words = wordsOf(rule)
    this.#rule = rule
    for (const name of this.#scopes.keys()) this.#dirty.add(name)
  }

  /** The next moment at which a tick would change something; null = never. */
  nextChangeMs(): number | null {
    const ownMs = this.#own?.nextChangeMs() ?? null
    const nextMs = this.#pattern.clock === 'watermark' ? null : this.#changes.earliestMs()
    return ownMs === null || nextMs === null ? (ownMs ?? nextMs) : Math.min(ownMs, nextMs)
  }

  /** True if a movement of the watermark, and nothing earlier, may change something. */
  get waitsForWatermark(): boolean {
    return (
      this.#own?.waitsForWatermark === true ||
      (this.#pattern.clock === 'watermark' && this.#changes.size > 0)
    )
  }

  /** It is removed with all that its own fold folds. */
  letGo(): void {
    this.#own?.letGo()
  }

  /** Forgets what ended before the boundary, except beginnings of current stories. */
  trim(trim: Trim): void {
    this.#boundaryMs = trim.boundaryMs
    this.#own?.trim(trim)
    for (const turn of trim.turns) {
      const names = this.#byTurn[turn] as Set<string>
      if (names.size > 0)
        for (const name of names) this.#trimScope(name, this.#scopes.get(name) as CompoundScope)
    }
  }

  /**
   * The states of its own fold, and the findings that it keeps although level 0 has forgotten them.
   */
  snapshot(): ScopeFoldSnapshot[] {
    const remnants = [...this.#placed.values()].flatMap(({ input }) =>
      this.#isRetained(input.finding) ? [] : [input]
    )
    const kept =
      remnants.length === 0
        ? []
        : [{ scope: remnantScope, base: remnants, through: null, states: [] }]
    return [...(this.#own?.snapshot() ?? []), ...kept]
  }

  /**
   * Restores a snapshot; `begin` and `update` must follow. `incidents`: all present ones, in order
   * of the fold.
   */
  restore(scopeFolds: readonly ScopeFoldSnapshot[], incidents: readonly Incident[]): void {
    const remnants = scopeFolds.find(scopeFold => scopeFold.scope === remnantScope)
    for (const input of (remnants?.base as readonly Input[] | undefined) ?? []) this.#place(input)
    this.#own?.restore(
      scopeFolds.filter(scopeFold => scopeFold !== remnants),
      incidents
    )
  }

  #ownInput(finding: Finding): Input {
    return { ruleId: this.rule.ruleId, pattern: this.#ownPattern, finding }
  }

  get #ownPattern(): string {
    return (this.#own as RuleDetection).pattern.id
  }

  #take({ ruleId, pattern, removed, added }: InputChange): void {
    const old = removed[0]
    const now = added[0]
    // Most findings go on as the next version of themselves.
    if (
      removed.length === 1 &&
      added.length === 1 &&
      this.#goesOn(old as Finding, { ruleId, pattern, finding: now as Finding })
    )
      return
    // Level 0 has forgotten what ended before the boundary: its removal is not a change.
    for (const finding of removed) if (this.#isRetained(finding)) this.#displace(finding)
    for (const finding of added) {
      this.#place({ ruleId, pattern, finding })
      this.#displaceBefore(finding)
    }
  }

  /**
   * Puts a finding into the place of another, in the same scopes; false if it has another place.
   */
  #goesOn(old: Finding, input: Input): boolean {
    const placed = this.#placed.get(old)
    if (placed === undefined || !this.#isRetained(old) || this.#placed.has(input.finding))
      return false
    const names = this.#pattern.scopesOf(input, this.#parameters)
    if (names.length !== placed.scopes.size) return false
    const places: (readonly [CompoundScope, number])[] = []
    for (const name of names) {
      const scope = placed.scopes.has(name) ? this.#scopes.get(name) : undefined
      const at = scope?.placeFor(placed.input, input) ?? -1
      if (scope === undefined || at === -1) return false
      places.push([scope, at])
    }
    this.#placed.delete(old)
    this.#placed.set(input.finding, { input, scopes: placed.scopes })
    for (const [scope, at] of places) scope.replaceAt(at, input)
    if (this.#pattern.tellsSame?.(old, input.finding) !== true)
      for (const name of names) this.#dirty.add(name)
    this.#displaceBefore(input.finding)
    return true
  }

  /** A story that had ended before the boundary but continues replaces its kept beginning. */
  #displaceBefore(finding: Finding): void {
    const { input, scopes } = this.#placed.get(finding) ?? {}
    for (const name of scopes ?? []) {
      const kept = this.#scopes.get(name)?.endedBefore(this.#boundaryMs) ?? []
      if (kept.length === 0) continue
      // It shrinks by what is displaced.
      for (const other of kept.slice())
        if (other.ruleId === input?.ruleId && shareTriggers(other.finding, finding))
          this.#displace(other.finding)
    }
  }

  #place(input: Input): void {
    if (this.#placed.has(input.finding)) return
    const scopes = this.#pattern.scopesOf(input, this.#parameters)
    if (scopes.length === 0) return
    this.#placed.set(input.finding, { input, scopes: new Set(scopes) })
    for (const name of scopes) {
      const scope = this.#scopes.get(name) ?? this.#newScope(name)
      scope.insert(input)
      this.#dirty.add(name)
    }
  }

  #newScope(name: string): CompoundScope {
    const scope = new CompoundScope(name, turnOf(this.rule.ruleId, name))
    this.#scopes.set(name, scope)
    this.#byTurn[scope.turn]?.add(name)
    return scope
  }

  #displace(finding: Finding): void {
    const placed = this.#placed.get(finding)
    if (!placed) return
    this.#placed.delete(finding)
    for (const name of placed.scopes) {
      this.#scopes.get(name)?.remove(placed.input)
      this.#dirty.add(name)
    }
  }

  #moveTime(moment: Moment): void {
    const before = this.#moment
    const beforeMs = this.#nowMs
    this.#moment = moment
    const nowMs = this.#nowMs
    const isLookedAtAgain =
      nowMs < beforeMs || (this.#pattern.clock === 'watermark' && before.unheard !== moment.unheard)
    if (isLookedAtAgain) for (const name of this.#scopes.keys()) this.#dirty.add(name)
    if (nowMs <= beforeMs) return
    for (const name of this.#changes.reachedAt(nowMs)) this.#dirty.add(name)
  }

  get #nowMs(): number {
    const { horizonMs, watermarkMs } = this.#moment
    return this.#pattern.clock === 'watermark'
      ? (watermarkMs ?? Number.NEGATIVE_INFINITY)
      : horizonMs
  }

  #isRetained(finding: Finding): boolean {
    return finding.toMs === null || finding.toMs >= this.#boundaryMs
  }

  #evaluate(name: string, change: { removed: Finding[]; added: Finding[] }): void {
    const scope = this.#scopes.get(name)
    if (!scope) return
    const before = scope.findings
    const { view } = scope
    const found = this.#pattern.findings(view, this.#nowMs, this.#parameters, this.#moment.unheard)
    if (found.length + before.length > 0) {
      const seen = this.#words.areThePatterns
        ? found
        : found.map(finding => this.#words.of(finding, []))
      const { findings, removed, added } = this.#continuity.compare(
        before,
        seen.filter(f => this.#isRetained(f))
      )
      scope.findings = findings
      change.removed.push(...removed)
      change.added.push(...added)
    }
    this.#changes.set(
      name,
      this.#pattern.nextChangeMs(view, this.#nowMs, this.#parameters, this.#moment.unheard)
    )
    if (scope.inputs.length === 0) this.#dropScope(name)
  }

  #dropScope(name: string): void {
    this.#byTurn[this.#scopes.get(name)?.turn as number]?.delete(name)
    this.#scopes.delete(name)
    this.#changes.set(name, null)
  }

  #trimScope(name: string, scope: CompoundScope): void {
    const ended = scope.endedBefore(this.#boundaryMs).map(({ finding }) => finding)
    if (ended.length === 0) return
    scope.findings = scope.findings.filter(f => this.#isRetained(f))
    const lookbackMs = this.#pattern.lookbackDays(this.#parameters) * dayMs
    const cutMs = Math.min(this.#boundaryMs, ...scope.findings.map(f => f.fromMs - lookbackMs))
    const inOrder = ended.sort((a, b) => (a.toMs as number) - (b.toMs as number))
    const gone = inOrder.filter(
      (f, i) => (f.toMs as number) < cutMs || i < inOrder.length - remnantsMax
    )
    for (const finding of gone) this.#forget(finding, name, scope)
  }

  /** Without an event: it changes nothing that is still published. */
  #forget(finding: Finding, name: string, scope: CompoundScope): void {
    const placed = this.#placed.get(finding)
    if (placed !== undefined) scope.remove(placed.input)
    if (scope.inputs.length === 0) this.#dropScope(name)
    placed?.scopes.delete(name)
    if (placed?.scopes.size === 0) this.#placed.delete(finding)
  }
}

const noChange: FindingChange = { removed: [], added: [] }

/** Scope under which a snapshot keeps these findings: no fold has an empty scope. */
const remnantScope = ''

function wordsOf(rule: RuleVersion): FindingWords {
  return new FindingWords({ ...rule, groupBy: [] })
}

/** The rule of a pattern's own fold: the same incidents, and the parameters that the fold has. */
function ownRule(rule: RuleVersion, own: AnyPattern): RuleVersion {
  const parameters = Object.fromEntries(
    Object.entries(rule.parameters).filter(([name]) => name in own.parameters)
  )
  const { ruleId, ruleVersion, where } = rule
  return {
    ruleId,
    ruleVersion,
    pattern: own.id,
    parameters,
    ...(where === undefined ? {} : { where })
  }
}

function shareTriggers(a: Finding, b: Finding): boolean {
  return a.triggers.some(({ id }) => b.triggers.some(other => other.id === id))
}
