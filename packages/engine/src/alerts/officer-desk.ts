// Acts of officers and partners on the alerts of a fold, and the end of acknowledgements. The fold
// at an act's level decides on it; folds of stricter levels follow (`follow`).

import type { ActionRefused3 } from '@tocsin/contracts/record/alert-event-v3'
import type { AlertRequest } from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'
import type { Incidents } from '../data/incidents.ts'
import { convertToDay, convertToMs } from '../data/time.ts'
import { handlings } from '../data/vocabulary.ts'
import { type ActTarget, describeTarget, findTarget } from './act-target.ts'
import { type Alert, computeStatus } from './alert.ts'
import { ChangeDraft } from './change-draft.ts'
import type { Cause, EventChain } from './event-chain.ts'
import {
  actEvents,
  applyAct,
  dropAcknowledgement,
  findActText,
  findRefusal,
  type RefusalReason
} from './officer-acts.ts'
import { addState } from './published-content.ts'
import { copyStated } from './responses.ts'

/** The theatre's time, and the day up to which it is complete. */
export interface TheatreClock {
  readonly nowMs: number
  readonly watermarkDay: number
}

export class OfficerDesk {
  readonly #alerts: ReadonlyMap<string, Alert>
  readonly #chain: EventChain
  readonly #incidents: Incidents
  /** Alerts that the watermark is to confirm. */
  readonly #provisional: Set<Alert>
  /** Alerts with an acknowledgement that may lapse. */
  readonly #acknowledged = new Set<Alert>()

  constructor(
    alerts: ReadonlyMap<string, Alert>,
    chain: EventChain,
    incidents: Incidents,
    provisional: Set<Alert>
  ) {
    this.#alerts = alerts
    this.#chain = chain
    this.#incidents = incidents
    this.#provisional = provisional
  }

  /** Decides on an act and publishes the outcome. True if it is done. */
  act(request: AlertRequest, cause: Cause, clock: TheatreClock): boolean {
    const alert = this.#alerts.get(request.alertId) ?? null
    const refusal = findRefusal(request, alert, { ...clock, time: cause.time })
    if (refusal === null && alert !== null) this.#apply(request, alert, cause, clock)
    else this.#refuse(request, refusal ?? 'unknown-alert', alert, cause)
    return refusal === null
  }

