// The work for a subscription other than its deliveries: the consent of its endpoints before the
// first delivery; then signed heartbeats, so that missing ones prove a fault, and notices. One for each subscription that this instance serves. None
// is logged as a delivery nor counts in the sequence; the consent is a record of the control log.

import { digest } from '@tocsin/contracts/json/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { VisibleAlert } from '../alerts/reader-view.ts'
import { findShown, stateInView } from '../alerts/record-judging.ts'
import type { SignsOfLife } from '../alerts/sign-of-life.ts'
import { alertWithoutParts } from '../alerts/withheld-parts.ts'
import { listRanges } from '../notification/delivery.ts'
import { isOut } from '../notification/endpoint-health.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import { computeAudience } from './delivery-planner.ts'
import { makeEndpointSource } from './endpoint-notices.ts'
import { hasConsented, makeFallback } from './endpoint-reach.ts'
import { findKind } from './kinds/kinds.ts'
import { NoticeSender, type NoticeSenderDeps, type NoticeSource } from './notice-sender.ts'
import { RequestRate } from './request-rate.ts'
import { SubscriberNotices, type SubscriberNoticesDeps } from './subscriber-notices.ts'
import { isAccepted } from './unsequenced-event.ts'
import { UnsequencedSender } from './unsequenced-sender.ts'

export type UpkeepDeps = NoticeSenderDeps &
  SubscriberNoticesDeps & {
    readonly clock: NoticeSenderDeps['clock']
    readonly signs: Pick<SignsOfLife, 'make'>
    /** True if everything in the alerts log is planned for the subscription or is not for it. */
    readonly isPlanned: () => boolean
  }

/** Ranges of skipped sequences that a beat names: the lowest. Later deliveries name the others. */
const rangesNamedMax = 100
/** Beats left out after one that was not accepted: doubled each time, up to this. */
const beatsLeftOutMax = 31
/** The same where a beat repeats the alerts: the destination may have restarted. */
const repeatsLeftOutMax = 1
/** Alerts that a beat repeats at most. */
const repeatedMax = 1_000
/** How long an ended alert is repeated as ended, ms. */
const justEndedMs = 600_000

export class SubscriptionUpkeep {
  readonly #deps: UpkeepDeps
  readonly #subscription: SubscriptionRecord
  readonly #deliveries: SubscriptionDeliveries
  readonly #stop = new AbortController()
  readonly #sender: UnsequencedSender
  readonly #notices: NoticeSender[] = []

