// What is written into the theatres of a live partition from outside: copies of control records,
// the engine's mark, and wall-clock ticks. Ids and bytes derive from their causes, so two writers
// write the same.

import { engineVersion } from '@tocsin/contracts/record/records'
import { formatTime, parseTimeMs } from '@tocsin/domain/space-time/event-time'
import type { NewRecord, RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { engineRecord, type TheatrePlan, tickRecord } from '../theatre/control-plan.ts'
import { later, type PartitionScope } from './partition-scope.ts'
import { dueTick } from './wall-ticker.ts'

export class PartitionCopies {
  readonly #scope: PartitionScope
  /** Steps of a theatre's plan that the theatre has or that were written. */
  readonly #copied = new Map<string, number>()
  #copying: Promise<void> = Promise.resolve()
  /** Position after the last copy that was written. */
  #end = 0n
  /** Counts changes of the plan, so that a change during a copy run is noticed. */
  #planSeen = 1
  #planWritten = 0
  /** By theatre, the last tick that was written, and the officer's time record that it follows. */
  readonly #ticked = new Map<string, { readonly to: string; readonly timeSetBy: string | null }>()

  constructor(scope: PartitionScope) {
    this.#scope = scope
  }

  /** Resolves when no copying is under way. */
  get settled(): Promise<void> {
    return this.#copying
  }

  /** True when everything that the plan requires is written and before the position. */
  isFolded(position: bigint): boolean {
    return this.#planWritten === this.#planSeen && position >= this.#end
  }

  /** Call when the plan has changed. */
  noteChange(): void {
    this.#planSeen += 1
  }

  /** Writes the steps of the plan that a theatre lacks, concurrently with folding. */
  copyWhatIsMissing(): void {
    this.#copying = this.#copying
      .then(() => this.#copyAll())
      .catch(error => this.#scope.fail(error))
  }

  /**
   * Marks theatres that another engine folded last: differences from here on are published quietly.
   */
  async announceEngine(): Promise<void> {
    const { theatres, stoppedTheatres, options } = this.#scope
    const nowText = formatTime(options.clock.nowMs())
    const old = [...theatres.values()]
      .filter(
        ({ owner: { markedEngine, hasToTell } }) =>
          markedEngine !== null && (markedEngine !== engineVersion || hasToTell)
      )
      .filter(({ owner: { theatre } }) => !stoppedTheatres.has(theatre))
    const marks = old.map(({ owner: { theatre, now, markParts } }) =>
      engineRecord(theatre, now ?? nowText, markParts)
    )
    await this.#scope.append(topics.incidents, marks, written => this.#note(written))
  }

  /**
   * Writes the wall-clock ticks that are due. Never rejects: a permanent failure ends the worker's
   * `run`.
   */
  async tickWalls(nowMs: number): Promise<void> {
    const ticks: NewRecord[] = []
    for (const [id, { owner }] of this.#scope.theatres) {
      const { config, now, timeSetBy } = owner
      if (config?.clock !== 'wall' || now === null || this.#scope.stoppedTheatres.has(id)) continue
      const last = this.#ticked.get(id)
      const ticked = last?.timeSetBy === timeSetBy ? last.to : now
      const due = dueTick(
        nowMs,
        parseTimeMs(later(ticked, now)),
        owner.findNextDeadlineMs(),
        owner.isEmpty
      )
      if (!due) continue
      ticks.push(tickRecord(id, due.to, due.gap, null, timeSetBy))
      this.#ticked.set(id, { to: due.to, timeSetBy })
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
      missing.push(...this.#listMissing(plan))
      reached.push([plan.theatre, plan.steps.length])
    }
    // One append, so that a theatre is never there in part.
    await this.#scope.append(topics.incidents, missing, written => this.#note(written))
    for (const [theatre, steps] of reached) this.#copied.set(theatre, steps)
    this.#planWritten = seen
  }

  #listMissing({ theatre, steps }: TheatrePlan): NewRecord[] {
    const owner = this.#scope.theatres.get(theatre)?.owner
    // Steps were written in order: the steps before a present one are present too, or superseded.
    const held =
      steps.findLastIndex(({ id, tickTo }) => tickTo === null && owner?.hasApplied(id) === true) + 1
    const from = Math.max(held, this.#copied.get(theatre) ?? 0)
    const now = owner?.now ?? ''
    return steps
      .slice(from)
      .flatMap(step => (step.tickTo !== null && step.tickTo <= now ? [] : [step.record()]))
  }

  #note(written: readonly RecordPosition[]): void {
    for (const { position } of written) if (position >= this.#end) this.#end = position + 1n
  }
}
