// The waiting deliveries in newest-state order, updated as they change: a turn costs what changed
// since the last one, not what waits. With a policy the newest event of each alert is delayed, or
// muted, as the policy decides.

import type { MutedReason, TellReason } from '@tocsin/contracts/subscription/notification-words'
import { severities } from '@tocsin/contracts/theatre/severity'
import type { FilterWork } from '@tocsin/domain/space-time/asked-area'
import { AskingOrder } from './asking-order.ts'
import { canBeChosen, type Delivery, isSameHold, isStateEvent, makeWaiting } from './delivery.ts'
import type { HeldData } from './delivery-record.ts'
import type { KeptDeliveries } from './kept-deliveries.ts'
import { type AlertTrace, computeLane, freshForMs, skipReason } from './newest-state.ts'
import type { NotificationDecision } from './notification-decision.ts'
import { SequenceSet } from './sequence-set.ts'

/**
 * What a subscriber was notified of for an alert, and since when an event waits, ms; null: none
 * waits.
 */
export interface NewsStanding {
  readonly trace: AlertTrace
  readonly sinceMs: number | null
}

export interface NewsJudge {
  /** What it cost so far, by which `settle` stops. */
  readonly work: FilterWork
  /**
   * Decides on the newest event of an alert. `standingOf`: the standing of this and of other
   * alerts; whether it is sent may depend on whether those are. `againMs`: when it is to be asked
   * again, without any change, before its decision ends; null: it is not. The interval from now is
   * the same for all alerts.
   */
  decide(
    delivery: Delivery,
    standingOf: (alertId: string) => NewsStanding,
    nowMs: number
  ): { readonly decision: NotificationDecision; readonly againMs: number | null }
  /**
   * Silences that applied when this was last asked and no longer do: what they delayed is news.
   * Null, or omitted: there is none.
   */
  lifted?(): ReadonlySet<string> | null
}

/** Per alert. */
interface Group {
  /** Waiting and not asked for; without what is superseded, which stays so. */
  readonly open: Map<number, Delivery>
  /** Superseded ones that page. */
  readonly paging: Set<number>
}

/** A delay that is to be logged. */
export type NewHold = Omit<HeldData, 'subscriptionId'>

/** For how long another instance's record of a delay is not replaced, ms. */
export const saidForMs = 10_000

/** A wall clock that moved back by more than this was set, ms. */
const setBackMs = 1_000

const laneCount = 5

export class WaitingOrder {
  readonly #traceOf: (alertId: string) => AlertTrace
  readonly #lanes = Array.from({ length: laneCount }, () => new SequenceSet())
  readonly #laneOf = new Map<number, { readonly lane: number; readonly pages: boolean }>()
  readonly #groups = new Map<string, Group>()
  readonly #asking = new AskingOrder(laneCount)
  readonly skipped = new SequenceSet()
  readonly #expired = new Set<number>()
  readonly #muted = new Map<number, MutedReason>()
  readonly #because = new Map<number, TellReason>()
  readonly #unlogged = new Map<number, NewHold>()
  readonly #silencedBy = new Map<string, string>()
  /** Delays that were handed out to be logged, and when. */
  readonly #said = new Map<number, { readonly hold: NewHold; readonly atMs: number }>()
  readonly judge: NewsJudge | null
  /** Not older than what makes a delivery stale, in the order of their plans. */
  #fresh: { readonly alertId: string; readonly plannedMs: number }[] = []
  #freshFrom = 0
  #settledMs = Number.NEGATIVE_INFINITY
  /** Deliveries looked at since the beginning: what turns cost. */
  looked = 0

  constructor(traceOf: (alertId: string) => AlertTrace, judge: NewsJudge | null = null) {
    this.#traceOf = traceOf
    this.judge = judge
  }

  static of(
    kept: KeptDeliveries,
    traceOf: (alertId: string) => AlertTrace,
    judge: NewsJudge | null = null
  ): WaitingOrder {
    const made = new WaitingOrder(traceOf, judge)
    for (const sequence of kept.listPending()) made.put(kept.get(sequence) as Delivery)
    return made
  }

