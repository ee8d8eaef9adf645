// The loop of the rules service, driven by ports: follows the incidents log, folds each theatre, publishes what comes of it, then moves its cursor.
// HTTP, metrics and the process are elsewhere; the simulator hosts this as it is.

import { decodeTheatreRecord, engineVersion } from '@tocsin/contracts/records'
import { parseTimeMs } from '@tocsin/domain/event-time'
import type { Clock } from '@tocsin/domain/ports'
import { unassignedTheatre } from '@tocsin/domain/theatre-record'
import { advance, isAtOrBefore } from '@tocsin/event-log/cursor'
import { isCaughtUp, NewerRecordError } from '@tocsin/event-log/follow'
import type { Cursor, EventLog, NewRecord, Page, StoredRecord } from '@tocsin/event-log/port'
import { quarantineRecord } from '@tocsin/event-log/quarantine'
import { topics } from '@tocsin/event-log/topics'
import { engineRecord, tickRecord } from './control-copier.ts'
import { appendUntilDone, writeUntilDone } from './durable-append.ts'
import { type PublishedFacts, readPublished } from './published-alerts.ts'
import { type Compression, readSnapshots, type StoredSnapshot, threadedGzip, writeSnapshot } from './snapshot-store.ts'
import { type OwnerOutput, TheatreOwner } from './theatre-owner.ts'
import { ClockWatch, dueTick } from './wall-ticker.ts'

/** The name under which this service's progress stands in the log. */
export const rulesConsumer = 'rules'

export interface EngineObserver {
  folded(seconds: number, output: OwnerOutput): void
  retried(error: Error): void
  quarantined(stored: StoredRecord, reason: string): void
  stopped(theatre: string, why: string): void
  conflict(theatre: string, seqs: readonly number[]): void
  snapshot(theatre: string, outcome: 'written' | 'passed-over' | 'failed', detail: string): void
  clockJumped(): void
}

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

interface Theatre {
  readonly owner: TheatreOwner
  /** Records before it are in the owner's state already. */
  readonly from: bigint
  snapshotNumber: number
  recordsSinceSnapshot: number
  /** The position behind the last record that its state holds. */
  next: { partition: number; position: bigint }
}

const noFacts = (): PublishedFacts => ({ lastSeq: 0, hashes: new Map(), lastIncidentSeq: 0 })

export class RulesEngine {
  readonly #options: EngineOptions
  readonly #theatres = new Map<string, Theatre>()
  readonly #stoppedTheatres = new Map<string, string>()
  readonly #stop = new AbortController()
  #facts = new Map<string, PublishedFacts>()
  #snapshots = new Map<string, StoredSnapshot>()
  #cursor: Cursor | null = null
  #committed: Cursor | null = null
  #toCommit: Cursor | null = null
  #committing: Promise<void> | null = null
  /** Rejects with what ended the commits for good. */
  readonly #commits = Promise.withResolvers<void>()
  #end: readonly bigint[] = []
  #snapshotsRunning: Promise<void> = Promise.resolve()

  constructor(options: EngineOptions) {
    this.#options = options
  }

  get cursor(): Cursor | null {
    return this.#cursor
  }

  get stoppedTheatres(): ReadonlyMap<string, string> {
    return this.#stoppedTheatres
  }

  /** Records known to be in the log and not folded yet. */
  get lagRecords(): number {
    return this.#end.reduce((sum, end, p) => sum + Math.max(0, Number(end - (this.#cursor?.positions[p] ?? 0n))), 0)
  }

  theatre(id: string): TheatreOwner | undefined {
    return this.#theatres.get(id)?.owner
  }

  get owners(): TheatreOwner[] {
    return [...this.#theatres.values()].map(t => t.owner)
  }

  /** Reads snapshots and what was published. Rejects when the log can't be read. */
  async load(): Promise<void> {
    const { log, observer } = this.#options
    this.#snapshots = await readSnapshots(
      log,
      (theatre, why) => observer.snapshot(theatre, 'passed-over', why),
      this.#options.compression ?? threadedGzip
    )
    this.#facts = await readPublished(log, theatre => this.#snapshots.get(theatre)?.state.fold.alerts.seq ?? 0)
    this.#committed = await log.committed(rulesConsumer, topics.incidents)
    // From the beginning: a theatre without a snapshot may have records anywhere. What a snapshot holds is passed over unread.
    this.#cursor = await log.cursorAt(topics.incidents, 'earliest')
  }

