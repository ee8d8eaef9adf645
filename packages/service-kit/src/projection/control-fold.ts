// The control log folded record by record, for all who follow or read it: each record counts once. What a record means is the domain's
// (control-state.ts), how the log is followed is its reader's.

import type { ControlRecord } from '@tocsin/domain/control/control-record'
import { applyControl, type ControlState, emptyControlState } from '@tocsin/domain/control/control-state'
import { FirstOfEach, idsRememberedMax } from '@tocsin/event-log/first-of-each'
import type { EventLog } from '@tocsin/event-log/port'

/** What a record changed; both are the same where it said nothing new. */
export interface ControlChange {
  readonly before: ControlState
  readonly after: ControlState
}

export class ControlFold {
  /** Null where the log itself stores an id once. */
  readonly #ids: FirstOfEach | null
  #state = emptyControlState

  /** `idsMax`: ids that are remembered, of a log that may hold a record twice. */
  constructor({ capabilities }: Pick<EventLog, 'capabilities'>, idsMax = idsRememberedMax) {
    this.#ids = capabilities.exactIdDedup ? null : new FirstOfEach(idsMax)
  }

  get state(): ControlState {
    return this.#state
  }

  get idsRemembered(): number {
    return this.#ids?.remembered ?? 0
  }

  /** Folds the next record of the log; null for one that was folded before. */
  take(record: ControlRecord): ControlChange | null {
    if (this.#ids?.isFirst(record.id) === false) return null
    const before = this.#state
    this.#state = applyControl(before, record)
    return { before, after: this.#state }
  }
}
