// Applies the policy of a subscription to its waiting deliveries. Gathers the input of the decision:
// the present alerts, earlier notifications, rosters and active silences.

import { type AlertState, isEnding, isOpen, isResolution } from '@tocsin/contracts/alert/alert'
import { matchesFilter } from '@tocsin/contracts/alert/alert-filter'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { policyDefaults } from '@tocsin/contracts/subscription/notification-policy'
import type { HoldReason } from '@tocsin/contracts/subscription/notification-words'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { isUnacknowledged, lastPageMs } from '../alerts/alert-calls.ts'
import type { Projection } from '../alerts/projection.ts'
import { isUnaskedDrill } from '../alerts/record-judging.ts'
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
  type SentAlert,
  type StoryMember
} from './notification-decision.ts'
import { alwaysOn, type Rosters } from './rosters.ts'
import { type ActiveSilences, findLongest } from './silences.ts'
import type { SubscriptionDeliveries } from './subscription-deliveries.ts'

export interface JudgeDeps extends Pick<ServiceDeps, 'control'> {
  readonly projection: Projection
  readonly rosters: Rosters
  readonly silences: ActiveSilences
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

export type PolicyJudge = NonNullable<ReturnType<typeof createPolicyJudge>>

/** The judge of a subscription; null if it has no policy, or none that applies in its order. */
export function createPolicyJudge(
  { projection, rosters, silences, control }: JudgeDeps,
  subscription: SubscriptionRecord,
  deliveries: SubscriptionDeliveries
) {
  const { subscriptionId, handling, order } = subscription
  if (!subscription.policy || order === 'strict') return null
  const policy = { ...policyDefaults, ...subscription.policy }
  const { watch: roster } = policy
  /** Alerts that named an alert as of their story, now or before. */
  const namedBy = new Map<string, Set<string>>()

  const findAlert = (alertId: string) => projection.alerts.get(alertId)?.at(handling) ?? null

  /** An alert as a member of its story, as the subscriber sees it. */
  const makeMember = (alertId: string): Omit<StoryMember, 'newestMs'> => {
    const shown = findAlert(alertId)?.state
    if (shown === undefined) return { alertId, severity: 'minor', partOf: null, references: [] }
    const partOf = projection.alerts.findParent(handling, shown)
    return { alertId, severity: shown.severity, partOf, references: shown.references }
  }
  const note = (member: Omit<StoryMember, 'newestMs'>) => {
    for (const other of listNames(member))
      namedBy.set(other, (namedBy.get(other) ?? new Set()).add(member.alertId))
  }
  // Any alert that the subscription knows may belong to a story.
  for (const { alertId } of deliveries.table.listAlerts()) note(makeMember(alertId))
  /** Those that name it now. */
  const listNamers = (alertId: string) =>
    [...(namedBy.get(alertId) ?? [])].filter(other =>
      listNames(makeMember(other)).includes(alertId)
    )

  const findSent = (alertId: string): SentAlert | null => {
    const { accepted } = deliveries.findTrace(alertId)
    if (accepted === null || accepted.isOver === true) return null
    const { partOf, severity: severityNow } = makeMember(alertId)
    const shown = findAlert(alertId)
    const stands = shown !== null && isOpen(shown.state)
    return { toldMs: accepted.atMs, partOf, severity: accepted.severity, severityNow, stands }
  }

  /** Whether another subscription would be notified of the alert at some hour, as it sees it. */
  const isWantedBy = (other: SubscriptionRecord, alertId: string) => {
    const seen = projection.alerts.get(alertId)?.at(other.handling)?.state
    const least = computeRank(other.policy?.minSeverity ?? policyDefaults.minSeverity)
    return seen !== undefined && computeRank(seen.severity) >= least && isWanted(other, seen)
  }

  /**
   * By what the subscriber may know: also answers of its own or of another subscription on its
   * roster, since the last page and until the stated end. An alert that paged no one needs no
   * answer.
   */
  const findAnswer = (
    alertId: string,
    nowMs: number
  ): Pick<AlertNews, 'isAnswered' | 'pagesNobody'> => {
    const alert = findAlert(alertId)
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

  /** Decides with what may delay an alert, whether something new waits or not. */
  const judge = (
    member: StoryMember,
    linked: readonly string[],
    news: Pick<AlertNews, 'waiting' | 'told'>,
    nowMs: number
  ): Judged<NotificationDecision> => {
    const { alertId, severity } = member
    const facts = findAlert(alertId)?.state
    const over = facts === undefined ? [] : silences.over({ alertId, facts })
    const duty =
      roster === null
        ? alwaysOn
        : rosters.decideDuty(roster, subscriptionId, nowMs, other => isWantedBy(other, alertId))
    const known = {
      ...{ ...findAnswer(alertId, nowMs), severity, duty },
      cover: findCover(member, linked, findSent),
      silence: findLongest(over, { severity, subscriptionId, atMs: nowMs })
    }
    const decision = decideNotification(policy, { ...news, ...known }, nowMs)
    if (decision.kind !== 'hold') return { decision, againMs: null }
    const { reason, untilMs } = decision
    const soonMs = Math.min(nowMs + againMs, untilMs ?? Number.POSITIVE_INFINITY)
    return { decision, againMs: changeable.has(reason) ? soonMs : untilMs }
  }

  return {
    /** Whether it repeats anything at all. */
    repeats: policy.repeatMinutes > 0,

    /** Decides on the newest event of an alert. */
    decide(delivery: Delivery, nowMs: number): Judged<NotificationDecision> {
      const { alertId, severity = 'moderate', plannedAt, eventType, closes } = delivery
      const newestMs = Date.parse(plannedAt)
      const member = { ...makeMember(alertId), severity, newestMs }
      note(member)
      const linked = listNamers(alertId)
      const own = deliveries.findTrace(alertId)
      const status = findAlert(alertId)?.state.status
      // For an evicted alert only this event is known: if it may be a retraction, it is sent as one.
      const isRetracted = status === undefined ? !isResolution(eventType) : status === 'retracted'
      const ending = closes !== true ? null : isRetracted ? 'retracted' : 'resolved'
      const sinceMs = own.unheardSinceMs ?? newestMs
      const unheard = [...listNames(member), ...linked]
        .map(each => deliveries.findTrace(each))
        .flatMap(({ sent, unheardSinceMs }) => (sent === 0 ? (unheardSinceMs ?? []) : []))
      // An event that was tried and never accepted may have been received: its end is sent.
      const mayBeTold = own.accepted === null && own.sent !== 0 && ending !== null
      const waiting = {
        ...({ ending, sinceMs, newestMs, isBegun: own.isBegun } as const),
        isAfterEnd: ending !== null && !isEnding(eventType),
        groupSinceMs: Math.min(sinceMs, ...unheard)
      }
      const told = mayBeTold ? { atMs: Number.NEGATIVE_INFINITY, severity } : own.accepted
      return judge(member, linked, { waiting, told }, nowMs)
    },

    /**
     * Whether a reminder is sent for an alert without waiting events that was last notified at a
     * time, ms; null: none is, in its present state or so soon.
     */
    repeat(alertId: string, toldMs: number, nowMs: number): Judged<NotificationDecision | null> {
      const waitMs = computeRepeatWait(policy, toldMs, nowMs)
      // Most alerts: no further input is needed.
      if (waitMs > 0) return { decision: null, againMs: nowMs + waitMs }
      const shown = findAlert(alertId)?.state
      // No reminder of what the filter no longer wants, nor of a drill, unless it asks for drills.
      if (shown === undefined || !isOpen(shown) || !isWanted(subscription, shown))
        return { decision: null, againMs: nowMs + againMs }
      const told = { atMs: toldMs, severity: shown.severity }
      const member = { ...makeMember(alertId), newestMs: null }
      return judge(member, listNamers(alertId), { waiting: null, told }, nowMs)
    }
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
