// When records of this process are read back, they need no parsing: it would cost about half of
// their acceptance. Each is folded by whichever comes first, its writer or the reader of the log.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'

/** Most records that are remembered; any other is parsed when it is read back. */
const ownMax = 10_000

export interface OwnRecord {
  readonly record: TheatreRecord
  /** False for the first who asks: it has to fold the record. */
  readonly isFolded: boolean
}

export class OwnRecords {
  readonly #byId = new Map<string, OwnRecord>()

  /** Registers a record that is about to be appended. */
  expect(id: string, record: TheatreRecord): void {
    if (this.#byId.size < ownMax) this.#byId.set(id, { record, isFolded: false })
  }

  /** The record with this id, for its writer and for the reader; undefined for any other. */
  take(id: string): OwnRecord | undefined {
    const own = this.#byId.get(id)
    if (own === undefined) return undefined
    if (own.isFolded) this.#byId.delete(id)
    else this.#byId.set(id, { ...own, isFolded: true })
    return own
  }

  /** Forgets a record that will not be read back, or not as it was written. */
  forget(id: string): void {
    this.#byId.delete(id)
  }
}
