// Which CAP message each event of an alert is, and to which earlier ones it refers. A fold over
// what one reader got, so that readers of different levels have chains of their
// own. Pure.

import type { AlertEventType, AlertStatus } from '../alert/alert.ts'

export const capMessageTypes = ['Alert', 'Update', 'Cancel', 'Ack'] as const
export type CapMessageType = (typeof capMessageTypes)[number]

/** An event as it decides its message. */
export interface CapStep {
  readonly type: AlertEventType
  readonly status: AlertStatus
}

export interface CapMessage {
  readonly type: CapMessageType
  /** Indexes of the messages referred to, oldest first. */
  readonly references: readonly number[]
}

/** Maximum messages that one refers to, the newest: each of those refers to the ones before it. */
export const capReferencesMax = 100

/**
 * The message of the event at an index. An update or a cancellation refers to all statements since
 * the last cancellation, an acknowledgement to the newest of them. The first statement of an alert,
 * and the first after a cancellation, is an `Alert`: what was cancelled cannot be updated.
 * O(steps).
 */
export function findCapMessage(steps: readonly CapStep[], at: number): CapMessage {
  const step = steps[at] as CapStep
  const isCancel = isCancellation(step)
  const before = steps.slice(0, at)
  // A cancellation after another one refers to the same statements.
  const end = isCancel ? before.findLastIndex(isStatement) + 1 : at
  const start = before.slice(0, end).findLastIndex(isCancellation) + 1
  const references = before
    .slice(start, end)
    .flatMap((each, i) => (isStatement(each) ? start + i : []))
    .slice(-capReferencesMax)
  if (references.length === 0) return { type: 'Alert', references }
  if (isCancel) return { type: 'Cancel', references }
  if (isAcknowledgement(step)) return { type: 'Ack', references: references.slice(-1) }
  return { type: 'Update', references }
}

function isCancellation({ status }: CapStep): boolean {
  return status === 'retracted'
}

function isAcknowledgement({ type }: CapStep): boolean {
  return type === 'alert.acknowledged'
}

function isStatement(step: CapStep): boolean {
  return !isCancellation(step) && !isAcknowledgement(step)
}

const ofRecord: ReadonlySet<CapStep['type']> = new Set<CapStep['type']>([
  'alert.acknowledgement-lapsed',
  'alert.assigned',
  'alert.commented',
  // What officers did is no statement about the danger, and CAP has no word for it.
  'alert.responded',
  'alert.response-corrected',
  'alert.answered'
])

/**
 * True where only the record of the operators changed, which no document shows: the last
 * statement is still true.
 */
export function isRecordOnly({ type }: CapStep): boolean {
  return ofRecord.has(type)
}
