// The control log as every service sees it: folded to a state that is always at hand, followed as it grows, waited for by those who have just
// written. What the records mean is the domain's (control-state.ts), that each counts once is control-fold.ts's, how a topic is followed is topic-view.ts's.

import { decodeControlRecord } from '@tocsin/contracts/record/records'
import { AuditTrail } from '@tocsin/domain/control/audit-trail'
import type { ControlRecord } from '@tocsin/domain/control/control-record'
import type { ControlState } from '@tocsin/domain/control/control-state'
import type { Clock } from '@tocsin/domain/ports'
import type { Batch } from '@tocsin/event-log/follow'
import type { Cursor, EventLog, RecordPlace } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { Registry } from 'prom-client'
import type { Logger } from '../telemetry/logger.ts'
import { ControlFold } from './control-fold.ts'
import { TopicView } from './topic-view.ts'

export interface ControlViewOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  /** Where the view's lag is shown; default nowhere. */
  readonly metrics?: Registry
}

/** Told after each run of records with the state behind it. A listener that throws ends the view. */
export type ControlListener = (state: ControlState, records: readonly ControlRecord[]) => void

export class ControlView {
  /** Who changed what, as far as it is folded. */
  readonly audit = new AuditTrail()
  readonly #view: TopicView<ControlRecord>
  readonly #listeners = new Set<ControlListener>()
  readonly #fold: ControlFold

  constructor(options: ControlViewOptions) {
    this.#fold = new ControlFold(options.log)
    this.#view = new TopicView({
      ...options,
      topic: topics.control,
      decode: decodeControlRecord,
      take: batch => this.#take(batch)
    })
  }

  /** The state as last folded. */
  get state(): ControlState {
    return this.#fold.state
  }

  /** Ids of records that are remembered, so that a record which the log holds twice counts once; the older half is forgotten at 100,000. */
  get idsRemembered(): number {
    return this.#fold.idsRemembered
  }

  /** Resolves with what ended the view for good: a log that can't be read, or a record that needs a newer version. Never otherwise. */
  get failed(): Promise<Error> {
    return this.#view.failed
  }

  /** Behind the last record that was folded; null before `start`. */
  get cursor(): Cursor | null {
    return this.#view.cursor
  }

  /** Folds all that the log holds now, then follows. Rejects when the log can't be read or holds what this version can't. */
  start(): Promise<void> {
    return this.#view.start()
  }

  /**
   * True once all that the log holds now is folded; with `maxAgeMs`, all that it held so long ago. False when that takes longer (ms), or the view has
   * ended. Rejects with the log's error.
   */
  catchUp(timeoutMs: number, maxAgeMs = 0): Promise<boolean> {
    return this.#view.catchUp(timeoutMs, maxAgeMs)
  }

  /** True where `catchUp` with this age would ask nothing. */
  isFresh(maxAgeMs: number): boolean {
    return this.#view.isFresh(maxAgeMs)
  }

  /**
   * True once the view has passed the cursor; false when that took longer (ms; null = no limit), the view has ended, or the cursor is of another
   * log.
   */
  waitFor(cursor: Cursor, timeoutMs: number | null): Promise<boolean> {
    return this.#view.waitFor(cursor, timeoutMs)
  }

  /** True once the view has folded what was just appended. */
  waitForAppended(appended: RecordPlace, timeoutMs: number): Promise<boolean> {
    return this.#view.waitForAppended(appended, timeoutMs)
  }

  /** Calls the listener after every change from now on. Returns the end of it. */
  subscribe(listener: ControlListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Stops following. Idempotent; who still waits gets `false`. */
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
