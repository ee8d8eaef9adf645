// An alert as the index gives it: its records, its moments, and how it stands for some readers.

import type { Envelope } from '@tocsin/contracts/record/envelope'
import type { AlertEvent, AlertState } from '@tocsin/domain/alert/alert'
import type { Asker } from '@tocsin/domain/record/theatre-record'
import type { Handling } from '@tocsin/domain/report/handling'
import type { Moment } from '../reader/audience.ts'
import type { EventHead } from '../reader/held-state.ts'

/** One record of the alerts log, decoded. */
export interface AlertRecord {
  readonly partition: number
  readonly position: bigint
  readonly envelope: Envelope
  readonly event: AlertEvent
}

/** One that was read without its evidence. */
export interface OutlinedRecord extends AlertRecord {
  /** The canonical bytes of the event's data, with it. */
  readonly dataBytes: Uint8Array
}

export interface AlertMoment extends Moment {
  readonly partition: number
  readonly position: bigint
}

/** An alert as it stands for some readers. */
export interface ShownAlert {
  readonly state: AlertState
  /** The state, perhaps without its evidence. */
  readonly outline: AlertState
  /** The event that made it. */
  readonly last: EventHead
  /** Time of the first event that they got; with the id, the order of lists. */
  readonly firstTime: string
  /** The revision that they are shown. */
  readonly revision: number
  /** The true one, whatever they were told: what an action must name. */
  readonly operatorRevision: number
}

export interface AlertEntry {
  readonly alertId: string
  readonly theatre: string
  /** Time of its first event. */
  readonly firstTime: string
  readonly state: AlertState
  /** The state, perhaps without its evidence: enough for who asks whether it is wanted. */
  readonly outline: AlertState
  /** Envelope of the event that made the state. */
  readonly last: EventHead
  /** Who moved `operatorRevision` last, and when; null where the machine did. */
  readonly lastOperator: (Asker & { readonly at: string }) | null
  readonly moments: readonly AlertMoment[]
  readonly momentsOmitted: number
  /** The alert as readers of a level may see it; null where they may not. */
  shownAt(level: Handling): ShownAlert | null
}
