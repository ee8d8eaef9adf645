// What comes of one record of a theatre.

import type { AlertEvent } from '../alert/alert.ts'
import type { IncidentEvent } from '../incident/incident-event.ts'

/** What one record makes. */
export interface FoldOutput {
  readonly incidents: readonly IncidentEvent[]
  readonly alerts: readonly AlertEvent[]
  /** Why a record changed nothing, where it did not; for counters. */
  readonly ignored: IgnoredReason | null
}

export type IgnoredReason =
  | 'tick-not-later'
  | 'beyond-window'
  | 'report-withdrawn'
  | 'older-revision'
  | 'unknown-pattern'
  /** Its pattern is known, and its parameters, its predicate or its words are not understood. */
  | 'unusable-rule'
  /** An officer set the time back, and this fold has folded the records before it with the wrong one. */
  | 'time-stands-later'
  /** Another officer spoke first of the same reports, or there is no room for more pairs. */
  | 'declared-otherwise'
  /** The record stands in the log again: it was taken before. */
  | 'repeated'
