// A rule definition: the whole content of a rule's file. Rule packs set the
// parameters; `make` builds the law from them.

import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { ClusterRule } from './cluster-rule.ts'
import type { OverlapRule } from './overlap-rule.ts'
import type { DayRule, FindingsRule } from './rule.ts'
import type { RuleName } from './rule-base.ts'
import type { ScanRule } from './scan-rule.ts'

export interface Parameter<T> {
  readonly default: T
  /** `days`, `km`, `incidents` … */
  readonly unit: string
  readonly meaning: string
  readonly source: string
  /** Limits of a number, or of each number of a list. Left out: what the unit allows. */
  readonly min?: number
  readonly max?: number
  /** The parameter that it must not be below. */
  readonly notBelow?: string
  /** The only texts that it can be. */
  readonly words?: readonly string[]
  /** Faults of one item of a list. Left out: items must have the type of a default item. */
  readonly itemFaults?: (item: unknown) => readonly ParameterFault[]
}

export type ParameterTable<P> = { readonly [K in keyof P]: Parameter<P[K]> }

export type ParameterValues<T> = T extends ParameterTable<infer P> ? P : never

/** A parameter in one line: its default, unit and meaning, then what is not usual. */
type ParameterRow<T> = readonly [
  usual: T,
  unit: string,
  meaning: string,
  others?: Partial<Omit<Parameter<T>, 'default' | 'unit' | 'meaning'>>
]

/** It has no document. */
export const ourChoice = { source: 'our choice' } as const

export function splitWords(text: string): readonly string[] {
  return text.split(' ')
}

/** Makes a table of parameters, with this source for those that state none. */
export function defineParameters<P>(
  source: string,
  rows: { readonly [K in keyof P]: ParameterRow<P[K]> }
): ParameterTable<P> {
  const table = Object.entries<ParameterRow<unknown>>(rows).map(
    ([name, [usual, unit, meaning, others]]) => [
      name,
      { default: usual, unit, meaning, source, ...others }
    ]
  )
  return Object.fromEntries(table)
}

/** A parameter's fault: its path, and a sentence without its subject. */
export interface ParameterFault {
  readonly path: readonly (string | number)[]
  readonly detail: string
}

/** Without numbers: where a text needs one, it names the parameter in backticks. */
export interface Handbook {
  /** Summary for an operations centre. */
  readonly says: string
  /** What raises it to the next level. */
  readonly levels: string
  readonly ends: string
  /** What reopens a retracted alert although none of its reports has come back. */
  readonly comesBack: string
}

export const languages = ['en', 'fr'] as const
export type Language = (typeof languages)[number]

/**
 * Templates of an alert's words. Placeholders: `{area}` `{place}` `{value}` `{threshold}`
 * `{baseline}` `{from}` `{to}` `{when}` (the date of the first incident: `on 1 Jun 2025`, `between 1
 * Jun 2025 and 3 Jun 2025`) `{count}` `{deaths}`, each parameter and each fact by its name;
 * `{value:attack|attacks}` chooses by number.
 */
export interface RuleTexts {
  /** What and where. Parts in brackets are left out where all of it is longer than 60 characters. */
  readonly headline: string
  /** What was measured and why it raises. */
  readonly why: string
  readonly ends: string
  /** Name of the measure: `attacks in {windowDays} days`. */
  readonly measure: string
  /**
   * What each level means: the first one, then those of `listLevelDays` in its order. Left out, or
   * too short: the level by its number or by its days.
   */
  readonly levels?: readonly string[]
}

export type TextsByLanguage = Readonly<Record<Language, RuleTexts>>

/** An example that a test runs, and that a rule pack of its own may run. */
export interface RuleExample {
  readonly name: string
  readonly given: readonly ExampleIncident[]
  /** Day of the last tick. */
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
  readonly category: ReportRevision['category']
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
  readonly persons?: ReportRevision['persons']
  readonly credibility?: number
  /** The greatest unit that the settlement is the seat of. */
  readonly seat?: ReportRevision['place']['seat']
}

/** Days of the past that a rule must see, by the parameter that asks for them. They add up. */
export type LookBack = Readonly<Record<string, number>>

export type Rule = DayRule | ClusterRule | ScanRule | OverlapRule | FindingsRule

export interface RuleDefinition<P = never> {
  readonly id: string
  readonly handbook: Handbook
  readonly parameters: ParameterTable<P>
  readonly examples: readonly RuleExample[]
  /** Where the words depend on the parameters, a function of them. */
  readonly texts: TextsByLanguage | ((parameters: P) => TextsByLanguage)
  /** Severity of levels 1, 2, …; default: moderate, severe, extreme. The last holds for all further ones. */
  readonly severities?: readonly Severity[]
  /** The lowest severity that pages people. Left out: every severity pages. */
  readonly pagesFrom?: Severity
  readonly looksBack: (parameters: P) => LookBack
  /** Faults of parameters whose types are right. */
  readonly faultsOf?: (parameters: P) => readonly ParameterFault[]
  /** The law. `base` has the id in the pack; `make` spreads it into the rule. */
  readonly make: (parameters: P, base: RuleName) => Rule
}

/** A definition with any parameters, as packs and the engine handle it. */
export type AnyRuleDefinition = RuleDefinition<Readonly<Record<string, unknown>>>

export function readTexts<P>({ texts }: RuleDefinition<P>, parameters: P): TextsByLanguage {
  return typeof texts === 'function' ? texts(parameters) : texts
}

/** Forgets the type of the parameters; they were checked against the table before `make`. */
export function defineRule<P>(definition: RuleDefinition<P>): AnyRuleDefinition {
  return definition as unknown as AnyRuleDefinition
}
