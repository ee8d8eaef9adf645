// The machine of a scope whose rows are given whole, each time anew: it goes on with what has come
// and gone.

import { commonEnds } from '../finding/finding-continuity.ts'
import { FoldWork } from '../fold/fold-work.ts'
import type { Incident } from '../incident/incident.ts'
import type { AnyPattern } from './pattern.ts'
import type { ScopeGround, ScopeMachine } from './scope-machine.ts'
import { machineOf } from './step-machine.ts'

export class MachineRows {
  readonly machine: ScopeMachine
  readonly #rows: Incident[] = []

  constructor(
    pattern: AnyPattern,
    of: Pick<ScopeGround<Readonly<Record<string, unknown>>>, 'scope' | 'parameters'>
  ) {
    this.machine = machineOf(pattern, {
      ...of,
      rows: this.#rows,
      base: undefined,
      work: new FoldWork()
    })
  }

  /**
   * The machine finds in these rows, which are in order of the fold. Folds again what lies between
   * the common ends.
   */
  become(rows: readonly Incident[]): void {
    const [from, ending] = commonEnds(this.#rows, rows)
    const until = rows.length - ending
    const gone = this.#rows.slice(from, this.#rows.length - ending)
    if (gone.length === 0 && from === until) return
    const come = rows.slice(from, until)
    this.#rows.splice(from, gone.length, ...come)
    const [before, now] = [new Set(gone), new Set(come)]
    for (const incident of gone) if (!now.has(incident)) this.machine.take?.(incident)
    for (const incident of come) if (!before.has(incident)) this.machine.put?.(incident)
    const span = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY }
    for (const { fromMs, toMs } of [...gone, ...come]) {
      span.fromMs = Math.min(span.fromMs, fromMs)
      span.toMs = Math.max(span.toMs, toMs)
    }
    this.machine.refold(from, span)
  }
}
