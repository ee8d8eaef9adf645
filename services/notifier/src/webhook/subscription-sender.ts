// Sends the deliveries of a subscription: builds the request, makes the attempt, asks the retry
// policy, logs the outcome. A delivery not logged as delivered is sent again after a restart, under
// the same webhook-id. While the endpoint is down the next delivery is its probe.

import { setImmediate as nextTick } from 'node:timers/promises'
import { seesAll } from '@tocsin/auth/access/principal'
import { makeSchedule } from '@tocsin/contracts/subscription/retry-schedule'
import { activeTracing, isTraceparent, type TraceSpan } from '@tocsin/service/telemetry/tracing'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import { parkingRecord, type RecordingAt, resultRecord } from '../notification/attempt-records.ts'
import { computeLane, type Delivery, type Wait } from '../notification/delivery.ts'
import type { DeliveryRecord } from '../notification/delivery-record.ts'
import { drainGapMs } from '../notification/endpoint-health.ts'
import { nextStep, type Turn } from '../notification/next-delivery.ts'
import {
  decideRetry,
  mayBeAboutTheDelivery,
  type RetryDecision
} from '../notification/retry-policy.ts'
import { isKeyValid } from '../notification/silences.ts'
import { slowAfterMs } from './attempt-slots.ts'
import { isFromEarlierEpoch } from './delivery-planner.ts'
import { isAccepted } from './destinations.ts'
import { signRequest } from './endpoint-sender.ts'
import type { SendingDeps, Served } from './sending.ts'
import { readContentType } from './signed-bodies.ts'
import { hasConsented, isDisabled } from './subscription-record.ts'

/** Pause of a sender that may not send, ms. */
const heldBackMs = 60_000
/** Pause of a sender while the logs can't confirm that it still owns its delivery, ms. */
const restMs = 500

/** While all deliveries are delayed, ms. */
const lookAgainMs = 10_000
/** A wall clock that moved back by more than this was set, ms. */
const setBackMs = 1_000
/** How long it waits for the alert event that it is to send, ms. */
const foldWaitMs = 5_000

export class SubscriptionSender {
  readonly #deps: SendingDeps
  readonly #served: Served
  /** When the next step was last looked for, by the wall clock. */
  #lookedMs = Number.NEGATIVE_INFINITY
  /** When waits are over, on the monotonic clock. */
  readonly #over = new WeakMap<Wait, number>()
  #lastAttemptMs = Number.NEGATIVE_INFINITY
  /**
   * An exhausted delivery that failed just now: the next one shows whether it or the endpoint is to
   * blame.
   */
  #suspect: Delivery | null = null

  constructor(deps: SendingDeps, served: Served) {
    this.#deps = deps
    this.#served = served
  }

