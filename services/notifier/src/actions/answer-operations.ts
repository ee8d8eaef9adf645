// The answer of a partner notified of an alert by webhook: a human there has it, and what was done.
// Written to the incidents log, decided by the single writer of alerts. It does not release the
// alert from its owner. HTTP is in answer-routes.ts and answer-link-routes.ts. Source: decision
// 0081.

import type { TakeKept } from '@tocsin/auth/access/kept-records'
import type { Principal } from '@tocsin/auth/access/principal'
import type { ActionRefused } from '@tocsin/contracts/alert/alert'
import { isOpen } from '@tocsin/contracts/alert/alert'
import { digest } from '@tocsin/contracts/json/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { talkHandling } from '@tocsin/contracts/theatre/handling'
import {
  type AlertRequest,
  type AnswerRequest,
  type AnswerWay,
  type PartnersDeed,
  readAsker
} from '@tocsin/contracts/theatre/theatre-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import { retry } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { AlertEntry, ShownAlert } from '../alerts/alert-entry.ts'
import type { ActionOutcome } from '../alerts/alert-index.ts'
import type { Projection } from '../alerts/projection.ts'
import { shownTo } from '../alerts/record-judging.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import { subscriberDeedsMax } from '../alerts/subscriber-calls.ts'
import { computeAudience } from '../webhook/delivery-planner.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import { outcomeWaitMs, untilDaysMax } from './alert-operations.ts'
import { doneBy, isRecordedAs, type Untimely, whyNotThen } from './deed-times.ts'
import { UndecidedDeeds } from './undecided-deeds.ts'

export interface AnswerAsk {
  readonly via: AnswerWay
  /**
   * Who answers. A link identifies only the subscription: what it can record about an alert is
   * bounded, and not counted.
   */
  readonly by: string
  readonly asker?: Principal
  /** Until when they have it, ISO 8601. */
  readonly until?: string
  readonly note?: string
  /** What was done; without a time: it is done when this is recorded. */
  readonly response?: PartnersDeed
  /** Repeats with the same name are one answer; null: each is another. */
  readonly once: string | null
}

export type PartnersAnswer =
  /** Not notified, or not any more: the same answer for every reason. */
  | { readonly kind: 'unknown-alert' }
  /** Another answer on the alert was given under this name. */
  | { readonly kind: 'key-taken' }
  /** `until` is not later than the theatre's current time. */
  | { readonly kind: 'over-already'; readonly now: string }
  | { readonly kind: 'too-far'; readonly now: string }
  /** What was done cannot have been done then. */
  | Untimely
  /** As much was recorded as a link takes. */
  | { readonly kind: 'enough' }
  /** `doneAt`: the recorded time of what was done; null: no deed, or not known any more. */
  | {
      readonly kind: 'done'
      readonly actionId: string
      readonly at: string
      readonly doneAt: string | null
      readonly appended: RecordPosition | null
    }
  | {
      readonly kind: 'refused'
      readonly reason: ActionRefused['reason']
      readonly entry: AlertEntry
    }
  | { readonly kind: 'pending'; readonly actionId: string; readonly appended: RecordPosition }

/** An alert of which a subscription was notified, as the subscription may see it. */
export interface ToldAlert {
  readonly entry: AlertEntry
  readonly shown: ShownAlert
}

export interface AnswerOperationsDeps extends Pick<ServiceDeps, 'log' | 'clock' | 'random'> {
  readonly projection: Projection
  readonly shared: SharedKnowledge
  readonly takeKept: TakeKept
  readonly dispatcher: Pick<Dispatcher, 'of' | 'isAuthorized' | 'catchUp'>
  /** The name of the subscription's key; null if it is not known any more. */
  readonly holderOf: (subscription: SubscriptionRecord) => string | null
  /** The current time of a theatre, ISO 8601: its last tick in a replay, else the wall clock. */
  readonly nowIn: (theatre: string) => string
}

const untilMsMax = untilDaysMax * 86_400_000

