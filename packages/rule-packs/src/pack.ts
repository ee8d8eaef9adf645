// A rule pack that its schema accepts: plain data. pack-file.ts reads one; pack-examples.ts runs
// its examples.

import type { AlertStatement } from '@tocsin/contracts/record/alert-event-v3'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Category, Credibility, PersonKey, Seat } from '@tocsin/contracts/theatre/report'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { ParameterValue, RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import type { RuleDraft } from '@tocsin/engine/theatre/rule-check'

export interface RulePack {
  readonly id: string
  readonly title: string
  readonly description: string | null
  /** Budget of its rules that have one and state none, false alarms a year; null: not declared. */
  readonly falseAlarmsPerYear: number | null
  readonly rules: readonly PackRule[]
}

/** A rule in the suite's form, with what the pack adds. */
export interface PackRule {
  readonly draft: RuleDraft & { readonly parameters: Readonly<Record<string, ParameterValue>> }
  readonly enabled: boolean
  readonly examples: readonly PackExample[]
  /** Line of the rule in its file. */
  readonly line: number
}

/**
 * The rule without its list of theatres and their budgets, for a theatre that the pack does not
 * name: an example's, or a backtest's. Pure.
 */
export function withoutTheatres({
  theatres: _,
  budgets: _b,
  ...draft
}: PackRule['draft']): RuleVersion {
  return { ...draft, ruleVersion: 1 }
}

export interface PackExample {
  readonly name: string
  /** Since when the theatre has received reports; null: since its first report. */
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
  readonly certainty?: AlertStatement['certainty']
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
  readonly fatalities?: {
    readonly low?: number | null
    readonly best?: number | null
    readonly high?: number | null
  }
  readonly persons?: readonly {
    readonly key: PersonKey['key']
    readonly role?: string
    readonly kind?: string
  }[]
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
