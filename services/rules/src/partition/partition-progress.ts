// How far a partition is folded and published, noted in the log beside the folding, and how far behind its end it is.

import { EventLogError } from '@tocsin/event-log/errors'
import { topics } from '@tocsin/event-log/topics'
import type { PartitionScope } from './partition-scope.ts'

/** The name under which this service's progress stands in the log. */
export const rulesConsumer = 'rules'

/** Between two notes in a log that roles share, ms: who waits for them waits so much longer at most. */
const sharedPauseMs = 20
/** The same where all that was folded is old news, in a log whose every note holds up its writers, ms: few wait for that. */
const oldNewsPauseMs = 25

/** What a position brings on: reports of the backfill alone, or others among them. */
export type Brings = 'news' | 'old news'

export class PartitionProgress {
  readonly #scope: PartitionScope
  #committed: bigint | null = null
  #toCommit: bigint | null = null
  #committing: Promise<void> | null = null
  #brings: Brings = 'news'
  /** Ends the pause behind a note of old news. */
  #hurry: (() => void) | null = null

  constructor(scope: PartitionScope) {
    this.#scope = scope
  }

  /** Up to where progress is noted in the log; null before the first time. */
  get committed(): bigint | null {
    return this.#committed
  }

  /** Resolves when nothing is being noted. */
  get settled(): Promise<void> {
    return this.#committing ?? Promise.resolve()
  }

  /** Reads what was noted before. */
  async begin(): Promise<void> {
    const { options, partition } = this.#scope
    this.#committed = (await options.log.committed(rulesConsumer, topics.incidents))?.positions[partition] ?? null
  }

  /** The log says that progress stands at `noted`; what it has lost is noted again. */
  noteAgain(noted: bigint): void {
    if (this.#committed === null || noted >= this.#committed || this.#committing !== null) return
    this.#committed = noted
    this.note()
  }

  /**
   * Notes how far all is published, beside the folding: the next page does not wait for it, and of several positions only the last is written. Tried
   * until it is done: readers who wait for it, and old news, would else wait for the next record. Of old news alone it is noted now and then; it holds
   * up no note of news.
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
    for (let position = this.#toCommit; position !== null && !this.#scope.isStopping; position = this.#toCommit) {
      this.#toCommit = null
      const brings = this.#brings
      const cursor = this.#scope.cursorAt(position)
      await this.#scope.untilDone(() => options.log.commit(rulesConsumer, cursor, [partition]).catch(passStale))
      this.#committed = position
      // What is noted costs a log that roles share as much as what it is about: at most so often, the last position wins.
      if (options.log.capabilities.sharedRoles) await options.clock.sleep(sharedPauseMs, this.#scope.signal)
      else if (brings === 'old news') await this.#pause()
    }
  }

  /** Behind a note of old news; ends when news comes. */
  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#hurry = resolve
    await Promise.race([this.#scope.options.clock.sleep(oldNewsPauseMs, this.#scope.signal), promise])
    this.#hurry = null
  }
}

/** Somebody else has noted that it is further: as well. */
function passStale(error: unknown): void {
  if (!(error instanceof EventLogError) || error.code !== 'stale-cursor') throw error
}
