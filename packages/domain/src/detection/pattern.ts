// What a pattern is: a pure fold over the incidents of one scope in event-time order, and its
// findings at a horizon. Each pattern is in a folder under patterns/; pattern-catalogue.ts lists
// them. A pattern knows no alert, no report order, no clock.

import type { Finding } from '../finding/finding.ts'
import { isNamedBeside } from '../finding/named-evidence.ts'
import { withLast } from '../fold/exact-lists.ts'
import type { Incident } from '../incident/incident.ts'
import type { PredicateFailures } from '../predicate/predicate-failures.ts'
import type { Severity } from '../record/severity.ts'
import type { PersonKey, Seat } from '../report/report.ts'
import type { Span } from '../space-time/event-time.ts'
import type { NearMiss } from './near-miss.ts'
import { endlessKm, type Reach } from './reach-division.ts'
import type { MakeMachine } from './scope-machine.ts'

export interface Parameter<T> {
  readonly default: T
  /** `days`, `km`, `count`, … */
  readonly unit: string
  readonly meaning: string
  readonly source: string
  /**
   * Minimum and maximum of a number, or of each number of a list. Left out: what the unit allows
   * (rule-check.ts).
   */
  readonly min?: number
  readonly max?: number
  /**
   * Faults of one item of a list; paths from the item down. Left out: items must have the type of a
   * default item.
   */
  itemFaults?(item: unknown): readonly ParameterFault[]
}

export type ParameterTable<P> = { readonly [K in keyof P]: Parameter<P[K]> }

/**
 * An example that a test runs: reports in the short form of the testing package, and the expected
 * findings.
 */
export interface PatternExample {
  readonly name: string
  readonly given: readonly ExampleIncident[]
  /** Event time up to which windows close. */
  readonly horizon: string
  readonly expect: readonly {
    readonly group: Readonly<Record<string, string>>
    readonly level: number
    readonly open: boolean
  }[]
}

export interface ExampleIncident {
  readonly at: string
  readonly to?: string
  readonly category: Incident['category']
  readonly tactics?: readonly string[]
  readonly settlement?: string
  readonly admin1?: string
  readonly country?: string
  readonly lat?: number
  readonly lon?: number
  /** Precision, km; 2 where none is given. */
  readonly radiusKm?: number
  readonly source?: string
  /** The perpetrator; for an advisory, the issuer. */
  readonly actor?: string
  /** `[low, best, high]`, null is unknown. */
  readonly deaths?: readonly [number | null, number | null, number | null]
  readonly targets?: readonly string[]
  readonly persons?: readonly PersonKey[]
  readonly credibility?: number
  /** The greatest unit that the settlement is the seat of. */
  readonly seat?: Seat
}

/**
 * What a pattern of the catalogue tells people of itself, in RULES.md and by `tocsin rules
 * patterns`. Numbers stand in the parameters only: where words need one, they name its parameter in
 * backticks.
 */
export interface PatternWords {
  /** What it tells an operations centre. */
  readonly says: string
  /** What raises it to the next level. */
  readonly levels: string
  /** What ends it. */
  readonly ends: string
  /**
   * What reinstates a withdrawn alert although none of its reports has come back. Source: decision
   * 0038.
   */
  readonly comesBack: string
  /**
   * The same for tests: what two findings must have in common, as its examples do; null: only
   * reports.
   */
  readonly comesBackBy: 'settlement' | 'hub' | 'person' | PlaceReach | null
}

/**
 * How far from its place, and how much later, a pattern continues a situation: names of its
 * parameters.
 */
export interface PlaceReach {
  readonly km: string
  /** Added up. */
  readonly days: readonly string[]
}

/** Requirements on a place; all that are given must hold. */
export interface PlaceNeed {
  /** Coordinates precise to this many kilometres. */
  readonly withinKm?: number
  /** A known settlement. */
  readonly settlement?: true
  /** A certain first-level area. */
  readonly area?: true
}

/**
 * How far back a rule must see: days by the parameter, or the words, that ask for them. They add
 * up.
 */
export type LookBack = Readonly<Record<string, number>>

