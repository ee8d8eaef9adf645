// Folds the control log record by record; each record counts once. Shared by all readers of that
// log. control-state.ts of the domain interprets the records.

import type { ControlRecord } from '@tocsin/contracts/record/control-record'
import { FirstOfEach, idsRememberedMax } from '@tocsin/event-log/first-of-each'
import { applyControl, type ControlState, emptyControlState } from '../control/control-state.ts'

/** The states before and after a record; the same object if it changed nothing. */
export interface ControlChange {
  readonly before: ControlState
  readonly after: ControlState
}

export class ControlFold {
  readonly #ids: FirstOfEach
  #state = emptyControlState

  /** `idsMax`: number of remembered ids, since a log may store a record twice. */
  constructor(idsMax = idsRememberedMax) {
    this.#ids = new FirstOfEach(idsMax)
  }

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
