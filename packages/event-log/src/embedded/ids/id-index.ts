// All ids that a topic has ever accepted, with the place of the first record of each: this makes a
// retried append idempotent. Ids are random, so a B-tree of them would dirty one page per record.
// Instead the newest ids are held in memory (on disk they are in the records, id-tail.ts), and
// every `unsealedIdsMax` of them, or those of `unsealedBytesMax` to be read at a start, are written
// once as an immutable run (id-run.ts). A lookup checks memory, then the filters, and only then the
// disk. Ids outlive their records: a removed record is still found as a duplicate.

import { entryWords, type IdWords, putEntry, readId } from './id-entry.ts'
import type { IdRuns } from './id-run.ts'
import { IdTable } from './id-table.ts'
import type { IdMark, IdTail } from './id-tail.ts'

/** Limits at which the ids in memory are written as a run. */
export interface SealLimits {
  /**
   * Ids of a topic held in memory before they are sealed into a run on disk, approximately: one
   * transaction may exceed it. More means fewer runs to check, and longer pauses to seal.
   */
  readonly unsealedIdsMax: number
  /**
   * Bytes of a topic that the first append after a start reads to restore the newest ids,
   * approximately. More means fewer runs to check, and a longer start.
   */
  readonly unsealedBytesMax: number
}

export class IdIndex {
  readonly #tail: IdTail
  readonly #runs: IdRuns
  readonly #limits: SealLimits
  readonly #unsealed = new IdTable()
  readonly #asked: IdWords = new Uint32Array(4)
  /** All ids before this mark are in memory or sealed. */
  #mark: IdMark
  #settledMark: IdMark
  /** Bytes that a start would have to read from the tail. */
  #unsealedBytes = 0
  #settledBytes = 0
  /** Entries of the transaction, in order. */
  #staged = new Uint32Array(64 * entryWords)
  #stagedWords = 0
  #state: 'unloaded' | 'stale' | 'fresh' = 'unloaded'
  /** The table was emptied or resized: staged ids can no longer be removed one by one. */
  #relaidInTransaction = false

  constructor(tail: IdTail, runs: IdRuns, limits: SealLimits) {
    this.#tail = tail
    this.#runs = runs
    this.#limits = limits
    this.#mark = tail.origin
    this.#settledMark = tail.origin
  }

  /** Slot of the first record with this id, or undefined. Includes staged ids. */
  find(id: string): number | undefined {
    if (this.#state !== 'fresh') this.#load()
    readId(id, this.#asked)
    return this.#unsealed.find(this.#asked) ?? this.#runs.find(this.#asked)
  }

  /** Stages the id of the last `find`, which was unknown, in the transaction. */
  stage(slot: number): void {
    if (this.#unsealed.add(this.#asked, slot)) this.#relaidInTransaction = true
    if (this.#stagedWords === this.#staged.length) this.#growStaged()
    putEntry(this.#staged, this.#stagedWords, this.#asked, slot)
    this.#stagedWords += entryWords
  }

  /**
   * Writes the staged ids, after the records themselves, of `recordBytes` bytes, and seals a run if
   * enough is unsealed.
   */
  write(recordBytes: number): void {
    if (this.#stagedWords === 0) return
    const entries = new Uint8Array(this.#staged.buffer, 0, this.#stagedWords * 4)
    const { mark, bytes } = this.#tail.write(this.#mark, entries, recordBytes)
    this.#mark = mark
    this.#unsealedBytes += bytes
    const { unsealedIdsMax, unsealedBytesMax } = this.#limits
    if (this.#unsealed.size >= unsealedIdsMax || this.#unsealedBytes >= unsealedBytesMax)
      this.seal()
  }

  /** Seals all unsealed ids as one run. Must be in a transaction. */
  seal(): void {
    if (this.#state !== 'fresh') this.#load()
    if (this.#unsealed.size === 0) return
    this.#runs.seal(this.#unsealed, this.#mark)
    this.#tail.sealed(this.#mark)
    this.#unsealed.clear()
    this.#unsealedBytes = 0
    this.#relaidInTransaction = true
  }

  /** Called when the transaction is durable. */
  settle(): void {
    this.#settledMark = this.#mark
    this.#settledBytes = this.#unsealedBytes
    this.#stagedWords = 0
    this.#relaidInTransaction = false
  }

  /** Called when the transaction was rolled back. */
  discard(): void {
    if (this.#relaidInTransaction) {
      this.#runs.forget()
      this.#state = 'unloaded'
    }
    for (
      let at = this.#stagedWords - entryWords;
      at >= 0 && this.#state !== 'unloaded';
      at -= entryWords
    )
      this.#unsealed.removeLast(this.#staged.subarray(at, at + 4))
    this.#mark = this.#settledMark
    this.#unsealedBytes = this.#settledBytes
    this.#stagedWords = 0
    this.#relaidInTransaction = false
  }

  /** Called after a write of another process: its ids are loaded at the next look-up. */
  invalidate(): void {
    if (this.#state === 'fresh') this.#state = 'stale'
  }

  #growStaged(): void {
    const grown = new Uint32Array(this.#staged.length * 2)
    grown.set(this.#staged)
    this.#staged = grown
  }

  #load(): void {
    const sealedThrough = this.#runs.load()
    if (this.#state === 'unloaded' || sealedThrough !== null) {
      this.#unsealed.clear()
      this.#unsealedBytes = 0
      this.#mark = sealedThrough ?? this.#tail.origin
    }
    const { mark, bytes } = this.#tail.readFrom(this.#mark, (id, slot) => {
      this.#unsealed.add(id, slot)
    })
    this.#mark = mark
    this.#unsealedBytes += bytes
    this.#settledMark = mark
    this.#settledBytes = this.#unsealedBytes
    this.#state = 'fresh'
  }
}
