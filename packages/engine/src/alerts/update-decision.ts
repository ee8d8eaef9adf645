// Which update a changed finding makes of its alert: the first kind that applies.

import type { Incidents } from '../data/incidents.ts'
import { never } from '../data/time.ts'
import type { Finding } from '../rules/finding.ts'
import { type Alert, getConfirmDay, type UpdateKind } from './alert.ts'
import { hasMeasureChanged } from './published-content.ts'

export interface Decision {
  readonly kind: UpdateKind
  /** Code for readers. */
  readonly reason: string | null
  /** Published only if a value differs: to compare costs as much as to update. */
  readonly isTentative?: true
}

export interface DecisionContext {
  readonly incidents: Incidents
  readonly watermark: number
  readonly isTick: boolean
  /** The record publishes growth that was deferred. */
  readonly isDue: boolean
  /** Growth is deferred beyond this tick. */
  readonly isDeferred: boolean
  /** The alert has another finding since this record, for this reason. */
  readonly reopenReason: string | undefined
}

const revised: Decision = { kind: 'revised', reason: null }
const compared: Decision = { ...revised, isTentative: true }

/** `later`: growth, to compare at a tick, because that is expensive. Null: readers see no difference. */
export function decideUpdate(
  alert: Alert,
  finding: Finding,
  context: DecisionContext
): Decision | 'later' | null {
  if (alert.revision === 0) return { kind: 'raised', reason: null }
  const isOver = finding.endDay !== never
  if (alert.status === 'retracted')
    return {
      kind: isOver ? 'resolved' : 'reopened',
      reason: context.reopenReason ?? 'support-returned'
    }
  if (alert.isClosed) return decideClosed(alert, finding, context)
  if (isOver !== (alert.status === 'resolved'))
    return isOver
      ? { kind: 'resolved', reason: 'situation-ended' }
      : { kind: 'reopened', reason: context.reopenReason ?? 'situation-goes-on' }
  if (finding.level > alert.level) return { kind: 'escalated', reason: null }
  if (isConfirmed(alert, context)) return { kind: 'confirmed', reason: null }
  const isMoved = alert.isMoved || context.reopenReason !== undefined
  if (isMoved || finding.level < alert.level) return revised
  return decideRevision(alert, finding, context)
}

function isConfirmed(alert: Alert, { isTick, watermark }: DecisionContext): boolean {
  return isTick && alert.status === 'provisional' && watermark >= getConfirmDay(alert)
}

/** Of an alert that an officer closed: a later trigger or a higher level reopens it. */
function decideClosed(
  alert: Alert,
  finding: Finding,
  context: DecisionContext
): Decision | 'later' | null {
  if (finding.endDay === never) {
    const { fromDay } = context.incidents.columns
    if (finding.listTriggers().some(row => fromDay[row]! > alert.closedDay))
      return { kind: 'reopened', reason: 'later-trigger' }
    if (finding.level > alert.closedLevel) return { kind: 'reopened', reason: 'higher-level' }
  }
  return decideRevision(alert, finding, context)
}

function decideRevision(
  alert: Alert,
  finding: Finding,
  { isTick, isDue, isDeferred }: DecisionContext
): Decision | 'later' | null {
  if (!alert.isIntroduced) return { kind: 'revised', reason: 'engine-changed' }
  if (alert.absorbed.length > 0) return revised
  if (isDue) return compared
  if (!isTick) return 'later'
  if (isDeferred) return null
  // A tick alone changes levels and status, and an overlap takes up what its findings gained.
  return hasMeasureChanged(alert, finding) ? revised : 'later'
}

/** The update of an alert without a finding. */
export function decideRetraction({ isIntroduced, mergedInto }: Alert): Decision {
  if (mergedInto !== null) return { kind: 'retracted', reason: 'merged' }
  return { kind: 'retracted', reason: isIntroduced ? 'support-fell-away' : 'engine-changed' }
}
