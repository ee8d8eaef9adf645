// Backfill waits while the rules lag: a backfill report is written only while the rules are less
// than `lagMs` behind the log in its partition. Lag is measured in time: how long ago the first
// record that is not yet folded was seen by this process.

import type { Clock } from '@tocsin/domain/ports'
import type { Cursor } from '@tocsin/event-log/port'
import type { RulesPositions, RulesProgress } from '@tocsin/service/projection/rules-progress'

export interface RulesLagGateOptions {
  readonly progress: RulesProgress
  readonly clock: Clock
  readonly lagMs: number
  readonly patienceMs: number
}

/** When the log was first seen to reach these positions. */
interface Mark {
  readonly atMs: number
  readonly positions: readonly bigint[]
}

/** Minimum interval between marks, ms, and so the resolution of the lag. */
const markEveryMs = 20
/**
 * When full, marks are merged in pairs: the time of the older, the positions of the newer. So a lag
 * is never underestimated.
 */
const marksMax = 256

/**
 * How long an open gate stays open without a query, ms: a thousand reports cost one query, and the
 * lag grows by no more than this.
 */
const openForMs = 10

export class RulesLagGate {
  readonly #options: RulesLagGateOptions
  #marks: Mark[] = []
  /** By partition: until when the gate counts as open without a query, ms. */
  readonly #openUntilMs = new Map<number, number>()

  constructor(options: RulesLagGateOptions) {
    this.#options = options
  }

  /** Called with the position that intake has followed the log to. */
  saw(cursor: Cursor): void {
    const atMs = this.#options.clock.monotonicMs()
    const last = this.#marks.at(-1)
    if (last !== undefined && atMs - last.atMs < markEveryMs) return
    this.#marks.push({ atMs, positions: cursor.positions })
    if (this.#marks.length > marksMax) this.#marks = inPairs(this.#marks)
  }

  /** True if the rules were near enough in a partition a moment ago, so that no query is needed. */
  isOpen(partition: number): boolean {
    return this.#options.clock.monotonicMs() < (this.#openUntilMs.get(partition) ?? 0)
  }

  /**
   * True once the rules are near enough in a partition; false if they are still behind after
   * `patienceMs`.
   */
  async opens(partition: number): Promise<boolean> {
    const { progress, clock, lagMs, patienceMs } = this.#options
    if (this.isOpen(partition)) return true
    const isOpen = await progress.until(seen => {
      const behindMs = this.#lagMs(partition, seen)
      return behindMs === 0 || behindMs < lagMs
    }, patienceMs)
    // With a limit this small the gate must be queried for every report.
    if (isOpen && lagMs > openForMs)
      this.#openUntilMs.set(partition, clock.monotonicMs() + openForMs)
    return isOpen
  }

  /**
   * Age of the oldest record of a partition that the rules have not folded, ms; 0 when there is
   * none.
   */
  async lagMs(partition: number): Promise<number> {
    return this.#lagMs(partition, await this.#options.progress.look())
  }

  #lagMs(partition: number, { ends, folded }: RulesPositions): number {
    const done = folded[partition] ?? 0n
    if (done >= (ends[partition] ?? 0n)) return 0
    this.#forget(folded)
    const first = this.#marks.find(mark => (mark.positions[partition] ?? 0n) > done)
    // A record that has not been followed here yet is new.
    return first === undefined ? 1 : Math.max(1, this.#options.clock.monotonicMs() - first.atMs)
  }

  /** Removes marks that the rules have passed in every partition. */
  #forget(done: readonly bigint[]): void {
    const first = this.#marks.findIndex(mark =>
      mark.positions.some((position, i) => position > (done[i] ?? 0n))
    )
    this.#marks.splice(0, first < 0 ? this.#marks.length : first)
  }
}

function inPairs(marks: readonly Mark[]): Mark[] {
  return marks.flatMap((mark, i) =>
    i % 2 === 1 ? [] : [{ ...mark, positions: (marks[i + 1] ?? mark).positions }]
  )
}
