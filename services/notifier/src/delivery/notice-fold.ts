// What a subscription is told besides alerts, folded from the deliveries log. Its second channel,
// of the first: the newest notice and its attempts. Its first, of silences and watches: what was
// told last of each; and of alerts that nobody answered: what was told again. What is told is fixed
// before its first attempt, so that a crash repeats it under the same id.

import type { HoldReason } from '@tocsin/contracts/subscription/notification-words'
import type { ToldNews } from '../notification/bulletin.ts'
import type {
  BulletinAttemptedData,
  BulletinRaisedData,
  DeliveryRecord,
  NoticeAttemptedData,
  NoticeRaisedData,
  ReminderHeldData,
  ReminderRaisedData
} from './delivery-record.ts'
import type { ToldNotice } from './outage-notice.ts'

/** A record of what is told outside the sequence. */
export type ToldAside = Extract<
  DeliveryRecord,
  { type: `delivery.notice-${string}` | `delivery.bulletin-${string}` }
>

/** How a notice ended; null while it is under way. */
export type NoticeEnd = 'accepted' | 'gone' | 'given-up'

export interface Notice extends NoticeRaisedData {
  /** When it was raised; ISO 8601. */
  readonly at: string
  readonly attempts: number
  /** No attempt before; null: at once. */
  readonly nextAt: string | null
  readonly status: number | null
  readonly end: NoticeEnd | null
}

export interface NoticeRow {
  readonly notice: Notice | null
  /** The channel that answered 410: it is told nothing more. */
  readonly gone: string | null
}

export class NoticeFold {
  #notice: Notice | null = null
  #gone: string | null = null

  /** The newest one. */
  get notice(): Notice | null {
    return this.#notice
  }

