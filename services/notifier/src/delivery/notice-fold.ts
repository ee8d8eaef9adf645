// What the second channel of a subscription was told of the first, folded from the deliveries log: the newest notice and its
// attempts. What a notice says is fixed before its first attempt, so that a crash repeats it under the same id.

import type { ToldNotice } from '@tocsin/domain/delivery/outage-notice'
import type { DeliveryRecord, NoticeAttemptedData, NoticeRaisedData } from './delivery-record.ts'

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
