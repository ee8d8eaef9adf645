// When and how a partition's theatres are written as snapshots: concurrently with folding, one at a
// time, each followed by the partition's index. What a start would have to fold and read again
// decides, not the number of records. Source: decision 0049.

import { snapshotFormat } from '../theatre/engine-owner.ts'
import {
  type NewSnapshot,
  type PartitionIndex,
  SnapshotAbandonedError,
  writeIndex,
  writeSnapshot
} from '../theatre/snapshot-store.ts'
import type { PartitionPublisher } from './partition-publisher.ts'
import { type Ends, endsWith, type HeldTheatre, type PartitionScope } from './partition-scope.ts'

/**
 * A start of an instance repeats this much folding and reading, ms, unless its states are large.
 */
const behindMsMax = 1000
/**
 * A state is written once it saves this many times what writing costs: snapshots take a quarter of
 * the time at most.
 */
const savedPerWritten = 3
/** Default until measured: how long writing blocks the thread, per report, ms. */
const writeMsPerReport = 0.025
/**
 * Time to read one record at start, ms. A start reads every record since the oldest snapshot of its
 * partition.
 */
const readMsPerRecord = 0.05
/** Captures block the thread. After this many ms the next part of the records is folded first. */
const captureMsMax = 20
/**
 * By number of records, a snapshot waits until this share of a theatre's reports was folded since
 * the last.
 */
const snapshotShare = 0.1
/**
 * By number of records, a theatre with few is written when the others of the partition have
 * advanced this many times further.
 */
const quietTheatreFactor = 4

interface Unsaved {
  readonly id: string
  readonly theatre: HeldTheatre
  /** What a start would spend on reading the records since its snapshot, ms. */
  readonly readMs: number
}

export class PartitionSnapshots {
  readonly #scope: PartitionScope
  readonly #publisher: PartitionPublisher
  /** Theatres with a snapshot being written or queued: never two for one theatre. */
  readonly #underWay = new Set<HeldTheatre>()
  #running: Promise<void> = Promise.resolve()

  constructor(scope: PartitionScope, publisher: PartitionPublisher) {
    this.#scope = scope
    this.#publisher = publisher
  }

  /** Resolves when no snapshot is being written. */
  get settled(): Promise<void> {
    return this.#running
  }

  /**
   * Captures the states that are due; they are written while folding continues. Call between two
   * parts of a page, also while the worker catches up.
   */
  takeDue(): void {
    const { isTaking, isStopping, options } = this.#scope
    if (isTaking || isStopping || options.snapshotEveryRecords === 0) return
    const beganMs = options.clock.monotonicMs()
    for (const due of this.#due()) {
      this.#take(due)
      if (options.clock.monotonicMs() - beganMs >= captureMsMax) return
    }
  }

  /** The theatres to write, those that save the most first. */
  *#due(): Generator<Unsaved> {
    const { theatres, position } = this.#scope
    const unsaved = new Set<Unsaved>()
    for (const [id, theatre] of theatres) {
      if (theatre.recordsSinceSnapshot === 0) continue
      // A theatre may be ahead of the partition.
      const unread = Math.max(0, Number(position - theatre.takenAt))
      unsaved.add({ id, theatre, readMs: unread * readMsPerRecord })
    }
    const maxMs = behindMsMax / this.#scope.options.partitionsHeld()
    const isMuch = computeBehindMs(unsaved) >= maxMs
    for (const one of isMuch
      ? [...unsaved].sort((a, b) => computeSavedMs(b) - computeSavedMs(a))
      : unsaved) {
      if (!this.#mayBeTaken(one)) continue
      const helps =
        isMuch &&
        computeBehindMs(unsaved) > maxMs / 2 &&
        computeSavedMs(one) >= savedPerWritten * computeWriteMs(one.theatre)
      if (!helps && !this.#isDueByRecords(one.theatre)) continue
      unsaved.delete(one)
      yield one
    }
  }

  #take({ id, theatre }: Unsaved): void {
    const { position, options } = this.#scope
    const { clock } = options
    const { owner } = theatre
    const beganMs = clock.monotonicMs()
    theatre.recordsSinceSnapshot = 0
    theatre.foldedMsSinceSnapshot = 0
    theatre.takenAt = position
    this.#underWay.add(theatre)
    const { unreached, learned } = owner
    const held = endsWith(this.#publisher.ends(theatre.next), unreached)
    const state = {
      theatre: id,
      epoch: this.#scope.epoch,
      partition: this.#scope.partition,
      next: theatre.next,
      ...owner.chain,
      format: snapshotFormat,
      blocks: owner.capture()
    }
    const capturedMs = clock.monotonicMs() - beganMs
    // Asked for now: the ends must be those at which everything that this state has published was
    // read back.
    const readBack = this.#publisher.readBack.then(() => {
      // Another owner has published what this state does not know: where that begins is not known
      // here.
      if (owner.learned !== learned)
        throw new SnapshotAbandonedError(`another owner of ${id} is further ahead`)
      return endsWith(this.#publisher.ends(held.next), unreached).alerts
    })
    readBack.catch(() => {})
    this.#running = this.#running
      .then(() => this.#write(theatre, state, held, readBack, capturedMs))
      .then(() => this.#done(theatre))
  }

  /** Takes snapshots that became due meanwhile: the next page may be long in coming. */
  #done(theatre: HeldTheatre): void {
    this.#underWay.delete(theatre)
    this.takeDue()
  }

  #mayBeTaken({ id, theatre }: Unsaved): boolean {
    return (
      !theatre.owner.hasToTell &&
      !this.#underWay.has(theatre) &&
      !this.#scope.stoppedTheatres.has(id)
    )
  }

