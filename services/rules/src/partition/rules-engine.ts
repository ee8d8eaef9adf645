// The rules service without HTTP, driven by ports: follows the control log's plan, joins the
// consumer group of the incidents log, and runs a worker for each assigned partition. The simulator
// hosts it unchanged.

import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import type { Cursor, EventLog, Membership } from '@tocsin/event-log/port'
import { retryUntilAborted } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import { ControlPlan } from '../theatre/control-plan.ts'
import type { EngineObserver } from '../theatre/engine-observer.ts'
import type { EngineOwner } from '../theatre/engine-owner.ts'
import { type Compression, threadedGzip } from '../theatre/snapshot-store.ts'
import { rulesConsumer } from './partition-progress.ts'
import { PartitionWorker } from './partition-worker.ts'
import { ClockWatch } from './wall-ticker.ts'

export type { EngineObserver } from '../theatre/engine-observer.ts'
export { rulesConsumer } from './partition-progress.ts'

/** Consumer group of the incidents log. */
const rulesGroup = 'rules'
/** Interval at which the ends of the partitions and the committed progress are checked, ms. */
const lookAtProgressMs = 10_000

export interface EngineOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly observer: EngineObserver
  readonly snapshotEveryRecords: number
  readonly pageRecordsMax: number
  readonly tickCheckMs: number
  /** How snapshots are packed. Default: gzip in a thread. */
  readonly compression?: Compression
}

export class RulesEngine {
  readonly #options: EngineOptions
  readonly #plan: ControlPlan
  readonly #stop = new AbortController()
  readonly #workers = new Map<number, PartitionWorker>()
  /**
   * The running task of each partition: a worker ends before the next one of the partition starts.
   */
  readonly #turns = new Map<number, Promise<void>>()
  /** Rejects with a worker's permanent failure. */
  readonly #ended = Promise.withResolvers<never>()
  #membership: Membership | null = null
  #wanted: ReadonlySet<number> = new Set()
  #isDivided = false
  /** When the log last answered with the ends of its partitions; null before it runs. */
  #heardMs: number | null = null

