// Notices of a subscription other than alert events: its endpoint, at its second address; silences,
// rosters, digests, and unacknowledged alerts. They are folded from the deliveries log; the content
// is fixed before the first attempt, so that a crash repeats it under the same id. When one is sent
// is decided from earlier notices and the time that is passed in. Source: decision 0079.

import type { NoticeState } from '@tocsin/contracts/subscription/endpoint-words'
import type {
  HoldReason,
  SilenceNews,
  WatchNews
} from '@tocsin/contracts/subscription/notification-words'
import type { RetrySchedule } from '@tocsin/contracts/subscription/retry-schedule'
import type {
  NewsAbout,
  NoticeAbout,
  NoticeAttemptedData,
  NoticeNews,
  NoticeRaisedData,
  ReminderHeldData
} from './delivery-record.ts'
import { type EndpointHealth, healthyEndpoint } from './endpoint-health.ts'
import {
  type AttemptOutcome,
  decideRetry,
  jitterShareMax,
  type RetryReason,
  retryAfterMaxMs
} from './retry-policy.ts'

interface Course {
  readonly noticeId: string
  /** When it was raised; ISO 8601. */
  readonly at: string
  readonly attempts: number
  /** No attempt before; null: immediately. */
  readonly nextAt: string | null
  /**
   * Null while it is under way. `overtaken`: an event of the alert was accepted meanwhile and
   * replaces the notice.
   */
  readonly end: Exclude<NoticeAttemptedData['end'], 'dropped'> | 'overtaken'
  /**
   * When the subscriber was last notified, by this or by an event since, ms. Follows the order of
   * the log, not of the clocks.
   */
  readonly toldMs: number
}

/** The newest notice about something. */
export type Notice<A extends NoticeAbout = NoticeAbout> = NewsAbout<A> & Course

/** Why a due reminder is not sent. */
export interface ReminderHold
  extends Omit<ReminderHeldData, 'subscriptionId' | 'sequence' | 'reason'> {
  readonly reason: HoldReason
  /** When that was decided; ISO 8601. */
  readonly at: string
}

/**
 * Silences that are over, and rosters, remembered so that none is notified twice: more than there
 * may be at a time.
 */
const keptMax = 200

export class Notices {
  /** By what they are about, in order of the last notice. */
  readonly #newest = new Map<string, Notice>()
  readonly #holds = new Map<string, ReminderHold>()

