// Which ids a topic has ever taken, and where the first record of each stands: what makes a retried append harmless.
//
// Ids are random, so one B-tree of them would dirty a page per record. Instead the newest ids lie in memory (on disk they are in the records,
// id-tail.ts), and every `sealAt` of them are written once as an immutable run (id-run.ts). A lookup asks the memory, then the filters, and
// only then the disk. Ids outlive their records: what was compacted or trimmed away is still found as a duplicate.

import { entryBytes, type IdWords, idName, readWords, writeEntry } from './id-entry.ts'
import type { IdRuns } from './id-run.ts'
import type { IdMark, IdTail } from './id-tail.ts'

/** Ids held unsealed at most, roughly: one transaction may overshoot. Larger means fewer filters to ask, and a longer pause to seal. */
export const sealAt = 65_536

export class IdIndex {
  readonly #tail: IdTail
  readonly #runs: IdRuns
  readonly #sealAt: number
  readonly #unsealed = new Map<string, number>()
  /** Everything before it is in memory or sealed. */
  #mark: IdMark
  #settledMark: IdMark
  #staged: string[] = []
  #state: 'unloaded' | 'stale' | 'fresh' = 'unloaded'
  #sealedInTransaction = false

  constructor(tail: IdTail, runs: IdRuns, sealAtIds = sealAt) {
    this.#tail = tail
    this.#runs = runs
    this.#sealAt = sealAtIds
    this.#mark = tail.origin
    this.#settledMark = tail.origin
  }

  /** Slot of the first record with this id, or undefined. Staged ids count. */
  find(id: string): number | undefined {
    if (this.#state !== 'fresh') this.#load()
    const name = idName(id)
    return this.#unsealed.get(name) ?? this.#runs.find(name)
  }

  /** Takes an id that `find` did not know into the transaction. */
  stage(id: string, slot: number): void {
    const name = idName(id)
    this.#unsealed.set(name, slot)
    this.#staged.push(name)
  }

  /** Writes what was staged, after the records themselves, and seals a run when enough is unsealed. */
  write(): void {
    if (this.#staged.length === 0) return
    this.#mark = this.#tail.write(this.#mark, () => this.#stagedEntries())
    if (this.#unsealed.size >= this.#sealAt) this.seal()
  }

  /** All unsealed ids become one run. Must be in a transaction. */
  seal(): void {
    if (this.#state !== 'fresh') this.#load()
    if (this.#unsealed.size === 0) return
    this.#runs.seal(this.#unsealed, this.#mark)
    this.#tail.sealed(this.#mark)
    this.#unsealed.clear()
    this.#sealedInTransaction = true
  }

  /** The transaction is durable. */
  settle(): void {
    this.#settledMark = this.#mark
    this.#staged = []
    this.#sealedInTransaction = false
  }

  /** The transaction was rolled back. */
  discard(): void {
    if (this.#sealedInTransaction) {
      this.#runs.forget()
      this.#state = 'unloaded'
    }
    for (const name of this.#staged) this.#unsealed.delete(name)
    this.#mark = this.#settledMark
    this.#staged = []
    this.#sealedInTransaction = false
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
    this.#mark = this.#tail.readFrom(this.#mark, (id, slot) => this.#unsealed.set(idName(id), slot))
    this.#settledMark = this.#mark
    this.#state = 'fresh'
  }

  #stagedEntries(): Buffer {
    const words: IdWords = new Uint32Array(4)
    const entries = Buffer.allocUnsafe(this.#staged.length * entryBytes)
    for (const [i, name] of this.#staged.entries()) {
      readWords(name, words)
      writeEntry(entries, i * entryBytes, words, this.#unsealed.get(name)!)
    }
    return entries
  }
}
