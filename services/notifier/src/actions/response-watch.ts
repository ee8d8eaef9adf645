// Metrics of answers: how many alerts are unacknowledged now, and how long answers took, as they are
// published. For theatres on the wall clock, without drills.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { severities } from '@tocsin/contracts/theatre/severity'
import { registerReadGaugesBy } from '@tocsin/service/telemetry/metrics'
import { LRUCache } from 'lru-cache'
import type { Registry } from 'prom-client'
import {
  type Call,
  findCall,
  findDeed,
  noCalls,
  readResponseNumber
} from '../alerts/alert-calls.ts'
import type { AlertRecord } from '../alerts/alert-record.ts'
import { computeAcknowledgementSeconds, computeResponseSeconds } from '../alerts/response-times.ts'
import { subscriberCalls } from '../alerts/subscriber-calls.ts'
import { computeMetricsLabel } from '../webhook/subscription-health.ts'
import type { NotifierMetrics } from '../wiring/notifier-metrics.ts'
import type { ActingDeps } from './acts.ts'

/** Calls with a counted first response, of alerts and of subscriptions; the oldest is evicted. */
const countedMax = 20_000

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
 * Adds the gauge of unacknowledged alerts. What it returns counts the time of an answer: an event as
 * it is published, after the projection has folded it.
 */
export function watchResponses(
  registry: Registry,
  metrics: NotifierMetrics,
  deps: ActingDeps
): (record: AlertRecord) => void {
  const { control, dispatcher, isReplay, limits } = deps
  const { alerts } = deps.projection
  registerReadGaugesBy(registry, helps, 'severity', {
    tocsin_unanswered_alerts: () => {
      const counts = Object.fromEntries(severities.map(severity => [severity, 0]))
      for (const [{ isUnacknowledged, facts }, count] of alerts.table.countKinds('restricted'))
        if (isUnacknowledged && !facts.drill && !isReplay(facts.theatre))
          counts[facts.severity] = (counts[facts.severity] ?? 0) + count
      return counts
    }
  })

  const counted = new LRUCache<string, true>({ maxSize: countedMax, sizeCalculation: () => 1 })
  /** True for the first of several responses to a call. */
  const isFirst = (responses: number, callId: string) => {
    if (responses > 1 || counted.has(callId)) return false
    counted.set(callId, true)
    return true
  }
  /** Counts the time of an answer to a call, and by the countries of its alert. */
  const observe = (
    what: 'acknowledgement' | 'response',
    { severity }: Call,
    { theatre, area }: AlertState,
    seconds: number
  ) => {
    const theatres = control.state.theatres.keys()
    const label = labelAmong(theatre, theatres, limits.theatresLabelledMax)
    metrics[`${what}Time`].observe({ severity, theatre: label }, seconds)
    const byCountry =
      what === 'response' ? metrics.countryResponseTime : metrics.countryAcknowledgementTime
    for (const country of listCountries(area.country)) byCountry.observe({ country }, seconds)
  }
  const makeLabel = ({ subscriptionId }: SubscriptionRecord) => {
    const all = control.state.subscriptions.keys()
    const id = labelAmong(subscriptionId, all, limits.subscriptionsLabelledMax)
    return { subscription: id === 'other' ? id : computeMetricsLabel(id) }
  }
  /** The calls that reached a subscription; none if it was not notified. */
  const listCalls = ({ subscriptionId, handling }: SubscriptionRecord, alertId: string) => {
    const { toldMs } = dispatcher.of(subscriptionId).findTrace(alertId)
    const alert = alerts.get(alertId)?.at(handling) ?? null
    return toldMs === null || alert === null
      ? []
      : subscriberCalls(alert.calls, alert, { subscriptionId, toldMs })
  }
  /** Something was done for a call of a subscription: the first that was recorded counts. */
  const countResponseFor = (subscription: SubscriptionRecord, alertId: string, doneMs: number) => {
    const calls = alerts.get(alertId)?.at(subscription.handling)?.calls ?? noCalls
    const pagedAtMs = calls.calls[findCall(calls, doneMs)]?.pagedAtMs
    const call = listCalls(subscription, alertId).find(each => each.pagedAtMs === pagedAtMs)
    if (call === undefined || call.respondedS === null) return
    if (isFirst(call.deedCount, `${subscription.subscriptionId} ${alertId} ${pagedAtMs}`))
      metrics.subscriberResponseTime.observe(makeLabel(subscription), call.respondedS)
  }

  return ({ event, envelope }) => {
    if (event.type === 'alert.action-refused') return
    const { alertId, theatre, drill, operator } = event.data
    if (drill || isReplay(theatre)) return
    const atMs = Date.parse(envelope.time)
    const { calls } = alerts.get(alertId)?.at('restricted')?.calls ?? noCalls
    if (event.type === 'alert.acknowledged') {
      const call = calls.at(-1)
      if (call?.taken?.atMs !== atMs) return
      observe('acknowledgement', call, event.data, computeAcknowledgementSeconds(call) as number)
    }
    if (event.type === 'alert.responded') {
      const { last, count } = operator.responses ?? {}
      if (last === undefined || count === undefined) return
      for (const subscription of control.state.subscriptions.values())
        countResponseFor(subscription, alertId, Date.parse(last.at))
      // A histogram cannot be reduced: a response corrected later counts as first recorded.
      const number = readResponseNumber(last, count)
      const call = calls.findLast(({ deeds }) => deeds.some(deed => deed.number === number))
      const seconds = call === undefined ? null : computeResponseSeconds(call)
      if (call === undefined || seconds === null) return
      if (isFirst(call.deeds.length, `${alertId} ${call.pagedAtMs}`))
        observe('response', call, event.data, seconds)
    }
    if (event.type === 'alert.answered') {
      const answer = operator.answers?.at(-1)
      const subscription = control.state.subscriptions.get(answer?.subscriptionId ?? '')
      if (answer === undefined || subscription === undefined) return
      const done = findDeed(answer)
      if (done !== null) countResponseFor(subscription, alertId, Date.parse(done.at))
      // The first answer to this call counts.
      const known = alerts.get(alertId)?.at(subscription.handling)?.answers ?? []
      const { subscriptionId } = subscription
      if (!known.some(each => each.subscriptionId === subscriptionId && each.atMs === atMs)) return
      const seconds = listCalls(subscription, alertId).at(-1)?.acknowledgedS ?? null
      if (seconds !== null) metrics.subscriberTime.observe(makeLabel(subscription), seconds)
    }
  }
}

const helps = {
  tocsin_unanswered_alerts:
    'Open alerts that paged people, that nobody has, and to which nothing was done, by severity; theatres on the wall clock, no drills.'
}

/** A report may state an invalid code: it becomes `other`, so that the number of labels is limited. */
function listCountries(country: readonly string[]): readonly string[] {
  const codes = new Set(country.map(code => (/^[A-Z]{2}$/.test(code) ? code : 'other')))
  return codes.size === 0 ? ['none'] : [...codes]
}
