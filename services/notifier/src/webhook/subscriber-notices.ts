// Notifies a subscriber of silences over its alerts and of rosters that its key declared, and sends
// the digest of the last week in its theatres. One for each subscription that this instance serves
// and that asks for them. notice-news.ts decides what is sent.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { Clock } from '@tocsin/domain/ports'
import type { NewsAbout } from '../notification/delivery-record.ts'
import { isOut } from '../notification/endpoint-health.ts'
import type { NoticeJudge, TellableSilence } from '../notification/notice-judge.ts'
import {
  decideDigestNotice,
  decideSilenceNotice,
  decideWatchNotice,
  mayBeUnmatched,
  toldSilencesMax
} from '../notification/notice-news.ts'
import type { Notice } from '../notification/notices.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import type { NoticeSender } from './notice-sender.ts'

export interface SubscriberNoticesDeps {
  readonly clock: Clock
  readonly judge: NoticeJudge
  readonly sender: NoticeSender
  /** Whether this instance may act for the subscription now. */
  readonly mayAct: () => Promise<boolean>
  /** How long the endpoint wants no more requests, ms. */
  readonly paceMs: () => number
}

/** How often it looks, ms; a silence takes effect, and ends, within the same time. */
const lookEveryMs = 10_000
/** Notices that are tried at one look. */
const triesMax = 5
/** How often it looks what a silence is for, ms: that reads all open alerts. */
const matchEveryMs = 5 * 60_000

type Subscriber = SubscriptionRecord
type SubscriberNotice = Notice<'silence' | 'watch' | 'digest'>

export class SubscriberNotices {
  readonly #deps: SubscriberNoticesDeps
  readonly #subscription: Subscriber
  readonly #deliveries: SubscriptionDeliveries
  readonly #stop: AbortSignal
  /** Since when silences match no alert, as seen here: a restart starts this time again. */
  readonly #unmatched = new Map<
    string,
    { readonly sinceMs: number | null; readonly seenMs: number }
  >()
  /** Rosters with notices sent that did not exist at the last look. */
  #missing: ReadonlySet<string> = new Set()

  constructor(
    deps: SubscriberNoticesDeps,
    subscription: Subscriber,
    deliveries: SubscriptionDeliveries,
    stop: AbortSignal
  ) {
    this.#deps = deps
    this.#subscription = subscription
    this.#deliveries = deliveries
    this.#stop = stop
  }

