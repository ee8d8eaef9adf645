// The known data keys of private texts, folded from the keys log. Each key has its own entry,
// `<reportId>/<keyId>`, so that concurrent first keys of two instances for one report are both
// stored. An erasure is final: a creation that is repeated after it is ignored. Entries of the
// first format, under the report's id alone, are read too.

import type { DataKeyPayload } from '@tocsin/contracts/record/data-key-record'
import { LRUCache } from 'lru-cache'

export type DataKey = DataKeyPayload['data']

/** A place in the keys log. */
export interface KeyPosition {
  readonly partition: number
  readonly position: bigint
}

export interface KnownKey {
  /** The key of its record in the keys log, which is erased with it. */
  readonly entry: string
  /** Where it was created. */
  readonly at: KeyPosition
  readonly data: DataKey
}

/** The key of a data key's record in the keys log. */
export function makeEntry(reportId: string, keyId: string): string {
  return `${reportId}/${keyId}`
}

/** Erased entries that are remembered: some 40 MB when full. Beyond that the oldest is forgotten. */
const erasedRememberedMax = 200_000

/** The stored form of a key, without what its entry's name implies. */
type KeyText = readonly [
  keyId: string,
  iv: string,
  ciphertext: string,
  tag: string,
  partition: number,
  position: string,
  isFirstFormat?: 1
]

// The records of one entry are in one partition and in order; between entries no order is needed.
// In memory, never in a file: erased keys must not remain in free blocks of a disk.
export class DataKeys {
  /** By report, as text: there may be millions. */
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
    const text = this.#keys.get(reportId)
    return text === undefined
      ? []
      : (JSON.parse(text) as KeyText[]).map(key => readKey(reportId, key))
  }

  /**
   * Applies the creation of a key; its first place counts. Idempotent. False if the entry was
   * erased before: then it is ignored, and must be erased again.
   */
  created(entry: string, data: DataKey, at: KeyPosition): boolean {
    if (this.#erased.has(entry)) return false
    const known = this.of(data.reportId)
    const before = known.find(key => key.entry === entry)
    const key: KnownKey = {
      entry,
      data,
      at: before !== undefined && isBefore(before.at, at) ? before.at : at
    }
    const others = known.filter(other => other !== before)
    this.#keep(data.reportId, [...others, key].sort(inLogOrder))
    return true
  }

  /** Applies an erasure. Idempotent. */
  erased(entry: string): void {
    const reportId = entry.split('/', 1)[0] as string
    // Under the first format an entry was used again after it was erased.
    if (entry !== reportId) this.#erased.set(entry, true)
    const left = this.of(reportId).filter(known => known.entry !== entry)
    if (left.length === 0) this.#keys.delete(reportId)
    else this.#keep(reportId, left)
  }

  #keep(reportId: string, keys: readonly KnownKey[]): void {
    this.#keys.set(reportId, JSON.stringify(keys.map(keyText)))
  }
}

function inLogOrder(a: KnownKey, b: KnownKey): number {
  return isBefore(a.at, b.at) ? -1 : 1
}

function isBefore(a: KeyPosition, b: KeyPosition): boolean {
  return a.partition === b.partition ? a.position < b.position : a.partition < b.partition
}

function keyText({ entry, at, data: { reportId, keyId, wrapped } }: KnownKey): KeyText {
  const { iv, ciphertext, tag } = wrapped
  const text = [keyId, iv, ciphertext, tag, at.partition, String(at.position)] as const
  return entry === reportId ? [...text, 1] : text
}

function readKey(
  reportId: string,
  [keyId, iv, ciphertext, tag, partition, position, isFirstFormat]: KeyText
): KnownKey {
  const entry = isFirstFormat === 1 ? reportId : makeEntry(reportId, keyId)
  return {
    entry,
    at: { partition, position: BigInt(position) },
    data: { reportId, keyId, wrapped: { iv, ciphertext, tag } }
  }
}
