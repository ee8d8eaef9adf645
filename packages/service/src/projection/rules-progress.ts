// How far the rules have come in the incidents log, for readers who wait for the consequences of a
// record. The log is queried once every few milliseconds for all waiters, and only while there are
// any. Any number of instances of the rules commit what they have folded, each for its partitions.

import type { Clock } from '@tocsin/domain/ports'
import type { Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { CoalescedQuery } from './coalesced-query.ts'
import type { TopicView } from './topic-view.ts'

export interface RulesPositions {
  /** The end of each partition of the incidents log. */
  readonly ends: readonly bigint[]
  /**
   * The first position not yet folded by the rules; the outputs of all earlier ones are written.
   */
  readonly folded: readonly bigint[]
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
  readonly #outputEnds: CoalescedQuery<readonly [assembly: Cursor, alerts: Cursor]>
  /** The next look of all who wait. */
  #next: Promise<RulesPositions> | null = null

  constructor({ log, clock }: { readonly log: EventLog; readonly clock: Clock }) {
    this.#log = log
    this.#clock = clock
    this.#looks = new CoalescedQuery(async () => {
      const [states, committed] = await Promise.all([
        log.state(topics.incidents),
        log.committed('rules', topics.incidents)
      ])
      const starts = states.map(state => state.start)
      return { ends: states.map(state => state.end), folded: committed?.positions ?? starts }
    })
    this.#outputEnds = new CoalescedQuery(() =>
      Promise.all([log.cursorAt(topics.assembly, 'latest'), log.cursorAt(topics.alerts, 'latest')])
    )
  }

  look(): Promise<RulesPositions> {
    return this.#looks.fresh()
  }

  /** True once the condition holds; false after `timeoutMs`. Rejects with the log's error. */
  async until(
    isReached: (progress: RulesPositions) => boolean,
    timeoutMs: number
  ): Promise<boolean> {
    const untilMs = this.#clock.monotonicMs() + timeoutMs
    let progress = await this.look()
    while (!isReached(progress)) {
      if (this.#clock.monotonicMs() >= untilMs) return false
      this.#next ??= this.#lookLater()
      progress = await this.#next
    }
    return true
  }

  /**
   * True once the rules have folded everything before a cursor of the incidents log, and the views
   * have folded their output; false after `timeoutMs`. The rules commit a position only after
   * everything derived from it is written. Rejects with the log's error.
   */
  async outputIsFollowed(
    { positions }: Cursor,
    views: Readonly<Record<'assembly' | 'alerts', Pick<TopicView<unknown>, 'waitFor'>>>,
    timeoutMs: number
  ): Promise<boolean> {
    const untilMs = this.#clock.monotonicMs() + timeoutMs
    const leftMs = () => Math.max(0, untilMs - this.#clock.monotonicMs())
    const isFolded = ({ folded }: RulesPositions) =>
      positions.every((position, i) => position <= (folded[i] ?? 0n))
    if (!(await this.until(isFolded, timeoutMs))) return false
    const [assembly, alerts] = await this.#outputEnds.fresh()
    return (
      (await views.assembly.waitFor(assembly, leftMs())) &&
      (await views.alerts.waitFor(alerts, leftMs()))
    )
  }

  async #lookLater(): Promise<RulesPositions> {
    await this.#clock.sleep(this.#log.capabilities.sharedRoles ? sharedPollMs : pollMs)
    this.#next = null
    return this.look()
  }
}
