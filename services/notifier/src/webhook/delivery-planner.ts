// Decides which subscription gets which event, and logs it with its sequence before any attempt. A
// logged plan is never lost; an unplanned event is found again in the alerts log. If another
// planner was first, the fold detects it, and planning restarts after that plan.

import { isOpen } from '@tocsin/contracts/alert/alert'
import { digest } from '@tocsin/contracts/json/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { wantsEventType } from '@tocsin/contracts/subscription/event-types'
import { decodeCursor } from '@tocsin/event-log/cursor'
import type { RestoredLog } from '@tocsin/service/control/control-state'
import { translateCursor } from '@tocsin/service/projection/epochs'
import { furthest, hasPassed, nearest, type Positions } from '../alerts/alert-journal.ts'
import type { AlertRecord } from '../alerts/alert-record.ts'
import type { Projection } from '../alerts/projection.ts'
import { type Audience, judgeMoment, judgeRecord, type Verdict } from '../alerts/record-judging.ts'
import { isStanding } from '../notification/delivery.ts'
import {
  type DeliveryRecord,
  makeRecord,
  type PlannedData
} from '../notification/delivery-record.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import type { SendingDeps } from './sending.ts'
import { computeAudience } from './subscription-record.ts'
import { WakeSignal } from './wake-signal.ts'

/** Records per step. */
const stepRecords = 200
/**
 * A policy delays only newest states, one per alert: the limit for them is this many times the
 * limit for other waiting deliveries.
 */
const heldFactor = 10
/** Pause of planning while the log can't determine who serves what, ms. */
const restMs = 500

/** Waiting deliveries, as a number of deliveries that no policy delays. */
function computeFill({ table: { pendingCount, heldCount } }: SubscriptionDeliveries): number {
  return Math.max(pendingCount - heldCount, pendingCount / heldFactor)
}

interface Planned {
  readonly subscription: SubscriptionRecord
  readonly deliveries: SubscriptionDeliveries
  readonly audience: Audience
  /**
   * The newest plan that `judged` is based on: if the fold has another, another instance has
   * planned.
   */
  lastPlanId: string | null
  /** Events before these positions are judged. */
  judged: Positions
  isFull: boolean
}

/**
 * Whether a subscription has to begin in the epoch of a restored log. Until then it is sent no
 * events.
 */
export function isFromEarlierEpoch(
  { subscriptionId, chain }: SubscriptionDeliveries,
  restored: RestoredLog | null
): boolean {
  return (
    restored?.subscriptions.has(subscriptionId) === true && chain.restored?.epoch !== restored.epoch
  )
}

function isUndisturbed({ deliveries, lastPlanId }: Planned): boolean {
  return deliveries.chain.lastPlanId === lastPlanId
}

type Urgency = Pick<PlannedData, 'severity' | 'pages' | 'closes' | 'restated'>

/** What decides how soon an event is sent, and whether at all after an outage. */
function readUrgency({ event }: AlertRecord, verdict: Verdict): Urgency {
  if (event.type === 'alert.action-refused') return {}
  const { severity, notify, status } = event.data
  const isPaging = verdict === 'first-news' || notify === 'page'
  const isClosing = status === 'resolved' || status === 'retracted'
  return { severity, ...(isPaging ? { pages: true } : {}), ...(isClosing ? { closes: true } : {}) }
}

/** Events accepted before the restore are restated without a page, unless one was owed. */
function readRestatedUrgency(
  deliveries: SubscriptionDeliveries,
  record: AlertRecord,
  verdict: Verdict
): Urgency {
  const { pages, ...urgency } = readUrgency(record, verdict)
  const trace = deliveries.findTrace(record.event.data.alertId)
  const isOwed = trace.owesPage || (pages === true && !isStanding(trace))
  return { ...urgency, restated: true, ...(isOwed ? { pages: true } : {}) }
}

export type DeliveryPlanner = ReturnType<typeof createPlanner>

