// The data keys of private texts that are known here, folded from the keys log. A key has an entry of its own, `<reportId>/<keyId>`, so that two
// first keys which two instances made for one report are both kept. What was erased stays erased: a creation that the log holds again, behind the
// erasure, is not learnt. Entries of the first format, under the report's id alone, are read too.

import type { DataKeyPayload } from '@tocsin/contracts/record/records'
import { LRUCache } from 'lru-cache'
import { ScratchRecords } from '../scratch/scratch-records.ts'

export type DataKey = DataKeyPayload['data']

/** Where a record stands in the keys log. */
export interface KeyPlace {
  readonly partition: number
  readonly position: bigint
}

export interface KnownKey {
  /** The key of its record in the keys log: what is erased to erase it. */
  readonly entry: string
  /** Where it was created. */
  readonly at: KeyPlace
  readonly data: DataKey
}

/** The key of a data key's record in the keys log. */
export function entryOf(reportId: string, keyId: string): string {
  return `${reportId}/${keyId}`
}

/** Erased entries that are remembered: some 40 MB when full. */
export const erasedRememberedMax = 200_000

export interface DataKeysOptions {
  /** Erased entries that are remembered; over it the one that was erased first is forgotten. */
  readonly erasedMax?: number
  /** Where the keys lie; default in memory. */
  readonly records?: ScratchRecords
}

/** What is kept of a key: of its entry only what does not follow from the rest. */
type KeyText = readonly [
  keyId: string,
  iv: string,
  ciphertext: string,
  tag: string,
  partition: number,
  position: string,
  isFirstFormat?: 1
]

// Of one entry all records are in one partition and in order; between entries no order is needed. There may be millions: scratch records hold them.
export class DataKeys {
  readonly #records: ScratchRecords
  /** Entries that were erased. One that is full is large, and most are empty: it grows as it fills. */
  readonly #erased: LRUCache<string, true>

  /**
   * A creation that comes again after its erasure was forgotten, by an append that was in doubt, would be learnt: appends are in doubt for seconds.
   */
  constructor({ erasedMax = erasedRememberedMax, records = new ScratchRecords() }: DataKeysOptions = {}) {
    this.#erased = new LRUCache({ maxSize: erasedMax, sizeCalculation: () => 1 })
    this.#records = records
  }

  /** Entries whose erasure is remembered. */
  get erasedCount(): number {
    return this.#erased.size
  }

  /** Reports that have a key. */
  get reportCount(): number {
    return this.#records.size
  }

  /** All keys of a report that are not erased, in the order of the log, so that every instance prefers the same one. */
  of(reportId: string): readonly KnownKey[] {
    const text = this.#records.get(reportId)
    return text === undefined ? [] : (JSON.parse(text) as KeyText[]).map(key => readKey(reportId, key))
  }

  /**
   * Takes a key that was created; its first place counts. Idempotent. False where its entry was erased before: then it is not learnt, and must be
   * erased again.
   */
  created(entry: string, data: DataKey, at: KeyPlace): boolean {
    if (this.#erased.has(entry)) return false
    const known = this.of(data.reportId)
    const before = known.find(key => key.entry === entry)
    const key: KnownKey = { entry, data, at: before !== undefined && isBefore(before.at, at) ? before.at : at }
    const others = known.filter(other => other !== before)
    this.#keep(data.reportId, [...others, key].sort(inLogOrder))
    return true
  }

  /** Takes an erased entry. Idempotent. */
  erased(entry: string): void {
    const reportId = entry.split('/', 1)[0] as string
    // Under the first format an entry was used again after it was erased.
    if (entry !== reportId) this.#erased.set(entry, true)
    const left = this.of(reportId).filter(known => known.entry !== entry)
    if (left.length === 0) this.#records.delete(reportId)
    else this.#keep(reportId, left)
  }

  close(): void {
    this.#records.close()
  }

  #keep(reportId: string, keys: readonly KnownKey[]): void {
    this.#records.set(reportId, JSON.stringify(keys.map(keyText)))
  }
}

function inLogOrder(a: KnownKey, b: KnownKey): number {
  return isBefore(a.at, b.at) ? -1 : 1
}

function isBefore(a: KeyPlace, b: KeyPlace): boolean {
  return a.partition === b.partition ? a.position < b.position : a.partition < b.partition
}

function keyText({ entry, at, data: { reportId, keyId, wrapped } }: KnownKey): KeyText {
  const { iv, ciphertext, tag } = wrapped
  const text = [keyId, iv, ciphertext, tag, at.partition, String(at.position)] as const
  return entry === reportId ? [...text, 1] : text
}

function readKey(reportId: string, [keyId, iv, ciphertext, tag, partition, position, isFirstFormat]: KeyText): KnownKey {
  const entry = isFirstFormat === 1 ? reportId : entryOf(reportId, keyId)
  return { entry, at: { partition, position: BigInt(position) }, data: { reportId, keyId, wrapped: { iv, ciphertext, tag } } }
}
