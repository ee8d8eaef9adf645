// Decides which subscription gets which event, and logs it with its sequence before any attempt. A
// logged plan is never lost; an unplanned event is found again in the alerts log. If another
// planner was first, the fold detects it, and planning restarts after that plan.

import { makeView } from '@tocsin/auth/access/reader-view'
import { isOpen } from '@tocsin/contracts/alert/alert'
import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import { digest } from '@tocsin/contracts/json/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { wantsEventType } from '@tocsin/contracts/subscription/event-types'
import { decodeCursor } from '@tocsin/event-log/cursor'
import type { Cursor } from '@tocsin/event-log/port'
import type { RestoredLog } from '@tocsin/service/control/control-state'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { AlertIndex } from '../alerts/alert-index.ts'
import type { AlertJournal } from '../alerts/alert-journal.ts'
import type { AlertRecord } from '../alerts/alert-record.ts'
import { type Audience, judgeMoment, type Verdict } from '../alerts/audience.ts'
import { furthest, hasPassed, nearest, type Positions } from '../alerts/positions.ts'
import { judgeRecord } from '../alerts/record-judging.ts'
import { isStanding } from '../notification/alert-trace.ts'
import type { DeliveryFold } from '../notification/delivery-fold.ts'
import type { DeliveryLog } from '../notification/delivery-log.ts'
import type { DeliveryRecord, PlannedData } from '../notification/delivery-record.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import type { NotifierMetrics } from '../wiring/notifier-metrics.ts'
import { WakeSignal } from './wake-signal.ts'

export interface PlannerDeps extends Pick<ServiceDeps, 'clock' | 'logger'> {
  readonly deliveries: DeliveryLog
  readonly metrics: NotifierMetrics
  readonly alerts: AlertIndex
  readonly journal: () => AlertJournal
  readonly fold: DeliveryFold
  /** Maps a cursor of a log that was copied into this one. */
  readonly translate: (cursor: Cursor) => Cursor
  /** The last restore of the log; null: there was none. */
  readonly restored: () => RestoredLog | null
  /** Subscriptions that this instance serves now. */
  readonly active: () => readonly SubscriptionRecord[]
  /** Whether `active` is recent enough to act on; false if that can't be determined now. */
  readonly isCurrent: () => Promise<boolean>
  /**
   * Above this many pending deliveries planning for a subscription pauses until half are done: its
   * events wait in the alerts log.
   */
  readonly pendingMax: number
}

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
function computeFill({ table }: SubscriptionDeliveries): number {
  return Math.max(table.dueCount, table.pendingCount / heldFactor)
}

type Step = 'planned' | 'nothing' | 'rest'

interface Served {
  readonly subscription: SubscriptionRecord
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

/** View and filter of a webhook subscription. */
export function computeAudience(subscription: SubscriptionRecord): Audience {
  // It was parsed by `parseFilter` before it was written.
  const filter = subscription.filter as AlertFilter
  return { view: makeView(subscription), filter, holdsQuiet: true }
}

/**
 * Whether a subscription has to begin in the epoch of a restored log. Until then it is sent no
 * events.
 */
export function isFromEarlierEpoch(
  subscriptionId: string,
  { chain }: SubscriptionDeliveries,
  restored: RestoredLog | null
): boolean {
  return (
    restored?.subscriptions.has(subscriptionId) === true && chain.restored?.epoch !== restored.epoch
  )
}

type Urgency = Pick<PlannedData, 'severity' | 'pages' | 'closes' | 'restated'>

/** Whether it gets refused actions: with a policy a subscriber is sent only the state of alerts. */
function getsRefusals({ policy, order }: SubscriptionRecord): boolean {
  return policy === undefined || policy === null || order === 'strict'
}

/** What decides how soon an event is sent, and whether at all after an outage. */
function readUrgency({ event }: AlertRecord, verdict: Verdict): Urgency {
  if (event.type === 'alert.action-refused') return {}
  const { severity, notify, status } = event.data
  const isPaging = verdict === 'first-news' || notify === 'page'
  const isClosing = status === 'resolved' || status === 'retracted'
  return { severity, ...(isPaging ? { pages: true } : {}), ...(isClosing ? { closes: true } : {}) }
}

export class DeliveryPlanner {
  readonly #deps: PlannerDeps
  readonly #served = new Map<string, Served>()
  readonly #wake = new WakeSignal()
  readonly #stop = new AbortController()

  constructor(deps: PlannerDeps) {
    this.#deps = deps
  }

  /** Signals possible work: new events, a new subscription, free capacity. */
  wake(): void {
    this.#wake.wake()
  }

