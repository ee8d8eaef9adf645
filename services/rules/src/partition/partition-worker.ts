// One partition of the incidents log while this instance owns it: theatre states are loaded from
// snapshots and the log, records are folded, results are published, and progress is committed. When
// it stops, the state is dropped and no more is written. A second owner at the same time is
// harmless: the first record at a seq wins, and the owner that finds other content there starts
// again from the log.

import type { EventLogError } from '@tocsin/event-log/errors'
import { retryUntilAborted } from '@tocsin/event-log/retry'
import type { EngineOwner } from '../theatre/engine-owner.ts'
import { PartitionCopies } from './partition-copies.ts'
import { type FoldedPart, newPart, PartitionFolding } from './partition-folding.ts'
import { PartitionProgress } from './partition-progress.ts'
import { PartitionPublisher } from './partition-publisher.ts'
import { PartitionScope, type WorkerOptions } from './partition-scope.ts'
import { PartitionSnapshots } from './partition-snapshots.ts'
import { takeUp } from './partition-take-up.ts'
import { WaitingRecords } from './waiting-records.ts'

/** Maximum time of folding before what was folded is published and the thread is yielded, ms. */
const partMs = 100

export type WorkerState = 'taking up' | 'catching up' | 'live' | 'stopped'

export class PartitionWorker {
  readonly partition: number
  readonly #options: WorkerOptions
  readonly #scope: PartitionScope
  readonly #publisher: PartitionPublisher
  readonly #folding: PartitionFolding
  readonly #progress: PartitionProgress
  readonly #copies: PartitionCopies
  readonly #snapshots: PartitionSnapshots
  #state: WorkerState = 'taking up'
  #waiting = new WaitingRecords(0n)
  #end = 0n
  /** The end of the partition when the worker started: past it the worker is live. */
  #goal = 0n
  #behindSinceMs: number | null = null

  constructor(options: WorkerOptions) {
    this.#options = options
    this.partition = options.partition
    this.#scope = new PartitionScope(options)
    this.#publisher = new PartitionPublisher(this.#scope)
    const spent = (theatre: string, ms: number, records: number) =>
      this.#waiting.spend(theatre, ms, records)
    this.#folding = new PartitionFolding(this.#scope, this.#publisher, spent)
    this.#progress = new PartitionProgress(this.#scope)
    this.#copies = new PartitionCopies(this.#scope)
    this.#snapshots = new PartitionSnapshots(this.#scope, this.#publisher)
  }

  get state(): WorkerState {
    return this.#state
  }

  /** The first position that is not folded. */
  get position(): bigint {
    return this.#scope.position
  }

  /** The position up to which progress is committed; null before the first commit. */
  get committed(): bigint | null {
    return this.#progress.committed
  }

