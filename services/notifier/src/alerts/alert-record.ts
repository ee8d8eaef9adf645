// Records of the alerts log, and what is known of each event of an alert.

import type { AlertEvent, RecordedAlert } from '@tocsin/contracts/alert/alert'
import type { AlertEvent3, AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import type { AudienceMoment } from './audience.ts'

/** From the envelope of the event that produced a state. */
export type EventHead = Pick<Envelope, 'id' | 'type' | 'time' | 'cause'>

/** A record of the alerts log with its whole event. */
export interface AlertRecord {
  readonly partition: number
  readonly position: bigint
  readonly envelope: Envelope
  /** As its incidents were known when it was read. */
  readonly event: AlertEvent
  /** The sum of the alert's events up to this one; null for earlier versions and for refusals. */
  readonly sum: AlertSum | null
  /** As bits: the levels whose readers get it. */
  readonly readers: number
}

/** One as it was decoded: it may have only what changed since the alert's previous event. */
export interface DecodedRecord extends Omit<AlertRecord, 'event' | 'sum' | 'readers'> {
  readonly recorded: RecordedAlert | AlertEvent3
}

export interface AlertMoment extends AudienceMoment {
  readonly partition: number
  readonly position: bigint
  /** Time of the event, ms. */
  readonly atMs: number
}
