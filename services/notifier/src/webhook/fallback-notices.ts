// Tells the second address of a subscription that the first one does not work, and that it works
// again: signed events outside the sequence, with counts and times alone. One for each subscription
// that this instance serves. What is told is decided by outage-notice.ts and logged before the
// first attempt, with a schedule of its own; deliveries never wait for it.

import { digest } from '@tocsin/contracts/json/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { NoticeState } from '@tocsin/contracts/subscription/endpoint-words'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import type { DeliveryLog } from '../delivery/delivery-log.ts'
import type { DeliveryPayload } from '../delivery/delivery-record.ts'
import type { Notice } from '../delivery/notice-fold.ts'
import { type NextNotice, nextNotice, noticeVerdict } from '../delivery/outage-notice.ts'
import type { SubscriptionDeliveries } from '../delivery/subscription-deliveries.ts'
import { NoticeWaits } from '../policy/notice-waits.ts'
import type { NotifierMetrics } from '../telemetry/notifier-metrics.ts'
import { fallbackOf, hasConsented } from './endpoint-reach.ts'
import { RequestRate } from './request-rate.ts'
import { isAccepted } from './unsequenced-event.ts'
import { UnsequencedSender, type UnsequencedSenderDeps } from './unsequenced-sender.ts'
import { WakeSignal } from './wake-signal.ts'

export interface FallbackNoticesDeps extends UnsequencedSenderDeps {
  readonly log: Pick<DeliveryLog, 'write'>
  readonly metrics: NotifierMetrics
}

export class FallbackNotices {
  readonly #deps: FallbackNoticesDeps
  /** As its second address is told: see `fallbackOf`. */
  readonly #subscription: SubscriptionRecord
  readonly #deliveries: SubscriptionDeliveries
  readonly #channel: string
  readonly #wake = new WakeSignal()
  readonly #stop = new AbortController()
  readonly #sender: UnsequencedSender
  readonly #waits: NoticeWaits

  constructor(
    deps: FallbackNoticesDeps,
    subscription: SubscriptionRecord,
    deliveries: SubscriptionDeliveries
  ) {
    this.#deps = deps
    this.#subscription = subscription
    this.#deliveries = deliveries
    this.#channel = subscription.consent?.id ?? ''
    this.#waits = new NoticeWaits(deps.clock)
    this.#sender = new UnsequencedSender(deps, subscription, this.#stop.signal)
  }

  /** Signals that there may be something to tell. */
  wake(): void {
    this.#wake.wake()
  }

  stop(): void {
    this.#stop.abort()
  }

