// One partition of the incidents log, while it is this instance's: its theatres' states are taken up from snapshots and the log, then its records are
// folded, what comes of them is published, and progress is noted. When it stops, the state is dropped and nothing more is written. Another owner at the
// same time is harmless: the first record at a seq wins, and who finds other content than its own there starts anew from the log.

import { digest } from '@tocsin/contracts/digest'
import { decodeAlertEvent, decodeTheatreRecord, engineVersion } from '@tocsin/contracts/records'
import { formatTime, parseTimeMs } from '@tocsin/domain/event-time'
import type { Clock } from '@tocsin/domain/ports'
import { TheatreFold } from '@tocsin/domain/theatre-fold'
import { unassignedTheatre } from '@tocsin/domain/theatre-record'
import { EventLogError } from '@tocsin/event-log/errors'
import { backoffMs } from '@tocsin/event-log/follow'
import type { Appended, Cursor, EventLog, NewRecord, Page, StoredRecord } from '@tocsin/event-log/port'
import { quarantineRecord } from '@tocsin/event-log/quarantine'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { type ControlPlan, engineRecord, type TheatrePlan, tickRecord } from './control-plan.ts'
import { appendUntilDone, doUntilDone } from './durable-append.ts'
import { beginnings, noFacts, type PublishedFacts, readPublished, readUpTo } from './published-alerts.ts'
import {
  type Compression,
  findSnapshot,
  type IndexedTheatre,
  type NewSnapshot,
  type PartitionIndex,
  readIndex,
  SnapshotAbandonedError,
  type SnapshotPlace,
  writeIndex,
  writeSnapshot
} from './snapshot-store.ts'
import { type OwnerOutput, type OwnerState, TheatreOwner } from './theatre-owner.ts'
import { dueTick } from './wall-ticker.ts'

/** The name under which this service's progress stands in the log. */
export const rulesConsumer = 'rules'
/** A snapshot waits until so great a share of a theatre's reports has come again: a large state is not written for a few records. */
const snapshotShare = 0.1
/** A theatre that few records come to is written when the others of its partition have gone so many times further: no tail begins years ago. */
const quietTheatreFactor = 4

export interface EngineObserver {
  folded(seconds: number, output: OwnerOutput): void
  retried(error: Error): void
  quarantined(stored: StoredRecord, reason: string): void
  stopped(theatre: string, why: string): void
  conflict(theatre: string, seqs: readonly number[]): void
  snapshot(theatre: string, outcome: 'written' | 'passed-over' | 'failed' | 'abandoned', detail: string): void
  clockJumped(): void
  /** The partitions that are this instance's from now on. */
  assigned(partitions: readonly number[]): void
  /** A partition is folded up to its end; how long that took, and what of it was read from snapshots. */
  takenUp(partition: number, seconds: number, theatres: number): void
}

export interface WorkerOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly observer: EngineObserver
  readonly snapshotEveryRecords: number
  readonly pageRecordsMax: number
  readonly compression: Compression
  readonly plan: ControlPlan
  readonly partition: number
}

interface Theatre {
  readonly owner: TheatreOwner
  /** Records before it are in the owner's state already. */
  readonly from: bigint
  /** Behind the last record that its state holds. */
  next: bigint
  recordsSinceSnapshot: number
  snapshots: readonly SnapshotPlace[]
  /** What its newest snapshot does not hold stands behind these, in this order: incidents, alerts, assembly. */
  held: { readonly next: bigint; readonly alerts: bigint; readonly assembly: bigint }
}

export type WorkerState = 'taking up' | 'catching up' | 'live' | 'stopped'

