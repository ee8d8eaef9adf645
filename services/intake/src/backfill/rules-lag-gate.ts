// Backfill waits while the rules lag: a backfill report is written only while the rules have folded
// of the partition what this process had seen there `lagMs` ago.

import type { Clock } from '@tocsin/domain/ports'
import type { Cursor } from '@tocsin/event-log/port'
import type { RulesProgress } from '@tocsin/service/projection/rules-progress'

export interface RulesLagGateOptions {
  readonly progress: RulesProgress
  readonly clock: Clock
  readonly lagMs: number
  readonly patienceMs: number
}

/** How far the log was seen to reach at a time. */
interface Mark {
  readonly atMs: number
  readonly positions: readonly bigint[]
}

/** Marks in one `lagMs`. */
const marksPerLag = 50
/**
 * How long an open gate stays open without a query, ms: a thousand reports cost one query, and the
 * lag grows by no more than this.
 */
const openForMs = 10

export class RulesLagGate {
  readonly #options: RulesLagGateOptions
  /** The oldest first; only the newest is older than `lagMs`. */
  readonly #marks: Mark[] = []
  /** By partition: until when the gate counts as open without a query, ms. */
  readonly #openUntilMs = new Map<number, number>()

  constructor(options: RulesLagGateOptions) {
    this.#options = options
  }

  /** Called with the position that intake has followed the log to. */
  saw({ positions }: Cursor): void {
    const { clock, lagMs } = this.#options
    const atMs = clock.monotonicMs()
    const last = this.#marks.at(-1)
    if (last !== undefined && atMs - last.atMs < lagMs / marksPerLag) return
    this.#marks.push({ atMs, positions })
    while (this.#marks[1] !== undefined && atMs - this.#marks[1].atMs >= lagMs) this.#marks.shift()
  }

  /**
   * True once the rules are near enough in a partition; false if they are still behind after
   * `patienceMs`.
   */
  async opens(partition: number): Promise<boolean> {
    const { progress, clock, lagMs, patienceMs } = this.#options
    if (clock.monotonicMs() < (this.#openUntilMs.get(partition) ?? 0)) return true
    const isOpen = await progress.until(
      ({ folded }) => (folded[partition] ?? 0n) >= this.#findDue(partition),
      patienceMs
    )
    // With a limit this small the gate must be queried for every report.
    if (isOpen && lagMs > openForMs)
      this.#openUntilMs.set(partition, clock.monotonicMs() + openForMs)
    return isOpen
  }

  /** What the rules should have folded of a partition. */
  #findDue(partition: number): bigint {
    const { clock, lagMs } = this.#options
    const dueMs = clock.monotonicMs() - lagMs
    const due = this.#marks.findLast(({ atMs }) => atMs <= dueMs)
    return due?.positions[partition] ?? 0n
  }
}
