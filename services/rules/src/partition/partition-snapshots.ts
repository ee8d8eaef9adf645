// When a partition's theatres are written as snapshots, and how: beside the folding, one after the other, the partition's index behind each.

import {
  type NewSnapshot,
  type PartitionIndex,
  SnapshotAbandonedError,
  writeIndex,
  writeSnapshot
} from '../theatre/snapshot-store.ts'
import type { PartitionPublisher } from './partition-publisher.ts'
import type { Ends, HeldTheatre, PartitionScope } from './partition-scope.ts'

/** A snapshot waits until so great a share of a theatre's reports has come again: a large state is not written for a few records. */
const snapshotShare = 0.1
/** A theatre that few records come to is written when the others of its partition have gone so many times further: no tail begins years ago. */
const quietTheatreFactor = 4
/** A moment in which nothing came for so long is a quiet one, ms: what is written then holds nobody up. */
const quietMs = 250
/** In a quiet moment a theatre is written once a start would work for so long on what came since, ms. */
const behindMsMax = 1000
/** Where no moment is quiet a theatre is written all the same once a start would work for so many times as long. */
const busyFactor = 5
/** … or, of a large state, three times as long as the writing takes: some 25 µs for each report that is held. */
const behindMsPerReport = 3 * 0.025
/** A start reads each record behind the oldest snapshot of its partition, whosever it is, and what was published of it: that takes about so long, ms. */
const readMsPerRecord = 0.2

export class PartitionSnapshots {
  readonly #scope: PartitionScope
  readonly #publisher: PartitionPublisher
  /** Theatres of which one is being written, or waits for it: there is never a second. */
  readonly #underWay = new Set<HeldTheatre>()
  #running: Promise<void> = Promise.resolve()
  /** Ends with the quiet moment that is waited for; null where none is. */
  #untilQuiet: Promise<void> | null = null

  constructor(scope: PartitionScope, publisher: PartitionPublisher) {
    this.#scope = scope
    this.#publisher = publisher
  }

  /** Resolves when none is being written. */
  get settled(): Promise<void> {
    return Promise.all([this.#running, this.#untilQuiet]).then(() => {})
  }

  /** Takes the states that are due as they are now; they are written while the folding goes on. What can wait for a quiet moment does. */
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
      // Asked for now, so that it is how far the alerts are known when all that this state has published was read back, and not later.
      const alerts = this.#publisher.readBack.then(() => this.#publisher.ends(0n).alerts)
      this.#running = this.#running.then(() => this.#write(theatre, state, held, alerts)).then(() => this.#done(theatre))
    }
  }

  /** What became due meanwhile is taken now: the next page may be long in coming. */
  #done(theatre: HeldTheatre): void {
    this.#underWay.delete(theatre)
    this.takeDue()
  }

  #mayBeTaken(id: string, theatre: HeldTheatre): boolean {
    const { owner, recordsSinceSnapshot } = theatre
    if (this.#scope.options.snapshotEveryRecords === 0 || recordsSinceSnapshot === 0) return false
    // Where somebody is further than this owner, what it knows of the other logs says nothing of what stands behind its state.
    return !owner.isBehind && !owner.hasToTell && !this.#underWay.has(theatre) && !this.#scope.stoppedTheatres.has(id)
  }

  #isDue(theatre: HeldTheatre, position: bigint): boolean {
    const { owner, recordsSinceSnapshot, takenAt } = theatre
    const enough = Math.max(this.#scope.options.snapshotEveryRecords, owner.fold.reportCount * snapshotShare)
    if (recordsSinceSnapshot >= enough || Number(position - takenAt) >= enough * quietTheatreFactor) return true
    return this.#isWorthIt(theatre, busyFactor)
  }

  /** A start would take noticeably longer for what came since its last snapshot, and longer than the writing takes; so many times that. */
  #isWorthIt({ owner, foldedMsSinceSnapshot, takenAt }: HeldTheatre, times = 1): boolean {
    const behindMs = foldedMsSinceSnapshot + Number(this.#scope.position - takenAt) * readMsPerRecord
    return behindMs >= times * Math.max(behindMsMax, owner.fold.reportCount * behindMsPerReport)
  }

  /** A snapshot is a convenience: where it can't be written, the next start folds more of the log. */
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
        // Nothing of it came since its snapshot: it holds the tail back no further.
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
