// Applies the policy of a subscription to its waiting deliveries. Gathers the input of the decision:
// the present alerts, earlier notifications, rosters and active silences.

import { type AlertState, isEnding, isOpen, isResolution } from '@tocsin/contracts/alert/alert'
import { matchesFilter } from '@tocsin/contracts/alert/alert-filter'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import {
  type NotificationPolicy,
  policyDefaults
} from '@tocsin/contracts/subscription/notification-policy'
import type { HoldReason } from '@tocsin/contracts/subscription/notification-words'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { isUnacknowledged, lastPageMs } from '../alerts/alert-calls.ts'
import { isUnaskedDrill } from '../alerts/audience.ts'
import type { Projection } from '../alerts/projection.ts'
import { isWithSubscriber } from '../alerts/subscriber-calls.ts'
import type { Delivery } from './delivery.ts'
import {
  type AlertNews,
  computeRank,
  computeRepeatWait,
  decideNotification,
  findCover,
  listNames,
  type NotificationDecision,
  type StoryMember,
  type ToldAlert
} from './notification-decision.ts'
import { alwaysOn, type Rosters } from './rosters.ts'
import { type ActiveSilences, findLongest } from './silences.ts'
import type { SubscriptionDeliveries } from './subscription-deliveries.ts'

export interface JudgeDeps extends Pick<ServiceDeps, 'control'> {
  readonly projection: Projection
  readonly rosters: Rosters
  readonly silences: ActiveSilences
}

/** The judge of a subscription; null if it has no policy, or none that applies in its order. */
export function createPolicyJudge(
  deps: JudgeDeps,
  subscription: SubscriptionRecord,
  deliveries: SubscriptionDeliveries
): PolicyJudge | null {
  const { policy, order } = subscription
  if (policy === undefined || policy === null || order === 'strict') return null
  return new PolicyJudge(deps, subscription, deliveries, { ...policyDefaults, ...policy })
}

/**
 * These also end when another alert, a silence, a roster or an answer changes, without an event
 * planned here.
 */
const changeable: ReadonlySet<HoldReason> = new Set([
  ...(['silenced', 'told-in-story', 'off-watch', 'answered'] as const),
  ...(['pages-nobody', 'earlier-line'] as const)
])
/** A delay that ends when something else changes is judged again after this time, ms. */
const againMs = 10_000

/** A decision, and when it is asked for again without any change, ms; null: it is not. */
export interface Judged<D> {
  readonly decision: D
  readonly againMs: number | null
}

export class PolicyJudge {
  readonly #deps: JudgeDeps
  readonly #subscription: SubscriptionRecord
  readonly #deliveries: SubscriptionDeliveries
  readonly #policy: NotificationPolicy
  /** Alerts that named an alert as of their story, now or before. */
  readonly #namedBy = new Map<string, Set<string>>()

  constructor(
    deps: JudgeDeps,
    subscription: SubscriptionRecord,
    deliveries: SubscriptionDeliveries,
    policy: NotificationPolicy
  ) {
    this.#deps = deps
    this.#subscription = subscription
    this.#deliveries = deliveries
    this.#policy = policy
    // Any alert that the subscription knows may belong to a story.
    for (const alertId of deliveries.table.alertIds) this.#note(this.#makeMember(alertId))
  }

