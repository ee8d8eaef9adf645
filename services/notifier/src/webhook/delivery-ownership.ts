// Which subscriptions this instance plans and sends for: those in the partitions of the deliveries
// log that are assigned to it. Ownership only avoids duplicate work; the order of the log decides
// what counts (delivery-fold.ts).

import type { EventLogError } from '@tocsin/event-log/errors'
import { computePartition } from '@tocsin/event-log/partitioner'
import type { Membership } from '@tocsin/event-log/port'
import { computeBackoffMs, isRetryable, retryUntilAborted } from '@tocsin/event-log/retry'
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
  readonly #failure = Promise.withResolvers<Error>()
  #membership: Membership | null = null
  #partitionCount = 1
  /** Assigned partitions with a log folded since the assignment. */
  #mine: ReadonlySet<number> = new Set()
  #isTakingOver = false

  constructor(deps: OwnershipDeps, deliveryLog: DeliveryLog, onChange: () => void) {
    this.#deps = deps
    this.#deliveryLog = deliveryLog
    this.#onChange = onChange
    this.#isShared = deps.log.capabilities.sharedRoles
  }

  /** Resolves with the error that ended the membership permanently; never without one. */
  get failed(): Promise<Error> {
    return this.#failure.promise
  }

  /** Joins the group. Retries until the log answers; rejects with errors that are not retryable. */
  async start(): Promise<void> {
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
    const membership = await retryUntilAborted(join, { clock, signal, onRetry })
    if (membership === null) return
    this.#membership = membership
    void membership.failed.then(error => this.#failure.resolve(error))
    membership.onChange(() => this.#assigned())
    this.#assigned()
  }

  /** Whether this instance serves a subscription, by what it knows. */
  owns(subscriptionId: string): boolean {
    return this.#mine.has(this.makePartition(subscriptionId))
  }

  makePartition(subscriptionId: string): number {
    return computePartition(subscriptionId, this.#partitionCount)
  }

  /** Partitions of the deliveries log that this instance serves. */
  get partitions(): ReadonlySet<number> {
    return this.#mine
  }

  /**
   * Whether this instance's view of the log and of the assignment is recent enough to act on;
   * refreshes both if not. Rejects with a defect of the log.
   */
  async isCurrent(): Promise<boolean> {
    const isFresh = () =>
      this.#deliveryLog.isFresh(lookGoodMs) && (this.#membership?.isCurrent?.() ?? true)
    return !this.#isShared || isFresh() || ((await this.#look()) && isFresh())
  }

  /** Releases everything immediately. Idempotent. */
  async leave(): Promise<void> {
    this.#stop.abort()
    this.#serve([])
    await this.#membership?.leave()
  }

  #serve(partitions: readonly number[]): void {
    if (partitions.length === this.#mine.size && partitions.every(each => this.#mine.has(each)))
      return
    this.#mine = new Set(partitions)
    this.#onChange()
  }

  /**
   * Revoked partitions are dropped immediately; assigned ones are served once all earlier records
   * for them are folded.
   */
  #assigned(): void {
    if (this.#stop.signal.aborted) return
    const given = this.#membership?.partitions ?? []
    this.#serve(this.#isShared ? given.filter(each => this.#mine.has(each)) : given)
    if (this.#mine.size === given.length || this.#isTakingOver) return
    this.#isTakingOver = true
    this.#takeOver().catch((error: unknown) =>
      this.#failure.resolve(
        error instanceof Error ? error : new Error('taking over failed', { cause: error })
      )
    )
  }

  async #takeOver(): Promise<void> {
    const { clock, logger } = this.#deps
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      const given = this.#membership?.partitions ?? []
      const missing = given.filter(each => !this.#mine.has(each))
      if (missing.length === 0) break
      if (await this.#look()) {
        // What was assigned meanwhile is looked at again.
        const still = this.#membership?.partitions.filter(each => given.includes(each)) ?? []
        logger.info({ partitions: missing }, 'this instance sends the webhooks of these partitions')
        if (!this.#stop.signal.aborted) this.#serve(still)
        attempt = 0
      } else await clock.sleep(computeBackoffMs(attempt), this.#stop.signal)
    }
    this.#isTakingOver = false
  }

  /** False if the log does not answer now. */
  async #look(): Promise<boolean> {
    try {
      return await this.#deliveryLog.catchUp(lookGoodMs)
    } catch (error) {
      if (!isRetryable(error)) throw error
      return false
    }
  }
}