  /**
   * Asks for consent first, then tells until stopped. Rejects with an EventLogError that is not
   * retryable.
   */
  async run(): Promise<void> {
    // A changed subscription, such as one that has consented, gets another of these.
    if (!hasConsented(this.#subscription)) return this.#sender.askForConsent()
    const { clock } = this.#deps
    while (!this.#stop.signal.aborted) {
      const ticket = this.#wake.ticket()
      const waitMs = this.#waitMs()
      if (waitMs === 0) await this.#act()
      else await this.#wake.sleep(clock, waitMs, ticket, this.#stop.signal)
    }
  }

  /** How long there is nothing to do, ms; null: until something changes. */
  #waitMs(): number | null {
    const { notice, isGone } = this.#notices
    if (isGone) return null
    const nowMs = this.#deps.clock.nowMs()
    const next = this.#next()
    const raiseMs = next.kind === 'raise' ? 0 : next.kind === 'wait' ? next.untilMs - nowMs : null
    const tryMs = notice === null || notice.end !== null ? null : this.#waits.leftMs(notice)
    return raiseMs === null || tryMs === null ? (raiseMs ?? tryMs) : Math.min(raiseMs, tryMs)
  }

  get #notices(): { readonly notice: Notice | null; readonly isGone: boolean } {
    const { notices } = this.#deliveries.endpoint
    // One that another address was told is over.
    const notice = notices.notice?.channel === this.#channel ? notices.notice : null
    return { notice, isGone: notices.isGone(this.#channel) }
  }

  #next(): NextNotice {
    const { health, isEnded, parkedCount, endpoint } = this.#deliveries
    return nextNotice(
      { health, isEnded, parkedCount, acceptedMs: endpoint.tally.acceptedMs },
      { told: endpoint.notices.told, channel: this.#channel, nowMs: this.#deps.clock.nowMs() }
    )
  }

  async #act(): Promise<void> {
    if (!this.#deps.maySend(this.#subscription)) return this.#rest()
    if (!(await this.#sender.mayAct())) return
    const next = this.#next()
    if (next.kind === 'raise') return this.#raise(next.state)
    const { notice } = this.#notices
    if (notice !== null && notice.end === null && this.#waits.leftMs(notice) === 0)
      await this.#try(notice)
  }

  async #raise(state: NoticeState): Promise<void> {
    const { subscriptionId } = this.#subscription
    const { endpoint, pendingCount: pending, parkedCount: parked } = this.#deliveries
    const previousId = endpoint.notices.notice?.noticeId ?? null
    const sinceMs = this.#sinceMs(state)
    const since = sinceMs === null ? null : new Date(sinceMs).toISOString()
    const noticeId = `notice_${digest('notice', subscriptionId, previousId ?? '', state, this.#channel).slice(0, 24)}`
    const data = {
      subscriptionId,
      noticeId,
      previousId,
      state,
      since,
      pending,
      parked,
      channel: this.#channel
    }
    await this.#write(digest('notice-raised', noticeId), { type: 'delivery.notice-raised', data })
  }

  #sinceMs(state: NoticeState): number | null {
    const { health, endpoint } = this.#deliveries
    if (state === 'down' || state === 'parked') return health.sinceMs
    return state === 'up'
      ? (health.recoveredMs ?? endpoint.tally.acceptedMs)
      : (endpoint.tally.failure?.atMs ?? null)
  }

  async #try(notice: Notice): Promise<void> {
    const { clock, metrics } = this.#deps
    const { noticeId, state, since, pending, parked, at: time } = notice
    const data = { state, since, pending, parked }
    const outcome = await this.#sender.sendEvent({
      name: 'notice',
      data,
      fixed: { id: noticeId, time }
    })
    // Stopped mid-attempt, or not sent: it is sent again, under the same id.
    if (outcome === null) return this.#rest()
    if (outcome.kind === 'cancelled') return
    const attempt = notice.attempts + 1
    const said = this.#judge(outcome, attempt)
    metrics.notices.inc({ verdict: said.end ?? 'retry' })
    const { afterMs, ...judged } = said
    const nextAt = afterMs === null ? null : new Date(clock.nowMs() + afterMs).toISOString()
    const status = outcome.kind === 'response' ? outcome.status : null
    const { subscriptionId } = this.#subscription
    const tried = {
      subscriptionId,
      noticeId,
      attempt,
      status,
      durationMs: outcome.durationMs,
      nextAt,
      ...judged
    }
    await this.#write(digest('notice-attempted', noticeId, String(attempt)), {
      type: 'delivery.notice-attempted',
      data: tried
    })
  }

  #judge(outcome: Exclude<SendOutcome, { kind: 'cancelled' }>, tries: number) {
    const { clock, random } = this.#deps
    return noticeVerdict(outcome, {
      tries,
      jitter: isAccepted(outcome) ? 0 : random.next(),
      nowMs: clock.nowMs()
    })
  }

  async #write(id: string, payload: DeliveryPayload): Promise<void> {
    const { clock, log, logger } = this.#deps
    const record = { id, time: new Date(clock.nowMs()).toISOString(), cause: null, ...payload }
    try {
      await log.write([record], {
        withinMs: null,
        signal: this.#stop.signal,
        onRetry: error =>
          logger.warn({ error }, 'a notice to a second address cannot be logged; retrying')
      })
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error
    }
  }

  /** Not now, and nothing says when: its key has ended, or its secret can't be opened. */
  async #rest(): Promise<void> {
    await this.#deps.clock.sleep(heldBackMs, this.#stop.signal)
  }
}

/** Those of a subscription; null if it has no second address. */
export function noticesOf(
  subscription: SubscriptionRecord,
  deps: Omit<FallbackNoticesDeps, 'rate'>,
  deliveries: SubscriptionDeliveries
): FallbackNotices | null {
  const fallback = fallbackOf(subscription)
  if (fallback === null) return null
  const rate = new RequestRate(fallback.consent?.given?.ratePerMinute ?? null)
  return new FallbackNotices({ ...deps, rate }, fallback, deliveries)
}

/** Pause of one that may not tell, ms. */
const heldBackMs = 60_000
