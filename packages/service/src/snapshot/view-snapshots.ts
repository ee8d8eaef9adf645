// When the state of a view is written, and when it is restored. A snapshot only saves a start the
// folding of its content: it can be deleted at any time. It is used only if it certainly belongs to
// this log, up to what was written, and to this code; if not, all is folded, and the log records
// why. Source: decision 0049.

import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { crc32 } from 'node:zlib'
import { engineVersion } from '@tocsin/contracts/record/records'
import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import type { Cursor, EventLog, StoredRecord } from '@tocsin/event-log/port'
import { readAt } from '@tocsin/event-log/read-up-to'
import { cleanupOf, type Topic } from '@tocsin/event-log/topics'
import type { Logger } from '../telemetry/logger.ts'
import { type ReadSnapshot, SnapshotFile } from './snapshot-file.ts'
import { captureAll, Restoring, type SnapshotState } from './snapshot-state.ts'

/** Bytes of records that are folded again without a thought: some tens of milliseconds. */
const tailBytesMin = 1024 * 1024
/**
 * A state is written once this share of its size was folded since: at most two bytes are written
 * for one of the log.
 */
const busyShare = 1 / 2
/** In a quiet moment and at the end, less is enough: the next start is then shorter. */
const restBytesMin = 128 * 1024
const restShare = 1 / 16
/** A view that took no record for this long, ms, has a quiet moment. */
const restMs = 2_000

/**
 * Writing a snapshot occupies the thread for one part of this many: requests are answered
 * meanwhile.
 */
const writingShare = 1 / 4
/**
 * Longest pause between two blocks, ms: a block that took long for another reason must not delay
 * the rest.
 */
const writingPauseMsMax = 50

/**
 * The last record of a partition in a state: another log may have the same epoch, if it was
 * restored from a copy.
 */
interface LastRecord {
  readonly position: string
  readonly id: string
  readonly check: number
}

interface Head {
  readonly format: number
  readonly engine: string
  readonly settings: unknown
  readonly topic: Topic
  readonly epoch: string
  readonly positions: readonly string[]
  readonly last: readonly (LastRecord | null)[]
}

export interface ViewSnapshotsOptions {
  readonly log: Pick<EventLog, 'read' | 'health'>
  readonly clock: Clock
  readonly logger: Logger
  readonly topic: Topic
  /** Where snapshots of views lie. */
  readonly folder: string
  /** Name of this one among them. */
  readonly name: string
  readonly state: SnapshotState
  /** False while the state has more than the log before this cursor. Default always true. */
  readonly mayCapture?: (cursor: Cursor) => boolean
}

/** What a view needs for its snapshots: the rest it knows itself. */
export type SnapshotsOfView = Pick<ViewSnapshotsOptions, 'folder' | 'name' | 'state' | 'mayCapture'>

export class ViewSnapshots {
  readonly #options: ViewSnapshotsOptions
  readonly #file: SnapshotFile
  readonly #stop = new AbortController()
  /** By partition: the last record that was folded. */
  readonly #last: (LastRecord | StoredRecord | null)[] = []
  #unsavedBytes = 0
  /** Size of the newest snapshot. */
  #stateBytes = 0
  #writing: Promise<void> | null = null
  #resting: Promise<void> | null = null
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(options: ViewSnapshotsOptions) {
    this.#options = options
    this.#file = new SnapshotFile(join(options.folder, `${options.name}.snapshot`))
  }

  /**
   * Restores the state, which must be empty, and returns the cursor behind it; null if there is no
   * snapshot. Rejects with an error of the log. If restoring fails midway the snapshot is removed,
   * and the error ends the view: its next start folds.
   */
  async restore(start: Cursor, end: Cursor): Promise<Cursor | null> {
    const { logger, state, name } = this.#options
    const found = await this.#file
      .read()
      .catch((error: unknown): ReadSnapshot => ({ kind: 'broken', why: String(error) }))
    if (found.kind === 'none') return null
    const why =
      found.kind === 'broken' ? found.why : await this.#misfit(found.head as Head, start, end)
    if (found.kind === 'broken' || why !== null) {
      logger.warn({ name, why }, 'a snapshot of a view is thrown away: all is folded')
      await this.#file
        .remove()
        .catch((error: unknown) =>
          logger.warn({ name, error }, 'a snapshot of a view cannot be removed')
        )
      return null
    }
    const head = found.head as Head
    const cursor = { ...end, positions: head.positions.map(BigInt) }
    const restoring = new Restoring(state.parts)
    try {
      for await (const block of found.blocks()) {
        restoring.take(block)
        await nextTurn()
      }
      restoring.end(cursor)
    } catch (error) {
      await this.#file.remove()
      throw new Error(`the snapshot of ${name} cannot be restored and was removed: start again`, {
        cause: error
      })
    }
    this.#stateBytes = found.bytes
    this.#last.splice(0, this.#last.length, ...head.last)
    return cursor
  }

  /** Called for each record just before it is folded. */
  note(stored: StoredRecord): void {
    this.#last[stored.partition] = stored
    this.#unsavedBytes += stored.value?.length ?? 0
    this.#lastMs = this.#options.clock.monotonicMs()
  }