  get #deliveries() {
    return this.#served.deliveries
  }

  /** Sends until stopped. Rejects with an EventLogError that is not retryable. */
  async run(): Promise<void> {
    const { clock } = this.#deps
    const { subscription, deliveries, judge, wake, stop, isCurrent } = this.#served
    const { order } = subscription
    // What was decided for it by another policy, or by another instance, does not count.
    if (order !== 'strict') deliveries.table.lookAtAll()
    while (!stop.aborted) {
      const ticket = wake.ticket()
      if (deliveries.isEnded) {
        await wake.sleep(clock, null, ticket, stop)
        continue
      }
      // Without it another instance decides.
      if (!(await isCurrent()) || (judge !== null && !(await this.#hasReadPlanned()))) {
        await clock.sleep(restMs, stop)
        continue
      }
      if (stop.aborted) return
      const nowMs = clock.nowMs()
      // The clock was set back: times to look again are too late by that much.
      if (nowMs < this.#lookedMs - setBackMs) deliveries.table.endWaits()
      this.#lookedMs = nowMs
      const step = nextStep(deliveries, { order, suspect: this.#suspect, nowMs, judge })
      if ('untilMs' in step) await this.#rest(step.untilMs, ticket)
      else if ('decided' in step) await this.#write(step.decided)
      else {
        const { partition, position } = step.delivery
        const waitMs = this.#waitMs(step)
        if (waitMs > 0) await wake.sleep(clock, waitMs, ticket, stop)
        else if ((await this.#hasFolded(partition, BigInt(position))) && (await isCurrent()))
          await this.#attempt(step)
        else await clock.sleep(restMs, stop)
      }
    }
  }

  /** Until woken, or until a time; null: no longer. Never long: the clock may be set forward. */
  async #rest(untilMs: number | null, ticket: number): Promise<void> {
    const { clock } = this.#deps
    const { wake, stop } = this.#served
    const leftMs = untilMs === null ? null : untilMs - clock.nowMs()
    if (leftMs !== null && leftMs <= 0) await nextTick()
    else {
      const ms = leftMs === null ? null : Math.min(leftMs, lookAgainMs)
      await wake.sleep(clock, ms, ticket, stop)
    }
  }

  #at(): RecordingAt {
    return { subscription: this.#served.subscription, nowMs: this.#deps.clock.nowMs() }
  }

  /** Whether the subscriber still has the right to receive, and wants anything. */
  #maySend(): boolean {
    const { subscription, deliveries } = this.#served
    return (
      hasConsented(subscription) &&
      !isDisabled(subscription) &&
      isKeyValid(this.#deps, subscription.ownerKeyId) &&
      !isFromEarlierEpoch(deliveries, this.#deps.control.state.restored)
    )
  }

  #waitMs({ delivery, isTrial }: Turn): number {
    const { clock, signing } = this.#deps
    // One broken secret must not stop the others.
    if (!this.#maySend() || signing.listKeys(this.#served.subscription) === null) return heldBackMs
    const nowMs = clock.monotonicMs()
    const askedMs = this.#served.rate.waitMs(nowMs)
    if (isTrial) return askedMs
    const { wait, health } = this.#deliveries
    // After an outage deliveries that do not page go out in a growing pace.
    const gapMs = delivery.pagesNow ? 0 : drainGapMs(health, clock.nowMs())
    return Math.max(askedMs, this.#lastAttemptMs + gapMs - nowMs, wait ? this.#leftMs(wait) : 0)
  }

  /**
   * The rest of a wait, ms. After a restart the rest of the logged one, but never more than was
   * intended.
   */
  #leftMs(wait: Wait): number {
    const { clock } = this.#deps
    const nowMs = clock.monotonicMs()
    const loggedMs = Math.min(wait.afterMs, Math.max(0, wait.untilMs - clock.nowMs()))
    const overMs = this.#over.get(wait) ?? nowMs + loggedMs
    this.#over.set(wait, overMs)
    return overMs - nowMs
  }

  /**
   * Another instance may have planned an event that this one has not read yet. Without reading it
   * this one would find no silence and no shift for the alert, and take a retraction for a plain
   * end.
   */
  async #hasReadPlanned(): Promise<boolean> {
    for (const [partition, end] of this.#deliveries.chain.planned.entries())
      if (end !== '0' && !(await this.#hasFolded(partition, BigInt(end) - 1n))) return false
    return true
  }

  /** True once this instance has folded the alerts log past a position; false on timeout. */
  #hasFolded(partition: number, position: bigint): Promise<boolean> {
    const { alerts } = this.#deps.projection.views
    return alerts.waitForAppended({ partition, position }, foldWaitMs)
  }

  async #attempt({ delivery: next, isTrial, choice }: Turn): Promise<void> {
    const { clock, slots, destinations, signing } = this.#deps
    const { subscription, deliveries, rate, stop, isCurrent } = this.#served
    const { endpoint, table } = deliveries
    const isHealthy = endpoint.health.state === 'up' && (endpoint.durationMs ?? 0) < slowAfterMs
    const release = await slots.acquire({ lane: computeLane(next), isHealthy })
    try {
      // Waiting for a slot can take long: meanwhile another instance may have sent it or taken it
      // over.
      if (stop.aborted || !(await isCurrent()) || stop.aborted) return
      if (!this.#maySend() || !this.#isDue(next, isTrial)) return
      if (choice !== null) await this.#write([choice])
      const delivery = table.get(next.sequence)
      if (stop.aborted || delivery === undefined || !isSameTry(next, delivery)) return
      const body = await this.#deps.bodies.makeBody(subscription, delivery)
      const span = await this.#startSpan(delivery)
      const request = signRequest(this.#deps, subscription, signing.listKeys(subscription) ?? [], {
        ...{ id: delivery.eventId, body, contentType: readContentType(subscription) },
        // The trace may be that of a hidden report.
        headers: span === null || !seesAll(subscription) ? {} : { traceparent: span.traceparent }
      })
      this.#lastAttemptMs = clock.monotonicMs()
      rate.note(this.#lastAttemptMs)
      const outcome = await destinations.send(subscription, request, stop)
      if (outcome.kind === 'response') span?.end({ 'http.response.status_code': outcome.status })
      else span?.end({}, outcome.kind)
      // Stopped mid-attempt: the receiver may or may not have accepted, so it is sent again after
      // the restart.
      if (outcome.kind === 'cancelled') return
      const decision = this.#judge(delivery, outcome)
      release()
      await this.#note(delivery, outcome, decision, isTrial)
    } finally {
      release()
    }
  }

  /** In the trace of its event; null while traces are off, and for an event without one. */
  async #startSpan(delivery: Delivery): Promise<TraceSpan | null> {
    const tracing = activeTracing()
    if (tracing === null) return null
    const { traceparent: parent } = await this.#deps.bodies.readOrigin(delivery)
    if (!isTraceparent(parent)) return null
    const { eventId, sequence, attempts } = delivery
    const attributes = {
      'cloudevents.event_id': eventId,
      'tocsin.sequence': sequence,
      'http.request.resend_count': attempts
    }
    return tracing.start('deliver webhook', { parent, kind: 'CLIENT', attributes })
  }

  /**
   * False if the fold has changed since: what is sent in strict order is still its head, or the
   * trial after it.
   */
  #isDue(next: Delivery, isTrial: boolean): boolean {
    const { isEnded, table } = this.#deliveries
    const isStrict = this.#served.subscription.order === 'strict'
    const first = isTrial ? table.second : table.head
    return !isEnded && isSameTry(next, isStrict ? first : table.get(next.sequence))
  }

  #judge(delivery: Delivery, outcome: Exclude<SendOutcome, { kind: 'cancelled' }>): RetryDecision {
    const { clock, random } = this.#deps
    const { schedule } = this.#served.subscription
    return decideRetry(outcome, {
      schedule: makeSchedule(schedule, delivery.severity ?? 'moderate'),
      tries: this.#deliveries.countTries(delivery) + 1,
      health: this.#deliveries.health,
      jitter: isAccepted(outcome) ? 0 : random.next(),
      nowMs: clock.nowMs()
    })
  }

  async #note(
    delivery: Delivery,
    outcome: SendOutcome,
    decision: RetryDecision,
    isTrial: boolean
  ): Promise<void> {
    const { logger, metrics, networkRules } = this.#deps
    const at = this.#at()
    const isAnswerKept = networkRules.mayShowAnswer(at.subscription)
    const records = [resultRecord(at, delivery, outcome, { decision, isTrial, isAnswerKept })]
    const suspect = isTrial && decision.kind === 'delivered' ? this.#findSuspect() : undefined
    if (suspect !== undefined) records.push(parkingRecord(at, suspect, delivery))
    const isSuspect =
      decision.kind === 'retry' &&
      decision.isExhausted &&
      !isTrial &&
      mayBeAboutTheDelivery(decision.reason)
    // Only right after its failure: later the endpoint may have recovered, and strict order would
    // be broken without need.
    this.#suspect = isSuspect && this.#deliveries.table.second !== undefined ? delivery : null
    const verdict = decision.kind
    metrics.attempts.inc({ verdict })
    metrics.attemptDuration.observe({ verdict }, outcome.durationMs / 1000)
    if (!(await this.#write(records))) return
    if (decision.kind === 'delivered') await this.#observeDelay(delivery)
    if (suspect !== undefined)
      logger.warn(
        { subscription: at.subscription.subscriptionId, sequence: suspect.sequence },
        'a delivery is parked'
      )
  }

  /** False if stopped before it was logged. */
  #write(records: readonly DeliveryRecord[]): Promise<boolean> {
    const { deliveryLog } = this.#deps
    return deliveryLog.writeUntil(this.#served.stop, 'the result of a delivery', records)
  }

  /** The delivery that a trial was made for, if it is still waiting. */
  #findSuspect(): Delivery | undefined {
    if (this.#suspect === null) return undefined
    const { sequence, round } = this.#suspect
    const delivery = this.#deliveries.table.get(sequence)
    return delivery?.state === 'pending' && delivery.round === round ? delivery : undefined
  }

  async #observeDelay(delivery: Delivery): Promise<void> {
    const { clock, metrics, bodies } = this.#deps
    const nowMs = clock.nowMs()
    const delayMs = nowMs - Date.parse(delivery.plannedAt)
    if (delayMs >= 0) metrics.deliveryDelay.observe(delayMs / 1000)
    const { severity, round, waited = null } = delivery
    // Not observed if the policy delayed it: it came when the receiver asked for it.
    if (severity === undefined || round > 0 || waited !== null) return
    const { acceptedMs } = await bodies.readOrigin(delivery)
    if (acceptedMs === null || nowMs < acceptedMs) return
    metrics.webhookAlertDelay.observe({ severity }, (nowMs - acceptedMs) / 1000)
  }
}

/** False if the fold has changed since. */
function isSameTry({ sequence, round, attempts }: Delivery, now: Delivery | undefined): boolean {
  return (
    now?.state === 'pending' &&
    now.sequence === sequence &&
    now.round === round &&
    now.attempts === attempts
  )
}
