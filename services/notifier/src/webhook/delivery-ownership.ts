// Which subscriptions this instance plans and sends for: those in the partitions of the deliveries
// log that are assigned to it. Ownership only avoids duplicate work; the order of the log decides
// what counts (delivery-fold.ts).

import type { EventLogError } from '@tocsin/event-log/errors'
import { computePartition } from '@tocsin/event-log/partitioner'
import type { Membership } from '@tocsin/event-log/port'
import { isRetryable, retryUntilAborted } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { DeliveryLog } from '../notification/delivery-log.ts'

type OwnershipDeps = Pick<ServiceDeps, 'log' | 'clock' | 'logger'>

export const notifierGroup = 'notifier'
/**
 * How long a look at the log stays valid, ms. An instance that was paused looks again before it
 * acts.
 */
const lookGoodMs = 3_000

export class DeliveryOwnership {
  readonly #deps: OwnershipDeps
  readonly #deliveryLog: DeliveryLog
  /** Called after each change of ownership. */
  readonly #onChange: () => void
  readonly #isShared: boolean
  readonly #stop = new AbortController()
  #membership: Membership | null = null
  #partitionCount = 1
  #partitions: ReadonlySet<number> = new Set()
  /** The partitions for which the log was looked at last, after they were assigned. */
  #lookedFor: ReadonlySet<number> | null = null

  constructor(deps: OwnershipDeps, deliveryLog: DeliveryLog, onChange: () => void) {
    this.#deps = deps
    this.#deliveryLog = deliveryLog
    this.#onChange = onChange
    this.#isShared = deps.log.capabilities.sharedRoles
  }

  /**
   * Joins the group. Retries until the log answers; rejects with errors that are not retryable.
   * `fail`: called with an error that ends the membership permanently.
   */
  async start(fail: (error: Error) => void): Promise<void> {
    const { log, clock, logger } = this.#deps
    const { signal } = this.#stop
    this.#partitionCount = await log.partitionCount(topics.deliveries)
    const join = async () => {
      const membership = await log.join(notifierGroup, topics.deliveries)
      if (!signal.aborted) return membership
      await membership.leave()
      return null
    }
    const onRetry = (error: EventLogError, attempt: number) =>
      logger.warn({ error, attempt }, 'the group of notifiers cannot be joined; retrying')
    this.#membership = await retryUntilAborted(join, { clock, signal, onRetry })
    void this.#membership?.failed.then(fail)
    this.#membership?.onChange(partitions => this.#serve(partitions))
    this.#serve(this.#membership?.partitions ?? [])
  }

  #serve(partitions: readonly number[]): void {
    if (this.#stop.signal.aborted) return
    this.#partitions = new Set(partitions)
    if (this.#isShared)
      this.#deps.logger.info({ partitions }, 'this instance sends the webhooks of these partitions')
    this.#onChange()
  }

  /** Whether this instance serves a subscription, by what it knows. */
  owns(subscriptionId: string): boolean {
    return this.#partitions.has(this.makePartition(subscriptionId))
  }

  makePartition(subscriptionId: string): number {
    return computePartition(subscriptionId, this.#partitionCount)
  }

  /** Partitions of the deliveries log that this instance serves. */
  get partitions(): ReadonlySet<number> {
    return this.#partitions
  }

  /**
   * Whether this instance may act on what it serves: its view of the log and of the assignment is
   * recent, and it has folded what others wrote before the assignment. Looks at the log if not.
   * Rejects with a defect of the log.
   */
  async isCurrent(): Promise<boolean> {
    if (!this.#isShared) return true
    const assigned = this.#partitions
    const isFresh = () =>
      this.#lookedFor === this.#partitions &&
      this.#deliveryLog.isFresh(lookGoodMs) &&
      (this.#membership?.isCurrent?.() ?? true)
    if (isFresh()) return true
    try {
      if (!(await this.#deliveryLog.catchUp(lookGoodMs))) return false
    } catch (error) {
      if (!isRetryable(error)) throw error
      return false
    }
    this.#lookedFor = assigned
    return isFresh()
  }

  /** Releases everything immediately. Idempotent. */
  async leave(): Promise<void> {
    this.#stop.abort()
    if (this.#partitions.size > 0) {
      this.#partitions = new Set()
      this.#onChange()
    }
    await this.#membership?.leave()
  }
}
