// What a pattern is: a pure fold over the incidents of one scope in event-time order, and the findings that stand at a horizon.
// One pattern, one file under patterns/; pattern-catalogue.ts lists them. A pattern knows no alert, no report order, no clock.

import { evidenceMax, type Finding, type FindingMeasure } from '../finding/finding.ts'
import type { Incident } from '../incident/incident.ts'
import type { PredicateFailures } from '../predicate/predicate-failures.ts'
import type { Severity } from '../record/severity.ts'
import type { PersonKey, Seat } from '../report/report.ts'
import type { Span } from '../space-time/event-time.ts'

export interface Parameter<T> {
  readonly default: T
  /** `days`, `km`, `count`, … */
  readonly unit: string
  readonly meaning: string
  readonly source: string
  /** Of a number, or of each number of a list: the least and the most that a rule may set. Left out: what the unit allows (rule-check.ts). */
  readonly min?: number
  readonly max?: number
  /** What is wrong with one item of a list; paths from the item down. Left out: it is of the kind of some default item. */
  itemFaults?(item: unknown): readonly ParameterFault[]
}

export type ParameterTable<P> = { readonly [K in keyof P]: Parameter<P[K]> }

/** An example that a test runs: reports in the short form of the testing package, and what must come of them. */
export interface PatternExample {
  readonly name: string
  readonly given: readonly ExampleIncident[]
  /** Event time up to which windows close. */
  readonly horizon: string
  readonly expect: readonly { readonly group: Readonly<Record<string, string>>; readonly level: number; readonly open: boolean }[]
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
  /** Who did it; the role is `perpetrator`, of an advisory `issuer`. */
  readonly actor?: string
  /** `[low, best, high]`, null is unknown. */
  readonly deaths?: readonly [number | null, number | null, number | null]
  readonly targets?: readonly string[]
  readonly persons?: readonly PersonKey[]
  readonly credibility?: number
  /** What the settlement is the seat of. */
  readonly seat?: Seat
}

/** All that is named must hold of a place. */
export interface PlaceNeed {
  /** Coordinates that are known to so many kilometres. */
  readonly withinKm?: number
  /** A settlement that is known. */
  readonly settlement?: true
  /** A first-level area that it lies in for certain. */
  readonly area?: true
}

export interface Pattern<P = never, S = never> {
  readonly id: string
  readonly parameters: ParameterTable<P>
  readonly examples: readonly PatternExample[]
  /** Severity of the levels 1, 2, … where they are not moderate, severe, extreme; the last one holds for all further levels. */
  readonly severities?: readonly Severity[]
  /** The least severity that pages people; under it a raise is an update. Left out: every severity pages. */
  readonly pagesFrom?: Severity
  /**
   * What its time is. `horizon`, the default: windows close and ages are reached by ticks. `watermark`: for absence, which counts only once all live
   * sources have spoken of that time; while none is live it stands still.
   */
  readonly clock?: 'horizon' | 'watermark'
  /**
   * How much of the theatre's own past a baseline needs before an entry, days. A finding whose entry lies less than that after the earliest incident of the
   * theatre is not seen: the rule is warming. Left out where there is no baseline.
   */
  baselineDays?(parameters: P): number
  /** What is wrong with parameters whose kinds are right; left out where nothing can be. Its defaults have no fault, and `step` bears faulty ones. */
  faultsOf?(parameters: P): readonly ParameterFault[]
  /** Where predicates among its parameters gave no answer, counted for these very lists of them. Left out where it has no predicates. */
  failuresOf?(parameters: P): PredicateFailures
  /** It asks for statistics too, to set a baseline by them. A statistic never triggers: without this the rule's own view withholds them. */
  readonly readsStatistics?: true
  /**
   * What a place of this incident must be known by, for the incident to trigger: one of these will do. None where any place will, and where the incident is
   * of no interest. For people who ask why nothing fired; the fold never asks.
   */
  placeNeeds?(incident: Incident, parameters: P): readonly PlaceNeed[]
  /** The scopes whose fold takes this incident; none where it is of no interest. */
  scopesOf(incident: Incident, parameters: P): readonly string[]
  initial(scope: string): S
  /** The state after the next incident in event-time order. Never changes the state that it is given: checkpoints share it. */
  step(state: S, incident: Incident, parameters: P): S
  /**
   * What stands when event time has reached `horizonMs` (the watermark, for a pattern on that clock). A later horizon alone changes levels and ends, never
   * evidence or measure. `unheard` are spans in which nobody listened: our own downtime is no silence of the sources. The watermark comes along for a
   * pattern of which only some levels are absences (`nextAbsenceMs`); null before any source was live.
   */
  findings(state: S, horizonMs: number, parameters: P, unheard: readonly Span[], watermarkMs?: number | null): readonly Finding[]
  /**
   * What in a scope comes near to a finding that is not there: its measure at `nearShare` of the threshold or more, or one condition short. For people who
   * ask why nothing fired; alerts never rest on it. Left out where it can't be said.
   */
  nearly?(state: S, horizonMs: number, parameters: P): readonly NearMiss[]
  /** The first moment after `horizonMs` at which `findings` would change without any incident; null = never. */
  nextChangeMs(state: S, horizonMs: number, parameters: P, unheard: readonly Span[]): number | null
  /**
   * The first moment after the watermark at which `findings` would change when the watermark passes it; null = never. Only of a pattern on the clock of the
   * horizon that has levels of absence as well.
   */
  nextAbsenceMs?(state: S, watermarkMs: number | null, parameters: P): number | null
  /** True where its state still matters after any time. Others are let go where a scope has had nothing to say for twice what a theatre retains. */
  readonly remembersForGood?: true
  /** The state without findings that ended before `beforeMs`. */
  forget(state: S, beforeMs: number): S
}

