// How far what follows from a record has come, for readers who wait for it: the rules' own progress and the ends of what they write. However many
// wait, the log is asked once for all of them, and only while somebody waits.

import type { Clock } from '@tocsin/domain/ports'
import { isCaughtUp } from '@tocsin/event-log/follow'
import type { Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { CoalescedQuery } from '@tocsin/service-kit/projection/coalesced-query'

/** How often the rules' progress is looked at while somebody waits, ms. */
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

  /** True once the rules have passed the cursor, all that follows from it written; false at `endMs` of the clock that never jumps. Rejects with the log's error. */
  async hasPassed(cursor: Cursor, endMs: number): Promise<boolean> {
    for (;;) {
      const committed = await this.#progress.fresh()
      if (committed !== null && isCaughtUp(committed, cursor)) return true
      if (this.#clock.monotonicMs() >= endMs) return false
    }
  }

  /** The ends of what the rules write, as they are at some time from now on. */
  ends(): Promise<OutputEnds> {
    return this.#ends.fresh()
  }

  /** The first look is at once, the next ones after a rest. */
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
