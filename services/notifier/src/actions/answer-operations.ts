// The answer of a partner notified of an alert by webhook: a human there has it, and what was done.
// Written to the incidents log, decided by the single writer of alerts. It does not release the
// alert from its owner. HTTP is in answer-routes.ts and answer-link-routes.ts. Source: decision
// 0081.

import type { Principal } from '@tocsin/auth/access/principal'
import { isOpen } from '@tocsin/contracts/alert/alert'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { talkHandling } from '@tocsin/contracts/theatre/handling'
import {
  type AlertRequest,
  type AnswerRequest,
  type AnswerWay,
  type PartnersDeed,
  readAsker
} from '@tocsin/contracts/theatre/theatre-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import { LRUCache } from 'lru-cache'
import { refusedProblem } from '../alerts/action-refusals.ts'
import type { AlertAtLevel } from '../alerts/alert-at-level.ts'
import type { AlertEntry } from '../alerts/alert-entry.ts'
import type { ActionOutcome } from '../alerts/alert-index.ts'
import { shownTo } from '../alerts/record-judging.ts'
import { subscriberDeedsMax } from '../alerts/subscriber-calls.ts'
import { computeAudience } from '../webhook/delivery-planner.ts'
import type { Dispatcher } from '../webhook/dispatcher.ts'
import {
  type ActingDeps,
  appendRequest,
  makeActionId,
  type Outcome,
  outcomeWaitMs,
  type Refused,
  unasked,
  usedKey
} from './asked.ts'
import { doneBy, isRecordedAs, whyNotThen, whyNotUntil } from './deeds.ts'

export interface AnswerAsk {
  readonly via: AnswerWay
  /** Who answers. A link identifies only the subscription: what it can record is bounded. */
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

/** `doneAt`: the recorded time of what was done; null: no deed, or not known any more. */
export type PartnersAnswer = Outcome<{
  readonly actionId: string
  readonly at: string
  readonly doneAt: string | null
  readonly appended: RecordPosition | null
}>

/** An alert of which a subscription was notified, as the subscription may see it. */
export interface ToldAlert {
  readonly entry: AlertEntry
  readonly shown: AlertAtLevel
}

export interface AnswerOperationsDeps extends ActingDeps {
  readonly dispatcher: Dispatcher
  /** The name of the subscription's key; null if it is not known any more. */
  readonly holderOf: (subscription: SubscriptionRecord) => string | null
}

export class AnswerOperations {
  readonly #deps: AnswerOperationsDeps
  /**
   * By subscription and alert, the deeds that links recorded and that are not decided yet: they
   * count too, or one link could write any number of them in parallel. For an hour at most: whether
   * one was decided may be forgotten.
   */
  readonly #undecided = new LRUCache<string, Set<string>>({
    ...{ max: 10_000, ttl: 3_600_000, noUpdateTTL: true }
  })

  constructor(deps: AnswerOperationsDeps) {
    this.#deps = deps
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
    const { alerts, clocks, views } = this.#deps.projection
    const told = await this.findTold(subscription, alertId)
    if (told === null)
      return unasked(new ProblemError('not-found', 'The subscription was told of no such alert.'))
    const { entry, shown } = told
    const { subscriptionId } = subscription
    const { via, asker, response } = ask
    const names = ['answer', via, subscriptionId, asker?.id ?? '', alertId]
    const actionId = makeActionId(this.#deps, ask.once, ...names)
    const earlier = clocks.request(actionId)?.request
    if (earlier !== undefined && !isThatAnswer(earlier, ask)) return keyUsed
    const known = alerts.findOutcome(actionId)
    if (known !== undefined) return this.#makeAnswer(known, told, subscription, actionId, null)
    const now = this.#deps.nowIn(entry.theatre)
    const isFromLink = response !== undefined && via === 'link'
    const undecided = isFromLink ? this.#listUndecided(subscriptionId, alertId) : new Set<string>()
    if (earlier === undefined) {
      const { firstTime } = shown
      const unfitting =
        whyNotUntil(ask.until, now) ?? whyNotThen('/response/at', response?.at, { now, firstTime })
      if (unfitting !== null) return unfitting
    }
    // What was done is often written down late: also of an alert that is over by then.
    if (response === undefined && !isOpen(shown.state))
      return this.#refused('alert-closed', told, subscription)
    if (
      earlier === undefined &&
      isFromLink &&
      saidBy(subscription, entry) + undecided.size >= subscriberDeedsMax
    )
      // Of links alone: a key has its rate.
      return unasked(new ProblemError('too-many', 'As much was recorded as a link takes.'))
    if (isFromLink) undecided.add(actionId)
    const request = this.#makeRequest(subscription, { actionId, alertId }, notAfter(now, ask))
    const appended = await appendRequest(
      this.#deps,
      { id: actionId, theatre: entry.theatre, cause: entry.top.last.id },
      { type: 'answer.requested', data: request }
    ).catch((error: unknown) => {
      undecided.delete(actionId)
      throw error
    })
    await views.alerts.until(() => alerts.findOutcome(actionId) !== undefined, waitMs)
    // The name may have been used at another instance concurrently: the first request in the log
    // counts.
    const taken = clocks.request(actionId)?.request
    if (taken !== undefined && !isThatAnswer(taken, ask)) return keyUsed
    const outcome = alerts.findOutcome(actionId)
    return outcome === undefined
      ? { kind: 'pending', actionId, appended }
      : this.#makeAnswer(outcome, told, subscription, actionId, appended)
  }

  #listUndecided(subscriptionId: string, alertId: string): Set<string> {
    const key = `${subscriptionId} ${alertId}`
    const known = this.#undecided.get(key) ?? new Set<string>()
    for (const actionId of known)
      if (this.#deps.projection.alerts.findOutcome(actionId) !== undefined) known.delete(actionId)
    this.#undecided.set(key, known)
    return known
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
    if (entry === undefined || deliveries.isEnded || !dispatcher.isAuthorized(subscription))
      return null
    if (deliveries.findTrace(alertId).accepted === null) return null
    const shown = shownTo(computeAudience(subscription).view, entry)
    return shown === null ? null : { entry, shown }
  }

  /** By what name officers know the partner. */
  findHolder(subscription: SubscriptionRecord): string {
    return this.#deps.holderOf(subscription) ?? subscription.subscriptionId
  }

  #makeAnswer(
    outcome: ActionOutcome,
    told: ToldAlert,
    subscription: SubscriptionRecord,
    actionId: string,
    appended: RecordPosition | null
  ): PartnersAnswer {
    if (outcome.kind === 'refused') return this.#refused(outcome.refusal.reason, told, subscription)
    const request = this.#deps.projection.clocks.request(actionId)?.request
    const response = request?.action === 'answer' ? request.response : undefined
    const doneAt = response === undefined ? null : (response.at ?? outcome.at)
    return { kind: 'done', actionId, at: outcome.at, doneAt, appended }
  }

  #refused(
    reason: Parameters<typeof refusedProblem>[0]['reason'],
    { entry }: ToldAlert,
    subscription: SubscriptionRecord
  ): Refused {
    const { handling } = subscription
    const problem = refusedProblem({ reason, operatorRevision: null }, entry, handling)
    return { kind: 'refused', problem }
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
}

const keyUsed = usedKey('was used for another answer on this alert', 'answer')

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