/** What every pattern over incidents states, whichever way it computes. */
interface PatternHead<P> {
  readonly id: string
  /** Left out for a fold that only a level-1 pattern reads: no rule names it. */
  readonly words?: PatternWords
  readonly parameters: ParameterTable<P>
  readonly examples: readonly PatternExample[]
  /**
   * Severity of levels 1, 2, …; default: moderate, severe, extreme. The last holds for all further
   * levels.
   */
  readonly severities?: readonly Severity[]
  /**
   * The lowest severity that pages people; below it an escalation is an update. Left out: every
   * severity pages.
   */
  readonly pagesFrom?: Severity
  /** True if silence ends nothing: while it is open it is news, however old its triggers are. */
  readonly outlastsSilence?: true
  /**
   * The clock of the pattern. `horizon`, the default: windows close and ages are reached by ticks.
   * `watermark`: for absence, which counts only once all live sources have reported later; it
   * stands still while none is live.
   */
  readonly clock?: 'horizon' | 'watermark'
  /**
   * Length of the theatre's own past that a baseline needs before an entry, days. Findings that
   * enter earlier are suppressed: the rule is warming. Left out if there is no baseline.
   */
  baselineDays?(parameters: P): number
  /**
   * Length of the past that can speak against an entry, days, where that is not the baseline: a
   * fold that does not know it raises no alert of what has ended since. Left out: the baseline, or
   * none.
   */
  pastDays?(parameters: P): number
  /**
   * Its baseline moves on with the days and ends what is usual by then: what is open is out of the
   * usual now.
   */
  readonly endsByBaseline?: true
  /**
   * What it must see of the past: its baseline and its window, and then the longest time without a
   * report at whose end its parameters end a finding or raise its level. A theatre retains more
   * than that. Left out by what no rule names.
   */
  looksBack?(parameters: P): LookBack
  /**
   * Faults of parameters whose types are right; left out if there can be none. The defaults have
   * none, and `step` tolerates faulty ones.
   */
  faultsOf?(parameters: P): readonly ParameterFault[]
  /**
   * Failures of predicates among its parameters, counted per list object. Left out if it has no
   * predicates.
   */
  failuresOf?(parameters: P): PredicateFailures
  /**
   * The pattern reads statistics too, to set a baseline. A statistic never triggers: by default
   * rules withhold them.
   */
  readonly readsStatistics?: true
  /**
   * What the place of this incident must be known by to trigger: one of these suffices. None if any
   * place does, or the incident is irrelevant. For people who ask why nothing fired; the fold does
   * not use it.
   */
  placeNeeds?(incident: Incident, parameters: P): readonly PlaceNeed[]
  /** The scopes whose fold takes this incident; none if it is irrelevant. */
  scopesOf(incident: Incident, parameters: P): readonly string[]
  /**
   * The settlement that a scope is of: it is followed at each of its sites. Left out, or null: of
   * none.
   */
  settlementOf?(scope: string, parameters: P): string | null
  /**
   * The reach within which the incidents of a scope may belong together: those beyond it are
   * followed by themselves (reach-machines.ts). Left out, or null: the scope is narrow, or all of
   * it belongs together.
   */
  findReach?(scope: string, parameters: P): Reach | null
  /** True if it tells the sites of settlements apart itself. */
  readonly tellsSitesApart?: true
  /**
   * True if its state matters for ever. Other states are removed when a scope had no findings for
   * twice the retention.
   */
  readonly remembersForGood?: true
}

/** A pattern that is an immutable fold. */
export interface Pattern<P = never, S = never> extends PatternHead<P> {
  initial(scope: string): S
  /**
   * The state after the next incident in event-time order. Never changes the given state, since
   * checkpoints share it.
   */
  step(state: S, incident: Incident, parameters: P): S
  /**
   * The findings when event time has reached `horizonMs` (the watermark, for a pattern on that
   * clock). A later horizon alone changes levels and ends, never evidence or measure. `unheard`:
   * spans of our own downtime, which are not silence of the sources. `watermarkMs`: for a pattern
   * of which only some levels are absences (`nextAbsenceMs`); null before any source was live.
   */
  findings(
    state: S,
    horizonMs: number,
    parameters: P,
    unheard: readonly Span[],
    watermarkMs?: number | null
  ): readonly Finding[]
  /**
   * Near misses of a scope: a measure at `nearShare` of the threshold or more, or one condition
   * short. For people who ask why nothing fired; alerts never rest on it. Left out if it cannot be
   * computed.
   */
  nearly?(state: S, horizonMs: number, parameters: P): readonly NearMiss[]
  /**
   * The first moment after `horizonMs` at which `findings` changes without a new incident; null =
   * never.
   */
  nextChangeMs(state: S, horizonMs: number, parameters: P, unheard: readonly Span[]): number | null
  /**
   * The first moment after the watermark at which `findings` changes when the watermark passes it;
   * null = never. Only for patterns on the horizon clock with absence levels.
   */
  nextAbsenceMs?(state: S, watermarkMs: number | null, parameters: P): number | null
  /**
   * True if two states give the same findings at any moment, and change them at the same moments:
   * what else they know is for incidents to come. Most incidents then cost a step alone. Left out:
   * each new state is asked.
   */
  tellsTheSame?(a: S, b: S): boolean
  /** The state without findings that ended before `beforeMs`. */
  forget(state: S, beforeMs: number): S
  /** True if it says no more than an initial state. Left out: it then equals that. */
  isBlank?(state: S): boolean
}

