// The control log as every service uses it: folded to a current state, each record once, followed
// as it grows, with waits for callers that have just written. control-state.ts interprets the
// records, topic-view.ts follows the topic.

import type { ControlRecord } from '@tocsin/contracts/record/control-record'
import { decodeControlRecord } from '@tocsin/contracts/record/records'
import { FirstOfEach, idsRememberedMax } from '@tocsin/event-log/first-of-each'
import type { Batch } from '@tocsin/event-log/follow'
import { topics } from '@tocsin/event-log/topics'
import { AuditTrail } from '../control/audit-trail.ts'
import { applyControl, type ControlState, emptyControlState } from '../control/control-state.ts'
import { TopicView, type TopicViewOptions } from './topic-view.ts'

/** The states before and after a record; the same object if it changed nothing. */
export interface ControlChange {
  readonly before: ControlState
  readonly after: ControlState
}

export class ControlFold {
  /** A log may store a record twice. */
  readonly #ids = new FirstOfEach(idsRememberedMax)
  #state = emptyControlState

  get state(): ControlState {
    return this.#state
  }

  /** Folds the next record of the log; null for one that was folded before. */
  take(record: ControlRecord): ControlChange | null {
    if (!this.#ids.isFirst(record.id)) return null
    const before = this.#state
    this.#state = applyControl(before, record)
    return { before, after: this.#state }
  }
}

export type ControlViewOptions = Pick<
  TopicViewOptions<ControlRecord>,
  'log' | 'clock' | 'logger' | 'metrics'
>

/**
 * Called after each batch of records with the state behind it. An error thrown by a listener ends
 * the view.
 */
export type ControlListener = (state: ControlState, records: readonly ControlRecord[]) => void

export class ControlView extends TopicView<ControlRecord> {
  readonly audit = new AuditTrail()
  readonly #listeners = new Set<ControlListener>()
  readonly #fold = new ControlFold()

  constructor(options: ControlViewOptions) {
    super({
      ...options,
      topic: topics.control,
      decode: decodeControlRecord,
      take: batch => this.#take(batch)
    })
  }

  get state(): ControlState {
    return this.#fold.state
  }

  /** Calls the listener after every later change. Returns a function that unsubscribes it. */
  subscribe(listener: ControlListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
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