  get owners(): EngineOwner[] {
    return [...this.#scope.theatres.values()].map(t => t.owner)
  }

  get stoppedTheatres(): ReadonlyMap<string, string> {
    return this.#scope.stoppedTheatres
  }

  /** Known number of records in the partition that are not folded yet. */
  get lagRecords(): number {
    return Math.max(0, Number(this.#end - this.#scope.position))
  }

  /** How long there have been unfolded records, s. */
  get lagSeconds(): number {
    return this.#behindSinceMs === null
      ? 0
      : (this.#options.clock.monotonicMs() - this.#behindSinceMs) / 1000
  }

  /** Live, and everything that the plan requires is written and folded. */
  get isSettled(): boolean {
    return this.#state === 'live' && this.#copies.isFolded(this.#scope.position)
  }

  get isStopping(): boolean {
    return this.#scope.isStopping
  }

  theatre(id: string): EngineOwner | undefined {
    return this.#scope.theatres.get(id)?.owner
  }

  /**
   * Loads and folds the partition until it is stopped (`stopped`) or finds alerts in the log other
   * than its own (`lost`): then a new worker must start. Rejects with a permanent failure.
   */
  async run(): Promise<'stopped' | 'lost'> {
    const startMs = this.#options.clock.monotonicMs()
    const loops: Promise<void>[] = []
    try {
      await this.#keepTrying(() => this.#takeUp())
      if (this.isStopping) return 'stopped'
      this.#state = 'catching up'
      loops.push(
        this.#keepTrying(() => this.#readAhead()),
        this.#keepTrying(() => this.#foldWaiting(startMs))
      )
      await Promise.race([Promise.all(loops), this.#scope.failed])
      return this.#publisher.isLost ? 'lost' : 'stopped'
    } catch (error) {
      if (this.#publisher.isLost) return 'lost'
      throw error
    } finally {
      this.#scope.stop()
      this.#state = 'stopped'
      const beside = [this.#snapshots, this.#progress, this.#copies].map(({ settled }) => settled)
      await Promise.allSettled([...loops, ...beside, this.#publisher.readBack])
      this.#scope.theatres.clear()
      this.#scope.unmet.clear()
      this.#publisher.end()
    }
  }

  /** Begins no further write. */
  stop(): void {
    this.#scope.stop()
  }

  /** Records an observed end of the partition. */
  noteEnd(end: bigint): void {
    if (end > this.#end) this.#end = end
    this.#noteLag()
  }

  /** Commits progress again if the log has lost it. */
  noteCommitted(position: bigint): void {
    this.#progress.noteAgain(position)
  }

  /** Call when the plan has changed: writes the steps that a theatre lacks. */
  copyWhatIsMissing(): void {
    this.#copies.noteChange()
    if (this.#state === 'live') this.#copies.copyWhatIsMissing()
  }

  /** Writes the wall-clock ticks that are due. Never rejects: a permanent failure ends `run`. */
  async tickWalls(nowMs: number): Promise<void> {
    if (this.#state === 'live') await this.#copies.tickWalls(nowMs)
  }

  async #takeUp(): Promise<void> {
    this.#scope.theatres.clear()
    const { theatres, facts, alertsEnd, assemblyEnd, position, goal } = await takeUp(this.#scope)
    for (const [id, theatre] of theatres) this.#scope.theatres.set(id, theatre)
    this.#scope.unmet.clear()
    for (const [id, published] of facts) this.#scope.unmet.set(id, published)
    this.#publisher.begin(alertsEnd, assemblyEnd)
    this.#scope.position = position
    this.#waiting = new WaitingRecords(position)
    this.#scope.isTaking = false
    this.#goal = goal
    this.#end = goal
    await this.#progress.begin()
    this.#noteLag()
  }

  /** Reads on while records are folded, while there is room. */
  async #readAhead(): Promise<void> {
    const { log, clock, pageRecordsMax } = this.#options
    const options = {
      signal: this.#scope.signal,
      recordsMax: pageRecordsMax,
      partitions: [this.partition]
    }
    for await (const page of log.tail(this.#scope.cursorAt(this.#waiting.readTo), options)) {
      this.#waiting.add(page.records, page.next, clock.monotonicMs())
      this.noteEnd(page.end)
      await this.#waiting.room(this.#scope.signal)
      if (this.isStopping) return
    }
  }

  async #foldWaiting(startMs: number): Promise<void> {
    await this.#becomeLive(startMs)
    while (!this.isStopping) {
      await this.#waiting.arrival(this.#scope.signal)
      for (let isMore = true; isMore && !this.isStopping; ) {
        isMore = await this.#foldPart()
        if (this.isStopping) return
        await this.#becomeLive(startMs)
        // Lets other work in this thread, such as requests, have a turn.
        if (isMore) await this.#options.clock.sleep(0, this.#scope.signal)
      }
    }
  }

  async #becomeLive(startMs: number): Promise<void> {
    const { clock, observer } = this.#options
    if (this.#state !== 'catching up' || this.#scope.position < this.#goal) return
    this.#state = 'live'
    observer.takenUp(
      this.partition,
      (clock.monotonicMs() - startMs) / 1000,
      this.#scope.theatres.size
    )
    await this.#copies.announceEngine()
    this.copyWhatIsMissing()
  }

  /**
   * Folds a part of the waiting records, and publishes it: the alerts of a record need not wait
   * until everything that was read is folded. True if more waits.
   */
  async #foldPart(): Promise<boolean> {
    const { clock, pageRecordsMax } = this.#options
    if (this.#waiting.sinceMs === null && this.#waiting.position <= this.#scope.position)
      return false
    const begunMs = clock.monotonicMs()
    const part = newPart()
    this.#scope.isTaking = true
    let isFull = false
    for (let left = pageRecordsMax; !isFull; ) {
      const records = this.#waiting.take(left)
      if (records.length === 0) break
      await this.#folding.fold(records, part)
      if (this.isStopping) return false
      left -= records.length
      isFull = left <= 0 || clock.monotonicMs() - begunMs >= partMs
    }
    await this.#finish(part)
    return isFull
  }

  async #finish({ assembly, alerts, isOldNews }: FoldedPart): Promise<void> {
    // The previous part's output must be confirmed before more is built on it.
    await this.#publisher.readBack
    if (this.isStopping) return
    await this.#publisher.publish(assembly, alerts)
    if (this.isStopping) return
    // Records read meanwhile come after these.
    this.#scope.position = this.#waiting.position
    this.#noteLag()
    this.#progress.note(isOldNews ? 'old news' : 'news')
    this.#scope.isTaking = false
    this.#snapshots.takeDue()
  }

  #noteLag(): void {
    if (this.#end <= this.#scope.position) this.#behindSinceMs = null
    else
      this.#behindSinceMs =
        this.#waiting.sinceMs ?? this.#behindSinceMs ?? this.#options.clock.monotonicMs()
  }

  async #keepTrying(work: () => Promise<void>): Promise<void> {
    const { clock, observer } = this.#options
    const onRetry = (error: EventLogError) => observer.retried(error)
    await retryUntilAborted(work, {
      clock,
      signal: this.#scope.signal,
      onRetry,
      failureAfterAbort: 'is-ignored'
    })
  }
}
