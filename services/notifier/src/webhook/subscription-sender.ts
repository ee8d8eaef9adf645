// Sends the deliveries of a subscription: builds the request, makes the attempt, asks the retry
// policy, logs the outcome. A delivery not logged as delivered is sent again after a restart, under
// the same webhook-id. While the endpoint is down the next delivery is its probe.

import { setImmediate as nextTick } from 'node:timers/promises'
import { seesAll } from '@tocsin/auth/access/principal'
import { makeSchedule } from '@tocsin/contracts/subscription/retry-schedule'
import { activeTracing, isTraceparent, type TraceSpan } from '@tocsin/service/telemetry/tracing'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import { parkingRecord, resultRecord } from '../notification/attempt-records.ts'
import { computeLane, type Delivery, type Wait } from '../notification/delivery.ts'
import type { DeliveryRecord } from '../notification/delivery-record.ts'
import { drainGapMs } from '../notification/endpoint-health.ts'
import { nextStep, type Turn } from '../notification/next-delivery.ts'
import { decideRetry, mayBeAboutTheDelivery } from '../notification/retry-policy.ts'
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

/** Sends until stopped. Rejects with an EventLogError that is not retryable. */
export async function sendDeliveries(deps: SendingDeps, served: Served): Promise<void> {
  const { clock, slots, destinations, signing, bodies, networkRules, metrics } = deps
  const { subscription, deliveries, judge, rate, wake, stop, isCurrent } = served
  const { subscriptionId, order } = subscription
  const { table } = deliveries
  /** When the next step was last looked for, by the wall clock. */
  let lookedMs = Number.NEGATIVE_INFINITY
  let lastAttemptMs = Number.NEGATIVE_INFINITY
  /** When waits are over, on the monotonic clock. */
  const over = new WeakMap<Wait, number>()
  /**
   * An exhausted delivery that failed just now: the next one shows whether it or the endpoint is to
   * blame.
   */
  let suspect: Delivery | null = null

  /** Whether the subscriber still has the right to receive, and wants anything. */
  const maySend = () =>
    hasConsented(subscription) &&
    !isDisabled(subscription) &&
    isKeyValid(deps, subscription.ownerKeyId) &&
    !isFromEarlierEpoch(deliveries, deps.control.state.restored)

  const computeWaitMs = ({ delivery, isTrial }: Turn): number => {
    // One broken secret must not stop the others.
    if (!maySend() || signing.listKeys(subscription) === null) return heldBackMs
    const nowMs = clock.monotonicMs()
    const askedMs = rate.waitMs(nowMs)
    if (isTrial) return askedMs
    const { wait, health } = deliveries
    // After an outage deliveries that do not page go out in a growing pace.
    const gapMs = delivery.pagesNow ? 0 : drainGapMs(health, clock.nowMs())
    return Math.max(askedMs, lastAttemptMs + gapMs - nowMs, wait ? computeLeftMs(wait) : 0)
  }

  /**
   * The rest of a wait, ms. After a restart the rest of the logged one, but never more than was
   * intended.
   */
  const computeLeftMs = (wait: Wait): number => {
    const nowMs = clock.monotonicMs()
    const loggedMs = Math.min(wait.afterMs, Math.max(0, wait.untilMs - clock.nowMs()))
    const overMs = over.get(wait) ?? nowMs + loggedMs
    over.set(wait, overMs)
    return overMs - nowMs
  }

  /** True once this instance has folded the alerts log past a position; false on timeout. */
  const hasFolded = (partition: number, position: bigint): Promise<boolean> =>
    deps.projection.views.alerts.waitForAppended({ partition, position }, foldWaitMs)

  /**
   * Another instance may have planned an event that this one has not read yet. Without reading it
   * this one would find no silence and no shift for the alert, and take a retraction for a plain
   * end.
   */
  const hasReadPlanned = async (): Promise<boolean> => {
    for (const [partition, end] of deliveries.chain.planned.entries())
      if (end !== '0' && !(await hasFolded(partition, BigInt(end) - 1n))) return false
    return true
  }

  /** False if stopped before it was logged. */
  const write = (records: readonly DeliveryRecord[]): Promise<boolean> =>
    deps.deliveryLog.writeUntil(stop, 'the result of a delivery', records)

  /** What is sent is still pending and, in strict order, the head, or the trial after it. */
  const isDue = (next: Delivery, isTrial: boolean): boolean => {
    const first = isTrial ? table.second : table.head
    const now = order === 'strict' ? first : table.get(next.sequence)
    return !deliveries.isEnded && isSameTry(next, now)
  }

  const attempt = async ({ delivery: next, isTrial, choice }: Turn): Promise<void> => {
    const { health, durationMs } = deliveries.endpoint
    const isHealthy = health.state === 'up' && (durationMs ?? 0) < slowAfterMs
    const release = await slots.acquire({ lane: computeLane(next), isHealthy })
    try {
      // Waiting for a slot can take long: meanwhile another instance may have sent it or taken it
      // over.
      if (stop.aborted || !(await isCurrent()) || stop.aborted) return
      if (!maySend() || !isDue(next, isTrial)) return
      if (choice !== null) await write([choice])
      const delivery = table.get(next.sequence)
      if (stop.aborted || delivery === undefined || !isSameTry(next, delivery)) return
      const body = await bodies.makeBody(subscription, delivery)
      const span = await startSpan(deps, delivery)
      const request = signRequest(deps, subscription, signing.listKeys(subscription) ?? [], {
        ...{ id: delivery.eventId, body, contentType: readContentType(subscription) },
        // The trace may be that of a hidden report.
        headers: span === null || !seesAll(subscription) ? {} : { traceparent: span.traceparent }
      })
      lastAttemptMs = clock.monotonicMs()
      rate.note(lastAttemptMs)
      const outcome = await destinations.send(subscription, request, stop)
      if (outcome.kind === 'response') span?.end({ 'http.response.status_code': outcome.status })
      else span?.end({}, outcome.kind)
      release()
      await note(delivery, outcome, isTrial)
    } finally {
      release()
    }
  }

  const note = async (delivery: Delivery, outcome: SendOutcome, isTrial: boolean) => {
    // Stopped mid-attempt: the receiver may or may not have accepted, so it is sent again after the
    // restart.
    if (outcome.kind === 'cancelled') return
    const nowMs = clock.nowMs()
    const decision = decideRetry(outcome, {
      schedule: makeSchedule(subscription.schedule, delivery.severity ?? 'moderate'),
      tries: deliveries.countTries(delivery) + 1,
      health: deliveries.health,
      jitter: isAccepted(outcome) ? 0 : deps.random.next(),
      nowMs
    })
    const at = { subscription, nowMs }
    const isAnswerKept = networkRules.mayShowAnswer(subscription)
    const records = [resultRecord(at, delivery, outcome, { decision, isTrial, isAnswerKept })]
    // The delivery that a trial was made for, if it is still waiting.
    const suspected = suspect && table.get(suspect.sequence)
    const isProven = isTrial && decision.kind === 'delivered' && suspected?.state === 'pending'
    const parked = isProven && suspected.round === suspect?.round ? suspected : null
    if (parked !== null) records.push(parkingRecord(at, parked, delivery))
    const isSuspect =
      decision.kind === 'retry' &&
      decision.isExhausted &&
      !isTrial &&
      mayBeAboutTheDelivery(decision.reason)
    // Only right after its failure: later the endpoint may have recovered, and strict order would
    // be broken without need.
    suspect = isSuspect && table.second !== undefined ? delivery : null
    const verdict = decision.kind
    metrics.attempts.inc({ verdict })
    metrics.attemptDuration.observe({ verdict }, outcome.durationMs / 1000)
    if (!(await write(records))) return
    if (decision.kind === 'delivered') await observeDelay(deps, delivery)
    if (parked !== null)
      deps.logger.warn(
        { subscription: subscriptionId, sequence: parked.sequence },
        'a delivery is parked'
      )
  }

  // What was decided for it by another policy, or by another instance, does not count.
  if (order !== 'strict') table.lookAtAll()
  while (!stop.aborted) {
    const ticket = wake.ticket()
    if (deliveries.isEnded) {
      await wake.sleep(clock, null, ticket, stop)
      continue
    }
    // Without it another instance decides.
    if (!(await isCurrent()) || (judge !== null && !(await hasReadPlanned()))) {
      await clock.sleep(restMs, stop)
      continue
    }
    if (stop.aborted) return
    const nowMs = clock.nowMs()
    // The clock was set back: times to look again are too late by that much.
    if (nowMs < lookedMs - setBackMs) table.endWaits()
    lookedMs = nowMs
    const step = nextStep(deliveries, { order, suspect, nowMs, judge })
    if ('decided' in step) await write(step.decided)
    else if ('untilMs' in step) {
      const leftMs = step.untilMs === null ? null : step.untilMs - clock.nowMs()
      if (leftMs !== null && leftMs <= 0) await nextTick()
      // Never long: the clock may be set forward.
      else await wake.sleep(clock, leftMs && Math.min(leftMs, lookAgainMs), ticket, stop)
    } else {
      const { partition, position } = step.delivery
      const waitMs = computeWaitMs(step)
      if (waitMs > 0) await wake.sleep(clock, waitMs, ticket, stop)
      else if ((await hasFolded(partition, BigInt(position))) && (await isCurrent()))
        await attempt(step)
      else await clock.sleep(restMs, stop)
    }
  }
}

/** In the trace of its event; null while traces are off, and for an event without one. */
async function startSpan({ bodies }: SendingDeps, delivery: Delivery): Promise<TraceSpan | null> {
  const tracing = activeTracing()
  if (tracing === null) return null
  const { traceparent: parent } = await bodies.readOrigin(delivery)
  if (!isTraceparent(parent)) return null
  const { eventId, sequence, attempts } = delivery
  const attributes = {
    'cloudevents.event_id': eventId,
    'tocsin.sequence': sequence,
    'http.request.resend_count': attempts
  }
  return tracing.start('deliver webhook', { parent, kind: 'CLIENT', attributes })
}

async function observeDelay(
  { clock, metrics, bodies }: SendingDeps,
  delivery: Delivery
): Promise<void> {
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

/** False if the fold has changed since. */
function isSameTry({ sequence, round, attempts }: Delivery, now: Delivery | undefined): boolean {
  return (
    now?.state === 'pending' &&
    now.sequence === sequence &&
    now.round === round &&
    now.attempts === attempts
  )
}
