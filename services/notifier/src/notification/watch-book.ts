// Who is on shift, as the control log has it now, and whether a subscription is notified by that.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { DeliveryFold } from './delivery-fold.ts'
import { isOut } from './endpoint-health.ts'
import { alwaysOn, type Duty, decideDuty, type Shift, shiftsAt } from './watch.ts'

interface WatchBookDeps extends Pick<ServiceDeps, 'control' | 'clock'> {
  /** Whether a subscription wants and may have anything now. */
  readonly maySend: (subscription: SubscriptionRecord) => boolean
  /** The state of each by the log, whichever instance sends. */
  readonly fold: DeliveryFold
}

export class WatchBook {
  readonly #deps: WatchBookDeps
  /** By their roster: each decision asks. */
  readonly #shifts = new WeakMap<object, readonly Shift[]>()

  constructor(deps: WatchBookDeps) {
    this.#deps = deps
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
    const shifts = this.#listShifts(watchId)
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
    const shifts = shiftsAt(this.#listShifts(watchId) ?? [], clock.nowMs())
    const isFollowed = [...control.state.subscriptions.values()].some(
      ({ policy }) => policy?.watch === watchId
    )
    return isFollowed && !shifts.some(({ lines }) => lines.some(id => this.#canReach(watchId, id)))
  }

  /** Number of unstaffed rosters that subscriptions follow. */
  unstaffedCount(): number {
    return [...this.#deps.control.state.watches.keys()].filter(watchId => this.isUnstaffed(watchId))
      .length
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

  /** Undefined: there is no such roster. */
  #listShifts(watchId: string): readonly Shift[] | undefined {
    const roster = this.#deps.control.state.watches.get(watchId)
    if (roster === undefined) return undefined
    const shifts =
      this.#shifts.get(roster) ??
      roster.shifts.map(({ from, until, lines }) => {
        return { fromMs: Date.parse(from), untilMs: Date.parse(until), lines }
      })
    this.#shifts.set(roster, shifts)
    return shifts
  }
}
