// What a subscriber is notified of beside its deliveries: silences over its alerts, rosters that its
// key declared, the digest of the last week in its theatres, and reminders of alerts. It is told
// what it may know. notice-news.ts decides when. Source: decision 0079.

import { reaches } from '@tocsin/auth/access/authority'
import { mayReadTheatre } from '@tocsin/auth/access/principal'
import { makeView } from '@tocsin/auth/access/reader-view'
import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import type { Digest } from '@tocsin/contracts/alert/digest'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { Clock } from '@tocsin/domain/ports'
import { computeStanding, type SilenceState } from '@tocsin/service/control/silence-state'
import type { ControlView } from '@tocsin/service/projection/control-view'
import type { AlertIndex } from '../alerts/alert-index.ts'
import { mayKnow } from '../alerts/shared-access.ts'
import type { AnswerableEvent, Delivery } from '../notification/delivery.ts'
import type { NewsAbout } from '../notification/delivery-record.ts'
import { isOut } from '../notification/endpoint-health.ts'
import {
  decideSilenceNotice,
  decideWatchNotice,
  toldSilencesMax
} from '../notification/notice-news.ts'
import type { Notice } from '../notification/notices.ts'
import type { PolicyJudge } from '../notification/policy-judge.ts'
import { makeSilence } from '../notification/silence.ts'
import { endIn, isHolding } from '../notification/silence-book.ts'
import { countSilenced } from '../notification/silenced-alerts.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import type { WatchBook } from '../notification/watch-book.ts'
import type { NewNotice, NoticeSource } from './notice-sender.ts'

export interface SubscriberNoticesDeps {
  readonly control: Pick<ControlView, 'state'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly alerts: AlertIndex
  readonly watches: WatchBook
  readonly digests: DigestSource
  /** Its policy's judge; null: it has no policy. */
  readonly judge: PolicyJudge | null
  readonly bodies: {
    makeStatement(
      subscription: SubscriptionRecord,
      event: Pick<Delivery, 'sequence' | 'partition' | 'position'>
    ): Promise<object>
  }
  /** The link by which its receiver may answer; null: none. */
  readonly answerUrlOf: (subscription: SubscriptionRecord, event: AnswerableEvent) => string | null
}

/** Makes the weekly digests of theatres. */
export interface DigestSource {
  /**
   * The Monday of the last week with a digest due; null while a replay waits for its first tick.
   */
  readonly findDueWeek: (theatre: string) => string | null
  /** Counts only what the subscription may be sent. */
  readonly make: (
    subscription: SubscriptionRecord,
    theatre: string,
    week: string
  ) => Promise<Digest>
}

export class SubscriberNotices implements NoticeSource {
  readonly about = ['silence', 'watch', 'digest', 'alert'] as const
  readonly #deps: SubscriberNoticesDeps
  readonly #subscription: SubscriptionRecord
  readonly #deliveries: SubscriptionDeliveries
  /** Rosters with notices sent that did not exist at the last look. */
  #missing: ReadonlySet<string> = new Set()

  constructor(
    deps: SubscriberNoticesDeps,
    subscription: SubscriptionRecord,
    deliveries: SubscriptionDeliveries
  ) {
    this.#deps = deps
    this.#subscription = subscription
    this.#deliveries = deliveries
  }

