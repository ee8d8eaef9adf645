// When and how a partition's theatres are written as snapshots: concurrently with folding, one at a time, each followed by the
// partition's index.

import {
  type NewSnapshot,
  type PartitionIndex,
  SnapshotAbandonedError,
  writeIndex,
  writeSnapshot
} from '../theatre/snapshot-store.ts'
import type { PartitionPublisher } from './partition-publisher.ts'
import type { Ends, HeldTheatre, PartitionScope } from './partition-scope.ts'

/**
 * A snapshot waits until this share of a theatre's reports has been folded since the last: a large state is not written for few
 * records.
 */
const snapshotShare = 0.1
/**
 * A theatre with few records is written when the others of its partition have advanced this many times further, so that a start
 * never reads from years ago.
 */
const quietTheatreFactor = 4
/** An interval without records that counts as idle, ms: a write then delays nobody. */
const quietMs = 250
/** When idle, a theatre is written once a start would have to fold this much since its snapshot, ms. */
const behindMsMax = 1000
/** When never idle, a theatre is written once a start would have to fold this many times as much. */
const busyFactor = 5
/** … or, for a large state, three times as long as writing it takes: about 25 µs for each report held. */
const behindMsPerReport = 3 * 0.025
/**
 * Time to read one record at start, ms. A start reads every record since the oldest snapshot of its partition, and what was
 * published for it.
 */
const readMsPerRecord = 0.2

export class PartitionSnapshots {
  readonly #scope: PartitionScope
  readonly #publisher: PartitionPublisher
  /** Theatres whose snapshot is being written or is queued: never two for one theatre. */
  readonly #underWay = new Set<HeldTheatre>()
  #running: Promise<void> = Promise.resolve()
  /** Resolves when the awaited idle interval ends; null when none is awaited. */
  #untilQuiet: Promise<void> | null = null

  constructor(scope: PartitionScope, publisher: PartitionPublisher) {
    this.#scope = scope
    this.#publisher = publisher
  }

  /** Resolves when no snapshot is being written. */
  get settled(): Promise<void> {
    return Promise.all([this.#running, this.#untilQuiet]).then(() => {})
  }

  /**
   * Captures the states that are due; they are written while folding continues. Snapshots that can wait for an idle interval do.
   */
  takeDue(): void {
    const { position } = this.#scope
    this.#take(theatre => this.#isDue(theatre, position))
    const isWaitedFor = this.#scope.theatres
      .entries()
      .some(([id, theatre]) => this.#mayBeTaken(id, theatre) && this.#isWorthIt(theatre))
    if (isWaitedFor) this.#untilQuiet ??= this.#takeWhenQuiet()
  }

  async #takeWhenQuiet(): Promise<void> {
    const { clock } = this.#scope.options
    for (let before: bigint | null = null; before !== this.#scope.position && !this.#scope.isStopping; ) {
      before = this.#scope.position
      await clock.sleep(quietMs, this.#scope.signal)
    }
    this.#untilQuiet = null
    this.#take(theatre => this.#isWorthIt(theatre))
  }

  #take(isWanted: (theatre: HeldTheatre) => boolean): void {
    const { position, isTaking, isStopping } = this.#scope
    if (isTaking || isStopping) return
    for (const [id, theatre] of this.#scope.theatres) {
      if (!this.#mayBeTaken(id, theatre) || !isWanted(theatre)) continue
      const { owner } = theatre
      theatre.recordsSinceSnapshot = 0
      theatre.foldedMsSinceSnapshot = 0
      theatre.takenAt = position
      this.#underWay.add(theatre)
      const held = this.#publisher.ends(theatre.next)
      const state = {
        theatre: id,
        epoch: this.#scope.epoch,
        partition: this.#scope.partition,
        next: theatre.next,
        seq: owner.fold.alertSeq,
        previousHash: owner.previousHash,
        rows: owner.fold.capture()
      }
      // Asked for now: the ends must be those at which everything that this state has published was read back.
      const alerts = this.#publisher.readBack.then(() => this.#publisher.ends(0n).alerts)
      this.#running = this.#running.then(() => this.#write(theatre, state, held, alerts)).then(() => this.#done(theatre))
    }
  }

  /** Takes snapshots that became due meanwhile: the next page may be long in coming. */
  #done(theatre: HeldTheatre): void {
    this.#underWay.delete(theatre)
    this.takeDue()
  }

  #mayBeTaken(id: string, theatre: HeldTheatre): boolean {
    const { owner, recordsSinceSnapshot } = theatre
    if (this.#scope.options.snapshotEveryRecords === 0 || recordsSinceSnapshot === 0) return false
    // If another owner is further ahead, this owner's view of the other logs does not match its state.
    return !owner.isBehind && !owner.hasToTell && !this.#underWay.has(theatre) && !this.#scope.stoppedTheatres.has(id)
  }

  #isDue(theatre: HeldTheatre, position: bigint): boolean {
    const { owner, recordsSinceSnapshot, takenAt } = theatre
    const enough = Math.max(this.#scope.options.snapshotEveryRecords, owner.fold.reportCount * snapshotShare)
    if (recordsSinceSnapshot >= enough || Number(position - takenAt) >= enough * quietTheatreFactor) return true
    return this.#isWorthIt(theatre, busyFactor)
  }

  /**
   * True when the records since the last snapshot would delay a start noticeably, and by more than writing takes, multiplied by
   * `times`.
   */
  #isWorthIt({ owner, foldedMsSinceSnapshot, takenAt }: HeldTheatre, times = 1): boolean {
    const behindMs = foldedMsSinceSnapshot + Number(this.#scope.position - takenAt) * readMsPerRecord
    return behindMs >= times * Math.max(behindMsMax, owner.fold.reportCount * behindMsPerReport)
  }

  /** A snapshot is an optimisation: if it cannot be written, the next start folds more of the log. */
  async #write(theatre: HeldTheatre, state: Omit<NewSnapshot, 'number'>, held: Ends, alertsRead: Promise<bigint>): Promise<void> {
    const { log, clock, observer, compression } = this.#scope.options
    const time = new Date(clock.nowMs()).toISOString()
    const number = (theatre.snapshots[0]?.number ?? 0) + 1
    const mayGoOn = async () => {
      await alertsRead
      if (this.#scope.isStopping) throw new SnapshotAbandonedError(`partition ${this.#scope.partition} is no longer held`)
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
    const now = this.#publisher.ends(this.#scope.position)
    return {
      epoch: this.#scope.epoch,
      next: String(now.next),
      alerts: String(now.alerts),
      assembly: String(now.assembly),
      theatres: [...this.#scope.theatres].map(([theatre, { next, held, snapshots }]) => {
        // No records of the theatre since its snapshot: it need not be read from that position.
        const isWhole = snapshots.length > 0 && next === held.next && !this.#scope.stoppedTheatres.has(theatre)
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
}
