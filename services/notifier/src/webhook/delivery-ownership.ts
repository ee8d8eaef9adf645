// Which subscriptions this instance plans and sends for: those in the partitions of the deliveries
// log that are assigned to it. Ownership only avoids duplicate work; the order of the log decides
// what counts (delivery-fold.ts).

import type { EventLogError } from '@tocsin/event-log/errors'
import { computePartition } from '@tocsin/event-log/partitioner'
import type { Membership } from '@tocsin/event-log/port'
import { computeBackoffMs, isRetryable, retryUntilAborted } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import type { SendingDeps } from './sending.ts'

export const notifierGroup = 'notifier'
/**
 * How long a look at the log stays valid, ms. An instance that was paused looks again before it
 * acts.
 */
const lookGoodMs = 3_000

export class DeliveryOwnership {
  readonly #deps: SendingDeps
  /** Called after each change of ownership. */
  readonly #onChange: () => void
  readonly #isShared: boolean
  readonly #stop = new AbortController()
  readonly #failure = Promise.withResolvers<Error>()
  #membership: Membership | null = null
  #partitionCount = 1
  /** Assigned partitions with a log folded since the assignment. */
  #mine: ReadonlySet<number> = new Set()
  #takingOver: Promise<void> | null = null
  #looking: Promise<boolean> | null = null
  #lookedAtMs = Number.NEGATIVE_INFINITY

  constructor(deps: SendingDeps, onChange: () => void) {
    this.#deps = deps
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
    membership.onChange(() => this.#takeAssignment())
    this.#takeAssignment()
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
    if (!this.#isShared || this.#isYoung()) return true
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
    })
    return (await this.#looking) && this.#isYoung()
  }

  /** Releases everything immediately. Idempotent. */
  async leave(): Promise<void> {
    this.#stop.abort()
    const hadAny = this.#mine.size > 0
    this.#mine = new Set()
    if (hadAny) this.#onChange()
    await this.#membership?.leave()
  }

  /**
   * Revoked partitions are dropped immediately; assigned ones are served once all earlier records
   * for them are folded.
   */
  #takeAssignment(): void {
    if (this.#stop.signal.aborted) return
    const given = this.#membership?.partitions ?? []
    const kept = given.filter(partition => this.#mine.has(partition) || !this.#isShared)
    const isChanged = kept.length !== this.#mine.size
    this.#mine = new Set(kept)
    if (isChanged) this.#onChange()
    if (kept.length === given.length) return
    this.#takingOver ??= this.#takeOver().catch((error: unknown) => {
      this.#failure.resolve(
        error instanceof Error ? error : new Error('taking over failed', { cause: error })
      )
    })
  }

  async #takeOver(): Promise<void> {
    const { clock, logger } = this.#deps
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      const given = this.#membership?.partitions ?? []
      if (given.every(partition => this.#mine.has(partition))) {
        // Synchronously: no instance would serve an assignment that arrives before a promise
        // settles.
        this.#takingOver = null
        return
      }
      if (await this.#look()) {
        const still = new Set(this.#membership?.partitions)
        const partitions = given.filter(each => still.has(each) && !this.#mine.has(each))
        logger.info({ partitions }, 'this instance sends the webhooks of these partitions now')
        this.#mine = new Set([...this.#mine, ...given].filter(partition => still.has(partition)))
        this.#onChange()
        attempt = 0
      } else await clock.sleep(computeBackoffMs(attempt), this.#stop.signal)
    }
  }

  #isYoung(): boolean {
    const ageMs = this.#deps.clock.monotonicMs() - this.#lookedAtMs
    return ageMs < lookGoodMs && (this.#membership?.isCurrent?.() ?? true)
  }

  /** False if the log does not answer now. */
  async #look(): Promise<boolean> {
    const { clock, deliveryLog, logger } = this.#deps
    const startedMs = clock.monotonicMs()
    try {
      if (!(await deliveryLog.catchUp(lookGoodMs))) return false
    } catch (error) {
      if (!isRetryable(error)) throw error
      logger.warn({ error }, 'the deliveries log cannot be looked at now')
      return false
    }
    this.#lookedAtMs = Math.max(this.#lookedAtMs, startedMs)
    return true
  }
}