  /** Plans until stopped. Rejects with an EventLogError that is not retryable. */
  async run(): Promise<void> {
    const { clock } = this.#deps
    while (!this.#stop.signal.aborted) {
      const ticket = this.#wake.ticket()
      const step = await this.#step()
      if (step === 'nothing') await this.#wake.sleep(clock, null, ticket, this.#stop.signal)
      if (step === 'rest') await clock.sleep(restMs, this.#stop.signal)
    }
  }

  stop(): void {
    this.#stop.abort()
  }

  /** True if everything in the alerts log is planned for a subscription, or is not for it. */
  isThrough(subscriptionId: string): boolean {
    const served = this.#served.get(subscriptionId)
    return (
      served !== undefined && !served.isFull && hasPassed(served.judged, this.#deps.journal().end)
    )
  }

  /** Plans one batch of events. */
  async #step(): Promise<Step> {
    const begun = await this.#beginEpochs()
    if (begun !== null) return begun
    this.#refresh()
    const open = [...this.#served.entries()].filter(([, served]) => !served.isFull)
    const from = open
      .map(([, served]) => served.judged)
      .reduce<Positions | null>((a, b) => (a === null ? b : nearest(a, b)), null)
    if (from === null || hasPassed(from, this.#deps.journal().end)) return 'nothing'
    const page = await this.#deps.journal().read(from, stepRecords, null)
    if (!(await this.#deps.isCurrent())) return this.#stop.signal.aborted ? 'nothing' : 'rest'
    const planned = open
      .filter(([id, served]) => this.#isUndisturbed(id, served))
      .map(([id, served]) => [served, this.#planFor(id, served, page.records)] as const)
    const records = planned.flatMap(([, plans]) => plans)
    if (records.length > 0 && !(await this.#log(records))) return 'nothing'
    for (const [served, plans] of planned) {
      // If another instance came first, the fold's newest plan is not this one, and the next step
      // begins after that one.
      served.lastPlanId = plans.at(-1)?.id ?? served.lastPlanId
      served.judged = furthest(served.judged, page.next)
    }
    return 'planned'
  }

  /** After a restore sequences begin again: logged before anything of the new epoch is planned. */
  async #beginEpochs(): Promise<Step | null> {
    const { active, fold, clock } = this.#deps
    const restored = this.#deps.restored()
    const earlier = active()
      .map(each => each.subscriptionId)
      .filter(id => isFromEarlierEpoch(id, fold.of(id), restored))
    if (restored === null || earlier.length === 0) return null
    if (!(await this.#deps.isCurrent())) return this.#stop.signal.aborted ? 'nothing' : 'rest'
    const { epoch } = restored
    const records = earlier.map(subscriptionId => ({
      id: digest('delivery-restored', subscriptionId, epoch),
      time: new Date(clock.nowMs()).toISOString(),
      cause: null,
      type: 'delivery.restored' as const,
      data: { subscriptionId, epoch }
    }))
    return (await this.#log(records)) ? 'planned' : 'nothing'
  }

  #isUndisturbed(subscriptionId: string, { lastPlanId }: Served): boolean {
    return this.#deps.fold.of(subscriptionId).chain.lastPlanId === lastPlanId
  }

  /** Adds and removes subscriptions from the control log, and checks which have capacity again. */
  #refresh(): void {
    const { active, fold, pendingMax } = this.#deps
    const restored = this.#deps.restored()
    const begun = active().filter(
      ({ subscriptionId: id }) => !isFromEarlierEpoch(id, fold.of(id), restored)
    )
    const now = new Map(begun.map(each => [each.subscriptionId, each]))
    for (const id of this.#served.keys()) if (!now.has(id)) this.#served.delete(id)
    for (const [id, subscription] of now) {
      const fill = computeFill(fold.of(id))
      const served = this.#served.get(id)
      if (
        served === undefined ||
        served.subscription !== subscription ||
        !this.#isUndisturbed(id, served)
      )
        this.#served.set(id, this.#begin(subscription))
      else if (fill >= pendingMax) served.isFull = true
      else if (fill <= pendingMax / 2) served.isFull = false
    }
  }

  #begin(subscription: SubscriptionRecord): Served {
    const journal = this.#deps.journal()
    const from = this.#deps.translate(decodeCursor(subscription.from))
    const start = from.epoch === journal.epoch ? from.positions : journal.start
    const deliveries = this.#deps.fold.of(subscription.subscriptionId)
    const { pendingMax } = this.#deps
    const isFull = computeFill(deliveries) >= pendingMax
    const { lastPlanId, planned } = deliveries.chain
    return {
      subscription,
      audience: computeAudience(subscription),
      lastPlanId,
      judged: furthest(start, planned.map(BigInt)),
      isFull
    }
  }

  #planFor(
    subscriptionId: string,
    { subscription, audience, judged }: Served,
    records: readonly AlertRecord[]
  ): DeliveryRecord[] {
    const deliveries = this.#deps.fold.of(subscriptionId)
    const shown = new Set<string>()
    const planned: DeliveryRecord[] = []
    for (const record of records) {
      if (record.position < (judged[record.partition] ?? 0n)) continue
      if (record.event.type === 'alert.action-refused' && !getsRefusals(subscription)) continue
      const { alertId } = record.event.data
      const restatedEnd = deliveries.chain.restored?.ends[record.partition] ?? 0
      const isRestated = record.position < BigInt(restatedEnd)
      if (isRestated && !this.#isNewest(deliveries, record, audience)) continue
      // It is uncertain whether the end was accepted until it is restated.
      const wasShown = shown.has(alertId) || deliveries.isKnown(alertId)
      const verdict = judgeRecord(this.#deps.alerts, wasShown, record, audience)
      if (
        !(isRestated && wasShown) &&
        !wantsEventType(subscription.types, record.event.type, wasShown)
      )
        continue
      if (verdict === null) continue
      shown.add(alertId)
      const eventId = this.#makeEventId(record.envelope.id)
      const urgency = isRestated
        ? this.#judgeRestated(deliveries, record, verdict)
        : readUrgency(record, verdict)
      planned.push(
        this.#makePlan(subscriptionId, deliveries, planned, record, { eventId, ...urgency })
      )
    }
    return planned
  }

  /** Ids of lost events are those of the events that took their place, without the epoch. */
  #makeEventId(id: string): string {
    const restored = this.#deps.restored()
    return restored === null ? id : digest('restored-event', restored.epoch, id)
  }

  /**
   * Whether it is the audience's newest event of an alert that is open, or that the subscriber may
   * not know to have ended.
   */
  #isNewest(
    deliveries: SubscriptionDeliveries,
    { partition, position, event }: AlertRecord,
    audience: Audience
  ): boolean {
    const { alerts } = this.#deps
    const { alertId } = event.data
    const alert = alerts.get(alertId)?.at(audience.view.level) ?? null
    if (alert === null || (!isOpen(alert.state) && !isStanding(deliveries.findTrace(alertId))))
      return false
    const newest = alert.moments.findLast(moment => judgeMoment(true, moment, audience) !== null)
    return newest?.partition === partition && newest.position === position
  }

  /** Events accepted before the restore are restated without a page, unless one was owed. */
  #judgeRestated(
    deliveries: SubscriptionDeliveries,
    record: AlertRecord,
    verdict: Verdict
  ): Urgency {
    const { pages, ...urgency } = readUrgency(record, verdict)
    const trace = deliveries.findTrace(record.event.data.alertId)
    const isOwed = trace.owesPage || (pages === true && !isStanding(trace))
    return { ...urgency, restated: true, ...(isOwed ? { pages: true } : {}) }
  }

  #makePlan(
    subscriptionId: string,
    deliveries: SubscriptionDeliveries,
    before: readonly DeliveryRecord[],
    { partition, position, envelope, event }: AlertRecord,
    { eventId, ...urgency }: Pick<PlannedData, 'eventId'> & Urgency
  ): DeliveryRecord {
    const last = before.at(-1)
    const cause = last?.id ?? deliveries.chain.lastPlanId
    const data: PlannedData = {
      subscriptionId,
      sequence: deliveries.chain.lastSequence + before.length + 1,
      eventId,
      previousId:
        last?.type === 'delivery.planned' ? last.data.eventId : deliveries.chain.lastEventId,
      alertId: event.data.alertId,
      eventType: envelope.type,
      verdict: 'event',
      partition,
      position: String(position),
      ...urgency
    }
    const id = digest('delivery-planned', subscriptionId, cause ?? '', data.eventId)
    return {
      id,
      time: new Date(this.#deps.clock.nowMs()).toISOString(),
      cause,
      type: 'delivery.planned',
      data
    }
  }

  /** Writes the plans until they are durable and in the fold. False if stopped before. */
  async #log(planned: readonly DeliveryRecord[]): Promise<boolean> {
    const { deliveries, metrics } = this.#deps
    if (!(await deliveries.writeUntil(this.#stop.signal, 'the plan of deliveries', planned)))
      return false
    metrics.planned.inc(planned.length)
    return true
  }
}
