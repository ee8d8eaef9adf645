// Sends the deliveries of one subscription in sequence: builds the request, makes the attempt, asks the retry policy, logs the
// outcome. A delivery not logged as delivered is sent again after a restart, under the same webhook-id.

import { digest } from '@tocsin/contracts/json/digest'
import type { SubscriptionRecord } from '@tocsin/domain/control/control-record'
import { type AttemptOutcome, decideRetry, defaultScheduleMs, type RetryDecision } from '@tocsin/domain/delivery/retry-policy'
import type { ServiceDeps } from '@tocsin/service-kit/service-deps'
import { signWebhook } from '@tocsin/webhooks/signature'
import { parseSigningKey, type SigningKey } from '@tocsin/webhooks/signing-keys'
import type { SendOutcome, WebhookRequest, WebhookTransport } from '@tocsin/webhooks/webhook-transport'
import type { AlertIndex } from '../projection/alert-index.ts'
import type { AlertJournal } from '../projection/alert-journal.ts'
import { renderFor } from '../projection/record-judging.ts'
import type { NotifierMetrics } from '../telemetry/notifier-metrics.ts'
import type { Delivery, SubscriptionDeliveries } from './delivery-fold.ts'
import type { DeliveryLog } from './delivery-log.ts'
import { audienceOf } from './delivery-planner.ts'
import type { DeliveryRecord } from './delivery-record.ts'
import { WakeSignal } from './wake-signal.ts'
import type { WebhookConcurrency } from './webhook-concurrency.ts'

export interface SenderDeps extends Pick<ServiceDeps, 'clock' | 'random' | 'logger'> {
  readonly log: Pick<DeliveryLog, 'write'>
  readonly metrics: NotifierMetrics
  readonly transport: WebhookTransport
  readonly alerts: AlertIndex
  readonly journal: () => AlertJournal
  readonly concurrency: WebhookConcurrency
  /** The secret of a subscription in the clear; null if it was sealed under another key. */
  readonly secretOf: (subscription: SubscriptionRecord) => string | null
  /** Whether the subscriber still has the right to receive. */
  readonly maySend: (subscription: SubscriptionRecord) => boolean
  /** Whether this instance may act for the subscription now; false if that can't be determined. */
  readonly isCurrent: () => Promise<boolean>
  /** True once this instance has folded the alerts log past a position; false on timeout. */
  readonly hasFolded: (partition: number, position: bigint) => Promise<boolean>
}

export const userAgent = 'tocsin-webhooks/1'
const contentType = 'application/cloudevents+json; charset=utf-8'
/** Pause of a sender that may not send, ms. */
const heldBackMs = 60_000
/** Pause of a sender while the logs can't confirm that it still owns its delivery, ms. */
const restMs = 500

export class SubscriptionSender {
  readonly #deps: SenderDeps
  readonly #subscription: SubscriptionRecord
  readonly #deliveries: SubscriptionDeliveries
  readonly #wake = new WakeSignal()
  readonly #stop = new AbortController()
  #keys: readonly SigningKey[] | null | undefined
  /** When the next attempt of a delivery is due, on the monotonic clock. */
  #due: { readonly sequence: number; readonly round: number; readonly attempts: number; readonly atMs: number } | null = null
  #isTroubled = false

  constructor(deps: SenderDeps, subscription: SubscriptionRecord, deliveries: SubscriptionDeliveries) {
    this.#deps = deps
    this.#subscription = subscription
    this.#deliveries = deliveries
  }

