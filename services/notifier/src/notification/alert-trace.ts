// What one subscription was notified of for one alert, from its deliveries: what is sent next
// follows from it, and how the next event is judged. Pure.

import type { Severity } from '@tocsin/contracts/theatre/severity'
import { computeLane, type Delivery } from './delivery.ts'

export interface AlertTrace {
  readonly alertId: string
  /** Sequence of the newest event. */
  readonly newest: number
  /** The greatest sequence with an attempt made or chosen; 0 before the first. */
  readonly sent: number
  /** The partner may have received an event of the alert. */
  readonly isHeard: boolean
  /** What was sent last was neither accepted nor given up. */
  readonly isBegun: boolean
  /** A page was skipped, and no page was sent since. */
  readonly owesPage: boolean
  /** When the first event that the partner has not heard was planned, ms; null: none is unheard. */
  readonly unheardSinceMs: number | null
  /**
   * When an event was last accepted, ms, and how grave that was; null: none was. `isOver`: that
   * event, or one skipped since, was the end of the alert.
   */
  readonly accepted: {
    readonly atMs: number
    readonly severity: Severity
    readonly isOver?: true
  } | null
  /** When its first event was accepted. */
  readonly toldMs: number | null
  /** Lane of the most urgent pending event, and the first pending sequence, at the last look. */
  readonly lane: number
  readonly firstWaiting: number
  /** When it is looked at again, ms; 0: now; null: only when something changes. */
  readonly lookMs: number | null
}

/** For an unknown alert: no event is skipped. */
export const unknownAlert: AlertTrace = {
  ...{ alertId: '', newest: 0, sent: 0, isHeard: true, isBegun: false, owesPage: false },
  ...{ unheardSinceMs: null, firstWaiting: 0, accepted: null, toldMs: null },
  ...{ lane: computeLane({ round: 0, pagesNow: false }), lookMs: 0 }
}

/** An event was accepted, and no end. */
export function isStanding(trace: AlertTrace | undefined): boolean {
  return trace?.accepted != null && trace.accepted.isOver !== true
}

export function afterPlan(trace: AlertTrace | undefined, delivery: Delivery): AlertTrace {
  const { alertId, sequence, isSheltered, plannedAt } = delivery
  const known = trace ?? { ...unknownAlert, alertId, isHeard: false }
  const lane = computeTraceLane(known, delivery)
  const mayWait = trace !== undefined && (trace.unheardSinceMs !== null || trace.lookMs === 0)
  return {
    ...known,
    newest: sequence,
    isHeard: known.isHeard || !isSheltered,
    unheardSinceMs: known.unheardSinceMs ?? Date.parse(plannedAt),
    firstWaiting: mayWait ? known.firstWaiting : sequence,
    lane: mayWait ? Math.min(known.lane, lane) : lane
  }
}

/** The lane of a delivery of the alert: it pages where it replaces one that would have. */
export function computeTraceLane({ owesPage }: AlertTrace, delivery: Delivery): number {
  return computeLane({ ...delivery, pagesNow: delivery.pagesNow || owesPage })
}

/** The partner may have received the delivery. */
export function afterSending(trace: AlertTrace, delivery: Delivery): AlertTrace {
  const { sequence, round, pagesNow } = delivery
  const isFirstRound = round === 0
  return {
    ...trace,
    isHeard: true,
    sent: isFirstRound ? Math.max(trace.sent, sequence) : trace.sent,
    isBegun: isFirstRound || trace.isBegun,
    owesPage: trace.owesPage && !pagesNow
  }
}

export function afterAcceptance(trace: AlertTrace, delivery: Delivery, atMs: number): AlertTrace {
  const { sequence, closes, severity: own } = delivery
  // Plans of earlier versions have none.
  const severity = own ?? trace.accepted?.severity ?? 'moderate'
  return {
    ...trace,
    unheardSinceMs: sequence < trace.newest ? trace.unheardSinceMs : null,
    accepted: { atMs, severity, ...(closes === true ? { isOver: closes } : {}) },
    isBegun: trace.isBegun && sequence < trace.sent,
    toldMs: trace.toldMs ?? atMs
  }
}

/** The partner is not notified of an end that is skipped without a newer event. */
export function isEndSkipped(trace: AlertTrace, { sequence, closes }: Delivery): boolean {
  return closes === true && sequence === trace.newest
}

/** The event that replaces a skipped page will page, unless a newer one was already sent. */
export function afterSkip(trace: AlertTrace, delivery: Delivery): AlertTrace {
  const { sequence, pagesNow } = delivery
  if (trace.sent > sequence) return trace
  const { accepted } = trace
  const isOver = isEndSkipped(trace, delivery)
  return {
    ...trace,
    unheardSinceMs: sequence < trace.newest ? trace.unheardSinceMs : null,
    accepted: isOver && accepted !== null ? { ...accepted, isOver } : accepted,
    owesPage: trace.owesPage || pagesNow
  }
}

/** It is tried no more. */
export function afterGivingUp(trace: AlertTrace, { sequence, round }: Delivery): AlertTrace {
  return round === 0 && sequence === trace.sent ? { ...trace, isBegun: false } : trace
}

/** Sequences begin again. What the partner knows it still knows; what waited is owed. */
export function inNewEpoch(trace: AlertTrace, waitedPage: boolean): AlertTrace {
  const owesPage = trace.owesPage || waitedPage
  return { ...trace, newest: 0, sent: 0, firstWaiting: 0, isBegun: false, owesPage }
}
