// Rosters: who is on shift until when, and which subscriptions are notified meanwhile, all in
// parallel. A subscription whose policy names a roster is notified while a shift names it.
// Escalation is another subscription, by `unansweredMinutes` of its policy.

import type { ShiftRecord, SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { DeliveryFold } from './delivery-fold.ts'
import { isOut } from './endpoint-health.ts'

/** Whether a subscription is notified now. */
export interface Duty {
  readonly isOn: boolean
  /** If it is not: when its next shift begins, ms; null: none is planned. */
  readonly untilMs: number | null
}

/** Of a subscription without a roster. */
export const alwaysOn: Duty = { isOn: true, untilMs: null }

/** When shifts begin and end, and whom they notify. Their times are in UTC with milliseconds. */
export type Shift = Pick<ShiftRecord, 'from' | 'until' | 'lines'>

/** `now`: ISO 8601, in UTC with milliseconds. */
export function listOnShift<S extends Shift>(shifts: readonly S[], now: string): readonly S[] {
  return shifts.filter(({ from, until }) => from <= now && now < until)
}

/**
 * Whether a subscription is notified at a time. While no one on shift can be reached, every
 * subscription of the roster is notified: an empty roster must not mean that no one hears.
 * `canReach`: whether a subscription can be notified of the alert. Pure.
 */
export function decideDuty(
  shifts: readonly Shift[],
  subscriptionId: string,
  atMs: number,
  canReach: (subscriptionId: string) => boolean
): Duty {
  const now = new Date(atMs).toISOString()
  const onShift = listOnShift(shifts, now).flatMap(({ lines }) => lines)
  if (onShift.includes(subscriptionId) || !onShift.some(canReach)) return alwaysOn
  const [next] = shifts
    .filter(({ from, lines }) => from > now && lines.includes(subscriptionId))
    .map(({ from }) => from)
    .sort()
  return { isOn: false, untilMs: next === undefined ? null : Date.parse(next) }
}

interface RosterDeps extends Pick<ServiceDeps, 'control' | 'clock'> {
  /** Whether a subscription wants and may have anything now. */
  readonly maySend: (subscription: SubscriptionRecord) => boolean
  /** The state of each by the log, whichever instance sends. */
  readonly fold: DeliveryFold
}

/** As the control log has them now. */
export class Rosters {
  readonly #deps: RosterDeps

  constructor(deps: RosterDeps) {
    this.#deps = deps
  }

  /**
   * Whether a subscription is notified of an alert by a roster. A roster that does not exist delays
   * no notification. `wants`: whether a subscription on shift would be notified of the alert at
   * some hour.
   */
  decideDuty(
    id: string,
    subscriptionId: string,
    nowMs: number,
    wants: (subscription: SubscriptionRecord) => boolean
  ): Duty {
    const { watches, subscriptions } = this.#deps.control.state
    return decideDuty(
      watches.get(id)?.shifts ?? [],
      subscriptionId,
      nowMs,
      each => this.#canReach(id, each) && wants(subscriptions.get(each) as SubscriptionRecord)
    )
  }

  /** Whether subscriptions follow the roster, but none on shift can be reached. */
  isUnstaffed(id: string): boolean {
    const { clock, control } = this.#deps
    const { watches, subscriptions } = control.state
    const now = new Date(clock.nowMs()).toISOString()
    const isFollowed = [...subscriptions.values()].some(({ policy }) => policy?.watch === id)
    const onShift = listOnShift(watches.get(id)?.shifts ?? [], now)
    return isFollowed && !onShift.some(({ lines }) => lines.some(each => this.#canReach(id, each)))
  }

  /** Number of unstaffed rosters that subscriptions follow. */
  unstaffedCount(): number {
    return [...this.#deps.control.state.watches.keys()].filter(id => this.isUnstaffed(id)).length
  }

  /**
   * Whether a subscription follows the roster, and wants and may have what is sent. Its endpoint
   * may be down.
   */
  isServed(id: string, subscriptionId: string): boolean {
    const subscription = this.#deps.control.state.subscriptions.get(subscriptionId)
    return subscription?.policy?.watch === id && this.#deps.maySend(subscription)
  }

  #canReach(id: string, subscriptionId: string): boolean {
    return this.isServed(id, subscriptionId) && !isOut(this.#deps.fold.of(subscriptionId).health)
  }
}
