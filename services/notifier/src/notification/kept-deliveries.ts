// The stored deliveries of a subscription, by sequence and by state. Finished ones are bounded
// here; pending ones by the planner and the retention.

import type { Delivery } from './delivery.ts'
import { SequenceSet } from './sequence-set.ts'

/**
 * Finished deliveries stored per subscription, for the list and for replays. The oldest is evicted;
 * parked ones never are.
 */
export const finishedKeptMax = 10_000

export class KeptDeliveries {
  readonly #bySequence = new Map<number, Delivery>()
  readonly pending = new SequenceSet()
  readonly parked = new SequenceSet()
  /** Pending deliveries that a policy delays. */
  readonly held = new SequenceSet()
  readonly #done = new SequenceSet()
  readonly #byAlert = new AlertSequences()
  readonly #bySilence = new SilencedAlerts()

  get(sequence: number | undefined): Delivery | undefined {
    return sequence === undefined ? undefined : this.#bySequence.get(sequence)
  }

  /**
   * The only delivery with a first attempt that may be under way, or interrupted, without a record:
   * any other is chosen before it.
   */
  get firstUnasked(): Delivery | undefined {
    for (const sequence of this.pending.from(0)) {
      const delivery = this.#bySequence.get(sequence)
      if (delivery?.round === 0) return delivery
    }
    return undefined
  }

  /** By alert, how many deliveries a silence delays, as last logged. */
  heldBySilence(silenceId: string): HeldBySilence {
    return this.#bySilence.of(silenceId)
  }

  /**
   * Deliveries before a sequence, newest first, one by one: a page costs only the rows that it
   * reads. The deliveries must not change during the iteration.
   */
  *newestBefore(sequence: number): Generator<Delivery> {
    const lanes = [this.pending, this.parked, this.#done].map(set => set.before(sequence))
    const heads = lanes.map(lane => lane.next())
    for (;;) {
      const left = heads.map(head => (head.done === true ? 0 : head.value))
      const newest = Math.max(...left)
      // Sequences begin at 1.
      if (newest === 0) return
      yield this.#bySequence.get(newest) as Delivery
      const i = left.indexOf(newest)
      heads[i] = (lanes[i] as Generator<number>).next()
    }
  }

  /** In the order of their plans. */
  all(): Delivery[] {
    return [...this.#bySequence.values()]
  }

  /** Newest first; for one alert at the cost of that alert. */
  newestFirst(alertId?: string): Delivery[] {
    const kept =
      alertId === undefined
        ? this.all()
        : this.#byAlert.of(alertId).map(each => this.#bySequence.get(each) as Delivery)
    return kept.reverse()
  }

  /** Replaces the delivery stored under its sequence. */
  set(delivery: Delivery): void {
    const { sequence, state } = delivery
    const known = this.#bySequence.get(sequence)
    const before = known?.state
    this.#bySequence.set(sequence, delivery)
    this.#bySilence.move(known, delivery)
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
   * Deliveries that wait or are parked and were planned before a time; replayed ones only if
   * `isAway`: their endpoint fails for as long. A delivery that a policy delays waits from the end
   * of the delay on, unless its endpoint is away: it is the newest of an open alert, and is sent
   * when the policy allows.
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
    const delivery = this.#bySequence.get(sequence) as Delivery
    this.#byAlert.delete(delivery)
    this.#bySilence.move(delivery, undefined)
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

export interface HeldBySilence {
  readonly count: number
  readonly byAlert: ReadonlyMap<string, number>
}

const holdsNothing: HeldBySilence = { count: 0, byAlert: new Map() }

/** What each silence delays, updated as delays begin and end. */
class SilencedAlerts {
  readonly #known = new Map<string, { count: number; readonly byAlert: Map<string, number> }>()

  of(silenceId: string): HeldBySilence {
    return this.#known.get(silenceId) ?? holdsNothing
  }

  move(before: Delivery | undefined, after: Delivery | undefined): void {
    const [from, to] = [findSilence(before), findSilence(after)]
    if (from === to) return
    if (from !== null) this.#add(from, before as Delivery, -1)
    if (to !== null) this.#add(to, after as Delivery, 1)
  }

  #add(silenceId: string, { alertId }: Delivery, count: number): void {
    const known = this.#known.get(silenceId) ?? { count: 0, byAlert: new Map<string, number>() }
    known.count += count
    const ofAlert = (known.byAlert.get(alertId) ?? 0) + count
    if (ofAlert > 0) known.byAlert.set(alertId, ofAlert)
    else known.byAlert.delete(alertId)
    if (known.count > 0) this.#known.set(silenceId, known)
    else this.#known.delete(silenceId)
  }
}

function findSilence(delivery: Delivery | undefined): string | null {
  const held = delivery?.held ?? null
  return held?.reason === 'silenced' ? held.by : null
}
