// Sends the deliveries of a subscription: builds the request, makes the attempt, asks the retry
// policy, logs the outcome. A delivery not logged as delivered is sent again after a restart, under
// the same webhook-id. While the endpoint is down the next delivery is its probe.

import { setImmediate as nextTick } from 'node:timers/promises'
import { seesAll } from '@tocsin/auth/access/principal'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { makeSchedule } from '@tocsin/contracts/subscription/retry-schedule'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { TraceSpan } from '@tocsin/service/telemetry/trace-span'
import { signWebhook } from '@tocsin/webhooks/signature'
import type { SigningKey } from '@tocsin/webhooks/signing-keys'
import type {
  SendOutcome,
  WebhookRequest,
  WebhookTransport
} from '@tocsin/webhooks/webhook-transport'
import { parkingRecord, type RecordingAt, resultRecord } from '../notification/attempt-records.ts'
import { computeLane, type Delivery, type Wait } from '../notification/delivery.ts'
import type { DeliveryLog } from '../notification/delivery-log.ts'
import type { DeliveryRecord } from '../notification/delivery-record.ts'
import { drainGapMs } from '../notification/endpoint-health.ts'
import { type NextStep, nextStep, type Turn } from '../notification/next-delivery.ts'
import type { PolicyJudge } from '../notification/policy-judge.ts'
import {
  decideRetry,
  mayBeAboutTheDelivery,
  type RetryDecision
} from '../notification/retry-policy.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import type { NotifierMetrics } from '../wiring/notifier-metrics.ts'
import { type AttemptSlots, type SlotAsk, slowAfterMs } from './attempt-slots.ts'
import { endDeliverySpan, startDeliverySpan } from './delivery-span.ts'
import type { EndpointReach } from './endpoint-reach.ts'
import type { RequestRate } from './request-rate.ts'
import type { SignedBodies } from './signed-bodies.ts'
import type { SigningRing } from './signing-ring.ts'
import { isAccepted, type RequestForms, readContentType, userAgent } from './unsequenced-event.ts'
import { WakeSignal } from './wake-signal.ts'

export interface SenderDeps extends Pick<ServiceDeps, 'clock' | 'random' | 'logger'> {
  readonly log: DeliveryLog
  readonly metrics: NotifierMetrics
  readonly transport: WebhookTransport
  readonly reach: Pick<EndpointReach, 'of' | 'mayShowAnswer'>
  readonly destinations: RequestForms
  readonly bodies: Pick<SignedBodies, 'makeBody' | 'readOrigin'>
  readonly slots: AttemptSlots
  /** What the endpoint asked for: every request to it counts. */
  readonly rate: RequestRate
  readonly signing: Pick<SigningRing, 'listKeys'>
  /** Whether the subscriber still has the right to receive. */
  readonly maySend: (subscription: SubscriptionRecord) => boolean
  /** Whether this instance may act for the subscription now; false if that can't be determined. */
  readonly isCurrent: () => Promise<boolean>
  /** True once this instance has folded the alerts log past a position; false on timeout. */
  readonly hasFolded: (partition: number, position: bigint) => Promise<boolean>
  /** Its policy's judge, if it has a policy. */
  readonly judge: PolicyJudge | null
}

/** Pause of a sender that may not send, ms. */
const heldBackMs = 60_000
/** Pause of a sender while the logs can't confirm that it still owns its delivery, ms. */
const restMs = 500

/** While all deliveries are delayed, ms. */
const lookAgainMs = 10_000
/** A wall clock that moved back by more than this was set, ms. */
const setBackMs = 1_000

export class SubscriptionSender {
  readonly #deps: SenderDeps
  readonly #subscription: SubscriptionRecord
  readonly #deliveries: SubscriptionDeliveries
  readonly #wake = new WakeSignal()
  readonly #stop = new AbortController()
  #isUnsealable = false
  /** When the next step was last looked for, by the wall clock. */
  #lookedMs = Number.NEGATIVE_INFINITY
  /** When waits are over, on the monotonic clock. */
  readonly #over = new WeakMap<Wait, number>()
  #lastAttemptMs = Number.NEGATIVE_INFINITY
  /**
   * An exhausted delivery that failed just now: the next one shows whether it or the endpoint is to
   * blame.
   */
  #suspect: Pick<Delivery, 'sequence' | 'round'> | null = null

  constructor(
    deps: SenderDeps,
    subscription: SubscriptionRecord,
    deliveries: SubscriptionDeliveries
  ) {
    this.#deps = deps
    this.#subscription = subscription
    this.#deliveries = deliveries
  }

  /** Signals that there may be something to send. */
  wake(): void {
    this.#wake.wake()
  }

