// How far the rules have come in the incidents log, for readers who wait for the consequences of a
// record. The log is queried once every few milliseconds for all waiters, and only while there are
// any. Any number of instances of the rules commit what they have folded, each for its partitions.

import type { Clock } from '@tocsin/domain/ports'
import type { Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { CoalescedQuery } from './coalesced-query.ts'
import type { TopicView } from './topic-view.ts'

/** The progress of the rules; positions by partition. */
export interface RulesPositions {
  /** The end of each partition of the incidents log. */
  readonly ends: readonly bigint[]
  /**
   * The first position not yet folded by the rules; the outputs of all earlier ones are written.
   */
  readonly folded: readonly bigint[]
}

/** The views of the rules' output topics. */
export interface OutputViews {
  readonly assembly: Waitable
  readonly alerts: Waitable
}
type Waitable = Pick<TopicView<unknown>, 'waitFor'>

interface OutputEnds {
  readonly assembly: Cursor
  readonly alerts: Cursor
}

interface Waiter {
  readonly isReached: (progress: RulesPositions) => boolean
  readonly untilMs: number
  readonly resolve: (reached: boolean) => void
  readonly reject: (error: unknown) => void
}

/**
 * Interval between queries, ms: a query of a local log is cheap; with shared roles it is two
 * requests.
 */
const pollMs = 5
const sharedPollMs = 10

export class RulesProgress {
  readonly #log: EventLog
  readonly #clock: Clock
  readonly #looks: CoalescedQuery<RulesPositions>
  readonly #outputEnds: CoalescedQuery<OutputEnds>
  readonly #waiters = new Set<Waiter>()
  #isPolling = false

  constructor({ log, clock }: { readonly log: EventLog; readonly clock: Clock }) {
    this.#log = log
    this.#clock = clock
    this.#looks = new CoalescedQuery(() => this.#ask())
    this.#outputEnds = new CoalescedQuery(() => this.#askOutputEnds())
  }

  /** The current progress. Rejects with the log's error. */
  look(): Promise<RulesPositions> {
    return this.#looks.fresh()
  }

  /** True once the condition holds; false after `timeoutMs`. Rejects with the log's error. */
  async until(
    isReached: (progress: RulesPositions) => boolean,
    timeoutMs: number
  ): Promise<boolean> {
    if (isReached(await this.look())) return true
    if (timeoutMs <= 0) return false
    const { promise, resolve, reject } = Promise.withResolvers<boolean>()
    this.#waiters.add({
      isReached,
      untilMs: this.#clock.monotonicMs() + timeoutMs,
      resolve,
      reject
    })
    if (!this.#isPolling) void this.#poll()
    return promise
  }

  /**
   * True once the rules have folded everything before a cursor of the incidents log, and the views
   * have folded their output; false after `timeoutMs`. The rules commit a position only after
   * everything derived from it is written. Rejects with the log's error.
   */
  async outputIsFollowed(
    { positions }: Cursor,
    views: OutputViews,
    timeoutMs: number
  ): Promise<boolean> {
    const untilMs = this.#clock.monotonicMs() + timeoutMs
    const leftMs = () => Math.max(0, untilMs - this.#clock.monotonicMs())
    const isFolded = ({ folded }: RulesPositions) =>
      positions.every((position, i) => position <= (folded[i] ?? 0n))
    if (!(await this.until(isFolded, timeoutMs))) return false
    const ends = await this.#outputEnds.fresh()
    return (
      (await views.assembly.waitFor(ends.assembly, leftMs())) &&
      (await views.alerts.waitFor(ends.alerts, leftMs()))
    )
  }

  async #askOutputEnds(): Promise<OutputEnds> {
    const [assembly, alerts] = await Promise.all([
      this.#log.cursorAt(topics.assembly, 'latest'),
      this.#log.cursorAt(topics.alerts, 'latest')
    ])
    return { assembly, alerts }
  }

  async #ask(): Promise<RulesPositions> {
    const [states, committed] = await Promise.all([
      this.#log.state(topics.incidents),
      this.#log.committed('rules', topics.incidents)
    ])
    return {
      ends: states.map(state => state.end),
      folded: committed?.positions ?? states.map(state => state.start)
    }
  }

  async #poll(): Promise<void> {
    this.#isPolling = true
    const everyMs = this.#log.capabilities.sharedRoles ? sharedPollMs : pollMs
    while (this.#waiters.size > 0) {
      await this.#clock.sleep(everyMs)
      await this.look().then(
        progress => this.#tell(progress),
        error => this.#giveUp(error)
      )
    }
    this.#isPolling = false
  }

  #tell(progress: RulesPositions): void {
    const nowMs = this.#clock.monotonicMs()
    for (const waiter of this.#waiters) {
      const reached = waiter.isReached(progress)
      if (!reached && nowMs < waiter.untilMs) continue
      this.#waiters.delete(waiter)
      waiter.resolve(reached)
    }
  }

  #giveUp(error: unknown): void {
    for (const waiter of this.#waiters) waiter.reject(error)
    this.#waiters.clear()
  }
}
