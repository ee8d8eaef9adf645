// Which ids a topic has ever taken, and where the first record of each stands: what makes a retried append harmless.
//
// Ids are random, so one B-tree of them would dirty a page per record. Instead the newest ids lie in memory (on disk they are in the records,
// id-tail.ts), and every `unsealedIdsMax` of them are written once as an immutable run (id-run.ts). A lookup asks the memory, then the filters, and
// only then the disk. Ids outlive their records: what was compacted or trimmed away is still found as a duplicate.

import { entryBytes, type IdWords, readEntry, readId, writeEntry } from './id-entry.ts'
import type { IdRuns } from './id-run.ts'
import { IdTable } from './id-table.ts'
import type { IdMark, IdTail } from './id-tail.ts'

export class IdIndex {
  readonly #tail: IdTail
  readonly #runs: IdRuns
  readonly #sealAt: number
  readonly #unsealed = new IdTable()
  readonly #asked: IdWords = new Uint32Array(4)
  /** Everything before it is in memory or sealed. */
  #mark: IdMark
  #settledMark: IdMark
  /** Entries of the transaction, in order. */
  #staged = Buffer.allocUnsafe(64 * entryBytes)
  #stagedBytes = 0
  #state: 'unloaded' | 'stale' | 'fresh' = 'unloaded'
  /** The table was emptied or grew: what was staged can no longer be taken back one by one. */
  #relaidInTransaction = false

  constructor(tail: IdTail, runs: IdRuns, sealAtIds: number) {
    this.#tail = tail
    this.#runs = runs
    this.#sealAt = sealAtIds
    this.#mark = tail.origin
    this.#settledMark = tail.origin
  }

  /** Slot of the first record with this id, or undefined. Staged ids count. */
  find(id: string): number | undefined {
    if (this.#state !== 'fresh') this.#load()
    readId(id, this.#asked)
    return this.#unsealed.find(this.#asked) ?? this.#runs.find(this.#asked)
  }

  /** Takes the id that `find` was asked for last, and did not know, into the transaction. */
  stage(slot: number): void {
    if (this.#unsealed.add(this.#asked, slot)) this.#relaidInTransaction = true
    if (this.#stagedBytes === this.#staged.length) this.#staged = Buffer.concat([this.#staged], this.#staged.length * 2)
    writeEntry(this.#staged, this.#stagedBytes, this.#asked, slot)
    this.#stagedBytes += entryBytes
  }

  /** Writes what was staged, after the records themselves, and seals a run when enough is unsealed. */
  write(): void {
    if (this.#stagedBytes === 0) return
    this.#mark = this.#tail.write(this.#mark, this.#staged.subarray(0, this.#stagedBytes))
    if (this.#unsealed.size >= this.#sealAt) this.seal()
  }

  /** All unsealed ids become one run. Must be in a transaction. */
  seal(): void {
    if (this.#state !== 'fresh') this.#load()
    if (this.#unsealed.size === 0) return
    this.#runs.seal(this.#unsealed, this.#mark)
    this.#tail.sealed(this.#mark)
    this.#unsealed.clear()
    this.#relaidInTransaction = true
  }

  /** The transaction is durable. */
  settle(): void {
    this.#settledMark = this.#mark
    this.#stagedBytes = 0
    this.#relaidInTransaction = false
  }

  /** The transaction was rolled back. */
  discard(): void {
    if (this.#relaidInTransaction) {
      this.#runs.forget()
      this.#state = 'unloaded'
    }
    for (let at = this.#stagedBytes - entryBytes; at >= 0 && this.#state !== 'unloaded'; at -= entryBytes) {
      readEntry(this.#staged, at, this.#asked)
      this.#unsealed.removeLast(this.#asked)
    }
    this.#mark = this.#settledMark
    this.#stagedBytes = 0
    this.#relaidInTransaction = false
  }

  /** Another process wrote: what it added is taken in at the next question. */
  invalidate(): void {
    if (this.#state === 'fresh') this.#state = 'stale'
  }

  #load(): void {
    const sealedThrough = this.#runs.load()
    if (this.#state === 'unloaded' || sealedThrough !== null) {
      this.#unsealed.clear()
      this.#mark = sealedThrough ?? this.#tail.origin
    }
    this.#mark = this.#tail.readFrom(this.#mark, (id, slot) => {
      this.#unsealed.add(id, slot)
    })
    this.#settledMark = this.#mark
    this.#state = 'fresh'
  }
}
