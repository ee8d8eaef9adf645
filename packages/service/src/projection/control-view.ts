// The control log as every service uses it: folded to a current state, followed as it grows, with
// waits for callers that have just written. control-state.ts of the domain interprets the records,
// control-fold.ts makes each count once, topic-view.ts follows the topic.

import type { ControlRecord } from '@tocsin/contracts/record/control-record'
import { decodeControlRecord } from '@tocsin/contracts/record/records'
import type { Batch } from '@tocsin/event-log/follow'
import { topics } from '@tocsin/event-log/topics'
import { AuditTrail } from '../control/audit-trail.ts'
import type { ControlState } from '../control/control-state.ts'
import { ControlFold } from './control-fold.ts'
import { TopicView, type TopicViewOptions } from './topic-view.ts'

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

  /** The state after the last folded record. */
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