  /** Decides on the newest event of an alert. */
  decide(delivery: Delivery, nowMs: number): Judged<NotificationDecision> {
    const { alertId, severity = 'moderate', plannedAt, eventType, closes } = delivery
    const newestMs = Date.parse(plannedAt)
    const member = { ...this.#makeMember(alertId), severity, newestMs }
    this.#note(member)
    const linked = this.#listNamers(alertId)
    const own = this.#deliveries.findTrace(alertId)
    const ending = closes === true ? this.#findEnding(delivery) : null
    const sinceMs = own.unheardSinceMs ?? newestMs
    const unheard = [...listNames(member), ...linked]
      .map(each => this.#deliveries.findTrace(each))
      .flatMap(({ sent, unheardSinceMs }) => (sent === 0 ? (unheardSinceMs ?? []) : []))
    // An event that was tried and never accepted may have been received: its end is sent.
    const mayBeTold = own.accepted === null && own.sent !== 0 && ending !== null
    const waiting = {
      ...{ ending, sinceMs, newestMs, isBegun: own.isBegun },
      isAfterEnd: ending !== null && !isEnding(eventType),
      groupSinceMs: Math.min(sinceMs, ...unheard)
    }
    const told = mayBeTold ? { atMs: Number.NEGATIVE_INFINITY, severity } : own.accepted
    return this.#judge(member, linked, { waiting, told }, nowMs)
  }

  /** Whether it repeats anything at all. */
  get repeats(): boolean {
    return this.#policy.repeatMinutes > 0
  }

  /**
   * Whether a reminder is sent for an alert without waiting events that was last notified at a
   * time, ms; null: none is, in its present state or so soon.
   */
  repeat(alertId: string, toldMs: number, nowMs: number): Judged<NotificationDecision | null> {
    const waitMs = computeRepeatWait(this.#policy, toldMs, nowMs)
    // Most alerts: no further input is needed.
    if (waitMs > 0) return { decision: null, againMs: nowMs + waitMs }
    const shown = this.#shown(alertId)
    // No reminder of what the filter no longer wants, nor of a drill, unless it asks for drills.
    if (shown === undefined || !isOpen(shown) || !isWanted(this.#subscription, shown))
      return { decision: null, againMs: nowMs + againMs }
    const told = { atMs: toldMs, severity: shown.severity }
    const member = { ...this.#makeMember(alertId), newestMs: null }
    return this.#judge(member, this.#listNamers(alertId), { waiting: null, told }, nowMs)
  }

  /** Decides with what may delay an alert, whether something new waits or not. */
  #judge(
    member: StoryMember,
    linked: readonly string[],
    news: Pick<AlertNews, 'waiting' | 'told'>,
    nowMs: number
  ): Judged<NotificationDecision> {
    const { rosters, silences } = this.#deps
    const { alertId, severity } = member
    const { watch: roster } = this.#policy
    const { subscriptionId } = this.#subscription
    const shown = this.#shown(alertId)
    const over = shown === undefined ? [] : silences.over({ alertId, facts: shown })
    const isWantedBy = (other: SubscriptionRecord) => this.#isWantedBy(other, alertId)
    const decision = decideNotification(
      this.#policy,
      {
        ...{ ...news, ...this.#findAnswer(alertId, nowMs), severity },
        duty:
          roster === null
            ? alwaysOn
            : rosters.decideDuty(roster, subscriptionId, nowMs, isWantedBy),
        cover: findCover(member, linked, other => this.#toldAlert(other)),
        silence: findLongest(over, { severity, subscriptionId, atMs: nowMs })
      },
      nowMs
    )
    if (decision.kind !== 'hold') return { decision, againMs: null }
    const { reason, untilMs } = decision
    const soonMs = Math.min(nowMs + againMs, untilMs ?? Number.POSITIVE_INFINITY)
    return { decision, againMs: changeable.has(reason) ? soonMs : untilMs }
  }

  /** Whether another subscription would be notified of the alert at some hour, as it sees it. */
  #isWantedBy(other: SubscriptionRecord, alertId: string): boolean {
    const seen = this.#deps.projection.alerts.get(alertId)?.at(other.handling)?.state
    const least = other.policy?.minSeverity ?? policyDefaults.minSeverity
    return (
      seen !== undefined &&
      computeRank(seen.severity) >= computeRank(least) &&
      isWanted(other, seen)
    )
  }

  /**
   * By what the subscriber may know: also answers of its own or of another subscription on its
   * roster, since the last page and until the stated end. An alert that paged no one needs no
   * answer.
   */
  #findAnswer(alertId: string, nowMs: number): Pick<AlertNews, 'isAnswered' | 'pagesNobody'> {
    const { rosters, projection, control } = this.#deps
    const { handling, subscriptionId } = this.#subscription
    const { watch: roster } = this.#policy
    const alert = projection.alerts.get(alertId)?.at(handling) ?? null
    if (alert === null) return { isAnswered: true }
    const { state, calls } = alert
    const call = calls.calls.at(-1)
    if (call === undefined)
      return { isAnswered: true, pagesNobody: state.operator.acknowledgedBy === null }
    if (!isUnacknowledged(calls, state.operator)) return { isAnswered: true }
    const isOurs = (id: string) =>
      id === subscriptionId || (roster !== null && rosters.isServed(roster, id))
    // Null: the theatre has no time yet.
    const isReplay = control.state.theatres.get(state.theatre)?.clock === 'replay'
    const replayTime = isReplay ? projection.clocks.nowIn(state.theatre) : null
    const isAnswered = isWithSubscriber(alert.answers, isOurs, {
      sinceMs: lastPageMs(call),
      nowMs: replayTime === null ? nowMs : Date.parse(replayTime)
    })
    return { isAnswered }
  }

  #findEnding({ alertId, eventType }: Delivery): 'resolved' | 'retracted' {
    const status = this.#shown(alertId)?.status
    // For an evicted alert only this event is known: if it may be a retraction, it is sent as one.
    if (status === undefined) return isResolution(eventType) ? 'resolved' : 'retracted'
    return status === 'retracted' ? 'retracted' : 'resolved'
  }

  #toldAlert(alertId: string): ToldAlert | null {
    const { accepted } = this.#deliveries.findTrace(alertId)
    if (accepted === null || accepted.isOver === true) return null
    const shown = this.#shown(alertId)
    const { partOf, severity: severityNow } = this.#makeMember(alertId)
    const stands = shown !== undefined && isOpen(shown)
    return { toldMs: accepted.atMs, partOf, severity: accepted.severity, severityNow, stands }
  }

  #shown(alertId: string): AlertState | undefined {
    return this.#deps.projection.alerts.get(alertId)?.at(this.#subscription.handling)?.state
  }

  /** An alert as a member of its story, as the subscriber sees it. */
  #makeMember(alertId: string): Omit<StoryMember, 'newestMs'> {
    const shown = this.#shown(alertId)
    if (shown === undefined) return { alertId, severity: 'minor', partOf: null, references: [] }
    const partOf = this.#deps.projection.alerts.findParent(this.#subscription.handling, shown)
    return { alertId, severity: shown.severity, partOf, references: shown.references }
  }

  #note(member: Omit<StoryMember, 'newestMs'>): void {
    for (const other of listNames(member)) {
      const known = this.#namedBy.get(other) ?? new Set()
      this.#namedBy.set(other, known.add(member.alertId))
    }
  }

  /** Those that name it now. */
  #listNamers(alertId: string): readonly string[] {
    return [...(this.#namedBy.get(alertId) ?? [])].filter(other =>
      listNames(this.#makeMember(other)).includes(alertId)
    )
  }
}

/** By its theatres and its filter; of drills only where it asks for them. */
function isWanted({ theatres, filter }: SubscriptionRecord, shown: AlertState): boolean {
  return (
    (theatres === '*' || theatres.includes(shown.theatre)) &&
    !isUnaskedDrill(shown, filter) &&
    matchesFilter(filter, shown)
  )
}
