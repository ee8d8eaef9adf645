// Sends a subscriber news of silences over its alerts and of watches that its key declared, and the
// digest of the last week of its theatres: signed events outside the sequence. One for each
// subscription that this instance serves and that asks for them. bulletin.ts decides what is sent, and
// it is logged before the first attempt, so that a restart neither repeats nor loses it; deliveries
// never wait for it.

import { digest } from '@tocsin/contracts/json/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { ServiceDeps } from '@tocsin/service-kit/service-deps'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import type { DeliveryLog } from '../delivery/delivery-log.ts'
import type { BulletinRaisedData, DeliveryPayload } from '../delivery/delivery-record.ts'
import { isOut } from '../delivery/endpoint-health.ts'
import type { Bulletin } from '../delivery/notice-fold.ts'
import { noticeVerdict } from '../delivery/outage-notice.ts'
import type { SubscriptionDeliveries } from '../delivery/subscription-deliveries.ts'
import {
  mayBeUnmatched,
  nextOfDigest,
  nextOfSilence,
  nextOfWatch,
  toldSilencesMax
} from '../notification/bulletin.ts'
import type { NotifierMetrics } from '../telemetry/notifier-metrics.ts'
import type { BulletinJudge, TellableSilence } from './bulletin-judge.ts'
import { NoticeWaits } from './notice-waits.ts'

export interface BulletinsDeps extends Pick<ServiceDeps, 'clock' | 'random' | 'logger'> {
  readonly log: Pick<DeliveryLog, 'write'>
  readonly judge: BulletinJudge
  readonly metrics: Pick<NotifierMetrics, 'bulletins'>
  /** Whether this instance may act for the subscription now. */
  readonly mayAct: () => Promise<boolean>
  /** How long the endpoint wants nothing more, ms. */
  readonly paceMs: () => number
  /** Null if it was not sent. */
  readonly send: (event: {
    readonly name: Bulletin['about']
    readonly data: object
    readonly fixed: { readonly id: string; readonly time: string }
  }) => Promise<SendOutcome | null>
}

/** How often it looks, ms; a silence holds, and lets go, within the same time. */
const lookEveryMs = 10_000
/** Notices that are tried at one look. */
const triesMax = 5
/** How often it looks what a silence is for, ms: that reads all open alerts. */
const matchEveryMs = 5 * 60_000

type Subscriber = Pick<SubscriptionRecord, 'subscriptionId' | 'notices' | 'digest'>
type News = Omit<BulletinRaisedData, 'subscriptionId' | 'noticeId' | 'previousId'>

export class Bulletins {
  readonly #deps: BulletinsDeps
  readonly #subscription: Subscriber
  readonly #deliveries: SubscriptionDeliveries
  readonly #stop: AbortSignal
  readonly #waits: NoticeWaits
  /** Since when silences match nothing, as seen here: a restart looks for as long again. */
  readonly #unmatched = new Map<
    string,
    { readonly sinceMs: number | null; readonly seenMs: number }
  >()
  /** Told watches that were not there at the last look. */
  #missing: ReadonlySet<string> = new Set()

  constructor(
    deps: BulletinsDeps,
    subscription: Subscriber,
    deliveries: SubscriptionDeliveries,
    stop: AbortSignal
  ) {
    this.#deps = deps
    this.#subscription = subscription
    this.#deliveries = deliveries
    this.#stop = stop
    this.#waits = new NoticeWaits(deps.clock)
  }

