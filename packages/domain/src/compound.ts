// Level 1: rules that read the findings of level-0 rules, never operators' state. They are evaluated after level 0, once a record. What such a rule needs
// of incidents it reads through a level-0 pattern of its own: so all that it sees are findings. Which patterns there are: compound-catalogue.ts.

import type { Severity } from './alert.ts'
import { groupKeyOf } from './alert-matching.ts'
import { RuleDetection, type TrackSnapshot, usualSeverities } from './detection.ts'
import { dayMs, type Span } from './event-time.ts'
import { areEqual, type FindingChange } from './finding-continuity.ts'
import { compareText, type Incident } from './incident.ts'
import type { Moment } from './moment.ts'
import {
  type AnyPattern,
  type Finding,
  type ParameterFault,
  type ParameterTable,
  type PatternExample,
  resolveParameters
} from './pattern.ts'
import { FindingWords, type WhereFailures } from './rule-lens.ts'
import type { RuleVersion } from './theatre-record.ts'

/** A finding of level 0, and whose it is. */
export interface Input {
  readonly ruleId: string
  readonly pattern: string
  readonly finding: Finding
}

/** What of level 0 lies in one scope of a level-1 pattern, in order of time. */
export interface View {
  readonly scope: string
  readonly inputs: readonly Input[]
}

export interface CompoundPattern<P = never> {
  readonly id: string
  readonly parameters: ParameterTable<P>
  readonly examples: readonly PatternExample[]
  /** Severity of the levels 1, 2, … where they are not moderate, severe, extreme. */
  readonly severities?: readonly Severity[]
  /** As of a pattern of level 0. */
  readonly clock?: 'horizon' | 'watermark'
  /** A fold over incidents whose findings this pattern alone reads, under the fold's own id. Its parameters have the same names here. */
  readonly own?: AnyPattern
  /** As of a pattern of level 0. */
  faultsOf?(parameters: P): readonly ParameterFault[]
  /** How long a finding that ended can still take part in one that begins, days. */
  lookbackDays(parameters: P): number
  /** The scopes that see this finding; none where it is of no interest. */
  scopesOf(input: Input, parameters: P): readonly string[]
  /** What stands in a scope at the horizon. Pure. A later horizon alone changes levels and ends, never evidence or measure. */
  findings(view: View, horizonMs: number, parameters: P, unheard: readonly Span[]): readonly Finding[]
  /** The first moment after the horizon at which `findings` would change though the view does not; null = never. */
  nextChangeMs(view: View, horizonMs: number, parameters: P, unheard: readonly Span[]): number | null
}

/** A level-1 pattern as the detection handles it, whatever its parameters are. */
export type AnyCompoundPattern = CompoundPattern<Readonly<Record<string, unknown>>>

/** What a level-0 rule sees otherwise than before. */
export interface InputChange extends FindingChange {
  readonly ruleId: string
  readonly pattern: string
}

/** Findings that ended before the boundary and are kept in one scope, because a story that goes on began with them; beyond it the oldest go. */
export const remnantsMax = 500

interface Scope {
  readonly inputs: Map<Finding, Input>
  findings: readonly Finding[]
  nextChangeMs: number | null
}

/** One level-1 rule. A record costs what its changes touch: the views of their scopes are looked at again, and no others. */
export class CompoundDetection {
  readonly rule: RuleVersion
  readonly #pattern: AnyCompoundPattern
  readonly #parameters: Readonly<Record<string, unknown>>
  readonly #own: RuleDetection | null
  readonly #words: FindingWords
  readonly #scopes = new Map<string, Scope>()
  readonly #placed = new Map<Finding, { readonly input: Input; readonly scopes: Set<string> }>()
  readonly #timed = new Set<string>()
  readonly #dirty = new Set<string>()
  #moment: Moment
  #boundaryMs: number

  constructor(rule: RuleVersion, pattern: AnyCompoundPattern, moment: Moment, boundaryMs: number) {
    this.rule = rule
    this.#pattern = pattern
    this.#parameters = resolveParameters(pattern as unknown as AnyPattern, rule.parameters)
    this.#words = new FindingWords({ ...rule, groupBy: [] })
    this.#own = pattern.own ? new RuleDetection(ownRule(rule, pattern.own), pattern.own, moment, boundaryMs) : null
    this.#moment = moment
    this.#boundaryMs = boundaryMs
  }

  get severities(): readonly Severity[] {
    return this.rule.severities ?? this.#pattern.severities ?? usualSeverities
  }

  /** Incidents for which the rule's predicate gave no answer. */
  get whereFailures(): WhereFailures {
    return this.#own?.whereFailures ?? { count: 0, lastMessage: null }
  }

  /** What its own fold of incidents lacks in the theatre's past. */
  get isWarming(): boolean {
    return this.#own?.isWarming ?? false
  }