/** `active`: subscriptions that this instance serves now. */
export function createPlanner(
  deps: SendingDeps,
  active: () => readonly SubscriptionRecord[],
  stop: AbortSignal
) {
  const { clock, control, fold, projection, ownership, deliveryLog, metrics } = deps
  const { pendingMax } = deps.limits
  const planned = new Map<string, Planned>()
  const wake = new WakeSignal()

  /** Adds and removes subscriptions from the control log, and checks which have capacity again. */
  const refresh = (): void => {
    const all = new Map(active().map(each => [each.subscriptionId, each]))
    for (const id of planned.keys()) if (!all.has(id)) planned.delete(id)
    for (const [id, subscription] of all) {
      let known = planned.get(id)
      if (known === undefined || known.subscription !== subscription || !isUndisturbed(known)) {
        known = begin(subscription)
        planned.set(id, known)
      }
      const fill = computeFill(known.deliveries)
      if (fill >= pendingMax) known.isFull = true
      else if (fill <= pendingMax / 2) known.isFull = false
    }
  }

  const begin = (subscription: SubscriptionRecord): Planned => {
    const from = translateCursor(control.state, decodeCursor(subscription.from))
    const { epoch, start: earliest } = projection.journal
    const start = from.epoch === epoch ? from.positions : earliest
    const deliveries = fold.of(subscription.subscriptionId)
    const { lastPlanId, planned: ends } = deliveries.chain
    return {
      ...{ subscription, deliveries, audience: computeAudience(subscription), isFull: false },
      lastPlanId,
      judged: furthest(start, ends.map(BigInt))
    }
  }

  /** Makes the plans if this instance still serves their subscriptions, and logs them. */
  const logCurrent = async (
    make: () => readonly DeliveryRecord[]
  ): Promise<'planned' | 'nothing' | 'rest'> => {
    if (!(await ownership.isCurrent())) return stop.aborted ? 'nothing' : 'rest'
    const records = make()
    if (records.length === 0) return 'planned'
    if (!(await deliveryLog.writeUntil(stop, 'the plan of deliveries', records))) return 'nothing'
    metrics.planned.inc(records.length)
    return 'planned'
  }

  /** Plans one batch of events. */
  const plan = async (): Promise<'planned' | 'nothing' | 'rest'> => {
    refresh()
    const { journal } = projection
    const { restored } = control.state
    const all = [...planned.values()]
    const isEarlier = ({ deliveries }: Planned) => isFromEarlierEpoch(deliveries, restored)
    // After a restore sequences begin again: logged before anything of the new epoch is planned.
    if (restored !== null && all.some(isEarlier))
      return logCurrent(() =>
        all.filter(isEarlier).map(({ subscription: { subscriptionId } }) => {
          const data = { subscriptionId, epoch: restored.epoch }
          return makeRecord({ type: 'delivery.restored', data }, clock.nowMs())
        })
      )
    const open = all.filter(each => !each.isFull)
    if (open.length === 0) return 'nothing'
    const from = open.map(each => each.judged).reduce(nearest)
    if (hasPassed(from, journal.end)) return 'nothing'
    const page = await journal.read(from, stepRecords, null)
    let made: (readonly [Planned, readonly DeliveryRecord[]])[] = []
    const step = await logCurrent(() => {
      made = open.filter(isUndisturbed).map(each => [each, planFor(deps, each, page.records)])
      return made.flatMap(([, plans]) => plans)
    })
    if (step === 'planned')
      for (const [each, plans] of made) {
        // If another instance came first, the fold's newest plan is not this one, and the next step
        // begins after that one.
        each.lastPlanId = plans.at(-1)?.id ?? each.lastPlanId
        each.judged = furthest(each.judged, page.next)
      }
    return step
  }

  return {
    /** Signals possible work: new events, a new subscription, free capacity. */
    wake: () => wake.wake(),
    /** Plans until stopped. Rejects with an EventLogError that is not retryable. */
    async run(): Promise<void> {
      while (!stop.aborted) {
        const ticket = wake.ticket()
        const step = await plan()
        if (step === 'nothing') await wake.sleep(clock, null, ticket, stop)
        if (step === 'rest') await clock.sleep(restMs, stop)
      }
    },
    /** True if everything in the alerts log is planned for a subscription, or is not for it. */
    isThrough(subscriptionId: string): boolean {
      const known = planned.get(subscriptionId)
      return known?.isFull === false && hasPassed(known.judged, projection.journal.end)
    }
  }
}

