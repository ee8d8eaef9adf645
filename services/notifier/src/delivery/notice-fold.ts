// What a subscription is told besides alerts, folded from the deliveries log. Its second channel, of the first: the newest notice
// and its attempts. Its first, of silences and watches: what was told last of each. What is told is fixed before its first
// attempt, so that a crash repeats it under the same id.

import type { ToldNotice } from '@tocsin/domain/delivery/outage-notice'
import type { ToldNews } from '@tocsin/domain/notification/bulletin'
import type {
  BulletinAttemptedData,
  BulletinRaisedData,
  DeliveryRecord,
  NoticeAttemptedData,
  NoticeRaisedData
} from './delivery-record.ts'

/** A record of what is told outside the sequence. */
export type ToldAside = Extract<DeliveryRecord, { type: `delivery.notice-${string}` | `delivery.bulletin-${string}` }>

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

  apply(record: Extract<DeliveryRecord, { type: 'delivery.notice-raised' | 'delivery.notice-attempted' }>): void {
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

/** Of silences that are over: so many are remembered, so that none is told again. */
const overKeptMax = 200

export class BulletinFold {
  /** By silence and watch, in order of the last telling. */
  readonly #told = new Map<string, Bulletin>()

  of(about: Bulletin['about'], id: string): (Bulletin & ToldNews) | null {
    const known = this.#told.get(`${about} ${id}`)
    return known === undefined ? null : { ...known, atMs: Date.parse(known.at) }
  }

  /** Those under way, the oldest first. Of one silence or watch only the newest: what holds now is told. */
  get unsent(): readonly Bulletin[] {
    return [...this.#told.values()].filter(({ end }) => end === null)
  }

  /** Silences that were told to hold, and not that they are over. */
  get standing(): readonly Bulletin[] {
    return [...this.#told.values()].filter(each => each.about === 'silence' && each.state !== 'over')
  }

  apply(record: Extract<DeliveryRecord, { type: 'delivery.bulletin-raised' | 'delivery.bulletin-attempted' }>): void {
    if (record.type === 'delivery.bulletin-raised') this.#raised(record.data, record.time)
    else this.#attempted(record.data)
  }

  #raised(data: BulletinRaisedData, at: string): void {
    const key = `${data.about} ${data.id}`
    if (data.previousId !== (this.#told.get(key)?.noticeId ?? null)) return
    this.#told.delete(key)
    this.#told.set(key, { ...data, at, attempts: 0, nextAt: null, end: null })
    const over = [...this.#told].filter(([, { state, end }]) => state === 'over' && end !== null)
    for (const [each] of over.slice(0, Math.max(0, over.length - overKeptMax))) this.#told.delete(each)
  }

  #attempted({ noticeId, attempt, nextAt, end }: BulletinAttemptedData): void {
    for (const [key, known] of this.#told)
      if (known.noticeId === noticeId && known.end === null && attempt > known.attempts)
        this.#told.set(key, { ...known, attempts: attempt, nextAt, end })
  }

  /** Null: nothing was ever told. */
  capture(): BulletinRow | null {
    return this.#told.size === 0 ? null : [...this.#told.values()]
  }

  restore(row: BulletinRow): void {
    for (const each of row) this.#told.set(`${each.about} ${each.id}`, each)
  }
}
