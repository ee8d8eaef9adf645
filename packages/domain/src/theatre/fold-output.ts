// The output of one record of a theatre.

import type { AlertEvent } from '../alert/alert.ts'
import type { IncidentEvent } from '../incident/incident-event.ts'

/** What one record makes. */
export interface FoldOutput {
  readonly incidents: readonly IncidentEvent[]
  readonly alerts: readonly AlertEvent[]
  /** Why a record changed nothing, if so; for counters. */
  readonly ignored: IgnoredReason | null
}

export type IgnoredReason =
  | 'tick-not-later'
  | 'beyond-window'
  | 'report-withdrawn'
  | 'older-revision'
  | 'unknown-pattern'
  /** Its pattern is known, but its parameters, predicate or texts are not understood. */
  | 'unusable-rule'
  /** An officer set the time back, and this fold has used the wrong time for earlier records. */
  | 'time-stands-later'
  /** Another officer declared the same reports first, or the maximum of pairs is reached. */
  | 'declared-otherwise'
  /** A duplicate in the log: it was applied before. */
  | 'repeated'