export class PartitionWorker {
  readonly partition: number
  readonly #options: WorkerOptions
  readonly #stop = new AbortController()
  readonly #theatres = new Map<string, Theatre>()
  readonly #stoppedTheatres = new Map<string, string>()
  /** Facts of theatres that were not met yet. */
  #facts = new Map<string, PublishedFacts>()
  #state: WorkerState = 'taking up'
  #epoch = ''
  #partitionCount = 0
  #position = 0n
  #end = 0n
  /** Where the partition ended when this began: behind it the worker is live. */
  #goal = 0n
  #behindSinceMs: number | null = null
  /** Up to where the alerts and the assembly log are known, by partition. */
  #alertsEnd = new Map<number, bigint>()
  #assemblyEnd = new Map<number, bigint>()
  /** Alerts that were written and not yet found to stand, by id. */
  readonly #unverified = new Map<string, Uint8Array>()
  #verifying: Promise<void> = Promise.resolve()
  #committed: bigint | null = null
  #toCommit: bigint | null = null
  #committing: Promise<void> | null = null
  /** Rejects with what ended something beside the folding for good. */
  readonly #beside = Promise.withResolvers<never>()
  #snapshotsRunning: Promise<void> = Promise.resolve()
  /** Steps of a theatre's plan that it holds, or that were written. */
  readonly #copied = new Map<string, number>()
  #copying: Promise<void> = Promise.resolve()
  /** Behind the last copy that was written. */
  #copiesEnd = 0n
  /** Counts the changes of the plan, and those that are written. */
  #planSeen = 1
  #planWritten = 0
  readonly #ticked = new Map<string, string>()
  #isLost = false

  constructor(options: WorkerOptions) {
    this.#options = options
    this.partition = options.partition
    this.#beside.promise.catch(() => {})
  }

  get state(): WorkerState {
    return this.#state
  }

  /** The first position that is not folded. */
  get position(): bigint {
    return this.#position
  }

  /** Up to where progress is noted in the log; null before the first time. */
  get committed(): bigint | null {
    return this.#committed
  }

