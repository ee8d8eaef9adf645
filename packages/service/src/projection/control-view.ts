// The control log as every service uses it: folded to a current state, followed as it grows, with
// waits for callers that have just written. control-state.ts of the domain interprets the records,
// control-fold.ts makes each count once, topic-view.ts follows the topic.

import type { ControlRecord } from '@tocsin/contracts/record/control-record'
import { decodeControlRecord } from '@tocsin/contracts/record/records'
import type { Clock } from '@tocsin/domain/ports'
import type { Batch } from '@tocsin/event-log/follow'
import type { Cursor, EventLog, RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { Registry } from 'prom-client'
import { AuditTrail } from '../control/audit-trail.ts'
import type { ControlState } from '../control/control-state.ts'
import type { Logger } from '../telemetry/logger.ts'
import { ControlFold } from './control-fold.ts'
import { TopicView } from './topic-view.ts'

export interface ControlViewOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  /** Registry for the view's lag; default none. */
  readonly metrics?: Registry
}

/**
 * Called after each batch of records with the state behind it. An error thrown by a listener ends
 * the view.
 */
export type ControlListener = (state: ControlState, records: readonly ControlRecord[]) => void

export class ControlView {
  readonly audit = new AuditTrail()
  readonly #view: TopicView<ControlRecord>
  readonly #listeners = new Set<ControlListener>()
  readonly #fold: ControlFold

  constructor(options: ControlViewOptions) {
    this.#fold = new ControlFold()
    this.#view = new TopicView({
      ...options,
      topic: topics.control,
      decode: decodeControlRecord,
      take: batch => this.#take(batch)
    })
  }

  /** The state after the last folded record. */
  get state(): ControlState {
    return this.#fold.state
  }

  /**
   * Resolves with the error that permanently ended the view: an unreadable log, or a record of a
   * newer version. Otherwise stays pending.
   */
  get failed(): Promise<Error> {
    return this.#view.failed
  }

  /** The cursor behind the last folded record; null before `start`. */
  get cursor(): Cursor | null {
    return this.#view.cursor
  }

  /**
   * Folds everything that the log holds now, then follows it. Rejects if the log cannot be read or
   * needs a newer version.
   */
  start(): Promise<void> {
    return this.#view.start()
  }

  /**
   * True once everything that the log holds now is folded; with `maxAgeMs`, everything that it held
   * that long ago. False after the timeout (ms), or if the view has ended. Rejects with the log's
   * error.
   */
  catchUp(timeoutMs: number, maxAgeMs = 0): Promise<boolean> {
    return this.#view.catchUp(timeoutMs, maxAgeMs)
  }

  /** True if `catchUp` with this age would not query the log. */
  isFresh(maxAgeMs: number): boolean {
    return this.#view.isFresh(maxAgeMs)
  }

  /**
   * True once the view has passed the cursor; false after the timeout (ms; null = none), if the
   * view has ended, or if the cursor belongs to another log.
   */
  waitFor(cursor: Cursor, timeoutMs: number | null): Promise<boolean> {
    return this.#view.waitFor(cursor, timeoutMs)
  }

  /** True once the view has folded the appended record; false after the timeout, ms. */
  waitForAppended(appended: RecordPosition, timeoutMs: number): Promise<boolean> {
    return this.#view.waitForAppended(appended, timeoutMs)
  }

  /** Calls the listener after every later change. Returns a function that unsubscribes it. */
  subscribe(listener: ControlListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Stops following; pending waits resolve to `false`. Idempotent. */
  close(): Promise<void> {
    return this.#view.close()
  }

  #take(batch: Batch<ControlRecord>): void {
    const records: ControlRecord[] = []
    for (const { decoded } of batch.records) {
      const { record } = decoded
      const change = this.#fold.take(record)
      if (change === null) continue
      this.audit.take(record, change.before, change.after)
      records.push(record)
    }
    if (records.length === 0) return
    for (const listener of this.#listeners) listener(this.#fold.state, records)
  }
}