  get findings(): Finding[] {
    return [...this.#scopes.values()].flatMap(scope => scope.findings)
  }

  /** Takes all that level 0 sees, at the beginning; `update` makes the findings of it. */
  begin(level0: readonly { readonly ruleId: string; readonly pattern: string; readonly findings: readonly Finding[] }[]): void {
    for (const { ruleId, pattern, findings } of level0) {
      for (const finding of findings) this.#place({ ruleId, pattern, finding })
    }
    for (const finding of this.#own?.findings ?? []) this.#place(this.#ownInput(finding))
  }

  /** Takes incidents out and in: they concern its own fold alone. */
  apply(removed: readonly Incident[], added: readonly Incident[]): void {
    this.#own?.apply(removed, added)
  }

  /** Takes what level 0 sees otherwise, and the time, and gives what went and came. What did not change stays the same object. */
  update(changes: readonly InputChange[], moment: Moment): FindingChange {
    this.#own?.advance(moment)
    for (const change of changes) this.#take(change)
    if (this.#own) this.#take({ ruleId: this.rule.ruleId, pattern: this.#own.pattern.id, ...this.#own.takeChange() })
    this.#moveTime(moment)
    const change = { removed: [] as Finding[], added: [] as Finding[] }
    for (const scope of [...this.#dirty].sort(compareText)) this.#evaluate(scope, change)
    this.#dirty.clear()
    return change
  }

  /** Lets go of what a rule of level 0 saw: it is no more, or another version takes its place. */
  forgetRule(ruleId: string): void {
    for (const [finding, { input }] of this.#placed) {
      if (input.ruleId === ruleId && input.pattern !== this.#own?.pattern.id) this.#displace(finding)
    }
  }

  /** The next moment at which a tick to it would change something; null = never. */
  nextChangeMs(): number | null {
    const moments = [this.#own?.nextChangeMs() ?? null]
    if (this.#pattern.clock !== 'watermark') for (const scope of this.#timed) moments.push(this.#nextOf(scope))
    const known = moments.filter(ms => ms !== null)
    return known.length === 0 ? null : Math.min(...known)
  }

  /** True where something may change when the watermark moves, and not before. */
  get waitsForWatermark(): boolean {
    return this.#own?.waitsForWatermark === true || (this.#pattern.clock === 'watermark' && this.#timed.size > 0)
  }

  /** True while its own fold still needs this incident. */
  holds(incident: Incident): boolean {
    return this.#own?.holds(incident) === true
  }

  /** Lets go of what ended before the boundary, but for what a story that goes on began with. */
  trim(boundaryMs: number, incidents: readonly Incident[]): void {
    this.#boundaryMs = boundaryMs
    this.#own?.trim(boundaryMs, incidents)
    for (const [name, scope] of this.#scopes) this.#trimScope(name, scope)
  }

  /** The states of its own fold, and what it keeps of findings that level 0 has forgotten. */
  snapshot(): TrackSnapshot[] {
    const remnants = [...this.#placed.values()].flatMap(({ input }) => (this.#isRetained(input.finding) ? [] : [input]))
    const kept = remnants.length === 0 ? [] : [{ scope: remnantScope, base: remnants, through: null, states: [] }]
    return [...(this.#own?.snapshot() ?? []), ...kept]
  }

  /** Puts a snapshot back; `begin` and `update` must follow. `incidents` are all that are present, in order of the fold. */
  restore(tracks: readonly TrackSnapshot[], incidents: readonly Incident[]): void {
    const remnants = tracks.find(track => track.scope === remnantScope)
    for (const input of (remnants?.base as readonly Input[] | undefined) ?? []) this.#place(input)
    this.#own?.restore(
      tracks.filter(track => track !== remnants),
      incidents
    )
  }

  #ownInput(finding: Finding): Input {
    return { ruleId: this.rule.ruleId, pattern: (this.#own as RuleDetection).pattern.id, finding }
  }

  #take({ ruleId, pattern, removed, added }: InputChange): void {
    // Of what ended before the boundary level 0 knows nothing any more: that it goes is no news.
    for (const finding of removed) if (this.#isRetained(finding)) this.#displace(finding)
    for (const finding of added) this.#place({ ruleId, pattern, finding })
  }

  #place(input: Input): void {
    if (this.#placed.has(input.finding)) return
    const scopes = this.#pattern.scopesOf(input, this.#parameters)
    if (scopes.length === 0) return
    this.#placed.set(input.finding, { input, scopes: new Set(scopes) })
    for (const name of scopes) {
      const scope = this.#scopes.get(name) ?? { inputs: new Map(), findings: [], nextChangeMs: null }
      scope.inputs.set(input.finding, input)
      this.#scopes.set(name, scope)
      this.#dirty.add(name)
    }
  }

  #displace(finding: Finding): void {
    const placed = this.#placed.get(finding)
    if (!placed) return
    this.#placed.delete(finding)
    for (const name of placed.scopes) {
      this.#scopes.get(name)?.inputs.delete(finding)
      this.#dirty.add(name)
    }
  }

  #moveTime(moment: Moment): void {
    const before = this.#moment
    const beforeMs = this.#nowMs
    this.#moment = moment
    const nowMs = this.#nowMs
    const isLookedAtAgain = nowMs < beforeMs || (this.#pattern.clock === 'watermark' && before.unheard !== moment.unheard)
    if (isLookedAtAgain) for (const name of this.#scopes.keys()) this.#dirty.add(name)
    if (nowMs <= beforeMs) return
    for (const name of this.#timed) if ((this.#nextOf(name) ?? Number.POSITIVE_INFINITY) <= nowMs) this.#dirty.add(name)
  }

  get #nowMs(): number {
    const { horizonMs, watermarkMs } = this.#moment
    return this.#pattern.clock === 'watermark' ? (watermarkMs ?? Number.NEGATIVE_INFINITY) : horizonMs
  }

  #nextOf(name: string): number | null {
    return this.#scopes.get(name)?.nextChangeMs ?? null
  }

  #isRetained(finding: Finding): boolean {
    return finding.toMs === null || finding.toMs >= this.#boundaryMs
  }

  #evaluate(name: string, change: { removed: Finding[]; added: Finding[] }): void {
    const scope = this.#scopes.get(name)
    if (!scope) return
    const before = scope.findings
    const view = { scope: name, inputs: [...scope.inputs.values()].sort(compareInputs) }
    const found = this.#pattern.findings(view, this.#nowMs, this.#parameters, this.#moment.unheard)
    const seen = this.#words.areThePatterns ? found : found.map(finding => this.#words.of(finding, []))
    scope.findings = seen.filter(f => this.#isRetained(f)).map(f => before.find(other => isSame(other, f)) ?? f)
    change.removed.push(...before.filter(f => !scope.findings.includes(f)))
    change.added.push(...scope.findings.filter(f => !before.includes(f)))
    scope.nextChangeMs = this.#pattern.nextChangeMs(view, this.#nowMs, this.#parameters, this.#moment.unheard)
    if (scope.nextChangeMs === null) this.#timed.delete(name)
    else this.#timed.add(name)
    if (scope.inputs.size === 0) this.#dropScope(name)
  }

  #dropScope(name: string): void {
    this.#scopes.delete(name)
    this.#timed.delete(name)
  }

  #trimScope(name: string, scope: Scope): void {
    const ended = [...scope.inputs.keys()].filter(f => !this.#isRetained(f))
    if (ended.length === 0) return
    scope.findings = scope.findings.filter(f => this.#isRetained(f))
    const lookbackMs = this.#pattern.lookbackDays(this.#parameters) * dayMs
    const cutMs = Math.min(this.#boundaryMs, ...scope.findings.map(f => f.fromMs - lookbackMs))
    const inOrder = ended.sort((a, b) => (a.toMs as number) - (b.toMs as number))
    const gone = inOrder.filter((f, i) => (f.toMs as number) < cutMs || i < inOrder.length - remnantsMax)
    for (const finding of gone) this.#forget(finding, name, scope)
  }

  /** Quietly: it changes nothing that is still told. */
  #forget(finding: Finding, name: string, scope: Scope): void {
    scope.inputs.delete(finding)
    if (scope.inputs.size === 0) this.#dropScope(name)
    const placed = this.#placed.get(finding)
    placed?.scopes.delete(name)
    if (placed?.scopes.size === 0) this.#placed.delete(finding)
  }
}

/** Of the track in which a snapshot keeps remnants: no fold has a scope without a name. */
const remnantScope = ''

/** The rule of a pattern's own fold: the same incidents, and those of the parameters that the fold has. */
function ownRule(rule: RuleVersion, own: AnyPattern): RuleVersion {
  const parameters = Object.fromEntries(Object.entries(rule.parameters).filter(([name]) => name in own.parameters))
  const { ruleId, ruleVersion, where } = rule
  return { ruleId, ruleVersion, pattern: own.id, parameters, ...(where === undefined ? {} : { where }) }
}

function isSame(a: Finding, b: Finding): boolean {
  return a === b || (a.fromMs === b.fromMs && groupKeyOf(a) === groupKeyOf(b) && areEqual(a, b))
}

function compareInputs(a: Input, b: Input): number {
  return (
    a.finding.fromMs - b.finding.fromMs ||
    compareText(a.pattern, b.pattern) ||
    compareText(groupKeyOf(a.finding), groupKeyOf(b.finding)) ||
    compareText(a.ruleId, b.ruleId) ||
    compareText(a.finding.triggers[0]?.id ?? '', b.finding.triggers[0]?.id ?? '')
  )
}

/** When a finding of level 0 entered. */
export function entryOf(finding: Finding): number {
  return finding.levels[0]?.atMs ?? finding.fromMs
}

/** True for what rests on drills: they are folded apart from the world, so that one trigger speaks for all. */
export function isDrill(finding: Finding): boolean {
  return finding.triggers[0]?.drill === true
}