  get owners(): TheatreOwner[] {
    return [...this.#theatres.values()].map(t => t.owner)
  }

  get stoppedTheatres(): ReadonlyMap<string, string> {
    return this.#stoppedTheatres
  }

  /** Records known to be in the partition and not folded yet. */
  get lagRecords(): number {
    return Math.max(0, Number(this.#end - this.#position))
  }

  /** How long there has been something that is not folded, s. */
  get lagSeconds(): number {
    return this.#behindSinceMs === null ? 0 : (this.#options.clock.monotonicMs() - this.#behindSinceMs) / 1000
  }

  /** Live, and everything that the plan asks for is written and folded. */
  get isSettled(): boolean {
    return this.#state === 'live' && this.#planWritten === this.#planSeen && this.#position >= this.#copiesEnd
  }

  theatre(id: string): TheatreOwner | undefined {
    return this.#theatres.get(id)?.owner
  }

  /**
   * Takes the partition up and folds it until it is stopped (`stopped`) or finds that the log holds other alerts than it made (`lost`): then another
   * worker must begin anew. Rejects with what ends it for good.
   */
  async run(): Promise<'stopped' | 'lost'> {
    const { clock } = this.#options
    const startMs = clock.monotonicMs()
    try {
      await this.#keepTrying(() => this.#takeUp())
      if (this.#stop.signal.aborted) return 'stopped'
      this.#state = 'catching up'
      const tailing = this.#keepTrying(() => this.#tail(startMs))
      await Promise.race([tailing, this.#beside.promise])
      return this.#isLost ? 'lost' : 'stopped'
    } catch (error) {
      if (this.#isLost) return 'lost'
      throw error
    } finally {
      this.#stop.abort()
      this.#state = 'stopped'
      await Promise.allSettled([this.#snapshotsRunning, this.#committing, this.#copying, this.#verifying])
      this.#theatres.clear()
      this.#unverified.clear()
    }
  }

  get isStopping(): boolean {
    return this.#stop.signal.aborted
  }

  /** Nothing more is written but what is under way. */
  stop(): void {
    this.#stop.abort()
  }

  /** The end of the partition as somebody has seen it. */
  noteEnd(end: bigint): void {
    if (end > this.#end) this.#end = end
    this.#noteLag()
  }

  /** Progress that the log has lost is noted again. */
  noteCommitted(position: bigint): void {
    if (this.#committed === null || position >= this.#committed || this.#committing !== null) return
    this.#committed = position
    this.#commit(this.#position)
  }

  /** The plan has changed: what a theatre lacks is written. */
  copyWhatIsMissing(): void {
    this.#planSeen += 1
    if (this.#state !== 'live') return
    this.#copying = this.#copying.then(() => this.#copyAll()).catch(error => this.#beside.reject(error))
  }

  /** Writes the ticks that are due on the wall clock. Never rejects: what ends the worker for good ends `run`. */
  async tickWalls(nowMs: number): Promise<void> {
    if (this.#state !== 'live') return
    const ticks: NewRecord[] = []
    for (const [id, { owner }] of this.#theatres) {
      const { fold } = owner
      if (fold.config?.clock !== 'wall' || fold.now === null || this.#stoppedTheatres.has(id)) continue
      const ticked = this.#ticked.get(id) ?? fold.now
      const last = later(ticked, fold.now)
      const due = dueTick(nowMs, parseTimeMs(last), fold.nextDeadlineMs())
      if (!due) continue
      ticks.push(tickRecord(id, due.to, due.gap, null))
      this.#ticked.set(id, due.to)
    }
    await this.#append(topics.incidents, ticks).catch(error => this.#beside.reject(error))
  }

  // ---- taking up ----

  async #takeUp(): Promise<void> {
    const { log, partition: p } = this.#options
    this.#theatres.clear()
    this.#epoch = await log.epoch(topics.incidents)
    const states = await log.state(topics.incidents)
    this.#partitionCount = states.length
    this.#goal = states[p]?.end ?? 0n
    this.#end = this.#goal
    const start = states[p]?.start ?? 0n
    const index = await readIndex(log, p, this.#epoch)
    const restored = index === null ? new Map<string, Held>() : await this.#restoreAll(index)
    const facts = await this.#readFacts(index, restored)
    this.#facts = new Map(facts.facts)
    this.#alertsEnd = facts.alertsEnd
    this.#assemblyEnd = facts.assemblyEnd
    for (const { theatre, state, held, snapshots } of restored.values()) {
      this.#theatres.set(theatre, {
        owner: new TheatreOwner(theatre, this.#takeFacts(theatre), state),
        from: held.next,
        next: held.next,
        recordsSinceSnapshot: 0,
        snapshots,
        held
      })
    }
    const tails = [...restored.values()].map(({ held }) => held.next)
    this.#position = index === null ? start : later(start, tails.reduce(earlier, BigInt(index.next)))
    this.#committed = (await log.committed(rulesConsumer, topics.incidents))?.positions[p] ?? null
    this.#noteLag()
  }

  async #restoreAll(index: PartitionIndex): Promise<Map<string, Held>> {
    const all = new Map<string, Held>()
    for (const indexed of index.theatres) {
      const { theatre, snapshots } = indexed
      const state = await this.#restore(indexed)
      if (this.#stop.signal.aborted) return all
      const held = { next: BigInt(indexed.next), alerts: BigInt(indexed.alerts), assembly: BigInt(indexed.assembly) }
      if (snapshots.length === 0 || state.isNewest) all.set(theatre, { theatre, state: state.owner, held, snapshots })
      else {
        // Which positions an older snapshot goes on from is not in the index: alerts and assembly are read from their beginning.
        all.set(theatre, { theatre, state: state.owner, held: { next: state.next, alerts: 0n, assembly: 0n }, snapshots })
      }
    }
    return all
  }

  /** The newest whole snapshot of a theatre, restored. Without one it begins where it begins. */
  async #restore(indexed: IndexedTheatre): Promise<{ owner: OwnerState | null; isNewest: boolean; next: bigint }> {
    const { log, observer, compression } = this.#options
    const { theatre } = indexed
    const passedOver = (why: string) => observer.snapshot(theatre, 'passed-over', why)
    const found = await findSnapshot(log, this.partition, indexed, this.#epoch, passedOver, compression)
    if (found === null) return { owner: null, isNewest: false, next: 0n }
    const restoring = TheatreFold.restoring(digest)
    for await (const rows of found.blocks()) {
      for (const row of rows) restoring.take(row)
      if (this.#stop.signal.aborted) return { owner: null, isNewest: false, next: 0n }
    }
    const fold = restoring.finish()
    const isNewest = String(found.next) === indexed.snapshots[0]?.next
    return { owner: { fold, previousHash: found.previousHash }, isNewest, next: found.next }
  }

  async #readFacts(index: PartitionIndex | null, held: ReadonlyMap<string, Held>) {
    const { log } = this.#options
    const lowest = async (topic: Topic, from: (h: Held['held']) => bigint, indexFrom: string | undefined) => {
      const starts = await beginnings(log, topic)
      // Where the logs have as many partitions as this one, a theatre is in the same partition of each.
      const own = starts.size === this.#partitionCount ? new Map([[this.partition, starts.get(this.partition) ?? 0n]]) : starts
      if (starts.size !== this.#partitionCount || indexFrom === undefined) return own
      const least = [...held.values()].map(h => from(h.held)).reduce(earlier, BigInt(indexFrom))
      return new Map([...own].map(([p, start]) => [p, later(least, start)]))
    }
    const alerts = await lowest(topics.alerts, h => h.alerts, index?.alerts)
    const assembly = await lowest(topics.assembly, h => h.assembly, index?.assembly)
    return readPublished(log, alerts, assembly, theatre => held.get(theatre)?.state?.fold.alertSeq ?? 0)
  }

  #takeFacts(theatre: string): PublishedFacts {
    const facts = this.#facts.get(theatre) ?? noFacts()
    this.#facts.delete(theatre)
    return facts
  }

  // ---- folding ----

  async #tail(startMs: number): Promise<void> {
    const { log, pageRecordsMax, clock, observer } = this.#options
    const becomeLive = async () => {
      if (this.#state !== 'catching up' || this.#position < this.#goal) return
      this.#state = 'live'
      observer.takenUp(this.partition, (clock.monotonicMs() - startMs) / 1000, this.#theatres.size)
      await this.#announceEngine()
      this.copyWhatIsMissing()
    }
    await becomeLive()
    const options = { signal: this.#stop.signal, recordsMax: pageRecordsMax, partitions: [this.partition] }
    for await (const page of log.tail(this.#cursorAt(this.#position), options)) {
      await this.#take(page)
      if (this.#stop.signal.aborted) return
      await becomeLive()
    }
  }

  async #take(page: Page): Promise<void> {
    const assembly: NewRecord[] = []
    const alerts: NewRecord[] = []
    for (const stored of page.records) {
      if (stored.position < this.#position) continue
      const output = await this.#fold(stored)
      if (this.#stop.signal.aborted) return
      if (!output) continue
      assembly.push(...output.incidents)
      alerts.push(...output.alerts)
    }
    // What the page before has written must stand before more is built on it.
    await this.#verifying
    if (this.#stop.signal.aborted) return
    await this.#publish(assembly, alerts)
    if (this.#stop.signal.aborted) return
    this.#position = page.next
    this.#end = later(this.#end, page.end)
    this.#noteLag()
    this.#commit(this.#position)
    this.#takeSnapshots()
  }

  async #publish(assembly: readonly NewRecord[], alerts: readonly NewRecord[]): Promise<void> {
    const { log } = this.#options
    if (!log.capabilities.exactIdDedup) {
      for (const { id, value } of alerts) this.#unverified.set(id, value as Uint8Array)
    }
    // Incidents first: an alert's evidence is there when the alert is.
    await Promise.all([
      this.#append(topics.assembly, assembly, written => noteEnds(this.#assemblyEnd, written)),
      this.#append(topics.alerts, alerts, written => this.#verify(written))
    ])
  }

  async #fold(stored: StoredRecord): Promise<OwnerOutput | null> {
    const { observer, log, clock } = this.#options
    if (stored.key === unassignedTheatre || this.#stoppedTheatres.has(stored.key) || stored.value === null) return null
    const theatre = this.#theatreOf(stored)
    if (stored.position < theatre.from) return null
    const decoded = decodeTheatreRecord(stored.value)
    if (decoded.kind === 'undecodable') {
      // Here and not by taking the page again: what came before in it is folded, and would be folded twice.
      const setAside = () => quarantineRecord(log, stored, decoded.reason, new Date(clock.nowMs()).toISOString())
      await doUntilDone(setAside, clock, this.#stop.signal, error => observer.retried(error))
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
    theatre.next = stored.position + 1n
    return output
  }

  #theatreOf({ key, position }: StoredRecord): Theatre {
    const known = this.#theatres.get(key)
    if (known) return known
    const theatre: Theatre = {
      owner: new TheatreOwner(key, this.#takeFacts(key), null),
      from: position,
      next: position,
      recordsSinceSnapshot: 0,
      snapshots: [],
      held: this.#ends(position)
    }
    this.#theatres.set(key, theatre)
    return theatre
  }

  #cursorAt(position: bigint): Cursor {
    const positions = Array.from({ length: this.#partitionCount }, (_, i) => (i === this.partition ? position : 0n))
    return { topic: topics.incidents, epoch: this.#epoch, positions }
  }

  #noteLag(): void {
    if (this.#end <= this.#position) this.#behindSinceMs = null
    else this.#behindSinceMs ??= this.#options.clock.monotonicMs()
  }

  // ---- arbitration ----

  /**
   * Reads back what stands in the alerts log up to what was just written. The first record of an id counts: where it is not the one that was made here,
   * this owner has lost and begins anew. What others have published ahead of this fold is a fact from now on.
   */
  #verify(written: readonly Appended[]): void {
    const { log, clock, observer } = this.#options
    if (log.capabilities.exactIdDedup) {
      noteEnds(this.#alertsEnd, written)
      return
    }
    const goals = new Map<number, bigint>()
    noteEnds(goals, written)
    const readBack = async () => {
      for (const [partition, goal] of goals) {
        const readOn = async () => {
          const from = this.#alertsEnd.get(partition) ?? 0n
          const read = await readUpTo(log, topics.alerts, partition, from, goal, stored => {
            this.#compare(stored)
            this.#alertsEnd.set(partition, stored.position + 1n)
          })
          // Written and acknowledged, so it is only a matter of time.
          if (read < goal) throw new EventLogError('log-unavailable', 'what was written can not be read back yet')
          this.#alertsEnd.set(partition, goal)
        }
        await doUntilDone(readOn, clock, this.#stop.signal, error => observer.retried(error))
      }
    }
    this.#verifying = this.#verifying.then(readBack).catch(error => this.#beside.reject(error))
  }

  #compare({ id, key, value }: StoredRecord): void {
    const theatre = this.#theatres.get(key)
    if (theatre === undefined || value === null || this.#isLost) return
    const made = this.#unverified.get(id)
    this.#unverified.delete(id)
    if (made !== undefined && Buffer.compare(value, made) === 0) return
    const decoded = decodeAlertEvent(value)
    if (decoded.kind !== 'decoded') return
    const { seq } = decoded.record.data
    if (made === undefined) theatre.owner.learn(seq, value)
    else this.#lose(key, seq)
  }

  #lose(theatre: string, seq: number): void {
    this.#isLost = true
    this.#options.observer.conflict(theatre, [seq])
    this.#stop.abort()
  }

  // ---- progress ----

  /**
   * Notes how far all is published, beside the folding: the next page does not wait for it, and of several positions only the last is written. Tried
   * until it is done: readers who wait for it, and old news, would else wait for the next record.
   */
  #commit(position: bigint): void {
    if (this.#committed !== null && position <= this.#committed) return
    this.#toCommit = position
    if (this.#committing !== null) return
    this.#committing = this.#commitAll().finally(() => {
      this.#committing = null
    })
    this.#committing.catch(error => this.#beside.reject(error))
  }

  async #commitAll(): Promise<void> {
    const { log, clock, observer } = this.#options
    for (let position = this.#toCommit; position !== null && !this.#stop.signal.aborted; position = this.#toCommit) {
      this.#toCommit = null
      const cursor = this.#cursorAt(position)
      await doUntilDone(
        () => log.commit(rulesConsumer, cursor, [this.partition]).catch(passStale),
        clock,
        this.#stop.signal,
        error => observer.retried(error)
      )
      this.#committed = position
    }
  }

  // ---- what the control log says ----

  /** Marks theatres that another engine folded last: what differs from here on goes out quietly. */
  async #announceEngine(): Promise<void> {
    const nowText = formatTime(this.#options.clock.nowMs())
    const old = this.owners.filter(
      ({ fold }) => fold.engine !== null && fold.engine !== engineVersion && !this.#stoppedTheatres.has(fold.id)
    )
    await this.#append(
      topics.incidents,
      old.map(({ fold }) => engineRecord(fold.id, fold.now ?? nowText)),
      written => this.#noteCopies(written)
    )
  }

  async #copyAll(): Promise<void> {
    if (this.#planWritten === this.#planSeen || this.#stop.signal.aborted) return
    const seen = this.#planSeen
    const missing: NewRecord[] = []
    const reached: [string, number][] = []
    for (const plan of this.#options.plan.theatres.values()) {
      if (plan.partition !== this.partition || this.#stoppedTheatres.has(plan.theatre)) continue
      missing.push(...this.#missingOf(plan))
      reached.push([plan.theatre, plan.steps.length])
    }
    // One append: a theatre is not there in part.
    await this.#append(topics.incidents, missing, written => this.#noteCopies(written))
    for (const [theatre, steps] of reached) this.#copied.set(theatre, steps)
    this.#planWritten = seen
  }

  #missingOf({ theatre, steps }: TheatrePlan): NewRecord[] {
    const fold = this.#theatres.get(theatre)?.owner.fold
    // They were written in their order: what stands before one that is held is held, or was superseded.
    const held = steps.findLastIndex(({ id, tickTo }) => tickTo === null && fold?.hasTaken(id) === true) + 1
    const from = Math.max(held, this.#copied.get(theatre) ?? 0)
    const now = fold?.now ?? ''
    return steps.slice(from).flatMap(step => (step.tickTo !== null && step.tickTo <= now ? [] : [step.record()]))
  }

  #noteCopies(written: readonly Appended[]): void {
    for (const { position } of written) if (position >= this.#copiesEnd) this.#copiesEnd = position + 1n
  }

  // ---- snapshots ----

  #takeSnapshots(): void {
    for (const [id, theatre] of this.#theatres) {
      if (!this.#isSnapshotDue(theatre) || this.#stoppedTheatres.has(id)) continue
      const { owner } = theatre
      theatre.recordsSinceSnapshot = 0
      const held = this.#ends(theatre.next)
      const state = {
        theatre: id,
        epoch: this.#epoch,
        partition: this.partition,
        next: theatre.next,
        seq: owner.fold.alertSeq,
        previousHash: owner.previousHash,
        rows: owner.fold.capture()
      }
      // Asked for now, so that it is how far the alerts are known when all that this state has published was read back, and not later.
      const alerts = this.#verifying.then(() => this.#ends(0n).alerts)
      this.#snapshotsRunning = this.#snapshotsRunning.then(() => this.#writeSnapshot(theatre, state, held, alerts))
    }
  }

  #isSnapshotDue({ owner, recordsSinceSnapshot, held }: Theatre): boolean {
    const { snapshotEveryRecords: every } = this.#options
    // Where somebody is further than this owner, what it knows of the other logs says nothing of what stands behind its state.
    if (every === 0 || recordsSinceSnapshot === 0 || owner.isBehind) return false
    const enough = Math.max(every, owner.fold.reportCount * snapshotShare)
    return recordsSinceSnapshot >= enough || Number(this.#position - held.next) >= enough * quietTheatreFactor
  }

  /** A snapshot is a convenience: where it can't be written, the next start folds more of the log. */
  async #writeSnapshot(
    theatre: Theatre,
    state: Omit<NewSnapshot, 'number'>,
    held: Theatre['held'],
    alertsRead: Promise<bigint>
  ): Promise<void> {
    const { log, clock, observer, compression } = this.#options
    const time = new Date(clock.nowMs()).toISOString()
    const number = (theatre.snapshots[0]?.number ?? 0) + 1
    const mayGoOn = async () => {
      await alertsRead
      if (this.#stop.signal.aborted) throw new SnapshotAbandonedError(`partition ${this.partition} is no longer held`)
    }
    try {
      await mayGoOn()
      const place = await writeSnapshot(log, { ...state, number }, time, compression, mayGoOn)
      theatre.snapshots = [place, ...theatre.snapshots].slice(0, 2)
      theatre.held = { ...held, alerts: await alertsRead }
      await writeIndex(log, state.theatre, this.#index(), time)
      observer.snapshot(state.theatre, 'written', String(number))
    } catch (error) {
      const outcome = error instanceof SnapshotAbandonedError ? 'abandoned' : 'failed'
      observer.snapshot(state.theatre, outcome, error instanceof Error ? error.message : String(error))
    }
  }

  #index(): PartitionIndex {
    const now = this.#ends(this.#position)
    return {
      epoch: this.#epoch,
      next: String(now.next),
      alerts: String(now.alerts),
      assembly: String(now.assembly),
      theatres: [...this.#theatres].map(([theatre, { next, held, snapshots }]) => {
        // Nothing of it came since its snapshot: it holds the tail back no further.
        const isWhole = snapshots.length > 0 && next === held.next && !this.#stoppedTheatres.has(theatre)
        const behind = isWhole && held.next <= now.next ? now : held
        return {
          theatre,
          next: String(behind.next),
          alerts: String(behind.alerts),
          assembly: String(behind.assembly),
          snapshots
        }
      })
    }
  }

  /** A position of the incidents log, and how far the alerts and the assembly log are known now. Where those are divided otherwise: from their beginning. */
  #ends(next: bigint): Theatre['held'] {
    const { partition } = this
    return { next, alerts: this.#alertsEnd.get(partition) ?? 0n, assembly: this.#assemblyEnd.get(partition) ?? 0n }
  }

  // ---- writing ----

  async #append(topic: Topic, records: readonly NewRecord[], onWritten?: (written: readonly Appended[]) => void): Promise<void> {
    const { log, clock, observer } = this.#options
    const written = await appendUntilDone(log, topic, records, clock, this.#stop.signal, error => observer.retried(error))
    if (written !== null) onWritten?.(written)
  }

  async #keepTrying(work: () => Promise<void>): Promise<void> {
    const { clock, observer } = this.#options
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      try {
        await work()
        return
      } catch (error) {
        if (this.#stop.signal.aborted) return
        if (!(error instanceof EventLogError) || !error.retryable) throw error
        observer.retried(error)
        await clock.sleep(backoffMs(attempt), this.#stop.signal)
      }
    }
  }
}

interface Held {
  readonly theatre: string
  readonly state: OwnerState | null
  readonly held: Theatre['held']
  readonly snapshots: readonly SnapshotPlace[]
}

/** Somebody else has noted that it is further: as well. */
function passStale(error: unknown): void {
  if (!(error instanceof EventLogError) || error.code !== 'stale-cursor') throw error
}

function later<T extends bigint | string>(a: T, b: T): T {
  if (a < b) return b
  return a
}

function earlier(a: bigint, b: bigint): bigint {
  if (b < a) return b
  return a
}

function noteEnds(ends: Map<number, bigint>, written: readonly Appended[]): void {
  for (const { partition, position } of written) {
    if (position >= (ends.get(partition) ?? 0n)) ends.set(partition, position + 1n)
  }
}
