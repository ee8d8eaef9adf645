// How far the consequences of a record have been processed, for readers who wait: the rules' progress and the ends of their
// output topics. The log is queried once for all waiters, and only while there are any.

import type { Clock } from '@tocsin/domain/ports'
import { isCaughtUp } from '@tocsin/event-log/follow'
import type { Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { CoalescedQuery } from '@tocsin/service-kit/projection/coalesced-query'

/** Interval between two queries of the rules' progress while somebody waits, ms. */
const progressLookMs = 5

export interface OutputEnds {
  readonly assembly: Cursor
  readonly alerts: Cursor
}

export class RulesProgress {
  readonly #log: EventLog
  readonly #clock: Clock
  readonly #progress: CoalescedQuery<Cursor | null>
  readonly #ends: CoalescedQuery<OutputEnds>
  #lastLookMs = Number.NEGATIVE_INFINITY

  constructor(log: EventLog, clock: Clock) {
    this.#log = log
    this.#clock = clock
    this.#progress = new CoalescedQuery(() => this.#lookAtProgress())
    this.#ends = new CoalescedQuery(() => this.#lookAtEnds())
  }

  /**
   * True once the rules have passed the cursor and written all that follows from it; false at `endMs` of the monotonic clock.
   * Rejects with the log's error.
   */
  async hasPassed(cursor: Cursor, endMs: number): Promise<boolean> {
    for (;;) {
      const committed = await this.#progress.fresh()
      if (committed !== null && isCaughtUp(committed, cursor)) return true
      if (this.#clock.monotonicMs() >= endMs) return false
    }
  }

  /** The ends of the rules' output topics, queried at some time from now on. */
  ends(): Promise<OutputEnds> {
    return this.#ends.fresh()
  }

  /** The first query is immediate, the next ones are spaced. */
  async #lookAtProgress(): Promise<Cursor | null> {
    const restMs = this.#lastLookMs + progressLookMs - this.#clock.monotonicMs()
    if (restMs > 0) await this.#clock.sleep(restMs)
    this.#lastLookMs = this.#clock.monotonicMs()
    return this.#log.committed('rules', topics.incidents)
  }

  async #lookAtEnds(): Promise<OutputEnds> {
    const [assembly, alerts] = await Promise.all([
      this.#log.cursorAt(topics.assembly, 'latest'),
      this.#log.cursorAt(topics.alerts, 'latest')
    ])
    return { assembly, alerts }
  }
}