  /** Sends until stopped. Rejects with an EventLogError that is not retryable. */
  async run(): Promise<void> {
    const { clock } = this.#deps
    while (!this.#stop.aborted) {
      if (!this.#deliveries.isEnded) await this.#look()
      await clock.sleep(lookEveryMs, this.#stop)
    }
  }

  async #look(): Promise<void> {
    const { mayAct, paceMs, sender } = this.#deps
    // First: the matches of a silence are looked up among all open alerts, in vain for a subscriber
    // that may not be notified.
    if (!(await mayAct())) return
    const { notices = [], digest } = this.#subscription
    if (notices.includes('silences')) await this.#raiseSilences()
    if (notices.includes('watches')) await this.#raiseRosters()
    if (digest === true) await this.#raiseDigests()
    await this.#dropRosters()
    for (const each of this.#listDue().slice(0, triesMax)) {
      // The room that the endpoint leaves is for alerts.
      if (paceMs() > 0 || this.#deliveries.isEnded) return
      await sender.try(each, await this.#describe(each))
    }
  }

  /** Those to be sent now. An endpoint that is away is probed with its deliveries. */
  #listDue(): readonly SubscriberNotice[] {
    const { health, isEnded, notices } = this.#deliveries
    if (isOut(health) || isEnded) return []
    const all = [...notices.list('silence'), ...notices.list('watch'), ...notices.list('digest')]
    return all.filter(each => this.#deps.sender.isDue(each)).toSorted((a, b) => a.toldMs - b.toldMs)
  }

  async #raiseSilences(): Promise<void> {
    const { clock, judge } = this.#deps
    const { notices } = this.#deliveries
    const nowMs = clock.nowMs()
    const known = judge.silences()
    const before = notices.list('silence').filter(({ state }) => state !== 'over')
    let standing = before.length
    for (const each of known) {
      const { silenceId: id, startsAt, endsAt } = each
      const told = notices.of('silence', id)
      const unmatchedSinceMs = mayBeUnmatched(told, nowMs)
        ? await this.#unmatchedSince(each, nowMs)
        : null
      const state = decideSilenceNotice(told, { standing: each.standing, unmatchedSinceMs }, nowMs)
      if (state === null || (state === 'holding' && standing >= toldSilencesMax)) continue
      if (state === 'holding') standing++
      if (state === 'over') this.#unmatched.delete(id)
      const matches = state === 'unmatched' ? 0 : state === 'over' ? null : await each.matches()
      await this.#raiseSilence({ about: 'silence', id, state, startsAt, endsAt, matches })
    }
    // One that is listed no more, such as after a long pause, is over; one that it may not know of
    // any more is by its time.
    for (const { id, startsAt, endsAt } of before) {
      const isOver = Date.parse(endsAt) <= nowMs
      if ((!isOver && judge.isListed(id)) || known.some(({ silenceId }) => silenceId === id))
        continue
      const endedAt = isOver ? endsAt : new Date(nowMs).toISOString()
      const over = { state: 'over', startsAt, endsAt: endedAt, matches: null } as const
      await this.#raiseSilence({ about: 'silence', id, ...over })
    }
  }

  #raiseSilence(news: NewsAbout<'silence'>): Promise<void> {
    return this.#deps.sender.raise(news, news.state)
  }

  async #unmatchedSince(
    { silenceId, matches }: TellableSilence,
    nowMs: number
  ): Promise<number | null> {
    const known = this.#unmatched.get(silenceId)
    if (known !== undefined && nowMs - known.seenMs < matchEveryMs) return known.sinceMs
    const sinceMs = (await matches()) === 0 ? (known?.sinceMs ?? nowMs) : null
    this.#unmatched.set(silenceId, { sinceMs, seenMs: nowMs })
    return sinceMs
  }

  async #raiseRosters(): Promise<void> {
    const { clock, judge, sender } = this.#deps
    for (const { watchId: id, isUnstaffed } of judge.watches()) {
      const told = this.#deliveries.notices.of('watch', id)
      const state = decideWatchNotice(told, isUnstaffed, clock.nowMs())
      if (state !== null) await sender.raise({ about: 'watch', id, state }, state)
    }
  }

  async #raiseDigests(): Promise<void> {
    const { judge, sender } = this.#deps
    for (const { theatre: id, week: due } of judge.digests()) {
      const week = decideDigestNotice(this.#deliveries.notices.of('digest', id), due)
      if (week !== null) await sender.raise({ about: 'digest', id, state: 'ready', week }, week)
    }
  }

  /**
   * Drops the notices of a roster that is deleted, or not its key's. It must be missing twice: a
   * roster may be known here a little later.
   */
  async #dropRosters(): Promise<void> {
    const there = new Set(this.#deps.judge.watches().map(({ watchId }) => watchId))
    const gone = this.#deliveries.notices.list('watch').filter(({ id }) => !there.has(id))
    for (const each of gone) if (this.#missing.has(each.id)) await this.#deps.sender.drop(each)
    this.#missing = new Set(gone.map(({ id }) => id))
  }

  async #describe(notice: SubscriberNotice): Promise<object> {
    if (notice.about === 'digest')
      return { digest: await this.#deps.judge.makeDigest(notice.id, notice.week) }
    if (notice.about === 'watch') return { watchId: notice.id, state: notice.state }
    const { id: silenceId, state, startsAt, endsAt, matches } = notice
    return { silenceId, state, startsAt, endsAt, matches }
  }
}
