// Pairs that wait to be looked at, in their order, while further ones come. They are kept in sorted
// runs, each less than half as long as the one before it: to merge all that wait with every few
// that come would cost the square of them.

import { byOrder, type Join, merged } from './scored-pairs.ts'

interface Run {
  readonly joins: readonly Join[]
  at: number
}

export class JoinQueue {
  readonly #runs: Run[] = []

  /** `joins` in order. */
  add(joins: readonly Join[]): void {
    if (joins.length === 0) return
    let run: Run = { joins, at: 0 }
    for (
      let last = this.#runs.at(-1);
      last !== undefined && left(last) < 2 * left(run);
      last = this.#runs.at(-1)
    ) {
      this.#runs.pop()
      run = { joins: merged(rest(last), rest(run)), at: 0 }
    }
    this.#runs.push(run)
  }

  /** The first in order; undefined: none waits. */
  get first(): Join | undefined {
    const run = this.#firstRun()
    return run?.joins[run.at]
  }

  takeFirst(): void {
    const run = this.#firstRun()
    if (run === undefined) return
    run.at += 1
    if (left(run) === 0) this.#runs.splice(this.#runs.indexOf(run), 1)
  }

  #firstRun(): Run | undefined {
    let least: Run | undefined
    for (const run of this.#runs) {
      if (
        least === undefined ||
        byOrder(run.joins[run.at] as Join, least.joins[least.at] as Join) < 0
      )
        least = run
    }
    return least
  }
}

function left({ joins, at }: Run): number {
  return joins.length - at
}

function rest({ joins, at }: Run): readonly Join[] {
  return at === 0 ? joins : joins.slice(at)
}
