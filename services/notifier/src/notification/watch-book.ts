// Who is on shift, as the control log has it now, and whether a subscription is notified by that.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { Clock } from '@tocsin/domain/ports'
import type { ControlState } from '@tocsin/service/control/control-state'
import type { ControlView } from '@tocsin/service/projection/control-view'
import { isOut } from './endpoint-health.ts'
import type { SubscriptionDeliveries } from './subscription-deliveries.ts'
import { alwaysOn, type Duty, decideDuty, type Shift, shiftsAt } from './watch.ts'

export interface WatchBookDeps {
  readonly control: Pick<ControlView, 'state'>
  readonly clock: Pick<Clock, 'nowMs'>
  /** Whether a subscription wants and may have anything now. */
  readonly maySend: (subscription: SubscriptionRecord) => boolean
  /** The state of each by the log, whichever instance sends. */
  readonly fold: { of(subscriptionId: string): SubscriptionDeliveries }
}

export class WatchBook {
  readonly #deps: WatchBookDeps
  /** By what was read: each decision asks. */
  #read: {
    readonly from: ControlState['watches']
    readonly all: ReadonlyMap<string, readonly Shift[]>
  } | null = null

  constructor({ control, clock, maySend, fold }: WatchBookDeps) {
    this.#deps = { control, clock, maySend, fold }
  }

  /**
   * Whether a subscription is notified of an alert by a roster. A roster that does not exist delays
   * no notification. `wants`: whether a subscription on shift would be notified of the alert at
   * some hour.
   */
  decideDuty(
    watchId: string,
    subscriptionId: string,
    nowMs: number,
    wants: (subscription: SubscriptionRecord) => boolean
  ): Duty {
    const shifts = this.#all().get(watchId)
    if (shifts === undefined) return alwaysOn
    const { subscriptions } = this.#deps.control.state
    return decideDuty(
      shifts,
      subscriptionId,
      nowMs,
      id => this.#canReach(watchId, id) && wants(subscriptions.get(id) as SubscriptionRecord)
    )
  }

  /** Whether subscriptions follow the roster, but none on shift can be reached. */
  isUnstaffed(watchId: string): boolean {
    const { clock, control } = this.#deps
    const shifts = shiftsAt(this.#all().get(watchId) ?? [], clock.nowMs())
    const isFollowed = [...control.state.subscriptions.values()].some(
      ({ policy }) => policy?.watch === watchId
    )
    return isFollowed && !shifts.some(({ lines }) => lines.some(id => this.#canReach(watchId, id)))
  }

  /** Number of unstaffed rosters that subscriptions follow. */
  unstaffedCount(): number {
    return [...this.#all().keys()].filter(watchId => this.isUnstaffed(watchId)).length
  }

  /**
   * Whether a subscription follows the roster, and wants and may have what is sent. Its endpoint
   * may be down.
   */
  isServed(watchId: string, subscriptionId: string): boolean {
    const subscription = this.#deps.control.state.subscriptions.get(subscriptionId)
    return subscription?.policy?.watch === watchId && this.#deps.maySend(subscription)
  }

  #canReach(watchId: string, subscriptionId: string): boolean {
    return (
      this.isServed(watchId, subscriptionId) && !isOut(this.#deps.fold.of(subscriptionId).health)
    )
  }

  #all(): ReadonlyMap<string, readonly Shift[]> {
    const { watches } = this.#deps.control.state
    if (this.#read?.from !== watches)
      this.#read = {
        from: watches,
        all: new Map(
          [...watches].map(([id, { shifts }]) => [
            id,
            shifts.map(({ from, until, lines }) => {
              return { fromMs: Date.parse(from), untilMs: Date.parse(until), lines }
            })
          ])
        )
      }
    return this.#read.all
  }
}