  async find(): ReturnType<NoticeSource['find']> {
    if (this.#deliveries.isEnded) return { raised: [], dropped: [] }
    const { notices = [], digest } = this.#subscription
    const raised = [
      ...(notices.includes('silences') ? await this.#findSilences() : []),
      ...(notices.includes('watches') ? this.#findRosters() : []),
      ...(digest === true ? this.#findDigests() : [])
    ]
    return { raised, dropped: this.#findGoneRosters() }
  }

  async describe(notice: Notice): Promise<object | null> {
    const { health, isEnded } = this.#deliveries
    // An endpoint that is away is probed with its deliveries.
    if (isEnded || isOut(health)) return null
    switch (notice.about) {
      case 'digest': {
        const { id, week } = notice
        return { digest: await this.#deps.digests.make(this.#subscription, id, week) }
      }
      case 'watch':
        return { watchId: notice.id, state: notice.state }
      case 'silence': {
        const { id: silenceId, state, startsAt, endsAt, matches } = notice
        return { silenceId, state, startsAt, endsAt, matches }
      }
      default:
        return notice.about === 'alert' ? this.#describeReminder(notice) : null
    }
  }

  /** Silences over the subscription that it may know. */
  async #findSilences(): Promise<readonly NewNotice[]> {
    const { control, clock } = this.#deps
    const { policy, order } = this.#subscription
    const { notices } = this.#deliveries
    const nowMs = clock.nowMs()
    const raised: NewNotice[] = []
    const raise = (news: NewsAbout<'silence'>) => raised.push({ news, mark: news.state })
    const before = notices.list('silence').filter(({ state }) => state !== 'over')
    let standing = before.length
    // No policy delays anything in strict order.
    const isDelayed = policy !== undefined && policy !== null && order !== 'strict'
    const known = [...control.state.silences.values()].filter(
      each => isDelayed && this.#mayKnow(each)
    )
    for (const silence of known) {
      const { silenceId: id, startsAt } = silence
      const state = decideSilenceNotice(
        notices.of('silence', id),
        this.#findStanding(silence),
        nowMs
      )
      if (state === null || (state === 'holding' && standing >= toldSilencesMax)) continue
      if (state === 'holding') standing++
      const matches = state === 'over' ? null : await this.#countMatches(silence)
      raise({
        about: 'silence',
        id,
        state,
        startsAt,
        endsAt: endIn(control.state, silence),
        matches
      })
    }
    // One that is listed no more, such as after a long pause, is over; one that it may not know of
    // any more is by its time.
    for (const { id, startsAt, endsAt } of before) {
      const isOver = Date.parse(endsAt) <= nowMs
      const isListed = !isOver && control.state.silences.has(id)
      if (isListed || known.some(({ silenceId }) => silenceId === id)) continue
      const endedAt = isOver ? endsAt : new Date(nowMs).toISOString()
      raise({ about: 'silence', id, state: 'over', startsAt, endsAt: endedAt, matches: null })
    }
    return raised
  }

  /** A silence with a revoked key has no effect any more. */
  #findStanding(silence: SilenceState): ReturnType<typeof computeStanding> {
    const { control, clock } = this.#deps
    const recorded = computeStanding(silence, clock.nowMs())
    return recorded === 'holding' && !isHolding(control.state, silence, clock) ? 'over' : recorded
  }

  /**
   * As `mayKnowSilence` has it for who manages the subscription, within what the subscription itself
   * may be sent: its endpoint may be in other hands than the key.
   */
  #mayKnow(silence: SilenceState): boolean {
    const { subscriptionId, ownerKeyId } = this.#subscription
    if (silence.subscriptionId !== null) return silence.subscriptionId === subscriptionId
    return (
      reaches(this.#subscription, silence) &&
      (silence.ownerKeyId === ownerKeyId || this.#isOfficers(ownerKeyId))
    )
  }

  #isOfficers(keyId: string): boolean {
    const key = this.#deps.control.state.keys.get(keyId)
    return key === undefined
      ? keyId === 'owner'
      : key.scopes.some(scope => scope === 'alerts:operate' || scope === 'admin')
  }

  /**
   * Open alerts that the subscriber is notified of and that the silence is for; null if the
   * subscriber may not know what it is for: its words could be guessed by its alerts.
   */
  async #countMatches(silence: SilenceState): Promise<number | null> {
    if (!reaches(this.#subscription, silence)) return null
    const isTold = (alertId: string) => this.#deliveries.isKnown(alertId)
    const view = makeView(this.#subscription)
    return countSilenced(this.#deps.alerts, view, makeSilence(silence), isTold)
  }

  /** Rosters that the key behind the subscription declared. */
  #listRosters(): readonly string[] {
    const { ownerKeyId } = this.#subscription
    const holder = { ...this.#subscription, id: ownerKeyId }
    return [...this.#deps.control.state.watches.values()]
      .filter(each => each.ownerKeyId === ownerKeyId && mayKnow(holder, each))
      .map(({ watchId }) => watchId)
  }

  #findRosters(): readonly NewNotice[] {
    const { clock, watches } = this.#deps
    return this.#listRosters().flatMap(id => {
      const told = this.#deliveries.notices.of('watch', id)
      const state = decideWatchNotice(told, watches.isUnstaffed(id), clock.nowMs())
      return state === null ? [] : [{ news: { about: 'watch', id, state }, mark: state }]
    })
  }

  /**
   * The notices of a roster that is deleted, or not its key's. It must be missing twice: a roster
   * may be known here a little later.
   */
  #findGoneRosters(): readonly Notice[] {
    const there = new Set(this.#listRosters())
    const gone = this.#deliveries.notices.list('watch').filter(({ id }) => !there.has(id))
    const dropped = gone.filter(({ id }) => this.#missing.has(id))
    this.#missing = new Set(gone.map(({ id }) => id))
    return dropped
  }

  /** In the theatres that the subscription asks for, each week once. */
  #findDigests(): readonly NewNotice[] {
    const { control, digests } = this.#deps
    const { theatre: asked } = this.#subscription.filter as AlertFilter
    return [...control.state.theatres.keys()]
      .filter(theatre => mayReadTheatre(this.#subscription, theatre))
      .filter(theatre => asked === undefined || asked.includes(theatre))
      .flatMap(id => {
        const week = digests.findDueWeek(id)
        const told = this.#deliveries.notices.of('digest', id)
        // A clock that was set back, or a replay that began again, does not send a week twice.
        if (week === null || (told !== null && told.week >= week)) return []
        return [{ news: { about: 'digest', id, state: 'ready', week }, mark: week }]
      })
  }

  /**
   * The full alert, so that a receiver who lost the first can act. Null if it was answered
   * meanwhile, or is delayed; next-delivery.ts raises reminders.
   */
  async #describeReminder(reminder: Notice<'alert'>): Promise<object | null> {
    const { judge, bodies, clock, answerUrlOf } = this.#deps
    const { id: alertId, sequence, eventId, eventType, count, since, at: plannedAt } = reminder
    const asked = judge?.repeat(alertId, Number.NEGATIVE_INFINITY, clock.nowMs())
    const waiting = this.#deliveries.table.waitingOf(this.#deliveries.findTrace(alertId))
    // A new event replaces the reminder.
    if (asked?.decision?.kind !== 'tell' || waiting.length > 0) return null
    const alert = await bodies.makeStatement(this.#subscription, reminder)
    const event = { alertId, eventType, verdict: 'event', plannedAt } as const
    const answerurl = answerUrlOf(this.#subscription, event)
    return {
      ...{ because: 'repeat', count, firstToldAt: since, sequence, eventId, eventType },
      ...{ answerurl, alert }
    }
  }
}
