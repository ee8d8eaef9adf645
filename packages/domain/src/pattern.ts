// What a pattern is: a pure fold over the incidents of one scope in event-time order, and the findings that stand at a horizon.
// One pattern, one file under patterns/; pattern-catalogue.ts lists them. A pattern knows no alert, no report order, no clock.

import type { Incident } from './incident.ts'

/** A level that a finding reached, in event time. Level 1 is the entry. */
export interface FindingLevel {
  readonly level: number
  readonly atMs: number
  /** What made it, in the pattern's words: `partial`, `full`, `30 days`. */
  readonly reason: string
}

export interface FindingMeasure {
  readonly name: string
  readonly value: number
  readonly threshold: number
  readonly baseline: number | null
}

/** What a rule sees in all that is known. Plain data. */
export interface Finding {
  /** What it is about, as alerts show it: `{settlement: 'Diosso', …}`. Findings of one group that overlap in time are one story. */
  readonly group: Readonly<Record<string, string>>
  readonly fromMs: number
  /** Null while it is open. */
  readonly toMs: number | null
  readonly levels: readonly FindingLevel[]
  readonly measure: FindingMeasure
  /** Incidents that made it, in order of the fold; at most `evidenceMax`. */
  readonly triggers: readonly Incident[]
  readonly support: readonly Incident[]
  /** Evidence beyond the limit, counted and no longer named. */
  readonly omitted: number
  readonly headline: string
  readonly explanation: string
}

/** Evidence that a finding names at most; the rest is counted. Source: design, section 3. */
export const evidenceMax = 500

export interface Parameter<T> {
  readonly default: T
  /** `days`, `km`, `count`, … */
  readonly unit: string
  readonly meaning: string
  readonly source: string
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
  readonly lat?: number
  readonly lon?: number
  readonly source?: string
}

export interface Pattern<P = never, S = never> {
  readonly id: string
  readonly parameters: ParameterTable<P>
  readonly examples: readonly PatternExample[]
  /** The scopes whose fold takes this incident; none where it is of no interest. */
  scopesOf(incident: Incident, parameters: P): readonly string[]
  initial(scope: string): S
  /** The state after the next incident in event-time order. Never changes the state that it is given: checkpoints share it. */
  step(state: S, incident: Incident, parameters: P): S
  /** What stands when event time has reached `horizonMs`. A later horizon alone changes levels and ends, never evidence or measure. */
  findings(state: S, horizonMs: number, parameters: P): readonly Finding[]
  /** The first moment after `horizonMs` at which `findings` would change without any incident; null = never. */
  nextChangeMs(state: S, horizonMs: number, parameters: P): number | null
  /** The state without findings that ended before `beforeMs`. */
  forget(state: S, beforeMs: number): S
}

/** A pattern as the detection handles it, whatever its parameters and state are inside. */
export type AnyPattern = Pattern<Readonly<Record<string, unknown>>, unknown>

/** The parameters of a rule: the pattern's defaults, overridden by name. Throws RangeError for a name or type that the pattern has not. */
export function resolveParameters(
  pattern: AnyPattern,
  overrides: Readonly<Record<string, unknown>>
): Readonly<Record<string, unknown>> {
  const resolved: Record<string, unknown> = {}
  for (const [name, parameter] of Object.entries(pattern.parameters)) resolved[name] = parameter.default
  for (const [name, value] of Object.entries(overrides)) {
    const parameter = pattern.parameters[name]
    if (!parameter) throw new RangeError(`${pattern.id} has no parameter ${name}`)
    if (typeof value !== typeof parameter.default || Array.isArray(value) !== Array.isArray(parameter.default)) {
      throw new RangeError(`${pattern.id}: ${name} must be like ${JSON.stringify(parameter.default)}`)
    }
    resolved[name] = value
  }
  return resolved
}

/** Numbers each moment as the next level, in order of time; equal times keep their order. */
export function numberLevels(moments: readonly { readonly atMs: number; readonly reason: string }[]): FindingLevel[] {
  return moments
    .map((moment, order) => ({ ...moment, order }))
    .sort((a, b) => a.atMs - b.atMs || a.order - b.order)
    .map(({ atMs, reason }, i) => ({ level: i + 1, atMs, reason }))
}

/** Measures are compared and shown at six digits, so that the order of additions can't show. Source: design, section 3. */
export function roundMeasure(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

/** Appends evidence under the limit; `omitted` counts what no longer fits. */
export function addEvidence(
  evidence: { readonly kept: readonly Incident[]; readonly omitted: number },
  incident: Incident
): { kept: readonly Incident[]; omitted: number } {
  return evidence.kept.length < evidenceMax
    ? { kept: [...evidence.kept, incident], omitted: evidence.omitted }
    : { kept: evidence.kept, omitted: evidence.omitted + 1 }
}
