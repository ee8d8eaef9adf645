// Applies a subscription's policy to what waits for it: gathers the input of the domain's decision,
// from the alerts as they are now, what the subscriber was notified of, and the active silences.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { isEnding, isOpen, isResolution } from '@tocsin/contracts/alert/alert'
import { type FilterFacts, matchesFilter } from '@tocsin/contracts/alert/alert-filter'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import {
  type NotificationPolicy,
  policyDefaults
} from '@tocsin/contracts/subscription/notification-policy'
import type { HoldReason } from '@tocsin/contracts/subscription/notification-words'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { isUnacknowledged, lastPageMs } from '../alerts/alert-calls.ts'
import type { AlertEntry } from '../alerts/alert-entry.ts'
import { isUnaskedDrill } from '../alerts/audience.ts'
import type { Projection } from '../alerts/projection.ts'
import { isWithSubscriber } from '../alerts/subscriber-calls.ts'
import type { AlertTrace } from './alert-trace.ts'
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
import { findLongest, type HoldingSilence, type Silence } from './silence.ts'
import { findCover, listNames, type StoryMember } from './story-cover.ts'
import { alwaysOn, type Duty } from './watch.ts'
import type { WatchBook } from './watch-book.ts'

export type JudgedAlert = Pick<AlertEntry, 'at'>

export interface PolicyJudgeDeps {
  readonly subscription: Pick<SubscriptionRecord, 'subscriptionId' | 'handling'> &
    Partial<Pick<SubscriptionRecord, 'filter' | 'theatres'>>
  readonly policy: NotificationPolicy
  readonly alerts: {
    get(alertId: string): JudgedAlert | undefined
    findParent(level: Handling, alert: AlertState): string | null
  }
  /**
   * The current time in a theatre, ISO 8601, if that is not the clock on the wall; by default it
   * is.
   */
  readonly replayTimeIn?: (theatre: string) => string | null
  /** Without it every roster counts as unstaffed. */
  readonly watches?: Pick<WatchBook, 'decideDuty' | 'isServed'>
  /** Active silences that are for an alert; none by default. */
  readonly silences?: { over(alert: SilencedAlert): readonly Silence[] }
  /** Alerts that the subscription knows: any may belong to a story. */
  readonly known: Iterable<string>
}

interface SilencedAlert {
  readonly alertId: string
  readonly facts: FilterFacts
}

/** The judge of a subscription; null if it has no policy, or none that applies in its order. */
export function createPolicyJudge(
  subscription: SubscriptionRecord,
  deps: Omit<PolicyJudgeDeps, 'subscription' | 'policy'>
): PolicyJudge | null {
  const { policy, order } = subscription
  if (policy === undefined || policy === null || order === 'strict') return null
  return new PolicyJudge({ ...deps, subscription, policy: { ...policyDefaults, ...policy } })
}

/**
 * The current time of a theatre that replays, ISO 8601; null: it is on the wall clock, or has no
 * time yet.
 */
export function findReplayTime({
  control,
  projection
}: Pick<ServiceDeps, 'control'> & { readonly projection: Pick<Projection, 'clocks'> }): (
  theatre: string
) => string | null {
  const isReplay = (theatre: string) => control.state.theatres.get(theatre)?.clock === 'replay'
  return theatre => (isReplay(theatre) ? projection.clocks.nowIn(theatre) : null)
}

