// What an owner of a theatre gives its partition.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { NewRecord } from '@tocsin/event-log/port'

/** A published alert event, for metrics. */
export interface CountedEvent {
  readonly type: string
  /** Of an alert: `severity`, `pattern` and `drill` are counted. */
  readonly data: object
}

export interface OwnerOutput {
  readonly alerts: readonly NewRecord[]
  readonly incidents: readonly NewRecord[]
  readonly events: readonly CountedEvent[]
  /** Seqs at which the log has other content than this fold. */
  readonly conflicts: readonly number[]
  readonly ignored: string | null
}

/** Positions in the alerts and assembly logs; null if there are none. */
export interface PublishedPositions {
  readonly alerts: bigint | null
  readonly assembly: bigint | null
}

export type TimeSetRecord = TheatreRecord & { readonly type: 'clock.set' }

/** A fold of the records of a theatre with corrected times. */
export interface FoldAgain {
  apply(record: TheatreRecord): void
}
