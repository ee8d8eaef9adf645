// Whether a subscriber is notified of an alert now. One decision from what is known: the policy,
// what waits for the alert, earlier notifications, and the time. There is no other state, so that
// the decision is the same after a crash, or on another instance. Pure.

import type { NotificationPolicy } from '@tocsin/contracts/subscription/notification-policy'
import type {
  HoldReason,
  MuteReason,
  TellReason,
  ToldHoldReason
} from '@tocsin/contracts/subscription/notification-words'
import { quietUntilMs } from '@tocsin/contracts/subscription/quiet-hours'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import type { HoldingSilence } from './silence.ts'
import type { Duty } from './watch.ts'

/**
 * Why something waited, for the subscriber that gets it in the end. Others were to answer it first:
 * that one did, and released it again, may be internal. Without that answer it would have waited
 * for an earlier step. Pure.
 */
export function heldAsTold(reason: HoldReason): ToldHoldReason {
  return reason === 'answered' ? 'earlier-line' : reason
}

/** A notified alert that may cover another in its story. */
export interface StoryCover {
  readonly alertId: string
  /**
   * It is graver than the other: until its own end it covers the other. One that is as grave does
   * if it was notified since.
   */
  readonly isGraver: boolean
  /** When it was last notified, ms. */
  readonly toldMs: number
}

/** What waits of an alert for one subscriber. */
export interface WaitingNews {
  readonly severity: Severity
  /** How the alert ended for the subscriber; null: it has not ended. */
  readonly ending: 'resolved' | 'retracted' | null
  /**
   * What waits came after the end: a comment, a response. Omitted: it is the end itself, or the
   * alert has not ended.
   */
  readonly isAfterEnd?: boolean
  /** Since when an event waits, ms. */
  readonly sinceMs: number
  /** Since when an unheard event of the alert or its story waits, ms: one group has one wait. */
  readonly groupSinceMs: number
  /** When the newest event came, ms. */
  readonly newestMs: number
  /** The last notification; null: none. `isOver`: the alert has ended since for the subscriber. */
  readonly told: {
    readonly atMs: number
    readonly severity: Severity
    readonly isOver?: true
  } | null
  /** What was sent last was neither accepted nor given up: the subscriber may have it or not. */
  readonly isBegun?: boolean
  /** A notified alert in the same story that has not ended and is as grave; null: there is none. */
  readonly cover: StoryCover | null
  /** Somebody has answered it, by what the subscriber may know, or it needs no answer. */
  readonly isAnswered: boolean
  /**
   * It needs no answer: it paged no one, such as a new alert that is not grave. Omitted: it paged
   * people, or was answered.
   */
  readonly pagesNobody?: boolean
  /** By the roster of the policy. */
  readonly duty: Duty
  /** The silence over it that ends last; null: there is none. */
  readonly silence: HoldingSilence | null
}

export type NotificationDecision =
  | { readonly kind: 'tell'; readonly reason: TellReason }
  /**
   * `untilMs` null: until something changes. `by`: the silence, or the alert that was sent instead.
   */
  | {
      readonly kind: 'hold'
      readonly reason: HoldReason
      readonly untilMs: number | null
      readonly by: string | null
    }
  | { readonly kind: 'mute'; readonly reason: MuteReason }

