// Whether a subscriber is notified of an alert now. One decision from what is known: the policy,
// what waits for the alert, earlier notifications, and the time. There is no other state, so that
// the decision is the same after a crash, or on another instance. Pure.

import type { NotificationPolicy } from '@tocsin/contracts/subscription/notification-policy'
import type {
  HoldReason,
  MuteReason,
  SendReason,
  ShownHoldReason
} from '@tocsin/contracts/subscription/notification-words'
import { quietUntilMs } from '@tocsin/contracts/subscription/quiet-hours'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import type { Duty } from './rosters.ts'

/**
 * Why something waited, for the subscriber that gets it in the end. Others were to answer it first:
 * that one did, and released it again, may be internal. Without that answer it would have waited
 * for an earlier step. Pure.
 */
export function showHoldReason(reason: HoldReason): ShownHoldReason {
  return reason === 'answered' ? 'earlier-line' : reason
}

/** What waits of an alert for one subscriber. */
interface WaitingNews {
  /** How the alert ended for the subscriber; null: it has not ended. */
  readonly ending: 'resolved' | 'retracted' | null
  /** It came after the end: a comment, a response. Omitted: it is the end, or there is none. */
  readonly isAfterEnd?: boolean
  /** Since when an event waits, ms. */
  readonly sinceMs: number
  /** Since when an unheard event of the alert or its story waits, ms: one group has one wait. */
  readonly groupSinceMs: number
  /** When the newest event came, ms. */
  readonly newestMs: number
  /** What was sent last was neither accepted nor given up: the subscriber may have it or not. */
  readonly isBegun?: boolean
}

export interface AlertNews {
  readonly severity: Severity
  /** Null: nothing new. A reminder is decided, of an open alert that was notified. */
  readonly waiting: WaitingNews | null
  /** The last notification; null: none. `isOver`: the alert has ended since for the subscriber. */
  readonly told: {
    readonly atMs: number
    readonly severity: Severity
    readonly isOver?: true
  } | null
  /** A notified alert in the same story that has not ended and is as grave; null: there is none. */
  readonly cover: StoryCover | null
  /** Somebody has answered it, by what the subscriber may know, or it needs no answer. */
  readonly isAnswered: boolean
  /** It needs no answer: it paged no one. Omitted: it paged people, or was answered. */
  readonly pagesNobody?: boolean
  /** By the roster of the policy. */
  readonly duty: Duty
  /** Of the silences that delay it the one that ends last; null: there is none. */
  readonly silence: { readonly id: string; readonly endsMs: number } | null
}

export type NotificationDecision =
  | { readonly kind: 'send'; readonly reason: SendReason }
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

/**
 * Decided again whenever an input changes, and when `untilMs` is reached. Whether a reminder is due:
 * `computeRepeatWait`. Pure.
 */
export function decideNotification(
  policy: NotificationPolicy,
  news: AlertNews,
  nowMs: number
): NotificationDecision {
  const { severity, told, waiting, silence, duty } = news
  const ending = waiting?.ending ?? null
  // Open again: a subscriber that believes it over knows no more than one that was never notified.
  const isFirst = waiting !== null && (told === null || (told.isOver === true && ending === null))
  // An alert that is over has an end to send, even if it became graver meanwhile.
  const isGraver =
    told !== null && ending === null && computeRank(severity) > computeRank(told.severity)
  const isKnownOver = waiting?.isAfterEnd === true && told?.isOver === true
  if (ending !== null) {
    if (told === null) return { kind: 'mute', reason: 'ended-unheard' }
    // A notified subscriber must learn that the alert was wrong, at any hour: once.
    if (ending === 'retracted' && !isKnownOver) return send('retracted')
    if (ending === 'resolved' && !policy.endings)
      return { kind: 'mute', reason: 'endings-unwanted' }
  }
  // A delivery that was begun continues, in its present state: what came meanwhile replaces it, and
  // must not delay it.
  if (waiting?.isBegun === true && ending === null)
    return send(isFirst ? 'first' : isGraver ? 'graver' : 'update')
  if (waiting === null && news.isAnswered) return hold(answeredHold(news))
  if (silence !== null) return hold('silenced', silence.endsMs, silence.id)
  // Changes of notified alerts are sent at any severity.
  if ((isFirst || waiting === null) && computeRank(severity) < computeRank(policy.minSeverity))
    return hold('below-minimum')
  if (!duty.isOn) return hold('off-watch', duty.untilMs)
  const { quietHours } = policy
  const quietMs =
    quietHours === null || severity === 'extreme' ? null : quietUntilMs(quietHours, nowMs)
  if (quietMs !== null) return hold('quiet-hours', quietMs)
  const covered = holdInStory(policy, news, nowMs)
  if (covered !== null) return covered
  if (waiting === null) return send('repeat')
  /** What is left of a wait in the policy, as a hold. */
  const wait = (reason: HoldReason, sinceMs: number, minutes: number) => {
    const waitMs = computeRest(sinceMs, minutes * 60_000, nowMs)
    return waitMs > 0 ? hold(reason, nowMs + waitMs) : null
  }
  if (isFirst) {
    const { unansweredMinutes, groupWaitSeconds } = policy
    // A later step is notified if no one has answered in time, and at once when an answer lapses.
    if (unansweredMinutes > 0 && news.isAnswered) return hold(answeredHold(news))
    const [{ sinceMs, groupSinceMs }, groupMinutes] = [waiting, groupWaitSeconds / 60]
    return (
      (unansweredMinutes > 0 ? wait('earlier-line', sinceMs, unansweredMinutes) : null) ??
      (severity === 'extreme' ? null : wait('group-wait', groupSinceMs, groupMinutes)) ??
      send('first')
    )
  }
  if (isGraver) return send('graver')
  return (
    wait('update-interval', told?.atMs ?? 0, policy.updateMinutes) ??
    send(ending === null || isKnownOver ? 'update' : 'ended')
  )
}