  constructor(options: EngineOptions) {
    this.#options = options
    this.#plan = new ControlPlan({
      ...options,
      signal: this.#stop.signal,
      onRetry: error => options.observer.retried(error)
    })
    this.#plan.subscribe(() => this.#planned())
    this.#ended.promise.catch(() => {})
  }

  get workers(): readonly PartitionWorker[] {
    return [...this.#workers.values()].sort((a, b) => a.partition - b.partition)
  }

  get stoppedTheatres(): ReadonlyMap<string, string> {
    return new Map(this.workers.flatMap(worker => [...worker.stoppedTheatres]))
  }

  /** Known number of records in this instance's partitions that are not folded yet. */
  get lagRecords(): number {
    return this.workers.reduce((sum, worker) => sum + worker.lagRecords, 0)
  }

  /**
   * Longest time that a partition has lagged, s. While the log does not answer, the time since its
   * last answer counts.
   */
  get lagSeconds(): number {
    return this.workers.reduce(
      (most, worker) => Math.max(most, worker.lagSeconds),
      this.#unheardSeconds
    )
  }

  get #unheardSeconds(): number {
    if (this.#heardMs === null) return 0
    const unheardMs = this.#options.clock.monotonicMs() - this.#heardMs
    return this.#options.log.health().ok && unheardMs <= 2 * lookAtProgressMs ? 0 : unheardMs / 1000
  }

  /** True once partitions were assigned with this instance as a member, even if it got none. */
  get isAssigned(): boolean {
    return this.#isDivided
  }

  theatre(id: string): EngineOwner | undefined {
    for (const worker of this.#workers.values()) {
      const owner = worker.theatre(id)
      if (owner) return owner
    }
    return undefined
  }

  get owners(): EngineOwner[] {
    return this.workers.flatMap(worker => worker.owners)
  }

  /** True once every partition of this instance is folded up to the cursor; also if it has none. */
  hasPassed(target: Cursor): boolean {
    return this.#allOwned(
      worker =>
        worker.state === 'live' && worker.position >= (target.positions[worker.partition] ?? 0n)
    )
  }

  /**
   * True once everything in the control log up to the cursor is written into this instance's
   * theatres and folded.
   */
  hasTold(control: Cursor): boolean {
    return this.#plan.hasPassed(control) && this.#allOwned(worker => worker.isSettled)
  }

  /** Folds until closed. Rejects with a permanent failure. */
  async run(): Promise<void> {
    this.#heardMs = this.#options.clock.monotonicMs()
    const planning = this.#plan.run()
    planning.catch(error => this.#ended.reject(error))
    const { log } = this.#options
    const declared = await this.#keepTrying(() => log.cursorAt(topics.control, 'latest'))
    // By then the weights for the first assignment are known.
    await this.#until(() => declared !== null && this.#plan.hasPassed(declared))
    const membership = await this.#keepTrying(() =>
      log.join(rulesGroup, topics.incidents, { weights: () => this.#weights() })
    )
    if (membership === null) return
    this.#membership = membership
    membership.onChange(partitions => this.#assign(partitions))
    this.#assign(membership.partitions)
    void Promise.resolve(membership.divided).then(() => {
      this.#isDivided = true
    })
    void membership.failed.then(error => this.#ended.reject(error))
    const closed = new Promise<void>(resolve => {
      if (this.#stop.signal.aborted) resolve()
      this.#stop.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    const looking = this.#lookAtProgress()
    await Promise.race([closed, this.#ended.promise, looking.then(() => closed)])
    await planning
  }

  /** Writes wall-clock ticks until closed. */
  async runTicker(): Promise<void> {
    const { clock, tickCheckMs, observer } = this.#options
    const watch = new ClockWatch(clock)
    let jumps = 0
    while (!this.#stop.signal.aborted) {
      await clock.sleep(tickCheckMs, this.#stop.signal)
      if (watch.isSteady())
        await Promise.all(this.workers.map(worker => worker.tickWalls(clock.nowMs())))
      if (watch.jumps > jumps) observer.clockJumped()
      jumps = watch.jumps
    }
  }

  /** Stops the loops and releases the partitions. Writes under way are finished first. */
  async close(): Promise<void> {
    this.#stop.abort()
    this.#wanted = new Set()
    for (const worker of this.#workers.values()) worker.stop()
    await Promise.allSettled([...this.#turns.values()])
    await this.#membership?.leave()
  }

  #planned(): void {
    for (const worker of this.#workers.values()) worker.copyWhatIsMissing()
    this.#membership?.reweigh()
  }

  /** Theatres per partition. */
  #weights(): number[] {
    const weights: number[] = []
    for (const { partition } of this.#plan.theatres.values())
      weights[partition] = (weights[partition] ?? 0) + 1
    return Array.from(weights, weight => weight ?? 0)
  }

  #allOwned(is: (worker: PartitionWorker) => boolean): boolean {
    return (
      this.isAssigned &&
      [...this.#wanted].every(partition => {
        const worker = this.#workers.get(partition)
        return worker !== undefined && is(worker)
      })
    )
  }

  #assign(partitions: readonly number[]): void {
    if (this.#stop.signal.aborted) return
    this.#wanted = new Set(partitions)
    this.#options.observer.assigned(partitions)
    for (const [partition, worker] of this.#workers) if (!this.#wanted.has(partition)) worker.stop()
    for (const partition of this.#wanted) {
      // A running worker continues; if one is stopping, the next starts after it.
      const isWorking = this.#workers.get(partition)?.isStopping === false
      if (!isWorking) this.#nextTurn(partition)
    }
  }

  #nextTurn(partition: number): void {
    const turn = (this.#turns.get(partition) ?? Promise.resolve()).then(() => this.#work(partition))
    this.#turns.set(
      partition,
      turn.catch(error => this.#ended.reject(error))
    )
  }

  /**
   * Runs workers for a partition while it is assigned; starts a new one if the log has alerts other
   * than its own.
   */
  async #work(partition: number): Promise<void> {
    const { compression = threadedGzip } = this.#options
    while (this.#wanted.has(partition) && !this.#stop.signal.aborted) {
      const partitionsHeld = () => Math.max(1, this.#workers.size)
      const worker = new PartitionWorker({
        ...this.#options,
        compression,
        plan: this.#plan,
        partition,
        partitionsHeld
      })
      this.#workers.set(partition, worker)
      try {
        if ((await worker.run()) === 'stopped') return
      } finally {
        if (this.#workers.get(partition) === worker) this.#workers.delete(partition)
      }
    }
  }

  /**
   * Reads the ends of partitions for the lag, and commits progress again if the broker has lost it.
   */
  async #lookAtProgress(): Promise<void> {
    const { log, clock, observer } = this.#options
    while (!this.#stop.signal.aborted) {
      await clock.sleep(lookAtProgressMs, this.#stop.signal)
      if (this.#stop.signal.aborted) continue
      const askedMs = clock.monotonicMs()
      try {
        const ends = await log.state(topics.incidents)
        this.#heardMs = askedMs
        if (this.#workers.size === 0) continue
        const noted = await log.committed(rulesConsumer, topics.incidents)
        for (const worker of this.#workers.values()) {
          worker.noteEnd(ends[worker.partition]?.end ?? 0n)
          worker.noteCommitted(noted?.positions[worker.partition] ?? 0n)
        }
      } catch (error) {
        if (!(error instanceof EventLogError) || this.#stop.signal.aborted) throw error
        if (!error.retryable) throw error
        observer.retried(error)
      }
    }
  }

  async #until(reached: () => boolean): Promise<void> {
    while (!reached() && !this.#stop.signal.aborted) {
      await Promise.race([this.#options.clock.sleep(2, this.#stop.signal), this.#ended.promise])
    }
  }

  #keepTrying<T>(ask: () => Promise<T>): Promise<T | null> {
    const { clock, observer } = this.#options
    return retryUntilAborted(ask, {
      clock,
      signal: this.#stop.signal,
      onRetry: error => observer.retried(error)
    })
  }
}
