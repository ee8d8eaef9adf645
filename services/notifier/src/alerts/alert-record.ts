// Records of the alerts log, and what is known of each event of an alert, for audiences to judge it.

import type {
  ActionRefused,
  AlertEvent,
  AlertState,
  RecordedAlert
} from '@tocsin/contracts/alert/alert'
import type { FilterFacts } from '@tocsin/contracts/alert/alert-filter'
import type { AlertEvent3, AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { decodeAlertEvent } from '@tocsin/contracts/record/records'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { RecordPosition, StoredRecord } from '@tocsin/event-log/port'
import type { StoredMoment } from '@tocsin/read-model/alerts/event-table'
import type { AlertCalls } from './alert-calls.ts'

export type EventHead = Pick<Envelope, 'id' | 'type' | 'time' | 'cause'>

/** A record of the alerts log with its whole event. */
export interface AlertRecord extends RecordPosition {
  readonly envelope: Envelope
  /** As its incidents were known when it was read. */
  readonly event: AlertEvent
  /** The sum of the alert's events up to this one; null for earlier versions and for refusals. */
  readonly sum: AlertSum | null
  /** Those of the alert up to this one; null: not all events before it were read, or a refusal. */
  readonly calls: AlertCalls | null
  /** As bits: the levels whose readers get it. */
  readonly readers: number
}

/** One as it was decoded: it may have only what changed since the alert's previous event. */
export interface DecodedRecord extends RecordPosition {
  readonly envelope: Envelope
  readonly recorded: RecordedAlert | AlertEvent3
}

export type RecordedEvent = Exclude<
  DecodedRecord['recorded'],
  { readonly type: 'alert.action-refused' | 'alert.fold-began' }
>

export type AlertMoment = StoredMoment

/** Null for an undecodable record: it is in quarantine and does not count. */
export function decodeStored({ partition, position, value }: StoredRecord): DecodedRecord | null {
  const decoded = value === null ? null : decodeAlertEvent(value)
  if (decoded?.kind !== 'decoded') return null
  return { partition, position, envelope: decoded.envelope, recorded: decoded.record }
}

/** A refusal as readers get it. */
export function dropFold({
  type,
  data
}: {
  readonly type: 'alert.action-refused'
  readonly data: ActionRefused & { readonly fold?: Handling }
}): Extract<AlertEvent, { readonly type: 'alert.action-refused' }> {
  const { fold: _fold, ...refusal } = data
  return { type, data: refusal }
}

/** The fields of an event that decide; stored for every event, so it is small. */
export type AudienceMoment = Omit<StoredMoment, 'partition' | 'position' | 'atMs'>

/** What filters ask of an alert. */
export function listFacts(state: AlertState): FilterFacts {
  const { severity, status, pattern, ruleId, category, theatre } = state
  const { area, certainty, handling, drill } = state
  return {
    ...{ severity, status, pattern, ruleId, category, theatre, area, certainty, handling, drill }
  }
}

/** The moment of an event; null for a refused action, which does not change the alert. */
export function makeMoment(event: AlertEvent, readers: number): AudienceMoment | null {
  if (event.type === 'alert.action-refused') return null
  const { notify, operator, revision } = event.data
  return {
    facts: listFacts(event.data),
    notify,
    readers,
    isTaken: operator.acknowledgedBy !== null || operator.assignedTo !== null,
    type: event.type,
    revision
  }
}
