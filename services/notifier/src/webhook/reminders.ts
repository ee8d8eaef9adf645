// Reminds a subscriber of unacknowledged alerts, as its policy requires, each time under a new id,
// since receivers drop repeats. One for each subscription that this instance serves.
// notification-decision.ts decides what is sent, from what was accepted and reminded before.
// Source: decision 0079.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { Clock } from '@tocsin/domain/ports'
import { alertUnits, type ScanScheduler } from '../alerts/scan-scheduler.ts'
import { reminderHoldRecord } from '../notification/attempt-records.ts'
import {
  type AnswerableEvent,
  type Delivery,
  isSameHold,
  isStateEvent
} from '../notification/delivery.ts'
import type { DeliveryRecord, NewsAbout } from '../notification/delivery-record.ts'
import { isOut } from '../notification/endpoint-health.ts'
import { hasUntried } from '../notification/next-delivery.ts'
import type { Notice, ReminderHold } from '../notification/notices.ts'
import type { RepeatDecision } from '../notification/notification-decision.ts'
import { noticeSchedule } from '../notification/outage-notice.ts'
import type { PolicyJudge } from '../notification/policy-judge.ts'
import { settleInParts } from '../notification/settle-in-parts.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import type { NoticeSender } from './notice-sender.ts'

export interface RemindersDeps {
  readonly clock: Clock
  readonly sender: NoticeSender
  readonly scans: ScanScheduler
  readonly judge: PolicyJudge
  readonly bodies: {
    makeStatement(subscription: SubscriptionRecord, event: CarriedDelivery): Promise<object>
  }
  /** The link by which its receiver may answer; null: none. */
  readonly answerUrlOf: (subscription: SubscriptionRecord, event: AnswerableEvent) => string | null
  /** Whether this instance may act for the subscription now. */
  readonly mayAct: () => Promise<boolean>
  /** How long the endpoint wants no more requests, ms. */
  readonly paceMs: () => number
}

/**
 * Longest pause between looks, ms: an answer, a silence or a roster changes which reminders are
 * sent.
 */
const lookEveryMs = 10_000
/** Limit of `holds` logged per look; the rest at the next. */
const holdsMax = 500
/**
 * Two instances that judge differently for a moment do not replace each other's at every look, ms.
 */
const holdForMs = 60_000

type Deliveries = SubscriptionDeliveries
type Reminder = Notice<'alert'>

/** An alert with a reminder due now. */
export interface DueReminder {
  readonly alertId: string
  /**
   * The delivery with the event that is repeated: the newest state that the subscriber was sent.
   */
  readonly carried: CarriedDelivery
  /** One under way that is tried again; null: a new one. */
  readonly again: Reminder | null
}

type CarriedDelivery = Pick<
  Delivery,
  'sequence' | 'eventId' | 'eventType' | 'partition' | 'position'
>

/** No reminder now. */
interface NotDue {
  /** When it may be, ms; null: that is not known. */
  readonly atMs: number | null
  /** Why it is delayed though it is due; null: it is not due. */
  readonly hold: Omit<ReminderHold, 'at'> | null
}

/** Whether a reminder of an alert is sent now, or why not. Reads the fold and the judge only. */
export function decideDue(
  deliveries: Deliveries,
  judge: PolicyJudge,
  alertId: string,
  nowMs: number
): DueReminder | NotDue {
  const toldMs = deliveries.alerts.lastToldMs(alertId)
  if (toldMs === null || !deliveries.alerts.isKnown(alertId)) return notDue
  const decide = (lastMs: number) =>
    judge.repeat(alertId, lastMs, id => deliveries.alerts.of(id), nowMs)
  const decision = decide(toldMs)
  const last = deliveries.notices.of('alert', alertId)
  const isUnderWay = last !== null && last.end === null && isDue(last.nextAt, nowMs)
  if (decision?.kind === 'hold' && !isUnderWay) return held(alertId, decision)
  // A reminder under way continues, unless its alert was answered meanwhile, or is delayed.
  const other = decision?.kind !== 'tell' && isUnderWay ? decide(Number.NEGATIVE_INFINITY) : null
  const isAgain = other?.kind === 'tell'
  if (decision?.kind !== 'tell' && !isAgain)
    return other === null ? notDue : { ...held(alertId, other), atMs: null }
  const known = deliveries.newestFirst(alertId)
  // A new event replaces the reminder.
  if (known.some(({ state }) => state === 'pending')) return notDue
  const carried = known.find(each => each.verdict === 'event' && isStateEvent(each)) ?? last
  // No event sent for the alert is known any more.
  if (carried === null) return notDue
  return { alertId, carried, again: isAgain ? last : null }
}

const notDue: NotDue = { atMs: null, hold: null }

function held(
  alertId: string,
  { reason, untilMs, by }: Extract<RepeatDecision, { kind: 'hold' }>
): NotDue {
  const until = untilMs === null ? null : new Date(untilMs).toISOString()
  return {
    atMs: untilMs,
    hold: reason === 'repeat-interval' ? null : { alertId, reason, until, by }
  }
}

/** Whether it is another reason, or end, than that before, which was not logged just now. */
function isNewHold(
  hold: Omit<ReminderHold, 'at'>,
  before: ReminderHold | null,
  nowMs: number
): boolean {
  if (before === null) return true
  return !isSameHold(before, hold) && Math.abs(nowMs - Date.parse(before.at)) >= holdForMs
}

export class Reminders {
  readonly #deps: RemindersDeps
  readonly #subscription: SubscriptionRecord
  readonly #deliveries: SubscriptionDeliveries
  readonly #stop: AbortSignal

