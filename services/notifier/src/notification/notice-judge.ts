// What a subscriber may know about silences and watches: which concern it, the state of each now,
// and how many alerts a silence matches, counting only alerts that the subscriber is notified of.
// Source: decision 0079.

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
import type { SilenceStanding } from './notice-news.ts'
import { makeSilence } from './silence.ts'
import { endIn, isHolding } from './silence-book.ts'
import { countSilenced } from './silenced-alerts.ts'
import type { SubscriptionDeliveries } from './subscription-deliveries.ts'
import type { WatchBook } from './watch-book.ts'

export interface NoticeJudgeDeps {
  readonly control: Pick<ControlView, 'state'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly alerts: AlertIndex
  readonly watches: WatchBook
  readonly digests: DigestSource
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

/** A silence as its notices show it. */
export interface TellableSilence {
  readonly silenceId: string
  readonly standing: SilenceStanding['standing']
  readonly startsAt: string
  readonly endsAt: string
  /**
   * Open alerts that the subscriber is notified of and that it is for; null if the subscriber may
   * not know what it is for.
   */
  readonly matches: () => Promise<number | null>
}

export class NoticeJudge {
  readonly #deps: NoticeJudgeDeps
  readonly #subscription: SubscriptionRecord
  readonly #deliveries: SubscriptionDeliveries

  constructor(
    deps: NoticeJudgeDeps,
    subscription: SubscriptionRecord,
    deliveries: SubscriptionDeliveries
  ) {
    this.#deps = deps
    this.#subscription = subscription
    this.#deliveries = deliveries
  }

  /** Active, future and past silences over the subscription that it may know. */
  silences(): readonly TellableSilence[] {
    const { control, clock } = this.#deps
    const { policy, order } = this.#subscription
    // No policy delays anything there.
    if (policy === undefined || policy === null || order === 'strict') return []
    return [...control.state.silences.values()]
      .filter(each => this.#mayKnow(each))
      .map(each => {
        const { silenceId, startsAt } = each
        const nowMs = clock.nowMs()
        const recorded = computeStanding(each, nowMs)
        // A silence with a revoked key has no effect any more.
        const standing =
          recorded === 'holding' && !isHolding(control.state, each, clock) ? 'over' : recorded
        return {
          silenceId,
          standing,
          startsAt,
          endsAt: endIn(control.state, each),
          matches: () => this.#matches(each)
        }
      })
  }

  /** Whether a silence is listed still: those that are over are, for a while. */
  isListed(silenceId: string): boolean {
    return this.#deps.control.state.silences.has(silenceId)
  }

  /** Watches that the key behind the subscription declared, and whether each is unstaffed. */
  watches(): readonly { readonly watchId: string; readonly isUnstaffed: boolean }[] {
    const { control, watches } = this.#deps
    const { ownerKeyId } = this.#subscription
    const holder = { ...this.#subscription, id: ownerKeyId }
    return [...control.state.watches.values()]
      .filter(each => each.ownerKeyId === ownerKeyId && mayKnow(holder, each))
      .map(({ watchId }) => ({ watchId, isUnstaffed: watches.isUnstaffed(watchId) }))
  }

  /** Theatres that the subscription asks for, each with the week of the digest that is due. */
  digests(): readonly { readonly theatre: string; readonly week: string }[] {
    const { control, digests } = this.#deps
    const { theatre: asked } = this.#subscription.filter as AlertFilter
    return [...control.state.theatres.keys()]
      .filter(theatre => mayReadTheatre(this.#subscription, theatre))
      .filter(theatre => asked === undefined || asked.includes(theatre))
      .flatMap(theatre => {
        const week = digests.findDueWeek(theatre)
        return week === null ? [] : [{ theatre, week }]
      })
  }

  makeDigest(theatre: string, week: string): Promise<Digest> {
    return this.#deps.digests.make(this.#subscription, theatre, week)
  }

  /**
   * As `mayKnowSilence` has it for who manages the subscription, within what the
   * subscription itself may be sent: its endpoint may be in other hands than the key.
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

  async #matches(silence: SilenceState): Promise<number | null> {
    // Its words are not for them: by its alerts they could be guessed.
    if (!reaches(this.#subscription, silence)) return null
    const isTold = (alertId: string) => this.#deliveries.alerts.isKnown(alertId)
    return countSilenced(
      this.#deps.alerts,
      makeView(this.#subscription),
      makeSilence(silence),
      isTold
    )
  }
}
