// Old news waits for live news: a report of the backfill is written only while the rules of its partition are less than so far behind the log.
// Lag is measured in time: how long ago the first record that is not yet folded was seen here.

import type { Clock } from '@tocsin/domain/ports'
import type { Cursor } from '@tocsin/event-log/port'
import type { Progress, RulesProgress } from './rules-progress.ts'

export interface BackfillGateOptions {
  readonly progress: RulesProgress
  readonly clock: Clock
  readonly lagMs: number
  readonly patienceMs: number
}

/** When the log was first seen to reach so far. */
interface Mark {
  readonly atMs: number
  readonly positions: readonly bigint[]
}

/** Marks are not taken closer than this, ms; so exact is the lag. */
const markEveryMs = 20
/** Full, each two marks become one that is as old as the older and reaches as far as the other: a lag is never taken for less than it is. */
const marksMax = 256

/** A gate that was found open is taken to be open for so long, ms: a thousand reports ask once, and the lag grows by no more than this. */
const openForMs = 10

export class BackfillGate {
  readonly #options: BackfillGateOptions
  #marks: Mark[] = []
  /** By partition, until when it need not be asked again, ms. */
  readonly #openUntilMs = new Map<number, number>()

  constructor(options: BackfillGateOptions) {
    this.#options = options
  }

  /** Told how far intake has followed the log. */
  saw(cursor: Cursor): void {
    const atMs = this.#options.clock.monotonicMs()
    const last = this.#marks.at(-1)
    if (last !== undefined && atMs - last.atMs < markEveryMs) return
    this.#marks.push({ atMs, positions: cursor.positions })
    if (this.#marks.length > marksMax) this.#marks = inPairs(this.#marks)
  }

  /** True where the rules were near enough in a partition a moment ago: it need not be asked. */
  isOpen(partition: number): boolean {
    return this.#options.clock.monotonicMs() < (this.#openUntilMs.get(partition) ?? 0)
  }

  /** True once the rules are near enough in a partition; false when they are still behind after `patienceMs`. */
  async opens(partition: number): Promise<boolean> {
    const { progress, clock, lagMs, patienceMs } = this.#options
    if (this.isOpen(partition)) return true
    const isOpen = await progress.until(seen => {
      const behindMs = this.#lagMs(partition, seen)
      return behindMs === 0 || behindMs < lagMs
    }, patienceMs)
    // Where no lag at all is allowed, each is asked for.
    if (isOpen && lagMs > openForMs) this.#openUntilMs.set(partition, clock.monotonicMs() + openForMs)
    return isOpen
  }

  /** How long the oldest record of a partition that the rules have not folded has been there, ms; 0 when there is none. */
  async lagMs(partition: number): Promise<number> {
    return this.#lagMs(partition, await this.#options.progress.look())
  }

  #lagMs(partition: number, { ends, folded }: Progress): number {
    const done = folded[partition] ?? 0n
    if (done >= (ends[partition] ?? 0n)) return 0
    this.#forget(folded)
    const first = this.#marks.find(mark => (mark.positions[partition] ?? 0n) > done)
    // One that was not even seen here yet has been there for a moment.
    return first === undefined ? 1 : Math.max(1, this.#options.clock.monotonicMs() - first.atMs)
  }

  /** Marks that the rules have passed in every partition measure nothing any more. */
  #forget(done: readonly bigint[]): void {
    const first = this.#marks.findIndex(mark => mark.positions.some((position, i) => position > (done[i] ?? 0n)))
    this.#marks.splice(0, first < 0 ? this.#marks.length : first)
  }
}

function inPairs(marks: readonly Mark[]): Mark[] {
  return marks.flatMap((mark, i) => (i % 2 === 1 ? [] : [{ ...mark, positions: (marks[i + 1] ?? mark).positions }]))
}
