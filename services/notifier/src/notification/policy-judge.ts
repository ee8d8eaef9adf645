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
  computeRank,
  decideNotification,
  decideRepeat,
  type NotificationDecision,
  type RepeatDecision,
  repeatWaitMs,
  type WaitingNews
} from './notification-decision.ts'
import { findLongest } from './silence.ts'
import type { SilenceBook } from './silence-book.ts'
import { findCover, listNames, type StoryMember, type ToldAlert } from './story-cover.ts'
import type { SubscriptionDeliveries } from './subscription-deliveries.ts'
import { alwaysOn } from './watch.ts'
import type { WatchBook } from './watch-book.ts'

export interface JudgeDeps extends Pick<ServiceDeps, 'control'> {
  readonly projection: Projection
  readonly watches: WatchBook
  readonly silences: SilenceBook
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
 * These also end when another alert, a silence, a watch or an answer changes, without an event
 * planned here.
 */
const changeable: ReadonlySet<HoldReason | 'repeat-interval'> = new Set([
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
    for (const alertId of deliveries.table.alertIds) {
      const shown = this.#shown(alertId)
      if (shown !== undefined) this.#note(this.#makeMember(alertId, shown))
    }
  }

  /** Decides on the newest event of an alert. */
  decide(delivery: Delivery, nowMs: number): Judged<NotificationDecision> {
    const { alertId, severity = 'moderate', plannedAt, eventType } = delivery
    const shown = this.#shown(alertId)
    const newestMs = Date.parse(plannedAt)
    const member = { ...this.#makeMember(alertId, shown), severity, newestMs }
    this.#note(member)
    const linked = this.#listNamers(alertId)
    const own = this.#deliveries.findTrace(alertId)
    const ending = this.#findEnding(delivery)
    const sinceMs = own.unheardSinceMs ?? newestMs
    const unheard = [...listNames(member), ...linked]
      .map(each => this.#deliveries.findTrace(each))
      .flatMap(({ sent, unheardSinceMs }) => (sent === 0 ? (unheardSinceMs ?? []) : []))
    // An event that was tried and never accepted may have been received: its end is sent.
    const mayBeTold = own.accepted === null && own.sent !== 0 && ending !== null
    const news = {
      ...{ severity, ending, sinceMs, newestMs, isBegun: own.isBegun },
      isAfterEnd: ending !== null && !isEnding(eventType),
      groupSinceMs: Math.min(sinceMs, ...unheard),
      told: mayBeTold ? { atMs: Number.NEGATIVE_INFINITY, severity } : own.accepted,
      ...this.#findReasons(member, linked, shown, nowMs)
    }
    return judged(decideNotification(this.#policy, news, nowMs), nowMs)
  }

  /** Whether it repeats anything at all. */
  get repeats(): boolean {
    return this.#policy.repeatMinutes > 0
  }

  /**
   * Whether a reminder is sent for an alert without waiting events that was last notified at a
   * time, ms; null: none is, in its present state.
   */
  repeat(alertId: string, toldMs: number, nowMs: number): Judged<RepeatDecision | null> {
    const waitMs = repeatWaitMs(this.#policy, toldMs, nowMs)
    const untilMs = nowMs + waitMs
    // Most alerts: no further input is needed.
    if (waitMs > 0)
      return judged({ kind: 'hold', reason: 'repeat-interval', untilMs, by: null }, nowMs)
    const shown = this.#shown(alertId)
    // No reminder of what the filter no longer wants, nor of a drill, unless it asks for drills.
    if (shown === undefined || !isOpen(shown) || !isWanted(this.#subscription, shown))
      return { decision: null, againMs: nowMs + againMs }
    const member = { ...this.#makeMember(alertId, shown), newestMs: null }
    const reasons = this.#findReasons(member, this.#listNamers(alertId), shown, nowMs)
    const news = { severity: shown.severity, toldMs, ...reasons }
    return judged(decideRepeat(this.#policy, news, nowMs), nowMs)
  }

  /** What may delay an alert, whether something new waits or not. */
  #findReasons(
    member: StoryMember,
    linked: readonly string[],
    shown: AlertState | undefined,
    nowMs: number
  ): Pick<WaitingNews, 'isAnswered' | 'pagesNobody' | 'duty' | 'cover' | 'silence'> {
    const { watches, silences, projection } = this.#deps
    const { alertId } = member
    const { watch } = this.#policy
    const { subscriptionId } = this.#subscription
    const facts = shown === undefined ? [] : silences.over({ alertId, facts: shown })
    const severity = shown?.severity ?? 'minor'
    /** Whether another subscription would be notified of the alert at some hour, as it sees it. */
    const isWantedBy = (other: SubscriptionRecord) => {
      const seen = projection.alerts.get(alertId)?.at(other.handling)?.state
      const least = other.policy?.minSeverity ?? policyDefaults.minSeverity
      return (
        seen !== undefined &&
        computeRank(seen.severity) >= computeRank(least) &&
        isWanted(other, seen)
      )
    }
    return {
      ...this.#findAnswer(alertId, nowMs),
      duty:
        watch === null ? alwaysOn : watches.decideDuty(watch, subscriptionId, nowMs, isWantedBy),
      cover: findCover(member, linked, other => this.#toldAlert(other)),
      silence: findLongest(facts, { severity, subscriptionId, atMs: nowMs })
    }
  }

  /**
   * By what the subscriber may know: also answers of its own or of another subscription on its
   * roster, since the last page and until the stated end. An alert that paged no one needs no
   * answer.
   */
  #findAnswer(alertId: string, nowMs: number): Pick<WaitingNews, 'isAnswered' | 'pagesNobody'> {
    const { watches, projection, control } = this.#deps
    const { handling, subscriptionId } = this.#subscription
    const { watch } = this.#policy
    const alert = projection.alerts.get(alertId)?.at(handling) ?? null
    if (alert === null) return { isAnswered: true }
    const { state, calls } = alert
    const call = calls.calls.at(-1)
    if (call === undefined)
      return { isAnswered: true, pagesNobody: state.operator.acknowledgedBy === null }
    if (!isUnacknowledged(calls, state.operator)) return { isAnswered: true }
    const isOurs = (id: string) =>
      id === subscriptionId || (watch !== null && watches.isServed(watch, id))
    // Null: the theatre has no time yet.
    const isReplay = control.state.theatres.get(state.theatre)?.clock === 'replay'
    const replayTime = isReplay ? projection.clocks.nowIn(state.theatre) : null
    const isAnswered = isWithSubscriber(alert.answers, isOurs, {
      sinceMs: lastPageMs(call),
      nowMs: replayTime === null ? nowMs : Date.parse(replayTime)
    })
    return { isAnswered }
  }

  #findEnding({ alertId, closes, eventType }: Delivery): WaitingNews['ending'] {
    if (closes !== true) return null
    const status = this.#shown(alertId)?.status
    // For an evicted alert only this event is known: if it may be a retraction, it is sent as one.
    if (status === undefined) return isResolution(eventType) ? 'resolved' : 'retracted'
    return status === 'retracted' ? 'retracted' : 'resolved'
  }

  #toldAlert(alertId: string): ToldAlert | null {
    const { accepted } = this.#deliveries.findTrace(alertId)
    if (accepted === null || accepted.isOver === true) return null
    const shown = this.#shown(alertId)
    const { partOf, severity: severityNow } = this.#makeMember(alertId, shown)
    const stands = shown !== undefined && isOpen(shown)
    return { toldMs: accepted.atMs, partOf, severity: accepted.severity, severityNow, stands }
  }

  #shown(alertId: string): AlertState | undefined {
    return this.#deps.projection.alerts.get(alertId)?.at(this.#subscription.handling)?.state
  }

  /** An alert as a member of its story, as the subscriber sees it. */
  #makeMember(alertId: string, shown: AlertState | undefined): Omit<StoryMember, 'newestMs'> {
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
    return [...(this.#namedBy.get(alertId) ?? [])].filter(other => {
      const shown = this.#shown(other)
      return shown !== undefined && listNames(this.#makeMember(other, shown)).includes(alertId)
    })
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

function judged<D extends NotificationDecision | RepeatDecision | null>(
  decision: D,
  nowMs: number
): Judged<D> {
  if (decision?.kind !== 'hold') return { decision, againMs: null }
  const { reason, untilMs } = decision
  const soonMs = Math.min(nowMs + againMs, untilMs ?? Number.POSITIVE_INFINITY)
  return { decision, againMs: changeable.has(reason) ? soonMs : untilMs }
}
