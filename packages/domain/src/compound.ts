// Level 1: rules that read the findings of level-0 rules, never incidents and never operators' state. They are evaluated after level 0, once a
// record. None is in the catalogue yet; the stage stands, so that the order of decisions will not change when they come.

import { signatureOf } from './alert-content.ts'
import type { FindingChange } from './detection.ts'
import type { Finding, ParameterTable } from './pattern.ts'
import type { RuleVersion } from './theatre-record.ts'

/** What level 0 sees, by rule id. */
export type FindingsByRule = ReadonlyMap<string, readonly Finding[]>

export interface CompoundPattern {
  readonly id: string
  readonly parameters: ParameterTable<Readonly<Record<string, unknown>>>
  /** What stands at the horizon, from what level 0 sees. Pure. A later horizon alone changes levels and ends, never evidence or measure. */
  findings(inputs: FindingsByRule, horizonMs: number, parameters: Readonly<Record<string, unknown>>): readonly Finding[]
  /** The first moment after the horizon at which `findings` would change though level 0 does not; null = never. */
  nextChangeMs(inputs: FindingsByRule, horizonMs: number, parameters: Readonly<Record<string, unknown>>): number | null
}

export const compoundPatterns: ReadonlyMap<string, CompoundPattern> = new Map()

/** One level-1 rule. What did not change stays the same object. */
export class CompoundDetection {
  readonly rule: RuleVersion
  readonly #pattern: CompoundPattern
  readonly #parameters: Readonly<Record<string, unknown>>
  #standing: readonly Finding[] = []
  #nextChangeMs: number | null = null

  constructor(rule: RuleVersion, pattern: CompoundPattern) {
    this.rule = rule
    this.#pattern = pattern
    const defaults = Object.fromEntries(Object.entries(pattern.parameters).map(([name, p]) => [name, p.default]))
    this.#parameters = { ...defaults, ...rule.parameters }
  }

  get findings(): readonly Finding[] {
    return this.#standing
  }

  nextChangeMs(): number | null {
    return this.#nextChangeMs
  }

  /** Looks again at what level 0 sees now, and gives what went and came. */
  update(inputs: FindingsByRule, horizonMs: number): FindingChange {
    const before = new Map(this.#standing.map(f => [signatureOf(f), f]))
    const seen = this.#pattern.findings(inputs, horizonMs, this.#parameters)
    const now = seen.map(f => before.get(signatureOf(f)) ?? f)
    const change = { removed: this.#standing.filter(f => !now.includes(f)), added: now.filter(f => !this.#standing.includes(f)) }
    this.#standing = now
    this.#nextChangeMs = this.#pattern.nextChangeMs(inputs, horizonMs, this.#parameters)
    return change
  }
}
