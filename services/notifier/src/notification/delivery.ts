// One delivery of a subscription, and what the subscriber was notified of for its alert, as folded
// from the log. Pure.

import type {
  HoldReason,
  MutedReason,
  SendReason
} from '@tocsin/contracts/subscription/notification-words'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type {
  HeldData,
  OutcomeData,
  PlannedData,
  SequenceRange,
  SkipReason
} from './delivery-record.ts'
import type { ParkReason, RetryReason } from './retry-policy.ts'

export interface Delivery extends PlannedData {
  readonly plannedAt: string
  /**
   * `lapsed`: not delivered within the retention time. `left-out`: not wanted by a filter that
   * became narrower.
   */
  readonly state: 'pending' | 'delivered' | 'parked' | SkipReason | 'lapsed' | 'left-out'
  /** Planned while its endpoint was unhealthy: no attempt is made before it is chosen. */
  readonly isSheltered: boolean
  /** Chosen to go next; what it names as superseded is fixed. */
  readonly isChosen: boolean
  readonly superseded: SequenceRange | null
  /** It was skipped, and no delivery has named it yet. */
  readonly isUnnamed: boolean
  /** It waited when the receiver ended the subscription, and waits again if that begins again. */
  readonly isParkedByEnd: boolean
  /** The event pages, or replaces one that would have. */
  readonly pagesNow: boolean
  readonly round: number
  /** Logged attempts of this round. */
  readonly attempts: number
  /** No attempt before this time, ISO 8601, unless something urgent comes; null = immediately. */
  readonly nextAt: string | null
  readonly last: LastAttempt | null
  /** Its failures by its own schedule; null: none. */
  readonly tried: Tried | null
  /** Why the policy delays it, as logged; null: it does not, or not yet. */
  readonly held: HeldFor | null
  /**
   * By the policy: why it was sent when it was, or why it is never sent; null if muted by an older
   * version.
   */
  readonly because: SendReason | MutedReason | null
  /**
   * Why the policy last delayed it before it was sent or skipped, null if it did not; omitted where
   * its body does not give the reason.
   */
  readonly waited?: HoldReason | null
}

/** No attempt before a time. A new object for each wait. */
export interface Wait {
  /** Wall clock, ms. */
  readonly untilMs: number
  /** The intended wait, ms: an upper limit if the wall clock was wrong. */
  readonly afterMs: number
}

export interface Tried extends Wait {
  readonly count: number
  /** It counts only in this course of its endpoint: an outage that ends begins the next one. */
  readonly course: number
}

export type HeldFor = Pick<HeldData, 'reason' | 'until' | 'by'>

/**
 * What a link by which a receiver answers depends on. A reminder counts as planned when it was
 * raised.
 */
export type AnswerableEvent = Pick<
  Delivery,
  'alertId' | 'verdict' | 'eventType' | 'closes' | 'plannedAt'
>

export interface LastAttempt {
  readonly at: string
  readonly status: number | null
  readonly durationMs: number
  readonly excerpt: string | null
  readonly reason: RetryReason | ParkReason | 'gone' | 'lapsed' | null
}

export function plannedDelivery(
  data: PlannedData,
  planned: Pick<Delivery, 'plannedAt' | 'isSheltered'>
): Delivery {
  return {
    ...data,
    ...planned,
    ...{ state: 'pending', round: 0, attempts: 0, nextAt: null, last: null, tried: null },
    ...{ isChosen: false, superseded: null, isUnnamed: false, isParkedByEnd: false },
    ...{ pagesNow: data.pages === true, held: null, because: null }
  }
}

/** Why the policy muted it is no reason to send it. */
export function askedAgain(delivery: Delivery): Delivery {
  return {
    ...delivery,
    because: delivery.state === 'muted' ? null : delivery.because,
    ...{ state: 'pending', round: delivery.round + 1, attempts: 0, nextAt: null, tried: null },
    isParkedByEnd: false
  }
}

/** Their sequences may be named as superseded. */
export const skippedStates: ReadonlySet<Delivery['state']> = new Set([
  'superseded',
  'expired',
  'muted',
  'left-out'
])

const refusedType = 'tocsin.alert.action-refused.v1'

/** Whether it describes the state of the alert. A refused action does not. */
export function isStateEvent({
  eventType,
  verdict
}: Pick<PlannedData, 'eventType' | 'verdict'>): boolean {
  return verdict === 'left-view' || eventType !== refusedType
}

/** What it replaces can only be fixed before its first attempt. */
export function canBeChosen({ state, round, attempts, isChosen }: Delivery): boolean {
  return state === 'pending' && round === 0 && attempts === 0 && !isChosen
}

export function makeLast(
  at: string,
  { status, durationMs, excerpt }: Pick<OutcomeData, 'status' | 'durationMs' | 'excerpt'>,
  reason: LastAttempt['reason']
): LastAttempt {
  return { at, status, durationMs, excerpt, reason }
}

const lanes: Readonly<Record<Severity, number>> = { extreme: 0, severe: 1, moderate: 2, minor: 3 }
/** Lanes of deliveries that do not page, and of replayed ones. */
export const calmLane = 4
const askedLane = 5

/** The lane of a delivery; the lowest goes first. */
export function computeLane({
  severity = 'moderate',
  round,
  pagesNow
}: Pick<Delivery, 'severity' | 'round' | 'pagesNow'>): number {
  if (round > 0) return askedLane
  return pagesNow ? lanes[severity] : calmLane
}

/** Ascending sequences as ranges, the lowest so many. */
export function listRanges(
  sequences: readonly number[],
  rangesMax: number
): readonly SequenceRange[] {
  const ranges: { from: number; to: number }[] = []
  for (const sequence of sequences) {
    const last = ranges.at(-1)
    if (last !== undefined && sequence <= last.to + 1) last.to = sequence
    else if (ranges.length === rangesMax) return ranges
    else ranges.push({ from: sequence, to: sequence })
  }
  return ranges
}

/** What one subscription was notified of for one alert: what is sent next follows from it. */
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
  const { sequence, closes, round, severity: own } = delivery
  // The subscriber had it before.
  if (round > 0) return trace
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