  #touch(alertId: string): void {
    const group = this.#groups.get(alertId)
    if (group !== undefined) this.#asking.add(alertId, this.#findAskedLane(group))
  }

  /** Without a policy all are judged immediately. */
  #findAskedLane({ open }: Group): number {
    let lane = laneCount - 1
    for (const delivery of open.values()) lane = Math.min(lane, this.#askedLaneFor(delivery))
    return lane
  }

  #askedLaneFor(delivery: Delivery): number {
    return this.judge === null ? 0 : this.#laneFor(delivery, delivery.pagesNow)
  }

  /** It waits, now or still. */
  put(delivery: Delivery): void {
    const { sequence, alertId, round } = delivery
    this.#takeOut(delivery)
    if (round > 0)
      this.#place(
        delivery,
        computeLane(makeWaiting(delivery), delivery.pagesNow),
        delivery.pagesNow
      )
    else {
      const group = this.#groups.get(alertId) ?? { open: new Map(), paging: new Set() }
      this.#groups.set(alertId, group)
      group.open.set(sequence, delivery)
      this.#asking.add(alertId, this.#askedLaneFor(delivery))
      if (this.judge === null)
        this.#fresh.push({ alertId, plannedMs: Date.parse(delivery.plannedAt) })
    }
  }

  /** It waits no longer. */
  remove(delivery: Delivery): void {
    this.#said.delete(delivery.sequence)
    this.#takeOut(delivery)
    this.#touch(delivery.alertId)
  }

  #takeOut({ sequence, alertId }: Delivery): void {
    this.#unplace(sequence)
    this.skipped.delete(sequence)
    this.#forgetJudgement(sequence)
    const group = this.#groups.get(alertId)
    if (group === undefined) return
    group.open.delete(sequence)
    group.paging.delete(sequence)
    if (group.open.size > 0 || group.paging.size > 0) return
    this.#groups.delete(alertId)
    this.#silencedBy.delete(alertId)
    this.#asking.later(alertId, { endMs: null, againMs: null })
    this.#asking.asked(alertId)
  }

  #forgetJudgement(sequence: number): void {
    for (const each of [this.#expired, this.#muted, this.#because, this.#unlogged])
      each.delete(sequence)
  }

  /**
   * Call before asking: what became stale by now, what changed, and then what is asked again, is
   * judged, until the judge has done so much work.
   */
  settle(nowMs: number, unitsMax = Number.POSITIVE_INFINITY): void {
    // The clock was set back: times to ask again are too late by that much, so all are asked now.
    if (nowMs < this.#settledMs - setBackMs)
      for (const alertId of this.#groups.keys()) this.#touch(alertId)
    this.#settledMs = nowMs
    for (; this.#freshFrom < this.#fresh.length; this.#freshFrom++) {
      const { alertId, plannedMs } = this.#fresh[this.#freshFrom] as {
        alertId: string
        plannedMs: number
      }
      if (nowMs - plannedMs < freshForMs) break
      this.#touch(alertId)
    }
    if (this.#freshFrom > 1_000 && this.#freshFrom * 2 > this.#fresh.length) {
      this.#fresh = this.#fresh.slice(this.#freshFrom)
      this.#freshFrom = 0
    }
    for (const alertId of this.#asking.ended(nowMs)) this.#touch(alertId)
    const lifted = this.judge?.lifted?.() ?? null
    if (lifted !== null)
      for (const [alertId, by] of this.#silencedBy) if (lifted.has(by)) this.#touch(alertId)
    const from = this.judge?.work.units ?? 0
    for (let next = this.#asking.next(nowMs); next !== null; next = this.#asking.next(nowMs)) {
      if (this.judge !== null && this.judge.work.units - from >= unitsMax) return
      this.#judgeAlert(next, nowMs)
      this.#asking.asked(next)
    }
  }

  /** What is new or changed is judged; what is only asked again may not be. */
  get isSettled(): boolean {
    return this.#asking.hasAllNews
  }

  /** A judged delivery can be sent, or no new one is left to judge. */
  get isReady(): boolean {
    if (this.isSettled) return true
    const first = this.current().next()
    return first.done !== true && this.mayGo(first.value)
  }

  /**
   * Everything new that is as grave is judged, with its dependencies. Only an alert that is as
   * grave and was sent makes another needless, so less grave ones may be judged later.
   */
  mayGo(sequence: number): boolean {
    return (this.#laneOf.get(sequence)?.lane ?? 0) < this.#asking.gravestLane
  }

  /** Whether anything is to be judged by now. */
  isBehind(nowMs: number): boolean {
    return !this.isSettled || (this.nextMs ?? Number.POSITIVE_INFINITY) <= nowMs
  }

  /** When something is to be judged again, ms; null: only when something changes. */
  get nextMs(): number | null {
    return this.#asking.nextMs
  }

  /** A delivery that the policy sends at any hour is due. */
  get hasExtreme(): boolean {
    return this.judge !== null && (this.#lanes[0]?.size ?? 0) > 0
  }

  /** Number of delays that are not logged yet. */
  get holdCount(): number {
    return this.#unlogged.size
  }

  /** Delays that are not logged yet, at most `most`, to be logged now. */
  newHolds(most: number): readonly NewHold[] {
    const holds = [...this.#unlogged.values().take(most)]
    for (const hold of holds) this.#said.set(hold.sequence, { hold, atMs: this.#settledMs })
    return holds
  }

  /**
   * Whether it is still to be sent: notifications since may have changed that. Without a policy it
   * is.
   */
  stillGoes({ sequence, alertId }: Delivery, nowMs: number): boolean {
    if (this.judge === null) return true
    this.#judgeAlert(alertId, nowMs)
    return this.has(sequence)
  }

  /** Why the policy sends it now; null without one. */
  findReason(sequence: number): TellReason | null {
    return this.#because.get(sequence) ?? null
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

  /** Why it is never sent; null: it may be. */
  findMute(sequence: number): MutedReason | null {
    return this.#muted.get(sequence) ?? null
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
      const freshMs = this.judge === null ? freshForMs : Number.NEGATIVE_INFINITY
      const reason = skipReason(makeWaiting(delivery), trace, nowMs, freshMs)
      this.#forgetJudgement(sequence)
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
    if (this.judge !== null) this.#askPolicy(this.judge, alertId, sent, nowMs)
    const lanes = sent.map(delivery => this.#laneFor(delivery, delivery.pagesNow || isMade))
    // Events of an alert stay in order, all in the lane of the most urgent.
    const lane = lanes.reduce((a, b) => Math.min(a, b), this.#lanes.length - 1)
    for (const delivery of sent) this.#place(delivery, lane, delivery.pagesNow || isMade)
  }

  /** With a policy the gravest is sent first: it may make other alerts in its story needless. */
  #laneFor(delivery: Delivery, pages: boolean): number {
    if (this.judge === null) return computeLane(makeWaiting(delivery), pages)
    return severities.length - 1 - severities.indexOf(delivery.severity ?? 'moderate')
  }

  /**
   * Leaves in `sent` what is sent now. A delivery that was begun continues, even if the policy
   * would now decide differently.
   */
  #askPolicy(judge: NewsJudge, alertId: string, sent: Delivery[], nowMs: number): void {
    const [ends, agains]: [number[], number[]] = [[], []]
    this.#silencedBy.delete(alertId)
    for (const delivery of sent.filter(canBeChosen)) {
      const { sequence, held } = delivery
      // Planned before there was a policy: who has one gets no refused actions.
      if (!isStateEvent(delivery)) {
        sent.splice(sent.indexOf(delivery), 1)
        this.#unplace(sequence)
        this.skipped.add(sequence)
        this.#muted.set(sequence, 'action-refused')
        continue
      }
      const lane = this.#askedLaneFor(delivery)
      const asked = judge.decide(
        delivery,
        id => (id === alertId ? this.#findStanding(id) : this.#standingFor(id, lane, nowMs)),
        nowMs
      )
      const { decision } = asked
      if (decision.kind === 'tell') {
        this.#because.set(sequence, decision.reason)
        continue
      }
      sent.splice(sent.indexOf(delivery), 1)
      this.#unplace(sequence)
      if (decision.kind === 'mute') {
        this.skipped.add(sequence)
        this.#muted.set(sequence, decision.reason)
        continue
      }
      if (decision.reason === 'silenced' && decision.by !== null)
        this.#silencedBy.set(alertId, decision.by)
      // A delay that has ended already would be judged again and again: it is only asked again.
      const endMs = decision.untilMs !== null && decision.untilMs > nowMs ? decision.untilMs : null
      if (endMs !== null) ends.push(endMs)
      if (asked.againMs !== null && asked.againMs !== endMs)
        agains.push(Math.max(asked.againMs, nowMs + 1))
      const until = decision.untilMs === null ? null : new Date(decision.untilMs).toISOString()
      const hold = { sequence, reason: decision.reason, until, by: decision.by }
      if (!isSameHold(held, hold) && !this.#isSaid(hold, nowMs)) this.#unlogged.set(sequence, hold)
    }
    this.#asking.later(alertId, { endMs: findLeast(ends), againMs: findLeast(agains) })
  }

  /**
   * Alerts that are as grave, wait and are due to be asked again are asked before the other is
   * sent: they may precede and cover it.
   */
  #standingFor(alertId: string, lane: number, nowMs: number): NewsStanding {
    const group = this.#groups.get(alertId)
    const itsLane = group === undefined ? laneCount : this.#findAskedLane(group)
    if (itsLane <= lane) this.#asking.hurry(alertId, itsLane, nowMs)
    return this.#findStanding(alertId)
  }

  /**
   * Whether it was just logged: then another instance has replaced it since. Two instances that
   * judge differently, for example because one has not read a silence or its own end, would replace
   * each other's records for ever.
   */
  #isSaid(hold: NewHold, nowMs: number): boolean {
    const said = this.#said.get(hold.sequence)
    return (
      said !== undefined && isSameHold(said.hold, hold) && Math.abs(nowMs - said.atMs) < saidForMs
    )
  }

  #findStanding(alertId: string): NewsStanding {
    const trace = this.#traceOf(alertId)
    return { trace, sinceMs: this.#groups.has(alertId) ? trace.unheardSinceMs : null }
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

function findLeast(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.min(...times)
}
