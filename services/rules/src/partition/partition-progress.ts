// Commits how far a partition is folded and published, concurrently with folding, and measures its
// lag.

import { EventLogError } from '@tocsin/event-log/errors'
import { topics } from '@tocsin/event-log/topics'
import type { PartitionScope } from './partition-scope.ts'

/** Consumer group under which this service's progress is committed. */
export const rulesConsumer = 'rules'

/**
 * Minimum interval between two commits in a log that several processes share, ms. Readers that wait
 * for a commit wait up to this much longer.
 */
const sharedPauseMs = 20
/**
 * The same after records of the backfill only, in a log where each commit blocks its writers, ms.
 * Few readers wait for those.
 */
const oldNewsPauseMs = 25

/** What a position covers: backfill records only, or live records as well. */
export type Brings = 'news' | 'old news'

export class PartitionProgress {
  readonly #scope: PartitionScope
  #committed: bigint | null = null
  #toCommit: bigint | null = null
  #committing: Promise<void> | null = null
  #brings: Brings = 'news'
  /** Ends the pause after a commit for backfill records. */
  #hurry: (() => void) | null = null

  constructor(scope: PartitionScope) {
    this.#scope = scope
  }

  /** The position up to which progress is committed; null before the first commit. */
  get committed(): bigint | null {
    return this.#committed
  }

  /** Resolves when no commit is under way. */
  get settled(): Promise<void> {
    return this.#committing ?? Promise.resolve()
  }

  /** Reads the committed progress. */
  async begin(): Promise<void> {
    const { options, partition } = this.#scope
    this.#committed =
      (await options.log.committed(rulesConsumer, topics.incidents))?.positions[partition] ?? null
  }

  /** The log reports `noted` as committed; commits again if the log has lost progress. */
  noteAgain(noted: bigint): void {
    if (this.#committed === null || noted >= this.#committed || this.#committing !== null) return
    this.#committed = noted
    this.note()
  }

  /**
   * Commits how far everything is published, concurrently with folding: the next page does not wait
   * for it, and of several positions only the last is written. It retries until it succeeds, since
   * waiting readers would otherwise wait for the next record. Positions of backfill only are
   * committed at a longer interval and never delay a commit for live records.
   */
  note(brings: Brings = 'news'): void {
    const { position } = this.#scope
    if (this.#committed !== null && position <= this.#committed) return
    this.#toCommit = position
    this.#brings = brings
    if (brings === 'news') this.#hurry?.()
    if (this.#committing !== null) return
    this.#committing = this.#commitAll().finally(() => {
      this.#committing = null
    })
    this.#committing.catch(error => this.#scope.fail(error))
  }

  async #commitAll(): Promise<void> {
    const { options, partition } = this.#scope
    for (
      let position = this.#toCommit;
      position !== null && !this.#scope.isStopping;
      position = this.#toCommit
    ) {
      this.#toCommit = null
      const brings = this.#brings
      const cursor = this.#scope.cursorAt(position)
      await this.#scope.untilDone(() =>
        options.log.commit(rulesConsumer, cursor, [partition]).catch(passStale)
      )
      this.#committed = position
      // In a shared log a commit costs as much as a write: keep the minimum interval, and let the
      // last position win.
      if (options.log.capabilities.sharedRoles)
        await options.clock.sleep(sharedPauseMs, this.#scope.signal)
      else if (brings === 'old news') await this.#pause()
    }
  }

  /** The pause after a commit for backfill records; live records end it. */
  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#hurry = resolve
    await Promise.race([
      this.#scope.options.clock.sleep(oldNewsPauseMs, this.#scope.signal),
      promise
    ])
    this.#hurry = null
  }
}

/** Another process has committed a later position, which serves as well. */
function passStale(error: unknown): void {
  if (!(error instanceof EventLogError) || error.code !== 'stale-cursor') throw error
}