  constructor(
    deps: RemindersDeps,
    subscription: SubscriptionRecord,
    deliveries: SubscriptionDeliveries,
    stop: AbortSignal
  ) {
    this.#deps = deps
    this.#subscription = subscription
    this.#deliveries = deliveries
    this.#stop = stop
  }

  /** Sends reminders until stopped. Rejects with an EventLogError that is not retryable. */
  async run(): Promise<void> {
    const { clock, judge } = this.#deps
    if (!judge.repeats) return
    while (!this.#stop.aborted) {
      const nextMs = this.#deliveries.isEnded ? null : await this.#look()
      const waitMs =
        nextMs === null ? lookEveryMs : Math.min(lookEveryMs, Math.max(1, nextMs - clock.nowMs()))
      await clock.sleep(waitMs, this.#stop)
    }
  }

  /** When the next one is due, ms; null: that is not known. */
  async #look(): Promise<number | null> {
    const { clock, judge, mayAct, scans } = this.#deps
    // An endpoint that is away is probed with its deliveries; what is repeated then waits until it
    // is well.
    if (isOut(this.#deliveries.health) || !(await mayAct())) return null
    const scan = scans.begin()
    const due: { readonly alertId: string; readonly rank: number }[] = []
    const holds: DeliveryRecord[] = []
    let nextMs: number | null = null
    for (const alertId of this.#deliveries.alerts.told) {
      if (scan.mustYield) await scan.yieldTurn()
      const before = judge.work.units
      const asked = this.#findDue(alertId)
      scan.units += alertUnits + judge.work.units - before
      if ('carried' in asked) due.push({ alertId, rank: judge.computeRank(alertId) })
      else {
        if (asked.atMs !== null && asked.atMs > clock.nowMs())
          nextMs = Math.min(nextMs ?? asked.atMs, asked.atMs)
        if (holds.length < holdsMax) holds.push(...this.#listNewHolds(alertId, asked))
      }
    }
    if (holds.length > 0) await this.#deps.sender.write(holds)
    for (const { alertId } of due.toSorted((a, b) => b.rank - a.rank)) {
      await settleInParts(this.#deliveries, judge, this.#deps, this.#stop)
      if (this.#stop.aborted || !this.#hasRoom) return null
      // A notification since may cover it, or somebody may have answered.
      const asked = this.#findDue(alertId)
      if ('carried' in asked) await this.#remind(asked)
    }
    return nextMs
  }

  /** A reason or end of a delay that differs from the last logged one. */
  #listNewHolds(alertId: string, { hold }: NotDue): readonly DeliveryRecord[] {
    const { alerts } = this.#deliveries
    const at = { subscription: this.#subscription, nowMs: this.#deps.clock.nowMs() }
    const before = this.#deliveries.notices.findHold(alertId)
    if (hold === null ? before === null : !isNewHold(hold, before, at.nowMs)) return []
    const now = hold ?? { alertId, reason: null, until: null, by: null }
    return [reminderHoldRecord(at, now, before, alerts.lastToldMs(alertId) ?? 0)]
  }

  #findDue(alertId: string): ReturnType<typeof decideDue> {
    return decideDue(this.#deliveries, this.#deps.judge, alertId, this.#deps.clock.nowMs())
  }

  /** The room that the endpoint leaves is for what it does not know. */
  get #hasRoom(): boolean {
    const { clock, judge, paceMs } = this.#deps
    const { health, isEnded } = this.#deliveries
    return (
      !isEnded &&
      !isOut(health) &&
      paceMs() <= 0 &&
      !hasUntried(this.#deliveries, judge, clock.nowMs())
    )
  }

  async #remind({ alertId, carried, again }: DueReminder): Promise<void> {
    const { sender } = this.#deps
    if (again === null) await sender.raise(...makeReminder(this.#deliveries, alertId, carried))
    const raised = this.#deliveries.notices.of('alert', alertId)
    // Another instance, or not folded yet: the next look continues.
    if (raised === null || raised.end !== null) return
    await sender.try(raised, await this.#describe(raised))
  }

  /** The full alert, so that a receiver who lost the first can act. */
  async #describe(reminder: Reminder): Promise<object> {
    const { id: alertId, sequence, eventId, eventType, count, since, at: plannedAt } = reminder
    const { bodies, answerUrlOf } = this.#deps
    const alert = await bodies.makeStatement(this.#subscription, reminder)
    const answerurl = answerUrlOf(this.#subscription, {
      alertId,
      eventType,
      verdict: 'event',
      plannedAt
    })
    return {
      because: 'repeat',
      count,
      firstToldAt: since,
      sequence,
      eventId,
      eventType,
      answerurl,
      alert
    }
  }
}

/** A new reminder, and what distinguishes it from earlier ones. */
export function makeReminder(
  deliveries: Deliveries,
  alertId: string,
  { sequence, eventId, eventType, partition, position }: CarriedDelivery
): [news: NewsAbout<'alert'>, mark: string] {
  const last = deliveries.notices.of('alert', alertId)
  const toldMs = deliveries.alerts.lastToldMs(alertId) ?? 0
  const since = last?.since ?? new Date(deliveries.alerts.toldMs(alertId) ?? toldMs).toISOString()
  const event = { sequence, eventId, eventType, partition, position }
  const news = {
    about: 'alert',
    id: alertId,
    ...event,
    count: (last?.count ?? 0) + 1,
    since
  } as const
  return [news, String(toldMs)]
}

/** It never waits longer than the longest wait: clocks differ. */
function isDue(nextAt: string | null, nowMs: number): boolean {
  const leftMs = nextAt === null ? 0 : Date.parse(nextAt) - nowMs
  return leftMs <= 0 || leftMs > Math.max(...noticeSchedule.waitsMs) * 2
}
