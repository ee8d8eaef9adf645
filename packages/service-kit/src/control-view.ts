// The control log as every service sees it: folded to a state that is always at hand, followed as it grows, waited for by those who have just
// written. What the records mean is the domain's (control-state.ts).

import { decodeControlRecord } from '@tocsin/contracts/records'
import type { ControlRecord } from '@tocsin/domain/control-record'
import { applyControl, type ControlState, emptyControlState } from '@tocsin/domain/control-state'
import type { Clock } from '@tocsin/domain/ports'
import { advance } from '@tocsin/event-log/cursor'
import { type Batch, Follower, isCaughtUp } from '@tocsin/event-log/follow'
import type { Appended, Cursor, EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { Logger } from './logger.ts'

export interface ControlViewOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
}

/** Told after each run of records with the state behind it. A listener that throws ends the view. */
export type ControlListener = (state: ControlState, records: readonly ControlRecord[]) => void

interface Waiter {
  readonly isReached: () => boolean
  readonly settle: (reached: boolean) => void
}

export class ControlView {
  readonly #options: ControlViewOptions
  readonly #stop = new AbortController()
  readonly #listeners = new Set<ControlListener>()
  readonly #waiters = new Set<Waiter>()
  readonly #failure = Promise.withResolvers<Error>()
  #state = emptyControlState
  #cursor: Cursor | null = null
  #loop: Promise<void> | null = null

  constructor(options: ControlViewOptions) {
    this.#options = options
  }

  /** The state as last folded. */
  get state(): ControlState {
    return this.#state
  }

  /** Resolves with what ended the view for good: a log that can't be read, or a record that needs a newer version. Never otherwise. */
  get failed(): Promise<Error> {
    return this.#failure.promise
  }

  /** Behind the last record that was folded; null before `start`. */
  get cursor(): Cursor | null {
    return this.#cursor
  }

  /** Folds all that the log holds now, then follows. Rejects when the log can't be read or holds what this version can't. */
  async start(): Promise<void> {
    const { log } = this.#options
    const end = await log.cursorAt(topics.control, 'latest')
    this.#cursor = await log.cursorAt(topics.control, 'earliest')
    this.#loop = this.#follow(this.#cursor)
    const failure = await Promise.race([this.waitFor(end, null), this.failed])
    if (failure instanceof Error) throw failure
  }

  /**
   * True once the view has passed the cursor; false when that took longer (ms; null = no limit), the view is closed, or the cursor is of another
   * log.
   */
  async waitFor(cursor: Cursor, timeoutMs: number | null): Promise<boolean> {
    if (this.#cursor?.topic !== cursor.topic || this.#cursor.epoch !== cursor.epoch) return false
    return this.#until(() => isCaughtUp(this.#cursor!, cursor), timeoutMs)
  }

  /** True once the view has folded what was just appended. */
  async waitForAppended({ partition, position }: Pick<Appended, 'partition' | 'position'>, timeoutMs: number): Promise<boolean> {
    return this.#until(() => (this.#cursor?.positions[partition] ?? 0n) > position, timeoutMs)
  }

  /** Calls the listener after every change from now on. Returns the end of it. */
  subscribe(listener: ControlListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Stops following. Idempotent; who still waits gets `false`. */
  async close(): Promise<void> {
    this.#stop.abort()
    this.#endWaits()
    await this.#loop
  }

  async #follow(from: Cursor): Promise<void> {
    const { log, clock, logger } = this.#options
    const follower = new Follower<ControlRecord>({
      log,
      clock,
      from,
      decode: decodeControlRecord,
      handle: batch => this.#take(batch),
      signal: this.#stop.signal,
      onRetry: (error, attempt, waitMs) => logger.warn({ error, attempt, waitMs }, 'the control log cannot be read now'),
      onQuarantine: (stored, reason) => {
        logger.error({ position: String(stored.position), reason }, 'bytes of the control log are in quarantine')
        this.#moveTo(advance(this.#cursor!, stored.partition, stored.position + 1n))
      }
    })
    try {
      await follower.run()
    } catch (error) {
      this.#failure.resolve(error instanceof Error ? error : new Error('the control view failed', { cause: error }))
      this.#endWaits()
    }
  }

  #take(batch: Batch<ControlRecord>): void {
    const records = batch.records.map(({ decoded }) => decoded.record)
    this.#state = records.reduce(applyControl, this.#state)
    for (const listener of this.#listeners) listener(this.#state, records)
    this.#moveTo(batch.cursor)
  }

  #moveTo(cursor: Cursor): void {
    this.#cursor = cursor
    for (const waiter of this.#waiters) if (waiter.isReached()) waiter.settle(true)
  }

  #endWaits(): void {
    for (const waiter of this.#waiters) waiter.settle(false)
  }

  async #until(isReached: () => boolean, timeoutMs: number | null): Promise<boolean> {
    if (isReached()) return true
    if (this.#stop.signal.aborted) return false
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timeout = new AbortController()
    const waiter: Waiter = { isReached, settle: resolve }
    this.#waiters.add(waiter)
    if (timeoutMs !== null) void this.#options.clock.sleep(timeoutMs, timeout.signal).then(() => resolve(false))
    try {
      return await promise
    } finally {
      this.#waiters.delete(waiter)
      timeout.abort()
    }
  }
}
