// Raises and sends the notices for one address: signed events outside the sequence, each logged
// before its first attempt, so that a restart neither repeats nor loses it, and each tried on its
// own schedule. What they say comes from a source; deliveries never wait for them.

import { noticeNames, raisedRecord } from '../notification/attempt-records.ts'
import {
  type DeliveryRecord,
  makeRecord,
  type NoticeAbout,
  type NoticeAttemptedData,
  type NoticeNews
} from '../notification/delivery-record.ts'
import { computeNoticeWait, judgeNotice } from '../notification/notice-news.ts'
import type { Notice } from '../notification/notices.ts'
import { isAccepted } from './destinations.ts'
import type { EndpointSender } from './endpoint-sender.ts'
import type { SendingDeps, Served } from './sending.ts'
import { WakeSignal } from './wake-signal.ts'

/** `mark`: distinguishes it from other notices on the same subject; the same on every instance. */
export interface NewNotice {
  readonly news: NoticeNews
  readonly mark: string
}

/** What there is to notify at an address. */
export interface NoticeSource {
  readonly about: readonly NoticeAbout[]
  /** Those to raise now, and those with a subject that no longer exists. */
  find(): Promise<{ readonly raised: readonly NewNotice[]; readonly dropped: readonly Notice[] }>
  /** The data of a notice that is due; null: it is not sent now. */
  describe(notice: Notice): Promise<object | null>
}

/** How often it looks, ms; a silence takes effect, and ends, within the same time. */
const lookEveryMs = 10_000
/** Notices that are tried at one look. */
const triesMax = 5

export class NoticeSender {
  readonly #deps: SendingDeps
  readonly #served: Served
  readonly #sender: EndpointSender
  readonly #source: NoticeSource
  readonly #wake = new WakeSignal()

  /** `sender`: to the same address. */
  constructor(deps: SendingDeps, served: Served, sender: EndpointSender, source: NoticeSource) {
    this.#deps = deps
    this.#served = served
    this.#sender = sender
    this.#source = source
  }

  /** Signals that there may be something to send. */
  wake(): void {
    this.#wake.wake()
  }

  /** Sends until stopped. Rejects with an EventLogError that is not retryable. */
  async run(): Promise<void> {
    const { clock } = this.#deps
    const { stop } = this.#served
    while (!stop.aborted) {
      const ticket = this.#wake.ticket()
      await this.#look()
      const waits = this.#listWaiting().map(each => computeNoticeWait(each, clock.nowMs()))
      const soonMs = waits.filter(each => each > 0)
      await this.#wake.sleep(clock, Math.min(lookEveryMs, ...soonMs), ticket, stop)
    }
  }

  async #look(): Promise<void> {
    const { clock } = this.#deps
    const { deliveries, rate, stop } = this.#served
    // First: what is raised may be looked up among all open alerts, in vain for a subscriber that
    // may not be notified.
    if (!(await this.#sender.mayAct())) return
    const { raised, dropped } = await this.#source.find()
    for (const { news, mark } of raised)
      await this.#write(raisedRecord(deliveries, clock.nowMs(), news, mark))
    for (const { noticeId, attempts } of dropped)
      await this.#logAttempt({ noticeId, attempt: attempts + 1, end: 'dropped' })
    const due = this.#listWaiting().filter(each => computeNoticeWait(each, clock.nowMs()) === 0)
    for (const each of due.toSorted((a, b) => a.toldMs - b.toldMs).slice(0, triesMax)) {
      // The room that the endpoint leaves is for alerts.
      if (stop.aborted || rate.waitMs(clock.monotonicMs()) > 0) return
      const data = await this.#source.describe(each)
      if (data !== null) await this.#try(each, data)
    }
  }

  #listWaiting(): readonly Notice[] {
    const { notices } = this.#served.deliveries
    return this.#source.about
      .flatMap(about => notices.list(about) as readonly Notice[])
      .filter(({ end }) => end === null)
  }

  async #try(notice: Notice, data: object): Promise<void> {
    const { clock, random, logger, metrics } = this.#deps
    const { about, id, noticeId, at: time } = notice
    const fixed = { id: noticeId, time }
    const outcome = await this.#sender.sendEvent({ name: noticeNames[about], data, fixed })
    // Not sent, or stopped: whether it was received is not known.
    if (outcome === null || outcome.kind === 'cancelled') return
    const attempt = notice.attempts + 1
    const nowMs = clock.nowMs()
    const jitter = isAccepted(outcome) ? 0 : random.next()
    const { reason, end, afterMs } = judgeNotice(outcome, { tries: attempt, jitter, nowMs })
    metrics.notices.inc({ about, verdict: end ?? 'retry' })
    if (end === 'given-up')
      logger.warn(
        { subscription: this.#served.deliveries.subscriptionId, about, id },
        'a notice was given up'
      )
    await this.#logAttempt({
      ...{ noticeId, attempt, reason, end, durationMs: outcome.durationMs },
      status: outcome.kind === 'response' ? outcome.status : null,
      nextAt: afterMs === null ? null : new Date(nowMs + afterMs).toISOString()
    })
  }

  #logAttempt(
    attempted: Pick<NoticeAttemptedData, 'noticeId' | 'attempt' | 'end'> &
      Partial<NoticeAttemptedData>
  ): Promise<boolean> {
    const { subscriptionId } = this.#served.deliveries
    const none = { status: null, durationMs: 0, reason: null, nextAt: null }
    const data = { ...none, ...attempted, subscriptionId }
    const mark = `${attempted.noticeId} ${attempted.attempt}`
    const nowMs = this.#deps.clock.nowMs()
    return this.#write(makeRecord({ type: 'delivery.notice-attempted', data }, nowMs, mark))
  }

  #write(record: DeliveryRecord): Promise<boolean> {
    return this.#deps.deliveryLog.writeUntil(this.#served.stop, 'a notice', [record])
  }
}