/** A pattern whose scopes are machines that change in place. */
export interface MachinePattern<P = never> extends PatternHead<P> {
  readonly machine: MakeMachine<P>
  /** True if some of its levels are absences: machines have `nextAbsenceMs`. */
  readonly hasAbsenceLevels?: true
  /** True if its near misses cannot be computed: machines have no `nearly`. */
  readonly hasNoNearMisses?: true
}

/** The reach of a pattern: in time, as far as it sees. Null if everything is within reach. */
export function buildReach(km: number, looksBack: LookBack): Reach | null {
  const days = Object.values(looksBack).reduce((sum, each) => sum + each, 0)
  return km < endlessKm ? { km, days } : null
}

/** A parameter's fault: its path, and a sentence without its subject. */
export interface ParameterFault {
  readonly path: readonly (string | number)[]
  readonly detail: string
}

/** A pattern with any parameters and state, as detection handles it. */
export type AnySteppedPattern = Pattern<Readonly<Record<string, unknown>>, unknown>
export type AnyPattern = AnySteppedPattern | MachinePattern<Readonly<Record<string, unknown>>>

/** True if some of its levels are absences, which count by the watermark. */
export function hasAbsenceLevels(pattern: AnyPattern): boolean {
  return 'machine' in pattern
    ? pattern.hasAbsenceLevels === true
    : pattern.nextAbsenceMs !== undefined
}

/** True if it can say what was nearly found. */
export function knowsNearMisses(pattern: AnyPattern): boolean {
  return 'machine' in pattern ? pattern.hasNoNearMisses !== true : pattern.nearly !== undefined
}

/**
 * The parameters of a rule: the pattern's defaults, overridden by name. Throws RangeError for an
 * unknown name, or a wrong type of a value or a list item.
 */
export function resolveParameters(
  pattern: Pick<AnyPattern, 'id' | 'parameters'>,
  overrides: Readonly<Record<string, unknown>>
): Readonly<Record<string, unknown>> {
  const resolved: Record<string, unknown> = {}
  for (const [name, parameter] of Object.entries(pattern.parameters))
    resolved[name] = parameter.default
  for (const [name, value] of Object.entries(overrides)) {
    const parameter = pattern.parameters[name]
    if (!parameter) throw new RangeError(`${pattern.id} has no parameter ${name}`)
    const [fault] = kindFaults(parameter, value)
    if (fault)
      throw new RangeError(`${pattern.id}: ${[name, ...fault.path].join('/')} ${fault.detail}`)
    resolved[name] = value
  }
  return resolved
}

/**
 * Faults of a value, or items of a list, whose type differs from the parameter's; paths from the
 * value down.
 */
export function kindFaults(
  { default: usual, itemFaults }: Parameter<unknown>,
  value: unknown
): readonly ParameterFault[] {
  if (kindOf(value) !== kindOf(usual))
    return [{ path: [], detail: `must be ${kindOf(usual)}, such as ${JSON.stringify(usual)}` }]
  if (!Array.isArray(value)) return []
  const kinds = [...new Set((usual as readonly unknown[]).map(kindOf))]
  const ofKind = (item: unknown) =>
    kinds.includes(kindOf(item)) ? [] : [{ path: [], detail: `must be ${kinds.join(' or ')}` }]
  return value.flatMap((item, i) =>
    (itemFaults ?? ofKind)(item).map(({ path, detail }) => ({ path: [i, ...path], detail }))
  )
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (value === null) return 'nothing'
  return (
    { number: 'a number', string: 'a text', boolean: 'true or false' }[typeof value as string] ??
    'an object'
  )
}

/**
 * Maximum of numbers in one list of a rule, such as its levels. Each is compared with at every
 * step.
 */
export const numbersMax = 50

/** The fault of an item that must be a number, for lists without default items. */
export function numberFaults(item: unknown): readonly ParameterFault[] {
  return typeof item === 'number' ? [] : [{ path: [], detail: 'must be a number' }]
}

interface NamedIncidents {
  readonly kept: readonly Incident[]
  readonly omitted: number
}

/** Appends evidence up to the limit; `omitted` counts the rest. */
export function addEvidence({ kept, omitted }: NamedIncidents, incident: Incident): NamedIncidents {
  return isNamedBeside(kept, incident)
    ? { kept: withLast(kept, incident), omitted }
    : { kept, omitted: omitted + 1 }
}
