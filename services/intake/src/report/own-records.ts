// Records that this process is writing to the incidents log, by id: when they are read back, they
// need no parsing, as their content is known. Parsing them would cost about half of their
// acceptance.

import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { StoredRecord } from '@tocsin/event-log/port'
import type { DraftRecord } from './report-records.ts'

/** Most records that are remembered; any other is parsed when it is read back. */
const ownMax = 10_000

interface Own {
  readonly draft: DraftRecord
  isFolded: boolean
}

export class OwnRecords {
  readonly #byId = new Map<string, Own>()

  /** Registers records that are about to be appended. */
  expect(drafts: readonly DraftRecord[]): void {
    for (const draft of drafts) {
      if (this.#byId.size < ownMax) this.#byId.set(draft.stored.id, { draft, isFolded: false })
    }
  }

  /** True if the writer has to fold its record: it was appended, and has not been read back yet. */
  isToFold(id: string): boolean {
    const own = this.#byId.get(id)
    if (own === undefined) return true
    if (own.isFolded) this.#byId.delete(id)
    const isToFold = !own.isFolded
    own.isFolded = true
    return isToFold
  }

  /** Forgets a record that will not be read back, or not as it was written. */
  forget(id: string): void {
    this.#byId.delete(id)
  }

  /**
   * Content of a record that was read back, if it is ours with the same bytes: `record` is to be
   * folded, null if its writer has done so. Undefined for any other record.
   */
  cameBack({ id, value }: StoredRecord): { readonly record: TheatreRecord | null } | undefined {
    const own = this.#byId.get(id)
    if (own === undefined || value === null || !isSame(own.draft.stored.value, value))
      return undefined
    const { isFolded } = own
    own.isFolded = true
    // Kept until the writer has asked, which may be later.
    if (isFolded) this.#byId.delete(id)
    return { record: isFolded ? null : own.draft.record }
  }
}

function isSame(written: Uint8Array | null, read: Uint8Array): boolean {
  return written !== null && Buffer.compare(written, read) === 0
}