function send(reason: SendReason): NotificationDecision {
  return { kind: 'send', reason }
}

function hold(reason: HoldReason, untilMs: number | null = null, by: string | null = null) {
  return { kind: 'hold', reason, untilMs, by } as const
}

/** An alert that paged no one has no answer either: the reason shows that. */
function answeredHold({ pagesNobody }: AlertNews): HoldReason {
  return pagesNobody === true ? 'pages-nobody' : 'answered'
}

/**
 * How long after a notification there is no reminder, ms; 0 or less: one is due. Counts from the
 * last notification only: after a long stop, or a clock that was set, there is one reminder at most,
 * never those that were missed.
 */
export function computeRepeatWait(
  { repeatMinutes }: NotificationPolicy,
  toldMs: number,
  nowMs: number
): number {
  return computeRest(toldMs, repeatMinutes * 60_000, nowMs)
}

/**
 * How long after the newest event of an alert another alert in its story may be sent for the same
 * news, ms.
 */
export const storyGraceMs = 60_000

/**
 * Any notified alert in its story covers a reminder. The end of a notified alert is sent, whichever
 * alerts of its story are open. An alert that is as grave covers an event only if it was sent since.
 * If it was not, the event waits no longer than the story's least interval, and a newly extreme one
 * not at all: a new attack must not stay silent because of an old one.
 */
function holdInStory(
  { stories, updateMinutes }: NotificationPolicy,
  { severity, cover, told, waiting }: AlertNews,
  nowMs: number
) {
  if (stories === 'each' || cover === null || (waiting?.ending ?? null) !== null) return null
  if (waiting === null || cover.isGraver || cover.toldMs >= waiting.newestMs)
    return hold('told-in-story', null, cover.alertId)
  const isNewlyExtreme =
    severity === 'extreme' && (told === null || told.isOver === true || told.severity !== 'extreme')
  if (isNewlyExtreme) return null
  const waitMs = Math.max(
    computeRest(waiting.newestMs, storyGraceMs, nowMs),
    computeRest(cover.toldMs, updateMinutes * 60_000 + storyGraceMs, nowMs)
  )
  return waitMs > 0 ? hold('told-in-story', nowMs + waitMs, cover.alertId) : null
}

/** By how much clocks of instances may differ, ms. */
const clocksApartMs = 5_000

/**
 * The rest of a wait. One that began in the future began before a clock was set back: it is over,
 * since a rest that is counted from each decision would never end.
 */
function computeRest(sinceMs: number, waitMs: number, nowMs: number): number {
  return sinceMs - nowMs > clocksApartMs ? 0 : sinceMs + waitMs - nowMs
}

export function computeRank(severity: Severity): number {
  return severities.indexOf(severity)
}

/** A notified alert that may cover another in its story. */
interface StoryCover {
  readonly alertId: string
  /**
   * It is graver than the other: until its own end it covers the other. One that is as grave does
   * if it was notified since.
   */
  readonly isGraver: boolean
  /** When it was last notified, ms. */
  readonly toldMs: number
}

/** The state of a notified alert. */
export interface SentAlert {
  /** When it was last notified, ms. */
  readonly toldMs: number
  readonly partOf: string | null
  readonly severity: Severity
  /** Neither closed nor out of the subscriber's view. */
  readonly stands: boolean
  /** As it is now: an alert that sank covers less. */
  readonly severityNow: Severity
}

/** An alert of a story: one is within the other, or they rest on the same reports. */
export interface StoryMember {
  readonly alertId: string
  /** When the newest waiting event came, ms; null: none waits. */
  readonly newestMs: number | null
  readonly severity: Severity
  readonly partOf: string | null
  /** Alerts that this one shares reports with. */
  readonly references: readonly string[]
}

/** Alerts that an alert names as in its story. */
export function listNames({
  partOf,
  references
}: Pick<StoryMember, 'partOf' | 'references'>): readonly string[] {
  return partOf === null ? references : [partOf, ...references]
}

/**
 * The alert that covers this one: a graver one, or else the last notified among those as grave;
 * null if none does. `told`: what the subscriber was notified of for an alert, null if not
 * notified. `linkedTo`: alerts that name this one as in their story. If two were notified and are
 * as grave, one covers the other if it was notified since the other's newest event. If it was not,
 * only one covers the other, since each would wait for the other: the whole covers its part, and
 * among others the lesser id.
 */
export function findCover(
  member: StoryMember,
  linkedTo: Iterable<string>,
  told: (alertId: string) => SentAlert | null
): StoryCover | null {
  const { alertId, severity, newestMs, partOf } = member
  const story = new Set([...listNames(member), ...linkedTo])
  story.delete(alertId)
  const isTold = told(alertId) !== null
  let cover: StoryCover | null = null
  for (const other of story) {
    const known = told(other)
    if (!known?.stands) continue
    const { toldMs } = known
    const graver =
      Math.min(computeRank(known.severity), computeRank(known.severityNow)) - computeRank(severity)
    if (graver > 0) return { alertId: other, toldMs, isGraver: true }
    const isBefore = partOf === other || (known.partOf !== alertId && other < alertId)
    const covers =
      graver === 0 && (!isTold || (newestMs !== null && toldMs >= newestMs) || isBefore)
    if (covers && toldMs > (cover?.toldMs ?? Number.NEGATIVE_INFINITY))
      cover = { alertId: other, toldMs, isGraver: false }
  }
  return cover
}
