// One delivery of a subscription, as folded from the log.

import type {
  HoldReason,
  MutedReason,
  TellReason
} from '@tocsin/contracts/subscription/notification-words'
import type { HeldData, OutcomeData, PlannedData } from './delivery-record.ts'
import type { SequenceRange, SkipReason, Waiting } from './newest-state.ts'
import type { ParkReason, RetryReason } from './retry-policy.ts'

export interface Delivery extends PlannedData {
  readonly plannedAt: string
  /**
   * `superseded`, `expired`: skipped in newest-state order, the second after an outage. `lapsed`:
   * not delivered within the retention time. `left-out`: not wanted by a filter that became
   * narrower. `muted`: the policy never sends it.
   */
  readonly state: 'pending' | 'delivered' | 'parked' | SkipReason | 'lapsed' | 'left-out' | 'muted'
  /** Planned while its endpoint was unhealthy: no attempt is made before it is chosen. */
  readonly isSheltered: boolean
  /** Chosen to go next; what it replaces is fixed. */
  readonly isChosen: boolean
  readonly superseded: SequenceRange | null
  /** The event pages, or replaces one that would have. */
  readonly pagesNow: boolean
  readonly round: number
  /** Logged attempts of this round. */
  readonly attempts: number
  /** No attempt before this time, ISO 8601, unless something urgent comes; null = immediately. */
  readonly nextAt: string | null
  readonly last: LastAttempt | null
  /** Why the policy delays it, as logged; null: it does not, or not yet. */
  readonly held: HeldFor | null
  /**
   * By the policy: why it was sent when it was, or why it is never sent; null if muted by an older
   * version.
   */
  readonly because: TellReason | MutedReason | null
  /**
   * Why the policy last delayed it before it was sent or skipped, null if it did not; omitted where
   * its body does not give the reason.
   */
  readonly waited?: HoldReason | null
}

export type HeldFor = Pick<HeldData, 'reason' | 'until' | 'by'>

export function isSameHold(one: HeldFor | null, other: HeldFor): boolean {
  return one?.reason === other.reason && one.until === other.until && one.by === other.by
}

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
    state: 'pending',
    round: 0,
    attempts: 0,
    nextAt: null,
    last: null,
    isChosen: false,
    superseded: null,
    pagesNow: data.pages === true,
    held: null,
    because: null
  }
}

/** Why the policy muted it is no reason to send it. */
export function askedAgain(delivery: Delivery): Delivery {
  const because = delivery.state === 'muted' ? null : delivery.because
  return {
    ...delivery,
    because,
    state: 'pending',
    round: delivery.round + 1,
    attempts: 0,
    nextAt: null
  }
}

const refusedType = 'tocsin.alert.action-refused.v1'

/** Whether it describes the state of its alert. A refused action does not. */
export function isStateEvent({
  eventType,
  verdict
}: Pick<PlannedData, 'eventType' | 'verdict'>): boolean {
  return verdict === 'left-view' || eventType !== refusedType
}

export function makeWaiting(delivery: Delivery): Waiting {
  const { sequence, severity = 'moderate', closes, plannedAt, round } = delivery
  const plannedMs = Date.parse(plannedAt)
  return { sequence, severity, closes: closes === true, plannedMs, isAsked: round > 0 }
}

/** What it replaces can only be fixed before its first attempt. */
export function canBeChosen({ state, round, attempts, isChosen }: Delivery): boolean {
  return state === 'pending' && round === 0 && attempts === 0 && !isChosen
}

export function makeLast(
  at: string,
  { status, durationMs, excerpt }: OutcomeData,
  reason: LastAttempt['reason']
): LastAttempt {
  return { at, status, durationMs, excerpt, reason }
}

export function ascending(a: number, b: number): number {
  return a - b
}