  /** What identifies an alert in other folds; null if this fold does not have it. Call it before the act. */
  describeTarget({ alertId, action, ...request }: AlertRequest): ActTarget | null {
    const alert = this.#alerts.get(alertId)
    const corrects = 'corrects' in request ? request.corrects : null
    return alert === undefined ? null : describeTarget(alert, corrects, this.#incidents)
  }

  /**
   * Applies an act that another fold has done, if there is a corresponding alert. One that ends the
   * alert or its pages does not concern what is worse here, or what another has acknowledged here.
   */
  follow(request: AlertRequest, target: ActTarget, cause: Cause, clock: TheatreClock): void {
    const alert = findTarget(target, this.#alerts, this.#incidents)
    if (alert === null) return
    const { action } = request
    const isWorse = alert.level > target.level
    if (isWorse && (action === 'resolve' || action === 'acknowledge')) return
    const { acknowledgedBy } = alert.operator
    const isOfAnother = acknowledgedBy !== null && acknowledgedBy !== target.acknowledgedBy
    if (action === 'acknowledge' && isOfAnother) return
    const own = { ...request, alertId: alert.id }
    // Revisions and numbers of responses are other ones here.
    if ('ifMatch' in own) own.ifMatch = alert.operatorRevision
    if (own.action === 'correct') own.corrects = findAlike(alert, target) ?? own.corrects
    if (findRefusal(own, alert, { ...clock, time: cause.time }) === null)
      this.#apply(own, alert, cause, clock)
  }

  #apply(request: AlertRequest, alert: Alert, cause: Cause, clock: TheatreClock): void {
    const { action, actionId } = request
    const operator = applyAct(alert.operator, request, cause.time)
    const draft = new ChangeDraft(alert.id, ++alert.revision)
    draft.notify = 'update'
    if (operator !== alert.operator) draft.operator = operator
    alert.operator = operator
    if (action === 'acknowledge') this.#acknowledged.add(alert)
    if (action !== 'answer') draft.operatorRevision = ++alert.operatorRevision
    if (action === 'resolve') {
      alert.status = draft.status = 'resolved'
      alert.closedMs = computeActMs(cause, clock.nowMs)
      alert.closedLevel = alert.level
      draft.reason = 'closed-by-operator'
    }
    if (action === 'reopen') {
      alert.closedMs = 0
      alert.status = draft.status = computeStatus(alert, clock.watermarkDay)
      if (alert.status === 'provisional') this.#provisional.add(alert)
      draft.reason = 'reopened-by-operator'
    }
    const asker = copyStated(request, ['by', 'byId', 'handling'])
    // Only what every reader of the alert may know of can have made its revision.
    if (action !== 'answer' && (action !== 'comment' || request.handling === 'public'))
      alert.lastActor = { ...asker, at: cause.time }
    alert.isTold = true
    draft.action = { actionId, ...asker, text: findActText(request) }
    // Of an alert that another engine published, the first event here states it whole.
    if (!alert.isIntroduced) addState(alert, this.#incidents, draft)
    alert.isIntroduced = true
    this.#chain.publish(actEvents[action], draft, cause)
  }

  #refuse(request: AlertRequest, reason: RefusalReason, alert: Alert | null, cause: Cause): void {
    const { by, byId, handling } = request
    const actor = alert?.lastActor ?? null
    const data: ActionRefused3 = {
      actionId: request.actionId,
      alertId: request.alertId,
      by,
      ...(byId === undefined ? {} : { byId }),
      ...(handling === undefined ? {} : { actionHandling: handling }),
      handling: alert === null ? 'restricted' : handlings[alert.handling]!,
      notify: 'quiet',
      operatorRevision: alert?.operatorRevision ?? null,
      reason,
      seq: this.#chain.seq + 1,
      standingAt: actor?.at ?? null,
      standingBy: actor?.by ?? null,
      ...(actor?.byId === undefined ? {} : { standingById: actor.byId }),
      ...(actor?.handling === undefined ? {} : { standingHandling: actor.handling }),
      theatre: this.#chain.options.theatre,
      fold: this.#chain.options.fold
    }
    this.#chain.write({ type: 'alert.action-refused', data }, cause)
  }

  /** Lets the acknowledgement of an alert lapse, if it has one. */
  watch(alert: Alert): void {
    if (alert.operator.acknowledgedBy !== null) this.#acknowledged.add(alert)
  }

  unwatch(alert: Alert): void {
    this.#acknowledged.delete(alert)
  }

  /** Publishes the acknowledgements that have lapsed at a tick. */
  lapse(cause: Cause, nowMs: number): void {
    const lapsed: Alert[] = []
    for (const alert of this.#acknowledged) {
      const { acknowledgedBy, acknowledgedUntil } = alert.operator
      if (acknowledgedBy === null || !alert.isOpen) this.#acknowledged.delete(alert)
      else if (acknowledgedUntil !== null && Date.parse(acknowledgedUntil) <= nowMs)
        lapsed.push(alert)
    }
    for (const alert of lapsed.sort((a, b) => compareText(a.id, b.id)))
      this.publishLapse(alert, 'until-passed', cause)
  }

  /** When the next acknowledgement lapses, ms; null if none has an end. */
  findNextLapseMs(): number | null {
    let next = Number.POSITIVE_INFINITY
    for (const { isOpen, operator } of this.#acknowledged)
      if (isOpen && operator.acknowledgedBy !== null && operator.acknowledgedUntil !== null)
        next = Math.min(next, Date.parse(operator.acknowledgedUntil))
    return next === Number.POSITIVE_INFINITY ? null : next
  }

  publishLapse(alert: Alert, reason: 'escalated' | 'until-passed', cause: Cause): void {
    alert.operator = dropAcknowledgement(alert.operator)
    alert.lastActor = { by: 'tocsin', at: cause.time }
    alert.revision += 1
    this.#acknowledged.delete(alert)
    const draft = new ChangeDraft(alert.id, alert.revision)
    draft.notify = 'update'
    draft.operator = alert.operator
    draft.reason = reason
    if (!alert.isIntroduced) addState(alert, this.#incidents, draft)
    alert.isIntroduced = true
    this.#chain.publish('acknowledgement-lapsed', draft, cause)
  }
}

/** When an act was accepted, on the day of the theatre, whose time moves by ticks only. */
function computeActMs({ time }: Cause, nowMs: number): number {
  const endMs = convertToMs(convertToDay(nowMs) + 1) - 1
  return Math.max(nowMs, Math.min(Date.parse(time), endMs))
}

/** The response that was recorded with the same record in the fold of the act. */
function findAlike({ operator }: Alert, { correctedAt }: ActTarget): string | undefined {
  return operator.responses?.recent?.find(({ recordedAt }) => recordedAt === correctedAt)?.id
}
