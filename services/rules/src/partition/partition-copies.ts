// What is written into the theatres of a live partition from outside: what the control log plans for them, the engine's own mark, and ticks of the wall
// clock. Ids and bytes derive from their causes, so two writers write the same.

import { engineVersion } from '@tocsin/contracts/record/records'
import { formatTime, parseTimeMs } from '@tocsin/domain/space-time/event-time'
import type { Appended, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { engineRecord, type TheatrePlan, tickRecord } from '../theatre/control-plan.ts'
import { later, type PartitionScope } from './partition-scope.ts'
import { dueTick } from './wall-ticker.ts'

export class PartitionCopies {
  readonly #scope: PartitionScope
  /** Steps of a theatre's plan that it holds, or that were written. */
  readonly #copied = new Map<string, number>()
  #copying: Promise<void> = Promise.resolve()
  /** Behind the last copy that was written. */
  #end = 0n
  /** Counts the changes of the plan, and those that are written. */
  #planSeen = 1
  #planWritten = 0
  /** By theatre, the last tick that was written, and the officer's word that it came behind. */
  readonly #ticked = new Map<string, { readonly to: string; readonly timeSetBy: string | null }>()

  constructor(scope: PartitionScope) {
    this.#scope = scope
  }

  /** Resolves when nothing is being copied. */
  get settled(): Promise<void> {
    return this.#copying
  }

  /** True when everything that the plan asks for is written and stands before the position. */
  isFolded(position: bigint): boolean {
    return this.#planWritten === this.#planSeen && position >= this.#end
  }

  /** The plan has changed. */
  noteChange(): void {
    this.#planSeen += 1
  }

  /** Writes what a theatre lacks of the plan, beside the folding. */
  copyWhatIsMissing(): void {
    this.#copying = this.#copying.then(() => this.#copyAll()).catch(error => this.#scope.fail(error))
  }

  /** Marks theatres that another engine folded last: what differs from here on goes out quietly. */
  async announceEngine(): Promise<void> {
    const { theatres, stoppedTheatres, options } = this.#scope
    const nowText = formatTime(options.clock.nowMs())
    const old = [...theatres.values()]
      .filter(({ owner: { fold, hasToTell } }) => fold.engine !== null && (fold.engine !== engineVersion || hasToTell))
      .filter(({ owner: { fold } }) => !stoppedTheatres.has(fold.id))
    const marks = old.map(
      ({
        owner: {
          fold: { id, now }
        }
      }) => engineRecord(id, now ?? nowText)
    )
    await this.#scope.append(topics.incidents, marks, written => this.#note(written))
  }

  /** Writes the ticks that are due on the wall clock. Never rejects: what ends the worker for good ends its `run`. */
  async tickWalls(nowMs: number): Promise<void> {
    const ticks: NewRecord[] = []
    for (const [id, { owner }] of this.#scope.theatres) {
      const { fold } = owner
      if (fold.config?.clock !== 'wall' || fold.now === null || this.#scope.stoppedTheatres.has(id)) continue
      const last = this.#ticked.get(id)
      const ticked = last?.timeSetBy === fold.timeSetBy ? last.to : fold.now
      const due = dueTick(nowMs, parseTimeMs(later(ticked, fold.now)), fold.nextDeadlineMs())
      if (!due) continue
      ticks.push(tickRecord(id, due.to, due.gap, null, fold.timeSetBy))
      this.#ticked.set(id, { to: due.to, timeSetBy: fold.timeSetBy })
    }
    await this.#scope.append(topics.incidents, ticks).catch(error => this.#scope.fail(error))
  }

  async #copyAll(): Promise<void> {
    const { options, partition, stoppedTheatres } = this.#scope
    if (this.#planWritten === this.#planSeen || this.#scope.isStopping) return
    const seen = this.#planSeen
    const missing: NewRecord[] = []
    const reached: [string, number][] = []
    for (const plan of options.plan.theatres.values()) {
      if (plan.partition !== partition || stoppedTheatres.has(plan.theatre)) continue
      missing.push(...this.#missingOf(plan))
      reached.push([plan.theatre, plan.steps.length])
    }
    // One append: a theatre is not there in part.
    await this.#scope.append(topics.incidents, missing, written => this.#note(written))
    for (const [theatre, steps] of reached) this.#copied.set(theatre, steps)
    this.#planWritten = seen
  }

  #missingOf({ theatre, steps }: TheatrePlan): NewRecord[] {
    const fold = this.#scope.theatres.get(theatre)?.owner.fold
    // They were written in their order: what stands before one that is held is held, or was superseded.
    const held = steps.findLastIndex(({ id, tickTo }) => tickTo === null && fold?.hasTaken(id) === true) + 1
    const from = Math.max(held, this.#copied.get(theatre) ?? 0)
    const now = fold?.now ?? ''
    return steps.slice(from).flatMap(step => (step.tickTo !== null && step.tickTo <= now ? [] : [step.record()]))
  }

  #note(written: readonly Appended[]): void {
    for (const { position } of written) if (position >= this.#end) this.#end = position + 1n
  }
}
