// What a rule sees in all that is known: a finding, with its levels, its measure and what it is about. Plain data. What makes findings: pattern.ts.

import type { Incident } from '../incident/incident.ts'
import type { Fatalities } from '../report/report.ts'
import type { Point } from '../space-time/geometry.ts'

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

/** What a finding is about. When two are the same: situation.ts. */
export interface Situation {
  /** Two findings are only compared where they have one of these in common. That is enough where they go by a name. */
  readonly keys: readonly string[]
  /** Of a pattern that goes by nearness: where it began. */
  readonly around: { readonly points: readonly Point[]; readonly km: number; readonly settlements: readonly string[] } | null
  /** Until when its pattern takes what comes for a part of it, if nothing else comes. Event time, ms. */
  readonly untilMs: number
}

/** What a rule sees in all that is known. Plain data. */
export interface Finding {
  /** What it is about, as alerts show it: `{settlement: 'Diosso', …}`. Findings of one group that overlap in time are one story. */
  readonly group: Readonly<Record<string, string>>
  /**
   * By what another finding of its rule is the same situation although it shares no report with this one. Null where shared reports alone make it so: a
   * group that is an area, a day or the theatre is no identity. Source: decision 0038.
   */
  readonly situation: Situation | null
  readonly fromMs: number
  /** Null while it is open. */
  readonly toMs: number | null
  readonly levels: readonly FindingLevel[]
  readonly measure: FindingMeasure
  /** How many died by what its headline says, where that tells of deaths: its number lies between these. Left out: what its triggers say together. */
  readonly deaths?: Fatalities
  /** How certain its numbers make it, where they say so themselves; else it is as certain as the triggers that its threshold asks for. */
  readonly certainty?: 'observed' | 'likely' | 'possible'
  /** Incidents that made it, in order of the fold; at most `evidenceMax`. */
  readonly triggers: readonly Incident[]
  readonly support: readonly Incident[]
  /** Evidence beyond the limit, counted and no longer named. */
  readonly omitted: number
  readonly headline: string
  readonly explanation: string
}

/** Evidence that a finding names at most; the rest is counted. Source: core-idea.md#from-findings-to-alerts. */
export const evidenceMax = 500

/** Numbers each moment as the next level, in order of time; equal times keep their order. */
export function numberLevels(moments: readonly { readonly atMs: number; readonly reason: string }[]): FindingLevel[] {
  return moments
    .map((moment, order) => ({ ...moment, order }))
    .sort((a, b) => a.atMs - b.atMs || a.order - b.order)
    .map(({ atMs, reason }, i) => ({ level: i + 1, atMs, reason }))
}

/** Measures are compared and shown at six digits, so that the order of additions can't show. Source: core-idea.md#rules. */
export function roundMeasure(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