  #isDueByRecords({ owner, recordsSinceSnapshot, takenAt }: HeldTheatre): boolean {
    const enough = Math.max(
      this.#scope.options.snapshotEveryRecords,
      owner.reportCount * snapshotShare
    )
    return (
      recordsSinceSnapshot >= enough ||
      Number(this.#scope.position - takenAt) >= enough * quietTheatreFactor
    )
  }

  /**
   * A snapshot is an optimisation: if it cannot be written, the next start folds more of the log.
   */
  async #write(
    theatre: HeldTheatre,
    state: Omit<NewSnapshot, 'number'>,
    held: Ends,
    alertsRead: Promise<bigint>,
    capturedMs: number
  ): Promise<void> {
    const { log, clock, observer, compression } = this.#scope.options
    const reports = theatre.owner.reportCount
    const number = (theatre.snapshots[0]?.number ?? 0) + 1
    const mayGoOn = async () => {
      await alertsRead
      if (this.#scope.isStopping)
        throw new SnapshotAbandonedError(`partition ${this.#scope.partition} is no longer held`)
    }
    try {
      await mayGoOn()
      const { place, spentMs } = await writeSnapshot(
        log,
        { ...state, number },
        clock,
        compression,
        mayGoOn
      )
      theatre.written = { ms: capturedMs + spentMs, reports }
      theatre.snapshots = [place, ...theatre.snapshots].slice(0, 2)
      theatre.held = { ...held, alerts: await alertsRead }
      await writeIndex(log, state.theatre, this.#index(), new Date(clock.nowMs()).toISOString())
      observer.snapshot(state.theatre, 'written', String(number))
    } catch (error) {
      const outcome = error instanceof SnapshotAbandonedError ? 'abandoned' : 'failed'
      observer.snapshot(
        state.theatre,
        outcome,
        error instanceof Error ? error.message : String(error)
      )
    }
  }

  #index(): PartitionIndex {
    const { theatres, unmet, stoppedTheatres, epoch, position } = this.#scope
    const now = this.#publisher.ends(position)
    const all = unmet.values().reduce<Ends>((ends, facts) => endsWith(ends, facts.beginning), now)
    return {
      epoch,
      next: String(all.next),
      alerts: String(all.alerts),
      assembly: String(all.assembly),
      theatres: [...theatres].map(([theatre, { owner, next, held, snapshots }]) => {
        // No records of the theatre since its snapshot: it need not be read from that position.
        const isWhole =
          snapshots.length > 0 &&
          next === held.next &&
          !stoppedTheatres.has(theatre) &&
          !owner.hasToTell
        const behind = isWhole && held.next <= now.next ? endsWith(now, owner.unreached) : held
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

/**
 * What a start would spend on these theatres, ms: folding what each lacks, and reading the
 * partition once.
 */
function computeBehindMs(unsaved: Iterable<Unsaved>): number {
  let [foldedMs, readMs] = [0, 0]
  for (const one of unsaved) {
    foldedMs += one.theatre.foldedMsSinceSnapshot
    readMs = Math.max(readMs, one.readMs)
  }
  return foldedMs + readMs
}

/** What a start saves if this theatre is written, ms. */
function computeSavedMs({ theatre, readMs }: Unsaved): number {
  return theatre.foldedMsSinceSnapshot + readMs
}

/**
 * How long writing the state blocks the thread, ms: as long as the last time, and longer if there
 * are more reports.
 */
function computeWriteMs({ owner, written }: HeldTheatre): number {
  const { ms, reports } = written ?? { ms: 0, reports: 0 }
  return ms + Math.max(0, owner.reportCount - reports) * writeMsPerReport
}