/** What is wrong with a parameter: where, and a sentence without its subject. */
export interface ParameterFault {
  readonly path: readonly (string | number)[]
  readonly detail: string
}

export interface NearMiss {
  readonly group: Finding['group']
  readonly measure: FindingMeasure
  /** In words: `1 incident more`, `one criterion more`. */
  readonly lacks: string
  /** What counts so far, in order of the fold; at least one. */
  readonly incidents: readonly Incident[]
}

/** Of a threshold: from here on a measure is near. */
export const nearShare = 0.7

/** A pattern as the detection handles it, whatever its parameters and state are inside. */
export type AnyPattern = Pattern<Readonly<Record<string, unknown>>, unknown>

/** The parameters of a rule: the pattern's defaults, overridden by name. Throws RangeError for a name, a kind or an item of a list that the pattern has not. */
export function resolveParameters(
  pattern: Pick<AnyPattern, 'id' | 'parameters'>,
  overrides: Readonly<Record<string, unknown>>
): Readonly<Record<string, unknown>> {
  const resolved: Record<string, unknown> = {}
  for (const [name, parameter] of Object.entries(pattern.parameters)) resolved[name] = parameter.default
  for (const [name, value] of Object.entries(overrides)) {
    const parameter = pattern.parameters[name]
    if (!parameter) throw new RangeError(`${pattern.id} has no parameter ${name}`)
    const [fault] = kindFaults(parameter, value)
    if (fault) throw new RangeError(`${pattern.id}: ${[name, ...fault.path].join('/')} ${fault.detail}`)
    resolved[name] = value
  }
  return resolved
}

/** What keeps a value, or items of a list, from being of the kind of a parameter; paths from the value down. */
export function kindFaults({ default: usual, itemFaults }: Parameter<unknown>, value: unknown): readonly ParameterFault[] {
  if (kindOf(value) !== kindOf(usual)) return [{ path: [], detail: `must be ${kindOf(usual)}, such as ${JSON.stringify(usual)}` }]
  if (!Array.isArray(value)) return []
  const kinds = [...new Set((usual as readonly unknown[]).map(kindOf))]
  const ofKind = (item: unknown) => (kinds.includes(kindOf(item)) ? [] : [{ path: [], detail: `must be ${kinds.join(' or ')}` }])
  return value.flatMap((item, i) => (itemFaults ?? ofKind)(item).map(({ path, detail }) => ({ path: [i, ...path], detail })))
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (value === null) return 'nothing'
  return { number: 'a number', string: 'a text', boolean: 'true or false' }[typeof value as string] ?? 'an object'
}

/** What must be a number, where a list has no default items to tell by. */
export function numberFaults(item: unknown): readonly ParameterFault[] {
  return typeof item === 'number' ? [] : [{ path: [], detail: 'must be a number' }]
}

interface NamedIncidents {
  readonly kept: readonly Incident[]
  readonly omitted: number
}

/** Appends evidence under the limit; `omitted` counts what no longer fits. */
export function addEvidence(evidence: NamedIncidents, incident: Incident): NamedIncidents {
  return addUpTo(evidenceMax, evidence, incident)
}

/** The same under a limit of the caller's. */
export function addUpTo(most: number, { kept, omitted }: NamedIncidents, incident: Incident): NamedIncidents {
  return kept.length < most ? { kept: [...kept, incident], omitted } : { kept, omitted: omitted + 1 }
}
