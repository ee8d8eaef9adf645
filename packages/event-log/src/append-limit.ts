// Limits what may wait or be in flight at the same time, over all topics of a log. When full,
// `append-overloaded`, and accepts no record.

import { EventLogError } from './errors.ts'

export interface AppendLimits {
  readonly waitingRecordsMax: number
  readonly waitingBytesMax: number
}

export class AppendLimit {
  readonly #limits: AppendLimits
  #records = 0
  #bytes = 0

  constructor(limits: AppendLimits) {
    this.#limits = limits
  }

  get waiting(): { readonly records: number; readonly bytes: number } {
    return { records: this.#records, bytes: this.#bytes }
  }

  /**
   * Throws `append-overloaded` if there is no room now, `record-too-large` if there never will be.
   */
  check(records: number, bytes: number): void {
    const { waitingRecordsMax, waitingBytesMax } = this.#limits
    if (records > waitingRecordsMax || bytes > waitingBytesMax)
      throw new EventLogError(
        'record-too-large',
        `one append of ${records} records and ${bytes} bytes exceeds the limit of ${waitingRecordsMax} and ${waitingBytesMax}: split it`
      )
    if (this.#records + records > waitingRecordsMax || this.#bytes + bytes > waitingBytesMax)
      throw new EventLogError(
        'append-overloaded',
        `${this.#records} records and ${this.#bytes} bytes wait already: try again later`
      )
  }

  /** Takes room; if `check` throws, nothing is taken. */
  enter(records: number, bytes: number): void {
    this.check(records, bytes)
    this.take(records, bytes)
  }

  /** Takes room without a check: for calls that were checked before, or must be admitted. */
  take(records: number, bytes: number): void {
    this.#records += records
    this.#bytes += bytes
  }

  leave(records: number, bytes: number): void {
    this.#records -= records
    this.#bytes -= bytes
  }
}