/**
 * These also end when another alert, a silence, a watch or an answer changes, without an event
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

type TraceOf = (alertId: string) => AlertTrace

export class PolicyJudge {
  readonly #deps: PolicyJudgeDeps
  /** Alerts that named an alert as of their story, now or before. */
  readonly #namedBy = new Map<string, Set<string>>()

  constructor(deps: PolicyJudgeDeps) {
    this.#deps = deps
    for (const alertId of deps.known) {
      const shown = this.#shown(alertId)
      if (shown !== undefined) this.#note(this.#makeMember(alertId, shown))
    }
  }

  /**
   * Decides on the newest event of an alert. `traceOf`: what the subscriber was notified of for this
   * and for other alerts; whether it is sent may depend on those.
   */
  decide(delivery: Delivery, traceOf: TraceOf, nowMs: number): Judged<NotificationDecision> {
    const news = this.#makeNews(delivery, traceOf, nowMs)
    return judged(decideNotification(this.#deps.policy, news, nowMs), nowMs)
  }

  /** Whether it repeats anything at all. */
  get repeats(): boolean {
    return this.#deps.policy.repeatMinutes > 0
  }

  /**
   * Whether a reminder is sent for an alert without waiting events that was last notified at a
   * time, ms; null: none is, in its present state.
   */
  repeat(
    alertId: string,
    toldMs: number,
    traceOf: TraceOf,
    nowMs: number
  ): Judged<RepeatDecision | null> {
    const { policy } = this.#deps
    const waitMs = repeatWaitMs(policy, toldMs, nowMs)
    // Most alerts: no further input is needed.
    if (waitMs > 0)
      return judged(
        { kind: 'hold', reason: 'repeat-interval', untilMs: nowMs + waitMs, by: null } as const,
        nowMs
      )
    const shown = this.#shown(alertId)
    if (shown === undefined || !isOpen(shown) || !this.#isWanted(shown))
      return { decision: null, againMs: nowMs + againMs }
    const { severity } = shown
    const linked = this.#listNamers(alertId)
    const member = { ...this.#makeMember(alertId, shown), newestMs: null }
    const news = {
      ...{ severity, toldMs, ...this.#answerTo(alertId, nowMs) },
      duty: this.#dutyFor(alertId, nowMs),
      cover: findCover(member, linked, other => this.#toldAlert(other, traceOf)),
      silence: this.#silenceOver({ alertId, facts: shown }, nowMs)
    }
    return judged(decideRepeat(policy, news, nowMs), nowMs)
  }

  /**
   * No reminder of what its filter no longer wants, nor of a drill, except to a subscriber that
   * asked for drills.
   */
  #isWanted(shown: FilterFacts): boolean {
    const { filter, theatres = '*' } = this.#deps.subscription
    const isThere = theatres === '*' || theatres.includes(shown.theatre)
    return (
      isThere &&
      (filter === undefined || (matchesFilter(filter, shown) && !isUnaskedDrill(shown, filter)))
    )
  }

  #makeNews(delivery: Delivery, traceOf: TraceOf, nowMs: number): WaitingNews {
    const { alertId, severity = 'moderate', plannedAt } = delivery
    const shown = this.#shown(alertId)
    const member = { ...this.#makeMember(alertId, shown), severity }
    this.#note(member)
    const linked = this.#listNamers(alertId)
    const own = traceOf(alertId)
    const ending = this.#findEnding(delivery)
    const unheard = [...listNames(member), ...linked].map(traceOf).filter(({ sent }) => sent === 0)
    const since = unheard.flatMap(({ unheardSinceMs }) => unheardSinceMs ?? [])
    const newestMs = Date.parse(plannedAt)
    const sinceMs = own.unheardSinceMs ?? newestMs
    return {
      ...{ severity, ending, sinceMs },
      isAfterEnd: ending !== null && !isEnding(delivery.eventType),
      groupSinceMs: Math.min(sinceMs, ...since),
      newestMs,
      told: this.#readTold(own, severity, ending),
      isBegun: own.isBegun,
      ...this.#answerTo(alertId, nowMs),
      duty: this.#dutyFor(alertId, nowMs),
      cover: findCover({ ...member, newestMs }, linked, other => this.#toldAlert(other, traceOf)),
      silence: shown === undefined ? null : this.#silenceOver({ alertId, facts: shown }, nowMs)
    }
  }

  #silenceOver(alert: SilencedAlert, atMs: number): HoldingSilence | null {
    const { subscriptionId } = this.#deps.subscription
    const silences = this.#deps.silences?.over(alert) ?? []
    return findLongest(silences, { severity: alert.facts.severity, subscriptionId, atMs })
  }

  /**
   * By what the subscriber may know: also answers of its own or of another subscription on its
   * roster, since the last page and until the stated end. An alert that paged no one needs no
   * answer.
   */
  #answerTo(alertId: string, nowMs: number): Pick<WaitingNews, 'isAnswered' | 'pagesNobody'> {
    const { subscription, policy, watches, alerts, replayTimeIn } = this.#deps
    const { handling, subscriptionId } = subscription
    const alert = alerts.get(alertId)?.at(handling) ?? null
    if (alert === null) return { isAnswered: true }
    const { state, calls } = alert
    const call = calls.calls.at(-1)
    if (call === undefined)
      return { isAnswered: true, pagesNobody: state.operator.acknowledgedBy === null }
    if (!isUnacknowledged(calls, state.operator)) return { isAnswered: true }
    const isLine = (id: string) =>
      policy.watch !== null && watches?.isServed(policy.watch, id) === true
    const replayTime = replayTimeIn?.(state.theatre) ?? null
    const isAnswered = isWithSubscriber(alert.answers, id => id === subscriptionId || isLine(id), {
      sinceMs: lastPageMs(call),
      nowMs: replayTime === null ? nowMs : Date.parse(replayTime)
    })
    return { isAnswered }
  }

  #dutyFor(alertId: string, nowMs: number): Duty {
    const { policy, watches, subscription } = this.#deps
    if (policy.watch === null || watches === undefined) return alwaysOn
    return watches.decideDuty(policy.watch, subscription.subscriptionId, nowMs, other =>
      this.#isWantedBy(other, alertId)
    )
  }

  /** Whether another subscription would be notified of the alert at some hour, as it sees it. */
  #isWantedBy(
    { handling, theatres, filter, policy }: SubscriptionRecord,
    alertId: string
  ): boolean {
    const facts = this.#deps.alerts.get(alertId)?.at(handling)?.state
    if (facts === undefined || (theatres !== '*' && !theatres.includes(facts.theatre))) return false
    const least = policy?.minSeverity ?? policyDefaults.minSeverity
    return (
      computeRank(facts.severity) >= computeRank(least) &&
      !isUnaskedDrill(facts, filter) &&
      matchesFilter(filter, facts)
    )
  }

  /** An event that was tried and never accepted may have been received: its end is sent. */
  #readTold(
    trace: AlertTrace,
    severity: WaitingNews['severity'],
    ending: WaitingNews['ending']
  ): WaitingNews['told'] {
    if (trace.accepted !== null || trace.sent === 0 || ending === null) return trace.accepted
    return { atMs: Number.NEGATIVE_INFINITY, severity }
  }

  #findEnding({ alertId, closes, eventType }: Delivery): WaitingNews['ending'] {
    if (closes !== true) return null
    const status = this.#deps.alerts.get(alertId)?.at(this.#deps.subscription.handling)
      ?.state.status
    // For an evicted alert only this event is known: if it may be a retraction, it is sent as one.
    if (status === undefined) return isResolution(eventType) ? 'resolved' : 'retracted'
    return status === 'retracted' ? 'retracted' : 'resolved'
  }

  #toldAlert(alertId: string, traceOf: TraceOf): ReturnType<Parameters<typeof findCover>[2]> {
    const { accepted } = traceOf(alertId)
    if (accepted === null || accepted.isOver === true) return null
    const shown = this.#shown(alertId)
    const stands = shown !== undefined && isOpen(shown)
    const { partOf, severity: severityNow } = this.#makeMember(alertId, shown)
    return { toldMs: accepted.atMs, partOf, severity: accepted.severity, severityNow, stands }
  }

  #shown(alertId: string) {
    return this.#deps.alerts.get(alertId)?.at(this.#deps.subscription.handling)?.state
  }

  /** An alert as a member of its story, as the subscriber sees it. */
  #makeMember(alertId: string, shown: AlertState | undefined): Omit<StoryMember, 'newestMs'> {
    const { alerts, subscription } = this.#deps
    const partOf = shown === undefined ? null : alerts.findParent(subscription.handling, shown)
    return {
      alertId,
      severity: shown?.severity ?? 'minor',
      partOf,
      references: shown?.references ?? []
    }
  }

  #note(member: Pick<StoryMember, 'alertId' | 'partOf' | 'references'>): void {
    for (const other of listNames(member)) {
      const known = this.#namedBy.get(other) ?? new Set()
      this.#namedBy.set(other, known.add(member.alertId))
    }
  }

  /** Those that name it now. */
  #listNamers(alertId: string): readonly string[] {
    const noted = this.#namedBy.get(alertId)
    if (noted === undefined) return []
    for (const other of noted) {
      const shown = this.#shown(other)
      if (shown === undefined || !listNames(this.#makeMember(other, shown)).includes(alertId))
        noted.delete(other)
    }
    if (noted.size === 0) this.#namedBy.delete(alertId)
    return [...noted]
  }
}

function judged<D extends NotificationDecision | RepeatDecision | null>(
  decision: D,
  nowMs: number
): Judged<D> {
  if (decision?.kind !== 'hold') return { decision, againMs: null }
  const { reason, untilMs } = decision
  const isChangeable = reason !== 'repeat-interval' && changeable.has(reason)
  const soonMs = Math.min(nowMs + againMs, untilMs ?? Number.POSITIVE_INFINITY)
  return { decision, againMs: isChangeable ? soonMs : untilMs }
}
