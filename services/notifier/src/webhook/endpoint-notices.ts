// Notifies the second address of a subscription that the first one does not work, and that it works
// again, with counts and times alone. One for each subscription that this instance serves. What is
// sent is decided by outage-notice.ts.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { NoticeState } from '@tocsin/contracts/subscription/endpoint-words'
import type { Notice } from '../notification/notices.ts'
import { type NextNotice, nextNotice } from '../notification/outage-notice.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import { hasConsented, makeFallback } from './endpoint-reach.ts'
import { NoticeSender, type NoticeSenderDeps } from './notice-sender.ts'
import { RequestRate } from './request-rate.ts'
import { UnsequencedSender, type UnsequencedSenderDeps } from './unsequenced-sender.ts'
import { WakeSignal } from './wake-signal.ts'

export type EndpointNoticesDeps = UnsequencedSenderDeps & Omit<NoticeSenderDeps, 'sendEvent'>

/** Pause of a subscription that may not send, ms. */
const heldBackMs = 60_000

export class EndpointNotices {
  readonly #deps: EndpointNoticesDeps
  /** As its second address is notified: see `findFallback`. */
  readonly #subscription: SubscriptionRecord
  readonly #deliveries: SubscriptionDeliveries
  readonly #channel: string
  readonly #wake = new WakeSignal()
  readonly #stop = new AbortController()
  readonly #sender: UnsequencedSender
  readonly #notices: NoticeSender

  constructor(
    deps: EndpointNoticesDeps,
    subscription: SubscriptionRecord,
    deliveries: SubscriptionDeliveries
  ) {
    this.#deps = deps
    this.#subscription = subscription
    this.#deliveries = deliveries
    this.#channel = subscription.consent?.id ?? ''
    const stop = this.#stop.signal
    this.#sender = new UnsequencedSender(deps, subscription, stop)
    const sendEvent = this.#sender.sendEvent.bind(this.#sender)
    this.#notices = new NoticeSender(
      { ...deps, sendEvent },
      subscription.subscriptionId,
      deliveries.notices,
      stop
    )
  }

  /** Signals that there may be something to send. */
  wake(): void {
    this.#wake.wake()
  }

  stop(): void {
    this.#stop.abort()
  }

  /**
   * Asks for consent first, then sends until stopped. Rejects with an EventLogError that is not
   * retryable.
   */
  async run(): Promise<void> {
    // A changed subscription, such as one that has consented, gets another of these.
    if (!hasConsented(this.#subscription)) return this.#sender.askForConsent()
    const { clock, maySend } = this.#deps
    while (!this.#stop.signal.aborted) {
      const ticket = this.#wake.ticket()
      const waitMs = this.#waitMs()
      if (waitMs !== 0) await this.#wake.sleep(clock, waitMs, ticket, this.#stop.signal)
      // It is not known when it may send again: its key has ended, or its secret can't be opened.
      else if (!maySend(this.#subscription) || !(await this.#act()))
        await clock.sleep(heldBackMs, this.#stop.signal)
    }
  }

  /** How long to wait for the next work, ms; null: until something changes. */
  #waitMs(): number | null {
    const notice = this.#notice
    if (notice?.end === 'gone') return null
    const nowMs = this.#deps.clock.nowMs()
    const next = this.#next()
    const raiseMs = next.kind === 'raise' ? 0 : next.kind === 'wait' ? next.untilMs - nowMs : null
    const tryMs = notice === null ? null : this.#notices.leftMs(notice)
    return raiseMs === null || tryMs === null ? (raiseMs ?? tryMs) : Math.min(raiseMs, tryMs)
  }

  /** A notice to another address no longer counts. */
  get #notice(): Notice<'endpoint'> | null {
    const notice = this.#deliveries.notices.of('endpoint', '')
    return notice?.channel === this.#channel ? notice : null
  }

  #next(): NextNotice {
    const { health, isEnded, parkedCount, endpoint, notices } = this.#deliveries
    return nextNotice(
      { health, isEnded, parkedCount, acceptedMs: endpoint.tally.acceptedMs },
      {
        told: notices.of('endpoint', ''),
        channel: this.#channel,
        nowMs: this.#deps.clock.nowMs()
      }
    )
  }

  /** False if a notice is due and was not sent. */
  async #act(): Promise<boolean> {
    if (!(await this.#sender.mayAct())) return true
    const next = this.#next()
    if (next.kind === 'raise') return this.#raise(next.state)
    const notice = this.#notice
    if (notice === null || !this.#notices.isDue(notice)) return true
    const { state, since, pending, parked } = notice
    return this.#notices.try(notice, { state, since, pending, parked })
  }

  async #raise(state: NoticeState): Promise<true> {
    const { pendingCount: pending, parkedCount: parked } = this.#deliveries
    const sinceMs = this.#sinceMs(state)
    const since = sinceMs === null ? null : new Date(sinceMs).toISOString()
    const channel = this.#channel
    const about = { about: 'endpoint', id: '' } as const
    await this.#notices.raise(
      { ...about, state, since, pending, parked, channel },
      `${state} ${channel}`
    )
    return true
  }

  #sinceMs(state: NoticeState): number | null {
    const { health, endpoint } = this.#deliveries
    if (state === 'down' || state === 'parked') return health.sinceMs
    return state === 'up'
      ? (health.recoveredMs ?? endpoint.tally.acceptedMs)
      : (endpoint.tally.failure?.atMs ?? null)
  }
}

/** Those of a subscription; null if it has no second address. */
export function createEndpointNotices(
  subscription: SubscriptionRecord,
  deps: Omit<EndpointNoticesDeps, 'rate'>,
  deliveries: SubscriptionDeliveries
): EndpointNotices | null {
  const fallback = makeFallback(subscription)
  if (fallback === null) return null
  const rate = new RequestRate(fallback.consent?.given?.ratePerMinute ?? null)
  return new EndpointNotices({ ...deps, rate }, fallback, deliveries)
}
