// What waits in newest-state order, kept in order as it changes: a turn costs what changed since the last one, not what waits. It
// says the same as `sortBacklog` of the domain, which judges all of it at once.

import { type AlertTrace, laneOfDelivery, skipReason } from '@tocsin/domain/delivery/newest-state'
import { type Delivery, waitingOf } from './delivery.ts'
import type { KeptDeliveries } from './kept-deliveries.ts'
import { SequenceSet } from './sequence-set.ts'

/** Of one alert. */
interface Group {
  /** Waiting and not asked for; without what is superseded, which stays so. */
  readonly open: Map<number, Delivery>
  /** Superseded ones that page. */
  readonly paging: Set<number>
}

export class WaitingOrder {
  readonly #traceOf: (alertId: string) => AlertTrace
  readonly #lanes = Array.from({ length: 5 }, () => new SequenceSet())
  readonly #laneOf = new Map<number, { readonly lane: number; readonly pages: boolean }>()
  readonly #groups = new Map<string, Group>()
  readonly #changed = new Set<string>()
  readonly skipped = new SequenceSet()
  readonly #expired = new Set<number>()
  /** Not older than what makes a delivery stale, in the order of their plans. */
  #fresh: { readonly alertId: string; readonly plannedMs: number }[] = []
  #freshFrom = 0
  /** Deliveries looked at since the beginning: what turns cost. */
  looked = 0

  constructor(traceOf: (alertId: string) => AlertTrace) {
    this.#traceOf = traceOf
  }

  static of(kept: KeptDeliveries, traceOf: (alertId: string) => AlertTrace): WaitingOrder {
    const made = new WaitingOrder(traceOf)
    for (const sequence of kept.pending.all()) made.put(kept.get(sequence) as Delivery)
    return made
  }

  /** The alert was evicted: nothing of it is skipped any more. */
  reopen(alertId: string, get: (sequence: number) => Delivery | undefined): void {
    for (const sequence of this.skipped.all()) {
      const delivery = get(sequence)
      if (delivery?.alertId === alertId) this.put(delivery)
    }
    this.#touch(alertId)
  }

  #touch(alertId: string): void {
    if (this.#groups.has(alertId)) this.#changed.add(alertId)
  }

  /** It waits, now or still. */
  put(delivery: Delivery): void {
    const { sequence, alertId, round } = delivery
    this.remove(delivery)
    if (round > 0) this.#place(delivery, laneOfDelivery(waitingOf(delivery), delivery.pagesNow), delivery.pagesNow)
    else {
      const group = this.#groups.get(alertId) ?? { open: new Map(), paging: new Set() }
      this.#groups.set(alertId, group)
      group.open.set(sequence, delivery)
      this.#changed.add(alertId)
      this.#fresh.push({ alertId, plannedMs: Date.parse(delivery.plannedAt) })
    }
  }

  /** It waits no longer. */
  remove({ sequence, alertId }: Delivery): void {
    this.#unplace(sequence)
    this.skipped.delete(sequence)
    this.#expired.delete(sequence)
    const group = this.#groups.get(alertId)
    if (group === undefined) return
    group.open.delete(sequence)
    group.paging.delete(sequence)
    if (group.open.size === 0 && group.paging.size === 0) this.#groups.delete(alertId)
    this.#changed.add(alertId)
  }

  /** Call before asking: what became stale by now, and what changed, is judged. */
  judge(nowMs: number, freshForMs: number): void {
    for (; this.#freshFrom < this.#fresh.length; this.#freshFrom++) {
      const { alertId, plannedMs } = this.#fresh[this.#freshFrom] as { alertId: string; plannedMs: number }
      if (nowMs - plannedMs < freshForMs) break
      this.#touch(alertId)
    }
    if (this.#freshFrom > 1_000 && this.#freshFrom * 2 > this.#fresh.length) {
      this.#fresh = this.#fresh.slice(this.#freshFrom)
      this.#freshFrom = 0
    }
    for (const alertId of this.#changed) this.#judgeAlert(alertId, nowMs)
    this.#changed.clear()
  }

  get size(): number {
    return this.#laneOf.size
  }

  has(sequence: number): boolean {
    return this.#laneOf.has(sequence)
  }

  /** What is sent, the most urgent first. */
  *current(): Generator<number> {
    for (const lane of this.#lanes)
      for (const sequence of lane.from(0)) {
        this.looked++
        yield sequence
      }
  }

  /** Whether it pages, itself or for what it replaces. */
  pages(sequence: number): boolean {
    return this.#laneOf.get(sequence)?.pages === true
  }

  isExpired(sequence: number): boolean {
    return this.#expired.has(sequence)
  }

  #judgeAlert(alertId: string, nowMs: number): void {
    const group = this.#groups.get(alertId)
    if (group === undefined) return
    const trace = this.#traceOf(alertId)
    const sent: Delivery[] = []
    for (const [sequence, delivery] of group.open) {
      this.looked++
      const reason = skipReason(waitingOf(delivery), trace, nowMs)
      this.#expired.delete(sequence)
      if (reason === null) {
        this.skipped.delete(sequence)
        sent.push(delivery)
        continue
      }
      this.#unplace(sequence)
      this.skipped.add(sequence)
      if (reason === 'expired') this.#expired.add(sequence)
      else {
        group.open.delete(sequence)
        if (delivery.pagesNow) group.paging.add(sequence)
      }
    }
    const isMade = group.paging.size > 0 || trace.owesPage
    const lanes = sent.map(delivery => laneOfDelivery(waitingOf(delivery), delivery.pagesNow || isMade))
    // Events of one alert stay in order, all in the lane of the most urgent.
    const lane = lanes.reduce((a, b) => Math.min(a, b), this.#lanes.length - 1)
    for (const delivery of sent) this.#place(delivery, lane, delivery.pagesNow || isMade)
  }

  #place({ sequence }: Delivery, lane: number, pages: boolean): void {
    const before = this.#laneOf.get(sequence)
    if (before?.lane !== lane) {
      if (before !== undefined) this.#lanes[before.lane]?.delete(sequence)
      this.#lanes[lane]?.add(sequence)
    }
    this.#laneOf.set(sequence, { lane, pages })
  }

  #unplace(sequence: number): void {
    const before = this.#laneOf.get(sequence)
    if (before === undefined) return
    this.#lanes[before.lane]?.delete(sequence)
    this.#laneOf.delete(sequence)
  }
}