  /** Signals that what delayed any alert may be over. */
  judgeAgain(): void {
    this.#deliveries.table.lookAtAll()
    this.#wake.wake()
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Sends until stopped. Rejects with an EventLogError that is not retryable. */
  async run(): Promise<void> {
    const { clock, judge, isCurrent } = this.#deps
    // What was decided for it by another policy, or by another instance, does not count.
    if (this.#subscription.order !== 'strict') this.#deliveries.table.lookAtAll()
    while (!this.#stop.signal.aborted) {
      const ticket = this.#wake.ticket()
      if (this.#deliveries.isEnded) {
        await this.#wake.sleep(clock, null, ticket, this.#stop.signal)
        continue
      }
      // Without it another instance decides.
      if (!(await isCurrent()) || (judge !== null && !(await this.#hasReadPlanned()))) {
        await clock.sleep(restMs, this.#stop.signal)
        continue
      }
      if (this.#stop.signal.aborted) return
      const step = this.#next()
      if ('untilMs' in step) await this.#rest(step.untilMs, ticket)
      else if ('decided' in step) await this.#write(step.decided)
      else {
        const waitMs = this.#waitMs(step)
        if (waitMs > 0) await this.#wake.sleep(clock, waitMs, ticket, this.#stop.signal)
        else if (await this.#mayBegin(step.delivery)) await this.#attempt(step)
        else await clock.sleep(restMs, this.#stop.signal)
      }
    }
  }

  #next(): NextStep {
    const { clock, judge } = this.#deps
    const nowMs = clock.nowMs()
    // The clock was set back: times to look again are too late by that much.
    if (nowMs < this.#lookedMs - setBackMs) this.#deliveries.table.endWaits()
    this.#lookedMs = nowMs
    const { order } = this.#subscription
    return nextStep(this.#deliveries, { order, suspect: this.#suspect, nowMs, judge })
  }

  /** Until woken, or until a time; null: no longer. Never long: the clock may be set forward. */
  async #rest(untilMs: number | null, ticket: number): Promise<void> {
    const { clock } = this.#deps
    const leftMs = untilMs === null ? null : untilMs - clock.nowMs()
    if (leftMs !== null && leftMs <= 0) await nextTick()
    else {
      const ms = leftMs === null ? null : Math.min(leftMs, lookAgainMs)
      await this.#wake.sleep(clock, ms, ticket, this.#stop.signal)
    }
  }

  #at(): RecordingAt {
    return { subscription: this.#subscription, nowMs: this.#deps.clock.nowMs() }
  }

  #waitMs({ delivery, isTrial }: Turn): number {
    if (!this.#deps.maySend(this.#subscription) || this.#signingKeys() === null) return heldBackMs
    const askedMs = this.#deps.rate.waitMs(this.#deps.clock.monotonicMs())
    if (isTrial) return askedMs
    return Math.max(askedMs, this.#leftMs(this.#deliveries.wait), this.#pacedMs(delivery))
  }

  /**
   * The rest of a wait, ms. After a restart the rest of the logged one, but never more than was
   * intended.
   */
  #leftMs(wait: Wait | null): number {
    if (wait === null) return 0
    const { clock } = this.#deps
    const known = this.#over.get(wait)
    const overMs =
      known ??
      clock.monotonicMs() + Math.min(wait.afterMs, Math.max(0, wait.untilMs - clock.nowMs()))
    if (known === undefined) this.#over.set(wait, overMs)
    return Math.max(0, overMs - clock.monotonicMs())
  }

  /** After an outage deliveries that do not page go out in a growing pace. */
  #pacedMs({ pagesNow }: Delivery): number {
    const gapMs = pagesNow ? 0 : drainGapMs(this.#deliveries.health, this.#deps.clock.nowMs())
    return Math.max(0, this.#lastAttemptMs + gapMs - this.#deps.clock.monotonicMs())
  }

  /**
   * Another instance may have planned an event that this one has not read yet. Without reading it
   * this one would find no silence and no shift for the alert, and take a retraction for a plain
   * end.
   */
  async #hasReadPlanned(): Promise<boolean> {
    for (const [partition, end] of this.#deliveries.chain.planned.entries())
      if (end !== '0' && !(await this.#deps.hasFolded(partition, BigInt(end) - 1n))) return false
    return true
  }

  async #mayBegin({ partition, position }: Delivery): Promise<boolean> {
    const { hasFolded, isCurrent } = this.#deps
    return (await hasFolded(partition, BigInt(position))) && (await isCurrent())
  }

  async #attempt({ delivery: next, isTrial, choice }: Turn): Promise<void> {
    const { clock, slots, rate, transport, isCurrent, maySend } = this.#deps
    const release = await slots.acquire(slotFor(this.#deliveries, next))
    try {
      // Waiting for a slot can take long: meanwhile another instance may have sent it or taken it
      // over.
      if (this.#stop.signal.aborted || !(await isCurrent()) || this.#stop.signal.aborted) return
      if (!maySend(this.#subscription)) return
      if (!this.#isDue(next, isTrial)) return
      if (choice !== null) await this.#write([choice])
      const delivery = this.#deliveries.table.get(next.sequence)
      if (this.#stop.signal.aborted || delivery === undefined || !isSameTry(next, delivery)) return
      const body = await this.#deps.bodies.makeBody(this.#subscription, delivery)
      const span = await startDeliverySpan(this.#deps.bodies, delivery)
      const request = this.#requestFor(delivery, body, span)
      this.#lastAttemptMs = clock.monotonicMs()
      rate.note(this.#lastAttemptMs)
      const outcome = await transport.send(request, this.#stop.signal)
      endDeliverySpan(span, outcome)
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

  /**
   * False if the fold has changed since: what is sent in strict order is still its head, or the
   * trial after it.
   */
  #isDue(next: Delivery, isTrial: boolean): boolean {
    const { isEnded, table } = this.#deliveries
    const now =
      this.#subscription.order === 'strict'
        ? isTrial
          ? table.second
          : table.head
        : table.get(next.sequence)
    return !isEnded && isSameTry(next, now)
  }

  #judge(delivery: Delivery, outcome: Exclude<SendOutcome, { kind: 'cancelled' }>): RetryDecision {
    const { clock, random } = this.#deps
    return decideRetry(outcome, {
      schedule: makeSchedule(this.#subscription.schedule, delivery.severity ?? 'moderate'),
      tries: this.#deliveries.countTries(delivery) + 1,
      health: this.#deliveries.health,
      jitter: isAccepted(outcome) ? 0 : random.next(),
      nowMs: clock.nowMs()
    })
  }

  #requestFor(head: Delivery, body: Uint8Array, span: TraceSpan | null): WebhookRequest {
    const { clock } = this.#deps
    const headers = signWebhook(
      { id: head.eventId, timestampS: Math.floor(clock.nowMs() / 1000), body },
      this.#signingKeys() ?? []
    )
    return this.#deps.destinations.requestFor(this.#subscription, {
      url: this.#subscription.url,
      headers: {
        'content-type': readContentType(this.#subscription),
        'user-agent': userAgent,
        ...headers,
        // The trace may be that of a hidden report.
        ...(span === null || !seesAll(this.#subscription) ? {} : { traceparent: span.traceparent })
      },
      body,
      ...this.#deps.reach.of(this.#subscription)
    })
  }

  /** Null if the secret can't be opened: one broken subscription must not stop the others. */
  #signingKeys(): readonly SigningKey[] | null {
    const keys = this.#deps.signing.listKeys(this.#subscription)
    if (keys === null && !this.#isUnsealable)
      this.#deps.logger.error(
        { subscription: this.#subscription.subscriptionId },
        'the secret of a subscription cannot be decrypted'
      )
    this.#isUnsealable = keys === null
    return keys
  }

  async #note(
    delivery: Delivery,
    outcome: SendOutcome,
    decision: RetryDecision,
    isTrial: boolean
  ): Promise<void> {
    const { logger, metrics } = this.#deps
    const at = this.#at()
    const isAnswerKept = this.#deps.reach.mayShowAnswer(this.#subscription)
    const records = [resultRecord(at, delivery, outcome, { decision, isTrial, isAnswerKept })]
    const suspect = isTrial && decision.kind === 'delivered' ? this.#blamed() : undefined
    if (suspect !== undefined) records.push(parkingRecord(at, suspect, delivery))
    const isSuspect =
      decision.kind === 'retry' &&
      decision.isExhausted &&
      !isTrial &&
      mayBeAboutTheDelivery(decision.reason)
    // Only right after its failure: later the endpoint may have recovered, and strict order would
    // be broken without need.
    this.#suspect = isSuspect && this.#deliveries.table.second !== undefined ? delivery : null
    const seconds = outcome.durationMs / 1000
    metrics.attempts.inc({ verdict: decision.kind })
    metrics.attemptDuration.observe({ verdict: decision.kind }, seconds)
    if (!(await this.#write(records))) return
    if (decision.kind === 'delivered') await this.#observeDelay(delivery)
    if (suspect !== undefined)
      logger.warn(
        { subscription: this.#subscription.subscriptionId, sequence: suspect.sequence },
        'a delivery is parked'
      )
  }

  /** False if stopped before it was logged. */
  #write(records: readonly DeliveryRecord[]): Promise<boolean> {
    return this.#deps.log.writeUntil(this.#stop.signal, 'the result of a delivery', records)
  }

  /** The delivery that a trial was made for, if it is still waiting. */
  #blamed(): Delivery | undefined {
    const suspect =
      this.#suspect === null ? undefined : this.#deliveries.table.get(this.#suspect.sequence)
    return suspect?.state === 'pending' && suspect.round === this.#suspect?.round
      ? suspect
      : undefined
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
function isSameTry(head: Delivery, now: Delivery | undefined): boolean {
  const isPending = now?.state === 'pending'
  return (
    isPending &&
    now.sequence === head.sequence &&
    now.round === head.round &&
    now.attempts === head.attempts
  )
}

/** What an attempt asks for, by what is known of how long its endpoint takes. */
function slotFor({ health, durationMs }: SubscriptionDeliveries, delivery: Delivery): SlotAsk {
  const isHealthy = health.state === 'up' && (durationMs ?? 0) < slowAfterMs
  return { lane: computeLane(delivery), isHealthy }
}
