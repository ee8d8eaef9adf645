// When a partition's theatres are written as snapshots, and how: beside the folding, one after the other, the partition's index behind each.

import type { PartitionPublisher } from './partition-publisher.ts'
import type { Ends, HeldTheatre, PartitionScope } from './partition-scope.ts'
import { type NewSnapshot, type PartitionIndex, SnapshotAbandonedError, writeIndex, writeSnapshot } from './snapshot-store.ts'

/** A snapshot waits until so great a share of a theatre's reports has come again: a large state is not written for a few records. */
const snapshotShare = 0.1
/** A theatre that few records come to is written when the others of its partition have gone so many times further: no tail begins years ago. */
const quietTheatreFactor = 4

export class PartitionSnapshots {
  readonly #scope: PartitionScope
  readonly #publisher: PartitionPublisher
  /** Theatres of which one is being written, or waits for it: there is never a second. */
  readonly #underWay = new Set<HeldTheatre>()
  #running: Promise<void> = Promise.resolve()

  constructor(scope: PartitionScope, publisher: PartitionPublisher) {
    this.#scope = scope
    this.#publisher = publisher
  }

  /** Resolves when none is being written. */
  get settled(): Promise<void> {
    return this.#running
  }

  /** Takes the states that are due as they are now; they are written while the folding goes on. */
  takeDue(): void {
    const { position, isTaking, isStopping } = this.#scope
    if (isTaking || isStopping) return
    for (const [id, theatre] of this.#scope.theatres) {
      if (!this.#isDue(theatre, position) || this.#scope.stoppedTheatres.has(id)) continue
      const { owner } = theatre
      theatre.recordsSinceSnapshot = 0
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

  #isDue(theatre: HeldTheatre, position: bigint): boolean {
    const { owner, recordsSinceSnapshot, takenAt } = theatre
    const { snapshotEveryRecords: every } = this.#scope.options
    // Where somebody is further than this owner, what it knows of the other logs says nothing of what stands behind its state.
    if (every === 0 || recordsSinceSnapshot === 0 || owner.isBehind || this.#underWay.has(theatre)) return false
    const enough = Math.max(every, owner.fold.reportCount * snapshotShare)
    return recordsSinceSnapshot >= enough || Number(position - takenAt) >= enough * quietTheatreFactor
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
