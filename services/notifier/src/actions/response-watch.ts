// Metrics of answers: how many alerts are unacknowledged now, and how long answers took, as they are
// published. For theatres on the wall clock, without drills.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import type { ControlState } from '@tocsin/service/control/control-state'
import { LRUCache } from 'lru-cache'
import type { Registry } from 'prom-client'
import { type Call, findCall, noCalls } from '../alerts/alert-calls.ts'
import type { AlertEntry } from '../alerts/alert-entry.ts'
import type { AlertIndex } from '../alerts/alert-index.ts'
import type { AlertRecord } from '../alerts/alert-record.ts'
import { findDeed, readResponseNumber } from '../alerts/alert-responses.ts'
import { computeAcknowledgementSeconds, computeResponseSeconds } from '../alerts/response-times.ts'
import { type SubscriberCall, subscriberCalls } from '../alerts/subscriber-calls.ts'
import { computeMetricsLabel } from '../webhook/subscription-health.ts'
import { type NotifierMetrics, watchUnacknowledged } from '../wiring/notifier-metrics.ts'

/** Calls with a counted first response, of alerts and of subscriptions; the oldest is evicted. */
const countedMax = 20_000

export interface ResponseWatchDeps {
  readonly alerts: AlertIndex
  readonly metrics: NotifierMetrics
  readonly isReplay: (theatre: string) => boolean
  /** What is declared. */
  readonly state: () => Pick<ControlState, 'subscriptions'> & {
    readonly theatres: ReadonlyMap<string, unknown>
  }
  /** When a subscription first accepted an event of an alert, ms; null: it did not. */
  readonly toldMs: (subscriptionId: string, alertId: string) => number | null
  /** Those that have a label of their own; all others are one. */
  readonly theatresLabelledMax: number
  readonly subscriptionsLabelledMax: number
}

/**
 * Of names the lowest `max` have a label of their own, so that these do not change while others
 * come and go; others: `other`.
 */
export function labelAmong(name: string, all: Iterable<string>, max: number): string {
  let lower = 0
  for (const each of all) if (each < name) lower++
  return lower < max ? name : 'other'
}

/**
 * Labels of an alert's countries. A report may state an invalid code: it becomes `other`, so that
 * the number of labels is limited.
 */
export function listCountries({ country }: Pick<AlertState['area'], 'country'>): readonly string[] {
  const codes = new Set(country.map(code => (/^[A-Z]{2}$/.test(code) ? code : 'other')))
  return codes.size === 0 ? ['none'] : [...codes]
}

export class ResponseWatch {
  readonly #deps: ResponseWatchDeps
  /** Ids of calls of alerts to which a response was counted. */
  readonly #counted = new LRUCache<string, true>({ maxSize: countedMax, sizeCalculation: () => 1 })

  constructor(registry: Registry, deps: ResponseWatchDeps) {
    this.#deps = deps
    watchUnacknowledged(registry, () => this.unacknowledged())
  }

  /** Unacknowledged alerts by severity, each severity among them. */
  unacknowledged(): Record<Severity, number> {
    const { alerts, isReplay } = this.#deps
    const counts = Object.fromEntries(severities.map(severity => [severity, 0])) as Record<
      Severity,
      number
    >
    for (const [{ isUnacknowledged, facts }, count] of alerts.countKinds('restricted'))
      if (isUnacknowledged && !facts.drill && !isReplay(facts.theatre))
        counts[facts.severity] += count
    return counts
  }

