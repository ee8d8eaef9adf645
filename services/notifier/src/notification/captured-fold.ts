// The deliveries of all subscriptions as of one instant, captured while folding continues: a
// subscription is captured in its turn, or just before it changes.

import type { Captured } from '@tocsin/service/snapshot/snapshot-state'
import type { CheckpointFold, CheckpointRow } from './checkpoint-fold.ts'
import { type CapturedDeliveries, type StateRow, stateRows } from './delivery-rows.ts'
import type { SubscriptionDeliveries } from './subscription-deliveries.ts'

/** A subscription, before the rows that are its; or one of these. */
export type FoldRow =
  | { readonly subscription: string; readonly checkpoint: CheckpointRow }
  | StateRow

/** One subscription in the fold. */
export interface FoldEntry {
  readonly deliveries: SubscriptionDeliveries
  readonly checkpoint: CheckpointFold
}

interface CapturedEntry {
  readonly deliveries: CapturedDeliveries
  readonly checkpoint: CheckpointRow
}

export class CapturedFold implements Captured {
  readonly #waiting: Map<string, FoldEntry>
  /** Changed since, before their turn. */
  readonly #early = new Map<string, CapturedEntry>()
  readonly #ended: (capture: CapturedFold) => void

  constructor(
    subscriptions: ReadonlyMap<string, FoldEntry>,
    ended: (capture: CapturedFold) => void
  ) {
    this.#waiting = new Map(subscriptions)
    this.#ended = ended
  }

  /** A subscription is about to change or to be forgotten. */
  beforeChange(subscriptionId: string): void {
    const entry = this.#waiting.get(subscriptionId)
    if (entry !== undefined && !this.#early.has(subscriptionId))
      this.#early.set(subscriptionId, capture(entry))
  }

  get rows(): Iterable<FoldRow> {
    return this.#taken()
  }

  end(): void {
    this.#waiting.clear()
    this.#early.clear()
    this.#ended(this)
  }

  *#taken(): Generator<FoldRow> {
    for (const [subscriptionId, entry] of this.#waiting) {
      const { deliveries, checkpoint } = this.#early.get(subscriptionId) ?? capture(entry)
      this.#waiting.delete(subscriptionId)
      this.#early.delete(subscriptionId)
      yield { subscription: subscriptionId, checkpoint }
      yield* stateRows(deliveries)
    }
  }
}

function capture({ deliveries, checkpoint }: FoldEntry): CapturedEntry {
  return { deliveries: deliveries.capture(), checkpoint: checkpoint.capture() }
}
