// The known data keys of private texts, folded from the keys log. Each key has its own entry,
// `<reportId>/<keyId>`, so that concurrent first keys of two instances for one report are both
// stored. An erasure is final: a creation that is repeated after it is ignored. Entries of the
// first format, under the report's id alone, are read too.

import type { DataKeyPayload } from '@tocsin/contracts/record/data-key-record'
import type { RecordPosition } from '@tocsin/event-log/port'
import { LRUCache } from 'lru-cache'

export type DataKey = DataKeyPayload['data']

export interface KnownKey {
  /** The key of its record in the keys log, which is erased with it. */
  readonly entry: string
  readonly partition: number
  /** A number: the log holds fewer than 2^53 keys. */
  readonly position: number
  readonly data: DataKey
}

/** The key of a data key's record in the keys log. */
export function makeEntry(reportId: string, keyId: string): string {
  return `${reportId}/${keyId}`
}

/** Erased entries that are remembered: some 40 MB when full. Beyond that the oldest is forgotten. */
const erasedRememberedMax = 200_000

// The records of one entry are in one partition and in order; between entries no order is needed.
// In memory, never in a file: erased keys must not remain in free blocks of a disk.
export class DataKeys {
  /** By report, as JSON: there may be millions. */
  readonly #keys = new Map<string, string>()
  /**
   * Entries that were erased. A repeated creation would be accepted once its erasure is forgotten; but
   * appends are in doubt for seconds only.
   */
  readonly #erased = new LRUCache<string, true>({
    maxSize: erasedRememberedMax,
    sizeCalculation: () => 1
  })

  /**
   * All keys of a report that are not erased, in log order, so that every instance prefers the same
   * one.
   */
  of(reportId: string): readonly KnownKey[] {
    return JSON.parse(this.#keys.get(reportId) ?? '[]')
  }

  /**
   * Applies the creation of a key; its first place counts. Idempotent. False if the entry was
   * erased before: then it is ignored, and must be erased again.
   */
  created(entry: string, data: DataKey, at: RecordPosition): boolean {
    if (this.#erased.has(entry)) return false
    const key = { entry, partition: at.partition, position: Number(at.position), data }
    const inOrder = [...this.of(data.reportId), key].sort(
      (a, b) => a.partition - b.partition || a.position - b.position
    )
    const firsts = inOrder.filter(
      (each, i) => inOrder.findIndex(one => one.entry === each.entry) === i
    )
    this.#keys.set(data.reportId, JSON.stringify(firsts))
    return true
  }

  erased(entry: string): void {
    const reportId = entry.split('/', 1)[0] as string
    // Under the first format an entry was used again after it was erased.
    if (entry !== reportId) this.#erased.set(entry, true)
    const left = this.of(reportId).filter(known => known.entry !== entry)
    if (left.length === 0) this.#keys.delete(reportId)
    else this.#keys.set(reportId, JSON.stringify(left))
  }
}
