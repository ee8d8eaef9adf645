// Whether a subscriber is told of an alert now. One decision from what is known: the policy, what
// waits of the alert, what was told of it before, and the time. Nothing else is remembered, so that
// after a crash, or on another instance, the same is decided. Pure.

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
 * Why something waited, for who gets it in the end. Others were to answer it first: that one of
 * them did, and let go of it again, may be internal. What an answer holds would have waited for an
 * earlier line without it. Pure.
 */
export function heldAsTold(reason: HoldReason): ToldHoldReason {
  return reason === 'answered' ? 'earlier-line' : reason
}

/** An alert that was told and may speak for another of its story. */
export interface StoryCover {
  readonly alertId: string
  /**
   * It is graver than the other, and speaks for it as long as it stands. One that is as grave does
   * if it was told since.
   */
  readonly isGraver: boolean
  /** When it was told last, ms. */
  readonly toldMs: number
}

/** What waits of an alert for one subscriber. */
export interface WaitingNews {
  readonly severity: Severity
  /** How the alert ended for the subscriber; null while it stands. */
  readonly ending: 'resolved' | 'retracted' | 'left-view' | null
  /**
   * What waits came after the end: a comment, a response. Left out: it is the end itself, or the
   * alert stands.
   */
  readonly isAfterEnd?: boolean
  /** Since when something of it waits, ms. */
  readonly sinceMs: number
  /**
   * Since when something of it or of its story, unheard as yet, waits, ms: one group has one wait.
   */
  readonly groupSinceMs: number
  /** When the newest of it came, ms. */
  readonly newestMs: number
  /** What was told of it last; null: nothing. `isOver`: it has ended since for the subscriber. */
  readonly told: {
    readonly atMs: number
    readonly severity: Severity
    readonly isOver?: true
  } | null
  /** What was sent of it last was neither accepted nor given up: they may have it, and may not. */
  readonly isBegun?: boolean
  /** An alert of the same story that stands, was told and is as grave; null: there is none. */
  readonly cover: StoryCover | null
  /** Somebody has answered it, as far as the subscriber may know, or it needs no answer. */
  readonly isAnswered: boolean
  /**
   * It needs no answer: it paged nobody, such as what is new and not grave. Left out: it paged
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
   * `untilMs` null: until something changes. `by`: the silence, or the alert that was told instead.
   */
  | {
      readonly kind: 'hold'
      readonly reason: HoldReason
      readonly untilMs: number | null
      readonly by: string | null
    }
  | { readonly kind: 'mute'; readonly reason: MuteReason }

/** Pure. Decided anew whenever a part of it changes, and when `untilMs` is reached. */
export function decideNotification(
  policy: NotificationPolicy,
  news: WaitingNews,
  nowMs: number
): NotificationDecision {
  const { severity, ending, told } = news
  if (told === null && ending !== null) return { kind: 'mute', reason: 'ended-unheard' }
  const isKnownOver = ending !== null && news.isAfterEnd === true && told?.isOver === true
  // Whoever was told must learn that it was wrong, or is no longer theirs to know, at any hour:
  // once.
  if ((ending === 'retracted' && !isKnownOver) || ending === 'left-view')
    return { kind: 'tell', reason: 'retracted' }
  if (ending === 'resolved' && !policy.endings) return { kind: 'mute', reason: 'endings-unwanted' }
  const isFirst = told === null || isNewAgain(news)
  const isGraver =
    told !== null && ending === null && computeRank(severity) > computeRank(told.severity)
  // What was begun goes on, as it stands by now: what came meanwhile replaces it, and must not keep
  // it back.
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
  // What is over by now has an end to tell, however grave it became meanwhile.
  if (isGraver) return { kind: 'tell', reason: 'graver' }
  const waitMs = leftMs(told.atMs, policy.updateMinutes * 60_000, nowMs)
  if (waitMs > 0) return holding('update-interval', nowMs + waitMs)
  return { kind: 'tell', reason: ending === null || isKnownOver ? 'update' : 'ended' }
}

/** It stands again: who believes that it is over knows no more of it than who was told nothing. */
function isNewAgain({ told, ending }: Pick<WaitingNews, 'told' | 'ending'>): boolean {
  return told?.isOver === true && ending === null
}

/** What was told of an alert once an event of it was told or muted; `ending`: how that ended it. */
export function toldAfter(
  told: WaitingNews['told'],
  ending: WaitingNews['ending']
): WaitingNews['told'] {
  return told === null || ending === null ? told : { ...told, isOver: true }
}

/** An alert that was told and stands, and of which nothing new waits. */
export interface StandingNews
  extends Pick<
    WaitingNews,
    'severity' | 'cover' | 'isAnswered' | 'pagesNobody' | 'duty' | 'silence'
  > {
  /** When it was told last, for the first time or again, ms. */
  readonly toldMs: number
}

export type RepeatDecision =
  | Extract<NotificationDecision, { kind: 'tell' }>
  /** As of what waits; `repeat-interval`: it was told a short while ago. */
  | (Omit<Hold, 'reason'> & { readonly reason: HoldReason | 'repeat-interval' })

/**
 * Whether what nobody has answered is told again now; null: this policy repeats nothing. Pure. It
 * counts from the last telling alone: after a long stop, or a clock that was set, there is one
 * repeat at most, never those that were missed.
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
  // Changes of what was told are told at any severity; only what is grave enough to be told first
  // is told again.
  if (computeRank(news.severity) < computeRank(policy.minSeverity))
    return holding('below-minimum', null)
  const hold =
    silenced(news, nowMs) ??
    offWatch(news) ??
    quiet(policy, news.severity, nowMs) ??
    coveredStanding(policy, news)
  return hold ?? { kind: 'tell', reason: 'repeat' }
}

/** How long what was told at a time is not told again, ms; 0 or less: no longer. */
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

function quiet(
  { quietHours }: Pick<NotificationPolicy, 'quietHours'>,
  severity: Severity,
  nowMs: number
): Hold | null {
  if (quietHours === null || severity === 'extreme') return null
  const untilMs = quietUntilMs(quietHours, nowMs)
  return untilMs === null ? null : holding('quiet-hours', untilMs)
}

function offWatch({ duty }: Pick<WaitingNews, 'duty'>): Hold | null {
  return duty.isOn ? null : holding('off-watch', duty.untilMs)
}

/**
 * A later step is notified of what nobody has answered in time. An answer that lapses lets it go on
 * at once.
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

/** What paged nobody was answered by nobody either: who asks why is told so. */
function answeredHold({ pagesNobody }: Pick<WaitingNews, 'pagesNobody'>): HoldReason {
  return pagesNobody === true ? 'pages-nobody' : 'answered'
}

/** So long after the newest of an alert another of its story may be told of the same, ms. */
export const storyGraceMs = 60_000

/**
 * The end of what was told is told, whatever else of its story stands. One that is as grave speaks
 * for what is new of an alert only if it was told since: else the alert waits for that no longer
 * than the story's least interval, and what is newly extreme not at all. A new attack that nobody
 * was told of must not be silent for the sake of an old one.
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

/** Nothing is new of it: whatever of its story was told speaks for it. */
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
 * What is left of a wait. One that began in the future began before a clock was set back: it is
 * over, since a rest that is counted anew at each decision would never be.
 */
function leftMs(sinceMs: number, waitMs: number, nowMs: number): number {
  return sinceMs - nowMs > clocksApartMs ? 0 : sinceMs + waitMs - nowMs
}

export function computeRank(severity: Severity): number {
  return severities.indexOf(severity)
}
