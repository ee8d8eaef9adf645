// Notices of a subscription other than alert events, folded from the deliveries log: its endpoint,
// at its second address; silences, rosters, digests, and unacknowledged alerts. The content is
// fixed before the first attempt, so that a crash repeats it under the same id.

import type { HoldReason } from '@tocsin/contracts/subscription/notification-words'
import type {
  NewsAbout,
  NoticeAbout,
  NoticeAttemptedData,
  NoticeNews,
  NoticeRaisedData,
  ReminderHeldData
} from './delivery-record.ts'

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