export class AnswerOperations {
  readonly #deps: AnswerOperationsDeps
  readonly #undecided: UndecidedDeeds

  constructor(deps: AnswerOperationsDeps) {
    this.#deps = deps
    const isDecided = (actionId: string) =>
      deps.projection.alerts.findOutcome(actionId) !== undefined
    this.#undecided = new UndecidedDeeds(isDecided, () => deps.clock.monotonicMs())
  }

  /**
   * Records an answer and waits for the outcome, up to two seconds or `waitMs` if that is less.
   * Rejects with an EventLogError if it could not be written, with `projection-behind` if other
   * instances' writes are not folded here in time.
   */
  async answer(
    subscription: SubscriptionRecord,
    alertId: string,
    ask: AnswerAsk,
    waitMs = outcomeWaitMs
  ): Promise<PartnersAnswer> {
    const { projection, clock, log, takeKept } = this.#deps
    const told = await this.findTold(subscription, alertId)
    if (told === null) return { kind: 'unknown-alert' }
    const { entry, shown } = told
    const actionId = this.#makeActionId(subscription, alertId, ask)
    const earlier = projection.clocks.request(actionId)?.request
    if (earlier !== undefined && !isThatAnswer(earlier, ask)) return { kind: 'key-taken' }
    const known = projection.alerts.findOutcome(actionId)
    if (known !== undefined) return this.#makeAnswer(known, entry, actionId, null)
    const now = this.#deps.nowIn(entry.theatre)
    const aheadMs = ask.until === undefined ? null : Date.parse(ask.until) - Date.parse(now)
    if (earlier === undefined && aheadMs !== null && aheadMs <= 0)
      return { kind: 'over-already', now }
    if (earlier === undefined && aheadMs !== null && aheadMs > untilMsMax)
      return { kind: 'too-far', now }
    const { response } = ask
    const untimely =
      earlier !== undefined || response === undefined || response.at === null
        ? null
        : whyNotThen(response.at, { now, firstTime: shown.firstTime })
    if (untimely !== null) return untimely
    // What was done is often written down late: also of an alert that is over by then.
    if (response === undefined && !isOpen(shown.state))
      return { kind: 'refused', reason: 'alert-closed', entry }
    if (
      earlier === undefined &&
      response !== undefined &&
      ask.via === 'link' &&
      saidBy(subscription, entry) +
        this.#undecided.computeCount(subscription.subscriptionId, alertId) >=
        subscriberDeedsMax
    )
      return { kind: 'enough' }
    const record = this.#makeRecord(
      this.#makeRequest(subscription, { actionId, alertId }, notAfter(now, ask)),
      entry,
      now
    )
    if (ask.asker !== undefined) takeKept(ask.asker, 'acts', record.value.byteLength)
    const deed = [subscription.subscriptionId, alertId, actionId] as const
    if (response !== undefined && ask.via === 'link') this.#undecided.add(...deed)
    const written = retry(() => log.append(topics.incidents, [record]), {
      clock,
      withinMs: outcomeWaitMs
    })
    const places = await written.catch((error: unknown) => {
      this.#undecided.remove(...deed)
      throw error
    })
    const [appended] = places as [RecordPosition]
    await projection.views.alerts.until(
      () => projection.alerts.findOutcome(actionId) !== undefined,
      waitMs
    )
    // The name may have been used at another instance concurrently: the first request in the log
    // counts.
    const taken = projection.clocks.request(actionId)?.request
    if (taken !== undefined && !isThatAnswer(taken, ask)) return { kind: 'key-taken' }
    const outcome = projection.alerts.findOutcome(actionId)
    return outcome === undefined
      ? { kind: 'pending', actionId, appended }
      : this.#makeAnswer(outcome, entry, actionId, appended)
  }

  /** The current time of an alert, ISO 8601. */
  findNow({ theatre }: AlertEntry): string {
    return this.#deps.nowIn(theatre)
  }

  /**
   * The alert, if the subscription still has its right, accepted an event of the alert and may see
   * it now; null in all other cases. Rejects with `projection-behind` if other instances' writes
   * are not folded here in time.
   */
  async findTold(subscription: SubscriptionRecord, alertId: string): Promise<ToldAlert | null> {
    const { projection, dispatcher, shared } = this.#deps
    await shared.learn('control', 'incidents', 'alerts')
    await dispatcher.catchUp()
    const entry = projection.alerts.get(alertId)
    const deliveries = dispatcher.of(subscription.subscriptionId)
    const { alerts } = deliveries
    if (entry === undefined || deliveries.isEnded || !dispatcher.isAuthorized(subscription))
      return null
    if (alerts.findStanding(alertId) !== 'shown' || alerts.of(alertId).accepted === null)
      return null
    const shown = shownTo(computeAudience(subscription).view, entry)
    return shown === null ? null : { entry, shown }
  }

  /** By what name officers know the partner. */
  findHolder(subscription: SubscriptionRecord): string {
    return this.#deps.holderOf(subscription) ?? subscription.subscriptionId
  }

  #makeAnswer(
    outcome: ActionOutcome,
    entry: AlertEntry,
    actionId: string,
    appended: RecordPosition | null
  ): PartnersAnswer {
    if (outcome.kind === 'refused')
      return { kind: 'refused', reason: outcome.refusal.reason, entry }
    const request = this.#deps.projection.clocks.request(actionId)?.request
    const response = request?.action === 'answer' ? request.response : undefined
    const doneAt = response === undefined ? null : (response.at ?? outcome.at)
    return { kind: 'done', actionId, at: outcome.at, doneAt, appended }
  }

  #makeActionId(
    { subscriptionId }: SubscriptionRecord,
    alertId: string,
    { via, asker, once }: AnswerAsk
  ): string {
    if (once !== null) return digest('answer', via, subscriptionId, asker?.id ?? '', alertId, once)
    return Buffer.from(this.#deps.random.bytes(16)).toString('hex')
  }

  #makeRequest(
    subscription: SubscriptionRecord,
    of: Pick<AnswerRequest, 'actionId' | 'alertId'>,
    { via, by, asker, until, note, response }: AnswerAsk
  ): AnswerRequest {
    const { subscriptionId, handling: clearance } = subscription
    const holder = this.findHolder(subscription)
    const who = readAsker(asker === undefined ? { by } : { by, byId: asker.id })
    const deed = response === undefined ? {} : { response }
    const said = { until: until ?? null, note: note ?? null, ...deed, handling: talkHandling }
    return { ...of, ...who, action: 'answer', subscriptionId, holder, via, ...said, clearance }
  }

  #makeRecord(data: AnswerRequest, { theatre, top }: AlertEntry, time: string) {
    const envelope = {
      id: data.actionId,
      source: '/tocsin/notifier',
      time,
      cause: top.last.id,
      theatre
    }
    return {
      id: data.actionId,
      key: theatre,
      value: encodeRecord(envelope, { type: 'answer.requested', data })
    }
  }
}

function isThatAnswer(request: AlertRequest, { via, until, note, response }: AnswerAsk): boolean {
  if (
    request.action !== 'answer' ||
    request.until !== (until ?? null) ||
    request.note !== (note ?? null)
  )
    return false
  const { response: known } = request
  if (known === undefined || response === undefined) return known === response
  // The name of a form's press includes what the form states about the time.
  const isThen = via === 'link' || known.at === response.at || isRecordedAs(known.at, response.at)
  return isThen && known.kind === response.kind && known.text === response.text
}

/** The number of deeds recorded by a subscription, among those stored. */
function saidBy({ subscriptionId, handling }: SubscriptionRecord, entry: AlertEntry): number {
  const { deeds = [] } = entry.at(handling) ?? {}
  return deeds.filter(each => each.subscriptionId === subscriptionId).length
}

function notAfter(now: string, ask: AnswerAsk): AnswerAsk {
  const { response } = ask
  return response === undefined || response.at === null
    ? ask
    : { ...ask, response: { ...response, at: doneBy(now, response.at) } }
}