function planFor(
  { projection: { alerts }, control, clock }: SendingDeps,
  { subscription, deliveries, audience, judged }: Planned,
  records: readonly AlertRecord[]
): DeliveryRecord[] {
  const { types, policy, order } = subscription
  const { restored } = control.state
  // With a policy a subscriber is sent only the state of alerts.
  const getsRefusals = !policy || order === 'strict'
  const restatedEnds = deliveries.chain.restored?.ends.map(BigInt)
  const shown = new Set<string>()
  const plans: DeliveryRecord[] = []
  for (const record of records) {
    const { partition, position, event } = record
    const { alertId } = event.data
    if (position < (judged[partition] ?? 0n)) continue
    if (event.type === 'alert.action-refused' && !getsRefusals) continue
    const isRestated = position < (restatedEnds?.[partition] ?? 0n)
    if (isRestated && !isNewest(alerts, deliveries, record, audience)) continue
    // It is uncertain whether the end was accepted until it is restated.
    const wasShown = shown.has(alertId) || deliveries.isKnown(alertId)
    const verdict = judgeRecord(alerts, wasShown, record, audience)
    if (verdict === null) continue
    if (!(isRestated && wasShown) && !wantsEventType(types, event.type, wasShown)) continue
    shown.add(alertId)
    const urgency = isRestated
      ? readRestatedUrgency(deliveries, record, verdict)
      : readUrgency(record, verdict)
    plans.push(makePlan(deliveries, plans, record, urgency, restored, clock.nowMs()))
  }
  return plans
}

/**
 * Whether it is the audience's newest event of an alert that is open, or that the subscriber may not
 * know to have ended.
 */
function isNewest(
  alerts: Projection['alerts'],
  deliveries: SubscriptionDeliveries,
  { partition, position, event }: AlertRecord,
  audience: Audience
): boolean {
  const { alertId } = event.data
  const alert = alerts.get(alertId)?.at(audience.view.level) ?? null
  if (alert === null || (!isOpen(alert.state) && !isStanding(deliveries.findTrace(alertId))))
    return false
  const newest = alert.moments.findLast(moment => judgeMoment(true, moment, audience) !== null)
  return newest?.partition === partition && newest.position === position
}

function makePlan(
  { subscriptionId, chain }: SubscriptionDeliveries,
  before: readonly DeliveryRecord[],
  { partition, position, envelope, event }: AlertRecord,
  urgency: Urgency,
  restored: RestoredLog | null,
  nowMs: number
): DeliveryRecord {
  const last = before.at(-1)
  const cause = last?.id ?? chain.lastPlanId
  // Ids of lost events are those of the events that took their place, without the epoch.
  const eventId =
    restored === null ? envelope.id : digest('restored-event', restored.epoch, envelope.id)
  const data: PlannedData = {
    subscriptionId,
    sequence: chain.lastSequence + before.length + 1,
    eventId,
    previousId: last?.type === 'delivery.planned' ? last.data.eventId : chain.lastEventId,
    alertId: event.data.alertId,
    eventType: envelope.type,
    verdict: 'event',
    partition,
    position: String(position),
    ...urgency
  }
  const mark = `${cause ?? ''} ${eventId}`
  return { ...makeRecord({ type: 'delivery.planned', data }, nowMs, mark), cause }
}

/**
 * Sequences that wait and that a new filter does not want, ascending. Alerts that the partner knows
 * continue, as in a stream: an alert that was shown is followed to its end.
 */
export async function noLongerWanted(
  subscription: SubscriptionRecord,
  deliveries: SubscriptionDeliveries,
  { alerts, journal }: Projection
): Promise<readonly number[]> {
  const audience = computeAudience(subscription)
  const shown = new Set<string>()
  const unwanted: number[] = []
  for (const delivery of deliveries.table.list("state = 'pending' order by sequence")) {
    if (!deliveries.isUnsent(delivery)) continue
    const { sequence, alertId, partition, position } = delivery
    const record = await journal.at(partition, BigInt(position))
    if (record === null) continue
    const wasShown = shown.has(alertId)
    const isWanted =
      judgeRecord(alerts, wasShown, record, audience) !== null &&
      wantsEventType(subscription.types, delivery.eventType, wasShown)
    if (isWanted) shown.add(alertId)
    else unwanted.push(sequence)
  }
  return unwanted
}
