// A finding: what a rule sees in all that is known, with its levels, its measure and its subject.
// Plain data. Patterns (pattern.ts) make findings.

import type { Incident } from '../incident/incident.ts'
import type { Handling } from '../report/handling.ts'
import type { SettledPlace } from '../report/one-settlement.ts'
import type { Fatalities } from '../report/report.ts'
import type { Point } from '../space-time/geometry.ts'

/** A level that a finding reached, in event time. Level 1 is the entry. */
export interface FindingLevel {
  readonly level: number
  readonly atMs: number
  /** Its cause in the pattern's words: `partial`, `full`, `30 days`. */
  readonly reason: string
}

export interface FindingMeasure {
  readonly name: string
  readonly value: number
  readonly threshold: number
  readonly baseline: number | null
}

/** The subject of a finding. When two are the same: situation.ts. */
export interface Situation {
  /**
   * Two findings are compared only if they share one of these keys. Sharing one suffices if the
   * pattern identifies by name.
   */
  readonly keys: readonly string[]
  /** For patterns that identify by nearness: where it began. */
  readonly around: {
    readonly points: readonly Point[]
    readonly km: number
    readonly settlements: readonly SettledPlace[]
  } | null
  /**
   * Until when its pattern counts new incidents as part of it, if nothing else comes. Event time,
   * ms.
   */
  readonly untilMs: number
}

/** What a rule sees in all that is known. Plain data. */
export interface Finding {
  /**
   * Its subject as alerts show it: `{settlement: 'Diosso', …}`. Findings of one group that overlap
   * in time are one story.
   */
  readonly group: Readonly<Record<string, string>>
  /**
   * What makes another finding of its rule the same situation without a shared report. Null if only
   * shared reports do: a group that is an area, a day or the theatre is no identity. Source:
   * decision 0038.
   */
  readonly situation: Situation | null
  readonly fromMs: number
  /** Null while it is open. */
  readonly toMs: number | null
  readonly levels: readonly FindingLevel[]
  readonly measure: FindingMeasure
  /**
   * The deaths that its headline states, if any: the number lies between these. Left out: the sum
   * of its triggers.
   */
  readonly deaths?: Fatalities
  /**
   * Its own certainty, if its numbers decide it; else that of the triggers that its threshold
   * requires.
   */
  readonly certainty?: 'observed' | 'likely' | 'possible'
  /**
   * Incidents that made it, in order of the fold: at most `evidenceMax` that readers of a handling
   * may see, and one of each.
   */
  readonly triggers: readonly Incident[]
  readonly support: readonly Incident[]
  /** Number of incidents beyond the evidence limit. */
  readonly omitted: number
  /**
   * The strictest handling of its triggers, if its pattern tells each handling its own
   * (layered.ts): two layers may tell one story, in two alerts.
   */
  readonly layer?: Handling
  readonly headline: string
  readonly explanation: string
}

/**
 * Maximum number of incidents that a finding names; the rest is counted. Source:
 * core-idea.md#from-findings-to-alerts.
 */
export const evidenceMax = 500

/** Numbers moments as levels, in order of time; equal times keep their order. */
export function numberLevels(
  moments: readonly { readonly atMs: number; readonly reason: string }[]
): FindingLevel[] {
  const inOrder = moments.length < 2 ? moments : moments.toSorted((a, b) => a.atMs - b.atMs)
  return inOrder.map(({ atMs, reason }, i) => ({ level: i + 1, atMs, reason }))
}

/**
 * Measures are compared and shown at six digits, which hides the order of additions. Source:
 * core-idea.md#rules.
 */
export function roundMeasure(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
