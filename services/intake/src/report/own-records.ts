// Records of the incidents log that this process is writing, by id: when they come back from the log, their bytes need not be read, for what they mean
// is known. Reading them would cost as much as half of their acceptance.

import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { StoredRecord } from '@tocsin/event-log/port'
import type { DraftRecord } from './report-records.ts'

/** Records that are remembered; beyond that one is simply read when it comes back. */
const ownMax = 10_000

interface Own {
  readonly draft: DraftRecord
  isFolded: boolean
}

export class OwnRecords {
  readonly #byId = new Map<string, Own>()

  /** Notes what is about to be appended. */
  expect(drafts: readonly DraftRecord[]): void {
    for (const draft of drafts) {
      if (this.#byId.size < ownMax) this.#byId.set(draft.stored.id, { draft, isFolded: false })
    }
  }

  /** True where the writer has to fold its record: it is appended, and has not come back yet. */
  isToFold(id: string): boolean {
    const own = this.#byId.get(id)
    if (own === undefined) return true
    if (own.isFolded) this.#byId.delete(id)
    const isToFold = !own.isFolded
    own.isFolded = true
    return isToFold
  }

  /** Forgets what will not come back, or not as it was written. */
  forget(id: string): void {
    this.#byId.delete(id)
  }

  /**
   * What a record means that came back, where it is ours and its bytes are those that were written: `record` to be folded, null where its writer has
   * done so. Undefined for any other.
   */
  cameBack({ id, value }: StoredRecord): { readonly record: TheatreRecord | null } | undefined {
    const own = this.#byId.get(id)
    if (own === undefined || value === null || !isSame(own.draft.stored.value, value)) return undefined
    const { isFolded } = own
    own.isFolded = true
    // Until the writer has asked, which may be later.
    if (isFolded) this.#byId.delete(id)
    return { record: isFolded ? null : own.draft.record }
  }
}

function isSame(written: Uint8Array | null, read: Uint8Array): boolean {
  return written !== null && Buffer.compare(written, read) === 0
}