  constructor(
    deps: UpkeepDeps,
    subscription: SubscriptionRecord,
    deliveries: SubscriptionDeliveries
  ) {
    this.#deps = deps
    this.#subscription = subscription
    this.#deliveries = deliveries
    this.#sender = new UnsequencedSender(deps, subscription, this.#stop.signal)
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Signals that there may be notices to send. */
  wake(): void {
    for (const each of this.#notices) each.wake()
  }

  /**
   * Asks for consent, or sends heartbeats, until stopped or done. A changed subscription gets a new
   * upkeep.
   */
  async run(): Promise<void> {
    await Promise.all([this.#runFirst(), this.#runFallback()])
  }

  async #runFirst(): Promise<void> {
    if (!hasConsented(this.#subscription)) {
      // Services know no challenge.
      if (findKind(this.#subscription) === null) await this.#sender.askForConsent()
      return
    }
    const { heartbeatSeconds, notices = [], digest = false } = this.#subscription
    const { judge } = this.#deps
    const source = new SubscriberNotices(this.#deps, this.#subscription, this.#deliveries)
    const hasNotices = notices.length > 0 || digest || judge?.repeats === true
    await Promise.all([
      heartbeatSeconds ? this.#beat(heartbeatSeconds * 1_000) : null,
      hasNotices ? this.#notify(this.#deps, this.#sender, source) : null
    ])
  }

  /** The second address, if there is one. */
  async #runFallback(): Promise<void> {
    const fallback = makeFallback(this.#subscription)
    if (fallback === null) return
    const rate = new RequestRate(fallback.consent?.given?.ratePerMinute ?? null)
    const deps = { ...this.#deps, rate }
    const sender = new UnsequencedSender(deps, fallback, this.#stop.signal)
    if (!hasConsented(fallback)) return sender.askForConsent()
    const source = makeEndpointSource(fallback, this.#deliveries, deps.clock)
    await this.#notify(deps, sender, source)
  }

  #notify(deps: NoticeSenderDeps, sender: UnsequencedSender, source: NoticeSource): Promise<void> {
    const to = { deliveries: this.#deliveries, sender, stop: this.#stop.signal }
    const notices = new NoticeSender(deps, to, source)
    this.#notices.push(notices)
    return notices.run()
  }

  async #beat(everyMs: number): Promise<void> {
    const { clock, signs, isPlanned } = this.#deps
    let [failures, leftOut] = [0, 0]
    while (!this.#isStopped) {
      await clock.sleep(this.#untilBeatMs(everyMs), this.#stop.signal)
      if (this.#isStopped) return
      // An endpoint that hangs must not take the slots of others for its beats.
      if (leftOut-- > 0) continue
      const { health, isEnded, chain, table } = this.#deliveries
      // An endpoint that is away is probed with its deliveries. A heartbeat confirms that no event
      // is missing: sent now, that would be false.
      if (isEnded || isOut(health) || !isPlanned() || !(await this.#sender.mayAct())) continue
      const { ageSeconds, canaryAgeSeconds, complete } = signs.make(
        computeAudience(this.#subscription).view
      )
      const data = {
        sequence: chain.lastSequence,
        pending: table.pendingCount,
        superseded: listRanges(table.listUnnamed(), rangesNamedMax),
        ...{ ageSeconds, canaryAgeSeconds, complete },
        next: new Date(clock.nowMs() + this.#untilBeatMs(everyMs)).toISOString()
      }
      const outcome = await this.#sender.sendEvent({
        name: 'heartbeat',
        data: { ...data, ...this.#listAlerts() }
      })
      failures = isAccepted(outcome) ? 0 : failures + 1
      leftOut = Math.min(2 ** failures - 1, this.#repeats ? repeatsLeftOutMax : beatsLeftOutMax)
    }
  }

  /** Whether a heartbeat repeats the alerts. */
  get #repeats(): boolean {
    return findKind(this.#subscription)?.renderHeartbeat !== undefined
  }

  /**
   * The alerts that the destination accepted, as they are now: open ones, and those that ended just
   * now, since an earlier heartbeat may still show them as open.
   */
  #listAlerts(): { readonly alerts?: readonly VisibleAlert[] } {
    if (!this.#repeats) return {}
    const { alerts: index, clock } = this.#deps
    const { view } = computeAudience(this.#subscription)
    const alerts: VisibleAlert[] = []
    for (const [alertId] of this.#deliveries.table.firstTold()) {
      if (alerts.length === repeatedMax) break
      const shown = findShown(index, view, alertId)
      if (shown === null) continue
      const { status } = shown.state
      const isOver = status === 'resolved' || status === 'retracted'
      if (isOver && Date.parse(shown.last.time) < clock.nowMs() - justEndedMs) continue
      alerts.push(alertWithoutParts(stateInView(index, view, shown), this.#subscription.withhold))
    }
    return { alerts }
  }

  /**
   * Beats keep their times over restarts and instances, and those of different subscriptions are
   * spread.
   */
  #untilBeatMs(everyMs: number): number {
    const offsetMs =
      Number.parseInt(digest('heartbeat', this.#subscription.subscriptionId).slice(0, 8), 16) %
      everyMs
    return everyMs - ((this.#deps.clock.nowMs() + offsetMs) % everyMs)
  }

  get #isStopped(): boolean {
    return this.#stop.signal.aborted
  }
}