/** Pure. Decided again whenever an input changes, and when `untilMs` is reached. */
export function decideNotification(
  policy: NotificationPolicy,
  news: WaitingNews,
  nowMs: number
): NotificationDecision {
  const { severity, ending, told } = news
  if (told === null && ending !== null) return { kind: 'mute', reason: 'ended-unheard' }
  const isKnownOver = ending !== null && news.isAfterEnd === true && told?.isOver === true
  // A notified subscriber must learn that the alert was wrong, at any hour: once.
  if (ending === 'retracted' && !isKnownOver) return { kind: 'tell', reason: 'retracted' }
  if (ending === 'resolved' && !policy.endings) return { kind: 'mute', reason: 'endings-unwanted' }
  const isFirst = told === null || isNewAgain(news)
  const isGraver =
    told !== null && ending === null && computeRank(severity) > computeRank(told.severity)
  // A delivery that was begun continues, in its present state: what came meanwhile replaces it, and
  // must not delay it.
  if (news.isBegun === true && ending === null)
    return { kind: 'tell', reason: isFirst ? 'first' : isGraver ? 'graver' : 'update' }
  const hold =
    silenced(news, nowMs) ??
    belowMinimum(policy, news) ??
    offWatch(news) ??
    quiet(policy, severity, nowMs) ??
    covered(policy, news, nowMs)
  if (hold !== null) return hold
  if (isFirst)
    return (
      pagingOn(policy, news, nowMs) ??
      groupWait(policy, news, nowMs) ?? { kind: 'tell', reason: 'first' }
    )
  // An alert that is over has an end to send, even if it became graver meanwhile.
  if (isGraver) return { kind: 'tell', reason: 'graver' }
  const waitMs = leftMs(told.atMs, policy.updateMinutes * 60_000, nowMs)
  if (waitMs > 0) return holding('update-interval', nowMs + waitMs)
  return { kind: 'tell', reason: ending === null || isKnownOver ? 'update' : 'ended' }
}

/**
 * It is open again: a subscriber that believes it over knows no more than one that was never
 * notified.
 */
function isNewAgain({ told, ending }: Pick<WaitingNews, 'told' | 'ending'>): boolean {
  return told?.isOver === true && ending === null
}

/** An alert that was notified and has not ended, without a new event waiting. */
export interface StandingNews
  extends Pick<
    WaitingNews,
    'severity' | 'cover' | 'isAnswered' | 'pagesNobody' | 'duty' | 'silence'
  > {
  /** When it was last notified or reminded, ms. */
  readonly toldMs: number
}

export type RepeatDecision =
  | Extract<NotificationDecision, { kind: 'tell' }>
  /** As for waiting events; `repeat-interval`: it was notified a short while ago. */
  | (Omit<Hold, 'reason'> & { readonly reason: HoldReason | 'repeat-interval' })

/**
 * Whether a reminder of an unanswered alert is sent now; null: this policy sends none. Pure. Counts
 * from the last notification only: after a long stop, or a clock that was set, there is one
 * reminder at most, never those that were missed.
 */
export function decideRepeat(
  policy: NotificationPolicy,
  news: StandingNews,
  nowMs: number
): RepeatDecision | null {
  if (policy.repeatMinutes === 0) return null
  const waitMs = repeatWaitMs(policy, news.toldMs, nowMs)
  if (waitMs > 0)
    return { kind: 'hold', reason: 'repeat-interval', untilMs: nowMs + waitMs, by: null }
  if (news.isAnswered) return holding(answeredHold(news), null)
  // Changes of notified alerts are sent at any severity; reminders only of alerts grave enough for
  // a first notification.
  if (computeRank(news.severity) < computeRank(policy.minSeverity))
    return holding('below-minimum', null)
  const hold =
    silenced(news, nowMs) ??
    offWatch(news) ??
    quiet(policy, news.severity, nowMs) ??
    coveredStanding(policy, news)
  return hold ?? { kind: 'tell', reason: 'repeat' }
}

/** How long after a notification there is no reminder, ms; 0 or less: one is allowed. */
export function repeatWaitMs(
  { repeatMinutes }: NotificationPolicy,
  toldMs: number,
  nowMs: number
): number {
  return leftMs(toldMs, repeatMinutes * 60_000, nowMs)
}

type Hold = Extract<NotificationDecision, { kind: 'hold' }>

function holding(reason: HoldReason, untilMs: number | null, by: string | null = null): Hold {
  return { kind: 'hold', reason, untilMs, by }
}

function silenced(
  { severity, silence }: Pick<WaitingNews, 'severity' | 'silence'>,
  nowMs: number
): Hold | null {
  if (silence === null || silence.endsMs <= nowMs) return null
  return severity === 'extreme' && !silence.includesExtreme
    ? null
    : holding('silenced', silence.endsMs, silence.id)
}