  /** Tells until stopped. Rejects with an EventLogError that is not retryable. */
  async run(): Promise<void> {
    const { clock } = this.#deps
    while (!this.#stop.aborted) {
      if (!this.#deliveries.isEnded) await this.#look()
      await clock.sleep(lookEveryMs, this.#stop)
    }
  }

  async #look(): Promise<void> {
    const { mayAct, paceMs } = this.#deps
    // First: what a silence is for is looked up among all open alerts, in vain for who may be told
    // of nothing.
    if (!(await mayAct())) return
    for (const each of await this.#news()) await this.#raise(each)
    await this.#dropWatches()
    for (const each of this.#due.slice(0, triesMax)) {
      // The room that the endpoint leaves is for alerts.
      if (paceMs() > 0 || this.#deliveries.isEnded) return
      await this.#try(each)
    }
  }

  /** Those to be sent now. An endpoint that is away is probed with its deliveries. */
  get #due(): readonly Bulletin[] {
    const { health, isEnded, endpoint } = this.#deliveries
    return isOut(health) || isEnded
      ? []
      : endpoint.bulletins.unsent.filter(each => this.#waits.leftMs(each) === 0)
  }

  async #news(): Promise<readonly News[]> {
    const { notices = [], digest } = this.#subscription
    const ofSilences = notices.includes('silences') ? await this.#newsOfSilences() : []
    return [
      ...ofSilences,
      ...(notices.includes('watches') ? this.#newsOfWatches() : []),
      ...(digest === true ? this.#newsOfDigests() : [])
    ]
  }

  async #newsOfSilences(): Promise<News[]> {
    const { clock, judge } = this.#deps
    const { bulletins } = this.#deliveries.endpoint
    const nowMs = clock.nowMs()
    const known = judge.silences()
    let standing = bulletins.standing.length
    const news: News[] = []
    for (const each of known) {
      const { silenceId: id, startsAt, endsAt } = each
      const told = bulletins.of('silence', id)
      const unmatchedSinceMs = mayBeUnmatched(told, nowMs)
        ? await this.#unmatchedSince(each, nowMs)
        : null
      const state = nextOfSilence(told, { standing: each.standing, unmatchedSinceMs }, nowMs)
      if (state === null || (state === 'holding' && standing >= toldSilencesMax)) continue
      if (state === 'holding') standing++
      if (state === 'over') this.#unmatched.delete(id)
      const matches = state === 'unmatched' ? 0 : state === 'over' ? null : await each.matches()
      news.push({ about: 'silence', id, state, startsAt, endsAt, matches })
    }
    // One that is listed no more, such as after a long pause, is over; one that it may not know of
    // any more is by its time.
    for (const { about, id, startsAt = '', endsAt = '' } of bulletins.standing) {
      const isOver = Date.parse(endsAt) <= nowMs
      if ((!isOver && judge.isListed(id)) || known.some(({ silenceId }) => silenceId === id))
        continue
      const endedAt = isOver ? endsAt : new Date(nowMs).toISOString()
      news.push({ about, id, state: 'over', startsAt, endsAt: endedAt, matches: null })
    }
    return news
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

  #newsOfWatches(): News[] {
    const { clock, judge } = this.#deps
    const { bulletins } = this.#deliveries.endpoint
    return judge.watches().flatMap(({ watchId: id, isUnstaffed }) => {
      const state = nextOfWatch(bulletins.of('watch', id), isUnstaffed, clock.nowMs())
      return state === null ? [] : [{ about: 'watch' as const, id, state }]
    })
  }

  #newsOfDigests(): News[] {
    const { judge } = this.#deps
    const { bulletins } = this.#deliveries.endpoint
    return judge.digests().flatMap(({ theatre: id, week: due }) => {
      const week = nextOfDigest(bulletins.of('digest', id), due)
      return week === null ? [] : [{ about: 'digest' as const, id, state: 'ready', week }]
    })
  }

  /**
   * Of a watch that is withdrawn, or not of its key, nothing is told. Seen twice: it may be known
   * here a little later.
   */
  async #dropWatches(): Promise<void> {
    const { subscriptionId } = this.#subscription
    const there = new Set(this.#deps.judge.watches().map(({ watchId }) => watchId))
    const gone = this.#deliveries.endpoint.bulletins.watches.filter(({ id }) => !there.has(id))
    for (const { id, noticeId } of gone) {
      if (!this.#missing.has(id)) continue
      const data = { subscriptionId, noticeId }
      await this.#write(digest('bulletin-dropped', noticeId), {
        type: 'delivery.bulletin-dropped',
        data
      })
    }
    this.#missing = new Set(gone.map(({ id }) => id))
  }

  async #raise(news: News): Promise<void> {
    const { subscriptionId } = this.#subscription
    const previousId = this.#deliveries.endpoint.bulletins.of(news.about, news.id)?.noticeId ?? null
    const named = digest(
      'bulletin',
      subscriptionId,
      news.about,
      news.id,
      news.state,
      previousId ?? ''
    )
    const noticeId = `${news.about}_${named.slice(0, 24)}`
    const data = { subscriptionId, noticeId, previousId, ...news }
    await this.#write(digest('bulletin-raised', noticeId), {
      type: 'delivery.bulletin-raised',
      data
    })
  }

  async #try(bulletin: Bulletin): Promise<void> {
    const { clock, random, logger, send } = this.#deps
    const { noticeId, about, id, at, attempts } = bulletin
    if (this.#stop.aborted) return
    const said = await this.#say(bulletin)
    const outcome = await send({ name: about, data: said, fixed: { id: noticeId, time: at } })
    // Stopped mid-attempt, or not sent: it is sent again, under the same id.
    if (outcome === null || outcome.kind === 'cancelled') return
    const attempt = attempts + 1
    const { reason, end, afterMs } = noticeVerdict(outcome, {
      tries: attempt,
      jitter: random.next(),
      nowMs: clock.nowMs()
    })
    this.#deps.metrics.bulletins.inc({ about, verdict: end ?? 'retry' })
    if (end === 'given-up')
      logger.warn(
        { subscription: this.#subscription.subscriptionId, about, id },
        'a notice was given up'
      )
    const data = {
      ...{
        subscriptionId: this.#subscription.subscriptionId,
        noticeId,
        attempt,
        durationMs: outcome.durationMs,
        reason,
        end
      },
      status: outcome.kind === 'response' ? outcome.status : null,
      nextAt: afterMs === null ? null : new Date(clock.nowMs() + afterMs).toISOString()
    }
    await this.#write(digest('bulletin-attempted', noticeId, String(attempt)), {
      type: 'delivery.bulletin-attempted',
      data
    })
  }

  async #say(bulletin: Bulletin): Promise<object> {
    const { about, id, state, startsAt, endsAt, matches, week = '' } = bulletin
    if (about === 'digest') return { digest: await this.#deps.judge.makeDigest(id, week) }
    return about === 'silence'
      ? { silenceId: id, state, startsAt, endsAt, matches }
      : { watchId: id, state }
  }

  async #write(id: string, payload: DeliveryPayload): Promise<void> {
    const { clock, log, logger } = this.#deps
    try {
      await log.write(
        [{ id, time: new Date(clock.nowMs()).toISOString(), cause: null, ...payload }],
        {
          withinMs: null,
          signal: this.#stop,
          onRetry: error => logger.warn({ error }, 'a notice cannot be logged; retrying')
        }
      )
    } catch (error) {
      if (!this.#stop.aborted) throw error
    }
  }
}