  of<A extends NoticeAbout>(about: A, id: string): Notice<A> | null {
    return (this.#newest.get(makeKey({ about, id })) ?? null) as Notice<A> | null
  }

  /** The newest of each, the oldest first. */
  list<A extends NoticeAbout>(about?: A): readonly Notice<A>[] {
    const all = [...this.#newest.values()] as unknown as Notice<A>[]
    return about === undefined ? all : all.filter(each => each.about === about)
  }

  /** What delays reminders. */
  listHolds(): readonly ReminderHold[] {
    return [...this.#holds.values()]
  }

  /**
   * What last delayed the next reminder, since the last notification of the alert; null: it is not
   * delayed.
   */
  findHold(alertId: string): ReminderHold | null {
    return this.#holds.get(alertId) ?? null
  }

  /** An event of the alert was accepted. */
  told(alertId: string, atMs: number): void {
    this.#holds.delete(alertId)
    const known = this.of('alert', alertId)
    if (known !== null) this.#set({ ...known, toldMs: atMs, end: known.end ?? 'overtaken' })
  }

  /** The alert ended for the subscriber, or is no longer known. */
  forget(alertId: string): void {
    this.#newest.delete(makeKey({ about: 'alert', id: alertId }))
    this.#holds.delete(alertId)
  }

  /** Of two that follow one notice the first counts. */
  raised(data: NoticeRaisedData, at: string): void {
    const { previousId, subscriptionId: _, ...news } = data
    if (previousId !== (this.#newest.get(makeKey(news))?.noticeId ?? null)) return
    this.#newest.delete(makeKey(news))
    const toldMs = Date.parse(at)
    this.#set({ ...news, at, attempts: 0, nextAt: null, end: null, toldMs })
    if (news.about === 'alert') this.#holds.delete(news.id)
    this.#keepNewest(({ about, ...each }) => about === 'silence' && isOver(each))
    this.#keepNewest(({ about }) => about === 'watch')
  }

  /** The notice, if it has ended. */
  attempted({ noticeId, attempt, nextAt, end }: NoticeAttemptedData): Notice | null {
    const known = this.#newest.values().find(each => each.noticeId === noticeId)
    if (known === undefined) return null
    if (end === 'dropped') this.#newest.delete(makeKey(known))
    if (end === 'dropped' || known.end !== null || attempt <= known.attempts) return null
    const tried = { ...known, attempts: attempt, nextAt, end }
    this.#set(tried)
    return end === null ? null : tried
  }

  /** Why the next reminder of an alert is delayed, or that the delay is over. */
  held({ alertId, reason, until, by }: ReminderHeldData, at: string): void {
    if (reason === null) this.#holds.delete(alertId)
    else this.#holds.set(alertId, { alertId, reason, until, by, at })
  }

  #set(notice: Notice): void {
    this.#newest.set(makeKey(notice), notice)
  }

  #keepNewest(isOf: (each: Notice) => boolean): void {
    const kept = [...this.#newest.values()].filter(isOf)
    for (const each of kept.slice(0, Math.max(0, kept.length - keptMax)))
      this.#newest.delete(makeKey(each))
  }

  clear(): void {
    this.#newest.clear()
    this.#holds.clear()
  }

  /** As it was listed. */
  restore(stored: {
    readonly notices?: readonly Notice[]
    readonly reminderHolds?: readonly ReminderHold[]
  }): void {
    for (const each of stored.notices ?? []) this.#set(each)
    for (const each of stored.reminderHolds ?? []) this.#holds.set(each.alertId, each)
  }
}

function makeKey({ about, id }: Pick<NoticeNews, 'about' | 'id'>): string {
  return `${about} ${id}`
}

function isOver(each: object): boolean {
  return 'state' in each && each.state === 'over'
}

interface Told {
  readonly state: string
  readonly toldMs: number
}

/**
 * Between two notices on a roster, on an endpoint, or on a silence that is active again, ms: what
 * flaps does not flood anybody. The state at the end is sent.
 */
export const noticeGapMs = 10 * 60_000
/** Silences notified and not over at a time, per subscription. */
export const toldSilencesMax = 100

/** A clock that was set back does not silence a notice for longer. */
function hasGap(toldMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - toldMs) >= noticeGapMs
}

/**
 * The notice on a silence to send now, each at most once. A clock that is set can make a silence
 * active again after the notice that it is over. That is notified again: else the subscriber would
 * believe that there are no alerts.
 */
export function decideSilenceNotice(
  told: Told | null,
  standing: 'waiting' | 'holding' | 'over',
  nowMs: number
): SilenceNews | null {
  // A subscriber that was not notified of the beginning needs no notice of the end.
  if (told === null) return standing === 'holding' ? 'holding' : null
  if (told.state !== 'over') return standing === 'over' ? 'over' : null
  return standing === 'holding' && hasGap(told.toldMs, nowMs) ? 'holding' : null
}

/** The notice on a roster to send now; without an earlier notice it counts as staffed. */
export function decideWatchNotice(
  told: Told | null,
  isUnstaffed: boolean,
  nowMs: number
): WatchNews | null {
  const state = isUnstaffed ? 'unstaffed' : 'staffed'
  if (state === (told?.state ?? 'staffed')) return null
  return told === null || hasGap(told.toldMs, nowMs) ? state : null
}

export interface EndpointStanding {
  readonly health: EndpointHealth
  readonly isEnded: boolean
  readonly parkedCount: number
  /** When an attempt was last accepted, ms. */
  readonly acceptedMs: number | null
}

/** The newest notice on an endpoint, at any second address: `channel` is the consent's id. */
type ToldOutage = Pick<Notice<'endpoint'>, 'state' | 'toldMs' | 'channel'>

/** The notice on an endpoint to send now. */
export function decideEndpointNotice(
  told: ToldOutage | null,
  standing: EndpointStanding,
  { channel, nowMs }: { readonly channel: string; readonly nowMs: number }
): NoticeState | null {
  // Another channel has had no notice.
  const known = told?.channel === channel ? told : null
  const state = findEndpointState(standing, known)
  if (state === null || state === (known?.state ?? 'up')) return null
  // A 410 ends everything: its owner must act.
  return told === null || state === 'ended' || hasGap(told.toldMs, nowMs) ? state : null
}

/** Null: there is no news. */
function findEndpointState(
  { health, isEnded, parkedCount, acceptedMs }: EndpointStanding,
  told: ToldOutage | null
): NoticeState | null {
  if (isEnded) return 'ended'
  if (health.state === 'parked' || health.state === 'down') return health.state
  if (health.state === 'failing') return null
  if (parkedCount > 0) return 'refused'
  // Another address, or a replay, makes it unproven, which is not up.
  return told === null || (acceptedMs !== null && acceptedMs >= told.toldMs) ? 'up' : null
}

/**
 * Waits between the attempts at one notice: seven attempts in ten hours. Then it is given up; the
 * next change is a new notice.
 */
export const noticeSchedule: RetrySchedule = {
  waitsMs: [10, 60, 300, 1_800, 7_200, 25_200].map(s => s * 1_000),
  slowMs: 0,
  slowCount: 0
}

/** How long a notice waits for its next attempt, ms: never longer than was intended. */
export function computeNoticeWait({ attempts, nextAt }: Notice, nowMs: number): number {
  const leftMs = nextAt === null ? 0 : Math.max(0, Date.parse(nextAt) - nowMs)
  const plannedMs = Math.max(retryAfterMaxMs, noticeSchedule.waitsMs[attempts - 1] ?? 0)
  return leftMs > plannedMs * (1 + jitterShareMax) ? 0 : leftMs
}

/** What an attempt at a notice came to. */
export interface NoticeVerdict {
  readonly reason: RetryReason | null
  readonly end: 'accepted' | 'gone' | 'given-up' | null
  /** Until the next attempt, ms; null: there is none. */
  readonly afterMs: number | null
}

/** `tries`: with this one. Refusals too walk the schedule: the attempts are bounded. */
export function judgeNotice(
  outcome: AttemptOutcome,
  at: { readonly tries: number; readonly jitter: number; readonly nowMs: number }
): NoticeVerdict {
  const { tries } = at
  const decision = decideRetry(outcome, {
    ...at,
    schedule: noticeSchedule,
    health: healthyEndpoint
  })
  if (decision.kind === 'delivered') return { reason: null, end: 'accepted', afterMs: null }
  if (decision.kind === 'ended') return { reason: null, end: 'gone', afterMs: null }
  const { reason, afterMs } = decision
  const plannedMs = noticeSchedule.waitsMs[tries - 1]
  if (plannedMs === undefined) return { reason, end: 'given-up', afterMs: null }
  return { reason, end: null, afterMs: Math.max(afterMs, plannedMs) }
}