  get told(): ToldNotice | null {
    if (this.#notice === null) return null
    const { state, at, channel } = this.#notice
    return { state, atMs: Date.parse(at), channel }
  }

  isGone(channel: string): boolean {
    return this.#gone === channel
  }

  apply(
    record: Extract<
      DeliveryRecord,
      { type: 'delivery.notice-raised' | 'delivery.notice-attempted' }
    >
  ): void {
    if (record.type === 'delivery.notice-raised') this.#raised(record.data, record.time)
    else this.#attempted(record.data)
  }

  /** Of two that follow one notice the first counts. */
  #raised(data: NoticeRaisedData, at: string): void {
    if (data.previousId !== (this.#notice?.noticeId ?? null)) return
    this.#notice = { ...data, at, attempts: 0, nextAt: null, status: null, end: null }
  }

  #attempted({ noticeId, attempt, status, nextAt, end }: NoticeAttemptedData): void {
    const notice = this.#notice
    if (notice?.noticeId !== noticeId || notice.end !== null || attempt <= notice.attempts) return
    this.#notice = { ...notice, attempts: attempt, status, nextAt, end }
    if (end === 'gone') this.#gone = notice.channel
  }

  capture(): NoticeRow {
    return { notice: this.#notice, gone: this.#gone }
  }

  restore({ notice, gone }: NoticeRow): void {
    this.#notice = notice
    this.#gone = gone
  }
}

/** What was told last of a silence or watch. */
export interface Bulletin extends BulletinRaisedData {
  /** When it was raised; ISO 8601. */
  readonly at: string
  readonly attempts: number
  readonly nextAt: string | null
  readonly end: BulletinAttemptedData['end']
}

/** The oldest first. */
export type BulletinRow = readonly Bulletin[]

/**
 * Of silences that are over: so many are remembered, so that none is told again. Of older ones no
 * end is told any more.
 */
const overKeptMax = 200
/** Of watches: more than there may be at once. */
const watchesKeptMax = 200

export class BulletinFold {
  /** By silence and watch, in order of the last telling. */
  readonly #told = new Map<string, Bulletin>()

  of(about: Bulletin['about'], id: string): (Bulletin & ToldNews) | null {
    const known = this.#told.get(`${about} ${id}`)
    return known === undefined ? null : { ...known, atMs: Date.parse(known.at) }
  }

  /**
   * Those under way, the oldest first. Of one silence or watch only the newest: what holds now is
   * told.
   */
  get unsent(): readonly Bulletin[] {
    return [...this.#told.values()].filter(({ end }) => end === null)
  }

  /** Silences that were told to hold, and not that they are over. */
  get standing(): readonly Bulletin[] {
    return [...this.#told.values()].filter(
      each => each.about === 'silence' && each.state !== 'over'
    )
  }

  /** Watches of which anything was told. */
  get watches(): readonly Bulletin[] {
    return [...this.#told.values()].filter(({ about }) => about === 'watch')
  }

  /** True if the endpoint answered 410. */
  apply(record: Extract<DeliveryRecord, { type: `delivery.bulletin-${string}` }>): boolean {
    if (record.type === 'delivery.bulletin-attempted') return this.#attempted(record.data)
    if (record.type === 'delivery.bulletin-raised') this.#raised(record.data, record.time)
    else
      for (const [key, { noticeId }] of this.#told)
        if (noticeId === record.data.noticeId) this.#told.delete(key)
    return false
  }

  #raised(data: BulletinRaisedData, at: string): void {
    const key = `${data.about} ${data.id}`
    if (data.previousId !== (this.#told.get(key)?.noticeId ?? null)) return
    this.#told.delete(key)
    this.#told.set(key, { ...data, at, attempts: 0, nextAt: null, end: null })
    this.#keepNewest(overKeptMax, ({ state: each }) => each === 'over')
    this.#keepNewest(watchesKeptMax, ({ about }) => about === 'watch')
  }

  #keepNewest(most: number, isOf: (each: Bulletin) => boolean): void {
    const keys = [...this.#told].flatMap(([key, each]) => (isOf(each) ? [key] : []))
    for (const each of keys.slice(0, Math.max(0, keys.length - most))) this.#told.delete(each)
  }

  #attempted({ noticeId, attempt, nextAt, end }: BulletinAttemptedData): boolean {
    const found = [...this.#told].find(([, known]) => known.noticeId === noticeId)
    if (found === undefined || found[1].end !== null || attempt <= found[1].attempts) return false
    this.#told.set(found[0], { ...found[1], attempts: attempt, nextAt, end })
    return end === 'gone'
  }

  capture(): BulletinRow {
    return [...this.#told.values()]
  }

  restore(row: BulletinRow): void {
    for (const each of row) this.#told.set(`${each.about} ${each.id}`, each)
  }
}

export interface Reminder extends ReminderRaisedData {
  /** When it was raised; ISO 8601. */
  readonly at: string
  readonly attempts: number
  /** No attempt before; null: at once. */
  readonly nextAt: string | null
  /**
   * Null while it is under way. `overtaken`: an event of the alert was accepted meanwhile, which
   * says as much.
   */
  readonly end: BulletinAttemptedData['end'] | 'overtaken'
  /**
   * When the alert was told last, by this or by an event since, ms: as the log has them in order,
   * whatever clocks said.
   */
  readonly toldMs: number
}

/** Why an alert that is due is not told again. */
export interface ReminderHold extends Omit<ReminderHeldData, 'subscriptionId' | 'reason'> {
  readonly reason: HoldReason
  /** When that was decided; ISO 8601. */
  readonly at: string
}

export interface ReminderRows {
  readonly reminders: readonly Reminder[]
  readonly reminderHolds: readonly ReminderHold[]
}

type ReminderRecord = Extract<DeliveryRecord, { type: `delivery.reminder-${string}` }>

/** Of each alert that stands the newest reminder, and why the next is held. */
export class ReminderFold {
  readonly #newest = new Map<string, Reminder>()
  readonly #holds = new Map<string, ReminderHold>()

  /** The newest of an alert since it last ended; null if there is none. */
  of(alertId: string): Reminder | null {
    return this.#newest.get(alertId) ?? null
  }

  /** What held the next reminder last, since the alert was told last; null: nothing did. */
  holdOf(alertId: string): ReminderHold | null {
    return this.#holds.get(alertId) ?? null
  }

  /** An event of the alert was accepted. */
  told(alertId: string, atMs: number): void {
    this.#holds.delete(alertId)
    const known = this.#newest.get(alertId)
    if (known !== undefined)
      this.#newest.set(alertId, { ...known, toldMs: atMs, end: known.end ?? 'overtaken' })
  }

  /** The alert ended for the subscriber, or nothing is known of it any more. */
  forget(alertId: string): void {
    this.#newest.delete(alertId)
    this.#holds.delete(alertId)
  }

  /** True if the endpoint answered 410. */
  apply(record: ReminderRecord): boolean {
    if (record.type === 'delivery.reminder-held') {
      const { alertId, reason, until, by } = record.data
      if (reason === null) this.#holds.delete(alertId)
      else this.#holds.set(alertId, { alertId, reason, until, by, at: record.time })
      return false
    }
    const { alertId, noticeId } = record.data
    const known = this.#newest.get(alertId)
    if (record.type === 'delivery.reminder-raised') {
      if (record.data.previousId !== (known?.noticeId ?? null)) return false
      const raised = {
        at: record.time,
        attempts: 0,
        nextAt: null,
        end: null,
        toldMs: Date.parse(record.time)
      }
      this.#newest.set(alertId, { ...record.data, ...raised })
      this.#holds.delete(alertId)
      return false
    }
    const { attempt, nextAt, end } = record.data
    if (known?.noticeId !== noticeId || known.end !== null || attempt <= known.attempts)
      return false
    this.#newest.set(alertId, { ...known, attempts: attempt, nextAt, end })
    return end === 'gone'
  }

  capture(): ReminderRows {
    return { reminders: [...this.#newest.values()], reminderHolds: [...this.#holds.values()] }
  }

  restore({ reminders = [], reminderHolds = [] }: Partial<ReminderRows>): void {
    for (const each of reminders) this.#newest.set(each.alertId, each)
    for (const each of reminderHolds) this.#holds.set(each.alertId, each)
  }
}
