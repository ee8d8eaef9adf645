// What a rule pack is, as its schema lets it through: plain data. Reading one is pack-file.ts; running its examples is pack-examples.ts.

import type { Certainty } from '@tocsin/domain/alert/alert'
import type { Severity } from '@tocsin/domain/record/severity'
import type { ParameterValue, RuleVersion } from '@tocsin/domain/record/theatre-record'
import type { Handling } from '@tocsin/domain/report/handling'
import type { Category, Credibility, PersonKey, Seat } from '@tocsin/domain/report/report'
import type { RuleDraft } from '@tocsin/domain/rule/rule-check'

export interface RulePack {
  readonly id: string
  readonly title: string
  readonly description: string | null
  /** False alarms a year that its statistical rules may make together; null where none is declared. */
  readonly falseAlarmsPerYear: number | null
  readonly rules: readonly PackRule[]
}

/** A rule as a suite takes it, and what the pack says besides. */
export interface PackRule {
  readonly draft: RuleDraft & { readonly parameters: Readonly<Record<string, ParameterValue>> }
  readonly enabled: boolean
  readonly examples: readonly PackExample[]
  /** Of the rule in its file. */
  readonly line: number
}

/** The rule as it would be in a theatre that the pack knows nothing of: an example's, or a backtest's. Pure. */
export function everywhere({ theatres: _, ...draft }: PackRule['draft']): RuleVersion {
  return { ...draft, ruleVersion: 1 }
}

export interface PackExample {
  readonly name: string
  /** Since when the theatre has heard of something; null: since its first report. */
  readonly since: string | null
  readonly until: string
  readonly reports: readonly ExampleReport[]
  readonly expect: readonly ExpectedAlert[]
  readonly line: number
}

export interface ExpectedAlert {
  readonly group?: Readonly<Record<string, string>>
  readonly level?: number
  readonly severity?: Severity
  readonly certainty?: Certainty
  readonly open?: boolean
  readonly headline?: string
}

export interface ExampleReport {
  readonly at: string
  readonly to?: string
  readonly reportedAt?: string
  readonly source?: string
  readonly category: Category
  readonly tactics?: readonly string[]
  readonly location: ExampleLocation
  readonly alsoAt?: readonly ExampleLocation[]
  readonly actors?: readonly (string | { readonly name: string; readonly role?: string })[]
  readonly targets?: readonly string[]
  readonly fatalities?: { readonly low?: number | null; readonly best?: number | null; readonly high?: number | null }
  readonly persons?: readonly { readonly key: PersonKey['key']; readonly role?: string; readonly kind?: string }[]
  readonly credibility?: Credibility
  readonly handling?: Handling
  readonly drill?: boolean
}

export interface ExampleLocation {
  readonly name?: string
  readonly country?: string
  readonly admin1?: string
  readonly lat?: number
  readonly lon?: number
  readonly radiusKm?: number
  readonly neighbours?: readonly string[]
  readonly seat?: Seat
}