  /** Folds until the signal of `close` comes. Rejects with what ends it for good. */
  async run(): Promise<void> {
    const { log, pageRecordsMax } = this.#options
    if (!this.#cursor) throw new Error('load comes before run')
    const loop = this.#keepTrying(async () => {
      const from = this.#cursor as Cursor
      for await (const page of log.tail(from, { signal: this.#stop.signal, recordsMax: pageRecordsMax })) await this.#take(page)
    })
    await Promise.race([loop, this.#commits.promise])
  }

  /** Ticks of theatres on the wall clock, until closed. */
  async runTicker(): Promise<void> {
    const { clock, tickCheckMs, observer } = this.#options
    const watch = new ClockWatch(clock)
    let jumps = 0
    while (!this.#stop.signal.aborted) {
      await clock.sleep(tickCheckMs, this.#stop.signal)
      if (watch.isSteady()) await this.#tickWalls()
      if (watch.jumps > jumps) observer.clockJumped()
      jumps = watch.jumps
    }
  }

  /** True once everything before the cursor is folded and published. */
  hasPassed(target: Cursor): boolean {
    return this.#cursor !== null && isCaughtUp(this.#cursor, target)
  }

  /** Ends the loops. What is being written is finished first. */
  async close(): Promise<void> {
    this.#stop.abort()
    // Nothing is left to wait for commits that failed: `run` has rejected with it.
    await Promise.allSettled([this.#snapshotsRunning, this.#committing])
    this.#commits.resolve()
  }

  /** Marks theatres that an older engine folded: what differs from here on goes out quietly. */
  async announceEngine(): Promise<void> {
    const old = [...this.#theatres.values()].filter(t => t.owner.fold.engine !== null && t.owner.fold.engine !== engineVersion)
    await this.#append(
      topics.incidents,
      old.map(t => engineRecord(t.owner.fold.id, t.owner.fold.now ?? new Date(this.#options.clock.nowMs()).toISOString()))
    )
  }

  async #take(page: Page): Promise<void> {
    const assembly: NewRecord[] = []
    const alerts: NewRecord[] = []
    for (const stored of page.records) {
      const output = await this.#fold(stored)
      if (!output) continue
      assembly.push(...output.incidents)
      alerts.push(...output.alerts)
    }
    // Incidents first: an alert's evidence is there when the alert is.
    await Promise.all([this.#append(topics.assembly, assembly), this.#append(topics.alerts, alerts)])
    if (this.#stop.signal.aborted) return
    this.#cursor = advance(this.#cursor as Cursor, page.partition, page.next)
    this.#end = (this.#cursor as Cursor).positions.map((p, i) => (i === page.partition ? page.end : (this.#end[i] ?? p)))
    this.#commit(this.#cursor)
    this.#takeSnapshots()
  }

  /**
   * Notes how far all is published, beside the folding: the next page does not wait for it, and of several cursors only the last is written. Tried
   * until it is done: readers who wait for this cursor, and old news, would else wait for the next record.
   */
  #commit(cursor: Cursor): void {
    if (this.#committed !== null && !isAtOrBefore(this.#committed, cursor)) return
    this.#toCommit = cursor
    if (this.#committing === null) {
      this.#committing = this.#commitAll().finally(() => {
        this.#committing = null
      })
      this.#committing.catch(error => this.#commits.reject(error))
    }
  }

  async #commitAll(): Promise<void> {
    const { log, clock, observer } = this.#options
    for (let cursor = this.#toCommit; cursor !== null && !this.#stop.signal.aborted; cursor = this.#toCommit) {
      this.#toCommit = null
      const reached = cursor
      await writeUntilDone(
        () => log.commit(rulesConsumer, reached),
        clock,
        this.#stop.signal,
        error => observer.retried(error)
      )
      this.#committed = reached
    }
  }

  async #fold(stored: StoredRecord): Promise<OwnerOutput | null> {
    const { observer, log, clock } = this.#options
    if (stored.key === unassignedTheatre || this.#stoppedTheatres.has(stored.key) || stored.value === null) return null
    const theatre = this.#theatreOf(stored.key)
    if (stored.position < theatre.from) return null
    const decoded = decodeTheatreRecord(stored.value)
    if (decoded.kind === 'undecodable') {
      // Here and not by taking the page again: what came before in it is folded, and would be folded twice.
      const setAside = () => quarantineRecord(log, stored, decoded.reason, new Date(clock.nowMs()).toISOString())
      await writeUntilDone(setAside, clock, this.#stop.signal, error => observer.retried(error))
      observer.quarantined(stored, decoded.reason)
      return null
    }
    if (decoded.kind === 'newer') {
      const why = `${stored.topic}/${stored.partition}/${stored.position} is ${decoded.type}, newer than this version knows`
      this.#stoppedTheatres.set(stored.key, why)
      observer.stopped(stored.key, why)
      return null
    }
    const startMs = clock.monotonicMs()
    const output = theatre.owner.take(decoded.record)
    observer.folded((clock.monotonicMs() - startMs) / 1000, output)
    if (output.conflicts.length > 0) observer.conflict(stored.key, output.conflicts)
    theatre.recordsSinceSnapshot += 1
    theatre.next = { partition: stored.partition, position: stored.position + 1n }
    return output
  }

  #theatreOf(id: string): Theatre {
    const known = this.#theatres.get(id)
    if (known) return known
    const snapshot = this.#snapshots.get(id) ?? null
    this.#snapshots.delete(id)
    const facts = this.#facts.get(id) ?? noFacts()
    this.#facts.delete(id)
    const theatre: Theatre = {
      owner: new TheatreOwner(id, facts, snapshot?.state ?? null),
      from: snapshot?.next.position ?? 0n,
      snapshotNumber: snapshot?.number ?? 0,
      recordsSinceSnapshot: 0,
      next: snapshot?.next ?? { partition: 0, position: 0n }
    }
    this.#theatres.set(id, theatre)
    return theatre
  }

  async #tickWalls(): Promise<void> {
    const { clock } = this.#options
    const ticks: NewRecord[] = []
    for (const { owner } of this.#theatres.values()) {
      const { fold } = owner
      if (fold.config?.clock !== 'wall' || fold.now === null) continue
      const due = dueTick(clock.nowMs(), parseTimeMs(fold.now), fold.nextDeadlineMs())
      if (due) ticks.push(tickRecord(fold.id, due.to, due.gap, null))
    }
    await this.#append(topics.incidents, ticks)
  }

  #takeSnapshots(): void {
    const { snapshotEveryRecords } = this.#options
    if (snapshotEveryRecords === 0) return
    for (const [id, theatre] of this.#theatres) {
      if (theatre.recordsSinceSnapshot < snapshotEveryRecords) continue
      theatre.recordsSinceSnapshot = 0
      theatre.snapshotNumber += 1
      const snapshot = { theatre: id, number: theatre.snapshotNumber, next: theatre.next, state: theatre.owner.snapshot() }
      this.#snapshotsRunning = this.#snapshotsRunning.then(() => this.#writeSnapshot(snapshot))
    }
  }

  /** A snapshot is a convenience: where it can't be written, the next start folds more of the log. */
  async #writeSnapshot(snapshot: StoredSnapshot): Promise<void> {
    const { log, clock, observer } = this.#options
    try {
      await writeSnapshot(log, snapshot, new Date(clock.nowMs()).toISOString(), this.#options.compression ?? threadedGzip)
      observer.snapshot(snapshot.theatre, 'written', String(snapshot.number))
    } catch (error) {
      observer.snapshot(snapshot.theatre, 'failed', error instanceof Error ? error.message : String(error))
    }
  }

  #append(topic: Parameters<EventLog['append']>[0], records: readonly NewRecord[]): Promise<void> {
    const { log, clock, observer } = this.#options
    return appendUntilDone(log, topic, records, clock, this.#stop.signal, error => observer.retried(error))
  }

  async #keepTrying(loop: () => Promise<void>): Promise<void> {
    const { clock, observer } = this.#options
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      try {
        await loop()
        return
      } catch (error) {
        if (this.#stop.signal.aborted) return
        if (!(error instanceof Error) || !('retryable' in error) || error.retryable !== true || error instanceof NewerRecordError)
          throw error
        observer.retried(error)
        await clock.sleep(Math.min(5000, 10 * 2 ** Math.min(attempt, 9)), this.#stop.signal)
      }
    }
  }
}
