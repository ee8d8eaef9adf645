// The deliveries of one subscription that are kept, by sequence and by state. Those that are done are bounded; what is pending is
// bounded by its planner and its retention.

import type { Delivery } from './delivery.ts'
import { SequenceSet } from './sequence-set.ts'

/** Finished deliveries kept per subscription, for the list and for replays. The oldest is evicted; parked ones never are. */
export const finishedKeptMax = 10_000

export class KeptDeliveries {
  readonly #bySequence = new Map<number, Delivery>()
  readonly pending = new SequenceSet()
  readonly parked = new SequenceSet()
  /** Pending ones that a policy holds. */
  readonly held = new SequenceSet()
  readonly #done = new SequenceSet()
  readonly #byAlert = new AlertSequences()

  get(sequence: number | undefined): Delivery | undefined {
    return sequence === undefined ? undefined : this.#bySequence.get(sequence)
  }

  /** The only one whose first attempt may be under way, or have been cut off, without a record: any other is chosen before it. */
  get firstUnasked(): Delivery | undefined {
    for (const sequence of this.pending.from(0)) {
      const delivery = this.#bySequence.get(sequence)
      if (delivery?.round === 0) return delivery
    }
    return undefined
  }

  *heldNow(): Generator<Delivery> {
    for (const sequence of this.held.from(0)) yield this.#bySequence.get(sequence) as Delivery
  }

  /** In the order of their plans. */
  all(): Delivery[] {
    return [...this.#bySequence.values()]
  }

  /** Newest first; of one alert at the cost of its own. */
  newestFirst(alertId?: string): Delivery[] {
    const kept =
      alertId === undefined ? this.all() : this.#byAlert.of(alertId).map(each => this.#bySequence.get(each) as Delivery)
    return kept.reverse()
  }

  /** Takes the place of what is kept under its sequence. */
  set(delivery: Delivery): void {
    const { sequence, state } = delivery
    const before = this.#bySequence.get(sequence)?.state
    this.#bySequence.set(sequence, delivery)
    if (delivery.held !== null) this.held.add(sequence)
    else this.held.delete(sequence)
    if (before === state) return
    if (before === undefined) this.#byAlert.add(delivery)
    else this.#of(before).delete(sequence)
    this.#of(state).add(sequence)
    if (state === 'pending' || this.#done.size + this.parked.size <= finishedKeptMax) return
    if (this.#done.first !== undefined) this.#delete(this.#done.first)
  }

  /**
   * What waits or is parked and was planned before a time; of what was asked for again only if `isAway`: its endpoint fails for
   * as long. What a policy holds waits from the end of its hold on, unless its endpoint is away: it is the newest of an alert
   * that stands, and is told when it may be.
   */
  overdue(before: string, isAway: boolean): number[] {
    return [...this.pending.all(), ...this.parked.all()].filter(sequence => {
      const { plannedAt, round, state, held } = this.#bySequence.get(sequence) as Delivery
      const isHeld = !isAway && held !== null && (held.until === null || held.until >= before)
      return plannedAt < before && !isHeld && (state === 'parked' || round === 0 || isAway)
    })
  }

  /** Forgets what was done before a time, ISO 8601. */
  forgetDone(before: string): void {
    for (const sequence of this.#done.all()) {
      const { last, plannedAt } = this.#bySequence.get(sequence) as Delivery
      if ((last?.at ?? plannedAt) < before) this.#delete(sequence)
    }
  }

  #delete(sequence: number): void {
    this.#byAlert.delete(this.#bySequence.get(sequence) as Delivery)
    this.#done.delete(sequence)
    this.#bySequence.delete(sequence)
  }

  #of(state: Delivery['state']): SequenceSet {
    if (state === 'pending') return this.pending
    return state === 'parked' ? this.parked : this.#done
  }
}

/** The sequences of each alert, ascending. Most alerts have few, and one alone takes no list. */
class AlertSequences {
  readonly #known = new Map<string, number | number[]>()

  of(alertId: string): number[] {
    const known = this.#known.get(alertId) ?? []
    return typeof known === 'number' ? [known] : [...known]
  }

  /** Plans come in order of their sequences. */
  add({ alertId, sequence }: Delivery): void {
    const known = this.#known.get(alertId)
    if (known === undefined) this.#known.set(alertId, sequence)
    else if (typeof known === 'number') this.#known.set(alertId, [known, sequence])
    else known.push(sequence)
  }

  delete({ alertId, sequence }: Delivery): void {
    const known = this.#known.get(alertId)
    if (typeof known === 'object' && known.length > 1) known.splice(known.indexOf(sequence), 1)
    else this.#known.delete(alertId)
  }
}