  /** Signals that there may be something to send. */
  wake(): void {
    this.#wake.wake()
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Sends until stopped. Rejects with an EventLogError that is not retryable. */
  async run(): Promise<void> {
    const { clock } = this.#deps
    while (!this.#stop.signal.aborted) {
      const ticket = this.#wake.ticket()
      const head = this.#deliveries.isEnded ? undefined : this.#deliveries.head
      const waitMs = head === undefined ? null : this.#waitMs(head)
      if (head === undefined || waitMs !== 0) await this.#wake.sleep(clock, waitMs, ticket, this.#stop.signal)
      else if (await this.#mayBegin(head)) await this.#attempt(head)
      else await clock.sleep(restMs, this.#stop.signal)
    }
  }

  /** Time until the next attempt, ms. After a restart the rest of the logged wait, but never more than the intended wait. */
  #waitMs(head: Delivery): number {
    const { clock } = this.#deps
    if (!this.#deps.maySend(this.#subscription) || this.#signingKeys() === null) return heldBackMs
    if (head.nextAt === null) return 0
    const { sequence, round, attempts } = head
    if (this.#due?.sequence !== sequence || this.#due.round !== round || this.#due.attempts !== attempts) {
      const restMs = Math.min(head.afterMs, Math.max(0, Date.parse(head.nextAt) - clock.nowMs()))
      this.#due = { sequence, round, attempts, atMs: clock.monotonicMs() + restMs }
    }
    return Math.max(0, this.#due.atMs - clock.monotonicMs())
  }

  async #mayBegin({ partition, position }: Delivery): Promise<boolean> {
    const { hasFolded, isCurrent } = this.#deps
    return (await hasFolded(partition, BigInt(position))) && (await isCurrent())
  }

  async #attempt(head: Delivery): Promise<void> {
    const { clock, concurrency, transport, isCurrent } = this.#deps
    const release = await concurrency.acquire(this.#isTroubled || head.attempts > 0 ? 'troubled' : 'healthy')
    try {
      // Waiting for a slot can take long: meanwhile another instance may have sent it or taken it over.
      if (this.#stop.signal.aborted || !(await isCurrent()) || this.#stop.signal.aborted) return
      if (this.#deliveries.isEnded || !isSameTry(head, this.#deliveries.head)) return
      const request = await this.#requestFor(head)
      const outcome = await transport.send(request, this.#stop.signal)
      // Stopped mid-attempt: the receiver may or may not have accepted, so it is sent again after the restart.
      if (outcome.kind === 'cancelled') return
      const decision = decideRetry(
        outcomeOf(outcome),
        head.attempts + 1,
        this.#schedule(),
        this.#deps.random.next(),
        clock.nowMs()
      )
      this.#isTroubled = decision.kind !== 'delivered'
      release()
      await this.#note(head, outcome, decision)
    } finally {
      release()
    }
  }

  #schedule(): readonly number[] {
    return this.#subscription.schedule?.map(s => s * 1000) ?? defaultScheduleMs
  }

  async #requestFor(head: Delivery): Promise<WebhookRequest> {
    const { clock } = this.#deps
    const body = await this.#bodyOf(head)
    const headers = signWebhook(
      { id: head.eventId, timestampS: Math.floor(clock.nowMs() / 1000), body },
      this.#signingKeys() ?? []
    )
    return { url: this.#subscription.url, headers: { 'content-type': contentType, 'user-agent': userAgent, ...headers }, body }
  }

  /** One CloudEvent. Identical bytes at every attempt: what varies is in the headers. */
  async #bodyOf(head: Delivery): Promise<Uint8Array> {
    const record = await this.#deps.journal().at(head.partition, BigInt(head.position))
    if (record === null) throw new Error(`delivery ${head.sequence} names an event that the alerts log does not hold`)
    const event = renderFor(this.#deps.alerts, audienceOf(this.#subscription), head.verdict, record)
    // It keeps the planned id: deliveries planned by an earlier version continue under theirs.
    return Buffer.from(JSON.stringify({ ...event, id: head.eventId, sequence: head.sequence, previousid: head.previousId }))
  }

  /** Null if the secret can't be opened: one broken subscription must not stop the others. */
  #signingKeys(): readonly SigningKey[] | null {
    if (this.#keys !== undefined) return this.#keys
    const secret = this.#deps.secretOf(this.#subscription)
    this.#keys = secret === null ? null : [parseSigningKey(secret)]
    if (secret === null)
      this.#deps.logger.error(
        { subscription: this.#subscription.subscriptionId },
        'the secret of a subscription cannot be decrypted'
      )
    return this.#keys
  }

  async #note(head: Delivery, outcome: SendOutcome, decision: RetryDecision): Promise<void> {
    const { log, logger, metrics } = this.#deps
    const record = this.#recordOf(head, outcome, decision)
    const seconds = outcome.durationMs / 1000
    metrics.attempts.inc({ verdict: decision.kind })
    metrics.attemptDuration.observe({ verdict: decision.kind }, seconds)
    try {
      await log.write([record], {
        withinMs: null,
        signal: this.#stop.signal,
        onRetry: error => logger.warn({ error }, 'the result of a delivery cannot be logged; retrying')
      })
    } catch (error) {
      if (this.#stop.signal.aborted) return
      throw error
    }
    if (decision.kind === 'retry') this.#due = this.#dueAfter(head, decision.afterMs)
    if (decision.kind === 'delivered') this.#observeDelay(head)
    if (decision.kind === 'parked')
      logger.warn({ subscription: this.#subscription.subscriptionId, reason: decision.reason }, 'a delivery is parked')
  }

  #dueAfter({ sequence, round, attempts }: Delivery, afterMs: number) {
    return { sequence, round, attempts: attempts + 1, atMs: this.#deps.clock.monotonicMs() + afterMs }
  }

  #recordOf(head: Delivery, outcome: SendOutcome, decision: RetryDecision): DeliveryRecord {
    const { clock } = this.#deps
    const { subscriptionId } = this.#subscription
    const { sequence, round } = head
    const attempt = head.attempts + 1
    const id = digest('delivery-result', subscriptionId, String(sequence), String(round), String(attempt), decision.kind)
    const cause = null
    const nowMs = clock.nowMs()
    const time = new Date(nowMs).toISOString()
    const status = outcome.kind === 'response' ? outcome.status : null
    const excerpt = outcome.kind === 'response' ? outcome.excerpt.toWellFormed() : null
    const data = { subscriptionId, sequence, round, attempt, status, durationMs: outcome.durationMs, excerpt }
    switch (decision.kind) {
      case 'delivered':
        return { id, time, cause, type: 'delivery.delivered', data }
      case 'ended':
        return { id, time, cause, type: 'delivery.ended', data: { ...data, reason: decision.reason } }
      case 'parked':
        return { id, time, cause, type: 'delivery.parked', data: { ...data, reason: decision.reason, last: decision.last } }
      case 'retry': {
        const { reason, afterMs } = decision
        return {
          id,
          time,
          cause,
          type: 'delivery.attempted',
          data: { ...data, reason, afterMs, nextAt: new Date(nowMs + afterMs).toISOString() }
        }
      }
      default:
        return decision satisfies never
    }
  }

  #observeDelay({ plannedAt }: Delivery): void {
    const delayMs = this.#deps.clock.nowMs() - Date.parse(plannedAt)
    if (delayMs >= 0) this.#deps.metrics.deliveryDelay.observe(delayMs / 1000)
  }
}

/** False if the fold has changed since. */
function isSameTry(head: Delivery, now: Delivery | undefined): boolean {
  return now?.sequence === head.sequence && now.round === head.round && now.attempts === head.attempts
}

function outcomeOf(outcome: Exclude<SendOutcome, { kind: 'cancelled' }>): AttemptOutcome {
  return outcome
}
