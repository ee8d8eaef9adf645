// Raises and sends the notices for one address: signed events outside the sequence, each logged
// before its first attempt, so that a restart neither repeats nor loses it, and each tried on its
// own schedule. Their content is decided elsewhere; deliveries never wait for them.

import { digest } from '@tocsin/contracts/json/digest'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import type { DeliveryLog } from '../notification/delivery-log.ts'
import type {
  DeliveryPayload,
  DeliveryRecord,
  NoticeAbout,
  NoticeNews
} from '../notification/delivery-record.ts'
import type { Notice, Notices } from '../notification/notices.ts'
import { noticeVerdict } from '../notification/outage-notice.ts'
import type { NotifierMetrics } from '../wiring/notifier-metrics.ts'
import { NoticeWaits } from './notice-waits.ts'
import { isAccepted, type UnsequencedEvent } from './unsequenced-event.ts'

export interface NoticeSenderDeps extends Pick<ServiceDeps, 'clock' | 'random' | 'logger'> {
  readonly log: DeliveryLog
  readonly metrics: NotifierMetrics
  /** Null if it was not sent. */
  readonly sendEvent: (event: UnsequencedEvent) => Promise<SendOutcome | null>
}

const names: Readonly<Record<NoticeAbout, UnsequencedEvent['name']>> = {
  endpoint: 'notice',
  silence: 'silence',
  watch: 'watch',
  digest: 'digest',
  alert: 'reminder'
}

export class NoticeSender {
  readonly #deps: NoticeSenderDeps
  readonly #subscriptionId: string
  readonly #notices: Notices
  readonly #stop: AbortSignal
  readonly #waits: NoticeWaits

  constructor(deps: NoticeSenderDeps, subscriptionId: string, notices: Notices, stop: AbortSignal) {
    this.#deps = deps
    this.#subscriptionId = subscriptionId
    this.#notices = notices
    this.#stop = stop
    this.#waits = new NoticeWaits(deps.clock)
  }

  /** How long it waits for its next attempt, ms; null: it is over. */
  leftMs(notice: Notice): number | null {
    return notice.end === null ? this.#waits.leftMs(notice) : null
  }

  /** Whether it is to be tried now. */
  isDue(notice: Notice): boolean {
    return this.leftMs(notice) === 0
  }

  /**
   * `mark`: distinguishes it from other notices on the same subject; the same on every instance.
   */
  raise(news: NoticeNews, mark: string): Promise<void> {
    const time = new Date(this.#deps.clock.nowMs()).toISOString()
    return this.write([raisedRecord(this.#subscriptionId, this.#notices, { news, mark, time })])
  }

  /** What it is about is there no more. */
  drop({ noticeId }: Notice): Promise<void> {
    const data = { subscriptionId: this.#subscriptionId, noticeId }
    return this.write([
      this.#record(digest('notice-dropped', noticeId), { type: 'delivery.notice-dropped', data })
    ])
  }

  /** False if it was not sent: it is tried again later, under the same id. */
  async try(notice: Notice, data: object): Promise<boolean> {
    const { clock, random, logger, metrics, sendEvent } = this.#deps
    if (this.#stop.aborted) return false
    const { about, id, noticeId, at: time } = notice
    const outcome = await sendEvent({ name: names[about], data, fixed: { id: noticeId, time } })
    if (outcome === null) return false
    // Stopped: whether it was received is not known.
    if (outcome.kind === 'cancelled') return true
    const attempt = notice.attempts + 1
    const nowMs = clock.nowMs()
    const { reason, end, afterMs } = noticeVerdict(outcome, {
      tries: attempt,
      jitter: isAccepted(outcome) ? 0 : random.next(),
      nowMs
    })
    metrics.notices.inc({ about, verdict: end ?? 'retry' })
    const subscriptionId = this.#subscriptionId
    if (end === 'given-up')
      logger.warn({ subscription: subscriptionId, about, id }, 'a notice was given up')
    const tried = {
      ...{ subscriptionId, noticeId, attempt, reason, end, durationMs: outcome.durationMs },
      status: outcome.kind === 'response' ? outcome.status : null,
      nextAt: afterMs === null ? null : new Date(nowMs + afterMs).toISOString()
    }
    await this.write([
      this.#record(digest('notice-attempted', noticeId, String(attempt)), {
        type: 'delivery.notice-attempted',
        data: tried
      })
    ])
    return true
  }

  /** Resolves once they are durable and folded, or when stopped. */
  async write(records: readonly DeliveryRecord[]): Promise<void> {
    const { log, logger } = this.#deps
    try {
      await log.write(records, {
        withinMs: null,
        signal: this.#stop,
        onRetry: error => logger.warn({ error }, 'a notice cannot be logged; retrying')
      })
    } catch (error) {
      if (!this.#stop.aborted) throw error
    }
  }

  #record(id: string, payload: DeliveryPayload): DeliveryRecord {
    const time = new Date(this.#deps.clock.nowMs()).toISOString()
    return { id, time, cause: null, ...payload }
  }
}

/** The record of a new notice, and its id: the same at every instance that raises it. */
export function raisedRecord(
  subscriptionId: string,
  notices: Notices,
  { news, mark, time }: { readonly news: NoticeNews; readonly mark: string; readonly time: string }
): DeliveryRecord {
  const { about, id } = news
  const previousId = notices.of(about, id)?.noticeId ?? null
  const named = digest('notice', subscriptionId, about, id, mark, previousId ?? '')
  const noticeId = `${names[about]}_${named.slice(0, 24)}`
  return {
    id: digest('notice-raised', noticeId),
    time,
    cause: null,
    type: 'delivery.notice-raised',
    data: { subscriptionId, noticeId, previousId, ...news }
  }
}
