// The valid plans of a subscription as a chain: each names the one before it.

import type { Positions } from '../alerts/positions.ts'
import type { DeliveryRecord } from './delivery-record.ts'

export type PlanRecord = Extract<DeliveryRecord, { type: 'delivery.planned' }>

export interface ChainRow {
  readonly lastSequence: number
  readonly lastEventId: string | null
  readonly lastPlanId: string | null
  readonly planned: readonly string[]
  /** Left out before the first restore of the log. */
  readonly restored?: { readonly epoch: string; readonly ends: readonly string[] }
}

export class PlanChain {
  #lastSequence = 0
  #lastEventId: string | null = null
  #lastPlanId: string | null = null
  /** By partition of the alerts log. */
  #planned: bigint[] = []
  #epoch: string | null = null
  #restatedEnds: readonly bigint[] = []

  /** Sequence of the newest planned delivery; 0 before the first. */
  get lastSequence(): number {
    return this.#lastSequence
  }

  get lastEventId(): string | null {
    return this.#lastEventId
  }

  /** Id of the newest valid plan, which the next one must name. Null before the first. */
  get lastPlanId(): string | null {
    return this.#lastPlanId
  }

  /** By partition of the alerts log, the position after the last planned event. */
  get plannedEnds(): readonly bigint[] {
    return this.#planned
  }

  /** Of the log after its last restore; null: it never was restored. */
  get epoch(): string | null {
    return this.#epoch
  }

  /** Before these positions only the newest event of an alert is planned: it restates the alert. */
  get restatedEnds(): readonly bigint[] {
    return this.#restatedEnds
  }

  /** The sequence begins again, and what was planned is read again. */
  beginEpoch(epoch: string, recordId: string): void {
    // A restore while the alerts of the one before are restated.
    const ends = this.#planned.map((end, i) => {
      const before = this.#restatedEnds[i] ?? 0n
      return end > before ? end : before
    })
    this.#restatedEnds = ends.length > 0 ? ends : this.#restatedEnds
    this.#planned = []
    this.#lastSequence = 0
    this.#lastEventId = null
    this.#lastPlanId = recordId
    this.#epoch = epoch
  }

  /** The positions after the last planned event, at least the given ones. */
  plannedFrom(start: Positions): Positions {
    return start.map((position, i) =>
      this.#planned[i] !== undefined && this.#planned[i] > position ? this.#planned[i] : position
    )
  }

  /** False for a plan that does not continue the chain: it does not count. */
  take(record: PlanRecord): boolean {
    if (!this.#goesOn(record)) return false
    const { data, id } = record
    this.#lastSequence = data.sequence
    this.#lastEventId = data.eventId
    this.#lastPlanId = id
    while (this.#planned.length <= data.partition) this.#planned.push(0n)
    const position = BigInt(data.position)
    if (position >= (this.#planned[data.partition] as bigint))
      this.#planned[data.partition] = position + 1n
    return true
  }

  capture(): ChainRow {
    const { lastSequence, lastEventId, lastPlanId } = this
    const row = { lastSequence, lastEventId, lastPlanId, planned: this.#planned.map(String) }
    if (this.#epoch === null) return row
    return { ...row, restored: { epoch: this.#epoch, ends: this.#restatedEnds.map(String) } }
  }

  restore({ lastSequence, lastEventId, lastPlanId, planned, restored }: ChainRow): void {
    this.#epoch = restored?.epoch ?? null
    this.#restatedEnds = restored?.ends.map(BigInt) ?? []
    this.#lastSequence = lastSequence
    this.#lastEventId = lastEventId
    this.#lastPlanId = lastPlanId
    this.#planned = planned.map(BigInt)
  }

  /**
   * A plan counts only if it names the newest valid one. Its writer then knew everything planned
   * before: no event is skipped and none gets two sequences. Repeats and concurrent plans do not
   * continue the chain.
   */
  #goesOn({ cause, data }: PlanRecord): boolean {
    const { sequence } = data
    // Earlier plans were removed by retention.
    if (this.#lastSequence === 0 && sequence > 1) return true
    if (sequence !== this.#lastSequence + 1) return false
    // Before plans were chained, a single planner wrote them all.
    return cause === this.#lastPlanId || (cause === null && sequence > 1)
  }
}