  /** Called after a batch is folded. `now`: where the view is, at any time. */
  folded(now: () => Cursor): void {
    if (this.#isWorth(tailBytesMin, busyShare)) this.#begin(now())
    if (this.#resting === null && !this.#stop.signal.aborted) this.#resting = this.#waitForRest(now)
  }

  /** Writes what is worth it, and ends. Idempotent. */
  async close(cursor: Cursor | null): Promise<void> {
    if (this.#stop.signal.aborted) return
    this.#stop.abort()
    await this.#resting
    await this.#writing
    if (cursor !== null && this.#isWorth(restBytesMin, restShare)) this.#begin(cursor)
    await this.#writing
  }

  async #waitForRest(now: () => Cursor): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      const leftMs = this.#lastMs + restMs - clock.monotonicMs()
      if (leftMs <= 0) break
      await clock.sleep(leftMs, signal)
    }
    this.#resting = null
    if (!signal.aborted && this.#isWorth(restBytesMin, restShare)) this.#begin(now())
  }

  #isWorth(bytesMin: number, share: number): boolean {
    return (
      this.#writing === null && this.#unsavedBytes >= Math.max(bytesMin, this.#stateBytes * share)
    )
  }

  #begin(cursor: Cursor): void {
    const { state, mayCapture } = this.#options
    // Records of a page may be folded already that the cursor has not passed.
    const isBehind = this.#last.some(
      (last, i) => last != null && BigInt(last.position) >= (cursor.positions[i] ?? 0n)
    )
    if (isBehind || mayCapture?.(cursor) === false || this.#isLogLost) return
    const head = this.#headAt(cursor)
    const taken = this.#unsavedBytes
    this.#unsavedBytes = 0
    const captured = captureAll(state.parts)
    this.#writing = this.#write(head, captured.rows, taken).finally(() => {
      captured.end?.()
      this.#writing = null
    })
  }

  /**
   * The log failed for good, such as when a copy was put into its place: a state of more than that
   * has would stop its start.
   */
  get #isLogLost(): boolean {
    const { ok, isFull = false, isAway = false } = this.#options.log.health()
    return !ok && !isFull && !isAway
  }

  async #write(head: Head, rows: Iterable<unknown>, taken: number): Promise<void> {
    const { logger, name } = this.#options
    try {
      this.#stateBytes = await this.#file.write(head, rows, heldMs => this.#pause(heldMs))
      logger.debug({ name, bytes: this.#stateBytes }, 'a snapshot of a view was written')
    } catch (error) {
      // The previous snapshot remains. The next try comes after as much again: a full disk must not
      // cost all the time.
      logger.warn({ name, error, bytes: taken }, 'a snapshot of a view could not be written')
    }
  }

  /**
   * In real time, since the pause frees the thread. None at the end, when no other work needs it.
   */
  async #pause(heldMs: number): Promise<void> {
    const { signal } = this.#stop
    if (signal.aborted) return
    const pauseMs = Math.min(writingPauseMsMax, heldMs * (1 / writingShare - 1))
    await wait(pauseMs, undefined, { signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error
    })
  }

  #headAt({ topic, epoch, positions }: Cursor): Head {
    const { format, settings } = this.#options.state
    const last = positions.map((_, i) => {
      const record = this.#last[i]
      return record === undefined || record === null
        ? null
        : 'check' in record
          ? record
          : readLast(record)
    })
    return {
      format,
      engine: engineVersion,
      settings,
      topic,
      epoch,
      positions: positions.map(String),
      last
    }
  }

  /**
   * Why a snapshot must not be used; null if it may. Rejects `offset-ahead` where the log has lost
   * records that it had.
   */
  async #misfit(head: Head, start: Cursor, end: Cursor): Promise<string | null> {
    const { state, topic, log } = this.#options
    const { format, engine, settings, epoch, positions, last } = head
    if (format !== state.format)
      return `it is of format ${format}, this version has ${state.format}`
    if (engine !== engineVersion) return `it is of engine ${engine}, this is ${engineVersion}`
    if (!isDeepStrictEqual(settings, JSON.parse(JSON.stringify(state.settings))))
      return 'it was made with other settings'
    if (head.topic !== topic || epoch !== end.epoch) return 'it is of another log'
    if (positions.length !== end.positions.length) return 'the log has another number of partitions'
    for (const [partition, text] of positions.entries()) {
      const position = BigInt(text)
      const [from, to] = [start.positions[partition] ?? 0n, end.positions[partition] ?? 0n]
      if (position > to) throw this.#loss(partition, `ends at ${to}, and had come to ${position}`)
      if (position < from) return `the log begins after it: at ${from} of partition ${partition}`
      const record = last[partition]
      if (record == null) {
        if (position > from) return 'it does not name its last record'
        continue
      }
      const at = BigInt(record.position)
      if (at < from) continue
      const stored = await readAt(log, topic, { partition, position: at })
      if (stored !== null && isDeepStrictEqual(readLast(stored), record)) continue
      // Of a compacted topic records go that a later one replaced.
      if (stored === null || cleanupOf[topic] === 'compacted')
        return 'the log holds other records than it'
      throw this.#loss(partition, `holds another record at ${at} than it did`)
    }
    return null
  }

  /**
   * Proof that acknowledged records are gone: positions and ids made of them would be given out a
   * second time.
   */
  #loss(partition: number, what: string): EventLogError {
    const { topic, name, folder } = this.#options
    return new EventLogError(
      'offset-ahead',
      `${topic}/${partition} ${what}, as the snapshot of the view ${name} in ${folder} shows: acknowledged records are missing. Restore log and snapshots from one copy. How to go on without what is missing, and what that costs: operations.md`
    )
  }
}

function readLast({ position, id, value }: StoredRecord): LastRecord {
  return { position: String(position), id, check: value === null ? 0 : crc32(value) }
}