function belowMinimum({ minSeverity }: NotificationPolicy, news: WaitingNews): Hold | null {
  const { severity, told } = news
  return (told === null || isNewAgain(news)) && computeRank(severity) < computeRank(minSeverity)
    ? holding('below-minimum', null)
    : null
}

function quiet({ quietHours }: NotificationPolicy, severity: Severity, nowMs: number): Hold | null {
  if (quietHours === null || severity === 'extreme') return null
  const untilMs = quietUntilMs(quietHours, nowMs)
  return untilMs === null ? null : holding('quiet-hours', untilMs)
}

function offWatch({ duty }: Pick<WaitingNews, 'duty'>): Hold | null {
  return duty.isOn ? null : holding('off-watch', duty.untilMs)
}

/**
 * A later step is notified if no one has answered in time. When an answer lapses, the step is
 * notified immediately.
 */
function pagingOn(
  { unansweredMinutes }: NotificationPolicy,
  news: WaitingNews,
  nowMs: number
): Hold | null {
  const afterMs = unansweredMinutes * 60_000
  if (afterMs === 0) return null
  if (news.isAnswered) return holding(answeredHold(news), null)
  const waitMs = leftMs(news.sinceMs, afterMs, nowMs)
  return waitMs > 0 ? holding('earlier-line', nowMs + waitMs) : null
}

/** An alert that paged no one has no answer either: the reason shows that. */
function answeredHold({ pagesNobody }: Pick<WaitingNews, 'pagesNobody'>): HoldReason {
  return pagesNobody === true ? 'pages-nobody' : 'answered'
}

/**
 * How long after the newest event of an alert another alert in its story may be sent for the same
 * news, ms.
 */
export const storyGraceMs = 60_000

/**
 * The end of a notified alert is sent, whichever alerts of its story are open. An alert that is as
 * grave covers an event only if it was sent since. If it was not, the event waits no longer than
 * the story's least interval, and a newly extreme one not at all: a new attack must not stay silent
 * because of an old one.
 */
function covered(
  { stories, updateMinutes }: NotificationPolicy,
  {
    severity,
    cover,
    ending,
    newestMs,
    told
  }: Pick<WaitingNews, 'severity' | 'cover' | 'ending' | 'newestMs' | 'told'>,
  nowMs: number
): Hold | null {
  if (stories === 'each' || cover === null || ending !== null) return null
  if (cover.isGraver || cover.toldMs >= newestMs)
    return holding('told-in-story', null, cover.alertId)
  const isNewlyExtreme =
    severity === 'extreme' && (told === null || told.isOver === true || told.severity !== 'extreme')
  if (isNewlyExtreme) return null
  const waitMs = Math.max(
    leftMs(newestMs, storyGraceMs, nowMs),
    leftMs(cover.toldMs, updateMinutes * 60_000 + storyGraceMs, nowMs)
  )
  return waitMs > 0 ? holding('told-in-story', nowMs + waitMs, cover.alertId) : null
}

/** There is no new event: any notified alert in its story covers it. */
function coveredStanding(
  { stories }: NotificationPolicy,
  { cover }: Pick<StandingNews, 'cover'>
): Hold | null {
  return stories === 'each' || cover === null ? null : holding('told-in-story', null, cover.alertId)
}

function groupWait(
  { groupWaitSeconds }: NotificationPolicy,
  { severity, groupSinceMs }: WaitingNews,
  nowMs: number
): Hold | null {
  if (severity === 'extreme') return null
  const waitMs = leftMs(groupSinceMs, groupWaitSeconds * 1_000, nowMs)
  return waitMs > 0 ? holding('group-wait', nowMs + waitMs) : null
}

/** By how much clocks of instances may differ, ms. */
const clocksApartMs = 5_000

/**
 * The rest of a wait. One that began in the future began before a clock was set back: it is over,
 * since a rest that is counted from each decision would never end.
 */
function leftMs(sinceMs: number, waitMs: number, nowMs: number): number {
  return sinceMs - nowMs > clocksApartMs ? 0 : sinceMs + waitMs - nowMs
}

export function computeRank(severity: Severity): number {
  return severities.indexOf(severity)
}