  /**
   * Counts the time of an answer: an event as it is published, after the projection has folded it.
   */
  take({ event, envelope }: AlertRecord): void {
    const { alerts, metrics, isReplay } = this.#deps
    if (
      event.type !== 'alert.acknowledged' &&
      event.type !== 'alert.responded' &&
      event.type !== 'alert.answered'
    )
      return
    const { alertId, theatre, drill, operator, area } = event.data
    if (drill || isReplay(theatre)) return
    if (event.type === 'alert.answered') {
      this.#takeAnswer(alertId, operator, Date.parse(envelope.time))
      return
    }
    const { calls } = alerts.get(alertId)?.at('restricted')?.calls ?? noCalls
    if (event.type === 'alert.responded') {
      this.#takeResponse(event.data, calls)
      return
    }
    const call = calls.at(-1)
    if (call?.taken?.atMs !== Date.parse(envelope.time)) return
    const seconds = computeAcknowledgementSeconds(call) as number
    metrics.acknowledgementTime.observe(this.#makeLabels(call, theatre), seconds)
    for (const country of listCountries(area))
      metrics.countryAcknowledgementTime.observe({ country }, seconds)
  }

  /**
   * The first response to its call. A histogram cannot be reduced: a response corrected later
   * counts as first recorded.
   */
  #takeResponse({ alertId, theatre, area, operator }: AlertState, calls: readonly Call[]): void {
    const { last, count } = operator.responses ?? {}
    if (last === undefined || count === undefined) return
    const { subscriptions } = this.#deps.state()
    for (const subscription of subscriptions.values())
      this.#takeResponseFor(subscription, alertId, Date.parse(last.at))
    const number = readResponseNumber(last, count)
    const call = calls.findLast(({ deeds }) => deeds.some(deed => deed.number === number))
    const responseS = call === undefined ? null : computeResponseSeconds(call)
    if (call === undefined || responseS === null || call.deeds.length > 1) return
    const callId = `${alertId} ${call.pagedAtMs}`
    if (this.#counted.has(callId)) return
    this.#counted.set(callId, true)
    const { metrics } = this.#deps
    metrics.responseTime.observe(this.#makeLabels(call, theatre), responseS)
    for (const country of listCountries(area))
      metrics.countryResponseTime.observe({ country }, responseS)
  }

  #makeLabels({ severity }: Call, theatre: string) {
    const { state, theatresLabelledMax } = this.#deps
    return { severity, theatre: labelAmong(theatre, state().theatres.keys(), theatresLabelledMax) }
  }

  /**
   * A human at a subscription has it, or records what was done: the first answer to this call
   * counts, and the first response.
   */
  #takeAnswer(alertId: string, { answers = [] }: AlertState['operator'], atMs: number): void {
    const { alerts, metrics, state } = this.#deps
    const entry = alerts.get(alertId)
    const answer = answers.at(-1)
    const subscription = state().subscriptions.get(answer?.subscriptionId ?? '')
    if (entry === undefined || answer === undefined || subscription === undefined) return
    const { subscriptionId } = subscription
    const done = findDeed(answer)
    if (done !== null) this.#takeResponseFor(subscription, alertId, Date.parse(done.at))
    const { answers: known = [] } = entry.at(subscription.handling) ?? {}
    if (!known.some(each => each.subscriptionId === subscriptionId && each.atMs === atMs)) return
    const seconds = this.#listCalls(subscription, entry).at(-1)?.acknowledgedS ?? null
    if (seconds !== null) metrics.subscriberTime.observe(this.#makeLabel(subscription), seconds)
  }

  /**
   * Something was done for a call of a subscription at a time, ms: it counts if it is the first
   * that was recorded.
   */
  #takeResponseFor(subscription: SubscriptionRecord, alertId: string, doneMs: number): void {
    const { alerts, metrics } = this.#deps
    const entry = alerts.get(alertId)
    if (entry === undefined) return
    const { calls } = entry.at(subscription.handling)?.calls ?? noCalls
    const pagedAtMs = calls[findCall({ calls }, doneMs)]?.pagedAtMs
    const call = this.#listCalls(subscription, entry).find(each => each.pagedAtMs === pagedAtMs)
    const callId = `${subscription.subscriptionId} ${alertId} ${pagedAtMs}`
    if (
      call === undefined ||
      call.respondedS === null ||
      call.deedCount > 1 ||
      this.#counted.has(callId)
    )
      return
    this.#counted.set(callId, true)
    metrics.subscriberResponseTime.observe(this.#makeLabel(subscription), call.respondedS)
  }

  /** The calls that reached a subscription; none if it was not notified. */
  #listCalls(
    { subscriptionId, handling }: SubscriptionRecord,
    entry: AlertEntry
  ): readonly SubscriberCall[] {
    const toldMs = this.#deps.toldMs(subscriptionId, entry.alertId)
    const alert = entry.at(handling)
    return toldMs === null || alert === null
      ? []
      : subscriberCalls(alert.calls, alert, { subscriptionId, toldMs })
  }

  #makeLabel({ subscriptionId }: SubscriptionRecord) {
    const { state, subscriptionsLabelledMax } = this.#deps
    const id = labelAmong(subscriptionId, state().subscriptions.keys(), subscriptionsLabelledMax)
    return { subscription: id === 'other' ? id : computeMetricsLabel(id) }
  }
}
