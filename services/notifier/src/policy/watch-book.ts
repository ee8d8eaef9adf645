// Who is on watch, as the control log has it now, and whether a subscription is told by that.

import type { SubscriptionRecord, WatchRecord } from '@tocsin/domain/control/control-record'
import type { ControlState } from '@tocsin/domain/control/control-state'
import { alwaysOn, type Duty, dutyOf, shiftsAt, type Watch } from '@tocsin/domain/notification/watch'
import type { Clock } from '@tocsin/domain/ports'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'

export interface WatchBookDeps {
  readonly control: Pick<ControlView, 'state'>
  readonly clock: Pick<Clock, 'nowMs'>
  /** Whether a subscription can be told of anything now. */
  readonly maySend: (subscription: SubscriptionRecord) => boolean
}

/** As decisions take it. */
export function watchOf({ lineMinutes, shifts }: Pick<WatchRecord, 'lineMinutes' | 'shifts'>): Watch {
  const read = shifts.map(({ officer, from, until, lines, note }) => ({
    ...{ officer, lines, note },
    fromMs: Date.parse(from),
    untilMs: Date.parse(until)
  }))
  return { lineMinutes, shifts: read.toSorted((a, b) => a.fromMs - b.fromMs) }
}

export class WatchBook {
  readonly #deps: WatchBookDeps
  /** By what was read: each decision asks. */
  #read: { readonly from: ControlState['watches']; readonly all: ReadonlyMap<string, Watch> } | null = null

  constructor({ control, clock, maySend }: WatchBookDeps) {
    this.#deps = { control, clock, maySend }
  }

  /**
   * Whether a subscription is told of an alert by a watch. One that is not there holds nobody back, and a line that would not be
   * told of this alert is passed over. `isFor`: whether an alert is for a line.
   */
  dutyOf(watchId: string, subscriptionId: string, nowMs: number, isFor: (line: SubscriptionRecord) => boolean): Duty {
    const watch = this.#all().get(watchId)
    if (watch === undefined) return alwaysOn
    const { subscriptions } = this.#deps.control.state
    return dutyOf(
      watch,
      subscriptionId,
      nowMs,
      id => this.isServed(watchId, id) && isFor(subscriptions.get(id) as SubscriptionRecord)
    )
  }

  /** Whether nobody is on whom anything can reach, though subscriptions follow the watch. */
  isUnstaffed(watchId: string): boolean {
    const { clock } = this.#deps
    const { subscriptions } = this.#deps.control.state
    const watch = this.#all().get(watchId)
    const isFollowed = [...subscriptions.values()].some(({ policy }) => policy?.watch === watchId)
    const lines = watch === undefined ? [] : shiftsAt(watch, clock.nowMs()).flatMap(shift => shift.lines)
    return isFollowed && !lines.some(id => this.isServed(watchId, id))
  }

  /** How many watches that subscriptions follow nobody is on. */
  unstaffedCount(): number {
    return [...this.#all().keys()].filter(watchId => this.isUnstaffed(watchId)).length
  }

  /** Whether a line follows the watch, and can be told. */
  isServed(watchId: string, subscriptionId: string): boolean {
    const subscription = this.#deps.control.state.subscriptions.get(subscriptionId)
    return subscription?.policy?.watch === watchId && this.#deps.maySend(subscription)
  }

  #all(): ReadonlyMap<string, Watch> {
    const { watches } = this.#deps.control.state
    if (this.#read?.from !== watches)
      this.#read = { from: watches, all: new Map([...watches].map(([id, watch]) => [id, watchOf(watch)])) }
    return this.#read.all
  }
}
