// An alert as the index returns it: its records, and for each level of readers its moments and its
// state.

import type {
  AlertEvent,
  AlertPartnerAnswer,
  AlertState,
  RecordedAlert
} from '@tocsin/contracts/alert/alert'
import type { AlertEvent3, AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Asker } from '@tocsin/contracts/theatre/theatre-record'
import type { AlertCalls } from './alert-calls.ts'
import type { AudienceMoment } from './audience.ts'
import type { SubscriberAnswer, SubscriberDeed } from './subscriber-calls.ts'

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

/** The state of an alert for one level of readers, as its incidents were known at its last event. */
export interface ShownAlert {
  readonly state: AlertState
  /** The sum of all events; null if the last one was of an earlier version. */
  readonly sum: AlertSum | null
  /** The event that produced it. */
  readonly last: EventHead
  /** Time of the first event for them; with the id, the order of lists. */
  readonly firstTime: string
  /** When it paged, and when that was answered. */
  readonly calls: AlertCalls
}

/** The content of the events for a level about an alert. */
export interface AlertAtLevel extends ShownAlert {
  /** The position of the first event. */
  readonly firstPosition: number
  /** Its events, in order. */
  readonly moments: readonly AlertMoment[]
  /** Of each subscription the first answer to each call, oldest first. */
  readonly answers: readonly SubscriberAnswer[]
  /**
   * What each subscription answered last, oldest first: the state keeps fewer. For officers, as
   * those of the state.
   */
  readonly lastAnswers: readonly AlertPartnerAnswer[]
  /** What partners recorded as done, in order of record. */
  readonly deeds: readonly SubscriberDeed[]
  /** Who last changed `operatorRevision`, as readers of a level may read it, and when; null for the machine. */
  lastOperatorAt(level: Handling): (Asker & { readonly at: string }) | null
  /** Of an alert that an officer closed: who, as that level may read it, and when; null for any other. */
  closedByAt(level: Handling): (Asker & { readonly at: string }) | null
}

export interface AlertEntry {
  readonly alertId: string
  readonly theatre: string
  /** The alert at the highest level that has it. */
  readonly top: AlertAtLevel
  /** The alert for readers of a level; null if they have none. */
  at(level: Handling): AlertAtLevel | null
}
