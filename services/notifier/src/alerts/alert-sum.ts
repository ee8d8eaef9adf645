// The sum of the events of an alert, with what its readers get in addition: whether it has been
// acknowledged, and since when its owner has it. Pure.

import type { AlertOperator, AlertState } from '@tocsin/contracts/alert/alert'
import {
  type AlertChange,
  type AlertSum,
  addAlertChange
} from '@tocsin/contracts/record/alert-event-v3'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import {
  type AlertCalls,
  type CallFact,
  callsAfter,
  isUnacknowledged,
  noCalls
} from './alert-calls.ts'

/** An alert after some events; without a sum if the last one was of an earlier version. */
export interface SummedAlert {
  readonly sum: AlertSum | null
  readonly calls: AlertCalls
  readonly state: Pick<AlertState, 'operator'>
}

/** Adds an event of version 3; `before` is null for the first event of an alert. */
export function addChange(
  before: SummedAlert | null,
  type: CallFact['type'],
  { theatre = '', time }: Pick<Envelope, 'theatre' | 'time'>,
  change: AlertChange
): SummedAlert & { readonly sum: AlertSum } {
  const added = addAlertChange(before?.sum ?? null, { theatre, time }, change)
  const fact = { type, atMs: Date.parse(time), notify: added.notify, state: added }
  const calls = callsAfter(before?.calls ?? noCalls, fact)
  const isAcknowledged = findAcknowledged(calls, added)
  const since = findSince(before?.state.operator, added.operator, time)
  const sum = { ...added, operator: { ...added.operator, isAcknowledged, since } }
  return { sum, calls, state: sum }
}

/** Adds an event of an earlier version, which has the whole state. */
export function addWhole(
  before: SummedAlert | null,
  type: CallFact['type'],
  { time }: Pick<Envelope, 'time'>,
  state: CallFact['state'] & Pick<AlertState, 'notify'>
): SummedAlert {
  const fact = { type, atMs: Date.parse(time), notify: state.notify, state }
  return { sum: null, calls: callsAfter(before?.calls ?? noCalls, fact), state }
}

/** Null: it needs no acknowledgement. */
export function findAcknowledged(
  calls: AlertCalls,
  { operator }: SummedAlert['state']
): boolean | null {
  return calls.isCalling ? !isUnacknowledged(calls, operator) : null
}

function findSince(
  before: AlertOperator | undefined,
  now: AlertOperator,
  time: string
): string | null {
  const owner = findOwner(now)
  if (owner === null) return null
  return before !== undefined && findOwner(before) === owner ? (before.since ?? null) : time
}

function findOwner({ assignedTo, acknowledgedBy }: AlertOperator): string | null {
  return assignedTo ?? acknowledgedBy
}
